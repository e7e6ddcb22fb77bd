//! Six curves that are two when they are drawn against r, and their cliffs.

use super::Figure;
use super::numbers::spread;
use crate::svg::{Anchor, Card, Curve, Plot, Scale, palette};
use crate::{Result, Tool};

pub(super) const FIGURE: Figure = Figure {
    name: "rates-per-example",
    title: "Test accuracy against r for two losses, each with single images, batches of ten, and momentum: six curves are two, until each falls off a cliff",
    draw,
};

/// The lower edge, in per cent.
const LOWEST: f64 = 60.0;

fn draw(title: &str, tool: &Tool) -> Result<String> {
    let mut card = Card::new(title, 420.0);
    let plot = Plot {
        at: (52.0, 92.0),
        size: (408.0, 272.0),
        x: Scale::logarithmic(0.001, 1.0),
        y: Scale::linear(LOWEST, 92.0),
    };
    let x = [
        (0.001, "0.001"),
        (0.003, "0.003"),
        (0.01, "0.01"),
        (0.03, "0.03"),
        (0.1, "0.1"),
        (0.3, "0.3"),
        (1.0, "1"),
    ];
    let y =
        [(60.0, "60"), (65.0, "65"), (70.0, "70"), (75.0, "75"), (80.0, "80"), (85.0, "85"), (90.0, "90")];
    plot.axes(
        &mut card,
        ("r = eta / (B (1 - mu)), the learning rate per image", &x),
        ("test accuracy, per cent", &y),
    );
    let (blue, green) = (palette::of_stage("stochastic"), palette::of_stage("gradient"));
    let ways = [("1", "single images", ""), ("10", "batches of ten", "8 4"), ("momentum", "momentum", "2 4")];
    for (loss, name, colour, height) in
        [("delta", "delta rule:", blue, 24.0), ("gradient", "gradient:", green, 44.0)]
    {
        card.text((14.0, height), Anchor::Start, colour, name);
        card.legend((86.0, height), &ways.map(|(_, name, dashes)| (name, colour, dashes)));
        for (way, _, dashes) in ways {
            let curve = format!("curves.{loss}-{way}.points");
            let mut points = Vec::new();
            for r in tool.results.numbers("rates-per-example", &format!("{curve}.*.value"))? {
                let path = format!("{curve}.'{r:?}'.test_accuracies.*");
                points.push((r, 100.0 * spread(&tool.results.numbers("rates-per-example", &path)?).0));
            }
            // A curve ends where it leaves the plot.
            let inside = points.iter().position(|(_, y)| *y < LOWEST).map_or(points.len(), |first| first + 1);
            Curve { points: &points[..inside], colour, dashes }.draw(&plot, &mut card);
        }
    }
    Ok(card.finish())
}
