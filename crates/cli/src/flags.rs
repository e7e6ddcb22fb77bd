//! Every flag of every program, defined once: in groups that are added to a command and read back.

use crate::screen::Screen;
use crate::text::wrap;
use clap::{Arg, ArgAction, ArgMatches, Command};
use console::Term;
use digits_core::data::Source;
use digits_core::data::source::LoadOptions;
use digits_core::stage::Settings;
use digits_core::training::Schedule;
use digits_core::{Error, Result};
use std::path::{Path, PathBuf};

/// The largest hidden layer: eight million weights, which every machine can hold several times.
pub const MAX_HIDDEN: usize = 10_000;
/// The most epochs, which nobody will live to see.
pub const MAX_EPOCHS: usize = u32::MAX as usize;
/// How many training pictures are used unless told otherwise.
pub const USUAL_TRAIN_SIZE: usize = 1000;

/// A program with a name, an idea in a few words and a longer text; flags are added to it.
pub fn program(name: &'static str, idea: &str, summary: &str) -> Command {
    let width = Term::stdout().size_checked().map_or(100, |(_, columns)| usize::from(columns)).clamp(40, 100);
    Command::new(name)
        .version(env!("CARGO_PKG_VERSION"))
        .about(format!("{name}: {idea}\n\n{}", wrap(summary, width).join("\n")))
}

/// A flag with a value, and the sentence that explains it.
pub fn flag(name: &'static str, value: &'static str, help: impl AsRef<str>) -> Arg {
    switch(name, help).value_name(value).action(ArgAction::Set).allow_negative_numbers(true)
}

/// A flag without a value, and the sentence that explains it.
pub fn switch(name: &'static str, help: impl AsRef<str>) -> Arg {
    /// What stands left of the sentences.
    const LEFT: usize = 32;
    let width = Term::stdout().size_checked().map_or(100, |(_, columns)| usize::from(columns));
    let help = wrap(help.as_ref(), width.clamp(LEFT + 30, 110) - LEFT).join("\n");
    Arg::new(name).long(name).help(help).action(ArgAction::SetTrue)
}

/// Reads a whole number from `least` to `most`.
pub fn whole(
    least: usize,
    most: usize,
) -> impl Fn(&str) -> std::result::Result<usize, String> + Clone + Send + Sync {
    move |value| {
        let number = value.parse().ok().filter(|number| (least..=most).contains(number));
        number.ok_or_else(|| match most {
            usize::MAX => format!("expected a whole number, {least} or more"),
            _ => format!("expected a whole number from {least} to {most}"),
        })
    }
}

/// Reads a number for which `makes_sense`, both as it is and as the `f32` that it becomes; `expected` says which these
/// are.
pub fn number(
    expected: &'static str,
    makes_sense: fn(f64) -> bool,
) -> impl Fn(&str) -> std::result::Result<f64, String> + Clone + Send + Sync {
    move |value| {
        let sensible = |number: &f64| makes_sense(*number) && makes_sense(f64::from(*number as f32));
        value.parse().ok().filter(sensible).ok_or_else(|| format!("expected a number {expected}"))
    }
}

/// The value of a flag, if it was given.
fn given<T: Clone + Send + Sync + 'static>(matches: &ArgMatches, name: &str) -> Option<T> {
    // A program need not have every flag of a group's kin, so an unknown name is a flag that was not given.
    matches.try_get_one::<T>(name).ok().flatten().cloned()
}

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
    /// Where the pictures come from.
    pub source: Source,
    /// The mirror to download MNIST from, where one was named.
    pub mirror: Option<String>,
    /// How many pictures to learn from.
    pub train_size: Size,
    /// How many pictures to be judged by.
    pub test_size: Size,
}

impl DataFlags {
    /// Adds the flags to a command.
    pub fn add_to(command: Command) -> Command {
        command.next_help_heading("Data").args([
            flag(
                "data",
                "SOURCE",
                "Where the pictures come from: practice (digits drawn by code), mnist (downloaded into data/ if it is \
                 not there), or a folder with MNIST as IDX or CSV (default: mnist if it lies in data/, else practice)",
            )
            .value_parser(|value: &str| value.parse::<Source>().map_err(|error| error.to_string())),
            flag("mirror", "URL", "Download MNIST from here, with --data mnist (default: two public mirrors)"),
            flag("train-size", "N|all", "How many training pictures to learn from (default: 1000)")
                .value_parser(Size::parse),
            flag("test-size", "N|all", "How many test pictures to be judged by (default: all)")
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

    /// What the loader needs to know besides the source.
    pub(crate) fn options(&self) -> LoadOptions {
        LoadOptions { mirror: self.mirror.clone(), ..LoadOptions::default() }
    }
}

/// How to train: `--epochs`, `--hidden`, `--seed` and `--no-shuffle`.
#[derive(Debug, Clone, Copy)]
pub struct TrainingFlags {
    /// How often every example is seen.
    pub epochs: usize,
    /// How many hidden units the network has.
    pub hidden: usize,
    /// Where the starting weights and the order of examples come from.
    pub seed: u64,
    /// Whether the examples are shuffled anew for each epoch.
    pub shuffle: bool,
}

impl TrainingFlags {
    /// Adds the flags to a command.
    pub fn add_to(command: Command) -> Command {
        command.next_help_heading("Training").args([
            flag("epochs", "N", "How often every training picture is seen (default: 100)")
                .value_parser(whole(0, MAX_EPOCHS)),
            flag("hidden", "H", "How many units the hidden layer has (default: 128)")
                .value_parser(whole(1, MAX_HIDDEN)),
            flag("seed", "N", "Where the starting weights and the order of pictures come from (default: 1)")
                .value_parser(|value: &str| {
                    value.parse::<u64>().map_err(|_| "expected a whole number, 0 or more, of 64 bits")
                }),
            switch(
                "no-shuffle",
                "Keep the pictures in their file's order (default: shuffled anew for each epoch)",
            ),
        ])
    }

    /// Reads the flags.
    pub fn read(matches: &ArgMatches) -> Self {
        TrainingFlags {
            epochs: given(matches, "epochs").unwrap_or(100),
            hidden: given(matches, "hidden").unwrap_or(128),
            seed: given(matches, "seed").unwrap_or(1),
            shuffle: !matches.get_flag("no-shuffle"),
        }
    }

    /// The schedule of a training whose updates see this many examples.
    pub fn schedule(&self, batch_size: usize) -> Schedule {
        Schedule { epochs: self.epochs, batch_size, seed: self.seed, shuffle: self.shuffle }
    }

    /// Refuses batches whose signals would not fit into memory: a gigabyte at most.
    pub fn check_memory(&self, batch_size: usize, train_size: usize) -> Result<()> {
        const MOST: usize = 1 << 26;
        let batch = batch_size.min(train_size);
        if batch.saturating_mul(self.hidden) <= MOST {
            return Ok(());
        }
        Err(Error::Usage(format!(
            "a batch of {batch} pictures through {} hidden units needs too much memory\n\
             Give --batch-size at most {} with so many units.",
            self.hidden,
            MOST / self.hidden
        )))
    }
}

/// Adds the flags of a rule, those that mean something to it: `--batch-size`, `--learning-rate`, `--momentum` and
/// `--epsilon`.
pub fn add_settings(command: Command, defaults: &Settings) -> Command {
    let mut flags = Vec::new();
    if let Some(default) = defaults.batch_size {
        flags.push(batch_size(&format!("(default: {default})")));
    }
    flags.push(learning_rate(&format!("(default: {})", defaults.learning_rate)));
    if let Some(default) = defaults.momentum {
        let help =
            format!("mu, the share of the velocity that an update keeps, below 1 (default: {default})");
        let expected =
            number("from 0 up to, but less than, 1: at 1 or more the velocity never fades", |mu| {
                (0.0..1.0).contains(&mu)
            });
        flags.push(flag("momentum", "MU", help).value_parser(expected));
    }
    if let Some(default) = defaults.epsilon {
        let help = format!("The step of the finite difference that moves the biases (default: {default})");
        let expected =
            number("above 0: a finite difference needs a step", |step| step.is_finite() && step > 0.0);
        flags.push(flag("epsilon", "STEP", help).value_parser(expected));
    }
    command.next_help_heading("Learning rule").args(flags)
}

/// Adds `--batch-size` and `--learning-rate` for several rules at once, each with defaults of its own.
pub fn add_shared_settings(command: Command) -> Command {
    let own = "(default: each stage's own)";
    command.next_help_heading("Learning rules").args([batch_size(own), learning_rate(own)])
}

fn batch_size(default: &str) -> Arg {
    flag("batch-size", "N", format!("How many pictures an update sees {default}"))
        .value_parser(whole(1, usize::MAX))
}

fn learning_rate(default: &str) -> Arg {
    flag("learning-rate", "ETA", format!("eta, how far an update moves against the error {default}"))
        .value_parser(number("from 0 up, and finite", |eta| eta.is_finite() && eta >= 0.0))
}

/// Reads the flags of a rule; only settings that mean something to it are changed.
pub fn read_settings(matches: &ArgMatches, defaults: &Settings) -> Settings {
    Settings {
        batch_size: defaults.batch_size.map(|own| given(matches, "batch-size").unwrap_or(own)),
        learning_rate: given(matches, "learning-rate").unwrap_or(defaults.learning_rate),
        momentum: defaults.momentum.map(|own| given(matches, "momentum").unwrap_or(own)),
        epsilon: defaults.epsilon.map(|own| given(matches, "epsilon").unwrap_or(own)),
    }
}

/// Networks in files: `--save` and `--load`.
#[derive(Debug, Clone)]
pub struct NetworkFlags {
    /// Where the trained network goes.
    pub save: Option<PathBuf>,
    /// Where the starting weights come from.
    pub load: Option<PathBuf>,
}

impl NetworkFlags {
    /// Adds the flags to a command.
    pub fn add_to(command: Command) -> Command {
        command.next_help_heading("Files and output").args([
            flag(
                "save",
                "FILE",
                "Write the trained network as safetensors, which PyTorch reads (default: none)",
            )
            .value_parser(path),
            flag(
                "load",
                "FILE",
                "Start from the network in this file (default: starting weights of the seed)",
            )
            .value_parser(path),
        ])
    }

    /// Reads the flags, and refuses a place that cannot be written to before any work is lost.
    pub fn read(matches: &ArgMatches) -> Result<Self> {
        let flags = NetworkFlags { save: given(matches, "save"), load: given(matches, "load") };
        if let Some(path) = &flags.save {
            check_writable(path)?;
        }
        Ok(flags)
    }
}

/// Where results for programs go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JsonTarget {
    /// Into a file.
    File(PathBuf),
    /// To standard output; what people read then goes to standard error.
    Stdout,
}

/// What is written: `--json` and `--quiet`.
#[derive(Debug, Clone)]
pub struct OutputFlags {
    /// Where results for programs go, if anywhere.
    pub json: Option<JsonTarget>,
    /// Whether nothing is written for people.
    pub quiet: bool,
}

impl OutputFlags {
    /// Adds the flags to a command.
    pub fn add_to(command: Command) -> Command {
        command.next_help_heading("Files and output").args([
            flag(
                "json",
                "FILE",
                "Write settings, results and history as JSON; - is standard output (default: none)",
            )
            .value_parser(path)
            .allow_hyphen_values(true),
            switch("quiet", "Say nothing but errors (default: progress, results and a learning curve)"),
        ])
    }

    /// Reads the flags, and refuses a place that cannot be written to before any work is lost.
    pub fn read(matches: &ArgMatches) -> Result<Self> {
        let json = given(matches, "json").map(|path: PathBuf| {
            if path.as_os_str() == "-" { JsonTarget::Stdout } else { JsonTarget::File(path) }
        });
        if let Some(JsonTarget::File(path)) = &json {
            check_writable(path)?;
            if given(matches, "save").as_ref() == Some(path) {
                let message =
                    format!("--save and --json both want to write {}; give two names", path.display());
                return Err(Error::Usage(message));
            }
        }
        Ok(OutputFlags { json, quiet: matches.get_flag("quiet") })
    }

    /// Where text for people goes; `saves` says whether the program makes a file besides.
    pub fn screen(&self, saves: bool) -> Screen {
        let screen = Screen::new(self.json == Some(JsonTarget::Stdout), self.quiet);
        if saves || self.json.is_some() { screen } else { screen.stop_when_unread() }
    }
}

/// Reads the name of a file.
fn path(value: &str) -> std::result::Result<PathBuf, &'static str> {
    if value.is_empty() { Err("expected the name of a file, found nothing") } else { Ok(value.into()) }
}

/// Makes sure that a file can be written at `path`, without touching what is there.
fn check_writable(path: &Path) -> Result<()> {
    let failed = |error, advice: &str| {
        Err(Error::Io { path: path.to_owned(), doing: "write", source: error, advice: advice.to_owned() })
    };
    if path.is_dir() {
        let error = std::io::Error::from(std::io::ErrorKind::IsADirectory);
        return failed(error, "Give the name of a file in it.");
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    match tempfile::tempfile_in(folder) {
        Ok(_) => Ok(()),
        Err(error) if !folder.is_dir() => {
            failed(error, "Make its folder first, or name a file in another one.")
        }
        Err(error) => failed(error, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::error::ErrorKind;

    const ALL: Settings =
        Settings { batch_size: Some(10), learning_rate: 0.05, momentum: Some(0.9), epsilon: Some(0.01) };

    fn everything() -> Command {
        let command = DataFlags::add_to(program("test", "an idea", "A summary."));
        let command = add_settings(TrainingFlags::add_to(command), &ALL);
        OutputFlags::add_to(NetworkFlags::add_to(command))
    }

    fn parse(args: &[&str]) -> std::result::Result<ArgMatches, clap::Error> {
        everything().try_get_matches_from([&["test"], args].concat())
    }

    #[test]
    fn clap_finds_nothing_wrong_with_the_definitions() {
        everything().debug_assert();
        add_shared_settings(TrainingFlags::add_to(program("test", "an idea", "A summary."))).debug_assert();
    }

    #[test]
    fn without_flags_the_defaults_hold() {
        let matches = parse(&[]).expect("parses");
        let training = TrainingFlags::read(&matches);
        assert_eq!((training.epochs, training.hidden, training.seed, training.shuffle), (100, 128, 1, true));
        assert_eq!(read_settings(&matches, &ALL), ALL);
        let data = DataFlags::read(&matches).expect("reads");
        assert_eq!(
            (data.source, data.train_size, data.test_size),
            (Source::Default, Size::UpTo(1000), Size::All)
        );
    }

    #[test]
    fn every_flag_is_explained_with_its_default() {
        for arg in everything().get_arguments() {
            let help = arg.get_help().map(ToString::to_string).unwrap_or_default().replace('\n', " ");
            assert!(help.contains("(default: "), "--{}: {help}", arg.get_id());
        }
    }

    #[test]
    fn values_that_make_no_sense_are_refused() {
        let nonsense = [
            ("--hidden", "0"),
            ("--hidden", "1000000000"),
            ("--hidden", "-1"),
            ("--hidden", "many"),
            ("--batch-size", "0"),
            ("--batch-size", "1.5"),
            ("--learning-rate", "-0.1"),
            ("--learning-rate", "NaN"),
            ("--learning-rate", "inf"),
            ("--learning-rate", "1e300"),
            ("--momentum", "1"),
            ("--momentum", "0.9999999999"),
            ("--momentum", "-0.5"),
            ("--momentum", "nan"),
            ("--epsilon", "0"),
            ("--epsilon", "1e-60"),
            ("--epsilon", "-1"),
            ("--train-size", "0"),
            ("--train-size", "some"),
            ("--test-size", "0"),
            ("--epochs", "-1"),
            ("--epochs", "99999999999999999999"),
            ("--seed", "-1"),
            ("--data", ""),
            ("--save", ""),
        ];
        for (flag, value) in nonsense {
            let error = parse(&[flag, value]).expect_err(flag);
            assert_eq!(error.kind(), ErrorKind::ValueValidation, "{flag} {value}: {error}");
            assert_eq!(error.exit_code(), 2);
            assert!(error.to_string().contains("expected"), "{error}");
        }
    }

    #[test]
    fn a_rule_has_only_flags_that_mean_something_to_it() {
        let plain = Settings { batch_size: None, momentum: None, epsilon: None, ..ALL };
        let command = add_settings(program("test", "an idea", "A summary."), &plain);
        for flag in ["--batch-size=10", "--momentum=0.5", "--epsilon=0.1"] {
            let error = command.clone().try_get_matches_from(["test", flag]).expect_err(flag);
            assert_eq!(error.kind(), ErrorKind::UnknownArgument, "{flag}");
        }
    }

    #[test]
    fn a_size_is_judged_by_what_there_is() {
        assert_eq!(Size::All.of(20, "train-size", "pictures").expect("fits"), 20);
        assert_eq!(Size::UpTo(1000).of(20, "train-size", "pictures").expect("fits"), 20);
        assert_eq!(Size::First(20).of(20, "train-size", "pictures").expect("fits"), 20);
        let error = Size::First(21).of(20, "train-size", "pictures").expect_err("too many");
        assert_eq!(error.exit_code(), 2);
        assert!(error.to_string().contains("there are 20"), "{error}");
    }

    #[test]
    fn a_place_that_cannot_be_written_is_refused_at_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let missing = folder.path().join("missing").join("file");
        for path in [folder.path(), &missing] {
            let path = path.to_str().expect("a plain name");
            assert!(NetworkFlags::read(&parse(&["--save", path]).expect("parses")).is_err());
            assert!(OutputFlags::read(&parse(&["--json", path]).expect("parses")).is_err());
        }
        let both = folder.path().join("both");
        let both = both.to_str().expect("a plain name");
        assert!(OutputFlags::read(&parse(&["--save", both, "--json", both]).expect("parses")).is_err());
        assert_eq!(
            std::fs::read_dir(folder.path()).expect("a folder").count(),
            0,
            "checking leaves nothing behind"
        );
    }

    #[test]
    fn a_batch_is_judged_by_its_memory() {
        let training = TrainingFlags { epochs: 1, hidden: 10_000, seed: 1, shuffle: true };
        assert!(training.check_memory(usize::MAX, 1000).is_ok());
        assert!(training.check_memory(usize::MAX, 60_000).is_err());
    }
}
