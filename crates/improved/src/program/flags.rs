//! The flags of the stage: those that all programs have, and a switch for each improvement.

use clap::builder::TypedValueParser;
use clap::{Arg, ArgMatches, Command};
use digits_cli::flags::{
    self, DataFlags, MAX_HIDDEN, NetworkFlags, OutputFlags, Size, TrainingFlags, flag, number, switch, whole,
};
use digits_core::{Error, Result};
use improved::{
    ABOUT, Activation, Choice, Distortion, Init, LearningRate, Loss, OptimizerKind, Preset, ScheduleShape,
    Settings,
};
use std::path::PathBuf;

/// The most hidden layers.
const MAX_LAYERS: usize = 20;

/// The command with all its flags.
pub(crate) fn command() -> Command {
    let usual = Settings::default();
    let of_preset = |value: &str| format!("(default: the preset's; {value} without one)");
    let command = flags::program(ABOUT.name, ABOUT.idea, ABOUT.summary);
    let command = command.next_help_heading("Settings").args([
        flag(
            "preset",
            "NAME",
            "Chosen settings; other flags change them: plain (every switch off: momentum), usual, small (the best for \
             1,000 images), full (the best for 60,000) (default: usual)",
        )
        .value_parser(choice::<Preset>()),
        switch("plain", "Every switch off, which is stage 5, momentum; the same as --preset plain (default: off)")
            .conflicts_with("preset"),
    ]);
    let command = flags::add_settings(command.next_help_heading("Learning rule"), &ABOUT.defaults)
        .mut_arg("batch-size", |arg| {
            let default = of_preset(&usual.batch_size.to_string());
            reworded(arg, format!("How many images an update sees {default}"))
        })
        .mut_arg("learning-rate", |arg| {
            let rate = |value: &str| match value {
                "auto" => Ok(LearningRate::Auto),
                _ => number("from 0 up, and finite, or auto", |eta| eta.is_finite() && eta >= 0.0)(value)
                    .map(LearningRate::Fixed),
            };
            let help = "eta, how far an update moves against the error; auto asks --find-learning-rate";
            reworded(arg, format!("{help} {}", of_preset("0.05"))).value_name("ETA|auto").value_parser(rate)
        })
        .mut_arg("momentum", |arg| {
            let help = "mu, the share of the velocity that an update keeps, below 1";
            reworded(arg, format!("{help} {}", of_preset("0.9")))
        });
    let command = TrainingFlags::add_to(command)
        .mut_arg("epochs", |arg| {
            arg.help(format!(
                "How often every training image is seen {}",
                of_preset(&usual.epochs.to_string())
            ))
        })
        .mut_arg("hidden", |arg| {
            let help = "How many units each hidden layer has, from the images to the outputs";
            reworded(arg, format!("{help} {}", of_preset("128"))).value_name("H,H,...").value_parser(layers)
        });
    let command = command.next_help_heading("Improvements, one switch each").args(improvements());
    let command = command.next_help_heading("Questions").args([
        switch("find-learning-rate", "Do not train: find a learning rate by a range test, and show its curve (default: train)"),
        switch(
            "ablation",
            "Do not train once, but often: from plain momentum up to these settings, adding one improvement a row, and \
             down again, taking one away (default: train)",
        )
        .conflicts_with("find-learning-rate"),
        flag("seeds", "N", "How many seeds each row of --ablation is trained with (default: 3)")
            .value_parser(whole(1, 1000))
            .requires("ablation"),
        flag("markdown", "FILE", "Write the table of --ablation as Markdown (default: do not)")
            .value_parser(clap::value_parser!(PathBuf))
            .requires("ablation"),
    ]);
    let command = OutputFlags::add_to(NetworkFlags::add_to(DataFlags::add_to(command)));
    command.mut_arg("train-size", |arg| {
        reworded(arg, "How many training images to learn from (default: 1000; 60,000 for --preset full)")
    })
}

/// A flag that all programs have, with a sentence of its own here.
fn reworded(arg: Arg, help: impl AsRef<str>) -> Arg {
    let worded = switch("worded", help);
    arg.help(worded.get_help().cloned().unwrap_or_default())
}

/// A switch for each improvement.
fn improvements() -> Vec<Arg> {
    let of_preset = |value: &str| format!("(default: the preset's; {value} without one)");
    let usual = Settings::default();
    let share = || number("from 0 up to, but less than, 1", |share| (0.0..1.0).contains(&share));
    let distortion = |name, value, help| {
        flag(name, value, format!("{help} (default: as --augment says)")).value_parser(positive())
    };
    vec![
        named::<Activation>("activation", "What hidden units make of their input", usual.activation),
        named::<Loss>("loss", "The outputs and what their error costs; cross-entropy has softmax outputs", usual.loss),
        named::<Init>("init", "The starting weights", usual.init),
        named::<OptimizerKind>("optimizer", "What a gradient does to a parameter", usual.optimizer),
        named::<ScheduleShape>("schedule", "How the learning rate changes while training goes on", usual.schedule),
        flag("warmup", "EPOCHS", format!("Epochs in which the learning rate grows from 0 {}", of_preset("0")))
            .value_parser(positive()),
        flag(
            "augment",
            "STRENGTH",
            "Learn from distorted images, fresh in every epoch: all five distortions below, 1 for the usual strength \
             (which no number means, too), 0 for none (default: the preset's; 1 without one)",
        )
        .num_args(0..=1)
        .require_equals(true)
        .default_missing_value("1")
        .value_parser(positive()),
        distortion("rotation", "DEGREES", "Turn images by up to so many degrees"),
        distortion("scaling", "SHARE", "Stretch or shrink width and height by up to this share, each for itself"),
        distortion("shear", "PIXELS", "Lean images by up to so many pixels to the side for each pixel down"),
        distortion("shift", "PIXELS", "Move images by up to so many pixels"),
        distortion("elastic", "PIXELS", "Displace every place differently, but smoothly, typically by so many pixels"),
        flag("dropout", "P", format!("The share of hidden units left out of an update {}", of_preset("0")))
            .value_parser(share()),
        flag("input-dropout", "P", format!("The share of lit pixels left out of an update {}", of_preset("0")))
            .value_parser(share()),
        flag("weight-decay", "LAMBDA", format!("How much weights are pulled towards zero {}", of_preset("0")))
            .value_parser(positive()),
        flag(
            "validation",
            "N",
            "Hold out the last N training images, stop when they are not told better for a while, and keep the best \
             network (default: 0, which trains all epochs)",
        )
        .value_parser(whole(0, usize::MAX)),
        flag("patience", "EPOCHS", "With --validation: how long to go on without progress (default: 20)")
            .value_parser(whole(1, usize::MAX)),
        flag(
            "measure-every",
            "EPOCHS",
            format!("How often accuracies are measured on the way {}", of_preset(&usual.measure_every.to_string())),
        )
        .value_parser(whole(1, usize::MAX)),
    ]
}

/// Reads a number from 0 up.
fn positive() -> impl Fn(&str) -> std::result::Result<f64, String> + Clone + Send + Sync {
    number("from 0 up, and finite", |number| number.is_finite() && number >= 0.0)
}

/// A flag whose value is one of a few names.
fn named<C: Choice + Send + Sync>(name: &'static str, help: &str, usual: C) -> Arg {
    let default = format!("(default: the preset's; {} without one)", usual.name());
    flag(name, "NAME", format!("{help}: {} {default}", C::names(", "))).value_parser(choice::<C>())
}

/// Reads one of a few names.
fn choice<C: Choice + Send + Sync>() -> impl TypedValueParser<Value = C> {
    clap::builder::NonEmptyStringValueParser::new()
        .try_map(|name| C::named(&name).map_err(|_| format!("expected {}", C::names(", "))))
}

/// Reads `512,256`.
fn layers(value: &str) -> std::result::Result<Vec<usize>, String> {
    let units = whole(1, MAX_HIDDEN);
    let layers: Option<Vec<usize>> = value.split(',').map(|part| units(part.trim()).ok()).collect();
    layers.filter(|layers| layers.len() <= MAX_LAYERS).ok_or_else(|| {
        format!("expected numbers of units from 1 to {MAX_HIDDEN} with commas between, for at most {MAX_LAYERS} layers")
    })
}

/// What the command line asks for.
pub(crate) struct Asked {
    /// The settings.
    pub(crate) settings: Settings,
    /// What they are called.
    pub(crate) preset: Preset,
    /// The data.
    pub(crate) data: DataFlags,
    /// The output.
    pub(crate) output: OutputFlags,
    /// The networks in files.
    pub(crate) networks: NetworkFlags,
}

/// Reads the flags: the preset, changed by whatever else was given.
pub(crate) fn read(matches: &ArgMatches) -> Result<Asked> {
    let preset = match matches.get_flag("plain") {
        true => Preset::Plain,
        false => given(matches, "preset").unwrap_or(Preset::Usual),
    };
    let training = TrainingFlags::read(matches);
    let mut settings = Settings { seed: training.seed, shuffle: training.shuffle, ..preset.settings() };
    set(matches, "hidden", &mut settings.hidden);
    set(matches, "activation", &mut settings.activation);
    set(matches, "loss", &mut settings.loss);
    set(matches, "init", &mut settings.init);
    set(matches, "optimizer", &mut settings.optimizer);
    set(matches, "learning-rate", &mut settings.learning_rate);
    set(matches, "momentum", &mut settings.momentum);
    set(matches, "weight-decay", &mut settings.weight_decay);
    set(matches, "schedule", &mut settings.schedule);
    set(matches, "warmup", &mut settings.warmup);
    if let Some(strength) = given::<f64>(matches, "augment") {
        settings.augment = Distortion::USUAL.times(strength);
    }
    set(matches, "rotation", &mut settings.augment.rotation);
    set(matches, "scaling", &mut settings.augment.scaling);
    set(matches, "shear", &mut settings.augment.shear);
    set(matches, "shift", &mut settings.augment.shift);
    set(matches, "elastic", &mut settings.augment.elastic);
    set(matches, "dropout", &mut settings.dropout);
    set(matches, "input-dropout", &mut settings.input_dropout);
    set(matches, "batch-size", &mut settings.batch_size);
    set(matches, "epochs", &mut settings.epochs);
    set(matches, "validation", &mut settings.validation);
    set(matches, "patience", &mut settings.patience);
    set(matches, "measure-every", &mut settings.measure_every);
    let mut data = DataFlags::read(matches)?;
    if let (None, Some(size)) = (given::<Size>(matches, "train-size"), preset.train_size()) {
        data.train_size = Size::UpTo(size);
    }
    if settings.patience != preset.settings().patience && settings.validation == 0 {
        return Err(Error::Usage("--patience means something only with --validation".to_owned()));
    }
    Ok(Asked {
        settings,
        preset,
        data,
        output: OutputFlags::read(matches)?,
        networks: NetworkFlags::read(matches)?,
    })
}

/// The value of a flag, if it was given.
fn given<T: Clone + Send + Sync + 'static>(matches: &ArgMatches, name: &str) -> Option<T> {
    matches.get_one::<T>(name).cloned()
}

/// Changes a setting if its flag was given.
fn set<T: Clone + Send + Sync + 'static>(matches: &ArgMatches, name: &str, setting: &mut T) {
    if let Some(value) = given(matches, name) {
        *setting = value;
    }
}

/// The settings in full, as the flags that ask for them.
pub(crate) fn in_full(settings: &Settings) -> String {
    let flag = |(name, value): (&str, String)| format!("--{name} {value}").trim_end().to_owned();
    settings.flags().into_iter().map(flag).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(args: &[&str]) -> Result<Asked> {
        let matches = command().try_get_matches_from([&["improved"], args].concat());
        matches.map_err(|error| Error::Usage(error.to_string())).and_then(|matches| read(&matches))
    }

    #[test]
    fn clap_finds_nothing_wrong_with_the_definitions() {
        command().debug_assert();
    }

    #[test]
    fn settings_printed_in_full_are_the_flags_that_ask_for_them() {
        for (name, preset) in Preset::ALL {
            let changed = asked(&["--preset", name, "--seed", "7", "--validation", "10", "--no-shuffle"])
                .expect("reads")
                .settings;
            let line = in_full(&changed);
            let args: Vec<&str> = line.split_whitespace().collect();
            assert_eq!(asked(&args).expect(&line).settings, changed, "{line}");
            assert_eq!(asked(&["--preset", name]).expect("reads").settings, preset.settings());
        }
    }

    #[test]
    fn plain_is_a_preset_and_small_and_full_know_their_size() {
        assert_eq!(asked(&["--plain"]).expect("reads").settings, Settings::plain());
        assert_eq!(asked(&[]).expect("reads").data.train_size, Size::UpTo(1000));
        assert_eq!(asked(&["--preset", "full"]).expect("reads").data.train_size, Size::UpTo(60_000));
        let own = asked(&["--preset", "full", "--train-size", "10"]).expect("reads");
        assert_eq!(own.data.train_size, Size::First(10));
    }

    #[test]
    fn distortions_need_no_number() {
        let augment = |args: &[&str]| asked(args).expect("reads").settings.augment;
        assert_eq!(augment(&["--plain", "--augment"]), Distortion::USUAL);
        assert_eq!(augment(&["--augment=0.5"]), Distortion::USUAL.times(0.5));
        assert_eq!(
            augment(&["--plain", "--rotation", "7"]),
            Distortion { rotation: 7.0, ..Distortion::NONE }
        );
    }

    #[test]
    fn values_that_make_no_sense_are_refused() {
        for args in [
            &["--hidden", "0"][..],
            &["--hidden", "10,"],
            &["--hidden", "10,,10"],
            &["--activation", "step"],
            &["--loss", ""],
            &["--learning-rate", "fast"],
            &["--learning-rate", "-1"],
            &["--dropout", "1"],
            &["--augment=-1"],
            &["--warmup", "NaN"],
            &["--measure-every", "0"],
            &["--batch-size", "0"],
            &["--patience", "5"],
            &["--seeds", "3"],
            &["--plain", "--preset", "small"],
            &["--ablation", "--find-learning-rate"],
        ] {
            let error = asked(args).err().unwrap_or_else(|| panic!("{args:?} was taken"));
            assert_eq!(error.exit_code(), 2, "{args:?}: {error}");
        }
    }
}
