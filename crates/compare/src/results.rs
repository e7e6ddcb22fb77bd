//! What a comparison found, as plain data: it is made from trainings, written as JSON, and read back.
//!
//! Nothing here depends on the machine or the moment, so a file of results is the same for everyone; times stand apart,
//! and only where details are asked for. Tables, curves and sentences are all made from this.

mod questions;

use digits_core::data::CLASSES;
use digits_core::error::Place;
use digits_core::evaluation::Evaluation;
use digits_core::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::path::Path;

/// The stage that the others are compared with.
pub(crate) const REFERENCE: &str = "gradient";
/// The epoch after which all are looked at once more: early, but past the first climb.
pub(crate) const EARLY: usize = 10;

/// What a comparison found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Results {
    /// The version of the layout.
    pub(crate) version: u32,
    /// What the data set is called.
    pub(crate) dataset: String,
    /// The images of each training.
    pub(crate) train_size: usize,
    /// The images that all were judged by.
    pub(crate) test_size: usize,
    /// How often every training was repeated, and what changed from one to the next.
    pub(crate) repetitions: Vec<Repetition>,
    /// What there is without these stages.
    pub(crate) baselines: Vec<Baseline>,
    /// The stages, in the order in which they are taught.
    pub(crate) stages: Vec<Contestant>,
    /// How the learning rates were chosen, where they were.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) choices: Vec<Choice>,
    /// What depends on the machine; only where details were asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) machine: Option<Machine>,
}

/// What is new in a repetition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Repetition {
    /// The seed of the starting weights and of the order of the images.
    pub(crate) seed: u64,
    /// Which set of training images, counted from 0; no two sets share an image.
    pub(crate) train_set: usize,
}

/// How the learning rate of a stage was chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Choice {
    /// The stage.
    pub(crate) stage: String,
    /// The training images that it was chosen by.
    pub(crate) held_out: usize,
    /// Which of those that were tried was chosen.
    pub(crate) chosen: usize,
    /// The rates that were tried, ascending.
    pub(crate) tried: Vec<Tried>,
}

impl Choice {
    /// eta, as it was chosen.
    pub(crate) fn rate(&self) -> f64 {
        self.tried[self.chosen].learning_rate
    }
}

/// A learning rate that was tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Tried {
    /// eta.
    pub(crate) learning_rate: f64,
    /// The accuracy on the held-out images with each seed; none where training diverged.
    pub(crate) accuracies: Vec<Option<f64>>,
}

/// What depends on the machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Machine {
    /// Where the data came from.
    pub(crate) data_origin: String,
    /// How many trainings ran at a time.
    pub(crate) at_a_time: usize,
}

/// A way to read digits that is not one of the stages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Baseline {
    /// What it is called.
    pub(crate) name: String,
    /// What it does, in a few words.
    pub(crate) idea: String,
    /// The test accuracy of each repetition.
    pub(crate) test_accuracies: Vec<f64>,
}

/// A stage, and what came of its trainings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Contestant {
    /// Its name.
    pub(crate) stage: String,
    /// Its idea in a few words.
    pub(crate) idea: String,
    /// What its loss measures.
    pub(crate) loss: String,
    /// The settings of all its trainings, without the seed.
    pub(crate) settings: Map<String, Value>,
    /// How many parameters its network has.
    pub(crate) parameters: usize,
    /// r, the learning rate per example; none where the rate changes.
    pub(crate) rate_per_example: Option<f64>,
    /// Means, spreads and differences, for readers of the file; made from the runs.
    #[serde(skip_deserializing, default)]
    pub(crate) summary: Map<String, Value>,
    /// A training for each repetition.
    pub(crate) runs: Vec<Run>,
}

/// A training, and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Run {
    /// What was new.
    #[serde(flatten)]
    pub(crate) repetition: Repetition,
    /// The short name of the network's exact parameters.
    pub(crate) fingerprint: String,
    /// Why it has no results, if it has none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) error: Option<String>,
    /// What is wrong with it, in sentences that say what to try.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) notes: Vec<String>,
    /// Its results, unless it diverged.
    #[serde(flatten)]
    pub(crate) end: Option<End>,
    /// The epochs that were measured, also those before it diverged.
    pub(crate) history: Vec<Epoch>,
}

/// The results of a training that did not diverge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct End {
    /// The updates made.
    pub(crate) updates: usize,
    /// The mean loss of a training image.
    pub(crate) training_loss: f64,
    /// The accuracy on the training images.
    pub(crate) train_accuracy: f64,
    /// The accuracy on the test images.
    pub(crate) test_accuracy: f64,
    /// How often a digit (row) was predicted as a digit (column), of the test images.
    pub(crate) confusion: [[u32; CLASSES]; CLASSES],
    /// The time of its updates alone; only where details were asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) train_seconds: Option<f64>,
    /// The samples processed in a second of that; only where details were asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) samples_per_second: Option<f64>,
}

/// The state after an epoch.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Epoch {
    /// The epoch, counted from 1.
    pub(crate) epoch: usize,
    /// The mean loss of a training image.
    pub(crate) training_loss: f64,
    /// The accuracy on the training images.
    pub(crate) train_accuracy: f64,
    /// The accuracy on the test images.
    pub(crate) test_accuracy: f64,
}

impl Results {
    /// Reads what [`json::write`](digits_cli::json::write) wrote.
    ///
    /// # Errors
    /// A file that cannot be read, and one that holds something else.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|source| Error::io(path, "read", source))?;
        let results: Self = serde_json::from_str(&text).map_err(|error| {
            let place = Place::Line(error.line() as u64);
            let advice = "`cargo run -p compare -- --json FILE` writes such a file.";
            let found = format!("something else ({error})");
            Error::malformed(path, place, "the results of a comparison", found, advice)
        })?;
        if results.version != digits_cli::json::VERSION {
            return Err(Error::malformed(
                path,
                Place::File,
                format!("results of layout {}", digits_cli::json::VERSION),
                format!("layout {}", results.version),
                "Write the file anew with this version of the program.",
            ));
        }
        Ok(results)
    }

    /// The same as an object of JSON.
    pub(crate) fn object(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(object)) => object,
            // Plain data with names as keys is always an object.
            other => unreachable!("{other:?}"),
        }
    }
}

impl End {
    /// The evaluation on the test images. Its loss is not kept.
    pub(crate) fn test(&self) -> Evaluation {
        Evaluation { loss: f64::NAN, confusion: self.confusion }
    }
}

/// r = eta / (B (1 - mu)), how far one example moves a parameter in all, from the settings of a stage. None where the
/// rate changes with time, or is not that of a plain step.
pub(crate) fn rate_per_example(settings: &Map<String, Value>) -> Option<f64> {
    let number = |name: &str| settings.get(name).and_then(Value::as_f64);
    let is = |name: &str, words: &[&str]| {
        settings.get(name).and_then(Value::as_str).is_none_or(|word| words.contains(&word))
    };
    let is_plain = is("schedule", &["constant"]) && is("optimizer", &["sgd", "momentum", "nesterov"]);
    let mu = number("momentum").filter(|_| is("optimizer", &["momentum", "nesterov"])).unwrap_or(0.0);
    let batch = number("batch_size").unwrap_or(1.0);
    number("learning_rate").filter(|_| is_plain).map(|eta| eta / (batch * (1.0 - mu)))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use serde_json::json;

    /// A contestant whose trainings end with these accuracies, and are worse by a tenth after ten epochs.
    pub(crate) fn contestant(name: &str, accuracies: &[f64]) -> Contestant {
        let settings = json!({"batch_size": 10, "learning_rate": 1.0});
        let run = |(index, accuracy): (usize, &f64)| {
            let mut confusion = [[0; CLASSES]; CLASSES];
            let right = (accuracy * 2000.0).round() as u32;
            (confusion[0][0], confusion[0][1]) = (right, 2000 - right);
            let epoch = |epoch, test_accuracy| Epoch {
                epoch,
                training_loss: 0.1,
                train_accuracy: 1.0,
                test_accuracy,
            };
            Run {
                repetition: Repetition { seed: 1 + index as u64, train_set: 0 },
                fingerprint: "0123456789abcdef".to_owned(),
                error: None,
                notes: Vec::new(),
                end: Some(End {
                    updates: 10_000,
                    training_loss: 0.1,
                    train_accuracy: 1.0,
                    test_accuracy: *accuracy,
                    confusion,
                    train_seconds: None,
                    samples_per_second: None,
                }),
                history: vec![epoch(10, accuracy - 0.1), epoch(100, *accuracy)],
            }
        };
        Contestant {
            stage: name.to_owned(),
            idea: "an idea".to_owned(),
            loss: "squared error".to_owned(),
            rate_per_example: rate_per_example(settings.as_object().expect("an object")),
            settings: settings.as_object().expect("an object").clone(),
            parameters: 1,
            summary: Map::new(),
            runs: accuracies.iter().enumerate().map(run).collect(),
        }
    }

    /// Results of these stages.
    pub(crate) fn results(stages: &[(&str, &[f64])]) -> Results {
        let runs = stages.first().map_or(0, |(_, accuracies)| accuracies.len());
        Results {
            version: digits_cli::json::VERSION,
            dataset: "MNIST".to_owned(),
            train_size: 1000,
            test_size: 2000,
            repetitions: (0..runs).map(|run| Repetition { seed: 1 + run as u64, train_set: 0 }).collect(),
            baselines: Vec::new(),
            stages: stages.iter().map(|(name, accuracies)| contestant(name, accuracies)).collect(),
            choices: Vec::new(),
            machine: None,
        }
    }

    #[test]
    fn results_are_read_as_they_were_written() {
        let mut results = results(&[("gradient", &[0.87, 0.88]), ("momentum", &[0.86, 0.88])]);
        results.stages[1].runs[0].end = None;
        results.stages[1].runs[0].error = Some("training diverged".to_owned());
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("results.json");
        std::fs::write(&file, serde_json::to_string(&results).expect("JSON")).expect("written");
        assert_eq!(Results::read(&file).expect("reads"), results);
        results.version += 1;
        std::fs::write(&file, serde_json::to_string(&results).expect("JSON")).expect("written");
        assert!(Results::read(&file).expect_err("another layout").to_string().contains("layout"));
    }

    #[test]
    fn the_rate_per_example_adds_up_the_memory_of_momentum() {
        let rate = |settings: Value| rate_per_example(settings.as_object().expect("an object"));
        assert_eq!(rate(json!({"learning_rate": 0.1})), Some(0.1));
        assert_eq!(rate(json!({"learning_rate": 1.0, "batch_size": 10})), Some(0.1));
        let momentum = rate(json!({"learning_rate": 0.05, "batch_size": 10, "momentum": 0.9}));
        assert!((momentum.expect("a rate") - 0.05).abs() < 1e-12);
        assert_eq!(rate(json!({"learning_rate": 0.05, "schedule": "cosine"})), None);
        assert_eq!(rate(json!({"learning_rate": "auto"})), None);
    }
}
