//! What is kept of a training: checkpoints on its way, and what there is when it is interrupted.

use crate::dataset::LoadedData;
use crate::flags::NetworkFlags;
use crate::screen::Screen;
use crate::text::percent;
use crate::{json, report};
use digits_core::settings::Settings;
use digits_core::stage::Stage;
use digits_core::training::Course;
use digits_core::{Error, Result};
use std::collections::BTreeMap;
use std::path::Path;

/// Keeps a training where the flags say.
pub(crate) struct Keeper<'a> {
    flags: &'a NetworkFlags,
    loaded: &'a LoadedData,
    /// The updates that are in the checkpoint.
    kept: usize,
    /// Why the last checkpoint could not be written, if it could not.
    failure: Option<Error>,
}

impl<'a> Keeper<'a> {
    /// Has nothing to keep yet.
    pub(crate) fn new(flags: &'a NetworkFlags, loaded: &'a LoadedData) -> Self {
        Keeper { flags, loaded, kept: 0, failure: None }
    }

    /// After some updates: writes a checkpoint if one is due. One that cannot be written does not end the training: it is
    /// said once, and tried again.
    pub(crate) fn after_step<S: Stage>(&mut self, course: &mut Course<'_, f32, S>, screen: &Screen) {
        let training = course.training();
        if !training.is_at_end_of_epoch() || !training.epoch().is_multiple_of(self.flags.checkpoint_every) {
            return;
        }
        let had_failed = self.failure.is_some();
        self.keep(course);
        if let (Some(error), false) = (&self.failure, had_failed) {
            screen
                .sentence(format!("Note: {error}; training goes on, and the next checkpoint will be tried"));
        }
    }

    /// At the end: writes the last checkpoint.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub(crate) fn at_end<S: Stage>(&mut self, course: &mut Course<'_, f32, S>) -> Result<()> {
        self.keep(course);
        self.failure.take().map_or(Ok(()), Err)
    }

    /// Writes the training as it is now, unless it is written already. One that diverged is nothing to go on with.
    fn keep<S: Stage>(&mut self, course: &mut Course<'_, f32, S>) {
        let Some(path) = &self.flags.checkpoint else { return };
        if course.error().is_some() || (course.training().updates() == self.kept && self.failure.is_none()) {
            return;
        }
        let written = course.to_checkpoint(self.metadata::<S>(course.settings())).save(path);
        match written {
            Ok(()) => (self.kept, self.failure) = (course.training().updates(), None),
            Err(error) => self.failure = Some(error),
        }
    }

    /// What a file says of the stage, its settings and its data.
    pub(crate) fn metadata<S: Stage>(&self, settings: &Settings) -> BTreeMap<String, String> {
        json::metadata(&S::ABOUT, self.loaded, settings)
    }

    /// Ends a training that was interrupted: keeps what the flags ask for, and says what that is and how to go on.
    ///
    /// # Errors
    /// Where something could not be kept; the rest is.
    pub(crate) fn interrupted<S: Stage>(
        &mut self,
        course: &mut Course<'_, f32, S>,
        screen: &Screen,
    ) -> Result<()> {
        let reached = course.history().last().map_or(String::new(), |record| {
            format!("; after epoch {}, test accuracy was {}", record.epoch, percent(record.test_accuracy))
        });
        let (epoch, epochs) = (course.training().epoch().max(1), course.plan().epochs);
        screen.sentence(format!("Interrupted in epoch {epoch} of {epochs}{reached}"));
        let kept = self.at_end(course);
        let file = self.flags.checkpoint.as_deref().filter(|_| kept.is_ok());
        let network = self.flags.save.as_deref();
        let saved = network.map_or(Ok(()), |path| {
            course.network().to_checkpoint(self.metadata::<S>(course.settings())).save(path)
        });
        let network = network.filter(|_| saved.is_ok());
        report::print_files(screen, network, file, None);
        screen.line(match (file, network) {
            (Some(file), _) => format!("To go on: {}", command(S::ABOUT.name, "--resume", file)),
            (None, Some(file)) => {
                format!("To begin another training with it: {}", command(S::ABOUT.name, "--load", file))
            }
            (None, None) => "Nothing was kept; with --checkpoint FILE, it could go on".to_owned(),
        });
        kept.and(saved)
    }
}

/// The flags that say what a training starts from.
const FROM: [&str; 2] = ["--load", "--resume"];

/// The command line of this program with `flag` and its file in place of what it started from.
fn command(name: &str, flag: &str, file: &Path) -> String {
    let mut words = std::env::args_os().map(|word| word.to_string_lossy().into_owned());
    let program = words.next().unwrap_or_default();
    // Cargo tells the programs that it runs where it is.
    let mut line = match std::env::var_os("CARGO") {
        Some(_) => format!("cargo course -p {name} --"),
        None => quoted(&program),
    };
    while let Some(word) = words.next() {
        if FROM.contains(&word.as_str()) {
            words.next(); // its file
        } else if !FROM.iter().any(|from| word.starts_with(&format!("{from}="))) {
            line.push(' ');
            line.push_str(&quoted(&word));
        }
    }
    format!("{line} {flag} {}", quoted(&file.to_string_lossy()))
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_=./,:+@%".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_for_a_shell() {
        for (word, expected) in [
            ("--epochs", "--epochs"),
            ("a b", "'a b'"),
            ("", "''"),
            ("it's", "'it'\\''s'"),
            ("$HOME", "'$HOME'"),
        ] {
            assert_eq!(quoted(word), expected);
        }
    }
}
