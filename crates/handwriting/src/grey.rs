//! Grey images, and the two operations that bring a photograph to a size that is quick to work on.

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
}
