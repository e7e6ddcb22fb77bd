//! How to train, and the numbers of a rule.

use super::{flag, given, number, switch, whole};
use clap::{Arg, ArgMatches, Command};
use digits_core::stage::Settings;
use digits_core::training::Plan;
use digits_core::{Error, Result};

/// The largest hidden layer: eight million weights, which every machine can hold several times.
pub const MAX_HIDDEN: usize = 10_000;
/// The most epochs, which nobody will live to see.
pub const MAX_EPOCHS: usize = u32::MAX as usize;

/// How to train: `--epochs`, `--hidden`, `--seed` and `--no-shuffle`.
#[derive(Debug, Clone, Copy)]
pub struct TrainingFlags {
    /// How often every example is seen.
    pub epochs: usize,
    /// How many hidden units the network has.
    pub hidden: usize,
    /// Where the starting weights and the order of examples come from.
    pub seed: u64,
    /// Whether the examples are shuffled anew for each epoch.
    pub shuffle: bool,
}

impl TrainingFlags {
    /// Adds the flags to a command.
    pub fn add_to(command: Command) -> Command {
        command.next_help_heading("Training").args([
            flag("epochs", "N", "How often every training image is seen (default: 100)")
                .value_parser(whole(0, MAX_EPOCHS)),
            flag("hidden", "H", "How many units the hidden layer has (default: 128)")
                .value_parser(whole(1, MAX_HIDDEN)),
            flag("seed", "N", "Where the starting weights and the order of images come from (default: 1)")
                .value_parser(|value: &str| {
                    value.parse::<u64>().map_err(|_| "expected a whole number, 0 or more, of 64 bits")
                }),
            switch(
                "no-shuffle",
                "Keep the images in their file's order (default: shuffled anew for each epoch)",
            ),
        ])
    }

    /// Reads the flags.
    pub fn read(matches: &ArgMatches) -> Self {
        TrainingFlags {
            epochs: given(matches, "epochs").unwrap_or(100),
            hidden: given(matches, "hidden").unwrap_or(128),
            seed: given(matches, "seed").unwrap_or(1),
            shuffle: !matches.get_flag("no-shuffle"),
        }
    }

    /// The schedule of a training whose updates see this many examples.
    pub fn schedule(&self, batch_size: usize) -> Plan {
        Plan { epochs: self.epochs, batch_size, seed: self.seed, shuffle: self.shuffle }
    }

    /// Refuses batches whose signals would not fit into memory: a gigabyte at most.
    pub fn check_memory(&self, batch_size: usize, train_size: usize) -> Result<()> {
        const MOST: usize = 1 << 26;
        let batch = batch_size.min(train_size);
        if batch.saturating_mul(self.hidden) <= MOST {
            return Ok(());
        }
        Err(Error::Usage(format!(
            "a batch of {batch} images through {} hidden units needs too much memory\n\
             Give --batch-size at most {} with so many units.",
            self.hidden,
            MOST / self.hidden
        )))
    }
}

/// Adds the flags of a rule, those that mean something to it: `--batch-size`, `--learning-rate`, `--momentum` and
/// `--epsilon`.
pub fn add_settings(command: Command, defaults: &Settings) -> Command {
    let mut flags = Vec::new();
    if let Some(default) = defaults.batch_size {
        flags.push(batch_size(&format!("(default: {default})")));
    }
    flags.push(learning_rate(&format!("(default: {})", defaults.learning_rate)));
    if let Some(default) = defaults.momentum {
        let help =
            format!("mu, the share of the velocity that an update keeps, below 1 (default: {default})");
        let expected =
            number("from 0 up to, but less than, 1: at 1 or more the velocity never fades", |mu| {
                (0.0..1.0).contains(&mu)
            });
        flags.push(flag("momentum", "MU", help).value_parser(expected));
    }
    if let Some(default) = defaults.epsilon {
        let help = format!("The step of the finite difference that moves the biases (default: {default})");
        let expected =
            number("above 0: a finite difference needs a step", |step| step.is_finite() && step > 0.0);
        flags.push(flag("epsilon", "STEP", help).value_parser(expected));
    }
    command.next_help_heading("Learning rule").args(flags)
}

/// Adds `--batch-size` and `--learning-rate` for several rules at once, each with defaults of its own.
pub fn add_shared_settings(command: Command) -> Command {
    let own = "(default: each stage's own)";
    command.next_help_heading("Learning rules").args([batch_size(own), learning_rate(own)])
}

fn batch_size(default: &str) -> Arg {
    flag("batch-size", "N", format!("How many images an update sees {default}"))
        .value_parser(whole(1, usize::MAX))
}

fn learning_rate(default: &str) -> Arg {
    flag("learning-rate", "ETA", format!("eta, how far an update moves against the error {default}"))
        .value_parser(number("from 0 up, and finite", |eta| eta.is_finite() && eta >= 0.0))
}

/// Reads the flags of a rule; only settings that mean something to it are changed.
pub fn read_settings(matches: &ArgMatches, defaults: &Settings) -> Settings {
    Settings {
        batch_size: defaults.batch_size.map(|own| given(matches, "batch-size").unwrap_or(own)),
        learning_rate: given(matches, "learning-rate").unwrap_or(defaults.learning_rate),
        momentum: defaults.momentum.map(|own| given(matches, "momentum").unwrap_or(own)),
        epsilon: defaults.epsilon.map(|own| given(matches, "epsilon").unwrap_or(own)),
    }
}
