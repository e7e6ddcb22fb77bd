//! The softmax, e^z / sum e^z: outputs that are probabilities.

use super::{DMatrix, Real};

/// e^z / sum e^z of each column, in place; the sum is from the first to the last. e^z would overflow from z = 89 on, so the
/// largest z of the column is subtracted first, which changes nothing else.
///
/// Glossary (`docs/book/glossary.md`): softmax.
pub fn softmax<R: Real>(z: &mut DMatrix<R>) {
    let rows = z.nrows().max(1);
    for column in z.as_mut_slice().chunks_exact_mut(rows) {
        let largest = column.iter().fold(column[0], |largest, &z| if z > largest { z } else { largest });
        let mut sum = R::zero();
        for z in column.iter_mut() {
            *z = R::of(libm::exp((*z - largest).as_f64()));
            sum += *z;
        }
        for z in column {
            *z /= sum;
        }
    }
}
