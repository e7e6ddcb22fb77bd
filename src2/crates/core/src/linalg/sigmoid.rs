//! The sigmoid, 1 / (1 + e^-z), in place.

use super::lanes::{Kernel, LANES, Lanes};
use super::{DMatrix, Real};

pub(crate) struct Sigmoid<'a, R>(&'a mut [R]);

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
pub fn sigmoid<R: Real>(z: &mut DMatrix<R>) {
    R::sigmoid(Sigmoid(z.as_mut_slice()));
}
