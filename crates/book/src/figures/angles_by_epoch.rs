//! How far each rule's direction is turned away from the gradient, by epoch.

use super::Figure;
use super::by_epoch::{Moments, axis};
use crate::svg::{Card, Plot, Scale, palette};
use crate::{Result, Tool};

pub(super) const FIGURE: Figure = Figure {
    name: "angles-by-epoch",
    title: "Degrees between each rule's direction and the batch's gradient, by epoch: averaging starts near it and turns away by fifty degrees and more",
    draw,
};

fn draw(title: &str, tool: &Tool) -> Result<String> {
    let mut card = Card::new(title, 320.0);
    let plot = Plot { at: (52.0, 40.0), size: (320.0, 225.0), x: axis(), y: Scale::linear(0.0, 90.0) };
    let x = [(1.0, "0"), (2.0, "1"), (4.0, "3"), (11.0, "10"), (31.0, "30"), (101.0, "100")];
    let y = [(0.0, "0"), (15.0, "15"), (30.0, "30"), (45.0, "45"), (60.0, "60"), (75.0, "75"), (90.0, "90")];
    plot.axes(&mut card, ("epoch", &x), ("degrees to the gradient of the same batch", &y));
    let stages = [
        ("batched", "2 batched", "", -6.0),
        ("no-bias", "3 no-bias", "7 4", 11.0),
        ("stochastic", "1 stochastic", "", 4.5),
        ("gradient", "4 gradient", "2 4", -4.0),
    ];
    for (stage, name, dashes, shift) in stages {
        let epochs = tool.results.numbers("angles-by-epoch", &format!("stages.{stage}.moments.*.epoch"))?;
        let degrees =
            tool.results.numbers("angles-by-epoch", &format!("stages.{stage}.moments.*.all.batch"))?;
        let style = (palette::of_stage(stage), dashes);
        Moments { name: (name, shift), style, radius: 3.0 }.draw(&epochs, degrees, &plot, &mut card);
    }
    Ok(card.finish())
}
