//! Practice digits: handwriting drawn by code, for all who have no MNIST at hand.
//!
//! An image follows from a seed, a split and an index alone, so any one can be made without the others, by any
//! number of threads. It is in MNIST's normal form: ink in a box of 20 x 20 pixels, its centre of mass in the middle
//! of 28 x 28. Each block of ten neighbours holds every digit once.

use super::{CLASSES, Dataset, Examples, PIXELS, Source, Split};
use crate::parallel;
use crate::random::{Purpose, generator, shuffle};

mod pen;
mod styles;

/// The images that a core draws at a time.
const AT_A_TIME: usize = 50;
/// The seed of [`dataset`].
pub const SEED: u64 = 1;
/// The training images of [`dataset`].
pub const TRAIN_LEN: usize = 10_000;
/// The test images of [`dataset`].
pub const TEST_LEN: usize = 2_000;

/// The practice digits as a data set: the same 10,000 and 2,000 images at every call.
pub fn dataset() -> Dataset {
    dataset_of(TRAIN_LEN, TEST_LEN)
}

/// The first `train` and `test` images of [`dataset`].
pub fn dataset_of(train: usize, test: usize) -> Dataset {
    Dataset {
        name: "practice digits".to_owned(),
        origin: "drawn by code".to_owned(),
        source: Source::Practice,
        notes: Vec::new(),
        train: examples(SEED, Split::Train, train),
        test: examples(SEED, Split::Test, test),
    }
}

/// The first `count` images of a seed and a split, made on all cores.
pub fn examples(seed: u64, split: Split, count: usize) -> Examples {
    let mut pixels = vec![0; count * PIXELS];
    let mut labels = vec![0; count];
    let parts = pixels.chunks_mut(AT_A_TIME * PIXELS).zip(labels.chunks_mut(AT_A_TIME)).enumerate();
    parallel::for_each(parts, |(part, (pixels, labels))| {
        for (index, (pixels, label)) in pixels.chunks_exact_mut(PIXELS).zip(labels).enumerate() {
            let (drawn, digit) = image(seed, split, (part * AT_A_TIME + index) as u64);
            pixels.copy_from_slice(&drawn);
            *label = digit;
        }
    });
    Examples::new(pixels, labels)
}

/// Image `index` of a seed and a split: its 784 grey levels, 0 (paper) to 255 (ink), and its digit.
///
/// Glossary (`docs/book/glossary.md`): practice digits.
pub fn image(seed: u64, split: Split, index: u64) -> ([u8; PIXELS], u8) {
    let digit = label(seed, split, index);
    let mut rng = generator(seed, purpose(split), index);
    (pen::draw(&styles::DIGITS[usize::from(digit)], &mut rng), digit)
}

/// The digit of image `index`: the ten of a block are in a random order of its own.
fn label(seed: u64, split: Split, index: u64) -> u8 {
    /// Images have the lower half of the generators, blocks the upper.
    const BLOCKS: u64 = 1 << 63;
    let ten = CLASSES as u64;
    let mut digits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    shuffle(&mut digits, &mut generator(seed, purpose(split), BLOCKS + index / ten));
    digits[(index % ten) as usize]
}

fn purpose(split: Split) -> Purpose {
    match split {
        Split::Train => Purpose::PracticeTrain,
        Split::Test => Purpose::PracticeTest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::SIDE;

    #[test]
    fn a_image_made_alone_is_the_one_made_among_others() {
        let many = examples(3, Split::Train, 50);
        for index in [0, 7, 49] {
            let (pixels, digit) = image(3, Split::Train, index as u64);
            assert_eq!(many.image(index), pixels);
            assert_eq!(many.labels()[index], digit);
        }
    }

    #[cfg(feature = "threads")]
    #[test]
    fn the_number_of_threads_changes_nothing() {
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            pool.expect("threads").install(|| examples(1, Split::Test, 200))
        };
        assert!(with(1) == with(3));
    }

    #[test]
    fn seed_split_and_index_all_count() {
        let images = [
            image(1, Split::Train, 0).0,
            image(2, Split::Train, 0).0,
            image(1, Split::Test, 0).0,
            image(1, Split::Train, 1).0,
        ];
        for (index, one) in images.iter().enumerate() {
            assert!(images[index + 1..].iter().all(|other| other != one));
        }
    }

    #[test]
    fn every_block_of_ten_holds_every_digit_in_an_order_of_its_own() {
        let labels = examples(1, Split::Train, 100).labels;
        for block in labels.chunks(10) {
            let mut sorted = block.to_vec();
            sorted.sort_unstable();
            assert_eq!(sorted, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        }
        assert_ne!(labels[..10], labels[10..20]);
    }

    #[test]
    fn images_have_the_normal_form_of_mnist() {
        let all = examples(1, Split::Train, 1000);
        for index in 0..all.len() {
            let lit = |x: usize, y: usize| f64::from(all.image(index)[SIDE * y + x]);
            let mass = |weight: fn(usize, usize) -> f64| -> f64 {
                (0..PIXELS).map(|p| weight(p % SIDE, p / SIDE) * lit(p % SIDE, p / SIDE)).sum()
            };
            let ink = mass(|_, _| 1.0);
            assert!((mass(|x, _| x as f64) / ink - 14.0).abs() < 0.52, "image {index}");
            assert!((mass(|_, y| y as f64) / ink - 14.0).abs() < 0.52, "image {index}");

            let dark = |line: &[bool]| line.iter().filter(|&&lit| lit).count();
            let columns: Vec<bool> = (0..SIDE).map(|x| (0..SIDE).any(|y| lit(x, y) > 127.0)).collect();
            let rows: Vec<bool> = (0..SIDE).map(|y| (0..SIDE).any(|x| lit(x, y) > 127.0)).collect();
            let larger = dark(&columns).max(dark(&rows));
            assert!((18..=22).contains(&larger), "image {index} is {larger} pixels large");
        }
    }

    #[test]
    fn the_grey_levels_are_those_of_handwriting() {
        // The mean pixel of MNIST is 33 of 255; digits drawn much bolder or finer would teach something else.
        let all = examples(1, Split::Train, 1000);
        let mean = all.pixels().iter().map(|&p| f64::from(p)).sum::<f64>() / all.pixels().len() as f64;
        assert!((30.0..37.0).contains(&mean), "mean {mean}");
    }
}
