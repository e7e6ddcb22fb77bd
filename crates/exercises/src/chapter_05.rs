//! Chapter 5: the delta rule.
//!
//! Answers: how hard two losses push, the one line that makes stage 4 of stage 1, and the delta of softmax.

use digits_core::batch::Batch;
use digits_core::linalg::{Real, zip_apply, zip_into};
use digits_core::network::{Network, Signals};
use digits_core::settings::{BATCH_SIZE, LEARNING_RATE, Settings, Value};
use digits_core::stage::{About, Stage};

/// *Predict*: d2 of one output by the delta rule, and by the gradient of the squared error.
pub fn pushes(o: f64, t: f64) -> (f64, f64) {
    (o - t, (o - t) * o * (1.0 - o))
}

/// *Change one line*: stage 1 with the slope of the output's sigmoid.
pub struct WithSlope<R: Real = f32> {
    eta: R,
    signals: Signals<R>,
}

impl<R: Real> Stage<R> for WithSlope<R> {
    const ABOUT: About = About {
        name: "with-slope",
        idea: "stage 1 and a slope",
        summary: "The delta rule, multiplied by the slope of the output's sigmoid.",
        settings: &[BATCH_SIZE.usually(Value::Whole(1)), LEARNING_RATE.usually(Value::Number(0.1))],
        ..About::UNNAMED
    };
    type Precise = WithSlope<f64>;

    fn new(settings: &Settings, _: &Network<R>) -> Self {
        WithSlope { eta: R::of(settings.number(&LEARNING_RATE)), signals: Signals::default() }
    }

    fn update(&mut self, network: &mut Network<R>, batch: &Batch<'_, R>) {
        let (eta, one) = (self.eta, R::one());
        let Signals { h, o, d2, d1 } = &mut self.signals;
        let network = network.two_layers();
        network.forward(&batch.x, h, o);

        zip_into(d2, o, &batch.t, |o, t| (o - t) * o * (one - o)); // the line
        network.w2.transposed_times(d2, d1);
        zip_apply(d1, h, |d, h| d * h * (one - h));

        network.w2.descend(eta, d2, h);
        network.b2.descend(eta, d2);
        network.w1.descend(eta, d1, &batch.x);
        network.b1.descend(eta, d1);
    }
}

/// o_k = e^z_k / sum e^z_j, of ten numbers or any other count. The largest is subtracted first, so that no exponential is
/// above 1.
pub fn softmax(z: &[f64]) -> Vec<f64> {
    let largest = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let exponentials: Vec<f64> = z.iter().map(|z| (z - largest).exp()).collect();
    let sum: f64 = exponentials.iter().sum();
    exponentials.iter().map(|e| e / sum).collect()
}

/// *Build*: the derivatives of -sum(t ln o) by z, for targets that add up to 1, where o is the softmax of z: again o - t.
pub fn softmax_delta(z: &[f64], t: &[f64]) -> Vec<f64> {
    softmax(z).iter().zip(t).map(|(o, t)| o - t).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use digits_core::batch::SparseExamples;
    use digits_core::data::{Split, practice};
    use digits_core::settings::{EPOCHS, HIDDEN, Layers};
    use digits_core::training::{TrainingData, train};
    use gradient::Gradient;

    /// Protects the answer: sure and wrong, the delta rule pushes a thousand times as hard.
    #[test]
    fn the_squared_error_does_not_push_where_an_output_is_sure_and_wrong() {
        let (delta, squared) = pushes(0.001, 1.0);
        assert!((delta + 0.999).abs() < 1e-12 && (squared + 0.000_998_001).abs() < 1e-12);
        let (delta, squared) = pushes(0.9, 1.0);
        assert!((delta + 0.1).abs() < 1e-12 && (squared + 0.009).abs() < 1e-12);
    }

    /// Protects the answer: with the slope it is stage 4, to the last bit.
    #[test]
    fn one_line_makes_stage_4_of_stage_1() {
        let examples = |split, count| SparseExamples::from(&practice::examples(practice::SEED, split, count));
        let data = TrainingData { train: examples(Split::Train, 100), test: examples(Split::Test, 100) };
        let settings = WithSlope::<f32>::ABOUT
            .settings()
            .with(&HIDDEN, Value::Layers(Layers::of(&[16])))
            .with(&EPOCHS, Value::Whole(3));
        let (mut ours, mut theirs) = (Network::new(16, 1), Network::new(16, 1));
        train::<f32, WithSlope>(&settings, &mut ours, &data, &mut ()).expect("trains");
        train::<f32, Gradient>(&settings, &mut theirs, &data, &mut ()).expect("trains");
        assert_eq!(ours.fingerprint(), theirs.fingerprint());
    }

    /// Protects the answer: o - t is the central difference of softmax's loss, also far from the middle.
    #[test]
    fn the_delta_of_softmax_is_the_central_difference() {
        let loss = |z: &[f64], t: &[f64]| -> f64 { softmax(z).iter().zip(t).map(|(o, t)| -t * o.ln()).sum() };
        for z in [[0.0, 0.0, 0.0], [1.0, -2.0, 0.5], [8.0, -7.0, 3.0]] {
            let t = [0.0, 1.0, 0.0];
            for (k, delta) in softmax_delta(&z, &t).into_iter().enumerate() {
                let at = |step: f64| {
                    let mut z = z;
                    z[k] += step;
                    loss(&z, &t)
                };
                let numeric = (at(1e-5) - at(-1e-5)) / 2e-5;
                assert!((delta - numeric).abs() < 1e-8, "{delta} is not {numeric}");
            }
        }
    }
}
