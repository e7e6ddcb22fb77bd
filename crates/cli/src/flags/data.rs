//! Which data: `--data`, `--mirror`, `--train-size` and `--test-size`.

use super::{flag, given, whole};
use clap::{ArgMatches, Command};
use digits_core::data::Source;
use digits_core::data::source::LoadOptions;
use digits_core::{Error, Result};

/// How many training images are used unless told otherwise.
pub const USUAL_TRAIN_SIZE: usize = 1000;

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

/// Which data: `--data`, `--mirror`, `--train-size` and `--test-size`.
#[derive(Debug, Clone)]
pub struct DataFlags {
    /// Where the images come from.
    pub source: Source,
    /// The mirror to download MNIST from, where one was named.
    pub mirror: Option<String>,
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
                 not there), or a folder with MNIST as IDX or CSV (default: mnist if it lies in data/, else practice)",
            )
            .value_parser(|value: &str| value.parse::<Source>().map_err(|error| error.to_string())),
            flag("mirror", "URL", "Download MNIST from here, with --data mnist (default: two public mirrors)"),
            flag("train-size", "N|all", "How many training images to learn from (default: 1000)")
                .value_parser(Size::parse),
            flag("test-size", "N|all", "How many test images to be judged by (default: all)")
                .value_parser(Size::parse),
        ])
    }

    /// Reads the flags.
    pub fn read(matches: &ArgMatches) -> Result<Self> {
        let source = given(matches, "data").unwrap_or(Source::Default);
        let mirror = given(matches, "mirror");
        if mirror.is_some() && source != Source::Mnist {
            let message = "--mirror means something only with --data mnist, which downloads what is missing";
            return Err(Error::Usage(message.to_owned()));
        }
        Ok(DataFlags {
            source,
            mirror,
            train_size: given(matches, "train-size").unwrap_or(Size::UpTo(USUAL_TRAIN_SIZE)),
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

    /// What the loader needs to know besides the source.
    pub(crate) fn options(&self) -> LoadOptions {
        LoadOptions { mirror: self.mirror.clone(), ..LoadOptions::default() }
    }
}
