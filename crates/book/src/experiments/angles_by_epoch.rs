//! How far each rule's direction is turned away from the gradient of the same batch, along its own training.

use super::training::TRAIN;
use super::{Data, Experiment, Lab};
use crate::{Problem, Result};
use batched::Batched;
use digits_core::angles::{Sample, along};
use digits_core::data::Examples;
use digits_core::gradient_check::Cost;
use digits_core::stage::Stage;
use gradient::Gradient;
use no_bias::NoBias;
use serde_json::{Map, Value, json};
use stochastic::Stochastic;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "angles-by-epoch",
    about: "MNIST, 1,000 training images, 100 epochs, usual settings, seed 1: degrees to the squared error's gradient of the same batch of 10, mean of 50 batches, and of an epoch's mean",
    data: Data::Mnist,
    stages: &["stochastic", "batched", "no-bias", "gradient"],
    run,
};

const EPOCHS: [usize; 12] = [0, 1, 2, 3, 5, 7, 10, 20, 30, 50, 70, 100];

fn run(lab: &Lab<'_>) -> Result<Value> {
    let mut train = lab.dataset()?.train;
    train.truncate(TRAIN);
    let stages = [
        stage::<Stochastic>(&train)?,
        stage::<Batched>(&train)?,
        stage::<NoBias>(&train)?,
        stage::<Gradient>(&train)?,
    ];
    Ok(json!({"stages": stages}))
}

fn stage<S: Stage>(train: &Examples) -> Result<Value> {
    let moments = along::<S>(&S::ABOUT.usual(), train, &EPOCHS, Sample::USUAL)
        .map_err(|error| Problem::new(error.to_string()))?;
    let moments = moments.into_iter().map(|moment| {
        let angles = moment.angles.into_iter().find(|angles| angles.to == Cost::SquaredError);
        let mut record = Map::from_iter([("epoch".to_owned(), json!(moment.epoch))]);
        for angle in angles.into_iter().flat_map(|angles| angles.blocks) {
            record.insert(angle.block, json!({"batch": angle.batch, "systematic": angle.systematic}));
        }
        Value::Object(record)
    });
    Ok(json!({"stage": S::ABOUT.name, "moments": moments.collect::<Vec<_>>()}))
}
