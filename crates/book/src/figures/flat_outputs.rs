//! How many outputs are where the sigmoid is flat, by epoch.

use super::Figure;
use crate::svg::{Anchor, Card, Curve, Dots, Plot, Scale, palette};
use crate::{Result, Tool};

pub(super) const FIGURE: Figure = Figure {
    name: "flat-outputs",
    title: "Share of outputs with o (1 - o) below 0.01, by epoch: stage 1 is sure after few epochs, stage 4 slowly",
    draw,
};

fn draw(title: &str, tool: &Tool) -> Result<String> {
    let mut card = Card::new(title, 270.0);
    // Epoch 0 is shown at 1, epoch 1 at 2: a logarithm of the epoch and one.
    let plot = Plot {
        at: (52.0, 40.0),
        size: (322.0, 175.0),
        x: Scale::logarithmic(0.9, 110.0),
        y: Scale::linear(0.0, 100.0),
    };
    let x = [(1.0, "0"), (2.0, "1"), (4.0, "3"), (11.0, "10"), (21.0, "20"), (51.0, "50"), (101.0, "100")];
    let y = [(0.0, "0"), (25.0, "25"), (50.0, "50"), (75.0, "75"), (100.0, "100")];
    plot.axes(&mut card, ("epoch", &x), ("flat outputs, per cent", &y));
    for (stage, name, dashes) in [("stochastic", "1 stochastic", ""), ("gradient", "4 gradient", "7 4")] {
        let colour = palette::of_stage(stage);
        let epochs = tool.results.numbers("saturation", &format!("{stage}.*.epoch"))?;
        let shares = tool.results.numbers("saturation", &format!("{stage}.*.flat"))?;
        let points: Vec<(f64, f64)> =
            epochs.iter().zip(shares).map(|(epoch, share)| (epoch + 1.0, 100.0 * share)).collect();
        Curve { points: &points, colour, dashes }.draw(&plot, &mut card);
        Dots { points: &points, colour, radius: 3.5 }.draw(&plot, &mut card);
        if let Some(&(x, y)) = points.last() {
            let (right, height) = plot.place(x, y);
            card.text((right + 12.0, height + 4.5), Anchor::Start, colour, name);
        }
    }
    Ok(card.finish())
}
