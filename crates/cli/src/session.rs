//! A run of a stage from its flags to its report.

use crate::dataset::{LoadedData, open};
use crate::flags::{self, DataFlags, NetworkFlags, OutputFlags};
use crate::interruption::{Listening, exit_code};
use crate::keeper::Keeper;
use crate::progress::Progress;
use crate::screen::{Screen, Style};
use crate::text::{count, counted, percent, wrap};
use crate::{glossary, gradient_report, json, mistakes, report};
use clap::{ArgMatches, Command};
use digits_core::checkpoint::Checkpoint;
use digits_core::diagnosis::{Finding, of_labels, of_outcome};
use digits_core::gradient_check;
use digits_core::mistakes::surest;
use digits_core::network::Network;
use digits_core::settings::{SHUFFLE, Settings, Value};
use digits_core::stage::{About, Stage};
use digits_core::training::{Course, Outcome, Plan};
use digits_core::{Error, Result, words};
use std::borrow::Cow;
use std::path::Path;
use std::process::ExitCode;

/// The flag that asks for derivatives instead of a training.
const CHECK_GRADIENT: &str = "check-gradient";
/// The flag that asks what the words mean.
const EXPLAIN: &str = "explain";
/// The flag that asks for more.
const DETAILS: &str = "details";
/// How many mistakes are drawn after a training.
const MISTAKES: usize = 3;

/// The command of a stage, with all its flags.
pub fn command(about: &About) -> Command {
    let example =
        format!("Example: cargo run -p {} -- --epochs 20 --hidden 64 --save network.safetensors", about.name);
    let command = flags::program(about.name, about.idea, about.summary).after_help(example);
    let command = flags::add_settings(command, about);
    let command = command.next_help_heading("Measuring").args([
        flags::switch(
            CHECK_GRADIENT,
            "Do not train: compare the stage's direction with derivatives, exact and by differences, in f64",
        ),
        flags::switch(
            DETAILS,
            "Show more: which digit was predicted as which, and what hidden units look for",
        ),
        flags::switch(EXPLAIN, "Say what every word of the report means, and train nothing"),
    ]);
    flags::add_machine(OutputFlags::add_to(NetworkFlags::add_to(DataFlags::add_to(command))))
}

/// The data and settings of a run, as the command line asks for them.
pub struct Prepared {
    /// The settings; they make sense for the data.
    pub settings: Settings,
    /// The data.
    pub loaded: LoadedData,
}

/// Reads the settings and opens the data.
///
/// # Errors
/// Settings that make no sense, and data that cannot be loaded.
pub fn prepare(matches: &ArgMatches, about: &About, screen: &Screen) -> Result<Prepared> {
    let settings = flags::read_settings(matches, about);
    settings.check()?;
    let preset = flags::read_preset(matches, about);
    let data_flags =
        DataFlags::read(matches)?.with_usual_train_size(preset.and_then(|preset| preset.train_size));
    let loaded = open(&data_flags, screen)?;
    flags::check(&settings, loaded.data.train.len())?;
    Ok(Prepared { settings, loaded })
}

/// Runs a stage as the command line says.
pub fn run<S: Stage>(matches: &ArgMatches) -> Result<ExitCode> {
    let networks = NetworkFlags::read(matches)?;
    let output = OutputFlags::read(matches)?;
    let screen = output.screen(networks.save.is_some() || networks.checkpoint.is_some());
    if matches.get_flag(EXPLAIN) {
        glossary::print(&screen, "The report", words::REPORT);
        glossary::print(&screen, "Words and letters", words::WORDS);
        return Ok(ExitCode::SUCCESS);
    }
    let details = matches.get_flag(DETAILS);
    let Prepared { settings, loaded } = prepare(matches, &S::ABOUT, &screen)?;
    let mut network = S::network(&settings);
    headline(&S::ABOUT, &settings, &loaded, &network, &screen);
    if let Some(path) = &networks.load {
        load(&mut network, path, &screen)?;
    }

    let images = of_labels(&loaded.data.train.labels, settings.is_on(&SHUFFLE));
    warnings(&screen, &images);
    if matches.get_flag(CHECK_GRADIENT) {
        return check_gradient::<S>(&settings, &network, &loaded, &output, &screen);
    }

    let plan = Plan::with_held_out(&settings, loaded.data.train.len());
    let mut progress = Progress::new(&screen, plan.epochs);
    let listening = Listening::begin();
    let mut keeper = Keeper::new(&networks, &loaded);
    let mut course: Course<'_, f32, S> = match &networks.resume {
        Some(path) => Course::resume(&settings, &Checkpoint::load(path)?, path, &loaded.data)?,
        None => {
            let images = (Cow::Borrowed(&loaded.data.train), Cow::Borrowed(&loaded.data.test));
            match Course::new(&settings, network, images, &progress) {
                Err(Error::Interrupted { .. }) => return Ok(exit_code().unwrap_or(ExitCode::FAILURE)),
                course => course?,
            }
        }
    };
    while course.step(usize::MAX, &mut progress) > 0 {
        keeper.after_step(&mut course, &screen);
    }
    drop(progress);
    if !course.is_over() {
        keeper.interrupted(&mut course, &screen)?;
        return Ok(exit_code().unwrap_or(ExitCode::FAILURE));
    }
    // Files first: what was learned is safe before anything else can go wrong; and what goes wrong with one file takes
    // neither the others nor the report with it.
    let checkpoint = keeper.at_end(&mut course);
    drop(listening);
    let (network, outcome) = course.end();
    let outcome = outcome?;
    let saved = networks
        .save
        .as_deref()
        .map_or(Ok(()), |path| network.to_checkpoint(keeper.metadata::<S>(&outcome.settings)).save(path));
    let results = of_outcome(&outcome, network.loss);
    let worst = surest(&network, &loaded.data.test, MISTAKES);
    let json = output.json.as_ref().map_or(Ok(()), |target| {
        let (parameters, fingerprint) = (network.parameter_count(), network.fingerprint());
        let mut object = json::run(&S::ABOUT, &loaded, &outcome.settings, parameters, &fingerprint);
        json::add_outcome(&mut object, &outcome);
        let notes = images.iter().chain(&results).map(ToString::to_string);
        object.insert("notes".to_owned(), notes.collect());
        object.insert("surest_mistakes".to_owned(), mistakes::to_json(&worst));
        json::write(target, &object)
    });
    decisions(&screen, &settings, &outcome);
    report::print(&screen, &outcome, &network);
    if details {
        report::details(&screen, &outcome, &network);
    }
    mistakes::print(&screen, &worst, &loaded.data.test);
    warnings(&screen, &results);
    report::print_files(
        &screen,
        networks.save.as_deref().filter(|_| saved.is_ok()),
        networks.checkpoint.as_deref().filter(|_| checkpoint.is_ok()),
        output.json.as_ref().filter(|_| json.is_ok()),
    );
    saved.and(checkpoint).and(json)?;
    Ok(exit_code().unwrap_or(ExitCode::SUCCESS))
}

/// Compares the stage's direction with derivatives, at the starting network or the one that was loaded.
fn check_gradient<S: Stage>(
    settings: &Settings,
    network: &Network,
    loaded: &LoadedData,
    output: &OutputFlags,
    screen: &Screen,
) -> Result<ExitCode> {
    let settings = S::settle(settings, network, &loaded.data.train)?;
    let found = gradient_check::check::<S>(&settings, network, &loaded.dataset.train);
    if let Some(target) = &output.json {
        let (parameters, fingerprint) = (network.parameter_count(), network.fingerprint());
        let mut object = json::run(&S::ABOUT, loaded, &settings, parameters, &fingerprint);
        object.insert("gradient_check".to_owned(), gradient_report::to_json(&found));
        json::write(target, &object)?;
    }
    gradient_report::print(screen, S::ABOUT.name, &found);
    Ok(ExitCode::SUCCESS)
}

/// Says what is wrong, and what to try.
fn warnings(screen: &Screen, findings: &[Finding]) {
    for finding in findings {
        for line in wrap(&format!("Note: {finding}"), screen.width().min(110)) {
            screen.line(line);
        }
    }
}

/// Checks that the network in a file fits, and takes over its parameters.
fn load(network: &mut Network, path: &Path, screen: &Screen) -> Result<()> {
    let checkpoint = Checkpoint::load(path)?;
    let notes = network.set_from(&checkpoint, path)?;
    let stage =
        checkpoint.metadata.get("stage").map_or(String::new(), |stage| format!(", trained by {stage}"));
    screen.sentence(format!("{} {}{stage}", screen.paint(Style::Bold, "Starting from:"), path.display()));
    notes.iter().for_each(|note| screen.sentence(screen.paint(Style::Dim, &format!("({note})"))));
    Ok(())
}

/// Says what is about to be trained, and with which settings, as the flags that ask for them.
pub fn headline(about: &About, settings: &Settings, loaded: &LoadedData, network: &Network, screen: &Screen) {
    let title = screen.paint(Style::Bold, &format!("{}:", about.name));
    screen.sentence(format!("{title} {} ({} parameters)", about.idea, count(network.parameter_count())));
    let flags = format!("{} --train-size {}", settings.as_flags(), loaded.data.train.len());
    for line in wrap(&flags, screen.width().min(110)) {
        screen.line(screen.paint(Style::Dim, &line));
    }
}

/// What the training itself decided: settings that were left to it, and when to stop.
fn decisions(screen: &Screen, asked: &Settings, outcome: &Outcome) {
    for ((setting, before), (_, settled)) in asked.iter().zip(outcome.settings.iter()) {
        if let (Value::Word(_), Value::Number(_)) = (before, settled) {
            screen.line(format!("--{} {settled} was found on the training images", setting.name));
        }
    }
    if let Some(epoch) = outcome.diverged {
        screen.line(format!(
            "Training diverged in epoch {epoch}: its parameters were no finite numbers any more"
        ));
    }
    if let Some(best) = outcome.validation.iter().find(|validated| validated.epoch == outcome.kept_epoch) {
        screen.line(format!(
            "Trained {}; kept the network of epoch {}, {} correct on the held-out images",
            counted(outcome.epochs, "epoch"),
            outcome.kept_epoch,
            percent(best.accuracy)
        ));
    }
}
