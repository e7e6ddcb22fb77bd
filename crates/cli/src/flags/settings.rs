//! The flags of settings: one for each that a stage declares, under the heading that it declares.

use super::flag;
use clap::builder::PossibleValuesParser;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};
use digits_core::Result;
use digits_core::settings::{BATCH_SIZE, COMMON, Kind, LEARNING_RATE, Setting, Settings, Value};
use digits_core::stage::{About, Preset};

/// The flag that names a preset.
const PRESET: &str = "preset";

/// Adds the flags of a stage: its presets, if it has some, and its settings.
pub fn add_settings(command: Command, about: &About) -> Command {
    let mut command = command;
    if let [usual, ..] = about.presets {
        let help: Vec<String> =
            about.presets.iter().map(|preset| format!("{}: {}", preset.name, preset.help)).collect();
        let names = PossibleValuesParser::new(about.presets.iter().map(|preset| preset.name));
        command = command.next_help_heading("Settings").arg(
            flag(PRESET, "NAME", format!("Chosen settings, which other flags change. {}", help.join("; ")))
                .value_parser(names)
                .hide_possible_values(true)
                .default_value(usual.name),
        );
    }
    let usual = about.usual();
    for (setting, value) in usual.iter() {
        let mut arg = setting_flag(setting, value);
        if setting.kind != Kind::Switch {
            let others = other_defaults(about, setting, value);
            if !others.is_empty() {
                // Clap knows of one default, and must not name it as that of every preset.
                let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
                arg = arg.help(format!("{help} [default: {value}{others}]")).default_value(None::<&str>);
            }
        }
        command = command.next_help_heading(setting.group).arg(arg);
    }
    command
}

/// Adds the settings that all stages have, and those of most rules, each with every stage's own default.
pub fn add_shared_settings(command: Command) -> Command {
    let mut command = command.next_help_heading("Learning rules");
    for setting in [BATCH_SIZE, LEARNING_RATE] {
        let help = format!("{} [default: each stage's own]", setting.help);
        command = command.arg(setting_flag(&setting, setting.usual).help(help).default_value(None::<&str>));
    }
    for setting in COMMON {
        command = command.next_help_heading(setting.group).arg(setting_flag(&setting, setting.usual));
    }
    command
}

/// The values that other presets than the usual one give to a setting, where they differ from its `usual` one:
/// `; small: 512,256; full: 1200,1200`.
fn other_defaults(about: &About, setting: &Setting, usual: Value) -> String {
    let values = about.presets.iter().skip(1).filter_map(|preset| {
        let value = about.preset(preset.name)?.get(setting)?;
        (value != usual).then(|| format!("; {}: {value}", preset.name))
    });
    values.collect()
}

/// The flag of a setting, with `usual` as its default.
fn setting_flag(setting: &Setting, usual: Value) -> Arg {
    if setting.kind == Kind::Switch {
        let flag = setting.flag();
        return Arg::new(setting.name).long(flag).help(setting.help).action(ArgAction::SetTrue);
    }
    let declared = *setting;
    let mut arg = flag(setting.name, setting.value_name, setting.help)
        .value_parser(move |text: &str| declared.read(text))
        .default_value(usual.to_string());
    if let Kind::OneOf(names) = setting.kind {
        arg = arg.help(format!("{}: {}", setting.help, names.join(", ")));
    }
    if !setting.needs.is_empty() {
        arg = arg.requires(setting.needs);
    }
    if setting.conflicts.is_empty() { arg } else { arg.conflicts_with(setting.conflicts) }
}

/// The preset that the command line names, or the usual one, if the stage has some.
pub fn read_preset(matches: &ArgMatches, about: &About) -> Option<Preset> {
    let name = matches.try_get_one::<String>(PRESET).ok().flatten()?;
    about.presets.iter().find(|preset| preset.name == name).copied()
}

/// Reads the settings of a stage: those of the preset, changed by what the command line says. Flags that mean nothing to
/// the stage change nothing.
pub fn read_settings(matches: &ArgMatches, about: &About) -> Settings {
    let preset = read_preset(matches, about).and_then(|preset| about.preset(preset.name));
    let mut settings = preset.unwrap_or_else(|| about.usual());
    let declared: Vec<Setting> = settings.iter().map(|(setting, _)| *setting).collect();
    for setting in declared {
        let is_known = matches.try_contains_id(setting.name).is_ok();
        if !is_known || matches.value_source(setting.name) != Some(ValueSource::CommandLine) {
            continue;
        }
        if setting.kind == Kind::Switch {
            settings.set(setting.name, Value::Switch(setting.usual != Value::Switch(true)));
        } else if let Some(value) = matches.get_one::<Value>(setting.name) {
            settings.set(setting.name, *value);
        }
    }
    settings
}

/// Refuses settings that make no sense for so many training images, or that need more memory than most machines have.
///
/// # Errors
/// Those of [`Settings::check_for`].
pub fn check(settings: &Settings, train_size: usize) -> Result<()> {
    /// Four gigabytes.
    const MEMORY: usize = 4 << 30;
    settings.check_for(train_size, MEMORY)
}

#[cfg(test)]
mod tests {
    use super::super::program;
    use super::*;
    use clap::error::ErrorKind;
    use digits_core::settings::{EPOCHS, HIDDEN, Layers, Range};
    use digits_core::training::{PATIENCE, VALIDATION};

    const MU: Setting = Setting {
        name: "momentum",
        value_name: "MU",
        kind: Kind::Number(Range::share()),
        usual: Value::Number(0.9),
        help: "mu",
        ..Setting::UNNAMED
    };
    const PLAIN: About = About { name: "test", settings: &[BATCH_SIZE, LEARNING_RATE, MU], ..About::UNNAMED };
    const CHOSEN: About = About {
        settings: &[BATCH_SIZE, LEARNING_RATE, MU, VALIDATION, PATIENCE],
        presets: &[
            Preset {
                name: "usual",
                help: "",
                changes: &[("momentum", Value::Number(0.5))],
                train_size: None,
            },
            Preset { name: "long", help: "", changes: &[("epochs", Value::Whole(400))], train_size: None },
        ],
        ..PLAIN
    };

    fn command(about: &About) -> Command {
        add_settings(program("test", "an idea", "A summary."), about)
    }

    fn read(about: &About, args: &[&str]) -> Settings {
        let matches = command(about).try_get_matches_from([&["test"], args].concat()).expect("parses");
        read_settings(&matches, about)
    }

    #[test]
    fn clap_finds_nothing_wrong_with_the_definitions() {
        command(&PLAIN).debug_assert();
        command(&CHOSEN).debug_assert();
        add_shared_settings(program("test", "an idea", "A summary.")).debug_assert();
    }

    #[test]
    fn without_flags_the_defaults_hold_and_flags_change_them() {
        assert_eq!(read(&PLAIN, &[]), PLAIN.usual());
        assert_eq!(read(&CHOSEN, &[]), CHOSEN.usual());
        let changed = read(&PLAIN, &["--momentum", "0.25", "--no-shuffle", "--hidden", "7"]);
        assert_eq!(changed.number(&MU), 0.25);
        assert_eq!(changed.hidden(), [7]);
        assert!(!changed.is_on(&digits_core::settings::SHUFFLE));
    }

    #[test]
    fn a_preset_is_changed_by_the_flags_beside_it() {
        let settings = read(&CHOSEN, &["--preset", "long", "--batch-size", "3"]);
        assert_eq!(
            (settings.whole(&EPOCHS), settings.whole(&BATCH_SIZE), settings.number(&MU)),
            (400, 3, 0.9)
        );
        assert_eq!(read(&CHOSEN, &["--epochs", "100", "--preset", "long"]).whole(&EPOCHS), 100);
    }

    #[test]
    fn settings_printed_in_full_are_the_flags_that_ask_for_them() {
        for args in [&[][..], &["--preset", "long", "--seed", "7", "--validation", "10", "--no-shuffle"]] {
            let settings = read(&CHOSEN, args);
            let line = settings.as_flags();
            assert_eq!(read(&CHOSEN, &line.split_whitespace().collect::<Vec<_>>()), settings, "{line}");
        }
    }

    #[test]
    fn a_flag_without_what_it_needs_or_without_meaning_is_refused() {
        let error = |about, args: &[&str]| {
            command(about).try_get_matches_from([&["test"], args].concat()).expect_err("refused").kind()
        };
        assert_eq!(error(&CHOSEN, &["--patience", "20"]), ErrorKind::MissingRequiredArgument);
        assert_eq!(error(&PLAIN, &["--validation", "20"]), ErrorKind::UnknownArgument);
        assert_eq!(error(&PLAIN, &["--updates", "20", "--epochs", "3"]), ErrorKind::ArgumentConflict);
        assert_eq!(error(&PLAIN, &["--momentum", "1"]), ErrorKind::ValueValidation);
    }

    #[test]
    fn every_flag_is_explained_with_its_default() {
        for about in [PLAIN, CHOSEN] {
            let help = command(&about).render_help().to_string();
            for (setting, value) in about.usual().iter() {
                assert!(help.contains(&format!("--{}", setting.flag())), "{} in {help}", setting.name);
                assert!(
                    setting.kind == Kind::Switch
                        || [']', ';'].iter().any(|end| help.contains(&format!("default: {value}{end}"))),
                    "{help}"
                );
            }
        }
    }

    /// Protects a reader of help from a default that is not that of the preset he has chosen.
    #[test]
    fn a_default_that_a_preset_changes_is_named_with_it() {
        let help = command(&CHOSEN).render_help().to_string();
        assert!(help.contains("[default: 0.5; long: 0.9]"), "{help}");
        assert!(help.contains("[default: 100; long: 400]"), "{help}");
    }

    #[test]
    fn a_batch_is_judged_by_its_memory() {
        let wide = PLAIN.usual().with(&HIDDEN, Value::Layers(Layers::of(&[10_000])));
        let whole = wide.with(&BATCH_SIZE, Value::Whole(u64::MAX));
        assert!(check(&whole, 1000).is_ok());
        assert!(check(&whole, 60_000).expect_err("too much").to_string().contains("--batch-size"));
    }

    #[test]
    fn not_all_images_can_be_held_out() {
        let settings = CHOSEN.usual().with(&VALIDATION, Value::Whole(1000));
        assert!(check(&settings, 1001).is_ok());
        assert_eq!(check(&settings, 1000).expect_err("all").exit_code(), 2);
    }
}
