//! Test accuracy by epoch of all stages, with the band of their seeds.

use super::Figure;
use crate::query::statistic;
use crate::svg::{Anchor, Band, Card, Curve, Plot, Scale, palette};
use crate::{Problem, Result, Tool};

pub(super) const FIGURE: Figure = Figure {
    name: "learning-curves",
    title: "Test accuracy by epoch of all six stages on MNIST, each in a field of its own: the mean of ten seeds, and a band from the worst to the best",
    draw,
};

/// The stages, in the order in which they are taught.
const STAGES: [&str; 6] = ["stochastic", "batched", "no-bias", "gradient", "momentum", "improved"];

fn draw(title: &str, tool: &Tool) -> Result<String> {
    let mut card = Card::new(title, 596.0);
    for (index, stage) in STAGES.into_iter().enumerate() {
        let (column, row) = (index % 2, index / 2);
        let plot = Plot {
            at: (56.0 + 224.0 * column as f64, 44.0 + 188.0 * row as f64),
            size: (180.0, 116.0),
            x: Scale::logarithmic(1.0, 100.0),
            y: Scale::linear(0.0, 100.0),
        };
        let x = [(1.0, "1"), (10.0, "10"), (100.0, "100")];
        let y = [(0.0, "0"), (50.0, "50"), (100.0, "100 %")];
        let y = if column == 0 { y } else { [(0.0, ""), (50.0, ""), (100.0, "")] };
        plot.axes(&mut card, (if row == 2 { "epochs" } else { "" }, &x), ("", &y));
        let colour = palette::of_stage(stage);
        card.text((plot.at.0 + 4.0, plot.at.1 - 10.0), Anchor::Start, colour, stage);
        let runs = format!("stages.{stage}.runs.*.history");
        let histories = tool.results.get("mnist")?;
        let epochs = histories_of(&histories, stage)?;
        let [mut low, mut mean, mut high] = [const { Vec::new() }; 3];
        for (epoch, accuracies) in epochs {
            let value = |name: &str| {
                statistic(name, &accuracies).ok_or_else(|| Problem::new(format!("{runs} is empty")))
            };
            low.push((epoch, 100.0 * value("min")?));
            mean.push((epoch, 100.0 * value("mean")?));
            high.push((epoch, 100.0 * value("max")?));
        }
        Band { low: &low, high: &high, colour }.draw(&plot, &mut card);
        Curve { points: &mean, colour, dashes: "" }.draw(&plot, &mut card);
        if let Some((_, last)) = mean.last() {
            let at = (plot.at.0 + plot.size.0 - 4.0, plot.at.1 + 0.72 * plot.size.1);
            card.text(at, Anchor::End, palette::INK, &format!("{last:.1} %"));
        }
    }
    Ok(card.finish())
}

/// The accuracies of all seeds at each measured epoch.
fn histories_of(results: &serde_json::Value, stage: &str) -> Result<Vec<(f64, Vec<f64>)>> {
    let missing = || Problem::new(format!("the results have no history of {stage}"));
    let stages = results["stages"].as_array().ok_or_else(missing)?;
    let found = stages.iter().find(|found| found["stage"] == stage).ok_or_else(missing)?;
    let runs = found["runs"].as_array().ok_or_else(missing)?;
    let records = |run: &serde_json::Value| run["history"].as_array().cloned().unwrap_or_default();
    let first = records(runs.first().ok_or_else(missing)?);
    let at = |index: usize| {
        let number = |record: &serde_json::Value, key: &str| record[key].as_f64().ok_or_else(missing);
        let accuracies = runs.iter().map(|run| {
            records(run).get(index).ok_or_else(missing).and_then(|record| number(record, "test_accuracy"))
        });
        Ok((number(&first[index], "epoch")?, accuracies.collect::<Result<_>>()?))
    };
    (0..first.len()).map(at).collect()
}
