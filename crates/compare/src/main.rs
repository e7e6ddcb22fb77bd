//! Trains the stages side by side, with several seeds, and shows what each idea brings and how sure that is: a table, all
//! learning curves, and only sentences that the numbers carry.

mod baselines;
mod closing;
mod curves;
mod experiment;
mod report;
mod results;
mod stages;
mod statistics;
mod table;

use clap::{ArgMatches, Command};
use digits_cli::dataset::{self, LoadedData};
use digits_cli::flags::{self, DataFlags, OutputFlags, Size, flag, switch, whole};
use digits_cli::{json, program, screen};
use digits_core::parallel::at_a_time;
use digits_core::settings::{SEED, Settings, Value as Setting};
use digits_core::{Error, Result};
use experiment::{Experiment, contestant, disjoint_sets, repetitions};
use results::{Machine, Results};
use serde_json::Value;
use stages::Entry;
use std::path::PathBuf;
use std::process::ExitCode;

/// How many seeds there are unless told otherwise.
const SEEDS: usize = 3;

fn main() -> ExitCode {
    program(command(), run)
}

/// The command with its flags.
fn command() -> Command {
    let summary = "Trains the stages from the same starting weights, on the same images in the same order, with several \
                   seeds, and compares what they reach in a table, plots and sentences.";
    let command = flags::program("compare", "what each idea brings", summary)
        .after_help("Example: cargo run -p compare -- --stages batched,gradient --seeds 10")
        .next_help_heading("Comparison")
        .args([
            flag("stages", "A,B,...", format!("Which stages to train, of {} (default: all)", names())),
            flag("seeds", "N", format!("With how many seeds to train each stage, counted from --seed (default: {SEEDS})"))
                .value_parser(whole(1, 10_000)),
            flag(
                "train-draws",
                "N",
                "Train on N sets of training images that share none, with one seed unless --seeds is given",
            )
            .value_parser(whole(1, 10_000)),
            switch("details", "Show more: times, mistakes, and what hidden units look for"),
            switch("fingerprints", "Name the exact network of every training"),
            switch("markdown", "Print the table in Markdown, and nothing else"),
            flag("show", "FILE", "Show the results in a file that --json wrote, instead of training")
                .value_parser(clap::value_parser!(PathBuf)),
        ]);
    OutputFlags::add_to(DataFlags::add_to(flags::add_shared_settings(command)))
}

/// The names of all stages.
fn names() -> String {
    stages::all().iter().map(|entry| entry.about.name).collect::<Vec<_>>().join(", ")
}

/// Does what the command line asks for.
fn run(matches: &ArgMatches) -> Result<ExitCode> {
    let output = OutputFlags::read(matches)?;
    let screen = output.screen(false);
    let markdown = matches.get_flag("markdown");
    if let Some(file) = matches.get_one::<PathBuf>("show") {
        let results = Results::read(file)?;
        show(&screen, &results, markdown);
        return Ok(ExitCode::SUCCESS);
    }
    let mut prepared = Prepared::read(matches, &screen)?;
    let details = matches.get_flag("details");
    let measured = prepared.experiment.run(&screen);
    let results = prepared.results(&measured, details);
    if let Some(target) = &output.json {
        match serde_json::to_value(&results) {
            Ok(Value::Object(object)) => json::write(target, &object)?,
            // Plain data with names as keys is always an object.
            other => unreachable!("{other:?}"),
        }
    }
    show(&screen, &results, markdown);

    let mut exit = ExitCode::SUCCESS;
    for ((entry, _), runs) in prepared.experiment.stages.iter().zip(&measured) {
        let mut errors = runs.iter().filter_map(|run| run.trained.outcome.as_ref().err());
        if let Some(error) = errors.next() {
            screen::complain(&format!("error: {}: {error}", entry.about.name));
            exit = ExitCode::from(error.exit_code());
        }
    }
    Ok(exit)
}

/// Shows results, or their table in Markdown.
fn show(screen: &screen::Screen, results: &Results, markdown: bool) {
    if markdown {
        screen.line(table::table(results).markdown().trim_end());
    } else {
        report::print(screen, results);
    }
}

/// What the command line asks for, with the data of it.
struct Prepared {
    experiment: Experiment,
    loaded: LoadedData,
}

impl Prepared {
    /// Reads the flags and opens the data.
    fn read(matches: &ArgMatches, screen: &screen::Screen) -> Result<Self> {
        let entries = match matches.get_one::<String>("stages") {
            Some(names) => stages::named(names)?,
            None => stages::all(),
        };
        let sets = matches.get_one::<usize>("train-draws").copied();
        let seeds = matches.get_one::<usize>("seeds").copied();
        let seeds = seeds.unwrap_or(if sets.is_some() { 1 } else { SEEDS });
        let sets = sets.unwrap_or(1);
        let first_seed = match matches.get_one::<Setting>(SEED.name) {
            Some(Setting::Whole(seed)) => *seed,
            _ => 1,
        };
        let repetitions = repetitions(first_seed, seeds, sets)?;

        let loaded = dataset::open(&for_sets(DataFlags::read(matches)?, sets)?, screen)?;
        let sets = disjoint_sets(&loaded, sets);
        let mut stages: Vec<(Entry, Settings)> = Vec::with_capacity(entries.len());
        for entry in entries {
            let settings = flags::read_settings(matches, &entry.about);
            flags::check(&settings, sets[0].train.len())?;
            stages.push((entry, settings));
        }
        Ok(Prepared { experiment: Experiment { stages, sets, repetitions }, loaded })
    }

    /// What came of the trainings, as plain data.
    fn results(&mut self, measured: &[Vec<experiment::Measured>], details: bool) -> Results {
        let experiment = &self.experiment;
        let stages = experiment.stages.iter().zip(measured);
        let mut results = Results {
            version: json::VERSION,
            dataset: self.loaded.dataset.name.clone(),
            train_size: experiment.sets[0].train.len(),
            test_size: experiment.sets[0].test.len(),
            repetitions: experiment.repetitions.clone(),
            baselines: baselines::all(experiment),
            stages: stages
                .map(|(stage, runs)| contestant(stage, &experiment.repetitions, runs, details))
                .collect(),
            machine: details.then(|| Machine {
                data_origin: self.loaded.dataset.origin.clone(),
                at_a_time: at_a_time(experiment.stages.len() * experiment.repetitions.len()),
            }),
        };
        results.summarise();
        results
    }
}

/// The same data flags, for so many sets of training images.
fn for_sets(mut flags: DataFlags, sets: usize) -> Result<DataFlags> {
    flags.train_size = match flags.train_size {
        size if sets == 1 => size,
        Size::UpTo(size) | Size::First(size) => Size::First(size.saturating_mul(sets)),
        Size::All => {
            let message = "--train-draws divides the training images into sets of --train-size N; all is one set";
            return Err(Error::Usage(message.to_owned()));
        }
    };
    Ok(flags)
}
