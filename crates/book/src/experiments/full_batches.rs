//! Momentum where there is no chance: the whole training set in one batch.

use super::{Data, Experiment, Lab};
use crate::{Problem, Result};
use digits_core::settings::{BATCH_SIZE, EPOCHS, LEARNING_RATE, MEASURE_EVERY, SEED, Value};
use digits_core::stage::Stage;
use digits_core::training::{TrainingData, train};
use exercises::chapter_10::DeltaMomentum;
use gradient::Gradient;
use momentum::Momentum;
use serde_json::{Value as Json, json};
use stochastic::Stochastic;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "full-batches",
    about: "Batches of all 1,000 images, 300 epochs, 10 seeds: plain descent beside momentum 0.9 at equal eta / (1 - mu)",
    data: Data::Mnist,
    stages: &["stochastic", "gradient", "momentum"],
    run,
};

/// How many seeds.
const SEEDS: u64 = 10;
/// Momentum's mu is 0.9: a step lengthens ten times.
const GAIN: f64 = 10.0;

fn run(lab: &Lab<'_>) -> Result<Json> {
    let mut dataset = lab.dataset()?;
    dataset.train.truncate(1_000);
    let data = TrainingData::from(&dataset);
    let mut rows = Vec::new();
    for eta in [0.3, 1.0] {
        let (plain, memory) = (trained::<Gradient>(&data, eta)?, trained::<Momentum>(&data, eta / GAIN)?);
        rows.push(json!({"name": format!("squared error {eta}"), "loss": "squared error", "eta": eta, "plain": plain, "momentum": memory}));
    }
    for eta in [1.0, 3.0] {
        let (plain, memory) =
            (trained::<Stochastic>(&data, eta)?, trained::<DeltaMomentum>(&data, eta / GAIN)?);
        rows.push(json!({"name": format!("cross-entropy {eta}"), "loss": "cross-entropy", "eta": eta, "plain": plain, "momentum": memory}));
    }
    Ok(json!({"seeds": SEEDS, "rows": rows}))
}

/// The squared error of the training images after 100 epochs, and the test accuracy after 300, for each seed.
fn trained<S: Stage>(data: &TrainingData, eta: f64) -> Result<Json> {
    let (mut losses, mut accuracies) = (Vec::new(), Vec::new());
    for seed in 1..=SEEDS {
        let settings = S::ABOUT
            .settings()
            .with(&EPOCHS, Value::Whole(300))
            .with(&MEASURE_EVERY, Value::Whole(100))
            .with(&BATCH_SIZE, Value::Whole(data.train.len() as u64))
            .with(&LEARNING_RATE, Value::Number(eta))
            .with(&SEED, Value::Whole(seed));
        let mut network = S::network(&settings);
        let outcome = train::<f32, S>(&settings, &mut network, data, &mut ())
            .map_err(|error| Problem::new(error.to_string()))?;
        let after_100 = outcome.history.iter().find(|record| record.epoch == 100);
        losses.push(after_100.ok_or_else(|| Problem::new("epoch 100 was not measured"))?.loss);
        accuracies.push(outcome.test.accuracy());
    }
    Ok(json!({"losses_after_100": losses, "test_accuracies": accuracies}))
}
