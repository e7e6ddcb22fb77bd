//! What a stage is: a rule that changes a network after seeing a batch, and the settings that it declares.

use crate::batch::{Batch, SparseExamples};
use crate::error::Result;
use crate::linalg::Real;
use crate::network::{Activation, Init, Loss, Network};
use crate::settings::{COMMON, Setting, Settings, Value};
use crate::training::Plan;

/// Is shown a name and its numbers, which it may change.
pub type Visit<'a, R> = &'a mut dyn FnMut(&str, &mut [R]);

/// A learning rule. It runs in `f32`; the tests differentiate the same code in `f64`.
///
/// The five rules say what they are called, keep their numbers, and update. The other methods are for a stage that
/// changes more than the rule; they do nothing unless told otherwise.
///
/// Glossary (`docs/book/glossary.md`): stage.
pub trait Stage<R: Real = f32>: Sized {
    /// What it is called, what it shows, and its settings.
    const ABOUT: About;

    /// The same rule in `f64`: what it is measured by, where rounding must not matter.
    type Precise: Stage<f64>;

    /// The rule with these settings, for a network of this shape.
    fn new(settings: &Settings, network: &Network<R>) -> Self;

    /// Makes one update: changes `network` after seeing `batch`.
    fn update(&mut self, network: &mut Network<R>, batch: &Batch<'_, R>);

    /// The network before its first update.
    fn network(settings: &Settings) -> Network<R> {
        let (sigmoid, loss, init) = (Activation::Sigmoid, Loss::SquaredError, Init::ScaledNormal);
        Network::deep(&settings.hidden(), sigmoid, loss, init, settings.seed())
    }

    /// Settles what the settings leave to the training images, like a learning rate that is to be found.
    ///
    /// # Errors
    /// Where that cannot be settled.
    fn settle(settings: &Settings, _: &Network<R>, _: &SparseExamples<R>) -> Result<Settings> {
        Ok(settings.clone())
    }

    /// Is told before it updates how long the training is, and how many updates of it were `made` before: 0 where it begins,
    /// more where it goes on from a checkpoint.
    fn begin(&mut self, _: &Plan, _made: usize) {}

    /// Shows what it remembers from update to update, number by number under a name of its own: a checkpoint reads it, and
    /// a training that goes on writes it. A rule without a memory has nothing to show.
    fn memory(&mut self, _: Visit<'_, R>) {}

    /// Makes the examples of an epoch out of the originals, into `to`; false where the originals are to be learned from.
    fn renew(&mut self, _originals: &SparseExamples<R>, _epoch: usize, _to: &mut SparseExamples<R>) -> bool {
        false
    }
}

/// What a stage is called, what it shows, and its settings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct About {
    /// Its name: the crate's and the command's.
    pub name: &'static str,
    /// Its idea in a few words, for a table.
    pub idea: &'static str,
    /// Its idea in a sentence or two, for `--help`.
    pub summary: &'static str,
    /// What its reported loss measures.
    pub loss: &'static str,
    /// How long an image takes beside one of `gradient`, roughly, so that long trainings can begin first.
    pub cost: f64,
    /// The settings that mean something to it, besides those that all stages have.
    pub settings: &'static [Setting],
    /// Chosen settings that go by a name; the first is what it is run with unless told otherwise.
    pub presets: &'static [Preset],
}

impl About {
    /// What a declaration starts from.
    pub const UNNAMED: About = About {
        name: "",
        idea: "",
        summary: "",
        loss: "squared error",
        cost: 1.0,
        settings: &[],
        presets: &[],
    };

    /// All settings that it can be told, in the order of help.
    pub fn settings(&self) -> Settings {
        Settings::usual(COMMON.iter().chain(self.settings))
    }

    /// The settings that go by the name of a preset.
    pub fn preset(&self, name: &str) -> Option<Settings> {
        let preset = self.presets.iter().find(|preset| preset.name == name)?;
        let mut settings = self.settings();
        for (name, value) in preset.changes {
            settings.set(name, *value);
        }
        Some(settings)
    }

    /// The settings that it is run with unless told otherwise.
    pub fn usual(&self) -> Settings {
        self.presets.first().and_then(|preset| self.preset(preset.name)).unwrap_or_else(|| self.settings())
    }
}

/// Chosen settings that go by a name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Preset {
    /// Their name.
    pub name: &'static str,
    /// What they are good for, in a few words.
    pub help: &'static str,
    /// The values that differ from those that were declared.
    pub changes: &'static [(&'static str, Value)],
    /// How many training images they were chosen for; `None` where any number will do.
    pub train_size: Option<usize>,
}
