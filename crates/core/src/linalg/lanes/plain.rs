//! The lanes as arrays, for every machine and number type.

// Lanes are arrays indexed alike.
#![allow(clippy::needless_range_loop)]

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
    fn fused_lanes(a: [Self; LANES], b: [Self; LANES], c: [Self; LANES]) -> [Self; LANES];
    fn exponential(x: [Self; LANES]) -> [Self; LANES];
}

/// Whether the compiler may count on an instruction for fused products. Elsewhere `mul_add` is a call of the C library.
const HAS_INSTRUCTION: bool = cfg!(any(target_arch = "aarch64", target_feature = "fma"));

impl Scalar for f32 {
    #[inline(always)]
    fn fused(a: f32, b: f32, c: f32) -> f32 {
        if HAS_INSTRUCTION { a.mul_add(b, c) } else { fused_in_software(a, b, c) }
    }

    #[inline(always)]
    fn fused_lanes(a: [f32; LANES], b: [f32; LANES], c: [f32; LANES]) -> [f32; LANES] {
        if HAS_INSTRUCTION { each(a, b, c, f32::mul_add) } else { fused_lanes_in_software(a, b, c) }
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
    fn fused_lanes(a: [f64; LANES], b: [f64; LANES], c: [f64; LANES]) -> [f64; LANES] {
        each(a, b, c, f64::mul_add)
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

/// `f` of each lane.
#[inline(always)]
fn each<R: Copy>(a: [R; LANES], b: [R; LANES], c: [R; LANES], f: fn(R, R, R) -> R) -> [R; LANES] {
    let mut result = a;
    for i in 0..LANES {
        result[i] = f(a[i], b[i], c[i]);
    }
    result
}

/// The bits of an `f64` that an `f32` does not have.
pub(super) const BEYOND: u32 = (1 << 29) - 1;
/// The first of them: halfway between two `f32`.
pub(super) const HALF: u32 = 1 << 28;
/// The upper half of 2^-126 as an `f64`, the smallest normal `f32`.
pub(super) const SMALLEST: u32 = (1023 - 126) << 20;

/// Sixteen times [`fused_in_software`], in a form that the compiler turns into vectors: the sum is rounded to `f64` and then
/// to `f32`, which is nearly always right, and checked.
///
/// Rounding twice errs only where the `f64` is halfway between two `f32` and is not the exact sum. Halfway means that the
/// bits beyond those of an `f32` are a 1 and zeros. Where the product is itself an `f32`, as with a factor of 1, such a sum
/// of two `f32` is exact: the smaller one then ends before the last bit of the `f64`. Below the smallest normal `f32` there
/// are fewer bits, so everything there but zero is in doubt. If any lane is in doubt, all are done anew.
#[inline(always)]
fn fused_lanes_in_software(a: [f32; LANES], b: [f32; LANES], c: [f32; LANES]) -> [f32; LANES] {
    let (mut product, mut sum, mut result) = ([0; LANES], [0; LANES], [0.0; LANES]);
    for i in 0..LANES {
        let exact = f64::from(a[i]) * f64::from(b[i]);
        let rounded = exact + f64::from(c[i]);
        result[i] = rounded as f32;
        (product[i], sum[i]) = (exact.to_bits(), rounded.to_bits());
    }
    let mut doubt = false;
    for i in 0..LANES {
        let is_halfway = (sum[i] as u32 & BEYOND == HALF) & (product[i] as u32 & BEYOND != 0);
        let magnitude = (sum[i] >> 32) as u32 & (u32::MAX >> 1);
        let is_small = magnitude.wrapping_sub(1) < SMALLEST;
        doubt |= is_halfway | is_small;
    }
    if doubt { fused_anew(&a, &b, &c) } else { result }
}

/// Sixteen times [`fused_in_software`], apart from the kernels, which would become many times as large.
#[cold]
#[inline(never)]
pub(super) fn fused_anew(a: &[f32; LANES], b: &[f32; LANES], c: &[f32; LANES]) -> [f32; LANES] {
    each(*a, *b, *c, fused_in_software)
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
        Plain(R::fused_lanes(self.0, factor.0, summand.0))
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

    /// Both forms in software against the instruction, or the C library's own way.
    fn check(triples: &[[f32; 3]; LANES]) {
        let [a, b, c] = [0, 1, 2].map(|which| triples.map(|triple| triple[which]));
        let lanes = fused_lanes_in_software(a, b, c);
        for i in 0..LANES {
            let (a, b, c) = (a[i], b[i], c[i]);
            let expected = a.mul_add(b, c);
            for found in [lanes[i], fused_in_software(a, b, c)] {
                let same = found.to_bits() == expected.to_bits() || found.is_nan() && expected.is_nan();
                assert!(same, "{a:e} * {b:e} + {c:e} = {expected:e}, found {found:e}");
            }
        }
    }

    /// Triples of the kinds at which rounding may go wrong, each kind as often as the others.
    struct Triples(crate::random::Generator);

    impl Triples {
        /// Every sign and mantissa, and an exponent within `spread` of 2^`scale`.
        fn near(&mut self, scale: i32, spread: i32) -> f32 {
            let bits = self.0.next_u32();
            let exponent = (127 + scale + (self.0.next_u32() >> 8) as i32 % (2 * spread + 1) - spread) as u32;
            f32::from_bits((bits & 0x807f_ffff) | (exponent.min(254) << 23))
        }

        /// A number with so few bits that products and sums of such numbers often end halfway.
        fn short(&mut self) -> f32 {
            let bits = self.0.next_u32();
            let kept = u32::MAX << (23 - bits % 14);
            f32::from_bits(self.near(0, 13).to_bits() & kept)
        }

        /// Zeros, ones, the ends of the ranges, infinities, and what is not a number.
        fn special(&mut self) -> f32 {
            let all = [
                0.0,
                1.0,
                2.0,
                f32::MIN_POSITIVE,
                f32::from_bits(1),
                f32::from_bits(0x007f_ffff),
                f32::MAX,
                f32::INFINITY,
                f32::NAN,
                f32::EPSILON,
                1.0 + f32::EPSILON,
                1.0 - f32::EPSILON / 2.0,
            ];
            let bits = self.0.next_u32();
            let sign = if bits & 1 == 0 { 1.0 } else { -1.0 };
            sign * all[(bits >> 8) as usize % all.len()]
        }

        fn next(&mut self, kind: usize) -> [f32; 3] {
            match kind {
                0 => [self.near(0, 15), self.near(0, 15), self.near(0, 15)],
                1 => [self.short(), self.short(), self.short()],
                // The sum is near the smallest numbers, or below.
                2 => [self.near(-70, 12), self.near(-62, 12), self.near(-126, 12)],
                // The product is tiny beside the summand, or the other way round.
                3 => [self.near(0, 3), self.near(-27, 5), self.near(0, 3)],
                4 => [self.near(60, 10), self.near(62, 10), self.near(120, 6)],
                5 => [self.special(), self.special(), self.special()],
                6 => [self.special(), self.short(), self.near(0, 20)],
                // A product that is halfway between two numbers, and a summand far below or above.
                _ => {
                    let (a, b) = (self.short(), self.short());
                    let far = self.near(-40, 30);
                    [a, b, if self.0.next_u32() & 1 == 0 { far } else { -(a * b) + far }]
                }
            }
        }
    }

    /// How many triples are checked of each kind: a few here, and a thousand times as many by hand.
    fn check_many(sixteens: u64) {
        for kind in 0..8 {
            let mut triples = Triples(generator(1, Purpose::Test, kind as u64));
            for _ in 0..sixteens {
                check(&std::array::from_fn(|_| triples.next(kind)));
            }
        }
    }

    /// Protects the bits of every product on machines without the instruction, and in browsers.
    #[test]
    fn products_in_software_round_once_like_the_instruction() {
        check_many(4_000);
    }

    #[test]
    #[ignore = "takes a minute: cargo test --release -p core -- --ignored products_in_software"]
    fn products_in_software_round_once_like_the_instruction_many_times() {
        check_many(4_000_000);
    }
}
