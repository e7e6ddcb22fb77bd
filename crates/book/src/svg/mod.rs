//! Figures as SVG: a card with its own ground, that turns with light and dark, and what stands on it.
//!
//! A card is [`WIDTH`] units wide. A phone shows it at three quarters, a page at one and a half, so text has at least [`TEXT`] units.
//! Colours go by the names of [`palette`]; they are told apart by colour-blind eyes, and lines that cross are told apart by their
//! dashes, too.

mod card;
mod curves;
mod images;
pub mod palette;
mod plot;
mod scale;

pub use card::{Anchor, Card, TEXT, WIDTH, escape};
pub use curves::{Band, Curve, Dots};
pub use images::{Ink, grey_image, signed_image};
pub use plot::Plot;
pub use scale::Scale;
