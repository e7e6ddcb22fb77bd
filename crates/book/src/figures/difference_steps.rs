//! The V of finite differences.

use super::Figure;
use crate::svg::{Anchor, Card, Curve, Dots, Plot, Scale, palette};
use crate::{Result, Tool};

pub(super) const FIGURE: Figure = Figure {
    name: "difference-steps",
    title: "Relative error of a finite difference by its step: three Vs, that of f32 with its bottom high up",
    draw,
};

fn draw(title: &str, tool: &Tool) -> Result<String> {
    let mut card = Card::new(title, 340.0);
    let plot = Plot {
        at: (62.0, 62.0),
        size: (398.0, 222.0),
        x: Scale::logarithmic(5e-11, 2e-1),
        y: Scale::logarithmic(1e-11, 10.0),
    };
    let x = [(1e-10, "1e-10"), (1e-8, "1e-8"), (1e-6, "1e-6"), (1e-4, "1e-4"), (1e-2, "0.01")];
    let y = [(1e-10, "1e-10"), (1e-8, "1e-8"), (1e-6, "1e-6"), (1e-4, "1e-4"), (1e-2, "0.01"), (1.0, "1")];
    plot.axes(&mut card, ("step", &x), ("relative error", &y));
    let curves = [
        ("forward_f32", "forward, f32", palette::RED, ""),
        ("forward_f64", "forward, f64", palette::BLUE, "7 4"),
        ("central_f64", "central, f64", palette::GREEN, "2 4"),
    ];
    card.legend((62.0, 24.0), &curves.map(|(_, name, colour, dashes)| (name, colour, dashes)));
    let steps = tool.results.numbers("difference-steps", "steps.*.value")?;
    for (which, _, colour, dashes) in curves {
        let errors = tool.results.numbers("difference-steps", &format!("steps.*.{which}"))?;
        let mut points: Vec<(f64, f64)> = steps.iter().copied().zip(errors).collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        Curve { points: &points, colour, dashes }.draw(&plot, &mut card);
        Dots { points: &points, colour, radius: 3.0 }.draw(&plot, &mut card);
    }
    let (left, height) = plot.place(1.2e-10, 3e-2);
    card.text((left, height), Anchor::Start, palette::FAINT, "rounding");
    let (right, height) = plot.place(1.5e-1, 1.5e-8);
    card.text((right, height), Anchor::End, palette::FAINT, "the chord");
    Ok(card.finish())
}
