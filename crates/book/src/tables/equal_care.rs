//! Accuracy as shipped, and with each rate chosen with equal care.

use super::{accuracy, markdown};
use crate::Result;
use crate::results::Results;

/// A row for each rule and batch size.
pub(super) fn table(results: &Results) -> Result<String> {
    let runs = [("stochastic", "1"), ("gradient", "1"), ("gradient", "10")];
    let mut rows = Vec::new();
    for (stage, batch_size) in runs {
        let tuned = |path: &str| results.number("tuned", &format!("batch-{batch_size}.{path}"));
        let of = |what: &str| tuned(&format!("stages.{stage}.summary.test_accuracy_{what}"));
        let (mean, deviation) = (100.0 * of("mean")?, 100.0 * of("standard_deviation")?);
        // Shipped are batches of one for the delta rule, and of ten for the gradient.
        let is_shipped = (stage == "stochastic") == (batch_size == "1");
        let shipped = if is_shipped {
            let rate = results.number("mnist", &format!("stages.{stage}.settings.learning_rate"))?;
            let path = format!("stages.{stage}.runs.*.test_accuracy");
            [rate.to_string(), accuracy(results, "mnist", &path)?]
        } else {
            ["–".to_owned(), "–".to_owned()]
        };
        let [rate, as_shipped] = shipped;
        let chosen = tuned(&format!("choices.{stage}.rate"))?;
        let with_care = format!("{mean:.2} ± {deviation:.2}");
        rows.push(vec![
            stage.to_owned(),
            batch_size.to_owned(),
            rate,
            as_shipped,
            chosen.to_string(),
            with_care,
        ]);
    }
    Ok(markdown(&["stage", "B", "eta as shipped", "accuracy", "eta chosen", "accuracy"], &rows))
}
