//! What tables, curves and sentences ask of results.

use super::{Contestant, EARLY, REFERENCE, Results, Run};
use crate::statistics::{Spread, paired};
use serde_json::{Map, Value};

impl Results {
    /// The stage of this name.
    pub(crate) fn stage(&self, name: &str) -> Option<&Contestant> {
        self.stages.iter().find(|contestant| contestant.stage == name)
    }

    /// The most epochs that a stage was trained.
    pub(crate) fn epochs(&self) -> usize {
        let last = |run: &Run| run.history.last().map_or(0, |epoch| epoch.epoch);
        self.stages.iter().flat_map(|contestant| &contestant.runs).map(last).max().unwrap_or(0)
    }

    /// Whether the repetitions differ in their training images.
    pub(crate) fn varies_images(&self) -> bool {
        self.repetitions.iter().any(|repetition| repetition.train_set > 0)
    }

    /// How accuracies of each repetition differ from those of the stage that all are compared with.
    pub(crate) fn difference(&self, accuracies: &[f64]) -> Option<Spread> {
        paired(accuracies, &self.stage(REFERENCE)?.accuracies()?)
    }

    /// The same of two stages, at the end.
    pub(crate) fn between(&self, one: &str, other: &str) -> Option<Spread> {
        paired(&self.stage(one)?.accuracies()?, &self.stage(other)?.accuracies()?)
    }

    /// The same of two stages, after an epoch.
    pub(crate) fn between_after(&self, epoch: usize, one: &str, other: &str) -> Option<Spread> {
        paired(&self.stage(one)?.accuracies_after(epoch)?, &self.stage(other)?.accuracies_after(epoch)?)
    }

    /// Adds means, spreads and differences to each stage.
    pub(crate) fn summarise(&mut self) {
        let summaries: Vec<Map<String, Value>> = self
            .stages
            .iter()
            .map(|contestant| {
                let mut summary = Map::new();
                if let Some(accuracies) = contestant.accuracies() {
                    put_spread(&mut summary, "test_accuracy", Spread::of(&accuracies), false);
                    put_spread(&mut summary, "difference", self.difference(&accuracies), true);
                }
                if let Some(early) = contestant.accuracies_after(EARLY) {
                    put_spread(&mut summary, "test_accuracy_after_10", Spread::of(&early), false);
                }
                summary
            })
            .collect();
        for (contestant, summary) in self.stages.iter_mut().zip(summaries) {
            contestant.summary = summary;
        }
    }
}

/// Adds a mean with its deviation, or its error, under names of their own.
fn put_spread(to: &mut Map<String, Value>, name: &str, spread: Option<Spread>, is_difference: bool) {
    let Some(spread) = spread else {
        return;
    };
    to.insert(format!("{name}_mean"), spread.mean.into());
    let (what, value) = match is_difference {
        true => ("standard_error", spread.error()),
        false => ("standard_deviation", spread.deviation),
    };
    if let Some(value) = value {
        to.insert(format!("{name}_{what}"), value.into());
    }
}

impl Contestant {
    /// The test accuracies at the end, one a repetition; none if a training has no result.
    pub(crate) fn accuracies(&self) -> Option<Vec<f64>> {
        self.runs.iter().map(|run| run.end.as_ref().map(|end| end.test_accuracy)).collect()
    }

    /// The same after an epoch; none if it was not measured.
    pub(crate) fn accuracies_after(&self, epoch: usize) -> Option<Vec<f64>> {
        self.runs.iter().map(|run| run.after(epoch)).collect()
    }

    /// B, the images of an update.
    pub(crate) fn batch_size(&self) -> u64 {
        self.settings.get("batch_size").and_then(Value::as_u64).unwrap_or(1)
    }

    /// eta, or what it was left to.
    pub(crate) fn learning_rate(&self) -> String {
        match self.settings.get("learning_rate") {
            Some(Value::Number(eta)) => digits_cli::text::setting(eta.as_f64().unwrap_or_default()),
            Some(Value::String(word)) => word.clone(),
            _ => String::new(),
        }
    }

    /// The first training that has no result, and how many there are.
    pub(crate) fn failures(&self) -> Option<(&str, usize)> {
        let mut errors = self.runs.iter().filter_map(|run| run.error.as_deref());
        errors.next().map(|first| (first, 1 + errors.count()))
    }
}

impl Run {
    /// The test accuracy after an epoch, if it was measured.
    pub(crate) fn after(&self, epoch: usize) -> Option<f64> {
        self.history.iter().find(|record| record.epoch == epoch).map(|record| record.test_accuracy)
    }
}
