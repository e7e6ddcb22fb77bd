//! Stage seven: kinds of wires, and angles along its training.

use super::markdown;
use crate::query::{numbers, statistic};
use crate::results::Results;
use crate::{Problem, Result};

/// The accuracies of each kind of wires, with their spread.
pub(super) fn wires(results: &Results) -> Result<String> {
    let found = results.get("feedback")?;
    let wires = found["wires"].as_array().ok_or_else(|| Problem::new("feedback has no wires"))?;
    let row = |row: &serde_json::Value| {
        let spread = |key: &str| {
            let accuracies = numbers(row, key)?;
            let value = |name: &str| statistic(name, &accuracies).map(|value| 100.0 * value);
            let (mean, sd) = (value("mean"), value("sd"));
            mean.zip(sd)
                .map(|(mean, sd)| format!("{mean:.2} ± {sd:.2}"))
                .ok_or_else(|| Problem::new("no statistic"))
        };
        Ok(vec![
            row["what"].as_str().unwrap_or_default().to_owned(),
            spread("after_10")?,
            spread("test_accuracies")?,
        ])
    };
    let rows = wires.iter().map(row).collect::<Result<Vec<_>>>()?;
    Ok(markdown(&["wires", "after 10 epochs", "after 100 epochs"], &rows))
}

/// The angles by epoch.
pub(super) fn angles(results: &Results) -> Result<String> {
    let column = |key: &str| results.numbers("feedback", &format!("angles.*.{key}"));
    let (epochs, w1, wires) = (column("epoch")?, column("w1")?, column("w2_to_wires")?);
    let row = |of: &[f64], name: &str| {
        std::iter::once(name.to_owned())
            .chain(of.iter().map(|angle| format!("{angle:.0}°")))
            .collect::<Vec<_>>()
    };
    let titles: Vec<String> = epochs.iter().map(|epoch| format!("{epoch:.0}")).collect();
    let titles: Vec<&str> =
        std::iter::once("after epochs").chain(titles.iter().map(String::as_str)).collect();
    Ok(markdown(&titles, &[row(&w1, "W1's direction and the gradient"), row(&wires, "W2 and the wires")]))
}
