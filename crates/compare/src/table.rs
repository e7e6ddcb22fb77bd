//! The table of the comparison: what a reader must compare, and nothing else.

use crate::results::{Baseline, Contestant, EARLY, REFERENCE, Results};
use crate::statistics::Spread;
use digits_cli::table::{Best, Cell, Column, Table};
use digits_cli::text::{count, counted, setting};
use digits_core::data::CLASSES;
use digits_core::evaluation::Evaluation;

/// A mean and how far single trainings lie from it, in per cent: `87.86 ± 0.18`. What is the same every time, because no
/// seed has a part in it, has no deviation.
pub(crate) fn accuracy(spread: &Spread) -> String {
    match spread.deviation.filter(|deviation| *deviation > 0.0) {
        Some(deviation) => format!("{:.2} ± {:.2}", 100.0 * spread.mean, 100.0 * deviation),
        None => format!("{:.2}", 100.0 * spread.mean),
    }
}

/// A difference and its standard error, in points: `+1.36 ± 0.04`.
pub(crate) fn difference(spread: &Spread) -> String {
    match spread.error() {
        Some(error) => format!("{:+.2} ± {:.2}", 100.0 * spread.mean, 100.0 * error),
        None => format!("{:+.2}", 100.0 * spread.mean),
    }
}

/// Which columns a table of these results has.
struct Columns {
    /// Whether all stages were measured after the early epoch, and went on from there.
    early: bool,
    /// Whether there are differences to show.
    difference: bool,
}

impl Columns {
    fn of(results: &Results) -> Self {
        let measured = |contestant: &Contestant| contestant.accuracies_after(EARLY).is_some();
        Columns {
            early: results.epochs() > EARLY && results.stages.iter().any(measured),
            difference: results.repetitions.len() > 1 && results.stage(REFERENCE).is_some(),
        }
    }
}

/// The table: the baselines, then a row a stage.
pub(crate) fn table(results: &Results) -> Table {
    let shown = Columns::of(results);
    let mut columns = vec![
        Column::name("stage"),
        Column::text("idea").left_out(7),
        Column::number("B", Best::None).left_out(3),
        Column::number("eta", Best::None).left_out(4),
        Column::number("r", Best::None).left_out(2),
        Column::number("updates", Best::None).left_out(5),
    ];
    if shown.early {
        columns.push(Column::number(&format!("accuracy\nafter {EARLY}"), Best::None).left_out(1));
    }
    columns.push(Column::number(&format!("accuracy\nafter {}", results.epochs()), Best::None));
    if shown.difference {
        columns.push(Column::number(&format!("from\n{REFERENCE}"), Best::None));
    }
    columns.push(Column::number("95 %, other\ntest images", Best::None).left_out(6));
    let mut table = Table::new(columns);
    for baseline in &results.baselines {
        table.add(baseline_row(results, baseline, &shown));
    }
    for contestant in &results.stages {
        table.add(row(results, contestant, &shown));
    }
    table
}

/// A row of something that is no stage.
fn baseline_row(results: &Results, baseline: &Baseline, shown: &Columns) -> Vec<Cell> {
    let mut row = vec![Cell::text(&baseline.name), Cell::text(&baseline.idea)];
    row.extend((0..4).map(|_| Cell::none()));
    if shown.early {
        row.push(Cell::none());
    }
    row.extend(end(results, &baseline.test_accuracies, shown, true));
    row.into_iter().map(Cell::dim).collect()
}

/// The row of a stage.
fn row(results: &Results, contestant: &Contestant, shown: &Columns) -> Vec<Cell> {
    let updates = contestant.runs.iter().find_map(|run| Some(run.end.as_ref()?.updates));
    let mut row = vec![
        Cell::text(&contestant.stage),
        Cell::text(&contestant.idea),
        Cell::text(count(contestant.batch_size() as usize)),
        Cell::text(contestant.learning_rate()),
        contestant.rate_per_example.map_or_else(Cell::none, |r| Cell::text(rate(r))),
        updates.map_or_else(Cell::none, |updates| Cell::text(count(updates))),
    ];
    if shown.early {
        let early = contestant.accuracies_after(EARLY).and_then(|accuracies| Spread::of(&accuracies));
        row.push(early.map_or_else(Cell::none, |early| Cell::text(accuracy(&early))));
    }
    match contestant.accuracies() {
        Some(accuracies) => row.extend(end(results, &accuracies, shown, contestant.stage != REFERENCE)),
        None => {
            let failures = contestant.failures().map_or(0, |(_, failures)| failures);
            row.push(Cell::text(match contestant.runs.len() {
                1 => "diverged".to_owned(),
                all => format!("{failures} of {all} diverged"),
            }));
            row.extend((0..1 + usize::from(shown.difference)).map(|_| Cell::none()));
        }
    }
    row
}

/// The last cells of a row: accuracy, difference, and the interval.
fn end(results: &Results, accuracies: &[f64], shown: &Columns, compares: bool) -> Vec<Cell> {
    let spread = Spread::of(accuracies);
    let cell = |text: Option<String>| text.map_or_else(Cell::none, Cell::text);
    let mut cells = vec![cell(spread.as_ref().map(accuracy))];
    if shown.difference {
        let found = results.difference(accuracies).filter(|_| compares);
        cells.push(cell(found.as_ref().map(difference)));
    }
    cells.push(cell(spread.map(|spread| interval(spread.mean, results.test_size))));
    cells
}

/// The 95 % interval of a share of so many images: `87.2 to 88.5`.
fn interval(share: f64, images: usize) -> String {
    let mut confusion = [[0; CLASSES]; CLASSES];
    let right = (share * images as f64).round() as u32;
    (confusion[0][0], confusion[0][1]) = (right, images as u32 - right);
    let (low, high) = Evaluation { loss: 0.0, confusion }.interval();
    format!("{:.1} to {:.1}", 100.0 * low, 100.0 * high)
}

/// A rate per example as it would be typed, in at most two digits.
pub(crate) fn rate(r: f64) -> String {
    // Scientific notation rounds to digits that count; what it writes can be read back.
    setting(format!("{r:.1e}").parse().unwrap_or(r))
}

/// What the numbers of the table are, in sentences for below it.
pub(crate) fn note(results: &Results) -> String {
    let repetitions = &results.repetitions;
    let (first, last) = match (repetitions.first(), repetitions.last()) {
        (Some(first), Some(last)) => (first, last),
        _ => return String::new(),
    };
    let seeds = match last.seed - first.seed {
        0 => format!("seed {}", first.seed),
        _ => format!("seeds {} to {}", first.seed, last.seed),
    };
    let over = match results.varies_images() {
        true => {
            format!("{} (disjoint sets of training images, {seeds})", counted(repetitions.len(), "training"))
        }
        false => seeds.clone(),
    };
    let accuracy = format!("Accuracy: per cent of the {} test images", count(results.test_size));
    let mut text = match repetitions.len() {
        1 => format!("{accuracy}, {over}. One training each says nothing about chance: --seeds 10 does."),
        _ => format!("{accuracy}, mean ± standard deviation over {over}."),
    };
    if Columns::of(results).difference {
        text += &format!(" From {REFERENCE}: mean difference, paired, ± its standard error.");
    }
    text + " r = eta / (B (1 - mu)): the learning rate per example. --explain says more."
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::tests::results;

    #[test]
    fn means_stand_with_their_spread_and_differences_with_their_error() {
        let results = results(&[("gradient", &[0.87, 0.89]), ("momentum", &[0.86, 0.87])]);
        let text = table(&results).markdown();
        assert!(text.contains("| 88.00 ± 1.41 | – |"), "{text}");
        assert!(text.contains("| 86.50 ± 0.71 | -1.50 ± 0.50 |"), "{text}");
        assert!(text.contains("| 78.00 ± 1.41 |"), "after ten epochs\n{text}");
        assert!(note(&results).contains("over seeds 1 to 2."), "{}", note(&results));
    }

    #[test]
    fn one_training_claims_no_difference() {
        let results = results(&[("gradient", &[0.87]), ("momentum", &[0.86])]);
        let text = table(&results).markdown();
        assert!(!text.contains("from gradient") && text.contains("| 86.00 |"), "{text}");
        assert!(note(&results).contains("One training each says nothing about chance"));
    }

    #[test]
    fn rates_have_two_digits() {
        assert_eq!(
            ["0.1", "0.05", "0.0016", "0"],
            [0.1, 0.049999999, 0.0015625, 0.0].map(rate).each_ref().map(|s| s.as_str())
        );
        assert_eq!([rate(12.6), rate(1e37)], ["13", "1e37"]);
    }
}
