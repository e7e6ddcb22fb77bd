//! Functions applied entry by entry, large matrices on all cores. No entry depends on another, so the result does not
//! depend on how they are shared out.

use super::{DMatrix, Real, shape};
use crate::parallel;

/// The entries that one thread takes at a time; fewer are not worth sharing.
const AT_A_TIME: usize = 1 << 15;

/// Sets `result` to f(a, b), entry by entry; `a` and `b` have one shape.
pub fn zip_into<R: Real>(
    result: &mut DMatrix<R>,
    a: &DMatrix<R>,
    b: &DMatrix<R>,
    f: impl Fn(R, R) -> R + Sync,
) {
    assert_eq!(a.shape(), b.shape(), "matrices of one shape");
    shape(result, a.nrows(), a.ncols());
    for ((result, &a), &b) in result.as_mut_slice().iter_mut().zip(a.as_slice()).zip(b.as_slice()) {
        *result = f(a, b);
    }
}

/// Replaces every entry of `a` by f(a, b), with the entry b of `b` at its place; both have one shape.
///
/// Glossary (`docs/book/glossary.md`): element by element.
pub fn zip_apply<R: Real>(a: &mut DMatrix<R>, b: &DMatrix<R>, f: impl Fn(R, R) -> R + Sync) {
    assert_eq!(a.shape(), b.shape(), "matrices of one shape");
    let serial = |a: &mut [R], b: &[R]| a.iter_mut().zip(b).for_each(|(a, &b)| *a = f(*a, b));
    let (a, b) = (a.as_mut_slice(), b.as_slice());
    if a.len() < 2 * AT_A_TIME {
        serial(a, b);
    } else {
        parallel::for_each(a.chunks_mut(AT_A_TIME).zip(b.chunks(AT_A_TIME)), |(a, b)| serial(a, b));
    }
}

/// Replaces every entry of `matrix` by f of it.
pub fn apply<R: Real>(matrix: &mut DMatrix<R>, f: impl Fn(R) -> R + Sync) {
    let serial = |entries: &mut [R]| entries.iter_mut().for_each(|entry| *entry = f(*entry));
    let entries = matrix.as_mut_slice();
    if entries.len() < 2 * AT_A_TIME {
        serial(entries);
    } else {
        parallel::for_each(entries.chunks_mut(AT_A_TIME), serial);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_matrices_get_what_small_ones_get() {
        let large = DMatrix::from_fn(300, 500, |row, column| (row * 7 + column) as f32);
        let mut changed = large.clone();
        apply(&mut changed, |entry| entry + 1.0);
        zip_apply(&mut changed, &large, |entry, other| entry - other);
        assert!(changed.iter().all(|entry| *entry == 1.0));
    }
}
