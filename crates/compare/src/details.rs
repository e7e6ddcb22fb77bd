//! `--details`: what stands apart from the comparison, for the first training of each stage: times, losses, mistakes, and
//! what hidden units look for.

use crate::experiment::Measured;
use crate::report;
use crate::results::{Contestant, Results};
use crate::statistics::median;
use digits_cli::mistakes;
use digits_cli::screen::{Screen, Style};
use digits_cli::table::{Best, Cell, Column, Table};
use digits_cli::text::{count, counted, loss, percent, rate, time};
use digits_core::batch::SparseExamples;
use digits_core::mistakes::surest;
use std::time::Duration;

/// The accuracy that epochs are counted to.
const GOAL: f64 = 0.8;
/// The mistakes and the hidden units that are drawn of each stage.
const DRAWN: usize = 3;

/// Writes everything.
pub(crate) fn print(screen: &Screen, results: &Results, measured: &[Vec<Measured>], test: &SparseExamples) {
    screen.line("");
    screen.line(screen.paint(Style::Bold, "Details"));
    screen.drawing(&table(results).draw(screen));
    let together = results.machine.as_ref().map_or(1, |machine| machine.at_a_time);
    report::dim(
        screen,
        &format!(
            "Times are means, of the updates alone, without loading and measuring; {} at a time. Losses of two kinds \
             cannot be compared. Epochs to {:.0} %: the median of the first measured ones.",
            counted(together, "training"),
            100.0 * GOAL
        ),
    );
    for (contestant, runs) in results.stages.iter().zip(measured) {
        let (Some(end), Some(run)) = (contestant.runs[0].end.as_ref(), runs.first()) else {
            continue;
        };
        screen.line("");
        let title = format!("{}: how often a digit (row) was predicted as each", contestant.stage);
        screen.sentence(screen.paint(Style::Bold, &title));
        screen.drawing(&mistakes::confusion(&end.test()).draw(screen));
        let network = &run.trained.network;
        mistakes::print(screen, &surest(network, test, DRAWN), test);
        screen.line("");
        mistakes::print_units(screen, network, DRAWN);
    }
}

/// A row a stage.
fn table(results: &Results) -> Table {
    let mut table = Table::new([
        Column::name("stage"),
        Column::number("parameters", Best::None).left_out(4),
        Column::text("loss").left_out(3),
        Column::number("of a\ntraining image", Best::None).left_out(2),
        Column::number("training\naccuracy", Best::None).left_out(1),
        Column::number(&format!("epochs\nto {:.0} %", 100.0 * GOAL), Best::None),
        Column::number("time", Best::None),
        Column::number("samples\na second", Best::None),
    ]);
    for contestant in &results.stages {
        table.add(row(contestant));
    }
    table
}

fn row(contestant: &Contestant) -> Vec<Cell> {
    let ends: Vec<_> = contestant.runs.iter().filter_map(|run| run.end.as_ref()).collect();
    let mean = |of: &dyn Fn(&crate::results::End) -> Option<f64>| {
        let found: Vec<f64> = ends.iter().filter_map(|end| of(end)).collect();
        (!found.is_empty()).then(|| found.iter().sum::<f64>() / found.len() as f64)
    };
    let cell = |value: Option<String>| value.map_or_else(Cell::none, Cell::text);
    let reached = |run: &crate::results::Run| {
        let first = run.history.iter().find(|record| record.test_accuracy >= GOAL);
        first.map_or(f64::INFINITY, |record| record.epoch as f64)
    };
    let reached: Vec<f64> = contestant.runs.iter().map(reached).collect();
    vec![
        Cell::text(&contestant.stage),
        Cell::text(count(contestant.parameters)),
        Cell::text(&contestant.loss),
        cell(mean(&|end| Some(end.training_loss)).map(loss)),
        cell(mean(&|end| Some(end.train_accuracy)).map(percent)),
        cell(median(&reached).filter(|epochs| epochs.is_finite()).map(|epochs| epochs.to_string())),
        cell(mean(&|end| end.train_seconds).map(|seconds| time(Duration::from_secs_f64(seconds)))),
        cell(mean(&|end| end.samples_per_second).map(rate)),
    ]
}

/// Writes the exact network of every training, by its fingerprint.
pub(crate) fn fingerprints(screen: &Screen, results: &Results) {
    screen.line("");
    screen.line(screen.paint(Style::Bold, "Fingerprints"));
    for contestant in &results.stages {
        for run in &contestant.runs {
            let set = match results.varies_images() {
                true => format!("  images {}", run.repetition.train_set),
                false => String::new(),
            };
            screen.sentence(format!(
                "{:<12} seed {}{set}  {}",
                contestant.stage, run.repetition.seed, run.fingerprint
            ));
        }
    }
}
