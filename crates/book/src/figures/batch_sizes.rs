//! Accuracy against batch size, for the mean of products and the product of means.

use super::Figure;
use super::numbers::spread;
use crate::svg::{Anchor, Card, Curve, Dots, Plot, Scale, palette};
use crate::{Result, Tool};

pub(super) const FIGURE: Figure = Figure {
    name: "batch-sizes",
    title: "Test accuracy against the batch size: the mean of products sinks slowly, the product of means falls to guessing",
    draw,
};

fn draw(title: &str, tool: &Tool) -> Result<String> {
    let mut card = Card::new(title, 310.0);
    let plot = Plot {
        at: (52.0, 40.0),
        size: (408.0, 215.0),
        x: Scale::logarithmic(0.8, 1250.0),
        y: Scale::linear(0.0, 100.0),
    };
    let marks = [
        (1.0, "1"),
        (2.0, "2"),
        (5.0, "5"),
        (10.0, "10"),
        (20.0, "20"),
        (50.0, "50"),
        (100.0, "100"),
        (1000.0, "1000"),
    ];
    let y = [(0.0, "0"), (20.0, "20"), (40.0, "40"), (60.0, "60"), (80.0, "80"), (100.0, "100")];
    plot.axes(&mut card, ("batch size B", &marks), ("test accuracy, per cent", &y));
    let rules = [
        ("stochastic", "", "mean of products (stage 1)", (14.0, 93.0)),
        ("no-bias", "7 4", "product of means (stage 3)", (1.0, 40.0)),
    ];
    for (stage, dashes, name, label) in rules {
        let colour = palette::of_stage(stage);
        let mut points = Vec::new();
        for (size, words) in marks {
            let path = format!("stages.{stage}.cells.{words}.test_accuracies.*");
            let (mean, deviation) = spread(&tool.results.numbers("batch-sizes", &path)?);
            let (mean, deviation) = (100.0 * mean, 100.0 * deviation);
            card.line(&[plot.place(size, mean - deviation), plot.place(size, mean + deviation)], colour, 1.5);
            points.push((size, mean));
        }
        Curve { points: &points, colour, dashes }.draw(&plot, &mut card);
        Dots { points: &points, colour, radius: 3.5 }.draw(&plot, &mut card);
        card.text(plot.place(label.0, label.1), Anchor::Start, colour, name);
    }
    Ok(card.finish())
}
