//! The weights of a layer with dense inputs: a row per output, so that a unit's weights are one run of memory.
//!
//! The order of sums. Forward, an output is a dot product in sixteen interleaved parts, joined in the order of
//! [`Lanes::sum`], plus the bias. Back, an input's error adds the outputs in their order, each product fused with its
//! sum. In an update, a weight's gradient adds the examples in their order, each fused; the mean is the sum times 1/n;
//! the step is one more fused product.

// Registers are arrays indexed alike: `sums[u][e]` belongs to `rows[u]` and `columns[e]`.
#![allow(clippy::needless_range_loop)]

use super::aligned::Aligned;
use super::lanes::{Kernel, LANES, Lanes};
use super::outer_sums::{Descend, OuterSums, Store};
use super::shares::part;
use super::{Bias, DMatrix, DMatrixView, Real, Rule, definition, shape};
use crate::parallel::for_each;

/// Weights W (outputs x inputs) of a layer with dense inputs; also their velocity.
///
/// Glossary (`docs/book/glossary.md`): mean of products, outer product, transposed, weight.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights<R: Real> {
    /// Wᵀ, inputs x outputs, by column: a column here is a row of W.
    transposed: Aligned<R>,
}

impl<R: Real> Weights<R> {
    /// Weights from a matrix of outputs x inputs.
    pub fn new(matrix: &DMatrix<R>) -> Self {
        Weights { transposed: Aligned::from(&matrix.transpose()) }
    }

    /// Zero everywhere, as a velocity starts.
    pub fn zeros(outputs: usize, inputs: usize) -> Self {
        Weights { transposed: Aligned::zeros(inputs, outputs) }
    }

    /// The weights as a matrix of inputs x outputs.
    pub fn transposed(&self) -> DMatrixView<'_, R> {
        self.transposed.view()
    }

    /// The weights row by row.
    pub fn as_slice(&self) -> &[R] {
        self.transposed.as_slice()
    }

    /// The weights row by row, to change.
    pub fn as_mut_slice(&mut self) -> &mut [R] {
        self.transposed.as_mut_slice()
    }

    /// The number of units whose inputs these are.
    pub fn outputs(&self) -> usize {
        self.transposed.shape().1
    }

    /// The number of inputs.
    pub fn inputs(&self) -> usize {
        self.transposed.shape().0
    }

    /// Z = W X + b, a column per example; `x` is inputs x examples, `z` becomes outputs x examples. Defined by
    /// [`definition::affine`].
    pub fn affine(&self, b: &Bias<R>, x: &DMatrix<R>, z: &mut DMatrix<R>) {
        let (inputs, outputs) = self.transposed.shape();
        assert_eq!(x.nrows(), inputs, "a row for each input");
        shape(z, outputs, x.ncols());
        let (weights, biases) = (self.transposed.as_slice(), b.0.as_slice());
        if cfg!(feature = "plain") {
            return definition::affine(weights, biases, inputs, x.as_slice(), z.as_mut_slice());
        }
        let examples = part(x.ncols(), x.len() * outputs);
        let x = x.as_slice().chunks(examples * inputs);
        for_each(x.zip(z.as_mut_slice().chunks_mut(examples * outputs)), |(x, z)| {
            R::affine(Affine { weights, biases, inputs, x, z });
        });
    }

    /// Wᵀ D, a column per example; `d` is outputs x examples, `back` becomes inputs x examples. Defined by
    /// [`definition::transposed_times`].
    pub fn transposed_times(&self, d: &DMatrix<R>, back: &mut DMatrix<R>) {
        let (inputs, outputs) = self.transposed.shape();
        assert_eq!(d.nrows(), outputs, "a row for each output");
        shape(back, inputs, d.ncols());
        if cfg!(feature = "plain") {
            return definition::transposed_times(self.as_slice(), inputs, d.as_slice(), back.as_mut_slice());
        }
        let examples = part(d.ncols(), d.len() * inputs);
        let d = d.as_slice().chunks(examples * outputs);
        for_each(d.zip(back.as_mut_slice().chunks_mut(examples * inputs)), |(d, back)| {
            R::transposed_times(OuterSums {
                p: self.transposed.as_slice(),
                height: inputs,
                q: d,
                along: 1,
                across: outputs,
                terms: outputs,
                finish: Store { to: back },
            });
        });
    }

    /// W -= eta d xᵀ for one example; `d` is outputs x 1 and `x` inputs x 1.
    pub fn subtract_outer(&mut self, eta: R, d: &DMatrix<R>, x: &DMatrix<R>) {
        assert_eq!((d.ncols(), x.ncols()), (1, 1), "one example");
        self.descend(eta, d, x);
    }

    /// W -= eta mean(d xᵀ) over the examples; `d` is outputs x examples, `x` inputs x examples. Defined by
    /// [`definition::descend`], as are the two below.
    pub fn descend(&mut self, eta: R, d: &DMatrix<R>, x: &DMatrix<R>) {
        self.descend_by(&Rule::plain(eta), None, d, x);
    }

    /// V = mu V + mean(d xᵀ), W -= eta V, for the velocity V of these weights. With mu 0 it is [`Weights::descend`],
    /// to the last bit.
    pub fn descend_with_momentum(
        &mut self,
        velocity: &mut Weights<R>,
        mu: R,
        eta: R,
        d: &DMatrix<R>,
        x: &DMatrix<R>,
    ) {
        self.descend_by(&Rule::momentum(eta, mu), Some(velocity), d, x);
    }

    /// Moves the weights down mean(d xᵀ) by a rule, which changes their velocity where they have one.
    pub fn descend_by(
        &mut self,
        rule: &Rule<R>,
        velocity: Option<&mut Weights<R>>,
        d: &DMatrix<R>,
        x: &DMatrix<R>,
    ) {
        let (inputs, outputs) = self.transposed.shape();
        assert_eq!(d.nrows(), outputs, "a row of errors for each output");
        assert_eq!(x.nrows(), inputs, "a row of inputs for each input");
        assert_eq!(d.ncols(), x.ncols(), "errors and inputs of the same examples");
        if cfg!(feature = "plain") {
            let (weights, velocity) = (self.as_mut_slice(), velocity.map(Weights::as_mut_slice));
            return definition::descend(weights, velocity, rule, inputs, d.as_slice(), x.as_slice());
        }
        let scale = R::one() / R::of(x.ncols() as f64);
        let units = part(outputs, x.len() * outputs);
        let step = |first_unit: usize, weights, velocity| {
            R::descend(OuterSums {
                p: x.as_slice(),
                height: inputs,
                q: &d.as_slice()[first_unit..],
                along: outputs,
                across: 1,
                terms: x.ncols(),
                finish: Descend { weights, velocity, rule, scale },
            });
        };
        let parts = self.transposed.as_mut_slice().chunks_mut(units * inputs).enumerate();
        match velocity {
            None => for_each(parts, |(part, weights)| step(part * units, weights, None)),
            Some(velocity) => {
                let velocities = velocity.transposed.as_mut_slice().chunks_mut(units * inputs);
                for_each(parts.zip(velocities), |((part, weights), velocity)| {
                    step(part * units, weights, Some(velocity));
                });
            }
        }
    }
}

/// Z = W X + b for some of the examples, as dot products of rows of W with columns of X.
pub(super) struct Affine<'a, R: Real> {
    weights: &'a [R],
    biases: &'a [R],
    inputs: usize,
    x: &'a [R],
    z: &'a mut [R],
}

impl<R: Real> Kernel<R> for Affine<'_, R> {
    #[inline(always)]
    fn run<V: Lanes<R>>(mut self) {
        let (outputs, examples) = (self.biases.len(), self.x.len() / self.inputs);
        // Wide tiles use each loaded vector several times, as far as the registers reach.
        let mut unit = 0;
        while unit + 5 <= outputs {
            self.columns::<V, 5>(unit, examples);
            unit += 5;
        }
        while unit < outputs {
            self.columns::<V, 1>(unit, examples);
            unit += 1;
        }
    }
}

impl<R: Real> Affine<'_, R> {
    #[inline(always)]
    fn columns<V: Lanes<R>, const UNITS: usize>(&mut self, unit: usize, examples: usize) {
        let mut example = 0;
        if V::REGISTERS >= 8 {
            while example + 4 <= examples {
                self.tile::<V, UNITS, 4>(unit, example);
                example += 4;
            }
        }
        while example < examples {
            self.tile::<V, UNITS, 1>(unit, example);
            example += 1;
        }
    }

    /// The dot products of `UNITS` rows of W with `EXAMPLES` columns of X.
    #[inline(always)]
    fn tile<V: Lanes<R>, const UNITS: usize, const EXAMPLES: usize>(&mut self, unit: usize, example: usize) {
        let inputs = self.inputs;
        let (vectors, rest) = (inputs / LANES, inputs % LANES);
        let mut rows = [(&[] as &[[R; LANES]], &[] as &[R]); UNITS];
        let mut columns = [(&[] as &[[R; LANES]], &[] as &[R]); EXAMPLES];
        for u in 0..UNITS {
            rows[u] = self.weights[(unit + u) * inputs..][..inputs].as_chunks();
            rows[u].0 = &rows[u].0[..vectors]; // as long as the loop below runs, so that it needs no checks
        }
        for e in 0..EXAMPLES {
            columns[e] = self.x[(example + e) * inputs..][..inputs].as_chunks();
            columns[e].0 = &columns[e].0[..vectors];
        }
        let mut sums = [[V::splat(R::zero()); EXAMPLES]; UNITS];
        for k in 0..vectors {
            let mut x = [V::splat(R::zero()); EXAMPLES];
            for e in 0..EXAMPLES {
                x[e] = V::load(&columns[e].0[k]);
            }
            for u in 0..UNITS {
                let w = V::load(&rows[u].0[k]);
                for e in 0..EXAMPLES {
                    sums[u][e] = w.mul_add(x[e], sums[u][e]);
                }
            }
        }
        if rest > 0 {
            for u in 0..UNITS {
                let w = V::load(&padded(rows[u].1));
                for e in 0..EXAMPLES {
                    sums[u][e] = w.mul_add(V::load(&padded(columns[e].1)), sums[u][e]);
                }
            }
        }
        for u in 0..UNITS {
            for e in 0..EXAMPLES {
                self.z[(example + e) * self.biases.len() + unit + u] =
                    sums[u][e].sum() + self.biases[unit + u];
            }
        }
    }
}

/// Less than a vector, and zeros.
#[inline(always)]
fn padded<R: Real>(rest: &[R]) -> [R; LANES] {
    let mut padded = [R::zero(); LANES];
    padded[..rest.len()].copy_from_slice(rest);
    padded
}
