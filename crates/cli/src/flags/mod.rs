//! Every flag of every program, defined once: in groups that are added to a command and read back.

mod data;
mod files;
mod training;

pub use data::{DataFlags, Size};
pub use files::{JsonTarget, NetworkFlags, OutputFlags};
pub use training::{MAX_HIDDEN, TrainingFlags, add_settings, add_shared_settings, read_settings};

use crate::text::wrap;
use clap::{Arg, ArgAction, ArgMatches, Command};
use console::Term;

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

#[cfg(test)]
mod tests {
    use super::*;
    use clap::error::ErrorKind;
    use digits_core::data::Source;
    use digits_core::stage::Settings;

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
            let told = help.contains("default: ") || !arg.get_default_values().is_empty();
            assert!(told, "--{}: {help}", arg.get_id());
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
        assert_eq!(Size::All.of(20, "train-size", "images").expect("fits"), 20);
        assert_eq!(Size::UpTo(1000).of(20, "train-size", "images").expect("fits"), 20);
        assert_eq!(Size::First(20).of(20, "train-size", "images").expect("fits"), 20);
        let error = Size::First(21).of(20, "train-size", "images").expect_err("too many");
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
