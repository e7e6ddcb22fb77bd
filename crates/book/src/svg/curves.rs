//! What is drawn in a plot.

use super::card::Card;
use super::palette::Colour;
use super::plot::Plot;

/// A line through points.
#[derive(Debug, Clone, Copy)]
pub struct Curve<'a> {
    /// The points, from left to right.
    pub points: &'a [(f64, f64)],
    /// Its colour.
    pub colour: Colour,
    /// Its dashes, as in `4 3`; none for a line without gaps.
    pub dashes: &'a str,
}

impl Curve<'_> {
    /// Draws it; what lies outside of the axes is drawn on their edge.
    pub fn draw(&self, plot: &Plot, card: &mut Card) {
        card.dashed(&places(self.points, plot), self.colour, 2.5, self.dashes);
    }
}

/// A surface between two lines: a spread.
#[derive(Debug, Clone, Copy)]
pub struct Band<'a> {
    /// The lower line, from left to right.
    pub low: &'a [(f64, f64)],
    /// The upper line, from left to right.
    pub high: &'a [(f64, f64)],
    /// Its colour.
    pub colour: Colour,
}

impl Band<'_> {
    /// Draws it.
    pub fn draw(&self, plot: &Plot, card: &mut Card) {
        let mut points = places(self.high, plot);
        points.extend(places(self.low, plot).into_iter().rev());
        card.area(&points, self.colour, 0.25);
    }
}

/// Points for themselves.
#[derive(Debug, Clone, Copy)]
pub struct Dots<'a> {
    /// The points.
    pub points: &'a [(f64, f64)],
    /// Their colour.
    pub colour: Colour,
    /// Their radius.
    pub radius: f64,
}

impl Dots<'_> {
    /// Draws them.
    pub fn draw(&self, plot: &Plot, card: &mut Card) {
        places(self.points, plot).into_iter().for_each(|at| card.disc(at, self.radius, self.colour, 0.85));
    }
}

fn places(points: &[(f64, f64)], plot: &Plot) -> Vec<(f64, f64)> {
    points.iter().map(|&(x, y)| plot.place(plot.x.clamp(x), plot.y.clamp(y))).collect()
}
