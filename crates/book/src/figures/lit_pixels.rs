//! A digit by its lit pixels, and the columns of W1 that it touches.

use super::Figure;
use crate::svg::{Anchor, Card, grey_image, palette};
use crate::{Result, Tool};
use digits_core::data::{PIXELS, SIDE, Split, practice};

pub(super) const FIGURE: Figure = Figure {
    name: "lit-pixels",
    title: "A practice digit with a frame around its lit pixels, and the 784 columns of W1, of which only those of lit pixels are coloured",
    draw,
};

/// The size of a pixel.
const SCALE: f64 = 8.0;
/// Where the columns begin, how wide each is, and how high the strip is.
const STRIP: (f64, f64) = (24.0, 318.0);
const COLUMN: f64 = 432.0 / PIXELS as f64;
const HEIGHT: f64 = 64.0;

fn draw(title: &str, _: &Tool) -> Result<String> {
    let examples = practice::examples(practice::SEED, Split::Train, 1);
    let levels: Vec<f64> = examples.image(0).iter().map(|&level| f64::from(level) / 255.0).collect();
    let lit = levels.iter().filter(|level| **level > 0.0).count();
    let mut card = Card::new(title, 442.0);
    let side = SCALE * SIDE as f64;
    let at = (24.0, 24.0);
    grey_image(&mut card, at, SCALE, SIDE, &levels);
    for (pixel, _) in levels.iter().enumerate().filter(|(_, level)| **level > 0.0) {
        let corner = (at.0 + SCALE * (pixel % SIDE) as f64, at.1 + SCALE * (pixel / SIDE) as f64);
        card.frame(corner, (SCALE, SCALE), palette::ORANGE, 0.8);
    }
    card.frame(at, (side, side), palette::GRID, 1.0);
    let right = at.0 + side + 20.0;
    let lines = [
        "784 pixels,".to_owned(),
        format!("{lit} of them lit:"),
        format!("{:.0} % are zero", 100.0 * (PIXELS - lit) as f64 / PIXELS as f64),
    ];
    for (line, text) in lines.iter().enumerate() {
        card.text((right, at.1 + 90.0 + 20.0 * line as f64), Anchor::Start, palette::INK, text);
    }
    card.text(
        (STRIP.0, STRIP.1 - 28.0),
        Anchor::Start,
        palette::INK,
        "W1, a column for each pixel, 128 numbers each:",
    );
    card.text(
        (STRIP.0, STRIP.1 - 9.0),
        Anchor::Start,
        palette::FAINT,
        "what one update reads and writes is coloured",
    );
    for pixel in (0..PIXELS).filter(|pixel| levels[*pixel] > 0.0) {
        card.rectangle((STRIP.0 + COLUMN * pixel as f64, STRIP.1), (COLUMN, HEIGHT), palette::ORANGE, 1.0);
    }
    let width = COLUMN * PIXELS as f64;
    card.frame(STRIP, (width, HEIGHT), palette::FAINT, 1.0);
    card.text((STRIP.0, STRIP.1 + HEIGHT + 20.0), Anchor::Start, palette::FAINT, "pixel 0");
    card.text((STRIP.0 + width, STRIP.1 + HEIGHT + 20.0), Anchor::End, palette::FAINT, "pixel 783");
    Ok(card.finish())
}
