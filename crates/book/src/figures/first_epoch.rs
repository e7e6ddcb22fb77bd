//! The ten outputs after one epoch, averaged over the images of each digit.

use super::Figure;
use crate::svg::{Anchor, Card, grey_image, palette};
use crate::{Result, Tool};

pub(super) const FIGURE: Figure = Figure {
    name: "first-epoch",
    title: "Mean outputs by digit after one epoch: a diagonal for the mean of products, the same pale row for every digit for the product of means",
    draw,
};

fn draw(title: &str, tool: &Tool) -> Result<String> {
    const CELL: f64 = 18.5;
    let mut card = Card::new(title, 286.0);
    let panels = [("products", "mean of products", 46.0), ("means", "product of means", 280.0)];
    for (rule, name, left) in panels {
        let (top, side) = (60.0, 10.0 * CELL);
        let outputs = tool.results.numbers("first-epoch", &format!("{rule}.by_digit.*.*"))?;
        card.text((left + side / 2.0, 24.0), Anchor::Middle, palette::INK, name);
        card.text((left + side / 2.0, 41.0), Anchor::Middle, palette::FAINT, "output");
        grey_image(&mut card, (left, top), CELL, 10, &outputs);
        card.frame((left, top), (side, side), palette::GRID, 1.0);
        for digit in 0..10 {
            let middle = CELL * (f64::from(digit) + 0.5);
            card.text((left + middle, top - 5.0), Anchor::Middle, palette::INK, &digit.to_string());
            card.text((left - 6.0, top + middle + 4.5), Anchor::End, palette::INK, &digit.to_string());
        }
        let (low, high) = outputs.iter().fold((1.0f64, 0.0f64), |(low, high), &o| (low.min(o), high.max(o)));
        let range = format!("from {low:.2} to {high:.2}");
        card.text((left + side / 2.0, top + side + 20.0), Anchor::Middle, palette::FAINT, &range);
    }
    card.text((14.0, 41.0), Anchor::Start, palette::FAINT, "digit");
    Ok(card.finish())
}
