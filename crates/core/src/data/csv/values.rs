//! What the numbers of a CSV file mean: grey levels, or ink from 0 to 1, decided by all of them.

use super::layout::{Column, Doubt};
use crate::data::CLASSES;

/// A finite number, however it is written.
pub(super) fn number(text: &[u8]) -> Option<f64> {
    // Nearly all fields are short whole numbers.
    if let [digit @ b'0'..=b'9'] = text {
        return Some(f64::from(digit - b'0'));
    }
    str::from_utf8(text).ok()?.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Whether a number is a digit.
pub(super) fn is_label(number: f64) -> bool {
    number.fract() == 0.0 && (0.0..CLASSES as f64).contains(&number)
}

/// How grey levels are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scale {
    /// As whole numbers, 0 to 255.
    Levels,
    /// As numbers 0 to 255, some of them with a fraction.
    Fractions,
    /// As numbers 0 to 1.
    Unit,
}

impl Scale {
    /// Decides by the least and the largest number of all columns of pixels, and by whether all are whole.
    pub(super) fn decide<'a>(pixels: impl Iterator<Item = &'a Column>) -> Result<Self, Doubt> {
        let (mut least, mut most, mut whole) = (f64::INFINITY, f64::NEG_INFINITY, true);
        for column in pixels {
            least = least.min(column.least);
            most = most.max(column.most);
            whole &= column.whole;
        }
        match (whole, least < 0.0, most) {
            (false, true, _) => Err(Doubt {
                expected: "grey levels 0 to 255, or 0 to 1".to_owned(),
                found: format!("numbers from {least} to {most}"),
                advice: if least >= -1.0 && most <= 1.0 {
                    "They seem to be scaled to -1 to 1: write the grey levels, 255 * (x + 1) / 2.".to_owned()
                } else {
                    "They seem to be standardised: write the grey levels as they were before, with \
                     x * deviation + mean."
                        .to_owned()
                },
            }),
            (true, ..) => Ok(Scale::Levels),
            (false, false, ..=1.0) => Ok(Scale::Unit),
            (false, false, _) => Ok(Scale::Fractions),
        }
    }

    /// The grey level that a number stands for.
    pub(super) fn level(self, number: f64) -> Option<u8> {
        let (level, good) = match self {
            Scale::Levels => (number, number.fract() == 0.0),
            Scale::Fractions => (number.round(), true),
            Scale::Unit => ((255.0 * number).round(), true),
        };
        (good && (0.0..=255.0).contains(&level)).then_some(level as u8)
    }

    /// What [`Scale::level`] takes, as a message says it.
    pub(super) fn expected(self) -> &'static str {
        match self {
            Scale::Levels | Scale::Fractions => "a grey level 0 to 255",
            Scale::Unit => "ink from 0 to 1",
        }
    }

    /// The sentence for what is converted.
    pub(super) fn note(self) -> Option<String> {
        match self {
            Scale::Levels => None,
            Scale::Fractions => Some("grey levels with a fraction were rounded".to_owned()),
            Scale::Unit => Some("ink is written from 0 to 1, and was multiplied by 255".to_owned()),
        }
    }
}
