//! The exponential function and the sigmoid in `f32`, sixteen at a time, with the same bits on every machine.

use super::Lanes;

/// Beyond this the result would leave the normal `f32`; exp is held at exp(+-87.33).
const LIMIT: f32 = 87.33;
/// 1.5 * 2^23: adding it rounds to a whole number, which then stands in the low bits.
const MAGIC: f32 = 12_582_912.0;
/// ln 2 in two parts, the first with so few bits that whole multiples of it are exact.
const LN2_HIGH: f32 = 0.693_359_4;
const LN2_LOW: f32 = -2.121_944_4e-4;

/// e^x for x held within +-87.33; the relative error is at most 7.9e-8, and 0.94 units in the last place: found by
/// trying every input.
///
/// The method of Cody and Waite: x = n ln 2 + r with |r| <= ln 2 / 2, e^x = 2^n e^r, and e^r by its Taylor
/// polynomial of degree 7. `two_to_the` makes 2^n of n + [`MAGIC`]: it is the only step that looks at bits.
#[inline(always)]
pub(super) fn exp<V: Lanes<f32>>(x: V, two_to_the: impl Fn(V) -> V) -> V {
    let c = V::splat;
    let x = x.at_most(c(LIMIT)).at_least(c(-LIMIT));
    let n_magic = x.mul_add(c(std::f32::consts::LOG2_E), c(MAGIC));
    let n = n_magic.sub(c(MAGIC));
    let r = n.mul_add(c(-LN2_HIGH), x);
    let r = n.mul_add(c(-LN2_LOW), r);
    let mut polynomial = c(1.0 / 5040.0);
    for inverse_factorial in [1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0] {
        polynomial = polynomial.mul_add(r, c(inverse_factorial));
    }
    polynomial.mul(two_to_the(n_magic))
}

#[cfg(test)]
mod every_input;

#[cfg(test)]
mod tests {
    use crate::linalg::kernels::Kernels;
    use crate::linalg::lanes::{LANES, Lanes, Level, plain::Plain};
    use crate::linalg::tests::at_each_level;
    use crate::linalg::{DMatrix, sigmoid};

    /// e^x of each, as plain arrays compute it.
    fn plain(x: [f32; LANES]) -> [f32; LANES] {
        let mut y = [0.0; LANES];
        Plain::load(&x).exp().store(&mut y);
        y
    }

    #[test]
    fn the_stated_error_holds() {
        let mut worst = 0.0f64;
        let steps = 200_000;
        for step in 0..steps {
            let start = -87.3 + 174.6 * step as f32 / steps as f32;
            let x: [f32; LANES] = std::array::from_fn(|i| (start + i as f32 * 1e-5).min(87.3));
            for (x, y) in x.into_iter().zip(plain(x)) {
                let exact = f64::from(x).exp();
                worst = worst.max((f64::from(y) - exact).abs() / exact);
            }
        }
        assert!(worst <= 7.9e-8, "relative error {worst:e}");
    }

    #[test]
    fn every_instruction_set_gives_the_same_bits() {
        let x: Vec<f32> = (0..800_000).map(|i| -100.0 + i as f32 * 2.5e-4).collect();
        let expected: Vec<u32> =
            x.iter().map(|x| (1.0 / (1.0 + f32::exponential(0.0 - x))).to_bits()).collect();
        at_each_level(|level: Level| {
            let mut z = DMatrix::from_column_slice(x.len(), 1, &x);
            sigmoid(&mut z);
            assert!(z.iter().map(|z| z.to_bits()).eq(expected.iter().copied()), "{level}");
        });
    }

    #[test]
    fn no_input_overflows_and_what_is_not_a_number_stays_so() {
        let mut x = [0.0; LANES];
        x[..6].copy_from_slice(&[f32::MAX, f32::MIN, 1e4, -1e4, f32::INFINITY, f32::NEG_INFINITY]);
        x[6] = f32::NAN;
        let y = plain(x);
        assert!(y[..6].iter().all(|y| y.is_finite() && *y > 0.0), "{y:?}");
        assert!(y[6].is_nan());
        assert_eq!(y[7], 1.0);
    }
}
