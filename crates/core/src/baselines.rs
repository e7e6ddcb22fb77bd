//! What can be reached without learning by errors: three baselines that a network has to beat.
//!
//! | name | predicts | arithmetic |
//! |---|---|---|
//! | `commonest class` | the digit of most training images | counts |
//! | `nearest class mean` | the digit whose mean image is nearest | exact sums, then f64 |
//! | `nearest training image` | the digit of the nearest training image (Cover and Hart 1967) | exact integers |
//!
//! Near is the squared distance |x - y|² over the 784 grey levels, 0 to 255; of equals the first counts. The fourth
//! baseline is a network without a hidden layer, which every stage trains with `--hidden 0`.

use crate::choice::Choice;
use crate::data::{CLASSES, Examples, PIXELS};
use crate::evaluation::Evaluation;
use crate::parallel;

/// A way to answer that needs no network.
///
/// Glossary (`docs/book/glossary.md`): baseline, class mean, nearest neighbour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Baseline {
    /// Always the digit of most training images.
    CommonestClass,
    /// The digit whose mean training image is nearest.
    NearestMean,
    /// The digit of the nearest training image.
    NearestImage,
}

impl Choice for Baseline {
    const WHAT: &'static str = "baseline";
    const ALL: &'static [(&'static str, Self)] = &[
        ("commonest class", Baseline::CommonestClass),
        ("nearest class mean", Baseline::NearestMean),
        ("nearest training image", Baseline::NearestImage),
    ];
}

impl Baseline {
    /// How it does on `test`, having seen `train`. Its loss is the share of misclassified images: 0 for a correct answer
    /// and 1 for a wrong one, since it has no outputs to be more or less wrong.
    ///
    /// # Panics
    /// If there is no training image: there is nothing to answer from.
    pub fn evaluate(self, train: &Examples, test: &Examples) -> Evaluation {
        assert!(!train.is_empty(), "training images to answer from");
        let answers = match self {
            Baseline::CommonestClass => vec![commonest(train); test.len()],
            Baseline::NearestMean => nearest_mean(train, test),
            Baseline::NearestImage => nearest_image(train, test),
        };
        let mut confusion = [[0; CLASSES]; CLASSES];
        for (&label, &answer) in test.labels().iter().zip(&answers) {
            confusion[usize::from(label)][usize::from(answer)] += 1;
        }
        let mut evaluation = Evaluation { loss: 0.0, confusion };
        evaluation.loss = 1.0 - evaluation.accuracy();
        evaluation
    }
}

/// The digit of most examples; the lowest of equals.
fn commonest(train: &Examples) -> u8 {
    let mut counts = [0; CLASSES];
    train.labels().iter().for_each(|&label| counts[usize::from(label)] += 1);
    let most = (0..CLASSES).rev().max_by_key(|&digit| counts[digit]);
    most.map_or(0, |digit| digit as u8)
}

/// The test images that a thread takes at a time.
const AT_A_TIME: usize = 100;

/// Answers for each test image, a chunk of them at a time, on all cores.
fn answers(test: &Examples, of_chunk: impl Fn(std::ops::Range<usize>) -> Vec<u8> + Sync + Send) -> Vec<u8> {
    let chunks = parallel::map(test.len().div_ceil(AT_A_TIME), |chunk| {
        of_chunk(chunk * AT_A_TIME..test.len().min((chunk + 1) * AT_A_TIME))
    });
    chunks.concat()
}

/// For each test image x the digit of the nearest class mean m = s/n: the lowest |m|² - 2 x m.
fn nearest_mean(train: &Examples, test: &Examples) -> Vec<u8> {
    let mut sums = vec![[0u64; PIXELS]; CLASSES];
    let mut counts = [0u64; CLASSES];
    for (index, &label) in train.labels().iter().enumerate() {
        let sum = &mut sums[usize::from(label)];
        sum.iter_mut().zip(train.image(index)).for_each(|(sum, &level)| *sum += u64::from(level));
        counts[usize::from(label)] += 1;
    }
    let present = |digit: &usize| counts[*digit] > 0;
    let mean = |digit: usize| sums[digit].map(|sum| sum as f64 / counts[digit] as f64);
    let means: Vec<(u8, [f64; PIXELS])> =
        (0..CLASSES).filter(present).map(|digit| (digit as u8, mean(digit))).collect();
    let squares: Vec<f64> = means.iter().map(|(_, mean)| mean.iter().map(|m| m * m).sum()).collect();
    answers(test, |indices| {
        let answer = |index: usize| {
            let lit = lit_pixels(test.image(index));
            let mut best = (f64::INFINITY, 0);
            for ((digit, mean), square) in means.iter().zip(&squares) {
                let product: f64 = lit.iter().map(|&(pixel, level)| f64::from(level) * mean[pixel]).sum();
                let distance = square - 2.0 * product;
                if distance < best.0 {
                    best = (distance, *digit);
                }
            }
            best.1
        };
        indices.map(answer).collect()
    })
}

/// The training images of a block: 784 rows of so many grey levels stay in a second-level cache.
const BLOCK: usize = 128;

/// For each test image x the digit of the nearest training image y: the lowest |y|² - 2 x y.
fn nearest_image(train: &Examples, test: &Examples) -> Vec<u8> {
    // A block holds, pixel by pixel, the grey levels of its images: a lit pixel of x adds to all products x y at once.
    let blocks: Vec<Vec<u16>> = parallel::map(train.len().div_ceil(BLOCK), |block| {
        let mut levels = vec![0; PIXELS * BLOCK];
        for (place, index) in (block * BLOCK..train.len().min((block + 1) * BLOCK)).enumerate() {
            for (pixel, &level) in train.image(index).iter().enumerate() {
                levels[pixel * BLOCK + place] = u16::from(level);
            }
        }
        levels
    });
    let square = |index: usize| train.image(index).iter().map(|&y| i64::from(y) * i64::from(y)).sum::<i64>();
    let squares: Vec<i64> = parallel::map(train.len(), square);
    answers(test, |indices| {
        let images: Vec<_> = indices.map(|index| lit_pixels(test.image(index))).collect();
        let mut nearest = vec![(i64::MAX, 0); images.len()];
        for (number, (block, squares)) in blocks.iter().zip(squares.chunks(BLOCK)).enumerate() {
            for (lit, nearest) in images.iter().zip(&mut nearest) {
                let products = products(lit, block);
                for (place, (square, product)) in squares.iter().zip(&products).enumerate() {
                    let distance = square - 2 * i64::from(*product);
                    if distance < nearest.0 {
                        *nearest = (distance, number * BLOCK + place);
                    }
                }
            }
        }
        nearest.iter().map(|(_, index)| train.labels()[*index]).collect()
    })
}

/// x y for the image x of these lit pixels and each image y of a block. At most 784 x 255², which 32 bits hold.
fn products(lit: &[(usize, u8)], block: &[u16]) -> [u32; BLOCK] {
    let mut products = [0; BLOCK];
    let row = |&(pixel, level): &(usize, u8)| (&block[pixel * BLOCK..][..BLOCK], u32::from(level));
    let mut four = lit.chunks_exact(4);
    for pixels in &mut four {
        let [(a, p), (b, q), (c, r), (d, s)] = std::array::from_fn(|index| row(&pixels[index]));
        for (i, product) in products.iter_mut().enumerate() {
            *product += u32::from(a[i]) * p + u32::from(b[i]) * q + u32::from(c[i]) * r + u32::from(d[i]) * s;
        }
    }
    for (levels, factor) in four.remainder().iter().map(row) {
        products.iter_mut().zip(levels).for_each(|(product, &level)| *product += u32::from(level) * factor);
    }
    products
}

/// The pixels of an image that are not 0, with their grey levels.
fn lit_pixels(image: &[u8]) -> Vec<(usize, u8)> {
    image.iter().copied().enumerate().filter(|(_, level)| *level > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::practice;

    fn accuracy(baseline: Baseline, train: &Examples, test: &Examples) -> f64 {
        100.0 * baseline.evaluate(train, test).accuracy()
    }

    /// Protects the baselines of the practice digits that the project's documents state.
    #[test]
    fn the_practice_digits_have_these_baselines() {
        let mut dataset = practice::dataset();
        dataset.train.truncate(1000);
        let found =
            Baseline::ALL.iter().map(|(_, baseline)| accuracy(*baseline, &dataset.train, &dataset.test));
        let found: Vec<f64> = found.map(|accuracy| (10.0 * accuracy).round() / 10.0).collect();
        assert_eq!(found, [10.0, 81.6, 89.2]);
    }

    /// Protects the fast sums: every answer is that of the plain loop over all pixels.
    #[test]
    fn the_nearest_image_is_that_of_the_plain_loop() {
        let train = practice::examples(4, crate::data::Split::Train, 300); // the last block is short
        let test = practice::examples(4, crate::data::Split::Test, 130);
        let distance = |x: &[u8], y: &[u8]| -> i64 {
            x.iter().zip(y).map(|(&x, &y)| (i64::from(x) - i64::from(y)).pow(2)).sum()
        };
        let plain = |test_index: usize| {
            let nearest = (0..train.len()).min_by_key(|&i| distance(test.image(test_index), train.image(i)));
            train.labels()[nearest.expect("images")]
        };
        assert_eq!(nearest_image(&train, &test), (0..test.len()).map(plain).collect::<Vec<_>>());
    }

    /// Protects ties: of equals the first, among classes, means and images alike; an absent class is no answer.
    #[test]
    fn of_equals_the_first_counts() {
        let images = |levels: &[u8]| levels.iter().flat_map(|level| [*level; PIXELS]).collect::<Vec<u8>>();
        let train = Examples::new(images(&[10, 30, 10, 30]), vec![7, 3, 2, 9]);
        let test = Examples::new(images(&[20, 10, 255]), vec![0, 0, 0]);
        assert_eq!(commonest(&train), 2);
        assert_eq!(nearest_image(&train, &test), [7, 7, 3]);
        assert_eq!(nearest_mean(&train, &test), [2, 2, 3]);
    }
}
