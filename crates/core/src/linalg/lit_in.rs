//! The images of a batch by pixel: which examples light it, and its value in each.

use super::{Real, SparseBatch};
use std::slice::{ChunksExact, Iter};

/// How many examples a word has bits for.
pub(super) const EXAMPLES: usize = u64::BITS as usize;

/// The examples that light each pixel of a batch, as bits, 64 a word.
pub(super) struct LitIn {
    /// The words of a pixel.
    words: usize,
    /// The words of pixel 0, of pixel 1, ...
    bits: Vec<u64>,
}

impl LitIn {
    /// Those of a batch.
    pub(super) fn of<R: Real>(x: &SparseBatch<'_, R>) -> Self {
        let words = x.len().div_ceil(EXAMPLES).max(1);
        let mut bits = vec![0; x.pixels() * words];
        for (example, image) in x.iter().enumerate() {
            let (word, bit) = (example / EXAMPLES, 1 << (example % EXAMPLES));
            for &pixel in image.lit {
                bits[usize::from(pixel) * words + word] |= bit;
            }
        }
        LitIn { words, bits }
    }

    /// The words of each pixel from `first` on.
    #[inline(always)]
    pub(super) fn from(&self, first: usize) -> ChunksExact<'_, u64> {
        self.bits[first * self.words..].chunks_exact(self.words)
    }
}

/// A pixel on a walk over the pixels.
pub(super) struct AtPixel<'w, 'a, R> {
    /// The examples that light it, as bits.
    pub(super) words: &'w [u64],
    /// The values that each example has still to give; those that light it give theirs here.
    pub(super) values: &'w mut [[Iter<'a, R>; EXAMPLES]],
}

impl<R> AtPixel<'_, '_, R> {
    /// How many examples light it.
    #[inline(always)]
    pub(super) fn examples(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }
}

/// Whether an example lights the pixel of these words.
#[inline(always)]
pub(super) fn is_lit(words: &[u64]) -> bool {
    match words {
        [word] => *word != 0,
        words => words.iter().any(|word| *word != 0),
    }
}

/// The values that each example has still to give, 64 examples at a time, on a walk over the pixels from `first` on: an example
/// gives one at each pixel that it lights.
pub(super) fn values_from<'a, R: Real>(
    x: &'a SparseBatch<'_, R>,
    first: usize,
) -> Vec<[Iter<'a, R>; EXAMPLES]> {
    let of_example = |example: usize| match x.get(example) {
        Some(image) if first == 0 => image.values.iter(),
        Some(image) => image.values[image.lit.partition_point(|&lit| usize::from(lit) < first)..].iter(),
        None => [].iter(),
    };
    let words = 0..x.len().div_ceil(EXAMPLES);
    words.map(|word| std::array::from_fn(|bit| of_example(word * EXAMPLES + bit))).collect()
}

#[cfg(test)]
mod tests {
    use crate::linalg::tests::random;
    use crate::linalg::{DMatrix, PixelWeights, SparseBatch};
    use crate::random::{Purpose, generator};

    /// Protects a caller whose batch turns out to be empty.
    #[test]
    fn a_batch_without_images_moves_no_weight() {
        let start = PixelWeights::new(&random(17, 40, &mut generator(7, Purpose::Test, 5)));
        let (mut weights, d) = (start.clone(), DMatrix::zeros(17, 0));
        weights.descend(0.1, &d, &SparseBatch::new(40));
        assert_eq!(weights, start);
    }
}
