//! Stage 2: average first, then update once.
//!
//! For each batch take the means xm, hm, em of x, h and e = o - t over its examples, then make one update:
//!
//! ```text
//! d1 = (W2ᵀ em) ⊙ hm ⊙ (1 - hm)
//! W2 -= eta em hmᵀ
//! W1 -= eta d1 xmᵀ
//! ```
//!
//! The biases are moved by a finite difference: one shared offset per layer. With C_B the batch's mean loss,
//!
//! ```text
//! g_l = (C_B(b_l + epsilon) - C_B(b_l)) / epsilon     then every entry of b_l -= eta g_l
//! ```
//!
//! for l = 1 and 2, both measured before anything is updated. The idea is cheap and plausible, and loses accuracy twice:
//!
//! - The product of means is not the mean of products: mean(e hᵀ) = em hmᵀ + Cov(e, h) over the batch. What is dropped is
//!   which unit is on when which output is wrong. On average over random batches of B, 1/B of it is left in em hmᵀ.
//! - One offset for n biases has the sum of their n slopes as its slope, and each of them moves by it: a step n times too
//!   long. The finite difference itself does no harm; with the exact derivative it is the same.

mod one_layer;

use digits_core::batch::Batch;
use digits_core::linalg::{DMatrix, Real, SparseImages, mean_of_columns, zip_apply, zip_into};
use digits_core::network::{Network, Signals, TwoLayers};
use digits_core::settings::{BATCH_SIZE, Kind, LEARNING_RATE, Range, Setting, Settings, Value};
use digits_core::stage::{About, Stage};

/// The step of the finite difference.
///
/// Glossary (`docs/book/glossary.md`): epsilon.
pub const EPSILON: Setting = Setting {
    name: "epsilon",
    symbol: "epsilon",
    value_name: "STEP",
    kind: Kind::Number(Range::above(0.0).because("a finite difference needs a step")),
    usual: Value::Number(0.01),
    help: "The step of the finite difference that moves the biases",
    ..Setting::UNNAMED
};

/// The rule, with its settings.
///
/// Glossary (`docs/book/glossary.md`): product of means.
pub struct Batched<R: Real = f32> {
    eta: R,
    epsilon: R,
    signals: Signals<R>,
    xm: SparseImages<R>,
    hm: DMatrix<R>,
    em: DMatrix<R>,
}

impl<R: Real> Stage<R> for Batched<R> {
    const ABOUT: About = About {
        name: "batched",
        idea: "average first, then update once",
        summary: "Stage 2. A batch is averaged into one example, which makes one update; the biases move by a finite difference.",
        settings: &[BATCH_SIZE, LEARNING_RATE.usually(Value::Number(0.5)), EPSILON],
        ..About::UNNAMED
    };
    type Precise = Batched<f64>;

    fn new(settings: &Settings, network: &Network<R>) -> Self {
        Batched {
            eta: R::of(settings.number(&LEARNING_RATE)),
            epsilon: R::of(settings.number(&EPSILON)),
            signals: Signals::default(),
            xm: SparseImages::new(network.first.pixels()),
            hm: DMatrix::zeros(0, 0),
            em: DMatrix::zeros(0, 0),
        }
    }

    fn update(&mut self, network: &mut Network<R>, batch: &Batch<'_, R>) {
        if network.layers() == 1 {
            return self.update_one_layer(network, batch);
        }
        let (eta, epsilon, one) = (self.eta, self.epsilon, R::one());
        let Signals { h, o, d2: e, d1 } = &mut self.signals;
        let Batched { xm, hm, em, .. } = self;
        let network = network.two_layers();
        network.forward(&batch.x, h, o);

        // the means of x, h and e = o - t
        zip_into(e, o, &batch.t, |o, t| o - t);
        batch.x.mean(xm);
        mean_of_columns(h, hm);
        mean_of_columns(e, em);

        // g_l = (C_B(b_l + epsilon) - C_B(b_l)) / epsilon
        let (b1, b2) = (network.b1.clone(), network.b2.clone());
        let loss = mean_loss(e);
        let mut slope = |network: &TwoLayers<'_, R>| {
            network.forward(&batch.x, h, o);
            zip_into(e, o, &batch.t, |o, t| o - t);
            (mean_loss(e) - loss) / epsilon
        };
        network.b1.shift(epsilon);
        let g1 = slope(&network);
        network.b1.clone_from(&b1);
        network.b2.shift(epsilon);
        let g2 = slope(&network);
        network.b2.clone_from(&b2);

        // d1 = (W2ᵀ em) ⊙ hm ⊙ (1 - hm)
        network.w2.transposed_times(em, d1);
        zip_apply(d1, hm, |d, h| d * h * (one - h));

        network.w2.subtract_outer(eta, em, hm);
        network.b2.shift(-eta * g2);
        network.w1.subtract_outer(eta, d1, xm.get(0));
        network.b1.shift(-eta * g1);
    }
}

/// C_B: the mean of 1/2 |e|² over the columns of `e`.
fn mean_loss<R: Real>(e: &DMatrix<R>) -> R {
    R::of(0.5) * e.norm_squared() / R::of(e.ncols() as f64)
}
