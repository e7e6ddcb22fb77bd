//! The first layer's weights: a column per pixel, so that an image touches only the columns of its lit pixels.
//!
//! The order of sums. Forward, an output starts at its bias and adds the lit pixels in ascending order, each product
//! fused with its sum. In an update, a weight's gradient adds the examples in their order, each fused; the mean is
//! the sum times 1/n; the step is one more fused product. Updates of single examples are [`deferred`](super::deferred_updates).

use super::affine_of_images::AffineOfImages;
use super::aligned::Aligned;
use super::deferred_updates::Deferred;
use super::descend_of_images::{DescendOfImages, Descent};
use super::lanes::{Kernel, LANES, Lanes};
use super::lit_in::LitIn;
use super::shares::part;
use super::strips::{PerStrip, Strip, for_each_strip};
use super::{Bias, DMatrix, Real, Rule, SparseBatch, SparseImage, definition, shape};
use crate::parallel::for_each;

/// Weights W (outputs x pixels) of the layer that sees the images.
///
/// Glossary (`docs/book/glossary.md`): column.
#[derive(Debug, Clone)]
pub struct PixelWeights<R: Real> {
    /// By column: a column per pixel is one run of memory.
    matrix: Aligned<R>,
    /// Updates of single examples that are still to be made.
    deferred: Deferred<R>,
}

/// Weights with updates of single examples that wait.
pub(crate) struct DeferredParts<R> {
    /// The weights without them, column by column.
    pub(crate) weights: Vec<R>,
    /// The error of each, a number an output.
    pub(crate) errors: Vec<R>,
    /// The image of each, a number a pixel.
    pub(crate) images: Vec<R>,
}

/// The velocity of [`PixelWeights`], of the same shape, starting at zero.
#[derive(Debug, Clone, PartialEq)]
pub struct PixelVelocity<R: Real> {
    matrix: Aligned<R>,
    /// The pixels that have been lit. The others' velocities are zero and stay so: their columns need no visit.
    ever_lit: Vec<bool>,
}

impl<R: Real> PixelWeights<R> {
    /// Weights from a matrix of outputs x pixels.
    pub fn new(matrix: &DMatrix<R>) -> Self {
        PixelWeights {
            matrix: Aligned::from(matrix),
            deferred: Deferred::none(matrix.nrows(), matrix.ncols()),
        }
    }

    /// The weights as a matrix of outputs x pixels.
    pub fn matrix(&self) -> DMatrix<R> {
        let mut matrix = self.matrix.view().into_owned();
        self.deferred.apply_to(matrix.as_mut_slice());
        matrix
    }

    /// The weights column by column, to change.
    pub fn as_mut_slice(&mut self) -> &mut [R] {
        self.deferred.apply(self.matrix.as_mut_slice());
        self.matrix.as_mut_slice()
    }

    /// The weights without the updates that are deferred, and these: what [`PixelWeights::defer_again`] takes. None where no
    /// update waits.
    pub(crate) fn deferred(&self) -> Option<DeferredParts<R>> {
        if self.deferred.is_empty() {
            return None;
        }
        let (errors, images) = self.deferred.parts();
        Some(DeferredParts { weights: self.matrix.as_slice().to_vec(), errors, images })
    }

    /// Brings back weights of the same shape with updates that wait: the bits of what follows depend on which do. False
    /// where the parts do not fit each other.
    pub(crate) fn defer_again(&mut self, parts: &DeferredParts<R>) -> bool {
        let (outputs, pixels) = self.matrix.shape();
        let mut deferred = Deferred::none(outputs, pixels);
        if parts.weights.len() != outputs * pixels || !deferred.set_parts(&parts.errors, &parts.images) {
            return false;
        }
        self.matrix.as_mut_slice().copy_from_slice(&parts.weights);
        self.deferred = deferred;
        true
    }

    /// The number of units whose inputs these are.
    pub fn outputs(&self) -> usize {
        self.matrix.shape().0
    }

    /// The number of pixels.
    pub fn pixels(&self) -> usize {
        self.matrix.shape().1
    }

    /// Z = W X + b, a column per image; `z` becomes outputs x images. Defined by [`definition::affine_of_images`].
    pub fn affine(&self, b: &Bias<R>, x: &[SparseImage<'_, R>], z: &mut DMatrix<R>) {
        shape(z, self.outputs(), x.len());
        let (weights, biases) = (self.matrix.as_slice(), b.0.as_slice());
        let examples = part(x.len(), biases.len() * lit_pixels(x));
        let parts = x.chunks(examples).zip(z.as_mut_slice().chunks_mut(examples * biases.len()));
        let deferred = &self.deferred;
        if cfg!(feature = "plain") {
            return definition::affine_of_images(weights, &deferred.updates(), biases, x, z.as_mut_slice());
        }
        for_each(parts, |(x, z)| {
            let (mut one, mut many) = ([[R::zero(); LANES]], Vec::new());
            let products = if deferred.is_empty() || x.len() == 1 {
                &mut one[..]
            } else {
                many.resize(x.len(), [R::zero(); LANES]);
                &mut many
            };
            R::affine_of_images(AffineOfImages { weights, deferred, products, biases, x, z });
        });
    }

    /// W -= eta d xᵀ for one image x and its column d (outputs x 1). Defined by [`definition::subtract_outer_of_image`].
    pub fn subtract_outer(&mut self, eta: R, d: &DMatrix<R>, x: SparseImage<'_, R>) {
        assert_eq!(d.shape(), (self.outputs(), 1), "one entry for each output");
        let weights = self.matrix.as_mut_slice();
        if size_of_val(weights) < SECOND_LEVEL {
            if cfg!(feature = "plain") {
                let e: Vec<R> = d.iter().map(|d| eta * *d).collect();
                return definition::subtract_outer_of_image(weights, &e, x);
            }
            return R::subtract_outer_of_image(SubtractOuter { weights, eta, d: d.as_slice(), x });
        }
        if self.deferred.is_full() {
            self.deferred.apply(weights);
        }
        self.deferred.add(eta, d.as_slice(), x);
    }

    /// W -= eta mean(d xᵀ) over the examples; `d` is outputs x examples. Defined by [`definition::descend_of_images`], as are
    /// the two below.
    pub fn descend(&mut self, eta: R, d: &DMatrix<R>, x: &SparseBatch<'_, R>) {
        self.descend_by(&Rule::plain(eta), None, d, x);
    }

    /// V = mu V + mean(d xᵀ), W -= eta V, for the velocity V of these weights. With mu 0 it is
    /// [`PixelWeights::descend`], to the last bit.
    pub fn descend_with_momentum(
        &mut self,
        velocity: &mut PixelVelocity<R>,
        mu: R,
        eta: R,
        d: &DMatrix<R>,
        x: &SparseBatch<'_, R>,
    ) {
        self.descend_by(&Rule::momentum(eta, mu), Some(velocity), d, x);
    }

    /// Moves the weights down mean(d xᵀ) by a rule, which changes their velocity where they have one.
    pub fn descend_by(
        &mut self,
        rule: &Rule<R>,
        velocity: Option<&mut PixelVelocity<R>>,
        d: &DMatrix<R>,
        x: &SparseBatch<'_, R>,
    ) {
        let outputs = self.outputs();
        assert_eq!(d.shape(), (outputs, x.len()), "a column for each example");
        assert_eq!(x.pixels(), self.pixels(), "images as large as the layer expects");
        if let ([image], true) = (&x[..], rule.is_plain()) {
            return self.subtract_outer(rule.eta, d, *image);
        }
        let aligned = Aligned::from(d);
        let d = aligned.as_slice();
        let weights = self.as_mut_slice();
        if cfg!(feature = "plain") {
            let velocity = velocity.map(|velocity| velocity.matrix.as_mut_slice());
            return definition::descend_of_images(weights, velocity, rule, d, x);
        }
        let descent = Descent { rule: *rule, scale: R::one() / R::of(x.len() as f64), outputs, d };
        let lit_in = LitIn::of(x);
        let step = |first_pixel, weights, velocity| {
            let lit_in = &lit_in;
            let kernel = DescendOfImages { first_pixel, weights, velocity, x, lit_in, descent };
            R::descend_of_images(kernel);
        };
        let pixels = part(x.pixels(), outputs * lit_pixels(x));
        let parts = weights.chunks_mut(pixels * outputs).enumerate();
        match velocity {
            None => for_each(parts, |(part, weights)| step(part * pixels, weights, None)),
            Some(velocity) => {
                let velocities = velocity.matrix.as_mut_slice().chunks_mut(pixels * outputs);
                let parts = parts.zip(velocities.zip(velocity.ever_lit.chunks_mut(pixels)));
                for_each(parts, |((part, weights), velocity)| step(part * pixels, weights, Some(velocity)));
            }
        }
    }
}

impl<R: Real> PixelVelocity<R> {
    /// Zero for each of these weights.
    pub fn zeros(weights: &PixelWeights<R>) -> Self {
        PixelVelocity {
            matrix: Aligned::zeros(weights.outputs(), weights.pixels()),
            ever_lit: vec![false; weights.pixels()],
        }
    }

    /// Shows the velocities, column by column, to one who may change them.
    pub fn each(&mut self, visit: &mut dyn FnMut(&mut [R])) {
        visit(self.matrix.as_mut_slice());
        // A column that is zero needs no visit, whether it was ever lit or not.
        let (outputs, _) = self.matrix.shape();
        let columns = self.matrix.as_slice().chunks_exact(outputs.max(1));
        for (ever_lit, column) in self.ever_lit.iter_mut().zip(columns) {
            *ever_lit = column.iter().any(|v| *v != R::zero() || v.is_sign_negative());
        }
    }
}

/// How many pixels are lit in all images together.
fn lit_pixels<R: Real>(x: &[SparseImage<'_, R>]) -> usize {
    x.iter().map(|image| image.lit.len()).sum()
}

/// The bytes of a second-level cache. Updates of single examples to a matrix that fits are made at once: deferring them
/// would be no faster.
pub(super) const SECOND_LEVEL: usize = 1 << 20;

/// W -= eta d xᵀ for one image, each weight by a fused product as in [`Deferred`].
pub(super) struct SubtractOuter<'a, R: Real> {
    weights: &'a mut [R],
    eta: R,
    d: &'a [R],
    x: SparseImage<'a, R>,
}

impl<R: Real> Kernel<R> for SubtractOuter<'_, R> {
    #[inline(always)]
    fn run<V: Lanes<R>>(mut self) {
        for_each_strip::<R, V>(self.d.len(), V::REGISTERS, &mut self);
    }
}

impl<R: Real, V: Lanes<R>> PerStrip<R, V> for SubtractOuter<'_, R> {
    #[inline(always)]
    fn run<const N: usize>(&mut self, strip: Strip<N>) {
        let outputs = self.d.len();
        let mut error: [V; N] = strip.load(self.d);
        for e in &mut error {
            *e = e.mul(V::splat(self.eta));
        }
        // Back from the last column, which the forward pass has left in the first-level cache, to the first, with which the
        // next one begins.
        for (&pixel, &value) in self.x.lit.iter().zip(self.x.values).rev() {
            let column = &mut self.weights[usize::from(pixel) * outputs..][..outputs];
            let value = V::splat(-value);
            let mut w: [V; N] = strip.load(column);
            for i in 0..N {
                w[i] = error[i].mul_add(value, w[i]);
            }
            strip.store(w, column);
        }
    }
}

impl<R: Real> PartialEq for PixelWeights<R> {
    fn eq(&self, other: &Self) -> bool {
        self.matrix() == other.matrix()
    }
}
