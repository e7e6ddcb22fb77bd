//! A plot: two axes on a part of a card.

use super::card::{Anchor, Card};
use super::palette::{FAINT, GRID, INK};
use super::scale::Scale;

/// A part of a card in which numbers have places.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plot {
    /// The left and the upper edge of what is drawn.
    pub at: (f64, f64),
    /// Its width and height.
    pub size: (f64, f64),
    /// Along the lower edge.
    pub x: Scale,
    /// Along the left edge, upwards.
    pub y: Scale,
}

impl Plot {
    /// Where a pair of numbers lies.
    pub fn place(&self, x: f64, y: f64) -> (f64, f64) {
        (self.at.0 + self.size.0 * self.x.share(x), self.at.1 + self.size.1 * (1.0 - self.y.share(y)))
    }

    /// Draws the axes: a number and its name for each mark, and what they count.
    pub fn axes(&self, card: &mut Card, x: (&str, &[(f64, &str)]), y: (&str, &[(f64, &str)])) {
        let (left, top) = self.at;
        let (right, bottom) = (left + self.size.0, top + self.size.1);
        for (number, name) in y.1 {
            let height = top + self.size.1 * (1.0 - self.y.share(*number));
            card.line(&[(left, height), (right, height)], GRID, 1.0);
            card.text((left - 6.0, height + 4.5), Anchor::End, INK, name);
        }
        card.line(&[(left, bottom), (right, bottom)], FAINT, 1.0);
        for (number, name) in x.1 {
            let along = left + self.size.0 * self.x.share(*number);
            card.line(&[(along, bottom), (along, bottom + 4.0)], FAINT, 1.0);
            card.text((along, bottom + 18.0), Anchor::Middle, INK, name);
        }
        card.text((left - 30.0, top - 10.0), Anchor::Start, FAINT, y.0);
        card.text((right, bottom + 35.0), Anchor::End, FAINT, x.0);
    }
}
