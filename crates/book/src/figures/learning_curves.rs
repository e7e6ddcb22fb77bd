//! Test accuracy by epoch of all stages, with the band of their seeds.

use super::Figure;
use super::range_of_seeds::{STAGES, curves};
use crate::svg::{Anchor, Band, Card, Curve, Plot, Scale, palette};
use crate::{Result, Tool};

pub(super) const FIGURE: Figure = Figure {
    name: "learning-curves",
    title: "Test accuracy by epoch of all six stages on MNIST, each in a field of its own: the mean of ten seeds, and a band from the worst to the best",
    draw,
};

fn draw(title: &str, tool: &Tool) -> Result<String> {
    let results = tool.results.get("mnist")?;
    let mut card = Card::new(title, 596.0);
    for (index, stage) in STAGES.into_iter().enumerate() {
        let (column, row) = (index % 2, index / 2);
        let plot = Plot {
            at: (56.0 + 224.0 * column as f64, 44.0 + 188.0 * row as f64),
            size: (180.0, 116.0),
            x: Scale::logarithmic(1.0, 100.0),
            y: Scale::linear(0.0, 100.0),
        };
        let x = [(1.0, "1"), (10.0, "10"), (100.0, "100")];
        let y = [(0.0, "0"), (50.0, "50"), (100.0, "100 %")];
        let y = if column == 0 { y } else { [(0.0, ""), (50.0, ""), (100.0, "")] };
        plot.axes(&mut card, (if row == 2 { "epochs" } else { "" }, &x), ("", &y));
        let colour = palette::of_stage(stage);
        card.text((plot.at.0 + 4.0, plot.at.1 - 10.0), Anchor::Start, colour, stage);
        let per_cent =
            |curve: Vec<(f64, f64)>| curve.into_iter().map(|(epoch, share)| (epoch, 100.0 * share)).collect();
        let [low, mean, high]: [Vec<_>; 3] = curves(&results, stage)?.map(per_cent);
        Band { low: &low, high: &high, colour }.draw(&plot, &mut card);
        Curve { points: &mean, colour, dashes: "" }.draw(&plot, &mut card);
        if let Some((_, last)) = mean.last() {
            let at = (plot.at.0 + plot.size.0 - 4.0, plot.at.1 + 0.72 * plot.size.1);
            card.text(at, Anchor::End, palette::INK, &format!("{last:.1} %"));
        }
    }
    Ok(card.finish())
}
