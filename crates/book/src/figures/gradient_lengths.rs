//! The lengths of both losses' gradients along stage 4.

use super::Figure;
use super::by_epoch::{Moments, TICKS, axis};
use crate::svg::{Card, Plot, Scale, palette};
use crate::{Result, Tool};

pub(super) const FIGURE: Figure = Figure {
    name: "gradient-lengths",
    title: "Mean length of the gradients of cross-entropy and squared error along stage 4, by epoch: both shrink, the second faster",
    draw,
};

fn draw(title: &str, tool: &Tool) -> Result<String> {
    let mut card = Card::new(title, 290.0);
    let plot = Plot { at: (52.0, 40.0), size: (300.0, 195.0), x: axis(), y: Scale::logarithmic(0.004, 20.0) };
    let y = [(0.01, "0.01"), (0.1, "0.1"), (1.0, "1"), (10.0, "10")];
    plot.axes(&mut card, ("epoch", &TICKS), ("length of the gradient", &y));
    let epochs = tool.results.numbers("saturation", "gradient.*.epoch")?;
    let costs = [
        ("cross_entropy", "cross-entropy", palette::of_stage("stochastic"), ""),
        ("squared_error", "squared error", palette::of_stage("gradient"), "7 4"),
    ];
    for (cost, name, colour, dashes) in costs {
        let lengths = tool.results.numbers("saturation", &format!("gradient.*.{cost}"))?;
        Moments { name: (name, 4.5), style: (colour, dashes), radius: 3.5 }
            .draw(&epochs, lengths, &plot, &mut card);
    }
    Ok(card.finish())
}
