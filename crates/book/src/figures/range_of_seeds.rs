//! The learning curve of a stage over all seeds of a comparison.

use crate::{Problem, Result};
use serde_json::Value;

/// The rows of a comparison that learn, in the order in which they are taught.
pub(super) const STAGES: [&str; 6] = ["stochastic", "batched", "no-bias", "gradient", "momentum", "improved"];

/// The lowest, the mean and the highest test accuracy at each measured epoch, 0 to 1.
pub(super) fn curves(results: &Value, stage: &str) -> Result<[Vec<(f64, f64)>; 3]> {
    let missing = || Problem::new(format!("the results have no whole history of {stage}"));
    let stages = results["stages"].as_array().ok_or_else(missing)?;
    let found = stages.iter().find(|found| found["stage"] == stage).ok_or_else(missing)?;
    let runs = found["runs"].as_array().filter(|runs| !runs.is_empty()).ok_or_else(missing)?;
    let epochs = runs[0]["history"].as_array().ok_or_else(missing)?;
    let mut curves = [const { Vec::new() }; 3];
    for (at, record) in epochs.iter().enumerate() {
        let epoch = record["epoch"].as_f64().ok_or_else(missing)?;
        let accuracies =
            runs.iter().map(|run| run["history"][at]["test_accuracy"].as_f64().ok_or_else(missing));
        let accuracies = accuracies.collect::<Result<Vec<f64>>>()?;
        let low = accuracies.iter().copied().fold(f64::INFINITY, f64::min);
        let high = accuracies.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mean = accuracies.iter().sum::<f64>() / accuracies.len() as f64;
        curves.iter_mut().zip([low, mean, high]).for_each(|(curve, accuracy)| curve.push((epoch, accuracy)));
    }
    Ok(curves)
}
