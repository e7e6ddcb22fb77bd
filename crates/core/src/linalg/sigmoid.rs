//! The sigmoid, 1 / (1 + e^-z), in place.

use super::lanes::{Kernel, LANES, Lanes};
use super::{DMatrix, Real, definition};

pub(super) struct Sigmoid<'a, R>(&'a mut [R]);

impl<R: Real> Kernel<R> for Sigmoid<'_, R> {
    #[inline(always)]
    fn run<V: Lanes<R>>(self) {
        let (blocks, rest) = self.0.as_chunks_mut::<LANES>();
        for block in blocks {
            sigmoid_of::<R, V>(block);
        }
        if !rest.is_empty() {
            let mut block = [R::zero(); LANES];
            block[..rest.len()].copy_from_slice(rest);
            sigmoid_of::<R, V>(&mut block);
            rest.copy_from_slice(&block[..rest.len()]);
        }
    }
}

#[inline(always)]
fn sigmoid_of<R: Real, V: Lanes<R>>(block: &mut [R; LANES]) {
    let one = V::splat(R::one());
    let minus_z = V::splat(R::zero()).sub(V::load(block));
    one.div(one.add(minus_z.exp())).store(block);
}

/// z -> 1 / (1 + e^-z) for every entry. No finite input overflows: beyond +-87 the result is held at that of 87.
/// Defined by [`definition::sigmoid`].
///
/// Glossary (`docs/book/glossary.md`): sigmoid.
pub fn sigmoid<R: Real>(z: &mut DMatrix<R>) {
    if cfg!(feature = "plain") {
        return definition::sigmoid(z.as_mut_slice());
    }
    R::sigmoid(Sigmoid(z.as_mut_slice()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::tests::at_each_level;

    #[test]
    fn the_sigmoid_is_right_and_never_overflows() {
        at_each_level(|_| {
            let z = [
                0.0,
                1.0,
                -1.0,
                5.5,
                -30.0,
                1e4,
                -1e4,
                f32::MAX,
                f32::MIN,
                0.1,
                0.2,
                0.3,
                0.4,
                0.5,
                0.6,
                0.7,
                0.8,
            ];
            let mut o = DMatrix::from_column_slice(z.len(), 1, &z);
            sigmoid(&mut o);
            for (z, o) in z.into_iter().zip(o.iter()) {
                let exact = 1.0 / (1.0 + (-f64::from(z)).exp());
                assert!((f64::from(*o) - exact).abs() < 1.5e-7, "sigmoid({z}) = {o}, not {exact}");
            }
            let mut nan = DMatrix::from_element(3, 1, f32::NAN);
            sigmoid(&mut nan);
            assert!(nan.iter().all(|o| o.is_nan()), "what is not a number must stay so");
        });
    }
}
