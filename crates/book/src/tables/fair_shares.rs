//! What three improvements are worth: alone, last, and over all orders.

use super::markdown;
use crate::results::Results;
use crate::{Problem, Result};

/// A row for each improvement, and one for all.
pub(super) fn table(results: &Results) -> Result<String> {
    let found = results.get("fair-shares")?;
    let rows = found["rows"].as_array().ok_or_else(|| Problem::new("fair-shares has no rows"))?;
    let points = |value: &serde_json::Value| {
        value.as_f64().map_or_else(String::new, |share| format!("{:+.2}", 100.0 * share))
    };
    let mut rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let name = row["name"].as_str().unwrap_or_default().to_owned();
            vec![name, points(&row["alone"]), points(&row["last"]), points(&row["share"])]
        })
        .collect();
    let whole = results.number("fair-shares", "all")? - results.number("fair-shares", "none")?;
    rows.push(vec!["all three".to_owned(), String::new(), String::new(), format!("{:+.2}", 100.0 * whole)]);
    Ok(markdown(&["improvement", "alone", "added last", "fair share"], &rows))
}
