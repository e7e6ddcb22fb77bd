//! Digits that touch: where a part of the ink could be cut into two.
//!
//! The shape of a part does not say how many digits it is: of MNIST's single digits the widest is twice as wide as high, and
//! a 4 can be cut at its thin bar. So a cut is only proposed here; who knows the network asks it about the whole and about
//! the halves.

use crate::parts::{Bounds, Part};

/// The least width that two digits have together, as a share of their height.
const WIDTH: f64 = 1.0;
/// A cut goes through no more ink than this, in breadths of the part's strokes.
const THROUGH: f64 = 1.5;
/// The least height of each half, as a share of the whole, and the least share of its ink.
const HALF: (f64, f64) = (0.5, 0.15);
/// Each half has at least this share of the width.
const MARGIN: usize = 5;
/// What a pixel of ink costs on the way of a cut, straight down and aslant; a step aside costs 1.
const INK: [u32; 2] = [100, 141];

/// The two digits that a part may be, left and right, with the least ink between them.
pub(crate) fn halves(part: &Part, width: usize) -> Option<[Part; 2]> {
    let Bounds { left, top, width: w, height: h } = part.bounds;
    if w < 2 * MARGIN || h < 2 * MARGIN || (w as f64) < WIDTH * h as f64 {
        return None;
    }
    let mask = part.mask(width);
    let (way, through) = way(&mask, w);
    if through > THROUGH * part.breadth(width) {
        return None;
    }
    let is_left = |at: &usize| at % width - left < way[at / width - top];
    let (before, after): (Vec<usize>, Vec<usize>) = part.pixels.iter().partition(|at| is_left(at));
    let halves = [before, after].map(|pixels| Part::new(pixels, width));
    let could_be_one = |half: &Part| {
        half.bounds.height as f64 >= HALF.0 * h as f64
            && half.pixels.len() as f64 >= HALF.1 * part.pixels.len() as f64
    };
    halves.iter().all(could_be_one).then_some(halves)
}

/// The way from the top of a mask to its bottom that goes through the least ink: the column at each row, and how much ink.
fn way(mask: &[bool], width: usize) -> (Vec<usize>, f64) {
    let columns = width / MARGIN..width - width / MARGIN;
    let (first, count) = (columns.start, columns.len());
    // What the best way to each pixel of a row costs, and from which column of the row above it comes.
    let mut costs = vec![0; count];
    let mut from: Vec<Vec<usize>> = Vec::with_capacity(mask.len() / width);
    for row in mask.chunks_exact(width) {
        let best = |x: usize| {
            let cost = |before: usize| {
                let aside = before.abs_diff(x);
                costs[before] + aside as u32 + u32::from(row[first + x]) * INK[aside]
            };
            let near = x.saturating_sub(1)..(x + 2).min(count);
            near.map(|before| (cost(before), before)).min().unwrap_or((0, x))
        };
        let (next, before) = (0..count).map(best).unzip();
        costs = next;
        from.push(before);
    }
    let mut x = (0..count).min_by_key(|x| costs[*x]).unwrap_or(0);
    let through = f64::from(costs[x]) / f64::from(INK[0]);
    let mut way: Vec<usize> = Vec::with_capacity(from.len());
    for before in from.iter().rev() {
        way.push(first + x);
        x = before[x];
    }
    way.reverse();
    (way, through)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIDE: usize = 120;

    /// The widths of the halves of a drawing.
    fn widths(inked: impl Fn(f64, f64) -> bool) -> Option<[usize; 2]> {
        let pixels = (0..SIDE * SIDE).filter(|at| inked((at % SIDE) as f64, (at / SIDE) as f64)).collect();
        Some(halves(&Part::new(pixels, SIDE), SIDE)?.map(|half| half.bounds.width))
    }

    /// A ring with strokes eight pixels broad.
    fn ring(x: f64, y: f64, middle: f64, wide: f64) -> bool {
        (20.0..28.0).contains(&((x - middle) / wide).hypot(y - 60.0))
    }

    #[test]
    fn two_rings_that_touch_are_cut_where_they_touch() {
        let [left, right] = widths(|x, y| ring(x, y, 30.0, 1.0) || ring(x, y, 85.5, 1.0)).expect("two");
        assert!(left.abs_diff(56) < 4 && right.abs_diff(56) < 4, "{left} {right}");
    }

    #[test]
    fn one_digit_is_not_cut() {
        assert_eq!(widths(|x, y| ring(x, y, 60.0, 0.9)), None, "higher than wide");
        // A wide 0: every cut goes through two strokes. A bar: what is cut off is no digit.
        assert_eq!(widths(|x, y| ring(x, y, 60.0, 1.3)), None);
        assert_eq!(widths(|x, y| (50.0..60.0).contains(&y) && x < 100.0 || x < 10.0 && y < 60.0), None);
    }
}
