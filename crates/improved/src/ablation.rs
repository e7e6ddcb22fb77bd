//! Which improvement is worth what: a table of trainings that differ in one switch.
//!
//! First from the plain stage up, adding one improvement a row, until all of `full` are there; then all of them with one
//! taken away a row. Going up shows what each adds to those before it, taking away what each still adds to all
//! others: an improvement whose work others can do shows only in the first half.

use crate::Settings;
use crate::training::train;
use digits_core::training::TrainingData;
use digits_core::{Error, Result};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// One improvement: its name, and how its settings are taken over from others.
struct Switch {
    name: &'static str,
    take: fn(&mut Settings, &Settings),
}

/// All improvements, in the order in which they are added.
const SWITCHES: [Switch; 11] = [
    Switch { name: "softmax, cross-entropy", take: |to, from| to.loss = from.loss },
    Switch { name: "activation", take: |to, from| to.activation = from.activation },
    Switch { name: "starting weights", take: |to, from| to.init = from.init },
    Switch {
        name: "batch size and learning rate",
        take: |to, from| (to.batch_size, to.learning_rate) = (from.batch_size, from.learning_rate),
    },
    Switch { name: "larger layers, more of them", take: |to, from| to.hidden.clone_from(&from.hidden) },
    Switch {
        name: "optimizer",
        take: |to, from| (to.optimizer, to.momentum) = (from.optimizer, from.momentum),
    },
    Switch {
        name: "schedule of the learning rate",
        take: |to, from| (to.schedule, to.warmup) = (from.schedule, from.warmup),
    },
    Switch { name: "weight decay", take: |to, from| to.weight_decay = from.weight_decay },
    Switch { name: "dropout", take: |to, from| to.dropout = from.dropout },
    Switch { name: "dropout of pixels", take: |to, from| to.input_dropout = from.input_dropout },
    Switch { name: "distortions", take: |to, from| to.augment = from.augment },
];

/// What a row of the table compares itself with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// Nothing: it is the first.
    Nothing,
    /// The row before it, to which it adds something.
    RowBefore,
    /// The row of the full settings, from which it takes something away.
    Full,
}

/// A row: what it trains with, and what that shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What was added or taken away.
    pub change: String,
    /// What it compares itself with.
    pub against: Against,
    /// The settings.
    pub settings: Settings,
}

/// The rows from the plain stage up to `full` and down again. All train for as many epochs as `full`.
pub fn rows(full: &Settings) -> Vec<Row> {
    let plain = Settings {
        epochs: full.epochs,
        measure_every: full.epochs.max(1),
        seed: full.seed,
        shuffle: full.shuffle,
        ..Settings::plain()
    };
    // Early stopping would compare trainings of different lengths.
    let full = Settings { measure_every: full.epochs.max(1), validation: 0, ..full.clone() };
    let matters = |switch: &&Switch| {
        let mut changed = plain.clone();
        (switch.take)(&mut changed, &full);
        changed != plain
    };
    let mut rows = vec![Row {
        change: "stage 5, momentum".to_owned(),
        against: Against::Nothing,
        settings: plain.clone(),
    }];
    let mut settings = plain.clone();
    for switch in SWITCHES.iter().filter(matters) {
        (switch.take)(&mut settings, &full);
        rows.push(Row {
            change: format!("+ {}{}", switch.name, difference(&settings, &plain, switch)),
            against: Against::RowBefore,
            settings: settings.clone(),
        });
    }
    for switch in SWITCHES.iter().filter(matters) {
        let mut settings = full.clone();
        (switch.take)(&mut settings, &plain);
        rows.push(Row {
            change: format!("all − {}{}", switch.name, difference(&settings, &full, switch)),
            against: Against::Full,
            settings,
        });
    }
    rows
}

/// The values that a switch changes from `before`, in brackets.
fn difference(now: &Settings, before: &Settings, switch: &Switch) -> String {
    let mut only = before.clone();
    (switch.take)(&mut only, now);
    let pairs = only.flags().into_iter().zip(before.flags());
    let changed: Vec<_> = pairs.filter(|(now, before)| now != before).map(|(now, _)| now).collect();
    match &changed[..] {
        [] => String::new(),
        [(_, value)] => format!(" ({value})"),
        several if several.iter().all(|(_, value)| value == "0") => " (none)".to_owned(),
        several => {
            let named: Vec<String> = several.iter().map(|(flag, value)| format!("{flag} {value}")).collect();
            format!(" ({})", named.join(", "))
        }
    }
}

/// What the trainings of a row gave, one for each seed; `None` where one left the finite numbers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Measured {
    /// Test accuracies, 0 to 1.
    pub accuracies: Vec<Option<f64>>,
    /// The time of each training on one core.
    pub times: Vec<Duration>,
}

impl Measured {
    /// The mean accuracy; none where a training diverged.
    pub fn mean(&self) -> Option<f64> {
        let accuracies: Option<Vec<f64>> = self.accuracies.iter().copied().collect();
        let accuracies = accuracies.filter(|accuracies| !accuracies.is_empty())?;
        Some(accuracies.iter().sum::<f64>() / accuracies.len() as f64)
    }

    /// The largest accuracy less the smallest.
    pub fn spread(&self) -> Option<f64> {
        let known = || self.accuracies.iter().flatten().copied();
        Some(known().reduce(f64::max)? - known().reduce(f64::min)?)
    }

    /// The mean time.
    pub fn time(&self) -> Duration {
        self.times.iter().sum::<Duration>() / self.times.len().max(1) as u32
    }
}

/// Trains every row with every seed from `seeds.start` on, each training on one core, as many at a time as there are cores.
/// `ended` is told the number of trainings that have ended.
///
/// # Errors
/// Whatever a training fails with, except that it diverges.
pub fn run(
    rows: &[Row],
    data: &TrainingData,
    seeds: usize,
    ended: &(dyn Fn(usize) + Sync),
) -> Result<Vec<Measured>> {
    let jobs = rows.len() * seeds;
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let results: Mutex<Vec<(usize, Result<Training>)>> = Mutex::new(Vec::new());
    let work = || {
        loop {
            let job = next.fetch_add(1, Ordering::Relaxed);
            if job >= jobs {
                return;
            }
            let row = &rows[job / seeds];
            let seed = row.settings.seed + (job % seeds) as u64;
            let result = on_one_core(&Settings { seed, ..row.settings.clone() }, data);
            let failed = result.is_err();
            results.lock().unwrap_or_else(|poison| poison.into_inner()).push((job, result));
            if failed {
                next.store(jobs, Ordering::Relaxed); // the others need not begin
                return;
            }
            ended(done.fetch_add(1, Ordering::Relaxed) + 1);
        }
    };
    let threads = rayon::current_num_threads().min(jobs);
    std::thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(work);
        }
        work();
    });
    let mut results = results.into_inner().unwrap_or_else(|poison| poison.into_inner());
    results.sort_by_key(|(job, _)| *job);
    let mut measured = vec![Measured::default(); rows.len()];
    for (job, result) in results {
        let (accuracy, time) = result?;
        measured[job / seeds].accuracies.push(accuracy);
        measured[job / seeds].times.push(time);
    }
    Ok(measured)
}

/// What came of one training: its test accuracy, unless it diverged, and its time.
type Training = (Option<f64>, Duration);

/// One training on one core.
fn on_one_core(settings: &Settings, data: &TrainingData) -> Result<Training> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let pool = pool.map_err(|error| Error::Unavailable(format!("no thread to train on: {error}")))?;
    let start = std::time::Instant::now();
    match pool.install(|| train(settings, &mut settings.network(), data, &mut ())) {
        Ok(trained) => Ok((Some(trained.outcome.test.accuracy()), trained.outcome.training_time)),
        Err(Error::Diverged { .. }) => Ok((None, start.elapsed())),
        Err(error) => Err(error),
    }
}

/// By how much a row is better than what it compares itself with, where both have numbers.
pub fn gain(rows: &[Row], measured: &[Measured], row: usize) -> Option<f64> {
    let base = match rows[row].against {
        Against::Nothing => return None,
        Against::RowBefore => row - 1,
        Against::Full => rows.iter().rposition(|row| row.against == Against::RowBefore)?,
    };
    Some(measured[row].mean()? - measured[base].mean()?)
}

/// The table as Markdown.
pub fn markdown(rows: &[Row], measured: &[Measured]) -> String {
    let mut text = String::from(
        "| settings | test accuracy | spread | difference | time on one core |\n|---|---|---|---|---|\n",
    );
    for (index, (row, found)) in rows.iter().zip(measured).enumerate() {
        let percent =
            |share: Option<f64>| share.map_or("diverged".to_owned(), |s| format!("{:.2} %", 100.0 * s));
        let points =
            gain(rows, measured, index).map_or(String::new(), |gain| format!("{:+.2}", 100.0 * gain));
        text.push_str(&format!(
            "| {} | {} | {} | {points} | {:.1} s |\n",
            row.change,
            percent(found.mean()),
            found.spread().map_or(String::new(), |spread| format!("{:.2}", 100.0 * spread)),
            found.time().as_secs_f64()
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Preset;
    use digits_core::batch::SparseExamples;
    use digits_core::data::{Split, practice};

    #[test]
    fn rows_lead_from_plain_to_full_one_switch_at_a_time() {
        for preset in [Preset::Usual, Preset::Small, Preset::Full] {
            let full = preset.settings();
            let rows = rows(&full);
            let ups = rows.iter().filter(|row| row.against == Against::RowBefore).count();
            let downs = rows.iter().filter(|row| row.against == Against::Full).count();
            assert_eq!((ups, rows.len()), (downs, 1 + ups + downs));
            let same = |a: &Settings, b: &Settings| {
                let alike = |s: &Settings| Settings { measure_every: 1, validation: 0, ..s.clone() };
                alike(a) == alike(b)
            };
            assert!(same(&rows[ups].settings, &full), "going up ends at the full settings");
            assert!(same(&rows[0].settings, &Settings { epochs: full.epochs, ..Settings::plain() }));
            for pair in rows[..=ups].windows(2) {
                assert_ne!(pair[0].settings, pair[1].settings, "{}", pair[1].change);
            }
            for row in &rows[ups + 1..] {
                assert_ne!(row.settings, rows[ups].settings, "{}", row.change);
                assert_eq!(row.settings.epochs, full.epochs);
            }
        }
    }

    #[test]
    fn a_table_is_the_same_for_any_number_of_threads() {
        let data = TrainingData {
            train: SparseExamples::from(&practice::examples(3, Split::Train, 60)),
            test: SparseExamples::from(&practice::examples(3, Split::Test, 50)),
        };
        let rows = rows(&Settings { hidden: vec![12, 9], epochs: 2, ..Preset::Usual.settings() });
        let with = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            let ended = AtomicUsize::new(0);
            let count = |number| _ = ended.fetch_max(number, Ordering::Relaxed);
            let measured = pool.install(|| run(&rows, &data, 2, &count)).expect("trains");
            assert_eq!(ended.into_inner(), 2 * rows.len());
            measured.into_iter().map(|row| row.accuracies).collect::<Vec<_>>()
        };
        let one = with(1);
        assert_eq!(one, with(3));
        assert!(one.iter().all(|accuracies| accuracies.len() == 2));
    }

    #[test]
    fn differences_are_to_the_row_before_or_to_the_full_one() {
        let row = |against| Row { change: String::new(), against, settings: Settings::plain() };
        let rows =
            [row(Against::Nothing), row(Against::RowBefore), row(Against::RowBefore), row(Against::Full)];
        let measured = [0.5, 0.75, 0.875, 0.625].map(|accuracy| Measured {
            accuracies: vec![Some(accuracy - 0.125), Some(accuracy + 0.125)],
            times: vec![Duration::from_secs(1); 2],
        });
        let gains: Vec<_> = (0..4).map(|index| gain(&rows, &measured, index)).collect();
        assert_eq!(gains, [None, Some(0.25), Some(0.125), Some(-0.25)]);
        assert_eq!(measured[0].spread(), Some(0.25));
        let diverged = Measured { accuracies: vec![Some(0.5), None], times: vec![] };
        assert_eq!((diverged.mean(), diverged.time()), (None, Duration::ZERO));
        let text = markdown(&rows, &measured);
        assert!(text.contains("|  | 62.50 % | 25.00 | -25.00 | 1.0 s |"), "{text}");
    }
}
