//! What the command line asks for: stages with their settings, seeds, and sets of images.

use crate::experiment::{Experiment, Measured, contestant, disjoint_sets, repetitions};
use crate::results::{Machine, Repetition, Results};
use crate::stages::{self, Entry};
use crate::tuned::{CHOOSING, hold_out};
use crate::{baselines, sweep};
use clap::ArgMatches;
use digits_cli::dataset::{self, LoadedData};
use digits_cli::flags::{self, DataFlags, Size};
use digits_cli::json;
use digits_cli::screen::Screen;
use digits_cli::text::count;
use digits_core::diagnosis::of_labels;
use digits_core::parallel::at_a_time;
use digits_core::settings::{SEED, SHUFFLE, Settings, Value};
use digits_core::training::TrainingData;
use digits_core::{Error, Result};

/// How many seeds there are unless told otherwise.
pub(crate) const SEEDS: usize = 3;

/// What the command line asks for, with the data of it.
pub(crate) struct Prepared {
    /// What is to be trained.
    pub(crate) experiment: Experiment,
    /// What learning rates are to be chosen by, if they are.
    pub(crate) held_out: Option<TrainingData>,
    /// The seeds of that choice; the experiment has others.
    pub(crate) choosing: Vec<Repetition>,
    /// What the data set is called, and where it came from.
    name: String,
    origin: String,
}

impl Prepared {
    /// Reads the flags and opens the data.
    ///
    /// # Errors
    /// Flags that make no sense, and data that cannot be loaded.
    pub(crate) fn read(matches: &ArgMatches, screen: &Screen) -> Result<Self> {
        let tunes = matches.get_flag("tuned");
        let entries = entries(matches)?;
        let sets = matches.get_one::<usize>("train-draws").copied();
        let seeds = matches.get_one::<usize>("seeds").copied();
        let seeds = seeds.unwrap_or(if sets.is_some() { 1 } else { SEEDS });
        let sets = sets.unwrap_or(1);
        let first = match matches.get_one::<Value>(SEED.name) {
            Some(Value::Whole(seed)) => *seed,
            _ => 1,
        };
        let mut seeds_in_order = repetitions(first, if tunes { CHOOSING + seeds } else { seeds }, sets)?;
        let choosing = if tunes { seeds_in_order.drain(..CHOOSING).collect() } else { Vec::new() };
        if tunes && sets > 1 {
            let message = "--tuned and --train-draws both want the other training images; give one of them";
            return Err(Error::Usage(message.to_owned()));
        }

        let data_flags = DataFlags::read(matches)?;
        let wanted = data_flags.train_size;
        let mut loaded = dataset::open(&for_sets(data_flags, sets, tunes)?, screen)?;
        let mut held_out = None;
        if tunes {
            let all = loaded.data.train.len();
            let size = wanted.of(all, "train-size", "training images")?;
            let data = hold_out(&loaded.data, size)?;
            loaded.data.train.truncate(size);
            screen.sentence(format!(
                "Of these, the first {} are learned from, and the last {} are held out to choose the rates by",
                count(size),
                count(data.test.len())
            ));
            held_out = Some(data);
        }
        let is_shuffled = !matches.get_flag(SHUFFLE.name);
        for finding in of_labels(&loaded.data.train.labels, is_shuffled) {
            screen.sentence(format!("Note: {finding}"));
        }
        let (sets, images) = disjoint_sets(&loaded, sets);
        let LoadedData { dataset, .. } = loaded;
        let mut stages: Vec<(Entry, Settings)> = Vec::with_capacity(entries.len());
        for entry in entries {
            let settings = flags::read_settings(matches, &entry.about);
            flags::check(&settings, sets[0].train.len())?;
            stages.push((entry, settings));
        }
        let experiment = Experiment { stages, sets, images, test: dataset.test, repetitions: seeds_in_order };
        Ok(Prepared { experiment, held_out, choosing, name: dataset.name, origin: dataset.origin })
    }

    /// What came of the trainings, as plain data.
    pub(crate) fn results(&self, measured: &[Vec<Measured>], details: bool) -> Results {
        let experiment = &self.experiment;
        let stages = experiment.stages.iter().zip(measured);
        let mut results = Results {
            version: json::VERSION,
            dataset: self.name.clone(),
            train_size: experiment.sets[0].train.len(),
            test_size: experiment.sets[0].test.len(),
            repetitions: experiment.repetitions.clone(),
            baselines: baselines::all(experiment, &experiment.stages[0].1),
            stages: stages
                .map(|(stage, runs)| contestant(stage, &experiment.repetitions, runs, details))
                .collect(),
            choices: Vec::new(),
            machine: details.then(|| Machine {
                data_origin: self.origin.clone(),
                at_a_time: at_a_time(experiment.stages.len() * experiment.repetitions.len()),
            }),
        };
        results.summarise();
        results
    }
}

/// The stages to train: those that are named, or all. Sweeps, angles and a choice of rates are about the rules, and leave
/// out `improved` unless it is named, or alone knows the setting.
fn entries(matches: &ArgMatches) -> Result<Vec<Entry>> {
    if let Some(names) = matches.get_one::<String>("stages") {
        return stages::named(names);
    }
    let swept = matches.get_one::<sweep::Swept>("sweep");
    let mut all = stages::all();
    let rules: Vec<Entry> =
        all.iter().filter(|entry| entry.about.name != stages::IMPROVED).copied().collect();
    let knows =
        |entry: &Entry, name: &str| entry.about.settings().iter().any(|(setting, _)| setting.name == name);
    if let Some(swept) = swept {
        let concerned = if rules.iter().any(|entry| knows(entry, swept.flag())) { rules } else { all };
        return Ok(concerned);
    }
    if matches.get_flag("tuned") || matches.get_flag("angles") {
        all = rules;
    }
    Ok(all)
}

/// The same data flags, for so many sets of training images, or for all images where some are to be held out.
fn for_sets(mut flags: DataFlags, sets: usize, all: bool) -> Result<DataFlags> {
    flags.train_size = match flags.train_size {
        _ if all => Size::All,
        size if sets == 1 => size,
        Size::UpTo(size) | Size::First(size) => Size::First(size.saturating_mul(sets)),
        Size::All => {
            let message =
                "--train-draws divides the training images into sets of --train-size N; all is one set";
            return Err(Error::Usage(message.to_owned()));
        }
    };
    Ok(flags)
}
