//! Which improvement is worth what: a table of trainings that differ in one switch.
//!
//! First from the plain stage up, adding one improvement a row, until all of `full` are there; then all of them with one
//! taken away a row. Going up shows what each adds to those before it, taking away what each still adds to all
//! others: an improvement whose work others can do shows only in the first half.

use crate::settings::{
    ACTIVATION, AUGMENT, DROPOUT, ELASTIC, INIT, INPUT_DROPOUT, LOSS, OPTIMIZER, ROTATION, SCALING, SCHEDULE,
    SHEAR, SHIFT, WARMUP, WEIGHT_DECAY,
};
use crate::{ABOUT, Improved};
use digits_core::parallel::side_by_side;
use digits_core::settings::{
    BATCH_SIZE, EPOCHS, HIDDEN, LEARNING_RATE, MEASURE_EVERY, SEED, SHUFFLE, Setting, Settings, UPDATES,
    Value,
};
use digits_core::stage::Stage;
use digits_core::training::{Observer, TrainingData, VALIDATION, train};
use digits_core::{Error, Result};
use momentum::MOMENTUM;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

/// One improvement: its name, and the settings that make it.
struct Switch {
    name: &'static str,
    settings: &'static [Setting],
}

/// All improvements, in the order in which they are added.
const SWITCHES: [Switch; 11] = [
    Switch { name: "softmax, cross-entropy", settings: &[LOSS] },
    Switch { name: "activation", settings: &[ACTIVATION] },
    Switch { name: "starting weights", settings: &[INIT] },
    Switch { name: "batch size and learning rate", settings: &[BATCH_SIZE, LEARNING_RATE] },
    Switch { name: "larger layers, more of them", settings: &[HIDDEN] },
    Switch { name: "optimizer", settings: &[OPTIMIZER, MOMENTUM] },
    Switch { name: "schedule of the learning rate", settings: &[SCHEDULE, WARMUP] },
    Switch { name: "weight decay", settings: &[WEIGHT_DECAY] },
    Switch { name: "dropout", settings: &[DROPOUT] },
    Switch { name: "dropout of pixels", settings: &[INPUT_DROPOUT] },
    Switch { name: "distortions", settings: &[AUGMENT, ROTATION, SCALING, SHEAR, SHIFT, ELASTIC] },
];

impl Switch {
    /// `to` with the switch as it is in `from`.
    fn take(&self, to: &Settings, from: &Settings) -> Settings {
        copied(to, from, self.settings)
    }
}

/// `to` with these settings as they are in `from`.
fn copied(to: &Settings, from: &Settings, settings: &[Setting]) -> Settings {
    let mut to = to.clone();
    for setting in settings {
        if let Some(value) = from.get(setting) {
            to.set(setting.name, value);
        }
    }
    to
}

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
    let epochs = full.whole(&EPOCHS).max(1) as u64;
    // Early stopping would compare trainings of different lengths.
    let full = full.clone().with(&MEASURE_EVERY, Value::Whole(epochs)).with(&VALIDATION, Value::Whole(0));
    let plain = copied(&ABOUT.settings(), &full, &[EPOCHS, UPDATES, MEASURE_EVERY, SEED, SHUFFLE]);
    let matters = |switch: &&Switch| switch.take(&plain, &full) != plain;
    let mut rows = vec![Row {
        change: "stage 5, momentum".to_owned(),
        against: Against::Nothing,
        settings: plain.clone(),
    }];
    let mut settings = plain.clone();
    for switch in SWITCHES.iter().filter(matters) {
        settings = switch.take(&settings, &full);
        rows.push(Row {
            change: format!("+ {}{}", switch.name, difference(&settings, &plain, switch)),
            against: Against::RowBefore,
            settings: settings.clone(),
        });
    }
    for switch in SWITCHES.iter().filter(matters) {
        let settings = switch.take(&full, &plain);
        rows.push(Row {
            change: format!("all − {}{}", switch.name, difference(&settings, &full, switch)),
            against: Against::Full,
            settings,
        });
    }
    rows
}

/// The values of a switch that differ from those of `before`, in brackets.
fn difference(now: &Settings, before: &Settings, switch: &Switch) -> String {
    let values = switch.settings.iter().filter_map(|setting| Some((setting, now.get(setting)?)));
    let changed: Vec<_> = values.filter(|(setting, value)| before.get(setting) != Some(*value)).collect();
    match &changed[..] {
        [] => String::new(),
        [(_, value)] => format!(" ({value})"),
        several => {
            let named: Vec<String> =
                several.iter().map(|(setting, value)| format!("{} {value}", setting.name)).collect();
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

/// Trains every row with every seed from that of the settings on, each training on its share of the cores. `ended` is told
/// the number of trainings that have ended; `clock` is read before and after each.
///
/// Glossary (`docs/book/glossary.md`): ablation.
///
/// # Errors
/// Whatever a training fails with, except that it diverges.
pub fn run(
    rows: &[Row],
    data: &TrainingData,
    seeds: usize,
    clock: &(dyn Fn() -> Duration + Sync),
    ended: &(dyn Fn(usize) + Sync),
) -> Result<Vec<Measured>> {
    let (failed, done) = (AtomicBool::new(false), AtomicUsize::new(0));
    let results = side_by_side(
        rows.len() * seeds,
        |_| 1.0,
        |job| {
            if failed.load(Ordering::Relaxed) {
                return Ok((None, Duration::ZERO)); // the error ends all
            }
            let settings = &rows[job / seeds].settings;
            let seed = settings.seed().wrapping_add((job % seeds) as u64);
            let result = train_once(&settings.clone().with(&SEED, Value::Whole(seed)), data, clock);
            failed.fetch_or(result.is_err(), Ordering::Relaxed);
            ended(done.fetch_add(1, Ordering::Relaxed) + 1);
            result
        },
    );
    let mut measured = vec![Measured::default(); rows.len()];
    let results: Result<Vec<Training>> = results.into_iter().collect();
    for (job, (accuracy, time)) in results?.into_iter().enumerate() {
        measured[job / seeds].accuracies.push(accuracy);
        measured[job / seeds].times.push(time);
    }
    Ok(measured)
}

/// What came of one training: its test accuracy, unless it diverged, and its time.
type Training = (Option<f64>, Duration);

/// Looks at nothing but the clock.
struct Clock<'a>(&'a dyn Fn() -> Duration);

impl Observer for Clock<'_> {
    fn epoch(&mut self, _: &digits_core::training::Record) {}

    fn now(&self) -> Duration {
        (self.0)()
    }
}

/// One training.
fn train_once(settings: &Settings, data: &TrainingData, clock: &dyn Fn() -> Duration) -> Result<Training> {
    let start = clock();
    let mut network = <Improved as Stage>::network(settings);
    match train::<f32, Improved>(settings, &mut network, data, &mut Clock(clock)) {
        Ok(outcome) => Ok((Some(outcome.test.accuracy()), outcome.training_time)),
        Err(Error::Diverged { .. }) => Ok((None, clock().saturating_sub(start))),
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
    use digits_core::batch::SparseExamples;
    use digits_core::data::{Split, practice};
    use digits_core::parallel::with_threads;
    use digits_core::settings::Layers;

    #[test]
    fn rows_lead_from_plain_to_full_one_switch_at_a_time() {
        for preset in ["usual", "small", "full"] {
            let full = ABOUT.preset(preset).expect("a preset");
            let rows = rows(&full);
            let ups = rows.iter().filter(|row| row.against == Against::RowBefore).count();
            let downs = rows.iter().filter(|row| row.against == Against::Full).count();
            assert_eq!((ups, rows.len()), (downs, 1 + ups + downs));
            let alike = |s: &Settings| copied(s, &ABOUT.settings(), &[MEASURE_EVERY, VALIDATION]);
            assert_eq!(alike(&rows[ups].settings), alike(&full), "going up ends at the full settings");
            assert_eq!(alike(&rows[0].settings), copied(&ABOUT.settings(), &full, &[EPOCHS]));
            for pair in rows[..=ups].windows(2) {
                assert_ne!(pair[0].settings, pair[1].settings, "{}", pair[1].change);
            }
            for row in &rows[ups + 1..] {
                assert_ne!(row.settings, rows[ups].settings, "{}", row.change);
                assert_eq!(row.settings.whole(&EPOCHS), full.whole(&EPOCHS));
            }
        }
    }

    #[test]
    fn a_table_is_the_same_for_any_number_of_threads() {
        let data = TrainingData {
            train: SparseExamples::from(&practice::examples(3, Split::Train, 60)),
            test: SparseExamples::from(&practice::examples(3, Split::Test, 50)),
        };
        let settings = ABOUT.usual().with(&EPOCHS, Value::Whole(2));
        let rows = rows(&settings.with(&HIDDEN, Value::Layers(Layers::of(&[12, 9]))));
        let with = |threads: usize| {
            let ended = AtomicUsize::new(0);
            let count = |number| _ = ended.fetch_max(number, Ordering::Relaxed);
            let measured =
                with_threads(threads, || run(&rows, &data, 2, &|| Duration::ZERO, &count)).expect("trains");
            assert_eq!(ended.into_inner(), 2 * rows.len());
            measured.into_iter().map(|row| row.accuracies).collect::<Vec<_>>()
        };
        let one = with(1);
        assert_eq!(one, with(3));
        assert!(one.iter().all(|accuracies| accuracies.len() == 2));
    }

    #[test]
    fn differences_are_to_the_row_before_or_to_the_full_one() {
        let row = |against| Row { change: String::new(), against, settings: ABOUT.settings() };
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
