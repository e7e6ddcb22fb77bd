//! The mean image of each digit.

use super::Figure;
use crate::svg::{Anchor, Card, grey_image, palette};
use crate::{Result, Tool};
use digits_core::data::{CLASSES, PIXELS, SIDE, Split, practice};

pub(super) const FIGURE: Figure = Figure {
    name: "mean-images",
    title: "The mean image of each digit, 0 to 9, of 1,000 practice digits",
    draw,
};

/// The images that are averaged: those that a training sees unless told otherwise.
const IMAGES: usize = 1_000;

fn draw(title: &str, _: &Tool) -> Result<String> {
    let examples = practice::examples(practice::SEED, Split::Train, IMAGES);
    let mut sums = vec![[0.0; PIXELS]; CLASSES];
    let mut counts = [0.0; CLASSES];
    for (index, &label) in examples.labels().iter().enumerate() {
        let digit = usize::from(label);
        counts[digit] += 1.0;
        for (sum, &level) in sums[digit].iter_mut().zip(examples.image(index)) {
            *sum += f64::from(level) / 255.0;
        }
    }
    let (across, step, scale) = (5, 92.0, 3.0);
    let mut card = Card::new(title, 232.0);
    for (digit, sum) in sums.iter().enumerate() {
        let at = (14.0 + step * (digit % across) as f64, 10.0 + 111.0 * (digit / across) as f64);
        let mean: Vec<f64> = sum.iter().map(|sum| sum / counts[digit]).collect();
        let side = scale * SIDE as f64;
        card.frame(at, (side, side), palette::GRID, 1.0);
        grey_image(&mut card, at, scale, SIDE, &mean);
        card.text((at.0 + side / 2.0, at.1 + side + 16.0), Anchor::Middle, palette::INK, &digit.to_string());
    }
    Ok(card.finish())
}
