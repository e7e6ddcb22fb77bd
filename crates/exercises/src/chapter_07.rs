//! Chapter 7: leave the biases alone.
//!
//! Answers: the shared step divided by the units of its layer, and differences with their best steps.

use batched::{Batched, EPSILON};
use digits_core::batch::Batch;
use digits_core::linalg::Real;
use digits_core::network::Network;
use digits_core::settings::{BATCH_SIZE, LEARNING_RATE, Settings, Value};
use digits_core::stage::{About, Stage};

/// *Change one line*: stage 2, whose steps of biases are divided by the number of units of their layer.
pub struct Divided<R: Real = f32> {
    stage_2: Batched<R>,
}

impl<R: Real> Stage<R> for Divided<R> {
    const ABOUT: About = About {
        name: "divided",
        idea: "share the step among the units",
        summary: "Stage 2 with the step of its biases divided by their number.",
        settings: &[BATCH_SIZE, LEARNING_RATE.usually(Value::Number(0.5)), EPSILON],
        ..About::UNNAMED
    };
    type Precise = Divided<f64>;

    fn new(settings: &Settings, network: &Network<R>) -> Self {
        Divided { stage_2: Batched::new(settings, network) }
    }

    /// Lets stage 2 move everything, and then takes back of each bias's step all but its share.
    fn update(&mut self, network: &mut Network<R>, batch: &Batch<'_, R>) {
        let before = network.biases.clone();
        self.stage_2.update(network, batch);
        for (after, before) in network.biases.iter_mut().zip(before) {
            let units = R::of(after.0.len() as f64);
            after.0.zip_apply(&before.0, |after, before| *after = before + (*after - before) / units);
        }
    }
}

/// (f(x + step) - f(x)) / step: its error is of the order of the step, plus rounding / step.
pub fn forward_difference(f: impl Fn(f64) -> f64, x: f64, step: f64) -> f64 {
    (f(x + step) - f(x)) / step
}

/// *Build*: (f(x + step) - f(x - step)) / 2 step: its error is of the order of the step's square, plus rounding / step.
pub fn central_difference(f: impl Fn(f64) -> f64, x: f64, step: f64) -> f64 {
    (f(x + step) - f(x - step)) / (2.0 * step)
}

/// The step of 0.1, 0.01, ... 1e-14 whose difference is nearest to the true slope, summed over some places.
pub fn best_step(difference: impl Fn(f64, f64) -> f64, slope: impl Fn(f64) -> f64) -> f64 {
    let error = |step: f64| -> f64 {
        (-20..=20).map(|tenth| f64::from(tenth) / 10.0).map(|x| (difference(x, step) - slope(x)).abs()).sum()
    };
    let steps = (1..=14).map(|digits| 10f64.powi(-digits));
    steps.min_by(|a, b| error(*a).total_cmp(&error(*b))).unwrap_or(0.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use digits_core::batch::SparseExamples;
    use digits_core::data::{Split, practice};
    use digits_core::parallel;
    use digits_core::settings::{EPOCHS, HIDDEN, Layers, SEED};
    use digits_core::training::{TrainingData, train};

    /// Protects the claim of the exercise: forward about 1e-7, central 1e-5, as the V says.
    #[test]
    fn each_difference_has_its_best_step() {
        let sigmoid = |z: f64| 1.0 / (1.0 + (-z).exp());
        let slope = |z: f64| sigmoid(z) * (1.0 - sigmoid(z));
        let forward = best_step(|x, step| forward_difference(sigmoid, x, step), slope);
        let central = best_step(|x, step| central_difference(sigmoid, x, step), slope);
        assert!((3e-9..3e-7).contains(&forward), "{forward:e}");
        assert!((3e-6..3e-5).contains(&central), "{central:e}");
        assert!((forward_difference(sigmoid, 0.5, 1e-8) - slope(0.5)).abs() < 1e-7);
        assert!((central_difference(sigmoid, 0.5, 1e-5) - slope(0.5)).abs() < 1e-10);
    }

    /// Protects the answer: divided by the units, the shared step does far less harm.
    #[test]
    fn a_share_of_the_step_cures_it() {
        let examples = |split, count| SparseExamples::from(&practice::examples(practice::SEED, split, count));
        let data = TrainingData { train: examples(Split::Train, 1000), test: examples(Split::Test, 1000) };
        fn accuracy<S: Stage>(data: &TrainingData) -> f64 {
            let settings = S::ABOUT
                .usual()
                .with(&EPOCHS, Value::Whole(30))
                .with(&HIDDEN, Value::Layers(Layers::of(&[64])));
            let seeds = parallel::map(3, |seed| {
                let settings = settings.clone().with(&SEED, Value::Whole(seed as u64 + 1));
                let mut network = S::network(&settings);
                let outcome = train::<f32, S>(&settings, &mut network, data, &mut ()).expect("trains");
                outcome.test.accuracy()
            });
            seeds.iter().sum::<f64>() / 3.0
        }
        let (summed, divided) = (accuracy::<Batched>(&data), accuracy::<Divided>(&data));
        assert!(divided > summed + 0.01, "summed {summed}, divided {divided}");
    }
}
