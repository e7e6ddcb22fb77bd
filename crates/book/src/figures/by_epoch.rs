//! Curves of moments along trainings: epoch 0 has a place on the axis, and each curve its name at its end.

use crate::svg::palette::Colour;
use crate::svg::{Anchor, Card, Curve, Dots, Plot, Scale};

/// The axis of epochs: a logarithm of the epoch and one, so that epoch 0 is shown at 1, and epoch 1 at 2.
pub(super) fn axis() -> Scale {
    Scale::logarithmic(0.9, 110.0)
}

/// The usual ticks of that axis.
pub(super) const TICKS: [(f64, &str); 7] =
    [(1.0, "0"), (2.0, "1"), (4.0, "3"), (11.0, "10"), (21.0, "20"), (51.0, "50"), (101.0, "100")];

/// A curve through moments.
pub(super) struct Moments<'a> {
    /// Its name, and how far below the last point's height it stands.
    pub(super) name: (&'a str, f64),
    /// Its colour and dashes.
    pub(super) style: (Colour, &'a str),
    /// The radius of its dots.
    pub(super) radius: f64,
}

impl Moments<'_> {
    /// Draws values over their epochs.
    pub(super) fn draw(
        &self,
        epochs: &[f64],
        values: impl IntoIterator<Item = f64>,
        plot: &Plot,
        card: &mut Card,
    ) {
        let points: Vec<(f64, f64)> = epochs.iter().map(|epoch| epoch + 1.0).zip(values).collect();
        let (colour, dashes) = self.style;
        Curve { points: &points, colour, dashes }.draw(plot, card);
        Dots { points: &points, colour, radius: self.radius }.draw(plot, card);
        if let Some(&(x, y)) = points.last() {
            let (right, height) = plot.place(x, y);
            card.text((right + 12.0, height + self.name.1), Anchor::Start, colour, self.name.0);
        }
    }
}
