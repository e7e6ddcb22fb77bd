//! Means, how far numbers lie apart, and differences between numbers that belong together.
//!
//! Trainings of two stages with one seed start from the same weights and see the same images in the same order. What is
//! lucky for one is often lucky for the other, so the difference is taken seed by seed, and its mean is surer than
//! either result.

/// The mean of some numbers, and how far they lie apart.
///
/// Glossary (`docs/book/glossary.md`): standard deviation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spread {
    /// The mean.
    pub(crate) mean: f64,
    /// The standard deviation of a single one, with n - 1; none for a single number.
    pub(crate) deviation: Option<f64>,
    /// How many numbers there are.
    pub(crate) count: usize,
}

impl Spread {
    /// Of these numbers; none where there are none.
    pub(crate) fn of(numbers: &[f64]) -> Option<Self> {
        let count = numbers.len();
        if count == 0 {
            return None;
        }
        // The sum of equal numbers may be rounded; their mean is the number itself.
        let is_same = numbers.iter().all(|number| *number == numbers[0]);
        let mean = if is_same { numbers[0] } else { numbers.iter().sum::<f64>() / count as f64 };
        let squares: f64 = numbers.iter().map(|number| (number - mean).powi(2)).sum();
        let deviation = (count > 1).then(|| (squares / (count - 1) as f64).sqrt());
        Some(Spread { mean, deviation, count })
    }

    /// The standard error of the mean; none for a single number.
    pub(crate) fn error(&self) -> Option<f64> {
        self.deviation.map(|deviation| deviation / (self.count as f64).sqrt())
    }

    /// Whether the mean is further from 0 than twice its standard error. A single number never is.
    pub(crate) fn is_beyond_chance(&self) -> bool {
        self.error().is_some_and(|error| self.mean.abs() > 2.0 * error)
    }
}

/// The differences `a - b` of numbers that belong together; none unless there are equally many, and some.
///
/// Glossary (`docs/book/glossary.md`): paired difference, standard error.
pub(crate) fn paired(a: &[f64], b: &[f64]) -> Option<Spread> {
    if a.len() != b.len() {
        return None;
    }
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    Spread::of(&differences)
}

/// The middle one of some numbers; of an even count, the mean of the two in the middle.
pub(crate) fn median(numbers: &[f64]) -> Option<f64> {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        len if len % 2 == 1 => Some(sorted[middle]),
        _ => Some((sorted[middle - 1] + sorted[middle]) / 2.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mean_and_deviation_are_those_of_the_textbook() {
        let spread = Spread::of(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]).expect("numbers");
        assert_eq!(spread.mean, 5.0);
        assert!((spread.deviation.expect("several") - (32.0f64 / 7.0).sqrt()).abs() < 1e-12);
        assert!((spread.error().expect("several") - (4.0f64 / 7.0).sqrt()).abs() < 1e-12);
        assert_eq!(Spread::of(&[]), None);
        assert_eq!(
            Spread::of(&[0.8155; 3]).map(|spread| (spread.mean, spread.deviation)),
            Some((0.8155, Some(0.0)))
        );
    }

    #[test]
    fn one_number_says_nothing_about_chance() {
        let one = Spread::of(&[0.5]).expect("a number");
        assert_eq!((one.deviation, one.error(), one.is_beyond_chance()), (None, None, false));
    }

    #[test]
    fn what_is_common_to_a_pair_does_not_count() {
        // Both vary by twenty, their difference by nearly nothing.
        let difference = paired(&[11.0, 21.1, 30.9], &[10.0, 20.0, 30.0]).expect("pairs");
        assert!((difference.mean - 1.0).abs() < 1e-12 && difference.is_beyond_chance());
        assert!(!paired(&[11.0, 19.0], &[10.0, 20.0]).expect("pairs").is_beyond_chance());
        assert_eq!(paired(&[1.0], &[1.0, 2.0]), None);
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median(&[]), None);
    }
}
