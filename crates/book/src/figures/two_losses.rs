//! Two losses of an output whose target is 1, and how hard each pushes.

use super::Figure;
use crate::svg::{Anchor, Card, Curve, Plot, Scale, palette};
use crate::{Result, Tool};

pub(super) const FIGURE: Figure = Figure {
    name: "two-losses",
    title: "Cross-entropy and squared error of an output whose target is 1, and their pushes, against the output",
    draw,
};

fn draw(title: &str, _: &Tool) -> Result<String> {
    let mut card = Card::new(title, 476.0);
    let x: Vec<f64> = (0..=400).map(|step| 0.001 + 0.998 * f64::from(step) / 400.0).collect();
    let marks = [(0.0, "0"), (0.25, "0.25"), (0.5, "0.5"), (0.75, "0.75"), (1.0, "1")];
    let (blue, green) = (palette::of_stage("stochastic"), palette::of_stage("gradient"));
    let panel = |card: &mut Card,
                 top: f64,
                 most: f64,
                 y: (&str, &[(f64, &str)]),
                 cross: &dyn Fn(f64) -> f64,
                 squared: &dyn Fn(f64) -> f64| {
        let plot = Plot {
            at: (52.0, top),
            size: (408.0, 150.0),
            x: Scale::linear(0.0, 1.0),
            y: Scale::linear(0.0, most),
        };
        plot.axes(card, ("output o, which should be 1", &marks), y);
        for (f, colour, dashes) in [(cross, blue, ""), (squared, green, "7 4")] {
            let points: Vec<(f64, f64)> = x.iter().map(|&o| (o, f(o))).filter(|(_, y)| *y <= most).collect();
            Curve { points: &points, colour, dashes }.draw(&plot, card);
        }
        plot
    };
    card.legend((52.0, 24.0), &[("cross-entropy", blue, ""), ("squared error", green, "7 4")]);
    panel(
        &mut card,
        58.0,
        4.0,
        ("loss", &[(0.0, "0"), (1.0, "1"), (2.0, "2"), (3.0, "3"), (4.0, "4")]),
        &|o| -o.ln(),
        &|o| 0.5 * (o - 1.0) * (o - 1.0),
    );
    let plot = panel(
        &mut card,
        278.0,
        1.0,
        ("push, |d2|", &[(0.0, "0"), (0.25, "0.25"), (0.5, "0.5"), (0.75, "0.75"), (1.0, "1")]),
        &|o| 1.0 - o,
        &|o| (1.0 - o) * o * (1.0 - o),
    );
    let (left, bottom) = plot.place(0.02, 0.02);
    card.text((left + 52.0, bottom - 44.0), Anchor::Start, green, "most wrong, and no push");
    card.line(&[(left + 48.0, bottom - 42.0), (left + 2.0, bottom - 8.0)], green, 1.0);
    Ok(card.finish())
}
