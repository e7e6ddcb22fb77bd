//! The training loop: epochs of shuffled batches, measured after each epoch, told to an observer.

use crate::batch::{Batch, SparseExamples};
use crate::data::Dataset;
use crate::error::{Error, Result};
use crate::evaluation::{Classifier, Evaluation, evaluate};
use crate::linalg::Real;
use crate::random::{Purpose, generator, shuffle};
use std::time::{Duration, Instant};

/// A training set and a test set in the form that stages learn from.
#[derive(Debug, Clone)]
pub struct TrainingData<R: Real = f32> {
    /// What to learn from.
    pub train: SparseExamples<R>,
    /// What to be judged by.
    pub test: SparseExamples<R>,
}

impl<R: Real> From<&Dataset> for TrainingData<R> {
    fn from(dataset: &Dataset) -> Self {
        TrainingData {
            train: SparseExamples::from(&dataset.train),
            test: SparseExamples::from(&dataset.test),
        }
    }
}

/// How long and in which order to train.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// How often every example is seen.
    pub epochs: usize,
    /// How many examples an update sees; the last batch of an epoch may be short.
    pub batch_size: usize,
    /// The seed of the order of examples.
    pub seed: u64,
    /// Whether the examples are shuffled anew for each epoch, or stay in their file's order.
    pub shuffle: bool,
}

/// The state after an epoch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Record {
    /// The epoch, counted from 1.
    pub epoch: usize,
    /// The mean loss of a training example.
    pub loss: f64,
    /// The share of training examples told right.
    pub train_accuracy: f64,
    /// The share of test examples told right.
    pub test_accuracy: f64,
}

/// What came of a training.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// A record for each epoch.
    pub history: Vec<Record>,
    /// The training examples, at the end.
    pub train: Evaluation,
    /// The test examples, at the end.
    pub test: Evaluation,
    /// The updates made.
    pub updates: usize,
    /// The examples seen, one as often as it was seen.
    pub examples: usize,
    /// The time that the updates took, without loading and evaluating.
    pub training_time: Duration,
}

impl Outcome {
    /// The first epoch after which the test accuracy was at least `accuracy`.
    pub fn epochs_to(&self, accuracy: f64) -> Option<usize> {
        let reached = self.history.iter().find(|record| record.test_accuracy >= accuracy);
        reached.map(|record| record.epoch)
    }

    /// The examples learned from in a second of training time; 0 where there was none.
    pub fn examples_per_second(&self) -> f64 {
        let seconds = self.training_time.as_secs_f64();
        if seconds > 0.0 { self.examples as f64 / seconds } else { 0.0 }
    }
}

/// Who wants to know how a training goes.
pub trait Observer {
    /// An epoch has ended.
    fn epoch(&mut self, record: &Record);
}

/// Nobody wants to know.
impl Observer for () {
    fn epoch(&mut self, _: &Record) {}
}

/// Trains `network` by calling `update` for every batch of every epoch.
///
/// # Errors
/// [`Error::Diverged`] after the first epoch whose loss is not a finite number; the network is then as that epoch left
/// it.
pub fn train<R: Real, N: Classifier<R>>(
    network: &mut N,
    mut update: impl FnMut(&mut N, &Batch<'_, R>),
    data: &TrainingData<R>,
    schedule: &Plan,
    observer: &mut dyn Observer,
) -> Result<Outcome> {
    let mut history = Vec::new();
    let mut training_time = Duration::ZERO;
    let mut updates = 0;
    let mut measured = None;
    for epoch in 1..=schedule.epochs {
        let start = Instant::now();
        updates += train_epoch(network, &mut update, &data.train, schedule, epoch);
        training_time += start.elapsed();
        let (record, train, test) = measure(network, epoch, &data.train, &data.test)?;
        observer.epoch(&record);
        history.push(record);
        measured = Some((train, test));
    }
    let (train, test) =
        measured.unwrap_or_else(|| (evaluate(network, &data.train), evaluate(network, &data.test)));
    Ok(Outcome { history, train, test, updates, examples: schedule.epochs * data.train.len(), training_time })
}

/// Asks a network after an epoch for the training examples and the test examples.
///
/// # Errors
/// [`Error::Diverged`] where the loss is not a finite number.
pub fn measure<R: Real>(
    network: &impl Classifier<R>,
    epoch: usize,
    train: &SparseExamples<R>,
    test: &SparseExamples<R>,
) -> Result<(Record, Evaluation, Evaluation)> {
    let train = evaluate(network, train);
    if !train.loss.is_finite() {
        return Err(Error::Diverged { epoch, loss: train.loss });
    }
    let test = evaluate(network, test);
    let record =
        Record { epoch, loss: train.loss, train_accuracy: train.accuracy(), test_accuracy: test.accuracy() };
    Ok((record, train, test))
}

/// Shows every example once, in the order of `epoch`, and returns the number of updates.
pub fn train_epoch<R: Real, N>(
    network: &mut N,
    mut update: impl FnMut(&mut N, &Batch<'_, R>),
    examples: &SparseExamples<R>,
    schedule: &Plan,
    epoch: usize,
) -> usize {
    let order = order(examples.len(), schedule, epoch);
    let mut batch = Batch::new(examples.images.pixels());
    let batches = order.chunks(schedule.batch_size);
    let updates = batches.len();
    for indices in batches {
        batch.set(examples, indices);
        update(network, &batch);
    }
    updates
}

/// The order of `examples` examples in `epoch`.
fn order(examples: usize, schedule: &Plan, epoch: usize) -> Vec<u32> {
    let mut order: Vec<u32> = (0..examples as u32).collect();
    if schedule.shuffle {
        shuffle(&mut order, &mut generator(schedule.seed, Purpose::Order, epoch as u64));
    }
    order
}
