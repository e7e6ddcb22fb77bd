//! The lanes in the vectors of WebAssembly.
//!
//! It has no fused product that is the same everywhere. [`Exact`] computes it in `f64` and checks the rounding, as the plain
//! arrays do. A relaxed product may be fused or not, as the processor likes it; where a trial shows that it is, its bits are
//! those of everywhere else, and it is many times faster.

use super::exp;
use super::plain::{BEYOND, HALF, SMALLEST, fused_anew};
use super::{Kernel, LANES, Lanes};
use std::arch::wasm32::*;
use std::marker::PhantomData;
use std::mem::transmute;

/// Runs a kernel with vectors. A browser refuses the whole module if it does not know them, so there is nothing to ask.
#[target_feature(enable = "simd128")]
pub(super) fn simd128(kernel: impl Kernel<f32>) {
    kernel.run::<Vectors<Exact>>();
}

/// The same with relaxed products, for those to whom [`relaxed_products_are_fused`] said yes.
#[cfg(feature = "relaxed")]
#[target_feature(enable = "simd128,relaxed-simd")]
pub(super) fn relaxed(kernel: impl Kernel<f32>) {
    kernel.run::<Vectors<Relaxed>>();
}

/// Whether relaxed products are fused here: (1 + 2^-12)^2 - (1 + 2^-11) is 2^-24 then, and 0 if they are rounded first.
#[cfg(feature = "relaxed")]
pub(super) fn relaxed_products_are_fused() -> bool {
    #[target_feature(enable = "simd128,relaxed-simd")]
    fn product(a: f32, b: f32, c: f32) -> f32 {
        f32x4_extract_lane::<0>(f32x4_relaxed_madd(f32x4_splat(a), f32x4_splat(b), f32x4_splat(c)))
    }
    // What the compiler knows beforehand it would compute itself.
    let hidden = std::hint::black_box::<f32>;
    let (a, c) = (hidden(1.0 + 2f32.powi(-12)), hidden(-1.0 - 2f32.powi(-11)));
    product(a, a, c) == 2f32.powi(-24)
}

/// Sixteen numbers in an array as four vectors.
#[inline(always)]
fn of_array(array: [f32; LANES]) -> [v128; 4] {
    // SAFETY: these are the same bytes in the same order.
    unsafe { transmute::<[f32; LANES], [v128; 4]>(array) }
}

/// Four vectors as sixteen numbers in an array.
#[inline(always)]
fn to_array(vectors: [v128; 4]) -> [f32; LANES] {
    // SAFETY: these are the same bytes in the same order.
    unsafe { transmute::<[v128; 4], [f32; LANES]>(vectors) }
}

/// How fused products are computed.
trait Product: Copy {
    /// `a * b + c` of each lane, rounded once.
    fn fused(a: [v128; 4], b: [v128; 4], c: [v128; 4]) -> [v128; 4];
}

/// In `f64`, with a check; see `fused_lanes_in_software` of the plain arrays for the reasons.
#[derive(Clone, Copy)]
struct Exact;

impl Product for Exact {
    #[inline(always)]
    fn fused(a: [v128; 4], b: [v128; 4], c: [v128; 4]) -> [v128; 4] {
        {
            let (first, doubt) = checked(a[0], b[0], c[0]);
            let (second, more) = checked(a[1], b[1], c[1]);
            let doubt = v128_or(doubt, more);
            let (third, more) = checked(a[2], b[2], c[2]);
            let doubt = v128_or(doubt, more);
            let (fourth, more) = checked(a[3], b[3], c[3]);
            if !v128_any_true(v128_or(doubt, more)) {
                return [first, second, third, fourth];
            }
            of_array(fused_anew(&to_array(a), &to_array(b), &to_array(c)))
        }
    }
}

/// `a * b + c` of four lanes, rounded twice, and in which of them that is in doubt.
#[inline(always)]
fn checked(a: v128, b: v128, c: v128) -> (v128, v128) {
    {
        let (upper_a, upper_b, upper_c) = (
            i32x4_shuffle::<2, 3, 2, 3>(a, a),
            i32x4_shuffle::<2, 3, 2, 3>(b, b),
            i32x4_shuffle::<2, 3, 2, 3>(c, c),
        );
        let p = f64x2_mul(f64x2_promote_low_f32x4(a), f64x2_promote_low_f32x4(b));
        let q = f64x2_mul(f64x2_promote_low_f32x4(upper_a), f64x2_promote_low_f32x4(upper_b));
        let s = f64x2_add(p, f64x2_promote_low_f32x4(c));
        let t = f64x2_add(q, f64x2_promote_low_f32x4(upper_c));
        let rounded = i32x4_shuffle::<0, 1, 4, 5>(f32x4_demote_f64x2_zero(s), f32x4_demote_f64x2_zero(t));

        let beyond = u32x4_splat(BEYOND);
        let of_sum = v128_and(i32x4_shuffle::<0, 2, 4, 6>(s, t), beyond);
        let of_product = v128_and(i32x4_shuffle::<0, 2, 4, 6>(p, q), beyond);
        let is_halfway =
            v128_andnot(i32x4_eq(of_sum, u32x4_splat(HALF)), i32x4_eq(of_product, u32x4_splat(0)));
        let magnitude = v128_and(i32x4_shuffle::<1, 3, 5, 7>(s, t), u32x4_splat(u32::MAX >> 1));
        let is_small = u32x4_lt(i32x4_sub(magnitude, u32x4_splat(1)), u32x4_splat(SMALLEST));
        (rounded, v128_or(is_halfway, is_small))
    }
}

/// By the processor.
#[cfg(feature = "relaxed")]
#[derive(Clone, Copy)]
struct Relaxed;

#[cfg(feature = "relaxed")]
impl Product for Relaxed {
    #[inline(always)]
    fn fused(a: [v128; 4], b: [v128; 4], c: [v128; 4]) -> [v128; 4] {
        {
            [
                f32x4_relaxed_madd(a[0], b[0], c[0]),
                f32x4_relaxed_madd(a[1], b[1], c[1]),
                f32x4_relaxed_madd(a[2], b[2], c[2]),
                f32x4_relaxed_madd(a[3], b[3], c[3]),
            ]
        }
    }
}

/// Sixteen `f32` in four vectors.
#[derive(Clone, Copy)]
struct Vectors<P>([v128; 4], PhantomData<P>);

/// An operation on each of the four vectors.
macro_rules! each {
    ($i:ident => $code:expr) => {
        Vectors(
            {
                [
                    {
                        const $i: usize = 0;
                        $code
                    },
                    {
                        const $i: usize = 1;
                        $code
                    },
                    {
                        const $i: usize = 2;
                        $code
                    },
                    {
                        const $i: usize = 3;
                        $code
                    },
                ]
            },
            PhantomData,
        )
    };
}

impl<P: Product> Vectors<P> {
    /// 2^n of n + 1.5 * 2^23.
    #[inline(always)]
    fn two_to_the(n: Self) -> Self {
        each!(I => i32x4_add(i32x4_shl(n.0[I], 23), f32x4_splat(1.0)))
    }
}

impl<P: Product> Lanes<f32> for Vectors<P> {
    const REGISTERS: usize = 2;
    #[inline(always)]
    fn splat(value: f32) -> Self {
        Vectors([f32x4_splat(value); 4], PhantomData)
    }
    #[inline(always)]
    fn load(from: &[f32; LANES]) -> Self {
        Vectors(of_array(*from), PhantomData)
    }
    #[inline(always)]
    fn store(self, to: &mut [f32; LANES]) {
        *to = to_array(self.0);
    }
    #[inline(always)]
    fn mul_add(self, factor: Self, summand: Self) -> Self {
        Vectors(P::fused(self.0, factor.0, summand.0), PhantomData)
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        each!(I => f32x4_add(self.0[I], other.0[I]))
    }
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        each!(I => f32x4_sub(self.0[I], other.0[I]))
    }
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        each!(I => f32x4_mul(self.0[I], other.0[I]))
    }
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        each!(I => f32x4_div(self.0[I], other.0[I]))
    }
    #[inline(always)]
    fn at_least(self, bound: Self) -> Self {
        // The instruction answers with its first operand where either is not a number.
        each!(I => f32x4_pmax(self.0[I], bound.0[I]))
    }
    #[inline(always)]
    fn at_most(self, bound: Self) -> Self {
        each!(I => f32x4_pmin(self.0[I], bound.0[I]))
    }
    #[inline(always)]
    fn not_zero(self) -> u32 {
        let mut lanes = 0;
        for (quarter, four) in self.0.into_iter().enumerate() {
            lanes |= u32::from(i32x4_bitmask(f32x4_ne(four, f32x4_splat(0.0)))) << (4 * quarter);
        }
        lanes
    }
    #[inline(always)]
    fn exp(self) -> Self {
        exp::exp(self, Self::two_to_the)
    }
    #[inline(always)]
    fn sum(self) -> f32 {
        let [a, b, c, d] = self.0;
        {
            let four = f32x4_add(f32x4_add(a, c), f32x4_add(b, d));
            let two = f32x4_add(four, i32x4_shuffle::<2, 3, 0, 1>(four, four));
            f32x4_extract_lane::<0>(two) + f32x4_extract_lane::<1>(two)
        }
    }
}
