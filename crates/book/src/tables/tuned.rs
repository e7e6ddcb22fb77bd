//! The chosen rates, their neighbours, and what fresh seeds reach with them.

use super::markdown;
use crate::query::{numbers, statistic, written};
use crate::results::Results;
use crate::{Problem, Result};
use serde_json::Value;

/// The rows of both batch sizes.
pub(super) fn table(results: &Results) -> Result<String> {
    let results = results.get("tuned")?;
    let mut rows = Vec::new();
    for (batch, key) in [("1", "batch-1"), ("10", "batch-10")] {
        for choice in results[key]["choices"].as_array().into_iter().flatten() {
            rows.push(row(batch, choice, &results[key])?);
        }
    }
    let titles = [
        "stage",
        "B",
        "a lower rate",
        "chosen eta: accuracy on held-out images",
        "a higher rate",
        "test accuracy, fresh seeds",
        "from gradient",
    ];
    Ok(markdown(&titles, &rows))
}

fn row(batch: &str, choice: &Value, of: &Value) -> Result<Vec<String>> {
    let stage = choice["stage"].as_str().unwrap_or_default();
    let chosen = choice["chosen"].as_u64().ok_or_else(|| Problem::new("no rate was chosen"))? as usize;
    let tried = |index: Option<usize>| {
        let tried = index.and_then(|index| choice["tried"].get(index));
        tried.map_or(Ok("–".to_owned()), |tried| {
            let accuracies = numbers(tried, "accuracies")?;
            let [mean, sd] = ["mean", "sd"].map(|name| statistic(name, &accuracies).unwrap_or(f64::NAN));
            let rate = tried["learning_rate"].as_f64().unwrap_or(f64::NAN);
            Ok(format!("{rate}: {}", spread(mean, sd)?))
        })
    };
    let summary = |name: &str| numbers(of, &format!("stages.{stage}.summary.{name}")).map(|found| found[0]);
    let difference = match stage {
        "gradient" => "–".to_owned(),
        _ => {
            let (mean, se) = (summary("difference_mean")?, summary("difference_standard_error")?);
            format!("{} ± {}", written(mean, "+%2")?, written(se, "%2")?)
        }
    };
    Ok(vec![
        stage.to_owned(),
        batch.to_owned(),
        tried(chosen.checked_sub(1))?,
        tried(Some(chosen))?,
        tried(Some(chosen + 1))?,
        spread(summary("test_accuracy_mean")?, summary("test_accuracy_standard_deviation")?)?,
        difference,
    ])
}

fn spread(mean: f64, sd: f64) -> Result<String> {
    Ok(format!("{} ± {}", written(mean, "%2")?, written(sd, "%2")?))
}
