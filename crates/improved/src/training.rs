//! A training from its settings to its outcome.

use crate::augment::Augmenter;
use crate::early_stopping::{EarlyStopping, Validated, hold_out};
use crate::range_test::{RangeTest, range_test};
use crate::{DeepNetwork, Improved, LearningRate, RateSchedule, Settings};
use digits_core::batch::{Batch, SparseExamples};
use digits_core::evaluation::evaluate;
use digits_core::training::{Observer, Outcome, Plan, TrainingData, measure, train_epoch};
use digits_core::{Error, Result};
use std::borrow::Cow;
use std::time::{Duration, Instant};

/// While training goes on, the accuracy on the training images is that of at most so many of them: measuring all of
/// 60,000 would take as long as a third of an epoch. At the end all of them are measured.
const MEASURED: usize = 5_000;

/// What came of a training, besides the network.
#[derive(Debug, Clone, PartialEq)]
pub struct Trained {
    /// Accuracies, times and the history; the history holds the epochs that were measured.
    pub outcome: Outcome,
    /// The training time up to each record of the history.
    pub times: Vec<Duration>,
    /// eta, the full learning rate, as it was set or found.
    pub learning_rate: f64,
    /// How it was found, if it was.
    pub range_test: Option<RangeTest>,
    /// What the held-out images said, if there were any.
    pub validation: Vec<Validated>,
    /// The epochs that were trained: fewer than set where training stopped early.
    pub epochs: usize,
    /// The epoch whose network was kept.
    pub kept: usize,
}

impl Settings {
    /// A network with its starting weights.
    pub fn network(&self) -> DeepNetwork {
        DeepNetwork::new(&self.hidden, self.activation, self.loss, self.init, self.seed)
    }

    /// The order in which examples come, for the loop of all stages.
    pub(crate) fn order(&self) -> Plan {
        Plan { epochs: self.epochs, batch_size: self.batch_size, seed: self.seed, shuffle: self.shuffle }
    }
}

/// Trains a network as the settings say. The test images are measured for the record; nothing depends on them.
///
/// # Errors
/// Settings that make no sense, or [`Error::Diverged`] after the first epoch that leaves the finite numbers.
pub fn train(
    settings: &Settings,
    network: &mut DeepNetwork,
    data: &TrainingData,
    observer: &mut dyn Observer,
) -> Result<Trained> {
    settings.check(data.train.len())?;
    let (examples, mut stopping) = match settings.validation {
        0 => (Cow::Borrowed(&data.train), None),
        count => {
            let (train, held) = hold_out(&data.train, count);
            (Cow::Owned(train), Some(EarlyStopping::new(held, settings.patience)))
        }
    };
    let start = Instant::now();
    let (eta, range_test) = match settings.learning_rate {
        LearningRate::Fixed(eta) => (eta, None),
        LearningRate::Auto => {
            let found = range_test(settings, network, &examples)?;
            (found.suggestion, Some(found))
        }
    };
    let mut training_time = if range_test.is_some() { start.elapsed() } else { Duration::ZERO };

    let updates_per_epoch = examples.len().div_ceil(settings.batch_size);
    let rates = RateSchedule {
        eta,
        shape: settings.schedule,
        warmup: (settings.warmup * updates_per_epoch as f64).round() as usize,
        updates: settings.epochs.saturating_mul(updates_per_epoch),
    };
    let sample = first(&examples, MEASURED);
    let order = settings.order();
    let mut rule = Improved::new(settings, network);
    let mut fresh = Augmenter::new(settings);
    let (mut history, mut times, mut updates, mut epochs) = (Vec::new(), Vec::new(), 0, 0);
    for epoch in 1..=settings.epochs {
        let start = Instant::now();
        let images = fresh.epoch(&examples, epoch);
        let update = |network: &mut DeepNetwork, batch: &Batch<'_>| {
            rule.update(network, batch, rates.rate(updates));
            updates += 1;
        };
        train_epoch(network, update, images, &order, epoch);
        training_time += start.elapsed();
        epochs = epoch;

        // The last batch shows in every epoch whether numbers are still numbers.
        let errors = rule.signals().delta.last();
        if errors.is_some_and(|errors| errors.iter().any(|error| !error.is_finite())) {
            return Err(Error::Diverged { epoch, loss: f64::NAN });
        }
        if epoch == 1 || epoch.is_multiple_of(settings.measure_every) || epoch == settings.epochs {
            let (record, ..) = measure(network, epoch, &sample, &data.test)?;
            observer.epoch(&record);
            history.push(record);
            times.push(training_time);
        }
        if stopping.as_mut().is_some_and(|stopping| stopping.look(epoch, network)) {
            break;
        }
    }

    let (validation, best) = stopping.map_or((Vec::new(), None), EarlyStopping::end);
    let kept = best.map_or(epochs, |(epoch, best)| {
        *network = best;
        epoch
    });
    let outcome = Outcome {
        history,
        train: evaluate(network, &examples),
        test: evaluate(network, &data.test),
        updates,
        examples: epochs * examples.len(),
        training_time,
    };
    Ok(Trained { outcome, times, learning_rate: eta, range_test, validation, epochs, kept })
}

/// The first examples, at most `count`.
fn first(examples: &SparseExamples, count: usize) -> Cow<'_, SparseExamples> {
    if examples.len() <= count {
        return Cow::Borrowed(examples);
    }
    let mut some = examples.clone();
    some.truncate(count);
    Cow::Owned(some)
}
