//! Chapter 0: test accuracy by epoch, a frame for each row, with the range of the seeds.

use super::Figure;
use super::range_of_seeds::{STAGES, curves};
use crate::svg::{Anchor, Band, Card, Curve, Plot, Scale, palette};
use crate::{Result, Tool};

pub(super) const FIGURE: Figure = Figure {
    name: "six-curves",
    title: "Test accuracy by epoch of six rows, with the range of ten seeds",
    draw,
};

fn draw(title: &str, tool: &Tool) -> Result<String> {
    let results = tool.results.get("practice")?;
    let mut card = Card::new(title, 352.0);
    let first = curves(&results, STAGES[0])?;
    for (index, name) in STAGES.into_iter().enumerate() {
        let (column, row) = (index % 3, index / 3);
        let plot = Plot {
            at: (46.0 + 144.0 * column as f64, 34.0 + 166.0 * row as f64),
            size: (118.0, 104.0),
            x: Scale::logarithmic(1.0, 100.0),
            y: Scale::linear(0.1, 1.0),
        };
        let y: Vec<(f64, &str)> = [(0.2, "20"), (0.4, "40"), (0.6, "60"), (0.8, "80"), (1.0, "100 %")]
            .map(|(share, name)| (share, if column == 0 { name.trim_end_matches(" %") } else { "" }))
            .to_vec();
        let below = if row == 1 { "epoch" } else { "" };
        plot.axes(&mut card, (below, &[(1.0, "1"), (10.0, "10"), (100.0, "100")]), ("", &y));
        let colour = palette::of_stage(name);
        card.text((plot.at.0, plot.at.1 - 9.0), Anchor::Start, colour, name);
        let [low, middle, high] = curves(&results, name)?;
        if index > 0 {
            Curve { points: &first[1], colour: palette::FAINT, dashes: "2 4" }.draw(&plot, &mut card);
        }
        Band { low: &low, high: &high, colour }.draw(&plot, &mut card);
        Curve { points: &middle, colour, dashes: "" }.draw(&plot, &mut card);
    }
    Ok(card.finish())
}
