//! Chapter 1: a digit is 784 numbers.
//!
//! Here are the plain loops that the chapter quotes, and its answers: what the network sees when grey levels are not
//! divided by 255, and two mean images a digit instead of one.

use digits_core::batch::SparseExamples;
use digits_core::data::{CLASSES, Examples, PIXELS, SIDE};
use digits_core::linalg::SparseImages;

/// The squared distance |x - y|² of two images, over all their pixels.
pub fn distance(x: &[u8], y: &[u8]) -> u32 {
    x.iter().zip(y).map(|(&x, &y)| u32::from(x.abs_diff(y)).pow(2)).sum()
}

/// The digit of the training image that is nearest to `x`; the first of equals.
pub fn nearest(train: &Examples, x: &[u8]) -> Option<u8> {
    let image = (0..train.len()).min_by_key(|&i| distance(train.image(i), x))?;
    Some(train.labels()[image])
}

/// *Change one line*: images whose values are their grey levels, 0 to 255, not divided by 255.
pub fn not_divided(examples: &Examples) -> SparseExamples {
    let mut images = SparseImages::new(PIXELS);
    let mut values = vec![0.0; PIXELS];
    for index in 0..examples.len() {
        values.iter_mut().zip(examples.image(index)).for_each(|(value, &level)| *value = f32::from(level));
        images.push(&values);
    }
    SparseExamples { images, labels: examples.labels().to_vec() }
}

/// The images, each moved to the right by some pixels; what leaves on the right is lost, and paper comes in on the left.
pub fn moved_right(examples: &Examples, by: usize) -> Examples {
    let mut pixels = vec![0; examples.pixels().len()];
    for (to, from) in pixels.chunks_exact_mut(SIDE).zip(examples.pixels().chunks_exact(SIDE)) {
        to[by..].copy_from_slice(&from[..SIDE - by]);
    }
    Examples::new(pixels, examples.labels().to_vec())
}

/// A mean image, with the digit that it stands for.
pub type Mean = (u8, Vec<f64>);

/// *Build*: two mean images for each digit, by Lloyd's method (1957): begin with the digit's first image and the one that is
/// furthest from it; give each image to the nearer of the two; take the means; again, until no image changes sides.
pub fn two_means(train: &Examples) -> Vec<Mean> {
    let mut means = Vec::new();
    for digit in 0..CLASSES as u8 {
        let images: Vec<&[u8]> =
            (0..train.len()).filter(|&i| train.labels()[i] == digit).map(|i| train.image(i)).collect();
        let Some(first) = images.first() else { continue };
        let furthest = images.iter().max_by_key(|image| distance(first, image)).unwrap_or(first);
        let as_mean = |image: &[u8]| image.iter().map(|&level| f64::from(level)).collect::<Vec<f64>>();
        let mut two = [as_mean(first), as_mean(furthest)];
        let mut sides: Vec<bool> = Vec::new();
        loop {
            let now: Vec<bool> =
                images.iter().map(|image| far(image, &two[1]) < far(image, &two[0])).collect();
            if now == sides {
                break;
            }
            sides = now;
            for (side, mean) in two.iter_mut().enumerate() {
                let own = images.iter().zip(&sides).filter(|(_, is_second)| usize::from(**is_second) == side);
                *mean = mean_of(own.map(|(image, _)| *image)).unwrap_or_else(|| mean.clone());
            }
        }
        means.extend(two.map(|mean| (digit, mean)));
    }
    means
}

/// The digit of the nearest mean; the first of equals.
pub fn nearest_mean(means: &[Mean], x: &[u8]) -> Option<u8> {
    let nearest = means.iter().min_by(|(_, a), (_, b)| far(x, a).total_cmp(&far(x, b)))?;
    Some(nearest.0)
}

/// The share of the images that `answer` names correctly, in per cent.
pub fn accuracy(test: &Examples, answer: impl Fn(&[u8]) -> Option<u8>) -> f64 {
    let is_correct = |index: &usize| answer(test.image(*index)) == Some(test.labels()[*index]);
    100.0 * (0..test.len()).filter(is_correct).count() as f64 / test.len() as f64
}

/// |x - m|² of an image and a mean.
fn far(x: &[u8], mean: &[f64]) -> f64 {
    x.iter().zip(mean).map(|(&x, m)| (f64::from(x) - m).powi(2)).sum()
}

/// The mean of some images, pixel by pixel; none of none.
fn mean_of<'a>(images: impl Iterator<Item = &'a [u8]>) -> Option<Vec<f64>> {
    let (mut sum, mut count) = (vec![0.0; PIXELS], 0);
    for image in images {
        sum.iter_mut().zip(image).for_each(|(sum, &level)| *sum += f64::from(level));
        count += 1;
    }
    (count > 0).then(|| sum.iter().map(|sum| sum / f64::from(count)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use digits_core::baselines::Baseline;
    use digits_core::data::{Split, practice};

    fn train() -> Examples {
        practice::examples(practice::SEED, Split::Train, 1000)
    }

    fn test() -> Examples {
        practice::examples(practice::SEED, Split::Test, 2000)
    }

    /// Protects the claim that the plain loops of the chapter answer what the project's fast baselines answer.
    #[test]
    fn the_plain_loops_are_the_baselines() {
        let (train, mut test) = (train(), test());
        test.truncate(200);
        let found = accuracy(&test, |x| nearest(&train, x));
        assert_eq!(found, 100.0 * Baseline::NearestImage.evaluate(&train, &test).accuracy());
        assert_eq!(nearest(&Examples::default(), test.image(0)), None);
    }

    /// Protects the answer: a second mean image helps every digit that is written in two ways.
    #[test]
    fn two_means_read_more_than_one() {
        let (train, test) = (train(), test());
        let one = 100.0 * Baseline::NearestMean.evaluate(&train, &test).accuracy();
        let means = two_means(&train);
        assert_eq!(means.len(), 20);
        let two = accuracy(&test, |x| nearest_mean(&means, x));
        assert!(two > one + 1.0, "{two} {one}");
    }

    /// Protects the shift: ink moves, none comes in, and nothing moves by nothing.
    #[test]
    fn ink_moves_to_the_right() {
        let test = test();
        assert_eq!(moved_right(&test, 0), test);
        let moved = moved_right(&test, 2);
        assert_eq!(&moved.image(5)[2..28], &test.image(5)[..26]);
        assert_eq!(&moved.image(5)[28..30], &[0, 0]);
    }

    /// Protects the values that the changed line would give.
    #[test]
    fn values_are_the_grey_levels() {
        let test = test();
        let plain = not_divided(&test);
        let divided = SparseExamples::<f32>::from(&test);
        let (plain, divided) = (plain.images.get(7), divided.images.get(7));
        assert_eq!(plain.lit, divided.lit);
        assert!(plain.values.iter().zip(divided.values).all(|(plain, divided)| plain / 255.0 == *divided));
    }
}
