//! The lanes as arrays, for every machine and number type.

use super::exp;
use super::{LANES, Lanes, Real};

/// Lanes as an array, for every machine and number type.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plain<R>([R; LANES]);

impl<R: Copy> Plain<R> {
    #[inline(always)]
    fn map(self, other: Self, f: impl Fn(R, R) -> R) -> Self {
        let mut result = self;
        for (r, o) in result.0.iter_mut().zip(other.0) {
            *r = f(*r, o);
        }
        result
    }
}

/// One number at a time, with the bits of a lane.
pub(in super::super) mod scalar {
    use super::{LANES, Scalar};

    /// a b + c, rounded once.
    pub(in super::super::super) fn fused<R: Scalar>(a: R, b: R, c: R) -> R {
        R::fused(a, b, c)
    }

    /// e^x.
    pub(in super::super::super) fn exponential<R: Scalar>(x: R) -> R {
        R::exponential([x; LANES])[0]
    }
}

/// What differs between the number types where lanes are an array.
pub(in super::super) trait Scalar: Copy {
    fn fused(a: Self, b: Self, c: Self) -> Self;
    fn exponential(x: [Self; LANES]) -> [Self; LANES];
}

impl Scalar for f32 {
    #[inline(always)]
    fn fused(a: f32, b: f32, c: f32) -> f32 {
        if cfg!(all(target_arch = "x86_64", not(target_feature = "fma"))) {
            fused_in_software(a, b, c)
        } else {
            a.mul_add(b, c)
        }
    }

    #[inline(always)]
    fn exponential(x: [f32; LANES]) -> [f32; LANES] {
        exp::exp(Plain(x), two_to_the).0
    }
}

/// 2^n of n + 1.5 * 2^23.
#[inline(always)]
fn two_to_the(n: Plain<f32>) -> Plain<f32> {
    Plain(n.0.map(|n| f32::from_bits((n.to_bits() << 23).wrapping_add(1.0f32.to_bits()))))
}

impl Scalar for f64 {
    #[inline(always)]
    fn fused(a: f64, b: f64, c: f64) -> f64 {
        a.mul_add(b, c)
    }

    #[inline(always)]
    fn exponential(x: [f64; LANES]) -> [f64; LANES] {
        x.map(libm::exp)
    }
}

/// `a * b + c` rounded once, for processors without the instruction, many times faster than the C library's.
///
/// The product of two `f32` is exact in `f64`. The sum is rounded to odd (its last bit set where it was not exact),
/// after which rounding to `f32` cannot round twice the same way: Boldo and Melquiond, "Emulation of FMA and
/// correctly rounded sums: proved algorithms using rounding to odd", IEEE Transactions on Computers 57 (2008).
#[inline(always)]
fn fused_in_software(a: f32, b: f32, c: f32) -> f32 {
    let (product, c) = (f64::from(a) * f64::from(b), f64::from(c));
    let sum = product + c;
    // Knuth's two-sum: what `sum` lost.
    let part = sum - product;
    let lost = (product - (sum - part)) + (c - part);
    let bits = sum.to_bits();
    if lost != 0.0 && bits & 1 == 0 && sum.is_finite() {
        // One step of the last bit, up or down, towards the exact sum; both ends of the step are odd.
        let away_from_zero = (lost > 0.0) == (sum > 0.0);
        f64::from_bits(if away_from_zero { bits + 1 } else { bits - 1 }) as f32
    } else {
        sum as f32
    }
}

impl<R: Scalar + Real> Lanes<R> for Plain<R> {
    const REGISTERS: usize = if cfg!(target_arch = "aarch64") { 4 } else { 2 };
    #[inline(always)]
    fn splat(value: R) -> Self {
        Plain([value; LANES])
    }
    #[inline(always)]
    fn load(from: &[R; LANES]) -> Self {
        Plain(*from)
    }
    #[inline(always)]
    fn store(self, to: &mut [R; LANES]) {
        *to = self.0;
    }
    #[inline(always)]
    fn mul_add(self, factor: Self, summand: Self) -> Self {
        let mut result = self;
        for ((r, f), s) in result.0.iter_mut().zip(factor.0).zip(summand.0) {
            *r = <R as Scalar>::fused(*r, f, s);
        }
        result
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.map(other, |a, b| a + b)
    }
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.map(other, |a, b| a - b)
    }
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self.map(other, |a, b| a * b)
    }
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        self.map(other, |a, b| a / b)
    }
    #[inline(always)]
    fn at_least(self, bound: Self) -> Self {
        self.map(bound, |a, b| if b > a { b } else { a })
    }
    #[inline(always)]
    fn at_most(self, bound: Self) -> Self {
        self.map(bound, |a, b| if b < a { b } else { a })
    }
    #[inline(always)]
    fn not_zero(self) -> u32 {
        let mut lanes = 0;
        for (lane, value) in self.0.iter().enumerate() {
            lanes |= u32::from(*value != R::zero()) << lane;
        }
        lanes
    }
    #[inline(always)]
    fn exp(self) -> Self {
        Plain(<R as Scalar>::exponential(self.0))
    }
    #[inline(always)]
    fn sum(self) -> R {
        let mut lanes = self.0;
        for half in [8, 4, 2, 1] {
            for i in 0..half {
                lanes[i] += lanes[i + half];
            }
        }
        lanes[0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, generator};
    use rand::Rng;

    #[test]
    fn fused_in_software_rounds_once_like_the_instruction() {
        let mut rng = generator(1, Purpose::Test, 0);
        let mut near = |scale: i32| {
            // Every sign and mantissa, exponents close enough that rounding matters.
            let bits = rng.next_u32();
            let exponent = (127 + scale + (bits >> 23) as i32 % 30 - 15) as u32;
            f32::from_bits((bits & 0x807f_ffff) | (exponent << 23))
        };
        for _ in 0..1_000_000 {
            let (a, b, c) = (near(0), near(0), near(0));
            assert_eq!(fused_in_software(a, b, c).to_bits(), a.mul_add(b, c).to_bits(), "{a:e} {b:e} {c:e}");
        }
        for (a, b, c) in [
            (0.0, -1.0, 0.0),
            (1.0, 1.0, -1.0),
            (f32::MAX, 2.0, -f32::MAX),
            (f32::INFINITY, 1.0, 1.0),
            (1e-30, 1e-10, 1e-42),
            (1.0 + f32::EPSILON, 1.0 + f32::EPSILON, 2f32.powi(-60)),
        ] {
            assert_eq!(fused_in_software(a, b, c).to_bits(), a.mul_add(b, c).to_bits(), "{a:e} {b:e} {c:e}");
        }
        assert!(fused_in_software(f32::NAN, 1.0, 1.0).is_nan());
    }
}
