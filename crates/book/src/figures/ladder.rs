//! The ladder of improvements, and what is lost when one alone is taken away.

use super::Figure;
use crate::query::numbers;
use crate::svg::{Anchor, Card, palette};
use crate::{Problem, Result, Tool};
use serde_json::Value;

pub(super) const FIGURE: Figure = Figure {
    name: "ladder",
    title: "What each improvement adds to those before it, and what is lost without it: distortions add most, the schedule and the batch size change their sign",
    draw,
};

/// The height of a row.
const ROW: f64 = 34.0;
/// Where the first row begins.
const TOP: f64 = 74.0;
/// Where 0 points lie in the two columns, and how wide a point is.
const COLUMNS: [f64; 2] = [200.0, 352.0];
const POINT: f64 = 13.0;

/// An improvement's row: its name, and its gains by seed, up and down.
struct Row {
    name: String,
    gains: [Vec<f64>; 2],
}

fn draw(title: &str, tool: &Tool) -> Result<String> {
    let rows = rows(&*tool.results.get("ablation")?)?;
    let bottom = TOP + ROW * rows.len() as f64;
    let mut card = Card::new(title, bottom + 48.0);
    let heads = [("added to those", "above it"), ("lost without it,", "all others there")];
    for (zero, (first, second)) in COLUMNS.into_iter().zip(heads) {
        card.text((zero - 20.0, 26.0), Anchor::Start, palette::INK, first);
        card.text((zero - 20.0, 44.0), Anchor::Start, palette::INK, second);
        for points in [0.0, 4.0, 8.0] {
            let x = zero + POINT * points;
            card.line(
                &[(x, TOP - 8.0), (x, bottom)],
                if points == 0.0 { palette::FAINT } else { palette::GRID },
                1.0,
            );
            card.text((x, bottom + 18.0), Anchor::Middle, palette::INK, &format!("{points:.0}"));
        }
    }
    card.text((464.0, bottom + 38.0), Anchor::End, palette::FAINT, "points of test accuracy, MNIST");
    for (index, row) in rows.iter().enumerate() {
        let middle = TOP + ROW * (index as f64 + 0.5) - 4.0;
        card.text((16.0, middle + 4.5), Anchor::Start, palette::INK, &row.name);
        for (zero, gains) in COLUMNS.into_iter().zip(&row.gains) {
            bar(&mut card, (zero, middle), gains);
        }
    }
    Ok(card.finish())
}

/// A bar as long as the mean gain, and a thin line from the worst seed to the best.
fn bar(card: &mut Card, (zero, middle): (f64, f64), gains: &[f64]) {
    let mean = gains.iter().sum::<f64>() / gains.len() as f64;
    let colour = if mean < 0.0 { palette::RED } else { palette::BLUE };
    let (from, to) = (zero.min(zero + POINT * mean), zero.max(zero + POINT * mean));
    card.rectangle((from, middle - 9.0), (to - from, 18.0), colour, 0.8);
    let least = gains.iter().copied().fold(f64::INFINITY, f64::min);
    let most = gains.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    card.line(&[(zero + POINT * least, middle), (zero + POINT * most, middle)], palette::INK, 1.5);
    let text = format!("{mean:+.1}").replace("-0.0", "0.0").replace("+0.0", "0.0");
    let after = (zero + POINT * most.max(0.0).max(mean)).max(zero) + 5.0;
    if mean > 5.0 {
        card.text((zero + 6.0, middle + 4.5), Anchor::Start, palette::GROUND, &text);
    } else {
        card.text((after, middle + 4.5), Anchor::Start, palette::INK, &text);
    }
}

/// The rows of the ladder with those in which the same improvement is taken away.
fn rows(results: &Value) -> Result<Vec<Row>> {
    let all = results["rows"].as_array().ok_or_else(|| Problem::new("ablation has no rows"))?;
    let change = |row: &Value| row["change"].as_str().unwrap_or_default().to_owned();
    let accuracies = |row: &Value| numbers(row, "test_accuracies");
    let up: Vec<&Value> = all.iter().filter(|row| change(row).starts_with("+ ")).collect();
    let full = accuracies(up.last().ok_or_else(|| Problem::new("ablation adds nothing"))?)?;
    let mut before = accuracies(&all[0])?;
    let mut rows = Vec::new();
    for row in up {
        let found = accuracies(row)?;
        let name = change(row).trim_start_matches("+ ").split(" (").next().unwrap_or_default().to_owned();
        let without = all.iter().find(|row| change(row).starts_with(&format!("all − {name} (")));
        let without =
            accuracies(without.ok_or_else(|| Problem::new(format!("ablation does not take away {name}")))?)?;
        let gains =
            |with: &[f64], without: &[f64]| with.iter().zip(without).map(|(a, b)| 100.0 * (a - b)).collect();
        rows.push(Row {
            name: short(&name).to_owned(),
            gains: [gains(&found, &before), gains(&full, &without)],
        });
        before = found;
    }
    Ok(rows)
}

/// A name that fits the column.
fn short(name: &str) -> &str {
    match name {
        "softmax, cross-entropy" => "softmax, cross-entropy",
        "activation" => "rectifiers",
        "batch size and learning rate" => "batches of 32",
        "larger layers, more of them" => "two larger layers",
        "schedule of the learning rate" => "schedule",
        "distortions" => "distorted copies",
        other => other,
    }
}
