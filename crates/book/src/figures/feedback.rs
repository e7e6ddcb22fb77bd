//! How the blame of stage seven turns towards the gradient, and W2 towards the wires.

use super::Figure;
use crate::svg::{Anchor, Card, Curve, Plot, Scale, palette};
use crate::{Result, Tool};

pub(super) const FIGURE: Figure = Figure {
    name: "feedback",
    title: "Two angles by epoch: between the direction of W1 and the gradient, and between W2 and the wires; both fall from 90 degrees",
    draw,
};

fn draw(title: &str, tool: &Tool) -> Result<String> {
    let mut card = Card::new(title, 320.0);
    // Epoch 0 has no place on a logarithmic axis: it stands at half an epoch, as the start.
    let plot = Plot {
        at: (52.0, 66.0),
        size: (404.0, 204.0),
        x: Scale::logarithmic(0.5, 100.0),
        y: Scale::linear(0.0, 100.0),
    };
    let x = [(0.5, "start"), (1.0, "1"), (10.0, "10"), (100.0, "100")];
    let y = [(0.0, "0°"), (30.0, "30°"), (60.0, "60°"), (90.0, "90°")];
    plot.axes(&mut card, ("epochs", &x), ("", &y));
    let epochs = tool.results.numbers("feedback", "angles.*.epoch")?;
    let mut draw = |key: &str, colour, dashes| -> Result<()> {
        let angles = tool.results.numbers("feedback", &format!("angles.*.{key}"))?;
        let points: Vec<(f64, f64)> = epochs.iter().map(|epoch| epoch.max(0.5)).zip(angles).collect();
        Curve { points: &points, colour, dashes }.draw(&plot, &mut card);
        Ok(())
    };
    draw("w1", palette::BLUE, "")?;
    draw("w2_to_wires", palette::ORANGE, "7 4")?;
    let right_angle = plot.place(100.0, 90.0);
    card.text((right_angle.0, right_angle.1 - 6.0), Anchor::End, palette::FAINT, "90°: unrelated");
    card.legend(
        (22.0, 28.0),
        &[
            ("W1's direction and the gradient", palette::BLUE, ""),
            ("W2 and the wires", palette::ORANGE, "7 4"),
        ],
    );
    Ok(card.finish())
}
