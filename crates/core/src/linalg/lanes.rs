//! Sixteen numbers at a time: the vector type of all products, and the choice of instructions at run time.
//!
//! A kernel is written once, over [`Lanes`]. It runs on AVX-512 (one register of sixteen `f32`), on AVX2 with FMA
//! (two of eight), or as plain arrays, which the compiler turns into NEON on 64-bit Arm. All of them do the same sixteen
//! operations with the same roundings, products are always fused with the sum that follows
//! ([`Lanes::mul_add`]), and [`Lanes::sum`] adds in one fixed order. So a result has the same bits on every
//! machine, and the tests compare them bit by bit.
//!
//! This is the only module with `unsafe`: calling vector instructions needs it. Each use rests on one of two
//! facts: the processor was asked for the instructions ([`Level::detect`]), or sixteen numbers in an array are the
//! same bytes as sixteen numbers in a vector.
//!
//! Kernels hold no closures around vectors: a closure is compiled without the instructions of the function around it, and
//! each operation in it then becomes a call.
#![allow(unsafe_code)]

use super::exp;

/// How many numbers a vector holds, on every machine.
pub(super) const LANES: usize = 16;

/// Sixteen numbers of type `R`, computed with lane by lane.
pub trait Lanes<R>: Copy {
    /// How many vectors of a column a kernel should hold in registers at a time: 8, 4 or 2.
    const REGISTERS: usize;
    /// Sixteen times the same number.
    fn splat(value: R) -> Self;
    /// The sixteen numbers of an array.
    fn load(from: &[R; LANES]) -> Self;
    /// Writes the sixteen numbers to an array.
    fn store(self, to: &mut [R; LANES]);
    /// `self * factor + summand`, rounded once.
    fn mul_add(self, factor: Self, summand: Self) -> Self;
    /// `self + other`.
    fn add(self, other: Self) -> Self;
    /// `self - other`.
    fn sub(self, other: Self) -> Self;
    /// `self * other`.
    fn mul(self, other: Self) -> Self;
    /// `self / other`.
    fn div(self, other: Self) -> Self;
    /// The larger of `self` and `bound`; not a number where `self` is not.
    fn at_least(self, bound: Self) -> Self;
    /// The smaller of `self` and `bound`; not a number where `self` is not.
    fn at_most(self, bound: Self) -> Self;
    /// Which lanes are not zero, lane 0 in the lowest bit.
    fn not_zero(self) -> u32;
    /// The exponential function, within the error that [`exp`](super::exp) states.
    fn exp(self) -> Self;
    /// The sum of all lanes: lane i with lane i + 8, then i + 4, i + 2, i + 1.
    fn sum(self) -> R;
}

/// A computation that is written over [`Lanes`] and run with the best instructions of this machine.
pub trait Kernel<R> {
    /// Does the work with vectors of type `V`. Implementations are `#[inline(always)]`, so that they are compiled
    /// anew for each instruction set.
    fn run<V: Lanes<R>>(self);
}

/// The numbers that networks are made of: `f32` for speed, `f64` to check gradients.
pub trait Real: nalgebra::RealField + Copy + Default {
    /// Runs a kernel with the best instructions of this machine.
    fn run(kernel: impl Kernel<Self>);
    /// The nearest number to `value`.
    fn of(value: f64) -> Self;
    /// This number as an `f64`, exactly.
    fn as_f64(self) -> f64;
}

/// The instructions to compute with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// What every processor of this architecture has.
    Plain,
    /// AVX2 and FMA: most x86-64 processors since 2013.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// AVX-512F.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Level {
    /// The best that this machine has.
    #[inline]
    pub fn detect() -> Level {
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx512f") {
                return Level::Avx512;
            }
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                return Level::Avx2;
            }
        }
        Level::Plain
    }

    /// All that this machine has, for tests that compare them.
    pub fn all() -> Vec<Level> {
        let mut all = vec![Level::Plain];
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                all.push(Level::Avx2);
            }
            if is_x86_feature_detected!("avx512f") {
                all.push(Level::Avx512);
            }
        }
        all
    }

    /// What it is called in reports.
    pub fn name(self) -> &'static str {
        match self {
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => "AVX-512",
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => "AVX2",
            Level::Plain if cfg!(target_arch = "aarch64") => "NEON",
            Level::Plain => "plain",
        }
    }
}

/// Runs a kernel at `level`, which must be one of [`Level::all`].
#[inline]
pub(super) fn run_at(level: Level, kernel: impl Kernel<f32>) {
    match level {
        // SAFETY: `Level::detect` and `Level::all` name a level only after asking the processor for it.
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 => unsafe { x86::avx512(kernel) },
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 => unsafe { x86::avx2(kernel) },
        Level::Plain => kernel.run::<Plain<f32>>(),
    }
}

#[cfg(test)]
thread_local! {
    /// What a test wants to compute with on its thread.
    pub(super) static FORCED: std::cell::Cell<Option<Level>> = const { std::cell::Cell::new(None) };
}

impl Real for f32 {
    #[inline]
    fn run(kernel: impl Kernel<f32>) {
        #[cfg(test)]
        if let Some(level) = FORCED.get() {
            return run_at(level, kernel);
        }
        run_at(Level::detect(), kernel);
    }

    fn of(value: f64) -> f32 {
        value as f32
    }

    fn as_f64(self) -> f64 {
        f64::from(self)
    }
}

impl Real for f64 {
    fn run(kernel: impl Kernel<f64>) {
        kernel.run::<Plain<f64>>();
    }

    fn of(value: f64) -> f64 {
        value
    }

    fn as_f64(self) -> f64 {
        self
    }
}

/// Lanes as an array, for every machine and number type.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plain<R>([R; LANES]);

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

/// What differs between the number types where lanes are an array.
trait Scalar: Real {
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

impl<R: Scalar> Lanes<R> for Plain<R> {
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
            *r = R::fused(*r, f, s);
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
        Plain(R::exponential(self.0))
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

#[cfg(target_arch = "x86_64")]
mod x86 {
    //! The lanes in the registers of x86-64.

    use super::{Kernel, LANES, Lanes, exp};
    use std::arch::x86_64::*;
    use std::mem::transmute;

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
    pub(super) struct Avx512(__m512);

    impl Avx512 {
        /// 2^n of n + 1.5 * 2^23.
        #[inline(always)]
        fn two_to_the(n: Self) -> Self {
            // SAFETY: as below.
            unsafe {
                let one = _mm512_castps_si512(_mm512_set1_ps(1.0));
                let power = _mm512_slli_epi32::<23>(_mm512_castps_si512(n.0));
                Avx512(_mm512_castsi512_ps(_mm512_add_epi32(power, one)))
            }
        }
    }

    // SAFETY of all blocks below: a kernel meets `Avx512` only inside `avx512`, whose caller has asked the processor;
    // and a vector is sixteen `f32` in order.
    impl Lanes<f32> for Avx512 {
        const REGISTERS: usize = 8;
        #[inline(always)]
        fn splat(value: f32) -> Self {
            Avx512(unsafe { _mm512_set1_ps(value) })
        }
        #[inline(always)]
        fn load(from: &[f32; LANES]) -> Self {
            Avx512(unsafe { transmute::<[f32; LANES], __m512>(*from) })
        }
        #[inline(always)]
        fn store(self, to: &mut [f32; LANES]) {
            *to = unsafe { transmute::<__m512, [f32; LANES]>(self.0) };
        }
        #[inline(always)]
        fn mul_add(self, factor: Self, summand: Self) -> Self {
            Avx512(unsafe { _mm512_fmadd_ps(self.0, factor.0, summand.0) })
        }
        #[inline(always)]
        fn add(self, other: Self) -> Self {
            Avx512(unsafe { _mm512_add_ps(self.0, other.0) })
        }
        #[inline(always)]
        fn sub(self, other: Self) -> Self {
            Avx512(unsafe { _mm512_sub_ps(self.0, other.0) })
        }
        #[inline(always)]
        fn mul(self, other: Self) -> Self {
            Avx512(unsafe { _mm512_mul_ps(self.0, other.0) })
        }
        #[inline(always)]
        fn div(self, other: Self) -> Self {
            Avx512(unsafe { _mm512_div_ps(self.0, other.0) })
        }
        #[inline(always)]
        fn at_least(self, bound: Self) -> Self {
            // The instruction answers with its second operand where either is not a number.
            Avx512(unsafe { _mm512_max_ps(bound.0, self.0) })
        }
        #[inline(always)]
        fn at_most(self, bound: Self) -> Self {
            Avx512(unsafe { _mm512_min_ps(bound.0, self.0) })
        }
        #[inline(always)]
        fn not_zero(self) -> u32 {
            u32::from(unsafe { _mm512_cmp_ps_mask::<_CMP_NEQ_UQ>(self.0, _mm512_setzero_ps()) })
        }
        #[inline(always)]
        fn exp(self) -> Self {
            exp::exp(self, Avx512::two_to_the)
        }
        #[inline(always)]
        fn sum(self) -> f32 {
            unsafe {
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
    #[inline(always)]
    unsafe fn sum_of_eight(lanes: __m256) -> f32 {
        unsafe {
            let four = _mm_add_ps(_mm256_castps256_ps128(lanes), _mm256_extractf128_ps::<1>(lanes));
            let two = _mm_add_ps(four, _mm_movehl_ps(four, four));
            _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)))
        }
    }

    /// Sixteen `f32` in two registers of AVX2. Values of this type exist only inside [`avx2`].
    #[derive(Clone, Copy)]
    pub(super) struct Avx2(__m256, __m256);

    impl Avx2 {
        /// 2^n of n + 1.5 * 2^23.
        #[inline(always)]
        fn two_to_the(n: Self) -> Self {
            // SAFETY: as below.
            unsafe {
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

    // SAFETY of all blocks below: as for `Avx512`, with `avx2` in place of `avx512`.
    impl Lanes<f32> for Avx2 {
        const REGISTERS: usize = 4;
        #[inline(always)]
        fn splat(value: f32) -> Self {
            let eight = unsafe { _mm256_set1_ps(value) };
            Avx2(eight, eight)
        }
        #[inline(always)]
        fn load(from: &[f32; LANES]) -> Self {
            let [low, high] = unsafe { transmute::<[f32; LANES], [__m256; 2]>(*from) };
            Avx2(low, high)
        }
        #[inline(always)]
        fn store(self, to: &mut [f32; LANES]) {
            *to = unsafe { transmute::<[__m256; 2], [f32; LANES]>([self.0, self.1]) };
        }
        #[inline(always)]
        fn mul_add(self, factor: Self, summand: Self) -> Self {
            unsafe {
                Avx2(
                    _mm256_fmadd_ps(self.0, factor.0, summand.0),
                    _mm256_fmadd_ps(self.1, factor.1, summand.1),
                )
            }
        }
        #[inline(always)]
        fn add(self, other: Self) -> Self {
            unsafe { Avx2(_mm256_add_ps(self.0, other.0), _mm256_add_ps(self.1, other.1)) }
        }
        #[inline(always)]
        fn sub(self, other: Self) -> Self {
            unsafe { Avx2(_mm256_sub_ps(self.0, other.0), _mm256_sub_ps(self.1, other.1)) }
        }
        #[inline(always)]
        fn mul(self, other: Self) -> Self {
            unsafe { Avx2(_mm256_mul_ps(self.0, other.0), _mm256_mul_ps(self.1, other.1)) }
        }
        #[inline(always)]
        fn div(self, other: Self) -> Self {
            unsafe { Avx2(_mm256_div_ps(self.0, other.0), _mm256_div_ps(self.1, other.1)) }
        }
        #[inline(always)]
        fn at_least(self, bound: Self) -> Self {
            unsafe { Avx2(_mm256_max_ps(bound.0, self.0), _mm256_max_ps(bound.1, self.1)) }
        }
        #[inline(always)]
        fn at_most(self, bound: Self) -> Self {
            unsafe { Avx2(_mm256_min_ps(bound.0, self.0), _mm256_min_ps(bound.1, self.1)) }
        }
        #[inline(always)]
        fn not_zero(self) -> u32 {
            unsafe {
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
            unsafe { sum_of_eight(_mm256_add_ps(self.0, self.1)) }
        }
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
