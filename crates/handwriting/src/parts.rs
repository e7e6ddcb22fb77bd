//! Connected parts of ink: strokes that touch are one part.

use crate::paper::{Ink, STROKE};

/// A rectangle of pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The first column.
    pub left: usize,
    /// The first row.
    pub top: usize,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

impl Bounds {
    /// The first column to the right.
    pub(crate) fn right(&self) -> usize {
        self.left + self.width
    }

    /// The first row below.
    pub(crate) fn bottom(&self) -> usize {
        self.top + self.height
    }

    /// The larger of width and height.
    pub(crate) fn side(&self) -> usize {
        self.width.max(self.height)
    }

    /// The smallest rectangle around both.
    pub(crate) fn joined(&self, other: &Bounds) -> Bounds {
        let (left, top) = (self.left.min(other.left), self.top.min(other.top));
        let (right, bottom) = (self.right().max(other.right()), self.bottom().max(other.bottom()));
        Bounds { left, top, width: right - left, height: bottom - top }
    }

    /// The same rectangle in an image of another size, `(width, height)` each.
    pub(crate) fn scaled(&self, from: (usize, usize), to: (usize, usize)) -> Bounds {
        let (left, right) = (self.left * to.0 / from.0, (self.right() * to.0).div_ceil(from.0));
        let (top, bottom) = (self.top * to.1 / from.1, (self.bottom() * to.1).div_ceil(from.1));
        Bounds { left, top, width: right - left, height: bottom - top }
    }

    /// Whether the other rectangle lies inside.
    pub(crate) fn holds(&self, other: &Bounds) -> bool {
        self.joined(other) == *self
    }
}

/// Pixels that touch, by a side or a corner.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) bounds: Bounds,
    /// Their places in the image, in no order.
    pub(crate) pixels: Vec<usize>,
}

impl Part {
    /// Pixels, and the bounds around them.
    pub(crate) fn new(pixels: Vec<usize>, width: usize) -> Self {
        let (mut left, mut top, mut right, mut bottom) = (usize::MAX, usize::MAX, 0, 0);
        for at in &pixels {
            let (x, y) = (at % width, at / width);
            (left, top, right, bottom) = (left.min(x), top.min(y), right.max(x + 1), bottom.max(y + 1));
        }
        let bounds = match pixels.is_empty() {
            true => Bounds { left: 0, top: 0, width: 0, height: 0 },
            false => Bounds { left, top, width: right - left, height: bottom - top },
        };
        Part { bounds, pixels }
    }

    /// The mean breadth of its strokes, in pixels: a stroke of length l and breadth b has an area of l b and an outline of
    /// about 2 l.
    pub(crate) fn breadth(&self, width: usize) -> f64 {
        let inside = self.mask(width);
        let w = self.bounds.width;
        let inked = |x: usize, y: usize| y * w + x < inside.len() && x < w && inside[y * w + x];
        let sides = |at: usize| {
            let (x, y) = (at % w, at / w);
            let near = [(x.wrapping_sub(1), y), (x + 1, y), (x, y.wrapping_sub(1)), (x, y + 1)];
            near.into_iter().filter(|&(x, y)| x >= w || y >= self.bounds.height || !inked(x, y)).count()
        };
        let outline: usize = (0..inside.len()).filter(|at| inside[*at]).map(sides).sum();
        // Sides see a slanted outline longer than it is, on average by 4 / pi.
        2.0 * self.pixels.len() as f64 / (outline as f64 * std::f64::consts::FRAC_PI_4).max(1.0)
    }

    /// How many pixels it has, together with those that it encloses.
    pub(crate) fn filled(&self, width: usize) -> usize {
        let Bounds { width: w, height: h, .. } = self.bounds;
        let around: Vec<bool> = self.mask(width).iter().map(|inked| !inked).collect();
        let outside = |part: &Part| {
            let Bounds { left, top, .. } = part.bounds;
            left == 0 || top == 0 || part.bounds.right() == w || part.bounds.bottom() == h
        };
        let outside: usize =
            parts(&around, w).iter().filter(|part| outside(part)).map(|part| part.pixels.len()).sum();
        w * h - outside
    }

    /// Which pixels of its bounds belong to it.
    pub(crate) fn mask(&self, width: usize) -> Vec<bool> {
        let Bounds { left, top, width: w, height: h } = self.bounds;
        let mut mask = vec![false; w * h];
        self.pixels.iter().for_each(|at| mask[(at / width - top) * w + at % width - left] = true);
        mask
    }

    /// The ink of this part alone, cropped, with the fainter ink right beside it: the blurred edge of its strokes.
    pub(crate) fn ink(&self, all: &Ink) -> Ink {
        let Bounds { left, top, width: w, height: h } = self.bounds;
        let (width, height) = (w + 2, h + 2);
        let mut levels = vec![0.0; width * height];
        for at in &self.pixels {
            let (x, y) = (at % all.width, at / all.width);
            for near_y in y.saturating_sub(1)..=(y + 1).min(all.height - 1) {
                for near_x in x.saturating_sub(1)..=(x + 1).min(all.width - 1) {
                    let level = all.levels[near_y * all.width + near_x];
                    // Strokes of other parts are no edge of this one.
                    if level < STROKE || (near_x, near_y) == (x, y) {
                        levels[(near_y + 1 - top) * width + near_x + 1 - left] = level;
                    }
                }
            }
        }
        Ink { width, height, levels }
    }
}

/// The parts of a mask, each with at least one pixel, in the order of their first rows.
pub(crate) fn parts(mask: &[bool], width: usize) -> Vec<Part> {
    let height = mask.len() / width.max(1);
    let mut left = mask.to_vec();
    let mut parts = Vec::new();
    for start in 0..left.len() {
        if !left[start] {
            continue;
        }
        left[start] = false;
        let mut pixels = vec![start];
        let mut done = 0;
        while let Some(&at) = pixels.get(done) {
            done += 1;
            let (x, y) = (at % width, at / width);
            for y in y.saturating_sub(1)..=(y + 1).min(height - 1) {
                for x in x.saturating_sub(1)..=(x + 1).min(width - 1) {
                    let near = y * width + x;
                    if std::mem::take(&mut left[near]) {
                        pixels.push(near);
                    }
                }
            }
        }
        parts.push(Part::new(pixels, width));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_connect_and_gaps_do_not() {
        let drawing = ["#....", ".#..#", "....#"].concat();
        let mask: Vec<bool> = drawing.bytes().map(|byte| byte == b'#').collect();
        let bounds: Vec<Bounds> = parts(&mask, 5).iter().map(|part| part.bounds).collect();
        let first = Bounds { left: 0, top: 0, width: 2, height: 2 };
        assert_eq!(bounds, [first, Bounds { left: 4, top: 1, width: 1, height: 2 }]);
        assert_eq!(first.joined(&bounds[1]), Bounds { left: 0, top: 0, width: 5, height: 3 });
        assert!(first.holds(&first) && !first.holds(&bounds[1]));
    }
}
