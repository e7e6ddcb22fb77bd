//! Trainings by the libraries, one for each seed: for experiments that change what no flag changes.

use super::for_seeds;
use crate::{Problem, Result};
use digits_core::network::Network;
use digits_core::settings::{SEED, Settings, Value};
use digits_core::stage::Stage;
use digits_core::training::{TrainingData, train};

/// The seeds of these experiments.
const SEEDS: u64 = 5;

/// The test accuracies, 0 to 1, of trainings by stage `S` with seeds 1 to [`SEEDS`]; each begins with what `start` makes of the usual
/// network.
pub(in super::super) fn accuracies<S: Stage>(
    settings: &Settings,
    data: &TrainingData,
    start: impl Fn(Network) -> Network + Sync,
) -> Result<Vec<f64>> {
    let trained = for_seeds(SEEDS as usize, |seed| {
        let settings = settings.clone().with(&SEED, Value::Whole(seed));
        let mut network = start(<S as Stage>::network(&settings));
        train::<f32, S>(&settings, &mut network, data, &mut ()).map(|outcome| outcome.test.accuracy())
    });
    trained.into_iter().map(|accuracy| accuracy.map_err(|error| Problem::new(error.to_string()))).collect()
}
