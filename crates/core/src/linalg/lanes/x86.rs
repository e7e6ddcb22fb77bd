//! The lanes in the registers of x86-64.

use super::exp;
use super::{Kernel, LANES, Lanes};
use std::arch::x86_64::*;
use std::mem::transmute;

/// Computes with vector instructions. There is one `unsafe` here for all methods of [`Avx512`] and [`Avx2`], with one
/// reason: these types are private to this file, and only [`avx512`] and [`avx2`] hand them to a kernel, whose callers have
/// asked the processor; the methods are inlined into these two, so that they are compiled with the instructions.
macro_rules! vector {
    ($($code:tt)*) => {
        // SAFETY: the processor has the instructions; see above. A `transmute` is between sixteen `f32` in an array and the
        // same sixteen, in the same order, in one register or two.
        unsafe { $($code)* }
    };
}

/// # Safety
/// The processor must have AVX-512F.
#[target_feature(enable = "avx512f,avx2,fma")]
pub(super) unsafe fn avx512(kernel: impl Kernel<f32>) {
    kernel.run::<Avx512>();
}

/// # Safety
/// The processor must have AVX2 and FMA.
#[target_feature(enable = "avx2,fma")]
pub(super) unsafe fn avx2(kernel: impl Kernel<f32>) {
    kernel.run::<Avx2>();
}

/// Sixteen `f32` in one register of AVX-512. Values of this type exist only inside [`avx512`].
#[derive(Clone, Copy)]
struct Avx512(__m512);

impl Avx512 {
    /// 2^n of n + 1.5 * 2^23.
    #[inline(always)]
    fn two_to_the(n: Self) -> Self {
        vector! {
            let one = _mm512_castps_si512(_mm512_set1_ps(1.0));
            let power = _mm512_slli_epi32::<23>(_mm512_castps_si512(n.0));
            Avx512(_mm512_castsi512_ps(_mm512_add_epi32(power, one)))
        }
    }
}

impl Lanes<f32> for Avx512 {
    const REGISTERS: usize = 8;
    #[inline(always)]
    fn splat(value: f32) -> Self {
        Avx512(vector! { _mm512_set1_ps(value) })
    }
    #[inline(always)]
    fn load(from: &[f32; LANES]) -> Self {
        Avx512(vector! { transmute::<[f32; LANES], __m512>(*from) })
    }
    #[inline(always)]
    fn store(self, to: &mut [f32; LANES]) {
        *to = vector! { transmute::<__m512, [f32; LANES]>(self.0) };
    }
    #[inline(always)]
    fn mul_add(self, factor: Self, summand: Self) -> Self {
        Avx512(vector! { _mm512_fmadd_ps(self.0, factor.0, summand.0) })
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Avx512(vector! { _mm512_add_ps(self.0, other.0) })
    }
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Avx512(vector! { _mm512_sub_ps(self.0, other.0) })
    }
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Avx512(vector! { _mm512_mul_ps(self.0, other.0) })
    }
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        Avx512(vector! { _mm512_div_ps(self.0, other.0) })
    }
    #[inline(always)]
    fn at_least(self, bound: Self) -> Self {
        // The instruction answers with its second operand where either is not a number.
        Avx512(vector! { _mm512_max_ps(bound.0, self.0) })
    }
    #[inline(always)]
    fn at_most(self, bound: Self) -> Self {
        Avx512(vector! { _mm512_min_ps(bound.0, self.0) })
    }
    #[inline(always)]
    fn not_zero(self) -> u32 {
        u32::from(vector! { _mm512_cmp_ps_mask::<_CMP_NEQ_UQ>(self.0, _mm512_setzero_ps()) })
    }
    #[inline(always)]
    fn exp(self) -> Self {
        exp::exp(self, Avx512::two_to_the)
    }
    #[inline(always)]
    fn sum(self) -> f32 {
        vector! {
            let low = _mm512_castps512_ps256(self.0);
            let high = _mm512_castpd_ps(_mm512_shuffle_f64x2::<0b11_10>(
                _mm512_castps_pd(self.0),
                _mm512_castps_pd(self.0),
            ));
            sum_of_eight(_mm256_add_ps(low, _mm512_castps512_ps256(high)))
        }
    }
}

/// Lane i with lane i + 4, then i + 2, i + 1.
///
/// # Safety
/// The processor must have AVX2.
#[inline(always)]
unsafe fn sum_of_eight(lanes: __m256) -> f32 {
    vector! {
        let four = _mm_add_ps(_mm256_castps256_ps128(lanes), _mm256_extractf128_ps::<1>(lanes));
        let two = _mm_add_ps(four, _mm_movehl_ps(four, four));
        _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)))
    }
}

/// Sixteen `f32` in two registers of AVX2. Values of this type exist only inside [`avx2`].
#[derive(Clone, Copy)]
struct Avx2(__m256, __m256);

impl Avx2 {
    /// 2^n of n + 1.5 * 2^23.
    #[inline(always)]
    fn two_to_the(n: Self) -> Self {
        vector! {
            let one = _mm256_castps_si256(_mm256_set1_ps(1.0));
            let low = _mm256_slli_epi32::<23>(_mm256_castps_si256(n.0));
            let high = _mm256_slli_epi32::<23>(_mm256_castps_si256(n.1));
            Avx2(
                _mm256_castsi256_ps(_mm256_add_epi32(low, one)),
                _mm256_castsi256_ps(_mm256_add_epi32(high, one)),
            )
        }
    }
}

impl Lanes<f32> for Avx2 {
    const REGISTERS: usize = 4;
    #[inline(always)]
    fn splat(value: f32) -> Self {
        let eight = vector! { _mm256_set1_ps(value) };
        Avx2(eight, eight)
    }
    #[inline(always)]
    fn load(from: &[f32; LANES]) -> Self {
        let [low, high] = vector! { transmute::<[f32; LANES], [__m256; 2]>(*from) };
        Avx2(low, high)
    }
    #[inline(always)]
    fn store(self, to: &mut [f32; LANES]) {
        *to = vector! { transmute::<[__m256; 2], [f32; LANES]>([self.0, self.1]) };
    }
    #[inline(always)]
    fn mul_add(self, factor: Self, summand: Self) -> Self {
        vector! {
            Avx2(_mm256_fmadd_ps(self.0, factor.0, summand.0), _mm256_fmadd_ps(self.1, factor.1, summand.1))
        }
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        vector! { Avx2(_mm256_add_ps(self.0, other.0), _mm256_add_ps(self.1, other.1)) }
    }
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        vector! { Avx2(_mm256_sub_ps(self.0, other.0), _mm256_sub_ps(self.1, other.1)) }
    }
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        vector! { Avx2(_mm256_mul_ps(self.0, other.0), _mm256_mul_ps(self.1, other.1)) }
    }
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        vector! { Avx2(_mm256_div_ps(self.0, other.0), _mm256_div_ps(self.1, other.1)) }
    }
    #[inline(always)]
    fn at_least(self, bound: Self) -> Self {
        vector! { Avx2(_mm256_max_ps(bound.0, self.0), _mm256_max_ps(bound.1, self.1)) }
    }
    #[inline(always)]
    fn at_most(self, bound: Self) -> Self {
        vector! { Avx2(_mm256_min_ps(bound.0, self.0), _mm256_min_ps(bound.1, self.1)) }
    }
    #[inline(always)]
    fn not_zero(self) -> u32 {
        vector! {
            let zero = _mm256_setzero_ps();
            let low = _mm256_movemask_ps(_mm256_cmp_ps::<_CMP_NEQ_UQ>(self.0, zero));
            let high = _mm256_movemask_ps(_mm256_cmp_ps::<_CMP_NEQ_UQ>(self.1, zero));
            low as u32 | (high as u32) << 8
        }
    }
    #[inline(always)]
    fn exp(self) -> Self {
        exp::exp(self, Avx2::two_to_the)
    }
    #[inline(always)]
    fn sum(self) -> f32 {
        vector! { sum_of_eight(_mm256_add_ps(self.0, self.1)) }
    }
}
