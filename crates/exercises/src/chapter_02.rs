//! Chapter 2: ten neurons.
//!
//! Answers: weights that start at 0, a threshold instead of the sigmoid's soft step, and a sigmoid that never meets an
//! infinity.

use digits_core::batch::Batch;
use digits_core::linalg::{Real, zip_into};
use digits_core::network::{Network, Signals};
use digits_core::settings::{BATCH_SIZE, LEARNING_RATE, Settings, Value};
use digits_core::stage::{About, Stage};

/// *Predict*: the network with all its weights and biases at 0.
pub fn from_zero(mut network: Network) -> Network {
    (0..network.parameter_count()).for_each(|index| network.set_parameter(index, 0.0));
    network
}

/// *Change one line*: ten neurons that answer yes or no, so that the error is -1, 0 or 1 (Rosenblatt 1958).
///
/// ```text
/// d = step(o) - t     W -= eta mean(d xᵀ)     b -= eta mean(d)
/// ```
///
/// It changes nothing after an example that all ten answer right.
pub struct Threshold<R: Real = f32> {
    eta: R,
    signals: Signals<R>,
}

impl<R: Real> Stage<R> for Threshold<R> {
    const ABOUT: About = About {
        name: "threshold",
        idea: "learn from a plain yes or no",
        summary: "Ten neurons whose error is -1, 0 or 1.",
        settings: &[BATCH_SIZE.usually(Value::Whole(1)), LEARNING_RATE.usually(Value::Number(0.1))],
        ..About::UNNAMED
    };
    type Precise = Threshold<f64>;

    fn new(settings: &Settings, _: &Network<R>) -> Self {
        Threshold { eta: R::of(settings.number(&LEARNING_RATE)), signals: Signals::default() }
    }

    fn update(&mut self, network: &mut Network<R>, batch: &Batch<'_, R>) {
        let eta = self.eta;
        let Signals { o, d2: d, .. } = &mut self.signals;
        let network = network.one_layer();
        network.forward(&batch.x, o);

        // d = step(o) - t
        zip_into(d, o, &batch.t, |o, t| if o > R::of(0.5) { R::one() - t } else { R::zero() - t });

        network.w.descend(eta, d, &batch.x);
        network.b.descend(eta, d);
    }
}

/// *Build*: 1 / (1 + e^-z), with an exponential that is never above 1: below 0 it is e^z / (1 + e^z), the same number.
pub fn sigmoid(z: f32) -> f32 {
    let small = (-z.abs()).exp();
    if z < 0.0 { small / (1.0 + small) } else { 1.0 / (1.0 + small) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use digits_core::batch::SparseExamples;
    use digits_core::data::{Split, practice};
    use digits_core::settings::{EPOCHS, HIDDEN, Layers};
    use digits_core::training::{TrainingData, train};
    use stochastic::Stochastic;

    fn data() -> TrainingData {
        let examples = |split, count| SparseExamples::from(&practice::examples(practice::SEED, split, count));
        TrainingData { train: examples(Split::Train, 500), test: examples(Split::Test, 500) }
    }

    fn ten_neurons<S: Stage>() -> Settings {
        let eta = Value::Number(0.01);
        let none = Value::Layers(Layers::of(&[]));
        S::ABOUT.usual().with(&HIDDEN, none).with(&LEARNING_RATE, eta).with(&EPOCHS, Value::Whole(5))
    }

    /// Protects the answer: without a hidden layer, weights that start at 0 learn, since each neuron has another target;
    /// with one, all hidden units stay alike.
    #[test]
    fn zeros_learn_without_a_hidden_layer_and_hardly_with_one() {
        let data = data();
        let settings = ten_neurons::<Stochastic>();
        let mut network = from_zero(<Stochastic as Stage>::network(&settings));
        let ten = train::<f32, Stochastic>(&settings, &mut network, &data, &mut ()).expect("trains");
        assert!(ten.test.accuracy() > 0.75, "{}", ten.test.accuracy());

        let settings = settings.with(&HIDDEN, Value::Layers(Layers::of(&[16])));
        let mut network = from_zero(<Stochastic as Stage>::network(&settings));
        let hidden = train::<f32, Stochastic>(&settings, &mut network, &data, &mut ()).expect("trains");
        assert!(hidden.test.accuracy() < 0.4, "{}", hidden.test.accuracy());
        let w1 = network.first.matrix();
        assert!(w1.row_iter().all(|unit| unit == w1.row(0)), "all hidden units are one unit");
    }

    /// Protects the answer: a threshold learns, too.
    #[test]
    fn yes_or_no_is_enough_to_learn_from() {
        let settings = ten_neurons::<Threshold>();
        let mut network = <Threshold as Stage>::network(&settings);
        let outcome = train::<f32, Threshold>(&settings, &mut network, &data(), &mut ()).expect("trains");
        assert!((0.7..0.9).contains(&outcome.test.accuracy()), "{}", outcome.test.accuracy());
    }

    /// Protects the claim of the exercise: of the two forms on paper one fails far out, and this one never.
    #[test]
    fn the_sigmoid_is_finite_for_every_finite_input() {
        let other_form = |z: f32| z.exp() / (1.0 + z.exp());
        assert!(other_form(1e4).is_nan());
        for z in [-1e4, -88.0, -1.0, 0.0, 1.0, 88.0, 1e4, f32::MIN, f32::MAX] {
            let exact = 1.0 / (1.0 + (-f64::from(z)).exp());
            assert!((f64::from(sigmoid(z)) - exact).abs() < 1e-7, "{z}");
        }
        assert_eq!((sigmoid(-1e4), sigmoid(1e4), sigmoid(0.0)), (0.0, 1.0, 0.5));
    }
}
