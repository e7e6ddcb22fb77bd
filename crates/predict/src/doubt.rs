//! Answers that may be wrong: digits that touch, and what is no digit.
//!
//! A network has ten outputs, and none for what is no digit: shown anything, it names one of ten. The measurements behind the
//! numbers stand in `docs/handwriting.md`.

use crate::model::Model;
use digits_core::data::PIXELS;
use handwriting::{FoundDigit, pieces};

/// Below this output for the whole, and above [`HALVES`] for each half, what may be two digits is read as two.
const WHOLE: f32 = 0.8;
/// See [`WHOLE`].
const HALVES: f32 = 0.95;
/// What is wider than high is doubted below this output.
const WIDE: f32 = 0.95;
/// Everything is doubted below this output.
const LEAST: f32 = 0.6;
/// Of MNIST, 997 digits of 1,000 have no more pieces of ink and enclosed paper.
const MOST_PIECES: usize = 4;
/// The share of ink that 999 of 1,000 digits of MNIST stay below.
const MOST_INK: f64 = 0.3;
/// A digit of fewer pixels is hard to tell from a speck.
const SMALLEST: usize = 10;

/// What the model makes of each digit; two that touch are two.
pub(crate) fn read_all(digits: Vec<FoundDigit>, model: &Model) -> Vec<(FoundDigit, Vec<f32>)> {
    let images: Vec<_> = digits.iter().map(|digit| digit.image).collect();
    let outputs = model.outputs(&images);
    digits.into_iter().zip(outputs).flat_map(|(digit, outputs)| halved(digit, outputs, model)).collect()
}

/// A digit, or the two or more that it is, if the model is sure of them and not of the whole.
fn halved(mut digit: FoundDigit, outputs: Vec<f32>, model: &Model) -> Vec<(FoundDigit, Vec<f32>)> {
    if let Some(halves) = digit.halves.take().filter(|_| largest(&outputs) < WHOLE) {
        let read = read_all((*halves).into(), model);
        if read.iter().all(|(_, outputs)| largest(outputs) > HALVES) {
            return read;
        }
    }
    vec![(digit, outputs)]
}

/// What may be wrong with an answer, in words.
pub(crate) fn doubt(digit: &FoundDigit, outputs: &[f32]) -> Option<&'static str> {
    let sure = largest(outputs);
    let ink =
        digit.image.iter().map(|level| usize::from(*level)).sum::<usize>() as f64 / (255 * PIXELS) as f64;
    if ink > MOST_INK || pieces(&digit.image) > MOST_PIECES {
        return Some("in doubt: it has the shape of no digit");
    }
    if digit.pixels < SMALLEST {
        return Some("in doubt: it has very few pixels");
    }
    if digit.bounds.width > digit.bounds.height && sure < WIDE {
        return Some("in doubt: it is wide, and may be several digits that touch");
    }
    (sure < LEAST).then_some("in doubt: no digit is likely; it may be none")
}

/// The largest output.
fn largest(outputs: &[f32]) -> f32 {
    outputs.iter().copied().fold(0.0, f32::max)
}
