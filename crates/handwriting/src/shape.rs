//! Whether an image in normal form has the shape of a digit at all.

use crate::parts::parts;
use digits_core::data::{PIXELS, SIDE};

/// How many pieces of ink, and of paper that ink encloses, an image has: 3 for an 8, and 4 or fewer for 997 of 1,000 digits
/// of MNIST.
pub fn pieces(image: &[u8; PIXELS]) -> usize {
    let ink = image.map(|level| level > 127);
    let paper = ink.map(|inked| !inked);
    let enclosed = parts(&paper, SIDE).into_iter().filter(|part| {
        let (left, top) = (part.bounds.left, part.bounds.top);
        left > 0 && top > 0 && part.bounds.right() < SIDE && part.bounds.bottom() < SIDE
    });
    parts(&ink, SIDE).len() + enclosed.count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_eight_has_three_pieces_and_noise_has_many() {
        let ring = |x: usize, y: usize, middle: usize| {
            let far = (x.abs_diff(14)).pow(2) + (y.abs_diff(middle)).pow(2);
            (9..26).contains(&far)
        };
        let eight = std::array::from_fn(|at| {
            let (x, y) = (at % SIDE, at / SIDE);
            if ring(x, y, 9) || ring(x, y, 18) { 255 } else { 0 }
        });
        assert_eq!(pieces(&eight), 3);
        assert_eq!(pieces(&[0; PIXELS]), 0);
        let apart = |place: usize| place.is_multiple_of(3);
        let dots = std::array::from_fn(|at| if apart(at % SIDE) && apart(at / SIDE) { 255 } else { 0 });
        assert!(pieces(&dots) > 50);
    }
}
