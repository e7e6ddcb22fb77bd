//! Trains the stages side by side, with several seeds, and shows what each idea brings and how sure that is: a table, all
//! learning curves, and only sentences that the numbers carry.

mod angles;
mod baselines;
mod closing;
mod curves;
mod details;
mod experiment;
mod explain;
mod html;
mod prepared;
mod report;
mod results;
mod stages;
mod statistics;
mod sweep;
mod table;
mod tuned;

use clap::{ArgGroup, ArgMatches, Command};
use digits_cli::flags::{self, DataFlags, OutputFlags, flag, switch, whole};
use digits_cli::interruption::{Listening, exit_code};
use digits_cli::screen::{self, Screen};
use digits_cli::{json, program};
use digits_core::Result;
use digits_core::files::check_writable;
use digits_core::settings::{LEARNING_RATE, Value};
use prepared::{Prepared, SEEDS};
use results::Results;
use serde_json::Map;
use std::path::PathBuf;
use std::process::ExitCode;

/// The flag that asks for a page.
const REPORT: &str = "report";

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
            flag("sweep", "FLAG=A,B,C", "Train with each of these values of a setting, as in learning-rate=0.1,0.2,0.5")
                .value_parser(sweep::parse),
            switch("tuned", "Choose each stage's learning rate on held-out training images, then compare with fresh seeds"),
            switch("angles", "Measure how far each stage's direction is turned away from exact gradients"),
            switch("details", "Show more: times, mistakes, and what hidden units look for"),
            switch("fingerprints", "Name the exact network of every training"),
            flag(REPORT, "FILE", "Write a page for any browser, with these results, the trained networks and the images inside")
                .value_parser(flags::file())
                .conflicts_with_all(["sweep", "angles", "show", "explain"]),
            switch("markdown", "Print the table in Markdown, and nothing else"),
            flag("show", "FILE", "Show the results in a file that --json wrote, instead of training")
                .value_parser(clap::value_parser!(PathBuf)),
            switch("explain", "Say what every column and word means, and train nothing"),
        ])
        .group(ArgGroup::new("instead").args(["sweep", "tuned", "angles", "show", "explain"]));
    flags::add_machine(OutputFlags::add_to(DataFlags::add_to(flags::add_shared_settings(command))))
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
    // In Markdown there is a table, and nothing else.
    let progress = if markdown { &Screen::new(true, output.quiet) } else { &screen };
    if matches.get_flag("explain") {
        explain::print(&screen);
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(file) = matches.get_one::<PathBuf>("show") {
        show(&screen, &Results::read(file)?, markdown);
        return Ok(ExitCode::SUCCESS);
    }
    let write =
        |object: &Map<_, _>| output.json.as_ref().map_or(Ok(()), |target| json::write(target, object));

    if let Some(file) = matches.get_one::<PathBuf>(REPORT) {
        check_writable(file)?;
    }
    let prepared = Prepared::read(matches, progress)?;
    if let Some(swept) = matches.get_one::<sweep::Swept>("sweep") {
        let found = sweep::run(swept.clone(), &prepared.experiment, progress)?;
        write(&found.json())?;
        match markdown {
            true => screen.line(found.markdown().trim_end()),
            false => found.print(&screen),
        }
        return Ok(ExitCode::SUCCESS);
    }
    if matches.get_flag("angles") {
        let found = angles::run(&prepared.experiment, progress)?;
        write(&angles::to_json(&found, &prepared.experiment))?;
        match markdown {
            true => screen.line(angles::markdown(&found).trim_end()),
            false => angles::print(&found, &screen),
        }
        return Ok(ExitCode::SUCCESS);
    }
    train(matches, prepared, &output, &screen, progress)
}

/// Trains the stages, writes what came of them, and shows it.
fn train(
    matches: &ArgMatches,
    mut prepared: Prepared,
    output: &OutputFlags,
    screen: &Screen,
    progress: &Screen,
) -> Result<ExitCode> {
    let mut choices = Vec::new();
    if let Some(held_out) = &prepared.held_out {
        choices = tuned::choose(&prepared.experiment.stages, held_out, &prepared.choosing, progress)?;
        for ((_, settings), choice) in prepared.experiment.stages.iter_mut().zip(&choices) {
            settings.set(LEARNING_RATE.name, Value::Number(choice.rate()));
        }
    }
    let listening = Listening::begin();
    let measured = prepared.experiment.run(progress);
    drop(listening);
    if let Some(code) = exit_code() {
        report::interrupted(screen, &prepared.experiment.stages, &measured);
        return Ok(code);
    }
    let (markdown, details) = (matches.get_flag("markdown"), matches.get_flag("details"));
    let mut results = prepared.results(&measured, details);
    results.choices = choices;
    if let Some(target) = &output.json {
        json::write(target, &results.object())?;
    }
    show(screen, &results, markdown);
    if let Some(file) = matches.get_one::<PathBuf>(REPORT) {
        html::write(file, &results, &measured, &prepared.experiment, progress)?;
    }
    if details && !markdown {
        details::print(screen, &results, &measured, &prepared.experiment.sets[0].test);
    }
    if matches.get_flag("fingerprints") {
        details::fingerprints(screen, &results);
    }

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
fn show(screen: &Screen, results: &Results, markdown: bool) {
    if markdown {
        screen.line(table::table(results).markdown().trim_end());
    } else {
        report::print(screen, results);
    }
}
