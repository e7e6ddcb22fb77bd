//! Trains the stages side by side, from the same starting weights on the same examples in the same order, and shows
//! what each idea brings: a table, all learning curves, and a sentence that reads them.

mod reading;
mod report;
mod side_by_side;
mod stages;

use clap::ArgMatches;
use digits_cli::flags::{self, DataFlags, OutputFlags};
use digits_cli::{dataset, json, program, screen};
use digits_core::Result;
use digits_core::parallel::at_a_time;
use serde_json::{Map, Value, json};
use stages::Trained;
use std::process::ExitCode;

fn main() -> ExitCode {
    let summary = "Trains the stages from the same starting weights, on the same images in the same order, and \
                   compares what they reach in a table, a plot and a sentence.";
    let command = flags::program("compare", "what each idea brings", summary)
        .after_help("Example: cargo run -p compare -- --stages batched,gradient --epochs 30")
        .next_help_heading("Stages")
        .arg(flags::flag(
            "stages",
            "A,B,...",
            format!("Which stages to train, of {} (default: all)", names()),
        ));
    program(OutputFlags::add_to(DataFlags::add_to(flags::add_shared_settings(command))), run)
}

/// The names of all stages.
fn names() -> String {
    stages::all().iter().map(|entry| entry.about.name).collect::<Vec<_>>().join(", ")
}

/// Trains the stages that the command line names, and reports.
fn run(matches: &ArgMatches) -> Result<ExitCode> {
    let entries = match matches.get_one::<String>("stages") {
        Some(names) => stages::named(names)?,
        None => stages::all(),
    };
    let data_flags = DataFlags::read(matches)?;
    let output = OutputFlags::read(matches)?;
    let screen = output.screen(false);

    let loaded = dataset::open(&data_flags, &screen)?;
    let mut stages = Vec::with_capacity(entries.len());
    for entry in entries {
        let settings = flags::read_settings(matches, &entry.about);
        flags::check(&settings, loaded.data.train.len())?;
        stages.push((entry, settings));
    }
    let runs = side_by_side::train_all(&stages, &loaded.data, &screen);

    if let Some(target) = &output.json {
        let objects: Vec<Value> = stages
            .iter()
            .zip(&runs)
            .map(|((entry, settings), run)| {
                let Trained { parameters, fingerprint, outcome } = &run.trained;
                let settings = outcome.as_ref().map_or(settings, |outcome| &outcome.settings);
                let mut object = json::run(&entry.about, &loaded, settings, *parameters, fingerprint);
                match outcome {
                    Ok(outcome) => json::add_outcome(&mut object, outcome),
                    Err(error) => {
                        object.insert("error".to_owned(), json!(error.to_string()));
                        object.insert("history".to_owned(), json::history(&run.history));
                    }
                }
                Value::Object(object)
            })
            .collect();
        let mut object = Map::new();
        object.insert("version".to_owned(), json!(json::VERSION));
        object.insert("dataset".to_owned(), json!(loaded.dataset.name));
        object.insert("data_origin".to_owned(), json!(loaded.dataset.origin));
        object.insert("at_a_time".to_owned(), json!(at_a_time(stages.len())));
        object.insert("stages".to_owned(), Value::Array(objects));
        json::write(target, &object)?;
    }
    report::print(&screen, &stages, &runs);

    let mut exit = ExitCode::SUCCESS;
    for ((entry, _), run) in stages.iter().zip(&runs) {
        if let Err(error) = &run.trained.outcome {
            screen::complain(&format!("error: {}: {error}", entry.about.name));
            exit = ExitCode::from(error.exit_code());
        }
    }
    Ok(exit)
}
