//! Sixteen numbers at a time: the vector type of all products, and the choice of instructions at run time.
//!
//! A kernel is written once, over [`Lanes`]. It runs on AVX-512 (one register of sixteen `f32`), on AVX2 with FMA
//! (two of eight), on the vectors of WebAssembly (four of four), or as plain arrays, which the compiler turns into NEON on
//! 64-bit Arm. All of them do the same sixteen operations with the same roundings, products are always fused with the sum
//! that follows ([`Lanes::mul_add`]), and [`Lanes::sum`] adds in one fixed order. So a result has the same bits on every
//! machine, and the tests compare them bit by bit.
//!
//! This is the only module with `unsafe`: calling vector instructions needs it. Each use rests on one of two facts. The
//! processor was asked for the instructions: a [`Level`] cannot be had otherwise, and the vector types of `x86` cannot be
//! named outside that file, so a kernel meets them only behind such a question. Or sixteen numbers in an array are the same
//! bytes as sixteen numbers in a vector.
//!
//! Kernels hold no closures around vectors: a closure is compiled without the instructions of the function around it, and
//! each operation in it then becomes a call.
#![allow(unsafe_code)]

mod exp;
mod level;
mod plain;
#[cfg(target_arch = "wasm32")]
mod wasm;
#[cfg(target_arch = "x86_64")]
mod x86;

pub use level::Level;
pub(super) use plain::scalar;

use super::kernels::Kernels;
use level::Kind;
use plain::Plain;

/// How many numbers a vector holds, on every machine.
pub(super) const LANES: usize = 16;

/// Sixteen numbers of type `R`, computed with lane by lane.
pub(super) trait Lanes<R>: Copy {
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
    /// The exponential function, within the error that [`exp`] states.
    fn exp(self) -> Self;
    /// The sum of all lanes: lane i with lane i + 8, then i + 4, i + 2, i + 1.
    fn sum(self) -> R;
}

/// A computation that is written over [`Lanes`] and run with the best instructions of this machine.
pub(super) trait Kernel<R> {
    /// Does the work with vectors of type `V`. Implementations are `#[inline(always)]`, so that they are compiled
    /// anew for each instruction set.
    fn run<V: Lanes<R>>(self);
}

/// The numbers that networks are made of: `f32` for speed, `f64` to check gradients.
pub trait Real: nalgebra::RealField + Copy + Default + Kernels {
    /// The nearest number to `value`.
    fn of(value: f64) -> Self;
    /// This number as an `f64`, exactly.
    fn as_f64(self) -> f64;
}

/// Runs a kernel for `f32` with the instructions in use.
#[inline(always)]
pub(super) fn run_f32(kernel: impl Kernel<f32>) {
    match Level::in_use().kind() {
        // SAFETY: a level of this kind exists only where the processor was asked for AVX-512F, AVX2 and FMA.
        #[cfg(target_arch = "x86_64")]
        Kind::Avx512 => unsafe { x86::avx512(kernel) },
        // SAFETY: a level of this kind exists only where the processor was asked for AVX2 and FMA.
        #[cfg(target_arch = "x86_64")]
        Kind::Avx2 => unsafe { x86::avx2(kernel) },
        #[cfg(target_arch = "wasm32")]
        Kind::Simd128 => wasm::simd128(kernel),
        #[cfg(all(target_arch = "wasm32", feature = "relaxed"))]
        Kind::Relaxed => wasm::relaxed(kernel),
        #[cfg(not(target_arch = "wasm32"))]
        Kind::Plain => kernel.run::<Plain<f32>>(),
    }
}

/// Runs a kernel for `f64`, always as plain arrays: gradients are checked, not raced.
#[inline(always)]
pub(super) fn run_f64(kernel: impl Kernel<f64>) {
    kernel.run::<Plain<f64>>();
}

impl Real for f32 {
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
    #[inline]
    fn of(value: f64) -> f64 {
        value
    }

    #[inline]
    fn as_f64(self) -> f64 {
        self
    }
}
