//! The lengths of both losses' gradients along stage 4.

use super::Figure;
use crate::svg::{Anchor, Card, Curve, Dots, Plot, Scale, palette};
use crate::{Result, Tool};

pub(super) const FIGURE: Figure = Figure {
    name: "gradient-lengths",
    title: "Mean length of the gradients of cross-entropy and squared error along stage 4, by epoch: both shrink, the second faster",
    draw,
};

fn draw(title: &str, tool: &Tool) -> Result<String> {
    let mut card = Card::new(title, 290.0);
    // Epoch 0 is shown at 1, epoch 1 at 2: a logarithm of the epoch and one.
    let plot = Plot {
        at: (52.0, 40.0),
        size: (300.0, 195.0),
        x: Scale::logarithmic(0.9, 110.0),
        y: Scale::logarithmic(0.004, 20.0),
    };
    let x = [(1.0, "0"), (2.0, "1"), (4.0, "3"), (11.0, "10"), (21.0, "20"), (51.0, "50"), (101.0, "100")];
    let y = [(0.01, "0.01"), (0.1, "0.1"), (1.0, "1"), (10.0, "10")];
    plot.axes(&mut card, ("epoch", &x), ("length of the gradient", &y));
    let epochs = tool.results.numbers("saturation", "gradient.*.epoch")?;
    let costs = [
        ("cross_entropy", "cross-entropy", palette::of_stage("stochastic"), ""),
        ("squared_error", "squared error", palette::of_stage("gradient"), "7 4"),
    ];
    for (cost, name, colour, dashes) in costs {
        let lengths = tool.results.numbers("saturation", &format!("gradient.*.{cost}"))?;
        let points: Vec<(f64, f64)> = epochs.iter().map(|epoch| epoch + 1.0).zip(lengths).collect();
        Curve { points: &points, colour, dashes }.draw(&plot, &mut card);
        Dots { points: &points, colour, radius: 3.5 }.draw(&plot, &mut card);
        if let Some(&(x, y)) = points.last() {
            let (right, height) = plot.place(x, y);
            card.text((right + 12.0, height + 4.5), Anchor::Start, colour, name);
        }
    }
    Ok(card.finish())
}
