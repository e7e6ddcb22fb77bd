//! The plan of a training: how long it is, in which order it sees the examples, and when it is measured.

use super::VALIDATION;
use crate::random::{Purpose, generator, shuffle};
use crate::settings::{BATCH_SIZE, EPOCHS, MEASURE_EVERY, SHUFFLE, Setting, Settings, UPDATES};

/// How long and in which order to train, and when to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// How often every example is seen; the last time may be cut short by `most_updates`.
    pub epochs: usize,
    /// The updates after which training ends, also within an epoch; `None` makes those of all epochs.
    pub most_updates: Option<usize>,
    /// How many examples an update sees; the last batch of an epoch may be short.
    pub batch_size: usize,
    /// The seed of the order of examples.
    pub seed: u64,
    /// Whether the examples are shuffled anew for each epoch, or stay in their file's order.
    pub shuffle: bool,
    /// How many examples there are.
    pub examples: usize,
    /// Accuracies are measured after every so many epochs, and after the first and the last; `None` measures after the
    /// epochs of [`is_milestone`], and after the last.
    pub measure_every: Option<usize>,
}

impl Plan {
    /// What the settings say, for `examples` examples to learn from: those that are held out are not among them.
    pub fn new(settings: &Settings, examples: usize) -> Self {
        let whole = |setting: &Setting| settings.get(setting).and_then(|_| settings.whole_or_word(setting));
        let batch_size = whole(&BATCH_SIZE).unwrap_or(1);
        let most_updates = whole(&UPDATES);
        let epochs = most_updates.map(|updates| updates.div_ceil(examples.div_ceil(batch_size).max(1)));
        Plan {
            epochs: epochs.unwrap_or_else(|| settings.whole(&EPOCHS)),
            most_updates,
            batch_size,
            seed: settings.seed(),
            shuffle: settings.is_on(&SHUFFLE),
            examples,
            measure_every: whole(&MEASURE_EVERY),
        }
    }

    /// What the settings say for a training set of `all` examples, some of which may be held out: how long a training
    /// will be, for who shows it.
    pub fn with_held_out(settings: &Settings, all: usize) -> Self {
        let held_out = settings.get(&VALIDATION).map_or(0, |_| settings.whole(&VALIDATION));
        Plan::new(settings, all.saturating_sub(held_out))
    }

    /// The updates of an epoch.
    pub fn updates_per_epoch(&self) -> usize {
        self.examples.div_ceil(self.batch_size)
    }

    /// The updates of the whole training.
    pub fn updates(&self) -> usize {
        let all = self.epochs.saturating_mul(self.updates_per_epoch());
        self.most_updates.map_or(all, |most| most.min(all))
    }

    /// Whether accuracies are measured after this epoch.
    pub fn measures(&self, epoch: usize) -> bool {
        let is_due = match self.measure_every {
            Some(every) => epoch == 1 || epoch.is_multiple_of(every),
            None => is_milestone(epoch),
        };
        is_due || epoch == self.epochs
    }

    /// The order of the examples in `epoch`, which is counted from 1. Epoch 0 is never trained: its order is there for
    /// who needs random batches that no training begins with.
    pub fn order(&self, epoch: usize) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.examples as u32).collect();
        if self.shuffle {
            shuffle(&mut order, &mut generator(self.seed, Purpose::Order, epoch as u64));
        }
        order
    }
}

/// Whether `epoch` is one of 1, 2, ..., 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 120, 150, 200, ...: every one where
/// much changes, then ten in every tenfold, so that a long training costs few measurements.
pub fn is_milestone(epoch: usize) -> bool {
    let mut leading = epoch;
    while leading >= 100 && leading.is_multiple_of(10) {
        leading /= 10;
    }
    (1..=10).contains(&leading) || [12, 15, 20, 25, 30, 40, 50, 60, 80].contains(&leading)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{COMMON, Value};

    fn settings() -> Settings {
        Settings::usual(COMMON.iter().chain([&BATCH_SIZE]))
    }

    /// Protects the epochs that every curve and table shows.
    #[test]
    fn measured_is_often_at_first_and_then_at_ever_wider_steps() {
        let measured =
            |plan: &Plan| (1..=plan.epochs).filter(|epoch| plan.measures(*epoch)).collect::<Vec<_>>();
        let plan = Plan { epochs: 333, ..Plan::new(&settings(), 100) };
        let expected = [
            1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 120, 150, 200, 250, 300,
            333,
        ];
        assert_eq!(measured(&plan), expected);
        assert!([400, 500, 600, 800, 1000, 1200, 15_000].into_iter().all(is_milestone));
        assert!(![0, 11, 101, 110, 350, 700, 1100].into_iter().any(is_milestone));
        let every = settings().with(&MEASURE_EVERY, Value::Whole(40));
        assert_eq!(measured(&Plan { epochs: 90, ..Plan::new(&every, 100) }), [1, 40, 80, 90]);
    }

    /// Protects `--updates`: the epochs are those that so many updates need.
    #[test]
    fn updates_say_how_long_in_place_of_epochs() {
        let plan = Plan::new(&settings().with(&UPDATES, Value::Whole(25)), 101); // 11 updates an epoch
        assert_eq!((plan.epochs, plan.updates()), (3, 25));
        let plan = Plan::new(&settings(), 101);
        assert_eq!((plan.epochs, plan.updates()), (100, 1100));
        assert_eq!(Plan::new(&settings().with(&UPDATES, Value::Whole(25)), 0).updates(), 0);
    }
}
