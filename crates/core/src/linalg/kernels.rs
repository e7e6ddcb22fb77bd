//! The kernels as functions of a number type, each compiled once, here, for every instruction set: a program that used them
//! as generic functions would compile all of them again.

use super::affine_of_images::AffineOfImages;
use super::bias::Step as BiasStep;
use super::deferred_updates::ApplyDeferred;
use super::descend_of_images::DescendOfImages;
use super::lanes::{run_f32, run_f64, scalar};
use super::outer_sums::{Descend, OuterSums, Store};
use super::sigmoid::Sigmoid;
use super::{Real, pixel_weights, weights};

/// What a number type computes with. Nothing outside of `linalg` can name this trait, so nothing else is a
/// [`Real`](super::Real).
#[allow(private_interfaces)] // the kernels are the business of `linalg` alone, and so is this trait
pub trait Kernels: Sized {
    /// a b + c, rounded once.
    fn fused(a: Self, b: Self, c: Self) -> Self;
    /// e^x, with the bits that the kernels give.
    fn exponential(x: Self) -> Self;
    /// Z = W X + b for images.
    fn affine_of_images(kernel: AffineOfImages<'_, Self>)
    where
        Self: Real;
    /// W -= eta d xᵀ for one image.
    fn subtract_outer_of_image(kernel: pixel_weights::SubtractOuter<'_, Self>)
    where
        Self: Real;
    /// A step of the pixel weights down their mean gradient.
    fn descend_of_images(kernel: DescendOfImages<'_, Self>)
    where
        Self: Real;
    /// A step of the biases down their mean gradient.
    fn descend_of_biases(kernel: BiasStep<'_, Self>)
    where
        Self: Real;
    /// W -= the sum of deferred updates.
    fn apply_deferred(kernel: ApplyDeferred<'_, Self>)
    where
        Self: Real;
    /// The sigmoid, in place.
    fn sigmoid(kernel: Sigmoid<'_, Self>)
    where
        Self: Real;
    /// Z = W X + b for dense inputs.
    fn affine(kernel: weights::Affine<'_, Self>)
    where
        Self: Real;
    /// Wᵀ D.
    fn transposed_times(kernel: OuterSums<'_, Self, Store<'_, Self>>)
    where
        Self: Real;
    /// A step of dense weights down their mean gradient.
    fn descend(kernel: OuterSums<'_, Self, Descend<'_, Self>>)
    where
        Self: Real;
}

macro_rules! compile_for {
    ($R:ty, $run:ident) => {
        #[allow(private_interfaces)]
        impl Kernels for $R {
            fn fused(a: $R, b: $R, c: $R) -> $R {
                scalar::fused(a, b, c)
            }
            fn exponential(x: $R) -> $R {
                scalar::exponential(x)
            }
            #[inline(never)]
            fn affine_of_images(kernel: AffineOfImages<'_, $R>) {
                $run(kernel)
            }
            #[inline(never)]
            fn subtract_outer_of_image(kernel: pixel_weights::SubtractOuter<'_, $R>) {
                $run(kernel)
            }
            #[inline(never)]
            fn descend_of_images(kernel: DescendOfImages<'_, $R>) {
                $run(kernel)
            }
            #[inline(never)]
            fn descend_of_biases(kernel: BiasStep<'_, $R>) {
                $run(kernel)
            }
            #[inline(never)]
            fn apply_deferred(kernel: ApplyDeferred<'_, $R>) {
                $run(kernel)
            }
            #[inline(never)]
            fn sigmoid(kernel: Sigmoid<'_, $R>) {
                $run(kernel)
            }
            #[inline(never)]
            fn affine(kernel: weights::Affine<'_, $R>) {
                $run(kernel)
            }
            #[inline(never)]
            fn transposed_times(kernel: OuterSums<'_, $R, Store<'_, $R>>) {
                $run(kernel)
            }
            #[inline(never)]
            fn descend(kernel: OuterSums<'_, $R, Descend<'_, $R>>) {
                $run(kernel)
            }
        }
    };
}

compile_for!(f32, run_f32);
compile_for!(f64, run_f64);
