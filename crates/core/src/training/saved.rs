//! A training in a file: everything that it needs to go on, to the last bit, as if it had never been interrupted.
//!
//! A file of a training is a file of its network, which every program reads as such, with more in it:
//!
//! | metadata | what |
//! |---|---|
//! | `training.stage` | the rule |
//! | `training.settings` | what was asked for, a line `NAME VALUE` each |
//! | `training.settled` | the same after the training found what was left to it |
//! | `training.train_size`, `training.test_size`, `training.data` | how many images there are, and the SHA-256 over all of them |
//! | `training.updates` | the updates made: epoch, place in the epoch and schedule follow from it |
//! | `training.history` | a line `EPOCH UPDATES LOSS TRAIN-ACCURACY TEST-ACCURACY NANOSECONDS` for each measured epoch |
//! | `training.validation` | a line `EPOCH LOSS ACCURACY` for each evaluation of held-out images |
//! | `training.best_epoch` | the epoch of the best network so far, where images are held out |
//! | `training.nanoseconds` | the time that the updates took |
//! | `training.fingerprint` | that of all tensors below, in the order of their names |
//!
//! | tensor | what |
//! |---|---|
//! | `training.memory.NAME` | what the stage remembers: velocities, moments |
//! | `training.best` | the parameters of the best network so far |
//! | `training.deferred.*`, `training.best_deferred.*` | updates of single examples that wait: weights without them, errors, images |
//!
//! There is no state of a random generator: every random number starts at the seed, a purpose and an index
//! ([`random`](crate::random)), and the indices are epochs and updates. Numbers are written so that reading them gives the
//! same bits.

use super::{Course, Record, TrainingData};
use crate::batch::SparseExamples;
use crate::checkpoint::{Checkpoint, OF_TRAINING, Tensor};
use crate::early_stopping::Validated;
use crate::error::{Error, Place, Result};
use crate::fingerprint::fingerprint;
use crate::linalg::DeferredParts;
use crate::network::Network;
use crate::settings::Settings;
use crate::stage::Stage;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::Path;
use std::time::Duration;

/// The three parts of [`DeferredParts`].
const PARTS: [&str; 3] = ["weights", "errors", "images"];

impl<'a, S: Stage> Course<'a, f32, S> {
    /// The training as a file holds it, and its network with it; `metadata` is what else there is to say.
    pub fn to_checkpoint(&mut self, metadata: BTreeMap<String, String>) -> Checkpoint {
        let (train_size, digest) = (self.train_size(), self.digest());
        let mut file = self.training.network.to_checkpoint(metadata);
        let mut put = |name: &str, values: &[f32]| {
            let tensor = Tensor { shape: vec![values.len()], values: values.to_vec() };
            file.tensors.insert(format!("{OF_TRAINING}{name}"), tensor);
        };
        self.training.stage.memory(&mut |name, values| put(&format!("memory.{name}"), values));
        put_deferred(&self.training.network, "deferred", &mut put);
        let best = self.stopping.as_ref().and_then(|stopping| stopping.best());
        if let Some((_, network)) = best {
            put("best", network.parameters().as_slice());
            put_deferred(network, "best_deferred", &mut put);
        }
        let fingerprint = fingerprint_of_tensors(&file);
        let mut say = |name: &str, value: String| file.metadata.insert(format!("{OF_TRAINING}{name}"), value);
        say("stage", S::ABOUT.name.to_owned());
        say("settings", lines(self.asked.iter().map(|(setting, value)| format!("{} {value}", setting.name))));
        say(
            "settled",
            lines(self.settings.iter().map(|(setting, value)| format!("{} {value}", setting.name))),
        );
        say("train_size", train_size.to_string());
        say("test_size", self.test.len().to_string());
        say("data", digest);
        say("updates", self.training.updates().to_string());
        say("history", lines(self.history.iter().map(record_line)));
        say("nanoseconds", self.time.as_nanos().to_string());
        say("fingerprint", fingerprint);
        if let Some(stopping) = &self.stopping {
            let line = |v: &Validated| format!("{} {} {}", v.epoch, v.loss, v.accuracy);
            say("validation", lines(stopping.history().iter().map(line)));
        }
        if let Some((best, _)) = best {
            say("best_epoch", best.epoch.to_string());
        }
        file
    }

    /// The training in the file `path`, ready to go on.
    ///
    /// # Errors
    /// A file that holds no training, or a damaged one; a training by another stage, with other settings or on other data:
    /// the first difference is named.
    pub fn resume(
        settings: &Settings,
        file: &Checkpoint,
        path: &Path,
        data: &'a TrainingData,
    ) -> Result<Self> {
        let saved = Saved { file, path };
        saved.check_is_training()?;
        saved.check_same("stage", S::ABOUT.name, "the stage")?;
        saved.check_settings(settings)?;
        let mut network = S::network(settings);
        network.set_from(file, path)?;
        saved.take_deferred(&mut network, "deferred")?;
        let settled = saved.settled(settings)?;
        let images = (Cow::Borrowed(&data.train), Cow::Borrowed(&data.test));
        let mut course: Self = Course::unsettled(settings, settled, network, images);
        saved.check_same("train_size", course.train_size(), "the number of training images")?;
        saved.check_same("test_size", course.test.len(), "the number of test images")?;
        saved.check_same("data", course.digest(), "the SHA-256 of the images and labels")?;
        let mut missing = None;
        course.training.stage.memory(&mut |name, values| {
            let name = format!("memory.{name}");
            match saved.tensor(&name) {
                Some(found) if found.len() == values.len() => values.copy_from_slice(found),
                _ => missing = Some(name),
            }
        });
        if let Some(name) = missing {
            return Err(saved.damaged(&format!("the tensor {OF_TRAINING}{name}"), "none of that size"));
        }
        let updates = saved.number("updates")?;
        if updates > course.plan.updates() {
            return Err(saved.damaged(&format!("at most {} updates", course.plan.updates()), updates));
        }
        course.training = course.training.after(updates, &course.examples);
        course.history = saved.table("history", record_of)?;
        course.time = Duration::from_nanos(saved.number("nanoseconds")?);
        if let Some(stopping) = course.stopping.take() {
            let validated = |[epoch, loss, accuracy]: [&str; 3]| {
                Some(Validated {
                    epoch: epoch.parse().ok()?,
                    loss: loss.parse().ok()?,
                    accuracy: accuracy.parse().ok()?,
                })
            };
            let history = saved.table("validation", validated)?;
            let best = match saved.tensor("best") {
                None => None,
                Some(_) => Some(saved.best(&course.training.network, &history)?),
            };
            course.stopping = Some(stopping.after(history, best));
        }
        course.is_over |= course.is_at_its_end();
        Ok(course)
    }

    /// What is held out, where something is.
    fn held_out(&self) -> Option<&SparseExamples> {
        self.stopping.as_ref().map(|stopping| stopping.held_out())
    }

    fn train_size(&self) -> usize {
        self.examples.len() + self.held_out().map_or(0, SparseExamples::len)
    }

    /// The SHA-256 over all images and labels, in hexadecimal digits.
    fn digest(&self) -> String {
        let mut hasher = Sha256::new();
        for examples in [Some(&*self.examples), self.held_out(), Some(&*self.test)].into_iter().flatten() {
            hasher.update((examples.len() as u64).to_le_bytes());
            hasher.update(&examples.labels);
            let mut bytes = Vec::new();
            for image in examples.images.iter() {
                bytes.clear();
                bytes.extend((image.lit.len() as u32).to_le_bytes());
                bytes.extend(image.lit.iter().flat_map(|pixel| pixel.to_le_bytes()));
                bytes.extend(image.values.iter().flat_map(|value| value.to_le_bytes()));
                hasher.update(&bytes);
            }
        }
        hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// A file of a training, and where it lies.
struct Saved<'a> {
    file: &'a Checkpoint,
    path: &'a Path,
}

impl Saved<'_> {
    fn entry(&self, name: &str) -> Option<&str> {
        self.file.metadata.get(&format!("{OF_TRAINING}{name}")).map(String::as_str)
    }

    fn tensor(&self, name: &str) -> Option<&[f32]> {
        self.file.tensors.get(&format!("{OF_TRAINING}{name}")).map(|tensor| tensor.values.as_slice())
    }

    /// The error for what these programs would not have written.
    fn damaged(&self, expected: &str, found: impl Display) -> Error {
        let advice = "The file is damaged, or of another version of these programs; take an older one.";
        Error::malformed(self.path, Place::File, expected, found.to_string(), advice)
    }

    fn check_is_training(&self) -> Result<()> {
        let (Some(_), Some(fingerprint)) = (self.entry("stage"), self.entry("fingerprint")) else {
            let advice = "To begin a training with this network, give the file to --load.";
            return Err(Error::malformed(
                self.path,
                Place::File,
                "a training that --checkpoint wrote",
                "none",
                advice,
            ));
        };
        let found = fingerprint_of_tensors(self.file);
        if found == fingerprint {
            Ok(())
        } else {
            Err(self.damaged(&format!("a training with fingerprint {fingerprint}"), found))
        }
    }

    /// The error for a training that is another one.
    fn differs(&self, expected: impl Display, found: impl Display) -> Error {
        let advice = "Go on with the stage, the settings and the data that the training began with; or begin another \
                      one with this network: give the file to --load.";
        Error::malformed(self.path, Place::File, expected.to_string(), found.to_string(), advice)
    }

    fn check_same(&self, name: &str, own: impl Display, what: &str) -> Result<()> {
        let (own, found) = (own.to_string(), self.entry(name).unwrap_or("none"));
        if own == found { Ok(()) } else { Err(self.differs(format!("{own} as {what}"), found)) }
    }

    /// The values of settings by name.
    fn settings(&self, name: &str) -> BTreeMap<&str, &str> {
        self.entry(name).unwrap_or_default().lines().filter_map(|line| line.split_once(' ')).collect()
    }

    fn check_settings(&self, own: &Settings) -> Result<()> {
        let saved = self.settings("settings");
        for (setting, value) in own.iter() {
            let (value, found) = (value.to_string(), saved.get(setting.name).copied().unwrap_or("none"));
            if value != found {
                return Err(self.differs(
                    format!("{} {value}, as was asked for", setting.name),
                    format!("{} {found}", setting.name),
                ));
            }
        }
        Ok(())
    }

    /// The settings after the training found what was left to it.
    fn settled(&self, asked: &Settings) -> Result<Settings> {
        let saved = self.settings("settled");
        let mut settled = asked.clone();
        for (setting, _) in asked.iter() {
            let text = saved.get(setting.name).copied().unwrap_or_default();
            let value = setting.read(text).map_err(|_| self.damaged(&setting.expected(), text))?;
            settled.set(setting.name, value);
        }
        Ok(settled)
    }

    fn number<N: std::str::FromStr>(&self, name: &str) -> Result<N> {
        let text = self.entry(name).unwrap_or("none");
        text.parse().map_err(|_| self.damaged(&format!("a number as {OF_TRAINING}{name}"), text))
    }

    /// The rows of a table of `N` columns.
    fn table<const N: usize, T>(&self, name: &str, row: impl Fn([&str; N]) -> Option<T>) -> Result<Vec<T>> {
        let text = self.entry(name).unwrap_or_default();
        let parse = |line: &str| row(line.split(' ').collect::<Vec<_>>().try_into().ok()?);
        let rows: Option<Vec<T>> = text.lines().map(parse).collect();
        rows.ok_or_else(|| self.damaged(&format!("a table of {N} columns as {OF_TRAINING}{name}"), "another"))
    }

    /// The best network so far, with the evaluation that it had.
    fn best(&self, like: &Network, history: &[Validated]) -> Result<(Validated, Network)> {
        let epoch: usize = self.number("best_epoch")?;
        let validated = history.iter().find(|validated| validated.epoch == epoch);
        let values = self.tensor("best").unwrap_or_default();
        match validated {
            Some(validated) if values.len() == like.parameter_count() => {
                let mut network = like.clone();
                network.set_parameters(values);
                self.take_deferred(&mut network, "best_deferred")?;
                Ok((*validated, network))
            }
            _ => Err(self.damaged("the network of the best epoch", format!("none of epoch {epoch}"))),
        }
    }

    /// Brings back the updates that waited, where some did.
    fn take_deferred(&self, network: &mut Network, name: &str) -> Result<()> {
        let [weights, errors, images] = PARTS.map(|part| self.tensor(&format!("{name}.{part}")));
        let Some(weights) = weights else { return Ok(()) };
        let [errors, images] = [errors, images].map(|part| part.unwrap_or_default().to_vec());
        if network.first.defer_again(&DeferredParts { weights: weights.to_vec(), errors, images }) {
            return Ok(());
        }
        Err(self.damaged("updates that fit the first layer", "others"))
    }
}

/// Adds the updates that wait, where some do.
fn put_deferred(network: &Network, name: &str, put: &mut impl FnMut(&str, &[f32])) {
    if let Some(DeferredParts { weights, errors, images }) = network.first.deferred() {
        for (part, values) in PARTS.into_iter().zip([weights, errors, images]) {
            put(&format!("{name}.{part}"), &values);
        }
    }
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.collect::<Vec<_>>().join("\n")
}

fn record_line(record: &Record) -> String {
    let Record { epoch, updates, loss, train_accuracy, test_accuracy, time } = record;
    format!("{epoch} {updates} {loss} {train_accuracy} {test_accuracy} {}", time.as_nanos())
}

fn record_of(
    [epoch, updates, loss, train_accuracy, test_accuracy, nanoseconds]: [&str; 6],
) -> Option<Record> {
    Some(Record {
        epoch: epoch.parse().ok()?,
        updates: updates.parse().ok()?,
        loss: loss.parse().ok()?,
        train_accuracy: train_accuracy.parse().ok()?,
        test_accuracy: test_accuracy.parse().ok()?,
        time: Duration::from_nanos(nanoseconds.parse().ok()?),
    })
}

/// The fingerprint of all tensors that are of the training alone; that of the network stands beside it.
fn fingerprint_of_tensors(file: &Checkpoint) -> String {
    let own = file.tensors.iter().filter(|(name, _)| name.starts_with(OF_TRAINING));
    fingerprint(&own.flat_map(|(_, tensor)| &tensor.values).copied().collect::<Vec<f32>>())
}
