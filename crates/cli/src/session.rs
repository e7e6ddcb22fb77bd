//! A run of a stage from its flags to its report, and the pieces of it that other programs share.

use crate::dataset::open;
use crate::flags::{self, DataFlags, NetworkFlags, OutputFlags, TrainingFlags};
use crate::progress::Progress;
use crate::screen::{Screen, Style};
use crate::text::{count, counted, setting};
use crate::{json, report};
use clap::{ArgMatches, Command};
use digits_core::Result;
use digits_core::batch::Batch;
use digits_core::checkpoint::Checkpoint;
use digits_core::network::Network;
use digits_core::stage::{About, Settings, Stage};
use digits_core::training::train;
use serde_json::{Map, Value};
use std::path::Path;
use std::process::ExitCode;

/// Checks that a checkpoint read from `--load` fits, and takes over its parameters.
pub fn load(network: &mut Network, path: &Path, screen: &Screen) -> Result<()> {
    let checkpoint = Checkpoint::load(path)?;
    network.set_from(&checkpoint, path)?;
    let stage =
        checkpoint.metadata.get("stage").map_or(String::new(), |stage| format!(", trained by {stage}"));
    screen.sentence(format!("{} {}{stage}", screen.paint(Style::Bold, "Starting from:"), path.display()));
    Ok(())
}

/// Writes a network with its settings.
pub fn save(network: &Network, settings: &Map<String, Value>, path: &Path) -> Result<()> {
    Checkpoint { tensors: network.to_tensors(), metadata: json::as_text(settings) }.save(path)
}

/// The command of a stage, with all its flags.
pub fn command(about: &About) -> Command {
    let example =
        format!("Example: cargo run -p {} -- --epochs 20 --hidden 64 --save network.safetensors", about.name);
    let command = flags::program(about.name, about.idea, about.summary).after_help(example);
    let command = flags::add_settings(command, &about.defaults);
    let command = TrainingFlags::add_to(command);
    let command = DataFlags::add_to(command);
    let command = NetworkFlags::add_to(command);
    OutputFlags::add_to(command)
}

/// Runs a stage as the command line says.
pub fn run<S: Stage>(matches: &ArgMatches) -> Result<ExitCode> {
    let settings = flags::read_settings(matches, &S::ABOUT.defaults);
    settings.check()?;
    let training = TrainingFlags::read(matches);
    let data_flags = DataFlags::read(matches)?;
    let networks = NetworkFlags::read(matches)?;
    let output = OutputFlags::read(matches)?;
    let screen = output.screen(networks.save.is_some());

    let opened = open(&data_flags, &screen)?;
    let batch_size = settings.examples_per_update();
    training.check_memory(batch_size, opened.data.train.len())?;
    let mut network = Network::new(training.hidden, training.seed);
    headline(&S::ABOUT, &settings, &training, network.parameter_count(), &screen);
    if let Some(path) = &networks.load {
        load(&mut network, path, &screen)?;
    }

    let mut stage = S::new(&settings, &network);
    let mut progress = Progress::new(&screen, training.epochs);
    let schedule = training.schedule(batch_size);
    let update = |network: &mut Network, batch: &Batch<'_>| stage.update(network, batch);
    let outcome = train(&mut network, update, &opened.data, &schedule, &mut progress);
    drop(progress);
    let outcome = outcome?;

    // Files first: what was learned is safe before anything else can go wrong.
    let mut object = json::settings(&S::ABOUT, &opened, &training, &settings, network.parameter_count());
    if let Some(path) = &networks.save {
        save(&network, &object, path)?;
    }
    json::add_outcome(&mut object, &outcome);
    if let Some(target) = &output.json {
        json::write(target, &object)?;
    }
    report::print(&screen, &outcome);
    report::print_files(&screen, networks.save.as_deref(), output.json.as_ref());
    Ok(ExitCode::SUCCESS)
}

/// Says what is about to be trained, and how.
pub fn headline(
    about: &About,
    settings: &Settings,
    training: &TrainingFlags,
    parameters: usize,
    screen: &Screen,
) {
    let mut parts = vec![
        counted(training.epochs, "epoch"),
        format!("{} hidden units ({} parameters)", count(training.hidden), count(parameters)),
        format!("learning rate {}", setting(settings.learning_rate)),
    ];
    if let Some(batch_size) = settings.batch_size {
        parts.push(format!("batches of {}", count(batch_size)));
    }
    if let Some(momentum) = settings.momentum {
        parts.push(format!("momentum {}", setting(momentum)));
    }
    if let Some(epsilon) = settings.epsilon {
        parts.push(format!("epsilon {}", setting(epsilon)));
    }
    parts.push(format!("seed {}", training.seed));
    let title = screen.paint(Style::Bold, &format!("{}:", about.name));
    screen.sentence(format!("{title} {}", about.idea));
    screen.sentence(screen.paint(Style::Dim, &parts.join(", ")));
}
