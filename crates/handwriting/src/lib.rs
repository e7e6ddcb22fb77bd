//! From an image of handwriting to the 28 x 28 pixels that networks read.
//!
//! An image passes through these rooms:
//!
//! | what happens | file |
//! |---|---|
//! | a file becomes coloured pixels (feature `files`) | `decode` |
//! | colours become the grey in which ink shows best | `colour` |
//! | dots of black and white become the grey that they stand for | `dots` |
//! | ink is told from paper, whatever the light | `paper`, `polarity` |
//! | surroundings, lines, boxes and dust are taken away | `clean`, `lines`, `boxes` |
//! | what is left is joined to digits, from left to right | `segment` |
//! | what is of no digit's shape can be told | `shape` |
//! | two digits that touch are told to be perhaps two | `touching` |
//! | each digit is brought to MNIST's size and place | [`normal_form`](mod@normal_form) |
//!
//! [`find_digits`] does all but the first two. Without the feature `files`, nothing here opens files or needs a decoder.

mod boxes;
mod clean;
mod colour;
#[cfg(feature = "files")]
pub mod decode;
mod dots;
mod grey;
mod lines;
mod morphology;
pub mod normal_form;
mod paper;
mod parts;
mod polarity;
mod segment;
mod shape;
mod touching;

pub use colour::Coloured;
pub use grey::Grey;
pub use normal_form::normal_form;
pub use paper::Ink;
pub use parts::Bounds;
pub use shape::pieces;

use digits_core::data::PIXELS;

/// The larger side of the image that digits are looked for in; larger ones are made smaller first.
const WORKING_SIDE: usize = 800;
/// How many times longer a strip may be: with a side of 200, it has as many pixels as a square.
const LONGER: usize = 4;

/// A digit that was found in an image, not yet read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundDigit {
    /// The digit in normal form: 28 x 28 levels, row by row, from 0, paper, to 255, ink.
    pub image: [u8; PIXELS],
    /// Where it stands, in pixels of the image that it was found in.
    pub bounds: Bounds,
    /// How many pixels its larger side has: fewer than its bounds where the image was enlarged, each pixel to a block.
    pub pixels: usize,
    /// The two digits that it is, if it is two that touch: what a cut at its thinnest place gives, left and right.
    pub halves: Option<Box<[FoundDigit; 2]>>,
}

/// Finds the digits of an image, line by line from left to right; none on a blank sheet, or in noise.
pub fn find_digits(image: &Grey) -> Vec<FoundDigit> {
    if !image.is_valid() {
        return Vec::new();
    }
    let size = Size { width: image.width, height: image.height, block: image.block() };
    let grey = dots::as_grey(image);
    let image = grey.as_ref().unwrap_or(image);
    let small = image.as_it_was().unwrap_or_else(|| image.shrunk_to(working_side(image)));
    let Some(ink) = Ink::of(&small) else {
        return Vec::new();
    };
    let parts = clean::clean(&ink);
    let digits = segment::digits(parts, ink.width);
    digits.iter().filter_map(|digit| found(digit, &ink, size)).collect()
}

/// The larger side that an image is made smaller to.
fn working_side(image: &Grey) -> usize {
    (WORKING_SIDE * image.side() / image.extent()).min(LONGER * WORKING_SIDE)
}

/// The pixels of an image, and of the blocks that its own pixels were made.
#[derive(Clone, Copy)]
struct Size {
    width: usize,
    height: usize,
    block: usize,
}

/// A digit in normal form, with the halves that it may be, in an image of this size.
fn found(digit: &parts::Part, ink: &Ink, size: Size) -> Option<FoundDigit> {
    let image = normal_form(&digit.ink(ink))?;
    let halves = touching::halves(digit, ink.width)
        .and_then(|[left, right]| Some(Box::new([found(&left, ink, size)?, found(&right, ink, size)?])));
    let bounds = digit.bounds.scaled((ink.width, ink.height), (size.width, size.height));
    Some(FoundDigit { image, bounds, pixels: bounds.side() / size.block, halves })
}

#[cfg(test)]
mod tests {
    use super::*;
    use digits_core::random::{Purpose, below, generator};

    /// Protects the doubt about digits of few pixels, which enlarging gives no more.
    #[test]
    fn an_enlarged_digit_has_no_more_pixels_than_before() {
        let is_ring = |(x, y): (usize, usize)| {
            let inside = 1..7;
            inside.contains(&x) && inside.contains(&y) && (x == 1 || x == 6 || y == 1 || y == 6)
        };
        for (times, margin) in [(20, 0), (20, 33), (9, 0), (9, 40)] {
            let side = 8 * times + 2 * margin;
            let level = |at: usize| {
                let place = |at: usize| at.checked_sub(margin).map(|at| at / times).filter(|at| *at < 8);
                if place(at % side).zip(place(at / side)).is_some_and(is_ring) { 20 } else { 250 }
            };
            let image = Grey { width: side, height: side, levels: (0..side * side).map(level).collect() };
            let found = find_digits(&image);
            assert!(!found.is_empty(), "{times}, {margin}");
            assert!(found.iter().all(|digit| digit.pixels <= 7), "{times}, {margin}: {found:?}");
            assert!(found.iter().all(|digit| digit.bounds.side() > 4 * times));
        }
    }

    #[test]
    fn no_image_is_too_small_or_too_strange() {
        let mut rng = generator(1, Purpose::Test, 0);
        for _ in 0..2000 {
            let (width, height) = (1 + below(&mut rng, 70), 1 + below(&mut rng, 70));
            let shades = 1 + below(&mut rng, 255);
            let block = 1 + below(&mut rng, 9);
            let colours: Vec<u8> = (0..71 * 71).map(|_| below(&mut rng, shades) as u8).collect();
            let level = |at: usize| colours[(at / width / block) * 71 + at % width / block];
            let image = Grey { width, height, levels: (0..width * height).map(level).collect() };
            for digit in find_digits(&image) {
                assert!(digit.bounds.right() <= width && digit.bounds.bottom() <= height);
            }
        }
        assert!(find_digits(&Grey { width: 3, height: 3, levels: vec![0; 8] }).is_empty());
        assert!(find_digits(&Grey { width: 0, height: 3, levels: vec![] }).is_empty());
    }
}
