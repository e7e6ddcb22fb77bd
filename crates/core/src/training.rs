//! The training loop: epochs of shuffled batches, one update after the other.
//!
//! [`Training`] is the loop. [`Course`] is the loop with all that happens between epochs: it measures the network on the
//! way, tells an [`Observer`], and knows when to stop. Both can be stepped, an update or an epoch at a time, by whoever shows a
//! training while it happens; [`train`] runs a course to its end. Nobody here looks at a clock: an observer who wants times
//! hands one in. A course in a file, from which it goes on, is in `saved.rs`.

mod course;
mod plan;
mod saved;

pub use course::{Course, Measured};
pub use plan::{Plan, is_milestone};

use crate::batch::{Batch, SparseExamples};
use crate::data::{Dataset, PIXELS};
use crate::early_stopping::Validated;
use crate::error::Result;
use crate::evaluation::Evaluation;
use crate::linalg::{Real, SparseImages};
use crate::network::Network;
use crate::settings::{Kind, Setting, Settings, Value};
use crate::stage::Stage;
use std::borrow::Cow;
use std::time::Duration;

/// The training images that are held out to decide when to stop.
pub const VALIDATION: Setting = Setting {
    name: "validation",
    value_name: "N",
    kind: Kind::Whole { least: 0, most: u64::MAX },
    usual: Value::Whole(0),
    help: "Hold out the last N training images, stop when the accuracy on them does not become better for a while, and \
           keep the best network; 0 trains all epochs",
    ..Setting::UNNAMED
};
/// The epochs without progress after which training stops.
pub const PATIENCE: Setting = Setting {
    name: "patience",
    value_name: "EPOCHS",
    kind: Kind::Whole { least: 1, most: u64::MAX },
    usual: Value::Whole(20),
    help: "With --validation: how long to go on without progress",
    needs: "validation",
    ..Setting::UNNAMED
};
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

/// A training between its first and its last update.
///
/// Glossary (`docs/book/glossary.md`): update.
pub struct Training<R: Real, S> {
    /// The rule.
    pub stage: S,
    /// The network that it changes.
    pub network: Network<R>,
    plan: Plan,
    /// The epoch of the last update, counted from 1; 0 before the first.
    epoch: usize,
    updates: usize,
    /// The order of this epoch's examples, and how many of them have been seen.
    order: Vec<u32>,
    seen: usize,
    /// The examples that the stage made for this epoch, where it makes some.
    renewed: SparseExamples<R>,
    is_renewed: bool,
}

impl<R: Real, S: Stage<R>> Training<R, S> {
    /// A training by `stage`, which has not made an update yet.
    pub fn new(mut stage: S, network: Network<R>, plan: Plan) -> Self {
        stage.begin(&plan, 0);
        let renewed = SparseExamples { images: SparseImages::new(PIXELS), labels: Vec::new() };
        let order = Vec::new();
        Training { stage, network, plan, epoch: 0, updates: 0, order, seen: 0, renewed, is_renewed: false }
    }

    /// The same training after so many `updates`, with the network and the memory that they left: it goes on as if it had made
    /// them itself.
    fn after(mut self, updates: usize, examples: &SparseExamples<R>) -> Self {
        if updates == 0 {
            return self;
        }
        let per_epoch = self.plan.updates_per_epoch().max(1);
        self.updates = updates;
        self.epoch = updates.div_ceil(per_epoch);
        self.order = self.plan.order(self.epoch);
        let of_epoch = updates - (self.epoch - 1) * per_epoch;
        self.seen = of_epoch.saturating_mul(self.plan.batch_size).min(self.order.len());
        if !self.is_at_end_of_epoch() {
            self.is_renewed = self.stage.renew(examples, self.epoch, &mut self.renewed);
        }
        self.stage.begin(&self.plan, updates);
        self
    }

    /// The epoch of the last update, counted from 1; 0 before the first.
    pub fn epoch(&self) -> usize {
        self.epoch
    }

    /// The updates made.
    pub fn updates(&self) -> usize {
        self.updates
    }

    /// Whether every example of this epoch has been seen.
    pub fn is_at_end_of_epoch(&self) -> bool {
        self.seen == self.order.len()
    }

    /// The examples processed, counting repeats.
    pub fn samples(&self) -> usize {
        self.epoch.saturating_sub(1) * self.plan.examples + self.seen
    }

    /// Whether the last update of the plan has been made.
    pub fn is_finished(&self) -> bool {
        self.updates >= self.plan.updates()
    }

    /// Makes at most `most` updates, none beyond the end of an epoch or of the plan, and returns how many; 0 only when the training is
    /// finished. `examples` are the same at every call, as many as the plan says.
    pub fn step(&mut self, examples: &SparseExamples<R>, most: usize) -> usize {
        self.step_until(examples, most, || false)
    }

    /// The same, but no further than the first update after which it `is_enough`.
    pub fn step_until(
        &mut self,
        examples: &SparseExamples<R>,
        most: usize,
        is_enough: impl Fn() -> bool,
    ) -> usize {
        if self.is_finished() || most == 0 || examples.is_empty() {
            return 0;
        }
        if self.is_at_end_of_epoch() {
            self.epoch += 1;
            self.order = self.plan.order(self.epoch);
            self.seen = 0;
            self.is_renewed = self.stage.renew(examples, self.epoch, &mut self.renewed);
        }
        let most = most.min(self.plan.updates() - self.updates);
        let examples = if self.is_renewed { &self.renewed } else { examples };
        let mut batch = Batch::new(examples.images.pixels());
        let mut made = 0;
        for indices in self.order[self.seen..].chunks(self.plan.batch_size).take(most) {
            batch.set(examples, indices);
            self.stage.update(&mut self.network, &batch);
            self.seen += indices.len();
            made += 1;
            if is_enough() {
                break;
            }
        }
        self.updates += made;
        made
    }
}

/// The state after an epoch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Record {
    /// The epoch, counted from 1.
    pub epoch: usize,
    /// The updates made up to there.
    pub updates: usize,
    /// The mean loss of a training example.
    pub loss: f64,
    /// The accuracy on the training examples, 0 to 1; where there are many, on the first of them.
    pub train_accuracy: f64,
    /// The accuracy on the test examples, 0 to 1.
    pub test_accuracy: f64,
    /// The training time up to there, without measuring.
    pub time: Duration,
}

/// What came of a training, besides the network.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The settings, also those that were left to the training to find.
    pub settings: Settings,
    /// A record for each epoch that was measured.
    pub history: Vec<Record>,
    /// The evaluation on the training examples, at the end.
    pub train: Evaluation,
    /// The evaluation on the test examples, at the end.
    pub test: Evaluation,
    /// The updates made.
    pub updates: usize,
    /// The epochs trained, the last of them perhaps in part: fewer than planned where training stopped early.
    pub epochs: usize,
    /// The examples processed, counting repeats.
    pub examples: usize,
    /// The time that the updates took, without loading and evaluating.
    pub training_time: Duration,
    /// The evaluations on the held-out images, if there were any.
    pub validation: Vec<Validated>,
    /// The epoch whose network was kept.
    pub kept_epoch: usize,
    /// The epoch that left the finite numbers, where an earlier network was kept all the same.
    pub diverged: Option<usize>,
}

impl Outcome {
    /// The first measured epoch after which the test accuracy was at least `accuracy`.
    pub fn epochs_to(&self, accuracy: f64) -> Option<usize> {
        let reached = self.history.iter().find(|record| record.test_accuracy >= accuracy);
        reached.map(|record| record.epoch)
    }

    /// The examples processed in a second of training time; 0 where there was none.
    pub fn examples_per_second(&self) -> f64 {
        let seconds = self.training_time.as_secs_f64();
        if seconds > 0.0 { self.examples as f64 / seconds } else { 0.0 }
    }
}

/// Is told the state after each epoch that was measured, and may stop the training.
pub trait Observer {
    /// An epoch has been measured.
    fn epoch(&mut self, record: &Record);

    /// The time on the observer's clock, since any moment; always 0 for one who does not want times.
    fn now(&self) -> Duration {
        Duration::ZERO
    }

    /// Whether the training is to stop here; asked after each update.
    fn stops(&self) -> bool {
        false
    }
}

/// Ignores everything.
impl Observer for () {
    fn epoch(&mut self, _: &Record) {}
}

/// Trains `network` by stage `S` with these settings, and measures it on the way. The test images are measured for the
/// record; nothing depends on them.
///
/// # Errors
/// [`Error::Diverged`](crate::Error::Diverged) after the first epoch that leaves the finite numbers, and the network is as
/// that epoch left it. Where images were held out, that is no error: training stops, and the best network so far is kept.
/// [`Error::Interrupted`](crate::Error::Interrupted) where the observer stopped it.
pub fn train<R: Real, S: Stage<R>>(
    settings: &Settings,
    network: &mut Network<R>,
    data: &TrainingData<R>,
    observer: &mut dyn Observer,
) -> Result<Outcome> {
    let images = (Cow::Borrowed(&data.train), Cow::Borrowed(&data.test));
    let mut course = Course::<R, S>::new(settings, network.clone(), images, observer)?;
    while course.step(usize::MAX, observer) > 0 {}
    let (trained, outcome) = course.end();
    *network = trained;
    outcome
}
