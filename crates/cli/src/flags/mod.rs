//! Every flag of every program, defined once: in groups that are added to a command and read back.

mod data;
mod files;
pub(crate) mod machine;
mod settings;

pub use data::{DataFlags, Size};
pub use files::{JsonTarget, NetworkFlags, OutputFlags, file};
pub use machine::add_machine;
pub use settings::{add_settings, add_shared_settings, check, read_preset, read_settings};

use clap::{Arg, ArgAction, ArgMatches, Command};

/// A program with a name, an idea in a few words and a longer text; flags are added to it.
pub fn program(name: &'static str, idea: &str, summary: &str) -> Command {
    Command::new(name)
        .version(env!("CARGO_PKG_VERSION"))
        .about(format!("{name}: {idea}\n\n{summary}"))
        .max_term_width(100)
}

/// A subcommand: its own help says what a program's does, the list of subcommands its idea alone.
pub fn subcommand(name: &'static str, idea: &'static str, summary: &str) -> Command {
    let program = program(name, idea, summary);
    let text = program.get_about().cloned().unwrap_or_default();
    program.long_about(text).about(idea)
}

/// A flag with a value, and the sentence that explains it.
pub fn flag(name: &'static str, value: &'static str, help: impl Into<String>) -> Arg {
    switch(name, help).value_name(value).action(ArgAction::Set).allow_negative_numbers(true)
}

/// A flag without a value, and the sentence that explains it.
pub fn switch(name: &'static str, help: impl Into<String>) -> Arg {
    Arg::new(name).long(name).help(help.into()).action(ArgAction::SetTrue)
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

    fn everything() -> Command {
        OutputFlags::add_to(NetworkFlags::add_to(DataFlags::add_to(program("test", "an idea", "A summary."))))
    }

    fn parse(args: &[&str]) -> std::result::Result<ArgMatches, clap::Error> {
        everything().try_get_matches_from([&["test"], args].concat())
    }

    #[test]
    fn clap_finds_nothing_wrong_with_the_definitions() {
        everything().debug_assert();
    }

    #[test]
    fn without_flags_the_defaults_hold() {
        let data = DataFlags::read(&parse(&[]).expect("parses")).expect("reads");
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
            ("--train-size", "0"),
            ("--train-size", "some"),
            ("--test-size", "0"),
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
}
