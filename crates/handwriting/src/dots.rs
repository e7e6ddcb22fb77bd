//! Scans of one bit, in which dots stand for grey: single pixels (Floyd and Steinberg 1976), pixels in a pattern (Bayer 1973),
//! or the larger dots of printers. Softened, they are grey again.

use crate::grey::Grey;
use crate::polarity::otsu;

/// An image of fewer pixels a side has no room for dots.
const SMALLEST: usize = 100;
/// One in so many pixels of the rarer colour that stands alone is no dust.
const ALONE: usize = 20;
/// Dots that are larger than pixels stand as close as this: one in so many pixels of an image in which they are pixels. What
/// stands alone there may be a fine stroke.
const CLOSE: usize = 100;
/// Dots that touch at corners, as on a chessboard, are one in so many pixels of an image; those of a fine stroke are fewer.
const DENSE: usize = 20;
/// How often an image is halved to make pixels of its dots.
const HALVINGS: usize = 2;
/// How often the image is softened: by a bell of so many pixels' standard deviation.
const TIMES: usize = 8;
const SPREAD: usize = 2;

/// The grey image that dots stand for; none where it is no image of dots.
pub(crate) fn as_grey(image: &Grey) -> Option<Grey> {
    let middle = middle_of_two(image)?;
    let mut small = image.shrunk_to(image.side() / image.block());
    for halvings in 0..=HALVINGS {
        if small.side() < SMALLEST {
            return None;
        }
        let seen = Dots::of(&small, middle);
        let all = small.levels.len();
        let single = ALONE * seen.alone > seen.rarer && (halvings == 0 || CLOSE * seen.alone > all);
        let pores = ALONE * seen.pores > seen.rarer;
        if single || pores || DENSE * seen.diagonal > all {
            let grey = (0..TIMES).fold(small, |image, _| image.softened());
            return is_even(&grey).then_some(grey);
        }
        small = small.shrunk_to(small.side() / 2);
    }
    None
}

/// The level halfway between two, where nearly all pixels have one of the two, or one that a JPEG made of it.
fn middle_of_two(image: &Grey) -> Option<u8> {
    let threshold = otsu(&image.levels);
    let (mut dark, mut light) = (Class::default(), Class::default());
    image.levels.iter().for_each(|&level| if level > threshold { light.see(level) } else { dark.see(level) });
    let (black, white) = (dark.mean(), light.mean());
    let is_near = |level: &&u8| {
        let own = if **level > threshold { white } else { black };
        8.0 * (f64::from(**level) - own).abs() < white - black
    };
    let near = image.levels.iter().filter(is_near).count();
    (20 * near > 19 * image.levels.len()).then_some(f64::midpoint(black, white) as u8)
}

/// Whether a softened image is even: its dots stood as regularly as those for grey do, and not by chance, as noise and
/// letters.
fn is_even(grey: &Grey) -> bool {
    /// What is plain stays within so many levels of black and white, and places beside each other of one another.
    const EVEN: u8 = 6;
    let is_plain = |level: &u8| *level < EVEN || *level > u8::MAX - EVEN;
    let pairs =
        grey.levels.chunks_exact(grey.width).flat_map(|row| row.iter().zip(row.iter().skip(2 * SPREAD)));
    let mut differences: Vec<u8> =
        pairs.filter(|(level, _)| !is_plain(level)).map(|(one, other)| one.abs_diff(*other)).collect();
    let middle = differences.len() / 2;
    2 * differences.len() < grey.levels.len() || *differences.select_nth_unstable(middle).1 <= EVEN
}

/// Pixels on another side of a level than those beside them.
struct Dots {
    /// Than all eight around them.
    alone: usize,
    /// Than the four at their sides; they may touch their like at a corner.
    diagonal: usize,
    /// Than the four at their sides, on the side that more are on: paper in ink.
    pores: usize,
    /// How many pixels are on the side that fewer are on.
    rarer: usize,
}

impl Dots {
    fn of(image: &Grey, middle: u8) -> Self {
        let (width, height) = (image.width, image.height);
        let is_light = |x: usize, y: usize| image.levels[y * width + x] > middle;
        let (mut alone, mut diagonal, mut light) = (0, [0; 2], 0);
        for at in 0..image.levels.len() {
            let (x, y) = (at % width, at / width);
            let here = is_light(x, y);
            light += usize::from(here);
            let (left, right) = (x.saturating_sub(1), (x + 1).min(width - 1));
            let (above, below) = (y.saturating_sub(1), (y + 1).min(height - 1));
            // Along the border, a pixel is its own neighbour.
            let same = |places: [(usize, usize); 4]| {
                places.into_iter().any(|(i, j)| (i, j) != (x, y) && is_light(i, j) == here)
            };
            if !same([(left, y), (right, y), (x, above), (x, below)]) {
                diagonal[usize::from(here)] += 1;
                alone += usize::from(!same([(left, above), (right, above), (left, below), (right, below)]));
            }
        }
        let dark = image.levels.len() - light;
        let pores = diagonal[usize::from(light > dark)];
        Dots { alone, diagonal: diagonal[0] + diagonal[1], pores, rarer: light.min(dark) }
    }
}

/// The levels on one side of a threshold.
#[derive(Default)]
struct Class {
    count: usize,
    sum: usize,
}

impl Class {
    fn see(&mut self, level: u8) {
        self.count += 1;
        self.sum += usize::from(level);
    }

    fn mean(&self) -> f64 {
        self.sum as f64 / self.count.max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use digits_core::random::{Purpose, below, generator};

    const SIDE: usize = 200;

    /// An image of one bit: a ring of a breadth, and what else is dark.
    fn ring(breadth: f64, is_dark: impl Fn(usize, usize) -> bool) -> Grey {
        let level = |at: usize| {
            let (x, y) = (at % SIDE, at / SIDE);
            let far = (x as f64 - 100.0).hypot(y as f64 - 100.0);
            if (far - 60.0).abs() < breadth / 2.0 || is_dark(x, y) { 0 } else { 255 }
        };
        Grey { width: SIDE, height: SIDE, levels: (0..SIDE * SIDE).map(level).collect() }
    }

    /// Protects noise and small print from being read as digits.
    #[test]
    fn dots_by_chance_are_no_grey() {
        let mut rng = generator(1, Purpose::Test, 0);
        for rarity in [2, 5, 10] {
            let levels =
                (0..SIDE * SIDE).map(|_| if below(&mut rng, rarity) == 0 { 0 } else { 255 }).collect();
            assert!(as_grey(&Grey { width: SIDE, height: SIDE, levels }).is_none(), "one in {rarity}");
        }
    }

    #[test]
    fn dots_all_over_are_grey() {
        for image in [ring(12.0, |x, y| x % 4 == 0 && y % 4 == 0), ring(12.0, |x, y| x % 9 < 3 && y % 9 < 3)]
        {
            let grey = as_grey(&image).expect("dots");
            let (middle, between) = (grey.width / 2, grey.width / 5);
            let [paper, ink] = [middle, between].map(|x| grey.levels[middle * grey.width + x]);
            assert!((190..250).contains(&paper) && ink < 100, "{paper} {ink}");
        }
    }

    /// Protects fine strokes and dust: where dots are few, nothing is softened.
    #[test]
    fn strokes_and_dust_are_no_dots() {
        for breadth in [1.0, 1.5, 2.0, 12.0] {
            assert!(as_grey(&ring(breadth, |_, _| false)).is_none(), "{breadth}");
        }
        assert!(as_grey(&ring(12.0, |x, y| x % 40 == 0 && y % 40 == 0)).is_none(), "dust");
        let mut grey = ring(12.0, |x, y| x % 4 == 0 && y % 4 == 0);
        grey.levels.iter_mut().enumerate().for_each(|(at, level)| *level = *level / 2 + (at % 100) as u8);
        assert!(as_grey(&grey).is_none(), "many levels");
    }
}
