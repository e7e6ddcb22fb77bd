//! Trainings that no command line knows: by rules that are put together from parts, or on batches of one's own choice.

mod delta_momentum;
mod of_seeds;
mod variant;

pub(super) use delta_momentum::DeltaMomentum;
pub(super) use of_seeds::accuracies;
pub(super) use variant::{Biases, Parts, Variant, Weights};

use digits_core::batch::{Batch, SparseExamples};
use digits_core::data::Dataset;
use digits_core::evaluation::evaluate;
use digits_core::network::Network;
use digits_core::parallel;
use digits_core::settings::{LEARNING_RATE, Value};
use digits_core::stage::Stage;
use digits_core::training::{Plan, Training};

/// The training images of an experiment: the first ones, as many as the programs take.
pub(super) const TRAIN: usize = 1_000;
/// The hidden units.
pub(super) const HIDDEN: usize = 128;
/// The epochs of a whole training.
pub(super) const EPOCHS: usize = 100;

/// The images of an experiment.
pub(super) struct Images {
    /// What is learned from.
    pub(super) train: SparseExamples,
    /// What is judged by.
    pub(super) test: SparseExamples,
}

impl From<&Dataset> for Images {
    fn from(dataset: &Dataset) -> Self {
        let all = SparseExamples::from(&dataset.train);
        Images { train: all.part(0..TRAIN.min(all.len())), test: SparseExamples::from(&dataset.test) }
    }
}

/// A training of 1,000 images in random order.
pub(super) fn plan(batch_size: usize, epochs: usize, seed: u64) -> Plan {
    Plan { epochs, most_updates: None, batch_size, seed, shuffle: true, examples: TRAIN, measure_every: None }
}

/// A stage with its usual settings and this learning rate.
pub(super) fn stage<S: Stage>(learning_rate: f64, network: &Network) -> S {
    S::new(&S::ABOUT.settings().with(&LEARNING_RATE, Value::Number(learning_rate)), network)
}

/// The network that a rule makes of the starting weights, by the loop of the programs.
pub(super) fn trained<S: Stage>(
    rule: impl FnOnce(&Network) -> S,
    plan: Plan,
    examples: &SparseExamples,
) -> Network {
    let network = Network::new(HIDDEN, plan.seed);
    let mut training = Training::new(rule(&network), network, plan);
    while training.step(examples, usize::MAX) > 0 {}
    training.network
}

/// The network that a rule makes of the starting weights of a seed, on the batches that `batches` gives for each epoch.
pub(super) fn trained_on<S: Stage>(
    rule: impl FnOnce(&Network) -> S,
    seed: u64,
    examples: &SparseExamples,
    batches: impl Fn(usize) -> Vec<Vec<u32>>,
) -> Network {
    let mut network = Network::new(HIDDEN, seed);
    let mut stage = rule(&network);
    let mut batch = Batch::new(examples.images.pixels());
    for epoch in 1..=EPOCHS {
        for indices in batches(epoch) {
            batch.set(examples, &indices);
            stage.update(&mut network, &batch);
        }
    }
    network
}

/// The share of images that are predicted correctly.
pub(super) fn accuracy(network: &Network, examples: &SparseExamples) -> f64 {
    evaluate(network, examples).accuracy()
}

/// The results of some work for seeds 1 to `seeds`, each on a core.
pub(super) fn for_seeds<T: Send>(seeds: usize, work: impl Fn(u64) -> T + Sync) -> Vec<T> {
    parallel::side_by_side(seeds, |_| 1.0, |index| work(index as u64 + 1))
}
