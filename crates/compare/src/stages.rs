//! Which stages there are. A new one is one line in [`all`].

use digits_cli::flags::TrainingFlags;
use digits_core::batch::Batch;
use digits_core::network::Network;
use digits_core::stage::{About, Settings, Stage};
use digits_core::training::{Observer, Outcome, TrainingData, train};
use digits_core::{Error, Result};

/// What all trainings have in common.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SharedSetup<'a> {
    pub(crate) training: &'a TrainingFlags,
    pub(crate) data: &'a TrainingData,
}

/// All stages, in the order in which they are taught.
pub(crate) fn all() -> Vec<Entry> {
    vec![
        Entry::of::<stochastic::Stochastic>(),
        Entry::of::<batched::Batched>(),
        Entry::of::<no_bias::NoBias>(),
        Entry::of::<gradient::Gradient>(),
        Entry::of::<momentum::Momentum>(),
        Entry { about: improved::ABOUT, train: train_improved, cost: 5.0 }, // it distorts every image anew
    ]
}

/// A stage, and how to train a network by it.
#[derive(Clone, Copy)]
pub(crate) struct Entry {
    /// What it is called, what it shows, and its usual settings.
    pub(crate) about: About,
    /// Trains its network.
    pub(crate) train: Train,
    /// How long an epoch takes beside that of a plain stage with the same settings, roughly.
    pub(crate) cost: f64,
}

/// Trains a network, and says how many parameters it has and what came of it.
pub(crate) type Train = fn(&SharedSetup<'_>, &Settings, &mut dyn Observer) -> (usize, Result<Outcome>);

impl Entry {
    /// A stage that trains the network that all stages share.
    fn of<S: Stage>() -> Self {
        Entry {
            about: S::ABOUT,
            train: |setup, settings, observer| {
                let mut network = Network::new(setup.training.hidden, setup.training.seed);
                let mut stage = S::new(settings, &network);
                let schedule = setup.training.schedule(settings.examples_per_update());
                let update = |network: &mut Network, batch: &Batch<'_>| stage.update(network, batch);
                let outcome = train(&mut network, update, setup.data, &schedule, observer);
                (network.parameter_count(), outcome)
            },
            cost: 1.0,
        }
    }
}

/// Trains the network of `improved`, which has starting weights and a schedule of its own, with its usual settings.
fn train_improved(
    setup: &SharedSetup<'_>,
    settings: &Settings,
    observer: &mut dyn Observer,
) -> (usize, Result<Outcome>) {
    let settings = improved::Settings {
        hidden: vec![setup.training.hidden],
        batch_size: settings.examples_per_update(),
        learning_rate: improved::LearningRate::Fixed(settings.learning_rate),
        momentum: settings.momentum.unwrap_or(0.0),
        epochs: setup.training.epochs,
        seed: setup.training.seed,
        shuffle: setup.training.shuffle,
        ..improved::Preset::Usual.settings()
    };
    let mut network = settings.network();
    let trained = improved::training::train(&settings, &mut network, setup.data, observer);
    (network.parameter_count(), trained.map(|trained| trained.outcome))
}

/// The stages with these names, separated by commas, in the order in which they are taught.
pub(crate) fn named(names: &str) -> Result<Vec<Entry>> {
    let all = all();
    let wanted: Vec<&str> = names.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    let known = |name: &str| all.iter().any(|entry| entry.about.name == name);
    let refuse = |what: String| {
        let names: Vec<&str> = all.iter().map(|entry| entry.about.name).collect();
        Err(Error::Usage(format!("{what}\nThe stages are {}.", names.join(", "))))
    };
    if let Some(unknown) = wanted.iter().find(|name| !known(name)) {
        return refuse(format!("--stages names {unknown}, which is no stage"));
    }
    if wanted.is_empty() {
        return refuse("--stages names no stage".to_owned());
    }
    Ok(all.iter().filter(|entry| wanted.contains(&entry.about.name)).copied().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_are_found_by_name_each_once_in_their_order() {
        let found = named("momentum, stochastic,momentum,").expect("known names");
        let names: Vec<&str> = found.iter().map(|entry| entry.about.name).collect();
        assert_eq!(names, ["stochastic", "momentum"]);
    }

    #[test]
    fn a_name_that_is_none_is_refused_with_those_that_are() {
        for names in ["moment", "gradient,moment", "", ","] {
            let error = named(names).map(|_| ()).expect_err("refused");
            assert_eq!(error.exit_code(), 2, "{names}");
            assert!(
                error.to_string().contains("stochastic, batched, no-bias, gradient, momentum"),
                "{error}"
            );
        }
    }

    #[test]
    fn no_two_stages_have_one_name_or_one_mark() {
        let mut names: Vec<&str> = all().iter().map(|entry| entry.about.name).collect();
        let mut marks: Vec<_> = names.iter().map(|name| name.chars().next()).collect();
        names.sort_unstable();
        marks.sort_unstable();
        let (stages, letters) = (names.len(), marks.len());
        names.dedup();
        marks.dedup();
        assert_eq!((names.len(), marks.len()), (stages, letters));
    }
}
