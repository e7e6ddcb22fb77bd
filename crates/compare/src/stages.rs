//! The stages, and how each is trained.

pub(crate) use ::stages::IMPROVED;
use ::stages::Visitor;
use digits_core::angles::{self, Moment, Sample};
use digits_core::data::Examples;
use digits_core::network::Network;
use digits_core::settings::Settings;
use digits_core::stage::{About, Stage};
use digits_core::training::{Observer, Outcome, TrainingData, train};
use digits_core::{Error, Result};

/// All stages, in the order in which they are taught.
pub(crate) fn all() -> Vec<Entry> {
    struct Entries(Vec<Entry>);
    impl Visitor for Entries {
        fn stage<S: Stage>(&mut self, _: &'static str) {
            self.0.push(Entry::of::<S>());
        }
    }
    let mut entries = Entries(Vec::new());
    ::stages::visit(&mut entries);
    entries.0
}

/// A stage, and how to train a network by it.
#[derive(Clone, Copy)]
pub(crate) struct Entry {
    /// What it is called, what it shows, and its settings.
    pub(crate) about: About,
    /// Trains its network.
    pub(crate) train: Train,
    /// Trains its network, and measures angles on the way.
    pub(crate) angles: AnglesAlong,
}

/// What came of a training.
pub(crate) struct Trained {
    /// The network at the end, also of a training that diverged.
    pub(crate) network: Network,
    /// Its results, unless it diverged.
    pub(crate) outcome: Result<Outcome>,
}

/// Trains a network from its starting weights.
pub(crate) type Train = fn(&Settings, &TrainingData, &mut dyn Observer) -> Trained;

/// The angles to exact gradients after some epochs of a training.
pub(crate) type AnglesAlong = fn(&Settings, &Examples, &[usize], Sample) -> Result<Vec<Moment>>;

impl Entry {
    /// A stage.
    fn of<S: Stage>() -> Self {
        Entry { about: S::ABOUT, train: train_one::<S>, angles: angles::along::<S> }
    }
}

/// Trains a network of stage `S` from its starting weights.
pub(crate) fn train_one<S: Stage>(
    settings: &Settings,
    data: &TrainingData,
    observer: &mut dyn Observer,
) -> Trained {
    let mut network = S::network(settings);
    let outcome = train::<f32, S>(settings, &mut network, data, observer);
    Trained { network, outcome }
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
