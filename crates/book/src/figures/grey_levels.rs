//! Chapter 1: a square of pixels as numbers, and where it lies in its image.

use super::Figure;
use crate::svg::{Anchor, Card, grey_image, palette};
use crate::{Result, Tool};
use digits_core::data::{SIDE, Split, practice};

pub(super) const FIGURE: Figure = Figure {
    name: "grey-levels",
    title: "A square of nine by nine pixels with their grey levels as numbers",
    draw,
};

/// How many pixels the square has on each side.
const SQUARE: usize = 9;
/// Its upper left pixel: column and row.
const CORNER: (usize, usize) = (13, 11);

fn draw(title: &str, _: &Tool) -> Result<String> {
    let (image, _) = practice::image(practice::SEED, Split::Train, 0);
    let mut card = Card::new(title, 320.0);
    // The whole image, with the square framed.
    let (at, scale) = ((14.0, 14.0), 4.5);
    let levels: Vec<f64> = image.iter().map(|level| f64::from(*level) / 255.0).collect();
    let side = scale * SIDE as f64;
    card.frame(at, (side, side), palette::GRID, 1.0);
    grey_image(&mut card, at, scale, SIDE, &levels);
    let corner = (at.0 + scale * CORNER.0 as f64, at.1 + scale * CORNER.1 as f64);
    let framed = scale * SQUARE as f64;
    card.frame(corner, (framed, framed), palette::ORANGE, 2.0);
    card.text((at.0, at.1 + side + 20.0), Anchor::Start, palette::FAINT, "28 x 28 pixels;");
    card.text((at.0, at.1 + side + 37.0), Anchor::Start, palette::FAINT, "framed: the");
    card.text((at.0, at.1 + side + 54.0), Anchor::Start, palette::FAINT, "square of 9 x 9");
    // The square: a cell a pixel, as dark as the pixel in part, so that its number is read.
    let (left, top, cell) = (154.0, 14.0, 32.4);
    for row in 0..SQUARE {
        for column in 0..SQUARE {
            let level = image[(CORNER.1 + row) * SIDE + CORNER.0 + column];
            let at = (left + cell * column as f64, top + cell * row as f64);
            card.rectangle(at, (cell - 1.0, cell - 1.0), palette::BLUE, 0.32 * f64::from(level) / 255.0);
            let middle = (at.0 + cell / 2.0 - 0.5, at.1 + cell / 2.0 + 4.5);
            card.text(middle, Anchor::Middle, palette::INK, &level.to_string());
        }
    }
    card.frame((left - 1.0, top - 1.0), (cell * 9.0 + 1.0, cell * 9.0 + 1.0), palette::ORANGE, 2.0);
    Ok(card.finish())
}
