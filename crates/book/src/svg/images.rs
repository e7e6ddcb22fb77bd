//! Images of grey levels, and heat maps of signed numbers, in a few paths instead of hundreds of squares.

use super::card::Card;
use super::palette::{BLUE, Colour, INK, ORANGE};
use std::fmt::Write;

/// The levels that are told apart.
const LEVELS: usize = 16;

/// What an image is drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ink {
    /// The colour.
    pub colour: Colour,
}

/// Draws an image of grey levels, 0 (paper) to 1 (ink), `side` pixels wide, row by row; each pixel has `scale` units.
pub fn grey_image(card: &mut Card, at: (f64, f64), scale: f64, side: usize, levels: &[f64]) {
    levelled(card, at, scale, side, levels, Ink { colour: INK });
}

/// Draws signed numbers in the colours of the page's weights: orange above 0, blue below, full where `most` is reached.
pub fn signed_image(card: &mut Card, at: (f64, f64), scale: f64, side: usize, numbers: &[f64], most: f64) {
    for (sign, colour) in [(1.0, ORANGE), (-1.0, BLUE)] {
        let levels: Vec<f64> = numbers.iter().map(|number| (sign * number / most).clamp(0.0, 1.0)).collect();
        levelled(card, at, scale, side, &levels, Ink { colour });
    }
}

/// Draws the pixels of a level by one path.
fn levelled(card: &mut Card, at: (f64, f64), scale: f64, side: usize, levels: &[f64], ink: Ink) {
    let level = |share: f64| (share * LEVELS as f64).round() as usize;
    for wanted in 1..=LEVELS {
        let path = runs(side, &|index| level(levels[index]) == wanted, levels.len());
        if !path.is_empty() {
            card.path(at, scale, &path, ink.colour, wanted as f64 / LEVELS as f64);
        }
    }
}

/// A path around every run of wanted pixels in a row.
fn runs(side: usize, wanted: &dyn Fn(usize) -> bool, len: usize) -> String {
    let mut path = String::new();
    for row in 0..len / side {
        let mut column = 0;
        while column < side {
            let run = (column..side).take_while(|column| wanted(row * side + column)).count();
            if run > 0 {
                let _ = write!(path, "M{column} {row}h{run}v1h-{run}z");
            }
            column += run.max(1);
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_a_level_are_one_rectangle() {
        let pixels = [false, true, true, true, false, true];
        assert_eq!(runs(3, &|index| pixels[index], 6), "M1 0h2v1h-2zM0 1h1v1h-1zM2 1h1v1h-1z");
    }
}
