//! Tables of the book that no program prints: a file each, made from results.

mod ablation;
mod batch_composition;
mod bias_variants;
mod equal_care;
mod fair_shares;
mod feedback;
mod fingerprints;
mod full_batches;
mod share_of_covariance;
mod tuned;

use crate::figures::numbers::spread;
use crate::results::Results;
use crate::{Problem, Result};

/// A table in Markdown.
pub type Table = fn(&Results) -> Result<String>;

/// All tables, by their names.
const ALL: &[(&str, Table)] = &[
    ("share-of-covariance", share_of_covariance::table),
    ("batch-composition", batch_composition::table),
    ("bias-variants", bias_variants::table),
    ("equal-care", equal_care::table),
    ("tuned", tuned::table),
    ("ablation", ablation::table),
    ("fair-shares", fair_shares::table),
    ("feedback", feedback::wires),
    ("feedback-angles", feedback::angles),
    ("fingerprints", fingerprints::table),
    ("full-batches", full_batches::table),
];

/// The table of this name.
pub fn named(name: &str) -> Result<Table> {
    let found = ALL.iter().find(|(known, _)| *known == name);
    found.map(|(_, table)| *table).ok_or_else(|| {
        let known: Vec<&str> = ALL.iter().map(|(name, _)| *name).collect();
        Problem::new(format!("there is no table {name}; there are: {}", known.join(", ")))
    })
}

/// A table of these titles and rows; all columns but the first are set right, as numbers are.
pub fn markdown(titles: &[&str], rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let titles: Vec<String> = titles.iter().map(|title| (*title).to_owned()).collect();
    let rule: Vec<String> =
        (0..titles.len()).map(|column| if column == 0 { "---" } else { "--:" }.to_owned()).collect();
    let rows: String = rows.iter().map(|row| line(row)).collect();
    format!("{}{}{rows}", line(&titles), line(&rule))
}

/// The mean ± the standard deviation of the accuracies at a path, in per cent.
fn accuracy(results: &Results, name: &str, path: &str) -> Result<String> {
    let (mean, deviation) = spread(&results.numbers(name, path)?);
    Ok(format!("{:.2} ± {:.2}", 100.0 * mean, 100.0 * deviation))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_a_title_and_a_rule() {
        let rows = [vec!["a".to_owned(), "1".to_owned()]];
        assert_eq!(markdown(&["name", "x"], &rows), "| name | x |\n| --- | --: |\n| a | 1 |\n");
    }
}
