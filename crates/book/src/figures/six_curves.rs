//! Chapter 0: test accuracy by epoch, a frame for each row, with the range of the seeds.

use super::Figure;
use crate::svg::{Anchor, Band, Card, Curve, Plot, Scale, palette};
use crate::{Problem, Result, Tool};
use serde_json::Value;

pub(super) const FIGURE: Figure = Figure {
    name: "six-curves",
    title: "Test accuracy by epoch of six rows, with the range of ten seeds",
    draw,
};

/// The rows, in the order of the stages.
const ROWS: [&str; 6] = ["stochastic", "batched", "no-bias", "gradient", "momentum", "improved"];

fn draw(title: &str, tool: &Tool) -> Result<String> {
    let results = tool.results.get("practice")?;
    let mut card = Card::new(title, 352.0);
    let first = curve(&results, ROWS[0])?;
    for (index, name) in ROWS.iter().enumerate() {
        let (column, row) = (index % 3, index / 3);
        let plot = Plot {
            at: (46.0 + 144.0 * column as f64, 34.0 + 166.0 * row as f64),
            size: (118.0, 104.0),
            x: Scale::logarithmic(1.0, 100.0),
            y: Scale::linear(0.1, 1.0),
        };
        let y: Vec<(f64, &str)> = [(0.2, "20"), (0.4, "40"), (0.6, "60"), (0.8, "80"), (1.0, "100 %")]
            .map(|(share, name)| (share, if column == 0 { name.trim_end_matches(" %") } else { "" }))
            .to_vec();
        let below = if row == 1 { "epoch" } else { "" };
        plot.axes(&mut card, (below, &[(1.0, "1"), (10.0, "10"), (100.0, "100")]), ("", &y));
        let colour = palette::of_stage(name);
        card.text((plot.at.0, plot.at.1 - 9.0), Anchor::Start, colour, name);
        let [low, middle, high] = curve(&results, name)?;
        if index > 0 {
            Curve { points: &first[1], colour: palette::FAINT, dashes: "2 4" }.draw(&plot, &mut card);
        }
        Band { low: &low, high: &high, colour }.draw(&plot, &mut card);
        Curve { points: &middle, colour, dashes: "" }.draw(&plot, &mut card);
    }
    Ok(card.finish())
}

/// The lowest, the mean and the highest accuracy at each measured epoch.
fn curve(results: &Value, name: &str) -> Result<[Vec<(f64, f64)>; 3]> {
    let stage = results["stages"].as_array().into_iter().flatten().find(|stage| stage["stage"] == name);
    let runs = stage.and_then(|stage| stage["runs"].as_array());
    let runs = runs.ok_or_else(|| Problem::new(format!("no runs of {name}")))?;
    let epochs = runs[0]["history"].as_array().map_or(0, Vec::len);
    let mut curves = [Vec::new(), Vec::new(), Vec::new()];
    for at in 0..epochs {
        let accuracies: Vec<f64> =
            runs.iter().filter_map(|run| run["history"][at]["test_accuracy"].as_f64()).collect();
        let epoch = runs[0]["history"][at]["epoch"].as_f64().unwrap_or(f64::NAN);
        let low = accuracies.iter().copied().fold(f64::INFINITY, f64::min);
        let high = accuracies.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mean = accuracies.iter().sum::<f64>() / accuracies.len() as f64;
        curves.iter_mut().zip([low, mean, high]).for_each(|(curve, accuracy)| curve.push((epoch, accuracy)));
    }
    Ok(curves)
}
