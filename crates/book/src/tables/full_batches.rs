//! Momentum in whole batches, beside plain descent.

use super::markdown;
use crate::query::{numbers, statistic};
use crate::results::Results;
use crate::{Problem, Result};

/// A row for each loss and effective rate.
pub(super) fn table(results: &Results) -> Result<String> {
    let found = results.get("full-batches")?;
    let rows = found["rows"].as_array().ok_or_else(|| Problem::new("full-batches has no rows"))?;
    let row = |row: &serde_json::Value| {
        let spread = |path: &str, factor: f64, decimals: usize| {
            let all = numbers(row, path)?;
            let value = |name: &str| statistic(name, &all).map(|value| factor * value);
            let both = value("mean").zip(value("sd"));
            both.map(|(mean, sd)| format!("{mean:.decimals$} ± {sd:.decimals$}"))
                .ok_or_else(|| Problem::new("no statistic"))
        };
        Ok(vec![
            row["loss"].as_str().unwrap_or_default().to_owned(),
            row["eta"].to_string().trim_end_matches(".0").to_owned(),
            spread("plain.test_accuracies", 100.0, 2)?,
            spread("momentum.test_accuracies", 100.0, 2)?,
            spread("plain.losses_after_100", 1.0, 3)?,
            spread("momentum.losses_after_100", 1.0, 3)?,
        ])
    };
    let rows = rows.iter().map(row).collect::<Result<Vec<_>>>()?;
    let titles = [
        "gradient of the",
        "eta / (1 - mu)",
        "plain",
        "momentum",
        "squared error after 100, plain",
        "momentum",
    ];
    Ok(markdown(&titles, &rows))
}
