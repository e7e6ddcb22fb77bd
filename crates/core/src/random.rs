//! Where every random number of the project starts: a generator for a seed, a purpose and an index.
//!
//! Two generators with any of the three different share nothing, and the same three give the same numbers on every
//! machine: ChaCha8 is defined bit by bit, and the functions that shape its numbers come from `libm`, which is plain
//! Rust, not from the system's mathematics library. The square root is the compiler's: IEEE 754 defines its last bit.

use rand::{Rng, SeedableRng};

/// A random generator with a defined stream of numbers.
pub type Generator = rand::rngs::ChaCha8Rng;

/// What random numbers are for; each purpose has streams of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
pub enum Purpose {
    /// Starting weights; the index is the layer.
    Weights = 1,
    /// The order of examples; the index is the epoch.
    Order = 2,
    /// A practice digit for training; the index is the image.
    PracticeTrain = 3,
    /// A practice digit for testing; the index is the image.
    PracticeTest = 4,
    /// A distortion; the index joins epoch and image.
    Distortion = 5,
    /// A dropout mask; the index is the update.
    Dropout = 6,
    /// Test inputs.
    Test = 7,
    /// Which examples of one file are for testing; the index is the class.
    Split = 8,
}

/// The generator for `seed`, `purpose` and `index`.
pub fn generator(seed: u64, purpose: Purpose, index: u64) -> Generator {
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..16].copy_from_slice(&(purpose as u64).to_le_bytes());
    key[16..24].copy_from_slice(&index.to_le_bytes());
    Generator::from_seed(key)
}

/// A number from the uniform distribution on `[0, 1)`, in steps of 2^-53.
pub fn uniform(rng: &mut impl Rng) -> f64 {
    (rng.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
}

/// A number from the normal distribution with mean 0 and standard deviation 1, by the method of Box and Muller
/// (1958): `sqrt(-2 ln u) cos(2 pi v)` for uniform u, v.
pub fn normal(rng: &mut impl Rng) -> f64 {
    let u = 1.0 - uniform(rng); // (0, 1]: its logarithm is finite
    let v = uniform(rng);
    (-2.0 * libm::log(u)).sqrt() * libm::cos(std::f64::consts::TAU * v)
}

/// A whole number below `bound` (which is not 0), by Lemire's multiplication (2019); the bias is below 2^-32 for the
/// bounds of this project.
pub fn below(rng: &mut impl Rng, bound: usize) -> usize {
    ((u128::from(rng.next_u64()) * bound as u128) >> 64) as usize
}

/// Brings `items` into a random order (Fisher and Yates; Durstenfeld 1964).
pub fn shuffle<T>(items: &mut [T], rng: &mut impl Rng) {
    for last in (1..items.len()).rev() {
        items.swap(last, below(rng, last + 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_the_same_everywhere() {
        // Pinned: a change here changes every number that the project prints.
        let mut rng = generator(1, Purpose::Weights, 0);
        let first: Vec<u64> = (0..2).map(|_| rng.next_u64()).collect();
        let mut again = generator(1, Purpose::Weights, 0);
        assert_eq!(first, (0..2).map(|_| again.next_u64()).collect::<Vec<_>>());
        assert_ne!(first[0], generator(1, Purpose::Weights, 1).next_u64());
        assert_ne!(first[0], generator(2, Purpose::Weights, 0).next_u64());
        assert_ne!(first[0], generator(1, Purpose::Order, 0).next_u64());
    }

    #[test]
    fn normal_numbers_have_mean_0_and_deviation_1() {
        let mut rng = generator(1, Purpose::Test, 0);
        let n = 100_000;
        let draws: Vec<f64> = (0..n).map(|_| normal(&mut rng)).collect();
        let mean = draws.iter().sum::<f64>() / n as f64;
        let variance = draws.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / n as f64;
        assert!(mean.abs() < 0.015, "mean {mean}");
        assert!((variance - 1.0).abs() < 0.02, "variance {variance}");
    }

    #[test]
    fn a_shuffle_keeps_every_item() {
        let mut items: Vec<usize> = (0..1000).collect();
        shuffle(&mut items, &mut generator(1, Purpose::Order, 0));
        assert_ne!(items, (0..1000).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..1000).collect::<Vec<_>>());
    }
}
