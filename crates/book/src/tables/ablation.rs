//! The ladder of improvements, up and down.

use super::markdown;
use crate::query::{numbers, statistic};
use crate::results::Results;
use crate::{Problem, Result};

/// The table: a row for each row of `improved ablation`.
pub(super) fn table(results: &Results) -> Result<String> {
    let found = results.get("ablation")?;
    let rows = found["rows"].as_array().ok_or_else(|| Problem::new("ablation has no rows"))?;
    let row = |row: &serde_json::Value| {
        let accuracies = numbers(row, "test_accuracies")?;
        let value = |name: &str| {
            statistic(name, &accuracies)
                .map(|value| 100.0 * value)
                .ok_or_else(|| Problem::new("no statistic"))
        };
        let difference =
            row["difference"].as_f64().map_or_else(String::new, |points| format!("{:+.2}", 100.0 * points));
        Ok(vec![
            row["change"].as_str().unwrap_or_default().to_owned(),
            format!("{:.2}", value("mean")?),
            format!("{:.2} to {:.2}", value("min")?, value("max")?),
            difference,
        ])
    };
    let rows = rows.iter().map(row).collect::<Result<Vec<_>>>()?;
    Ok(markdown(&["settings", "accuracy, mean", "seeds", "difference"], &rows))
}
