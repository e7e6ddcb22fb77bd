//! The table of bias variants, a dot for each seed.

use super::Figure;
use super::numbers::spread;
use crate::svg::{Anchor, Card, Dots, Plot, Scale, palette};
use crate::{Result, Tool};

pub(super) const FIGURE: Figure = Figure {
    name: "bias-variants",
    title: "Test accuracy of each seed for two ways to move weights and five ways to move biases: only two combinations lose",
    draw,
};

fn draw(title: &str, tool: &Tool) -> Result<String> {
    const ROW: f64 = 24.0;
    let mut card = Card::new(title, 404.0);
    let biases = [
        ("still", "not moved"),
        ("own", "each by its own error"),
        ("shared-divided", "shared, sum / units"),
        ("shared-exact", "shared, exact sum"),
        ("shared", "shared, difference"),
    ];
    let panels = [
        ("products", "weights by the mean of products", 40.0),
        ("means", "weights by the product of means", 224.0),
    ];
    for (weights, name, top) in panels {
        let plot = Plot {
            at: (172.0, top),
            size: (286.0, ROW * biases.len() as f64),
            x: Scale::linear(81.0, 90.0),
            y: Scale::linear(0.0, biases.len() as f64),
        };
        let marks = [(82.0, "82"), (84.0, "84"), (86.0, "86"), (88.0, "88"), (90.0, "90")];
        let what = if weights == "means" { "test accuracy, per cent" } else { "" };
        card.text((14.0, top - 14.0), Anchor::Start, palette::INK, name);
        plot.axes(&mut card, (what, &marks), ("", &[]));
        for (row, (kind, words)) in biases.iter().enumerate() {
            let height = biases.len() as f64 - row as f64 - 0.5;
            let sum = kind.starts_with("shared") && *kind != "shared-divided";
            let colour = if sum { palette::RED } else { palette::BLUE };
            let (_, middle) = plot.place(81.0, height);
            card.line(&[(172.0, middle), (458.0, middle)], palette::GRID, 1.0);
            card.text((164.0, middle + 4.5), Anchor::End, colour, words);
            let path = format!("variants.{weights}-{kind}.test_accuracies.*");
            let accuracies = tool.results.numbers("bias-variants", &path)?;
            let points: Vec<(f64, f64)> =
                accuracies.iter().map(|accuracy| (100.0 * accuracy, height)).collect();
            Dots { points: &points, colour, radius: 4.0 }.draw(&plot, &mut card);
            let (across, _) = plot.place(100.0 * spread(&accuracies).0, height);
            card.line(&[(across, middle - 9.0), (across, middle + 9.0)], palette::INK, 1.5);
        }
    }
    Ok(card.finish())
}
