//! How many outputs are where the sigmoid is flat, by epoch.

use super::Figure;
use super::by_epoch::{Moments, TICKS, axis};
use crate::svg::{Card, Plot, Scale, palette};
use crate::{Result, Tool};

pub(super) const FIGURE: Figure = Figure {
    name: "flat-outputs",
    title: "Share of outputs with o (1 - o) below 0.01, by epoch: stage 1 is sure after few epochs, stage 4 slowly",
    draw,
};

fn draw(title: &str, tool: &Tool) -> Result<String> {
    let mut card = Card::new(title, 270.0);
    let plot = Plot { at: (52.0, 40.0), size: (322.0, 175.0), x: axis(), y: Scale::linear(0.0, 100.0) };
    let y = [(0.0, "0"), (25.0, "25"), (50.0, "50"), (75.0, "75"), (100.0, "100")];
    plot.axes(&mut card, ("epoch", &TICKS), ("flat outputs, per cent", &y));
    for (stage, name, dashes) in [("stochastic", "1 stochastic", ""), ("gradient", "4 gradient", "7 4")] {
        let colour = palette::of_stage(stage);
        let epochs = tool.results.numbers("saturation", &format!("{stage}.*.epoch"))?;
        let shares = tool.results.numbers("saturation", &format!("{stage}.*.flat"))?;
        let shares = shares.into_iter().map(|share| 100.0 * share);
        Moments { name: (name, 4.5), style: (colour, dashes), radius: 3.5 }
            .draw(&epochs, shares, &plot, &mut card);
    }
    Ok(card.finish())
}
