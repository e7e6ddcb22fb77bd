//! Functions applied entry by entry, large matrices on all cores. No entry depends on another, so the result does not
//! depend on how they are shared out.

use digits_core::linalg::{DMatrix, Real};
use rayon::prelude::*;

/// The entries that one thread takes at a time; fewer are not worth sharing.
const AT_A_TIME: usize = 1 << 15;

/// Replaces every entry of `matrix` by a function of it.
pub(crate) fn change<R: Real>(matrix: &mut DMatrix<R>, f: impl Fn(&mut R) + Sync) {
    let entries = matrix.as_mut_slice();
    if entries.len() < 2 * AT_A_TIME {
        entries.iter_mut().for_each(f);
    } else {
        entries.par_chunks_mut(AT_A_TIME).for_each(|entries| entries.iter_mut().for_each(&f));
    }
}

/// Changes every entry of `matrix` by the entry of `other` at its place; the two have one shape.
pub(crate) fn change_by<R: Real>(matrix: &mut DMatrix<R>, other: &DMatrix<R>, f: impl Fn(&mut R, R) + Sync) {
    assert_eq!(matrix.shape(), other.shape(), "matrices of one shape");
    let (entries, others) = (matrix.as_mut_slice(), other.as_slice());
    let serial = |entries: &mut [R], others: &[R]| {
        entries.iter_mut().zip(others).for_each(|(entry, &other)| f(entry, other));
    };
    if entries.len() < 2 * AT_A_TIME {
        serial(entries, others);
    } else {
        let parts = entries.par_chunks_mut(AT_A_TIME).zip(others.par_chunks(AT_A_TIME));
        parts.for_each(|(entries, others)| serial(entries, others));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_matrices_get_what_small_ones_get() {
        let large = DMatrix::from_fn(300, 500, |row, column| (row * 7 + column) as f32);
        let mut changed = large.clone();
        change(&mut changed, |entry| *entry += 1.0);
        change_by(&mut changed, &large, |entry, other| *entry -= other);
        assert!(changed.iter().all(|entry| *entry == 1.0));
    }
}
