//! What there is without these stages: the first rows of every table.

use crate::experiment::{Experiment, with_seed};
use crate::results::Baseline;
use crate::stages::Entry;
use digits_core::data::CLASSES;
use digits_core::evaluation::evaluate;
use digits_core::training::TrainingData;

/// All baselines, for each repetition of an experiment.
pub(crate) fn all(experiment: &Experiment) -> Vec<Baseline> {
    let of_sets = |name: &str, idea: &str, accuracy: &dyn Fn(&TrainingData) -> f64| {
        let by_set: Vec<f64> = experiment.sets.iter().map(accuracy).collect();
        let of = experiment.repetitions.iter().map(|repetition| by_set[repetition.train_set]);
        Baseline { name: name.to_owned(), idea: idea.to_owned(), test_accuracies: of.collect() }
    };
    vec![of_sets("commonest", "always the commonest digit", &commonest)]
}

fn commonest(data: &TrainingData) -> f64 {
    let mut counts = [0; CLASSES];
    data.train.labels.iter().for_each(|label| counts[usize::from(*label)] += 1);
    let most = (0..CLASSES).rev().max_by_key(|class| counts[*class]).unwrap_or(0);
    data.test.labels.iter().filter(|label| usize::from(**label) == most).count() as f64
        / data.test.len() as f64
}
