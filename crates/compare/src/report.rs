//! What came of all stages: the table, the learning curves, and the sentence that reads them.

use crate::reading;
use crate::side_by_side::Run;
use crate::stages::Entry;
use digits_cli::plot::{self, Curve, Line};
use digits_cli::screen::{Screen, Style};
use digits_cli::table::{Best, Cell, Column, Table};
use digits_cli::text::{count, counted, loss, percent, rate, setting, time, wrap};
use digits_core::Error;
use digits_core::parallel::at_a_time;
use digits_core::settings::{BATCH_SIZE, EPOCHS, LEARNING_RATE, Settings, Value};

/// The test accuracy that the table counts the epochs to.
const GOAL: f64 = 0.8;
/// The lines of the plot.
const HEIGHT: usize = 16;

/// Writes everything.
pub(crate) fn print(screen: &Screen, runs: &[(Entry, Settings)], results: &[Run]) {
    screen.line("");
    for line in table(runs, results).draw(screen) {
        screen.line(line);
    }
    let together = match at_a_time(runs.len()) {
        1 => String::new(),
        several => format!("; {several} stages ran at a time"),
    };
    let best = if screen.has_colours() { "" } else { "* the best of its column. " };
    let other_loss = match same_loss(runs) {
        true => String::new(),
        false => format!(" The losses are of two kinds: {}.", losses(runs)),
    };
    let Some((_, first)) = runs.first() else {
        return;
    };
    let note = format!(
        "{best}{}, {} hidden units, seed {}. Time and samples a second count the updates alone, without loading and \
         measuring{together}.{other_loss}",
        counted(first.whole(&EPOCHS), "epoch"),
        first.hidden().first().map_or(String::new(), |units| count(*units)),
        first.seed()
    );
    for line in wrap(&note, screen.width()) {
        screen.line(screen.paint(Style::Dim, &line));
    }
    let plot = plot::draw(
        &curves(runs, results),
        "epoch",
        plot::Size::within(screen.width(), HEIGHT),
        |style, text| screen.paint(style, text),
    );
    if !plot.is_empty() {
        screen.line("");
        screen.line(screen.paint(Style::Bold, "Test accuracy by epoch"));
        for line in plot {
            screen.line(line);
        }
    }
    let finished: Vec<_> = runs
        .iter()
        .zip(results)
        .filter_map(|((entry, _), run)| Some((entry.about.name, &run.trained.outcome.as_ref().ok()?.test)))
        .collect();
    if let Some(sentence) = reading::sentence(&finished) {
        screen.line("");
        for line in wrap(&sentence, screen.width().min(120)) {
            screen.line(line);
        }
    }
}

/// Whether all stages report the same kind of loss.
fn same_loss(runs: &[(Entry, Settings)]) -> bool {
    runs.windows(2).all(|pair| pair[0].0.about.loss == pair[1].0.about.loss)
}

/// Which stage's loss is of which kind.
fn losses(runs: &[(Entry, Settings)]) -> String {
    let kind = |(entry, _): &(Entry, Settings)| format!("{} of {}", entry.about.loss, entry.about.name);
    runs.iter().map(kind).collect::<Vec<_>>().join(", ")
}

/// The learning rate as it would be typed.
fn learning_rate(settings: &Settings) -> String {
    match settings.get(&LEARNING_RATE) {
        Some(Value::Number(eta)) => setting(eta),
        other => other.map_or(String::new(), |value| value.to_string()),
    }
}

/// A row a stage.
fn table(runs: &[(Entry, Settings)], results: &[Run]) -> Table {
    let mut table = Table::new([
        Column::name("stage"),
        Column::text("idea"),
        Column::number("batch\nsize", Best::None),
        Column::number("learning\nrate", Best::None),
        Column::number("updates", Best::None),
        Column::number("loss", if same_loss(runs) { Best::Lowest } else { Best::None }),
        Column::number("training\naccuracy", Best::Highest),
        Column::number("test\naccuracy", Best::Highest),
        Column::number(&format!("epochs\nto {:.0} %", 100.0 * GOAL), Best::Lowest),
        Column::number("time", Best::Lowest),
        Column::number("samples\na second", Best::Highest),
    ])
    .stacked_when_narrow(&[&[0, 1], &[2, 3], &[4], &[5, 8], &[6], &[7], &[9, 10]]);
    for ((entry, settings), result) in runs.iter().zip(results) {
        let mut row = vec![
            Cell::text(entry.about.name),
            Cell::text(entry.about.idea),
            Cell::text(
                settings.get(&BATCH_SIZE).map_or("1".to_owned(), |_| count(settings.whole(&BATCH_SIZE))),
            ),
            Cell::text(learning_rate(settings)),
        ];
        row.extend(match &result.trained.outcome {
            Ok(outcome) => {
                let (low, high) = outcome.test.interval();
                let [train, test] = [&outcome.train, &outcome.test].map(|set| set.accuracy());
                let pace = outcome.examples_per_second();
                [
                    Cell::text(count(outcome.updates)),
                    Cell::number(outcome.train.loss, loss(outcome.train.loss)),
                    Cell::number(train, percent(train)),
                    Cell::number(test, percent(test)).with_note(format!(
                        "{:.1}–{:.1}",
                        100.0 * low,
                        100.0 * high
                    )),
                    outcome
                        .epochs_to(GOAL)
                        .map_or_else(Cell::none, |epochs| Cell::number(epochs as f64, count(epochs))),
                    Cell::number(outcome.training_time.as_secs_f64(), time(outcome.training_time)),
                    Cell::number(pace, rate(pace)),
                ]
            }
            Err(error) => {
                let what = match error {
                    Error::Diverged { epoch, .. } => {
                        Cell::text("diverged").with_note(format!("epoch {epoch}"))
                    }
                    _ => Cell::text("failed"),
                };
                let [a, b, c, d, e, f] = std::array::from_fn(|_| Cell::none());
                [a, what, b, c, d, e, f]
            }
        });
        table.add(row);
    }
    table
}

/// A curve a stage, with the first letter of its name as its mark.
fn curves(runs: &[(Entry, Settings)], results: &[Run]) -> Vec<Curve> {
    let curve = |(index, ((entry, _), result)): (usize, (&(Entry, Settings), &Run))| Curve {
        name: entry.about.name.to_owned(),
        style: Style::Colour(index),
        line: Line::Solid,
        mark: entry.about.name.chars().next(),
        points: result.history.iter().map(|record| (record.epoch as f64, record.test_accuracy)).collect(),
    };
    runs.iter().zip(results).enumerate().map(curve).collect()
}
