//! Accuracy by what is in a batch.

use super::{accuracy, markdown};
use crate::Result;
use crate::results::Results;

/// A row for each composition.
pub(super) fn table(results: &Results) -> Result<String> {
    let mut rows = Vec::new();
    for (kind, words) in [
        ("random", "ten random images"),
        ("each-digit-once", "each digit once"),
        ("one-digit", "one digit only"),
    ] {
        let cell = |rule: &str| {
            accuracy(results, "batch-composition", &format!("batches.{rule}-{kind}.test_accuracies.*"))
        };
        rows.push(vec![words.to_owned(), cell("products")?, cell("means")?]);
    }
    Ok(markdown(&["a batch holds", "mean of products", "product of means"], &rows))
}
