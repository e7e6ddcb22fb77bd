//! Accuracy by how weights and biases move.

use super::{accuracy, markdown};
use crate::Result;
use crate::results::Results;

/// A row for each way to move weights, a column for each way to move biases.
pub(super) fn table(results: &Results) -> Result<String> {
    let mut rows = Vec::new();
    for (weights, words) in [("products", "mean of products"), ("means", "product of means")] {
        let mut row = vec![words.to_owned()];
        for biases in ["still", "own", "shared", "shared-exact", "shared-divided"] {
            row.push(accuracy(
                results,
                "bias-variants",
                &format!("variants.{weights}-{biases}.test_accuracies.*"),
            )?);
        }
        rows.push(row);
    }
    let titles = [
        "weights by",
        "biases not moved",
        "each by its own error",
        "shared, by a difference (stage 2)",
        "shared, exact derivative",
        "shared, divided by the units",
    ];
    Ok(markdown(&titles, &rows))
}
