//! Trains every stage several times, on all cores, each training as it would run alone.
//!
//! What a training computes does not depend on the number of its threads, nor on what runs beside it, so its numbers are
//! the same, to the last bit, as those of the stage's own program with the same settings.

use crate::results::{Contestant, End, Epoch, Repetition, Run, rate_per_example};
use crate::stages::{Entry, Trained};
use digits_cli::dataset::LoadedData;
use digits_cli::json;
use digits_cli::progress::{SideBySide, Trainings};
use digits_cli::screen::Screen;
use digits_core::data::{Examples, PIXELS};
use digits_core::diagnosis::of_outcome;
use digits_core::network::Network;
use digits_core::parallel::side_by_side;
use digits_core::settings::{BATCH_SIZE, MEASURE_EVERY, SEED, Settings, Value};
use digits_core::training::{Outcome, Plan, Record, TrainingData};
use digits_core::{Error, Result};
use serde_json::Map;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The stages, what they learn from, and how often.
pub(crate) struct Experiment {
    /// The stages with their settings; each repetition has a seed of its own.
    pub(crate) stages: Vec<(Entry, Settings)>,
    /// The sets of training images, each with the same test images.
    pub(crate) sets: Vec<TrainingData>,
    /// The same sets as grey levels.
    pub(crate) images: Vec<Examples>,
    /// The test images as grey levels.
    pub(crate) test: Examples,
    /// The seed and the set of each repetition.
    pub(crate) repetitions: Vec<Repetition>,
}

/// A training that was watched.
pub(crate) struct Measured {
    /// Its epochs, also those before it diverged.
    pub(crate) history: Vec<Record>,
    /// Its network and results.
    pub(crate) trained: Trained,
}

/// The seeds and the sets of so many trainings: every set with every seed.
pub(crate) fn repetitions(first_seed: u64, seeds: usize, sets: usize) -> Result<Vec<Repetition>> {
    let last = first_seed.checked_add(seeds as u64 - 1).ok_or_else(|| {
        Error::Usage(format!("there are no {seeds} seeds from {first_seed} on\nGive a smaller --seed."))
    })?;
    let set = |train_set| (first_seed..=last).map(move |seed| Repetition { seed, train_set });
    Ok((0..sets).flat_map(set).collect())
}

/// Divides the training images into so many sets that share no image.
pub(crate) fn disjoint_sets(loaded: &LoadedData, sets: usize) -> (Vec<TrainingData>, Vec<Examples>) {
    let size = loaded.data.train.len() / sets;
    let all = &loaded.dataset.train;
    let set = |index| {
        let range = index * size..(index + 1) * size;
        let pixels = all.pixels()[range.start * PIXELS..range.end * PIXELS].to_vec();
        let images = Examples::new(pixels, all.labels()[range.clone()].to_vec());
        (TrainingData { train: loaded.data.train.part(range), test: loaded.data.test.clone() }, images)
    };
    (0..sets).map(set).unzip()
}

impl Experiment {
    /// Trains every stage with every repetition, and shows how they go; a list a stage, in order.
    pub(crate) fn run(&self, screen: &Screen) -> Vec<Vec<Measured>> {
        let progress = SideBySide::new(screen, self.stages.iter().map(|(entry, _)| entry.about.name));
        let times = self.repetitions.len();
        let bars: Vec<_> = self
            .stages
            .iter()
            .map(|(entry, settings)| progress.bar(entry.about.name, times, self.plan(settings).epochs))
            .collect();
        let mut measured = side_by_side(
            self.stages.len() * times,
            |job| self.cost(&self.stages[job / times]),
            |job| {
                let (entry, settings) = &self.stages[job / times];
                let repetition = self.repetitions[job % times];
                let mut watch = bars[job / times].begin();
                let data = &self.sets[repetition.train_set];
                let trained = (entry.train)(&with_seed(settings, repetition.seed), data, &mut watch);
                Measured { history: bars[job / times].end(watch), trained }
            },
        )
        .into_iter();
        progress.finish();
        self.stages.iter().map(|_| measured.by_ref().take(times).collect()).collect()
    }

    /// How long a training is.
    fn plan(&self, settings: &Settings) -> Plan {
        Plan::new(settings, self.sets.first().map_or(0, |data| data.train.len()))
    }

    /// How long a training takes beside others, roughly: the more updates the longer.
    fn cost(&self, (entry, settings): &(Entry, Settings)) -> f64 {
        cost(entry, settings, self.plan(settings).epochs)
    }
}

fn cost(entry: &Entry, settings: &Settings, epochs: usize) -> f64 {
    let batch_size = settings.get(&BATCH_SIZE).map_or(1, |_| settings.whole(&BATCH_SIZE));
    epochs as f64 * entry.about.cost * (1.0 + 1.0 / batch_size as f64)
}

/// The same settings with another seed.
pub(crate) fn with_seed(settings: &Settings, seed: u64) -> Settings {
    settings.clone().with(&SEED, Value::Whole(seed))
}

/// One of many trainings.
pub(crate) struct Job<'a> {
    /// The stage.
    pub(crate) entry: &'a Entry,
    /// Its settings, with the seed.
    pub(crate) settings: Settings,
    /// What it learns from, and is judged by.
    pub(crate) data: &'a TrainingData,
}

/// The accuracy on the test images at the end of each training, in their order; none where it diverged. Nothing is measured
/// on the way. Shows how many have ended.
pub(crate) fn accuracies(jobs: &[Job<'_>], screen: &Screen) -> Vec<Option<f64>> {
    let progress = Trainings::new(screen, jobs.len());
    let ended = AtomicUsize::new(0);
    let epochs = |job: &Job<'_>| Plan::new(&job.settings, job.data.train.len()).epochs;
    side_by_side(
        jobs.len(),
        |job| cost(jobs[job].entry, &jobs[job].settings, epochs(&jobs[job])),
        |job| {
            let job = &jobs[job];
            let seldom = Value::Whole(epochs(job).max(1) as u64);
            let settings = job.settings.clone().with(&MEASURE_EVERY, seldom);
            let trained = (job.entry.train)(&settings, job.data, &mut ());
            progress.ended(1 + ended.fetch_add(1, Ordering::Relaxed));
            trained.outcome.ok().map(|outcome| outcome.test.accuracy())
        },
    )
}

/// What came of a stage's trainings, as plain data; times are kept only with `details`.
pub(crate) fn contestant(
    (entry, settings): &(Entry, Settings),
    repetitions: &[Repetition],
    measured: &[Measured],
    details: bool,
) -> Contestant {
    let settled = measured.iter().find_map(|run| Some(&run.trained.outcome.as_ref().ok()?.settings));
    let mut settings = json::settings_object(settled.unwrap_or(settings));
    settings.shift_remove("seed");
    Contestant {
        stage: entry.about.name.to_owned(),
        idea: entry.about.idea.to_owned(),
        loss: entry.about.loss.to_owned(),
        rate_per_example: rate_per_example(&settings),
        settings,
        parameters: measured.first().map_or(0, |run| run.trained.network.parameter_count()),
        summary: Map::new(),
        runs: repetitions
            .iter()
            .zip(measured)
            .map(|(repetition, run)| one(*repetition, run, details))
            .collect(),
    }
}

/// What is wrong with a training.
fn notes(outcome: &Outcome, network: &Network) -> Vec<String> {
    of_outcome(outcome, network.loss).iter().map(ToString::to_string).collect()
}

/// One training as plain data.
fn one(repetition: Repetition, measured: &Measured, details: bool) -> Run {
    let outcome = &measured.trained.outcome;
    let epoch = |record: &Record| Epoch {
        epoch: record.epoch,
        training_loss: record.loss,
        train_accuracy: record.train_accuracy,
        test_accuracy: record.test_accuracy,
    };
    Run {
        repetition,
        fingerprint: measured.trained.network.fingerprint(),
        error: outcome.as_ref().err().map(Error::to_string),
        notes: outcome
            .as_ref()
            .map_or_else(|_| Vec::new(), |outcome| notes(outcome, &measured.trained.network)),
        end: outcome.as_ref().ok().map(|outcome| End {
            updates: outcome.updates,
            training_loss: outcome.train.loss,
            train_accuracy: outcome.train.accuracy(),
            test_accuracy: outcome.test.accuracy(),
            confusion: outcome.test.confusion,
            train_seconds: details.then_some(outcome.training_time.as_secs_f64()),
            samples_per_second: details.then(|| outcome.examples_per_second()),
        }),
        history: measured.history.iter().map(epoch).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_meets_every_seed() {
        let found: Vec<(u64, usize)> =
            repetitions(5, 2, 2).expect("seeds").iter().map(|r| (r.seed, r.train_set)).collect();
        assert_eq!(found, [(5, 0), (6, 0), (5, 1), (6, 1)]);
        assert_eq!(repetitions(u64::MAX, 2, 1).expect_err("no such seeds").exit_code(), 2);
    }
}
