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

mod plain;
#[cfg(target_arch = "x86_64")]
mod x86;

use plain::Plain;

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
    #[doc(hidden)]
    fn pixel_affine(k: super::pixel_weights::Affine<'_, Self>);
    #[doc(hidden)]
    fn pixel_outer(k: super::pixel_weights::SubtractOuter<'_, Self>);
    #[doc(hidden)]
    fn pixel_step(k: super::pixel_weights::Step<'_, Self>);
    #[doc(hidden)]
    fn bias_step(k: super::bias::Step<'_, Self>);
    #[doc(hidden)]
    fn apply_deferred(k: super::deferred_updates::ApplyDeferred<'_, Self>);
    #[doc(hidden)]
    fn sigmoid(k: super::sigmoid::Sigmoid<'_, Self>);
    #[doc(hidden)]
    fn affine(k: super::weights::Affine<'_, Self>);
    #[doc(hidden)]
    fn outer_store(k: super::outer_sums::OuterSums<'_, Self, super::outer_sums::Store<'_, Self>>);
    #[doc(hidden)]
    fn outer_descend(k: super::outer_sums::OuterSums<'_, Self, super::outer_sums::Descend<'_, Self>>);
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

macro_rules! launch {
    ($R:ty, $run:ident) => {
        #[inline(never)]
        fn pixel_affine(k: super::pixel_weights::Affine<'_, $R>) {
            $run(k)
        }
        #[inline(never)]
        fn pixel_outer(k: super::pixel_weights::SubtractOuter<'_, $R>) {
            $run(k)
        }
        #[inline(never)]
        fn pixel_step(k: super::pixel_weights::Step<'_, $R>) {
            $run(k)
        }
        #[inline(never)]
        fn bias_step(k: super::bias::Step<'_, $R>) {
            $run(k)
        }
        #[inline(never)]
        fn apply_deferred(k: super::deferred_updates::ApplyDeferred<'_, $R>) {
            $run(k)
        }
        #[inline(never)]
        fn sigmoid(k: super::sigmoid::Sigmoid<'_, $R>) {
            $run(k)
        }
        #[inline(never)]
        fn affine(k: super::weights::Affine<'_, $R>) {
            $run(k)
        }
        #[inline(never)]
        fn outer_store(k: super::outer_sums::OuterSums<'_, $R, super::outer_sums::Store<'_, $R>>) {
            $run(k)
        }
        #[inline(never)]
        fn outer_descend(k: super::outer_sums::OuterSums<'_, $R, super::outer_sums::Descend<'_, $R>>) {
            $run(k)
        }
    };
}
#[inline(always)]
fn run_f32(kernel: impl Kernel<f32>) {
    #[cfg(test)]
    if let Some(level) = FORCED.get() {
        return run_at(level, kernel);
    }
    run_at(Level::detect(), kernel);
}
#[inline(always)]
fn run_f64(kernel: impl Kernel<f64>) {
    kernel.run::<Plain<f64>>();
}

impl Real for f32 {
    launch!(f32, run_f32);

    #[inline]
    fn of(value: f64) -> f32 {
        value as f32
    }

    #[inline]
    fn as_f64(self) -> f64 {
        f64::from(self)
    }
}

impl Real for f64 {
    launch!(f64, run_f64);

    #[inline]
    fn of(value: f64) -> f64 {
        value
    }

    #[inline]
    fn as_f64(self) -> f64 {
        self
    }
}
