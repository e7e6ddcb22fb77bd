//! Chapter 4: is it luck?
//!
//! Answers: how many seeds a difference asks for, and an interval without a formula.

use digits_core::random::{Purpose, below, generator};

/// *Predict*: the fewest seeds with which a difference of `gap` is twice its standard error, where the paired differences
/// of single seeds have this standard deviation: 2 s / sqrt(n) = gap.
pub fn seeds_needed(deviation: f64, gap: f64) -> usize {
    (2.0 * deviation / gap).powi(2).ceil() as usize
}

/// *Build*: the 95 % interval of a mean by resampling (Efron 1979). Draw as many of the numbers as there are, each time from
/// all of them, so that some come twice and others not at all; take the mean; do so `resamples` times, and leave out the
/// lowest and the highest 2.5 %. The same seed gives the same interval. None for no numbers or no resamples.
pub fn bootstrap(numbers: &[f64], resamples: usize, seed: u64) -> Option<(f64, f64)> {
    if numbers.is_empty() || resamples == 0 {
        return None;
    }
    let mut rng = generator(seed, Purpose::Test, 0);
    let mut mean = || {
        let sum: f64 = (0..numbers.len()).map(|_| numbers[below(&mut rng, numbers.len())]).sum();
        sum / numbers.len() as f64
    };
    let mut means: Vec<f64> = (0..resamples).map(|_| mean()).collect();
    means.sort_by(f64::total_cmp);
    let cut = resamples / 40;
    Some((means[cut], means[resamples - 1 - cut]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use digits_core::evaluation::Evaluation;

    /// Protects the claim of the chapter: resampling the test images gives Wilson's interval.
    #[test]
    fn the_bootstrap_of_test_images_is_wilsons_interval() {
        let (correct, wrong) = (1766, 234);
        let images: Vec<f64> = [vec![1.0; correct], vec![0.0; wrong]].concat();
        let (low, high) = bootstrap(&images, 4000, 1).expect("numbers");
        let mut confusion = [[0; 10]; 10];
        (confusion[0][0], confusion[0][1]) = (correct as u32, wrong as u32);
        let wilson = Evaluation { loss: 0.0, confusion }.interval();
        assert!((low - wilson.0).abs() < 0.002 && (high - wilson.1).abs() < 0.002, "{low} {high} {wilson:?}");
    }

    /// Protects the ends: equal numbers leave no doubt, and none leave nothing.
    #[test]
    fn numbers_that_agree_leave_no_doubt() {
        assert_eq!(bootstrap(&[0.5; 4], 40, 1), Some((0.5, 0.5)));
        assert_eq!(bootstrap(&[], 40, 1), None);
    }

    /// Protects the answer: half the gap asks for four times the seeds.
    #[test]
    fn half_the_gap_asks_for_four_times_the_seeds() {
        assert_eq!(seeds_needed(0.2, 0.1), 16);
        assert_eq!(seeds_needed(0.2, 0.05), 64);
    }
}
