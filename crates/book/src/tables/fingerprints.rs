//! What everyone should see: accuracy and fingerprint of each stage on practice digits, seed 1.

use super::markdown;
use crate::results::Results;
use crate::{Problem, Result};

/// A row for each stage.
pub(super) fn table(results: &Results) -> Result<String> {
    let found = results.get("practice")?;
    let stages = found["stages"].as_array().ok_or_else(|| Problem::new("practice has no stages"))?;
    let row = |stage: &serde_json::Value| {
        let run = &stage["runs"][0];
        let accuracy = run["test_accuracy"].as_f64().ok_or_else(|| Problem::new("a run has no accuracy"))?;
        let name = stage["stage"].as_str().unwrap_or_default();
        Ok(vec![
            format!("`cargo run -p {name} -- --data practice`"),
            format!("{:.2} %", 100.0 * accuracy),
            format!("`{}`", run["fingerprint"].as_str().unwrap_or_default()),
        ])
    };
    let rows = stages.iter().map(row).collect::<Result<Vec<_>>>()?;
    Ok(markdown(&["command", "test accuracy", "fingerprint"], &rows))
}
