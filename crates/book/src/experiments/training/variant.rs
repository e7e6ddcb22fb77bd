//! A rule that is put together from parts: one question of the chapters on averaging and on biases each.
//!
//! Everywhere the error of the output is e = o - t, as in stages 1 to 3. With all parts as products and own biases it is
//! stage 1 in batches; with all parts as means it is stage 2, or stage 3 where the biases stay.

use digits_core::batch::Batch;
use digits_core::linalg::{DMatrix, Real, SparseImages, mean_of_columns, zip_apply, zip_into};
use digits_core::network::{Network, Signals, TwoLayers};
use digits_core::settings::Settings;
use digits_core::stage::{About, Stage};

/// What the update of a layer's weights is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::experiments) enum Weights {
    /// The mean of the products of error and input, over the images of a batch.
    MeanOfProducts,
    /// The product of the mean error and the mean input.
    ProductOfMeans,
}

/// How the biases of a layer move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::experiments) enum Biases {
    /// Not at all.
    Still,
    /// Each by its own error.
    Own,
    /// All by one offset, whose slope is a forward difference: stage 2.
    Shared,
    /// All by one offset, whose slope is the exact derivative.
    SharedExact,
    /// All by one offset, whose slope is a forward difference divided by the number of units.
    SharedDivided,
}

/// Which parts the rule is put together from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::experiments) struct Parts {
    /// Of W1 and W2.
    pub(in crate::experiments) weights: [Weights; 2],
    /// Of b1 and b2.
    pub(in crate::experiments) biases: [Biases; 2],
}

/// The step of the forward difference, as stage 2 has it.
const EPSILON: f64 = 0.01;

/// The rule.
pub(in crate::experiments) struct Variant<R: Real = f32> {
    parts: Parts,
    eta: R,
    signals: Signals<R>,
    /// W2ᵀ em ⊙ hm ⊙ (1 - hm): the hidden error of the mean example.
    d1_of_means: DMatrix<R>,
    xm: SparseImages<R>,
    hm: DMatrix<R>,
    em: DMatrix<R>,
}

impl<R: Real> Variant<R> {
    /// The rule made of these parts, with this learning rate.
    pub(in crate::experiments) fn of(parts: Parts, eta: f64, network: &Network<R>) -> Self {
        let [d1_of_means, hm, em] = std::array::from_fn(|_| DMatrix::zeros(0, 0));
        let xm = SparseImages::new(network.first.pixels());
        Variant { parts, eta: R::of(eta), signals: Signals::default(), d1_of_means, xm, hm, em }
    }
}

impl<R: Real> Stage<R> for Variant<R> {
    const ABOUT: About = About { name: "variant", ..About::UNNAMED };
    type Precise = Variant<f64>;

    /// Stage 2.
    fn new(_: &Settings, network: &Network<R>) -> Self {
        let parts = Parts { weights: [Weights::ProductOfMeans; 2], biases: [Biases::Shared; 2] };
        Variant::of(parts, 0.5, network)
    }

    fn update(&mut self, network: &mut Network<R>, batch: &Batch<'_, R>) {
        let Variant { parts: Parts { weights, biases }, eta, .. } = *self;
        let Variant { signals: Signals { h, o, d2, d1 }, d1_of_means, xm, hm, em, .. } = self;
        let one = R::one();
        let network = network.two_layers();
        let shared = shared_slopes(&network, batch, biases);
        network.forward(&batch.x, h, o);

        // for every image
        zip_into(d2, o, &batch.t, |o, t| o - t);
        network.w2.transposed_times(d2, d1);
        zip_apply(d1, h, |d, h| d * h * (one - h));
        // for the mean image
        batch.x.mean(xm);
        mean_of_columns(h, hm);
        mean_of_columns(d2, em);
        network.w2.transposed_times(em, d1_of_means);
        zip_apply(d1_of_means, hm, |d, h| d * h * (one - h));

        match weights[1] {
            Weights::MeanOfProducts => network.w2.descend(eta, d2, h),
            Weights::ProductOfMeans => network.w2.subtract_outer(eta, em, hm),
        }
        match weights[0] {
            Weights::MeanOfProducts => network.w1.descend(eta, d1, &batch.x),
            Weights::ProductOfMeans => network.w1.subtract_outer(eta, d1_of_means, xm.get(0)),
        }
        let (d1, d2) = match weights {
            [Weights::ProductOfMeans, _] => (&*d1_of_means, &*em),
            [Weights::MeanOfProducts, _] => (&*d1, &*d2),
        };
        for ((bias, d), (kind, slope)) in
            [(network.b1, d1), (network.b2, d2)].into_iter().zip(biases.into_iter().zip(shared))
        {
            match kind {
                Biases::Still => {}
                Biases::Own => bias.descend(eta, d),
                Biases::Shared | Biases::SharedExact | Biases::SharedDivided => bias.shift(-eta * slope),
            }
        }
    }
}

/// The slope of the mean squared error of a batch along one offset of all biases of each layer, as each layer's kind
/// measures it.
fn shared_slopes<R: Real>(network: &TwoLayers<'_, R>, batch: &Batch<'_, R>, kinds: [Biases; 2]) -> [R; 2] {
    let epsilon = R::of(EPSILON);
    let loss_with = |offsets: [R; 2]| {
        let Signals { mut h, mut o, .. } = Signals::default();
        let mut b = [network.b1.clone(), network.b2.clone()];
        b.iter_mut().zip(offsets).for_each(|(b, offset)| b.shift(offset));
        network.w1.affine(&b[0], &batch.x, &mut h);
        digits_core::linalg::sigmoid(&mut h);
        network.w2.affine(&b[1], &h, &mut o);
        digits_core::linalg::sigmoid(&mut o);
        R::of(0.5) * (o - &batch.t).norm_squared() / R::of(batch.len() as f64)
    };
    let units = [network.b1.0.len(), network.b2.0.len()].map(|units| R::of(units as f64));
    std::array::from_fn(|layer| {
        let difference = || {
            let mut offsets = [R::zero(); 2];
            offsets[layer] = epsilon;
            (loss_with(offsets) - loss_with([R::zero(); 2])) / epsilon
        };
        match kinds[layer] {
            Biases::Still | Biases::Own => R::zero(),
            Biases::Shared => difference(),
            Biases::SharedDivided => difference() / units[layer],
            Biases::SharedExact => exact_slopes(network, batch)[layer],
        }
    })
}

/// The sums of the exact derivatives of the mean squared error by the biases of each layer.
fn exact_slopes<R: Real>(network: &TwoLayers<'_, R>, batch: &Batch<'_, R>) -> [R; 2] {
    let Signals { mut h, mut o, mut d2, mut d1 } = Signals::default();
    let one = R::one();
    network.forward(&batch.x, &mut h, &mut o);
    zip_into(&mut d2, &o, &batch.t, |o, t| (o - t) * o * (one - o));
    network.w2.transposed_times(&d2, &mut d1);
    zip_apply(&mut d1, &h, |d, h| d * h * (one - h));
    [d1, d2].map(|d| d.iter().fold(R::zero(), |sum, d| sum + *d) / R::of(batch.len() as f64))
}

#[cfg(test)]
mod tests {
    use super::super::{Images, accuracy, plan, stage, trained};
    use super::*;
    use batched::Batched;
    use digits_core::batch::SparseExamples;
    use digits_core::data::practice;
    use no_bias::NoBias;
    use stochastic::Stochastic;

    fn images() -> Images {
        Images::from(&practice::dataset())
    }

    fn variant(weights: Weights, biases: Biases) -> Parts {
        Parts { weights: [weights; 2], biases: [biases; 2] }
    }

    /// Protects what the experiments measure: with a stage's parts, the rule is that stage, to the last bit.
    #[test]
    fn with_the_parts_of_a_stage_it_is_that_stage() {
        let examples: SparseExamples = images().train;
        let plan = plan(10, 1, 2);
        let of = |parts| trained(|network| Variant::of(parts, 0.5, network), plan, &examples).fingerprint();
        let stage_1 = trained(|network| stage::<Stochastic>(0.5, network), plan, &examples).fingerprint();
        let stage_2 = trained(|network| stage::<Batched>(0.5, network), plan, &examples).fingerprint();
        let stage_3 = trained(|network| stage::<NoBias>(0.5, network), plan, &examples).fingerprint();
        assert_eq!(of(variant(Weights::MeanOfProducts, Biases::Own)), stage_1);
        assert_eq!(of(variant(Weights::ProductOfMeans, Biases::Shared)), stage_2);
        assert_eq!(of(variant(Weights::ProductOfMeans, Biases::Still)), stage_3);
    }

    /// Protects the order of the table: of the averages, those lose whose biases move by the sum, however it is measured;
    /// and the mean of products is above all of them.
    #[test]
    fn the_sum_of_the_slopes_is_what_hurts() {
        let images = images();
        let mean = |weights, biases| {
            let parts = variant(weights, biases);
            let of = |seed| {
                let network =
                    trained(|network| Variant::of(parts, 0.5, network), plan(10, 30, seed), &images.train);
                accuracy(&network, &images.test)
            };
            (of(1) + of(2)) / 2.0
        };
        let [still, own, divided, sum, exact_sum] =
            [Biases::Still, Biases::Own, Biases::SharedDivided, Biases::Shared, Biases::SharedExact]
                .map(|biases| mean(Weights::ProductOfMeans, biases));
        let worst_of_the_good = still.min(own).min(divided);
        assert!(sum.max(exact_sum) < worst_of_the_good - 0.01, "{sum} {exact_sum} {still} {own} {divided}");
        let products = mean(Weights::MeanOfProducts, Biases::Shared);
        assert!(products > still.max(own).max(divided), "{products}");
    }
}
