//! Chapter 13: how it is fast.

use digits_core::linalg::SparseImage;
use std::cmp::Ordering;

/// Exercise 3: the dot product of two images by their lit pixels, in one walk over both lists.
pub fn dot(a: SparseImage<'_, f64>, b: SparseImage<'_, f64>) -> f64 {
    let (mut i, mut j, mut sum) = (0, 0, 0.0);
    while i < a.lit.len() && j < b.lit.len() {
        match a.lit[i].cmp(&b.lit[j]) {
            Ordering::Less => i += 1,
            Ordering::Greater => j += 1,
            Ordering::Equal => {
                sum += a.values[i] * b.values[j];
                (i, j) = (i + 1, j + 1);
            }
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use digits_core::batch::SparseExamples;
    use digits_core::data::{PIXELS, Split, practice};

    /// Protects the walk: it finds every pixel that is lit in both, and nothing else. Images without ink, too.
    #[test]
    fn one_walk_is_the_loop_over_all_pixels() {
        let mut images = SparseExamples::<f64>::from(&practice::examples(7, Split::Train, 12)).images;
        images.push(&[0.0; PIXELS]);
        let dense = |image: SparseImage<'_, f64>| {
            let mut pixels = vec![0.0; PIXELS];
            image.write_to(&mut pixels);
            pixels
        };
        for a in images.iter() {
            for b in images.iter() {
                let plain: f64 = dense(a).iter().zip(dense(b)).map(|(a, b)| a * b).sum();
                assert!((dot(a, b) - plain).abs() < 1e-9, "{} and {plain}", dot(a, b));
            }
        }
    }
}
