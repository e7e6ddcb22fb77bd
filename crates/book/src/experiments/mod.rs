//! Experiments: what takes longer than a test may, or needs MNIST. A file each; `cargo run -p book -- measure NAME` runs one into
//! `docs/book/results/NAME.json`.
//!
//! A file of results says what it was made by: which experiment, on which data, by which version of the rules. A test compares that
//! with what is now.

use crate::programs::{Place, Quoted};
use crate::{Problem, Result, Tool, project};
use digits_core::data::source::{self, LoadOptions};
use digits_core::data::{Dataset, Source};
use serde_json::{Value, json};
use std::path::Path;

mod ablation;
mod angles_by_epoch;
mod averaged_layers;
mod batch_composition;
mod batch_sizes;
mod bias_variants;
mod covariance;
mod difference_steps;
mod fair_shares;
mod feedback;
mod first_epoch;
mod full_batches;
mod hidden_layer;
mod lit_pixels;
mod looking_up;
mod luck;
mod momentum_at_equal_r;
mod overshoot;
mod rates_per_example;
mod saturation;
mod ten_neurons;
mod terminal;
mod training;
mod tuned;
mod turned_around;

pub(crate) use hidden_layer::CHAIN;

/// All experiments.
const ALL: &[&Experiment] = &[
    &looking_up::EXPERIMENT,
    &ten_neurons::EXPERIMENT,
    &hidden_layer::EXPERIMENT,
    &luck::EXPERIMENT,
    &turned_around::EXPERIMENT,
    &angles_by_epoch::EXPERIMENT,
    &averaged_layers::EXPERIMENT,
    &batch_composition::EXPERIMENT,
    &batch_sizes::EXPERIMENT,
    &bias_variants::EXPERIMENT,
    &covariance::EXPERIMENT,
    &difference_steps::EXPERIMENT,
    &first_epoch::EXPERIMENT,
    &rates_per_example::EXPERIMENT,
    &saturation::EXPERIMENT,
    &terminal::EXPERIMENT,
    &tuned::EXPERIMENT,
    &ablation::EXPERIMENT,
    &fair_shares::EXPERIMENT,
    &feedback::EXPERIMENT,
    &full_batches::EXPERIMENT,
    &lit_pixels::EXPERIMENT,
    &momentum_at_equal_r::EXPERIMENT,
    &overshoot::EXPERIMENT,
];

/// What an experiment learns from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Data {
    /// MNIST.
    Mnist,
    /// The practice digits.
    Practice,
}

impl Data {
    fn name(self) -> &'static str {
        match self {
            Data::Mnist => "MNIST",
            Data::Practice => "practice digits",
        }
    }
}

/// An experiment.
pub struct Experiment {
    /// Its name, and that of its file of results.
    pub name: &'static str,
    /// What it measures, with size, epochs and seeds, in a sentence.
    pub about: &'static str,
    /// What it learns from.
    pub data: Data,
    /// The stages on whose rules its results depend.
    pub stages: &'static [&'static str],
    /// Runs it: an object with its results.
    pub run: fn(&Lab<'_>) -> Result<Value>,
}

/// What an experiment runs with.
pub struct Lab<'a> {
    tool: &'a Tool,
    place: Place,
    data: Data,
}

impl Lab<'_> {
    /// What `PROGRAM FLAGS` writes for programs, on the experiment's data.
    pub fn json(&self, command: &str) -> Result<Value> {
        let mut quoted = Quoted::short(command)?;
        let data = if self.data == Data::Mnist { "mnist" } else { "practice" };
        quoted.args.extend(["--data".to_owned(), data.to_owned()]);
        self.tool.programs.json(&quoted, &self.place)
    }

    /// The folder in which its programs run.
    pub fn folder(&self) -> &Path {
        self.place.path()
    }

    /// The lines that `PROGRAM FLAGS` shows in a terminal of so many columns, with the codes of their colours.
    pub fn terminal(&self, command: &str, columns: usize) -> Result<Vec<String>> {
        self.tool.programs.terminal(&Quoted::short(command)?, &self.place, columns)
    }

    /// The experiment's data, for those that train by the libraries.
    pub fn dataset(&self) -> Result<Dataset> {
        match self.data {
            Data::Practice => Ok(digits_core::data::practice::dataset()),
            Data::Mnist => mnist(&self.place),
        }
    }
}

/// MNIST from the folder of a place.
fn mnist(place: &Place) -> Result<Dataset> {
    let options = LoadOptions { data: place.path().join("data"), ..LoadOptions::default() };
    source::load(&Source::Mnist, &options, &mut ()).map_err(|error| Problem::new(error.to_string()))
}

/// The experiment of this name.
pub fn named(name: &str) -> Option<&'static Experiment> {
    ALL.iter().copied().find(|experiment| experiment.name == name)
}

/// All experiments.
pub fn all() -> &'static [&'static Experiment] {
    ALL
}

/// The file of an experiment's results.
pub fn file(experiment: &Experiment) -> String {
    format!("{}/{}.json", project::RESULTS[1], experiment.name)
}

/// What a file of results should say about how it was made.
pub fn made(experiment: &Experiment, tool: &Tool) -> Result<Value> {
    let stages = tool.rules.of(experiment.stages, &tool.programs)?;
    Ok(json!({"about": experiment.about, "data": experiment.data.name(), "stages": stages}))
}

/// Runs an experiment, and writes its results.
pub fn measure(experiment: &Experiment, tool: &Tool) -> Result<()> {
    let place = if experiment.data == Data::Mnist { Place::with_mnist()? } else { Place::empty()? };
    let lab = Lab { tool, place, data: experiment.data };
    let mut results = (experiment.run)(&lab).map_err(|problem| problem.at(experiment.name))?;
    let Some(object) = results.as_object_mut() else {
        return Problem::err(format!("{} makes no object", experiment.name));
    };
    object.insert("made".to_owned(), made(experiment, tool)?);
    let text = serde_json::to_string_pretty(&results).map_err(|error| Problem::new(error.to_string()))?;
    project::write(&file(experiment), &format!("{text}\n")).map(|_| ())
}

/// Whether a file of results is there, and of this version of the experiment and the rules.
pub fn check(experiment: &Experiment, tool: &Tool) -> Result<()> {
    let advice = format!("`cargo run -p book -- measure {}` makes it", experiment.name);
    let file = file(experiment);
    if !project::root().join(&file).exists() {
        return Problem::err(format!("{file} is not there: {advice}"));
    }
    let found: Value = serde_json::from_str(&project::read(&file)?)
        .map_err(|error| Problem::new(format!("{file}: {error}: {advice}")))?;
    let expected = made(experiment, tool)?;
    if found["made"] != expected {
        return Problem::err(format!(
            "{file} was made by {}, but now it would be by {expected}: {advice}",
            found["made"]
        ));
    }
    Ok(())
}
