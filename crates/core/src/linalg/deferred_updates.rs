//! Updates of single examples that wait, and are applied to a matrix together.
//!
//! Learning from one example at a time, W -= eta d xᵀ, would read and write every lit column at every step, and the
//! cache is the limit. But the next forward pass only needs W x', and for deferred updates k
//!
//! ```text
//! (W - sum of e_k x_kᵀ) x'  =  W x' - sum of e_k (x_k · x')        with e_k = eta d_k
//! ```
//!
//! which costs one number a pair of images. So sixteen updates are kept as their e_k and x_k, and then applied in one walk
//! over the columns, most of which several of the images light. A weight receives its updates in their order, each a
//! fused product, as if they had been made at once; only an output in between is rounded differently.

use super::aligned::Aligned;
use super::definition::{self, DeferredUpdate};
use super::lanes::{Kernel, LANES, Lanes};
use super::strips::{PerStrip, Strip, for_each_strip};
use super::{Real, SparseImage};

/// Up to sixteen updates e xᵀ that are still to be subtracted from a matrix.
#[derive(Debug, Clone)]
pub(super) struct Deferred<R: Real> {
    len: usize,
    /// e, outputs x 16.
    errors: Aligned<R>,
    /// For every pixel, its value in each of the images x.
    pixels: Vec<[R; LANES]>,
}

impl<R: Real> Deferred<R> {
    /// No update waits for a matrix of outputs x pixels.
    pub(super) fn none(outputs: usize, pixels: usize) -> Self {
        Deferred { len: 0, errors: Aligned::zeros(outputs, LANES), pixels: vec![[R::zero(); LANES]; pixels] }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub(super) fn is_full(&self) -> bool {
        self.len == LANES
    }

    /// The errors and the images of all that waits, an update after the other.
    pub(super) fn parts(&self) -> (Vec<R>, Vec<R>) {
        let updates = self.updates();
        let errors = updates.iter().flat_map(|update| update.e).copied().collect();
        (errors, updates.iter().flat_map(|update| &update.x).copied().collect())
    }

    /// Lets these wait; false where they do not fit.
    pub(super) fn set_parts(&mut self, errors: &[R], images: &[R]) -> bool {
        let ((outputs, _), pixels) = (self.errors.shape(), self.pixels.len());
        let len = errors.len() / outputs.max(1);
        if len > LANES || errors.len() != len * outputs || images.len() != len * pixels {
            return false;
        }
        self.len = len;
        self.errors.as_mut_slice()[..errors.len()].copy_from_slice(errors);
        for (k, image) in images.chunks_exact(pixels.max(1)).enumerate() {
            self.pixels.iter_mut().zip(image).for_each(|(pixel, value)| pixel[k] = *value);
        }
        true
    }

    /// Defers W -= eta d xᵀ; there is room for it.
    pub(super) fn add(&mut self, eta: R, d: &[R], x: SparseImage<'_, R>) {
        let outputs = d.len();
        let error = &mut self.errors.as_mut_slice()[self.len * outputs..][..outputs];
        for (e, &d) in error.iter_mut().zip(d) {
            *e = eta * d;
        }
        for (&pixel, &value) in x.lit.iter().zip(x.values) {
            self.pixels[usize::from(pixel)][self.len] = value;
        }
        self.len += 1;
    }

    /// Subtracts all that is deferred from the matrix.
    pub(super) fn apply(&mut self, weights: &mut [R]) {
        if self.len > 0 {
            self.apply_to(weights);
            self.len = 0;
            self.pixels.fill([R::zero(); LANES]);
        }
    }

    /// The same for a copy of the matrix; the updates stay deferred.
    pub(super) fn apply_to(&self, weights: &mut [R]) {
        if cfg!(feature = "plain") {
            for update in self.updates() {
                let lit: Vec<u16> =
                    (0..update.x.len() as u16).filter(|p| update.x[usize::from(*p)] != R::zero()).collect();
                let values: Vec<R> = lit.iter().map(|pixel| update.x[usize::from(*pixel)]).collect();
                definition::subtract_outer_of_image(
                    weights,
                    update.e,
                    SparseImage { lit: &lit, values: &values },
                );
            }
            return;
        }
        R::apply_deferred(ApplyDeferred { weights, deferred: self });
    }

    /// The updates one by one, as the definitions take them.
    pub(super) fn updates(&self) -> Vec<DeferredUpdate<'_, R>> {
        let (outputs, _) = self.errors.shape();
        let errors = self.errors.as_slice().chunks_exact(outputs.max(1)).take(self.len).enumerate();
        errors
            .map(|(k, e)| DeferredUpdate { e, x: self.pixels.iter().map(|pixel| pixel[k]).collect() })
            .collect()
    }

    /// x_k · x for every deferred image x_k and an image x: four interleaved sums over its lit pixels, joined first with
    /// second, third with fourth, then both.
    #[inline(always)]
    pub(super) fn products<V: Lanes<R>>(&self, x: SparseImage<'_, R>) -> [R; LANES] {
        let mut sums = [V::splat(R::zero()); 4];
        let (pixels, last_pixels) = x.lit.as_chunks::<4>();
        let (values, last_values) = x.values.as_chunks::<4>();
        for (pixels, values) in pixels.iter().zip(values) {
            for i in 0..4 {
                let deferred = V::load(&self.pixels[usize::from(pixels[i])]);
                sums[i] = deferred.mul_add(V::splat(values[i]), sums[i]);
            }
        }
        for (i, (&pixel, &value)) in last_pixels.iter().zip(last_values).enumerate() {
            sums[i] = V::load(&self.pixels[usize::from(pixel)]).mul_add(V::splat(value), sums[i]);
        }
        let mut products = [R::zero(); LANES];
        sums[0].add(sums[1]).add(sums[2].add(sums[3])).store(&mut products);
        products
    }

    /// Subtracts from a strip of outputs what is deferred, given the [`Deferred::products`] of their image.
    #[inline(always)]
    pub(super) fn subtract<V: Lanes<R>, const N: usize>(
        &self,
        strip: Strip<N>,
        products: &[R; LANES],
        z: &mut [V; N],
    ) {
        let (outputs, _) = self.errors.shape();
        for (error, &product) in self.errors.as_slice().chunks_exact(outputs).zip(products).take(self.len) {
            let error: [V; N] = strip.load(error);
            let product = V::splat(-product);
            for i in 0..N {
                z[i] = error[i].mul_add(product, z[i]);
            }
        }
    }
}

/// W -= sum of e xᵀ.
pub(super) struct ApplyDeferred<'a, R: Real> {
    weights: &'a mut [R],
    deferred: &'a Deferred<R>,
}

impl<R: Real> Kernel<R> for ApplyDeferred<'_, R> {
    #[inline(always)]
    fn run<V: Lanes<R>>(mut self) {
        let (outputs, _) = self.deferred.errors.shape();
        for_each_strip::<R, V>(outputs, V::REGISTERS, &mut self);
    }
}

impl<R: Real, V: Lanes<R>> PerStrip<R, V> for ApplyDeferred<'_, R> {
    #[inline(always)]
    fn run<const N: usize>(&mut self, strip: Strip<N>) {
        let (outputs, _) = self.deferred.errors.shape();
        let errors = self.deferred.errors.as_slice();
        for (column, values) in self.weights.chunks_exact_mut(outputs).zip(&self.deferred.pixels) {
            let mut lit = V::load(values).not_zero();
            if lit == 0 {
                continue;
            }
            let mut w: [V; N] = strip.load(column);
            while lit != 0 {
                let k = lit.trailing_zeros() as usize;
                lit &= lit - 1;
                let error: [V; N] = strip.load(&errors[k * outputs..][..outputs]);
                let value = V::splat(-values[k]);
                for i in 0..N {
                    w[i] = error[i].mul_add(value, w[i]);
                }
            }
            strip.store(w, column);
        }
    }
}
