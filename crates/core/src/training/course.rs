//! A training with all that happens between its epochs: measuring, telling, and knowing when to stop.

use super::{Observer, Outcome, PATIENCE, Plan, Record, Training, VALIDATION};
use crate::batch::SparseExamples;
use crate::early_stopping::{EarlyStopping, hold_out};
use crate::error::{Error, Result};
use crate::evaluation::{Evaluation, evaluate};
use crate::linalg::Real;
use crate::network::Network;
use crate::settings::{Settings, Value};
use crate::stage::Stage;
use std::borrow::Cow;
use std::time::Duration;

/// While training goes on, the accuracy on the training images is that of at most so many of them: measuring all of
/// 60,000 would take as long as a third of an epoch. At the end all of them are measured.
const MEASURED: usize = 5_000;

/// A training from its first update to its last, with what was measured on the way.
pub struct Course<'a, R: Real, S> {
    pub(super) training: Training<R, S>,
    /// The settings as they were asked for, and with what the stage found.
    pub(super) asked: Settings,
    pub(super) settings: Settings,
    pub(super) plan: Plan,
    /// What is learned from, and the first of it, where there is too much to measure all.
    pub(super) examples: Cow<'a, SparseExamples<R>>,
    first: Option<SparseExamples<R>>,
    pub(super) test: Cow<'a, SparseExamples<R>>,
    pub(super) stopping: Option<EarlyStopping<R>>,
    pub(super) is_over: bool,
    diverged: Option<(usize, f64)>,
    pub(super) history: Vec<Record>,
    pub(super) time: Duration,
    measured: Option<Measured>,
}

/// A network measured at a moment of its course.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// In short.
    pub record: Record,
    /// On the images that are learned from, at most so many of the first; those held out are not among them.
    pub train: Evaluation,
    /// On the test images.
    pub test: Evaluation,
}

impl<'a, R: Real, S: Stage<R>> Course<'a, R, S> {
    /// A course that has not made an update yet, by stage `S` from `network` on, with images to learn from and to be judged by.
    ///
    /// # Errors
    /// Where a stage cannot find what is left to it, and [`Error::Interrupted`] where the observer stops.
    pub fn new(
        settings: &Settings,
        network: Network<R>,
        images: (Cow<'a, SparseExamples<R>>, Cow<'a, SparseExamples<R>>),
        observer: &dyn Observer,
    ) -> Result<Self> {
        if observer.stops() {
            return Err(Error::Interrupted { epoch: 0 });
        }
        let mut course = Course::unsettled(settings, settings.clone(), network, images);
        let start = observer.now();
        let settled = S::settle(settings, &course.training.network, &course.examples)?;
        if settled != *settings {
            let network = course.training.network;
            course.training = Training::new(S::new(&settled, &network), network, course.plan);
            course.settings = settled;
        }
        course.time = observer.now().saturating_sub(start);
        Ok(course)
    }

    /// The same with these settings, whatever they leave to the stage.
    pub(super) fn unsettled(
        asked: &Settings,
        settings: Settings,
        network: Network<R>,
        (train, test): (Cow<'a, SparseExamples<R>>, Cow<'a, SparseExamples<R>>),
    ) -> Self {
        let (examples, stopping) = match settings.get(&VALIDATION) {
            Some(Value::Whole(1..)) => {
                let (train, held_out) = hold_out(&train, settings.whole(&VALIDATION));
                (Cow::Owned(train), Some(EarlyStopping::new(held_out, settings.whole(&PATIENCE))))
            }
            _ => (train, None),
        };
        let plan = Plan::new(&settings, examples.len());
        Course {
            training: Training::new(S::new(&settings, &network), network, plan),
            asked: asked.clone(),
            settings,
            plan,
            first: (examples.len() > MEASURED).then(|| examples.part(0..MEASURED)),
            is_over: examples.is_empty() || plan.updates() == 0,
            examples,
            test,
            stopping,
            diverged: None,
            history: Vec::new(),
            time: Duration::ZERO,
            measured: None,
        }
    }

    /// Makes at most `most` updates, none beyond the end of an epoch, and returns how many; 0 only when the course is over, and
    /// where the observer stops it, which may be after any update. After an epoch that is to be measured, the observer is told.
    pub fn step(&mut self, most: usize, observer: &mut dyn Observer) -> usize {
        if self.is_over || observer.stops() {
            return 0;
        }
        let start = observer.now();
        let made = self.training.step_until(&self.examples, most, || observer.stops());
        self.time += observer.now().saturating_sub(start);
        if self.training.is_at_end_of_epoch() || self.training.is_finished() {
            self.look(observer);
        }
        made
    }

    /// Looks at the network after an epoch.
    fn look(&mut self, observer: &mut dyn Observer) {
        let epoch = self.training.epoch();
        let is_finite = self.training.network.is_finite();
        if self.plan.measures(epoch) || !is_finite {
            let measured = self.measure();
            if !(measured.train.loss.is_finite() && is_finite) {
                self.diverged = Some((epoch, measured.train.loss));
                self.is_over = true;
                return;
            }
            observer.epoch(&measured.record);
            self.history.push(measured.record);
            self.measured = Some(measured);
        }
        if let Some(stopping) = &mut self.stopping {
            stopping.look(epoch, &self.training.network);
        }
        self.is_over = self.is_at_its_end();
    }

    /// Whether there is nothing more to do: all updates are made, or nothing became better for long enough.
    pub(super) fn is_at_its_end(&self) -> bool {
        self.training.is_finished() || self.stopping.as_ref().is_some_and(EarlyStopping::is_over)
    }

    /// Measures the network as it is now.
    pub fn measure(&self) -> Measured {
        let network = &self.training.network;
        let train = evaluate(network, self.first.as_ref().unwrap_or(&self.examples));
        let test = evaluate(network, &self.test);
        let record = Record {
            epoch: self.training.epoch(),
            updates: self.training.updates(),
            loss: train.loss,
            train_accuracy: train.accuracy(),
            test_accuracy: test.accuracy(),
            time: self.time,
        };
        Measured { record, train, test }
    }

    /// What was measured last on the way.
    pub fn measured(&self) -> Option<&Measured> {
        self.measured.as_ref()
    }

    /// Everything that was measured on the way.
    pub fn history(&self) -> &[Record] {
        &self.history
    }

    /// The training as it stands.
    pub fn training(&self) -> &Training<R, S> {
        &self.training
    }

    /// The network that would be kept if the course ended here: the best one, where images are held out.
    pub fn network(&self) -> &Network<R> {
        let best = self.stopping.as_ref().and_then(EarlyStopping::best);
        best.map_or(&self.training.network, |(_, network)| network)
    }

    /// The plan that it follows.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The settings, also those that were left to the training to find.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The images that are learned from; those held out are not among them.
    pub fn examples(&self) -> &SparseExamples<R> {
        &self.examples
    }

    /// The images that it is judged by.
    pub fn test(&self) -> &SparseExamples<R> {
        &self.test
    }

    /// Whether the last update has been made.
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    /// Why it ended, where it left the finite numbers.
    pub fn error(&self) -> Option<Error> {
        self.diverged.map(|(epoch, loss)| Error::Diverged { epoch, loss })
    }

    /// The network at the end, and what came of the course.
    ///
    /// # Errors
    /// [`Error::Diverged`], where no earlier network was kept, and [`Error::Interrupted`] where there was more to do; then the
    /// network is as the last update left it.
    pub fn end(self) -> (Network<R>, Result<Outcome>) {
        let (epochs, updates, samples) =
            (self.training.epoch(), self.training.updates(), self.training.samples());
        let error = self.error();
        let mut network = self.training.network;
        if !self.is_over {
            return (network, Err(Error::Interrupted { epoch: epochs }));
        }
        let (validation, best) = self.stopping.map_or((Vec::new(), None), EarlyStopping::end);
        let kept_epoch = match (best, error) {
            (Some((epoch, best)), _) => {
                network = best;
                epoch
            }
            (None, Some(error)) => return (network, Err(error)),
            (None, None) => epochs,
        };
        let (train, test) = (evaluate(&network, &self.examples), evaluate(&network, &self.test));
        let outcome = Outcome {
            settings: self.settings,
            history: self.history,
            train,
            test,
            updates,
            epochs,
            examples: samples,
            training_time: self.time,
            validation,
            kept_epoch,
            diverged: self.diverged.map(|(epoch, _)| epoch),
        };
        (network, Ok(outcome))
    }
}
