//! Trains once, and reports.

use super::flags::{self, Asked};
use clap::ArgMatches;
use digits_cli::dataset::{LoadedData, open};
use digits_cli::flags::TrainingFlags;
use digits_cli::progress::Progress;
use digits_cli::screen::{Screen, Style};
use digits_cli::text::{count, counted, percent, wrap};
use digits_cli::{json, report};
use digits_core::checkpoint::Checkpoint;
use digits_core::stage;
use digits_core::{Error, Result};
use improved::training::{Trained, train};
use improved::{ABOUT, Choice, DeepNetwork, Distortion, Settings};
use serde_json::{Map, Value, json};
use std::process::ExitCode;

/// Trains a network as the command line says.
pub(crate) fn run(matches: &ArgMatches) -> Result<ExitCode> {
    let asked = flags::read(matches)?;
    let Asked { settings, networks, output, .. } = &asked;
    let screen = output.screen(networks.save.is_some());
    let opened = open(&asked.data, &screen)?;
    settings.check(opened.data.train.len())?;
    check_memory(settings, opened.data.train.len())?;
    let mut network = settings.network();
    headline(&screen, &asked, &network);
    if let Some(path) = &networks.load {
        network.set_from(&Checkpoint::load(path)?, path)?;
        screen.line(format!("{} {}", screen.paint(Style::Bold, "Starting from:"), path.display()));
    }

    let mut progress = Progress::new(&screen, settings.epochs);
    let trained = train(settings, &mut network, &opened.data, &mut progress);
    drop(progress);
    let trained = trained?;

    // Files first: what was learned is safe before anything else can go wrong.
    let mut object = as_json(settings, &opened, &network, &trained);
    if let Some(path) = &networks.save {
        network.to_checkpoint(json::as_text(&object)).save(path)?;
    }
    json::add_outcome(&mut object, &trained.outcome);
    let seconds: Vec<f64> = trained.times.iter().map(|time| time.as_secs_f64()).collect();
    object.insert("history_seconds".to_owned(), json!(seconds));
    if let Some(target) = &output.json {
        json::write(target, &object)?;
    }
    print_choices(&screen, settings, &trained);
    report::print(&screen, &trained.outcome);
    report::print_files(&screen, networks.save.as_deref(), output.json.as_ref());
    Ok(ExitCode::SUCCESS)
}

/// What is about to be trained, and how: the settings in full.
pub(crate) fn headline(screen: &Screen, asked: &Asked, network: &DeepNetwork) {
    let title = screen.paint(Style::Bold, &format!("{}:", ABOUT.name));
    screen.line(format!(
        "{title} {} ({}, {} parameters)",
        ABOUT.idea,
        match asked.preset.settings() == asked.settings {
            true => format!("--preset {}", asked.preset.name()),
            false => format!("--preset {}, changed", asked.preset.name()),
        },
        count(network.parameter_count())
    ));
    for line in wrap(&flags::in_full(&asked.settings), screen.width().min(110)) {
        screen.line(screen.paint(Style::Dim, &line));
    }
}

/// What training itself decided: the learning rate, and when to stop.
fn print_choices(screen: &Screen, settings: &Settings, trained: &Trained) {
    if trained.range_test.is_some() {
        screen.line(format!("Learning rate {}, from the range test", trained.learning_rate));
    }
    if settings.validation > 0 {
        let best = trained.validation.iter().find(|validated| validated.epoch == trained.kept);
        screen.line(format!(
            "Trained {}; kept the network of epoch {}, which told {} of the {} right",
            counted(trained.epochs, "epoch"),
            trained.kept,
            percent(best.map_or(0.0, |best| best.accuracy)),
            counted(settings.validation, "held-out image")
        ));
    }
}

/// The settings and decisions of a training, for programs.
fn as_json(
    settings: &Settings,
    opened: &LoadedData,
    network: &DeepNetwork,
    trained: &Trained,
) -> Map<String, Value> {
    let training = TrainingFlags {
        epochs: trained.epochs,
        hidden: settings.hidden[0],
        seed: settings.seed,
        shuffle: settings.shuffle,
    };
    let common = stage::Settings {
        batch_size: Some(settings.batch_size),
        learning_rate: trained.learning_rate,
        momentum: Some(settings.momentum),
        epsilon: None,
    };
    let mut object = json::settings(&ABOUT, opened, &training, &common, network.parameter_count());
    let mut put = |name: &str, value: Value| _ = object.insert(name.to_owned(), value);
    if let [_, _, ..] = settings.hidden[..] {
        put("hidden", json!(settings.hidden));
    }
    put("activation", json!(settings.activation.name()));
    put("loss_function", json!(settings.loss.name()));
    put("init", json!(settings.init.name()));
    put("optimizer", json!(settings.optimizer.name()));
    put("schedule", json!(settings.schedule.name()));
    put("warmup", json!(settings.warmup));
    let Distortion { rotation, scaling, shear, shift, elastic } = settings.augment;
    put(
        "augment",
        json!({"rotation": rotation, "scaling": scaling, "shear": shear, "shift": shift, "elastic": elastic}),
    );
    put("dropout", json!(settings.dropout));
    put("input_dropout", json!(settings.input_dropout));
    put("weight_decay", json!(settings.weight_decay));
    if settings.validation > 0 {
        put("validation", json!(settings.validation));
        put("patience", json!(settings.patience));
        put("kept_epoch", json!(trained.kept));
        let history = trained.validation.iter().map(|validated| {
            json!({"epoch": validated.epoch, "loss": validated.loss, "accuracy": validated.accuracy})
        });
        put("validation_history", history.collect());
    }
    object
}

/// Refuses networks and batches that would not fit into memory: a gigabyte of signals or weights at most.
pub(crate) fn check_memory(settings: &Settings, train_size: usize) -> Result<()> {
    const MOST: usize = 1 << 28;
    let batch = settings.batch_size.min(train_size);
    let units: usize = settings.hidden.iter().sum();
    let layers = [&[784], &settings.hidden[..], &[10]].concat();
    let weights: usize = layers.windows(2).map(|pair| pair[0].saturating_mul(pair[1])).sum();
    if batch.saturating_mul(units) > MOST || weights > MOST {
        let what = format!("{} weights and batches of {} images", count(weights), count(batch));
        return Err(Error::Usage(format!(
            "{what} need too much memory\nGive smaller --hidden or --batch-size."
        )));
    }
    Ok(())
}
