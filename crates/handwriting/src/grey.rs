//! Grey images, and the operations that bring them to a size that is quick and good to work on.

use digits_core::data::SIDE;

/// Squares of so many pixels a side are no drawing's own.
const LARGE: usize = 8;

/// Grey levels, 0 black to 255 white, row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grey {
    /// Pixels from left to right.
    pub width: usize,
    /// Pixels from top to bottom.
    pub height: usize,
    /// `width x height` levels.
    pub levels: Vec<u8>,
}

impl Grey {
    /// Whether there is any pixel, and a level for each.
    pub fn is_valid(&self) -> bool {
        !self.levels.is_empty() && self.width.checked_mul(self.height) == Some(self.levels.len())
    }

    /// The larger of width and height.
    pub(crate) fn side(&self) -> usize {
        self.width.max(self.height)
    }

    /// The size that lengths in it are measured against: see [`extent`].
    pub(crate) fn extent(&self) -> usize {
        extent(self.width, self.height)
    }

    /// Whether it has fewer pixels than the images of MNIST, so that a digit has to fill it to be read.
    pub(crate) fn is_minute(&self) -> bool {
        self.side() < SIDE
    }

    /// The minute image that this one is, if each of its pixels was made a square of many.
    pub(crate) fn as_it_was(&self) -> Option<Self> {
        let times = self.block();
        let corner =
            |at: usize| at / self.width / times * times * self.width + at % self.width / times * times;
        let are_whole = self.width.is_multiple_of(times) && self.height.is_multiple_of(times);
        let fits = times >= LARGE && are_whole && self.side() / times < SIDE;
        let are_all = || (0..self.levels.len()).all(|at| self.levels[at] == self.levels[corner(at)]);
        (fits && are_all()).then(|| self.shrunk_to(self.side() / times))
    }

    /// How many pixels a side the squares have that the image is made of, wherever the first of them begins: 1 where it was
    /// not enlarged.
    pub(crate) fn block(&self) -> usize {
        let mut times = 0;
        let (mut first_x, mut first_y) = (None, None);
        let mut see = |at: usize, first: &mut Option<usize>| {
            let far = at.abs_diff(*first.get_or_insert(at));
            if far > 0 {
                times = gcd(times, far);
            }
            times == 1
        };
        let differ = |at: usize, by: usize| self.levels[at] != self.levels[at - by];
        for at in 0..self.levels.len() {
            let (x, y) = (at % self.width, at / self.width);
            if x > 0 && differ(at, 1) && see(x, &mut first_x)
                || y > 0 && differ(at, self.width) && see(y, &mut first_y)
            {
                return 1;
            }
        }
        if times == 0 { gcd(self.width, self.height) } else { times }
    }

    /// The negative: light becomes dark.
    pub(crate) fn inverted(&self) -> Self {
        Grey { levels: self.levels.iter().map(|level| 255 - level).collect(), ..*self }
    }

    /// The image with at most `most` pixels along its larger side, each the mean of those that it covers.
    pub(crate) fn shrunk_to(&self, most: usize) -> Self {
        if self.side() <= most {
            return self.clone();
        }
        let new = |old: usize| (old * most / self.side()).max(1);
        let (width, height) = (new(self.width), new(self.height));
        let columns: Vec<usize> = (0..=width).map(|x| x * self.width / width).collect();
        let mut levels = Vec::with_capacity(width * height);
        let mut sums = vec![0u32; width];
        for y in 0..height {
            let rows = y * self.height / height..(y + 1) * self.height / height;
            sums.fill(0);
            for row in self.levels.chunks_exact(self.width).skip(rows.start).take(rows.len()) {
                for (sum, column) in sums.iter_mut().zip(columns.windows(2)) {
                    *sum += row[column[0]..column[1]].iter().map(|&level| u32::from(level)).sum::<u32>();
                }
            }
            levels.extend(sums.iter().zip(columns.windows(2)).map(|(sum, column)| {
                let covered = ((column[1] - column[0]) * rows.len()) as u32;
                ((sum + covered / 2) / covered) as u8
            }));
        }
        Grey { width, height, levels }
    }

    /// The image, `times` as large in both directions, with the levels between its pixels in straight lines from one to the
    /// next.
    pub(crate) fn enlarged(&self, times: usize) -> Self {
        // Where the middle of a new pixel lies, in halves of one, and so in steps of 1 / `2 times` of an old one.
        let along = |extent: usize, at: usize| {
            let place = (2 * at + 1).saturating_sub(times).min(2 * times * (extent - 1));
            let (first, beyond) = (place / (2 * times), place % (2 * times));
            (first, (first + 1).min(extent - 1), beyond)
        };
        let (width, height) = (self.width * times, self.height * times);
        let level = |y: usize, x: usize| usize::from(self.levels[y * self.width + x]);
        let levels = (0..width * height).map(|at| {
            let (above, below, down) = along(self.height, at / width);
            let (left, right, across) = along(self.width, at % width);
            let row = |y: usize| (2 * times - across) * level(y, left) + across * level(y, right);
            let all = 4 * times * times;
            (((2 * times - down) * row(above) + down * row(below) + all / 2) / all) as u8
        });
        Grey { width, height, levels: levels.collect() }
    }

    /// The image with its noise softened: each level the mean of its neighbourhood, weighted 1-2-1 in both directions.
    pub(crate) fn softened(&self) -> Self {
        let (width, height) = (self.width, self.height);
        let at = |x: usize, y: usize| u32::from(self.levels[y * width + x]);
        let levels = (0..height).flat_map(|y| {
            let (above, below) = (y.saturating_sub(1), (y + 1).min(height - 1));
            (0..width).map(move |x| {
                let (left, right) = (x.saturating_sub(1), (x + 1).min(width - 1));
                let row = |y| at(left, y) + 2 * at(x, y) + at(right, y);
                ((row(above) + 2 * row(y) + row(below) + 8) / 16) as u8
            })
        });
        Grey { width, height, levels: levels.collect() }
    }
}

/// The larger side of an image, at most four times the smaller: what is written on a strip is as large as the strip is narrow.
pub(crate) fn extent(width: usize, height: usize) -> usize {
    width.max(height).min(4 * width.min(height))
}

/// The greatest common divisor of two numbers, the second at least 1.
fn gcd(a: usize, b: usize) -> usize {
    if a.is_multiple_of(b) { b } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_smaller_image_holds_the_means_of_what_it_covers() {
        let levels = (0..6 * 4).map(|at| if at % 6 < 3 { 10 } else { 200 }).collect();
        let small = Grey { width: 6, height: 4, levels }.shrunk_to(3);
        assert_eq!((small.width, small.height), (3, 2));
        assert_eq!(small.levels, [10, 105, 200, 10, 105, 200]);
        let same = Grey { width: 2, height: 1, levels: vec![0, 1] };
        assert_eq!(same.shrunk_to(2), same);
    }

    #[test]
    fn softening_keeps_even_paper_and_spreads_a_speck() {
        let side = 40;
        let mut image = Grey { width: side, height: side, levels: vec![160; side * side] };
        assert_eq!(image.softened(), image);
        image.levels[20 * side + 20] = 0;
        let soft = image.softened();
        assert_eq!((soft.levels[20 * side + 20], soft.levels[20 * side + 21]), (120, 140));
    }

    #[test]
    fn an_enlarged_image_has_levels_between_its_pixels() {
        let small = Grey { width: 2, height: 1, levels: vec![0, 240] };
        let large = small.enlarged(4);
        assert_eq!((large.width, large.height), (8, 4));
        assert_eq!(large.levels[..8], [0, 0, 30, 90, 150, 210, 240, 240]);
        assert_eq!(large.levels[24..], large.levels[..8]);
        assert_eq!(small.enlarged(1), small);
    }

    #[test]
    fn blocks_of_pixels_become_the_pixels_that_they_were() {
        let levels: Vec<u8> = (0..64).map(|at| (at * 37 % 251) as u8).collect();
        let small = Grey { width: 8, height: 8, levels };
        let large = |times: usize| {
            let level = |at: usize| small.levels[at / (8 * times) / times * 8 + at % (8 * times) / times];
            let levels = (0..64 * times * times).map(level).collect();
            Grey { width: 8 * times, height: 8 * times, levels }
        };
        assert_eq!(large(20).as_it_was(), Some(small.clone()));
        assert_eq!(small.as_it_was(), None, "nothing was enlarged");
        assert_eq!(large(20).block(), 20);
        let mut moved = large(20);
        moved.levels.rotate_right(160 * 7);
        assert_eq!((moved.block(), moved.as_it_was()), (20, None), "seven rows down");
        let mut other = large(20);
        other.levels[160 * 33 + 7] ^= 1;
        assert_eq!(other.as_it_was(), None);
        let pale = Grey { width: 90, height: 60, levels: vec![250; 5400] };
        assert_eq!(pale.as_it_was().map(|small| small.side()), Some(3));
    }

    #[test]
    fn a_strip_is_measured_by_its_breadth() {
        assert_eq!((extent(400, 300), extent(4000, 100), extent(1, 900)), (400, 400, 4));
    }
}
