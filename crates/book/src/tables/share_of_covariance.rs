//! The share of the covariance that is left in the product of means: the law, and what was measured.

use super::markdown;
use crate::Result;
use crate::results::Results;

/// A row for each batch size.
pub(super) fn table(results: &Results) -> Result<String> {
    let mut rows = Vec::new();
    for size in [2, 10, 50] {
        let number = |what: &str| results.number("covariance", &format!("moments.10.left.{size}.{what}"));
        let share = |number: f64| format!("{:.1} %", 100.0 * number);
        rows.push(vec![size.to_string(), share(number("law")?), share(number("measured")?)]);
    }
    Ok(markdown(&["batch size", "share left, by the law", "measured"], &rows))
}
