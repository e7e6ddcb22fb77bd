//! What several figures and tables do with numbers.

use crate::query::statistic;

/// The mean of some numbers, and the standard deviation of a single one.
pub(crate) fn spread(numbers: &[f64]) -> (f64, f64) {
    let of = |name| statistic(name, numbers).unwrap_or(f64::NAN);
    (of("mean"), of("sd"))
}
