//! Which data: `--data`, `--mirror`, `--test-share`, `--train-size` and `--test-size`.

use super::{flag, given, whole};
use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::parser::ValueSource;
use clap::{ArgMatches, Command};
use digits_core::data::Source;
use digits_core::data::source::LoadOptions;
use digits_core::settings::{SEED, Value};
use digits_core::{Error, Result};
use std::ffi::OsString;
use std::path::Path;

/// How many training images are used unless told otherwise.
const USUAL_TRAIN_SIZE: &str = "1000";
/// The share of a single set that is for testing unless told otherwise.
const USUAL_TEST_SHARE: &str = "0.2";

/// How many examples of a set to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// All that there are.
    All,
    /// The first ones, this many; an error if there are fewer.
    First(usize),
    /// The first ones, this many, or all if there are fewer.
    UpTo(usize),
}

impl Size {
    /// Reads `all` or a number.
    fn parse(value: &str) -> std::result::Result<Self, String> {
        match value {
            "all" => Ok(Size::All),
            _ => {
                whole(1, usize::MAX)(value).map(Size::First).map_err(|expected| format!("{expected}, or all"))
            }
        }
    }

    /// How many that is, of `available`; `flag` and `what` are named in the error.
    pub fn of(self, available: usize, flag: &str, what: &str) -> Result<usize> {
        match self {
            Size::All => Ok(available),
            Size::UpTo(most) => Ok(most.min(available)),
            Size::First(wanted) if wanted <= available => Ok(wanted),
            Size::First(wanted) => Err(Error::Usage(format!(
                "--{flag} asks for {wanted} {what}, but there are {available}\n\
                 Ask for at most {available}, or for all."
            ))),
        }
    }
}

/// Which data: `--data`, `--mirror`, `--test-share`, `--train-size` and `--test-size`.
#[derive(Debug, Clone)]
pub struct DataFlags {
    /// Where the images come from.
    pub source: Source,
    /// The mirror to download MNIST from, where one was named.
    pub mirror: Option<String>,
    /// How much of a single set is for testing.
    pub test_share: f64,
    /// Which images of a single set these are.
    pub seed: u64,
    /// How many images to learn from.
    pub train_size: Size,
    /// How many images to be judged by.
    pub test_size: Size,
}

impl DataFlags {
    /// Adds the flags to a command.
    pub fn add_to(command: Command) -> Command {
        command.next_help_heading("Data").args([
            flag(
                "data",
                "SOURCE",
                "Where the images come from: practice (digits drawn by code), mnist (downloaded into data/ if it is \
                 not there), a folder (MNIST as IDX or CSV, or images in folders 0 to 9), or one CSV file \
                 [default: mnist if it lies in data/, else practice]",
            )
            .value_parser(OsStringValueParser::new().try_map(|value: OsString| Source::named(&value))),
            flag("mirror", "URL", "Download MNIST from here, with --data mnist [default: two public mirrors]"),
            flag("test-share", "SHARE", "How much of a single file or folder is for testing, from 0 to 1")
                .value_parser(share)
                .default_value(USUAL_TEST_SHARE),
            flag("train-size", "N|all", "How many training images to learn from")
                .value_parser(Size::parse)
                .default_value(USUAL_TRAIN_SIZE),
            flag("test-size", "N|all", "How many test images to be judged by")
                .value_parser(Size::parse)
                .default_value("all"),
        ])
    }

    /// Everything that lies in `data/`, or all practice digits.
    pub fn everything() -> Self {
        let usual = LoadOptions::default();
        DataFlags {
            source: Source::Default,
            mirror: None,
            test_share: usual.test_share,
            seed: usual.seed,
            train_size: Size::All,
            test_size: Size::All,
        }
    }

    /// Reads the flags.
    ///
    /// # Errors
    /// Of usage: flags that mean nothing to the source.
    pub fn read(matches: &ArgMatches) -> Result<Self> {
        let source = given(matches, "data").unwrap_or(Source::Default);
        let mirror: Option<String> = given(matches, "mirror");
        if mirror.is_some() && source != Source::Mnist {
            let message = "--mirror means something only with --data mnist, which downloads what is missing";
            return Err(Error::Usage(message.to_owned()));
        }
        let typed = |name: &str| matches.value_source(name) == Some(ValueSource::CommandLine);
        if typed("test-share") && !matches!(source, Source::File(_) | Source::Folder(_)) {
            let message = "--test-share means something only with --data FILE or FOLDER";
            return Err(Error::Usage(message.to_owned()));
        }
        let usual = LoadOptions::default();
        // A file may have fewer images than are usual; whoever types a number means it.
        let train_size = match given(matches, "train-size") {
            Some(Size::First(size)) if !typed("train-size") => Size::UpTo(size),
            size => size.unwrap_or(Size::All),
        };
        Ok(DataFlags {
            source,
            mirror,
            test_share: given(matches, "test-share").unwrap_or(usual.test_share),
            seed: match given(matches, SEED.name) {
                Some(Value::Whole(seed)) => seed,
                _ => usual.seed,
            },
            train_size,
            test_size: given(matches, "test-size").unwrap_or(Size::All),
        })
    }

    /// The same, with another number of training images where the command line names none.
    pub fn with_usual_train_size(mut self, size: Option<usize>) -> Self {
        if let (Size::UpTo(_), Some(size)) = (self.train_size, size) {
            self.train_size = Size::UpTo(size);
        }
        self
    }

    /// The file that the data comes from, if it is one: no result may be written there.
    pub fn file(&self) -> Option<&Path> {
        match &self.source {
            Source::File(path) => Some(path),
            _ => None,
        }
    }

    /// What the loader needs to know besides the source.
    pub(crate) fn options(&self) -> LoadOptions {
        LoadOptions { test_share: self.test_share, seed: self.seed, ..LoadOptions::default() }
    }
}

/// Reads a share that leaves something on both sides.
fn share(value: &str) -> std::result::Result<f64, &'static str> {
    let share = value.parse().ok().filter(|share| *share > 0.0 && *share < 1.0);
    share.ok_or("expected a number between 0 and 1")
}
