//! What a stage is: a rule that changes a network after seeing a batch.

use crate::batch::Batch;
use crate::error::{Error, Result};
use crate::linalg::Real;
use crate::network::Network;

/// A learning rule.
pub trait Stage<R: Real = f32>: Sized {
    /// What it is called, what it shows, and its usual settings.
    const ABOUT: About;

    /// The rule with these settings, for a network of this shape.
    fn new(settings: &Settings, network: &Network<R>) -> Self;

    /// Makes one update: changes `network` after seeing `batch`.
    fn update(&mut self, network: &mut Network<R>, batch: &Batch<'_, R>);
}

/// What a stage is called, what it shows, and its usual settings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct About {
    /// Its name: the crate's and the command's.
    pub name: &'static str,
    /// Its idea in a few words, for a table.
    pub idea: &'static str,
    /// Its idea in a sentence or two, for `--help`.
    pub summary: &'static str,
    /// The settings that it is run with unless told otherwise; only settings that mean something to it are there.
    pub defaults: Settings,
}

/// The numbers that a rule is run with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// How many examples an update sees; none where the rule is to learn from one at a time.
    pub batch_size: Option<usize>,
    /// eta, the learning rate.
    pub learning_rate: f64,
    /// mu, the share of the velocity that is kept.
    pub momentum: Option<f64>,
    /// The step of a finite difference.
    pub epsilon: Option<f64>,
}

impl Settings {
    /// How many examples an update sees.
    pub fn examples_per_update(&self) -> usize {
        self.batch_size.unwrap_or(1)
    }

    /// Refuses settings that make no sense.
    pub fn check(&self) -> Result<()> {
        let refuse = |what: String| Err(Error::Usage(what));
        if self.batch_size == Some(0) {
            return refuse("the batch size is 0: an update needs at least one example".into());
        }
        if !(self.learning_rate.is_finite() && self.learning_rate >= 0.0) {
            return refuse(format!(
                "the learning rate is {}: it must be 0 or more, and finite",
                self.learning_rate
            ));
        }
        if let Some(mu) = self.momentum.filter(|mu| !(0.0..1.0).contains(mu)) {
            return refuse(format!(
                "the momentum is {mu}: it must be 0 or more and below 1, or the velocity never fades"
            ));
        }
        if let Some(epsilon) = self.epsilon.filter(|e| !(e.is_finite() && *e > 0.0)) {
            return refuse(format!("epsilon is {epsilon}: a finite difference needs a step above 0"));
        }
        Ok(())
    }
}
