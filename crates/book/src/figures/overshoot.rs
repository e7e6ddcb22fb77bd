//! The mean output in the first 300 updates, with and without momentum.

use super::Figure;
use crate::svg::{Card, Curve, Plot, Scale, palette};
use crate::{Result, Tool};

pub(super) const FIGURE: Figure = Figure {
    name: "overshoot",
    title: "Mean of all outputs during the first 300 updates: without momentum it glides from 0.5 to 0.1, with momentum it falls far below 0.1",
    draw,
};

fn draw(title: &str, tool: &Tool) -> Result<String> {
    let mut card = Card::new(title, 320.0);
    let plot = Plot {
        at: (52.0, 62.0),
        size: (404.0, 208.0),
        x: Scale::linear(0.0, 300.0),
        y: Scale::logarithmic(0.005, 0.6),
    };
    let x = [(0.0, "0"), (100.0, "100"), (200.0, "200"), (300.0, "300")];
    let y = [(0.005, "0.005"), (0.02, "0.02"), (0.1, "0.1"), (0.5, "0.5")];
    plot.axes(&mut card, ("updates", &x), ("mean output", &y));
    let goal = [plot.place(0.0, 0.1), plot.place(300.0, 0.1)];
    card.dashed(&goal, palette::FAINT, 2.0, "2 4");
    for (name, dashes) in [("gradient", "7 4"), ("momentum", "")] {
        let outputs = tool.results.numbers("overshoot", &format!("stages.{name}.outputs"))?;
        let points: Vec<(f64, f64)> =
            outputs.iter().enumerate().map(|(update, o)| (update as f64, *o)).collect();
        Curve { points: &points, colour: palette::of_stage(name), dashes }.draw(&plot, &mut card);
    }
    card.legend(
        (22.0, 28.0),
        &[
            ("no memory", palette::of_stage("gradient"), "7 4"),
            ("momentum 0.9", palette::of_stage("momentum"), ""),
            ("one in ten", palette::FAINT, "2 4"),
        ],
    );
    Ok(card.finish())
}
