//! A layer's biases: a number per unit.

use super::lanes::{Kernel, Lanes};
use super::strips::{PerStrip, Strip, for_each_strip};
use super::{DMatrix, DVector, Real, Rule, definition};

/// The biases of a layer's units.
///
/// Glossary (`docs/book/glossary.md`): bias.
#[derive(Debug, Clone, PartialEq)]
pub struct Bias<R: Real>(pub DVector<R>);

impl<R: Real> Bias<R> {
    /// Zero for each of `units`.
    pub fn zeros(units: usize) -> Self {
        Bias(DVector::zeros(units))
    }

    /// Adds `offset` to every entry.
    pub fn shift(&mut self, offset: R) {
        self.0.add_scalar_mut(offset);
    }

    /// b -= eta mean(d) over the columns of `d` (units x examples). Defined by [`definition::descend_of_biases`], as are the
    /// two below.
    pub fn descend(&mut self, eta: R, d: &DMatrix<R>) {
        self.step(&Rule::plain(eta), None, d);
    }

    /// V = mu V + mean(d), b -= eta V, for the velocity V of these biases. With mu 0 it is [`Bias::descend`].
    pub fn descend_with_momentum(&mut self, velocity: &mut Bias<R>, mu: R, eta: R, d: &DMatrix<R>) {
        self.step(&Rule::momentum(eta, mu), Some(velocity), d);
    }

    /// Moves the biases down mean(d) by a rule, which changes their velocity.
    pub fn descend_by(&mut self, rule: &Rule<R>, velocity: &mut Bias<R>, d: &DMatrix<R>) {
        self.step(rule, Some(velocity), d);
    }

    fn step(&mut self, rule: &Rule<R>, velocity: Option<&mut Bias<R>>, d: &DMatrix<R>) {
        assert_eq!(d.nrows(), self.0.len(), "a row for each unit");
        let biases = self.0.as_mut_slice();
        let velocity = velocity.map(|velocity| velocity.0.as_mut_slice());
        let scale = R::one() / R::of(d.ncols() as f64);
        if cfg!(feature = "plain") {
            return definition::descend_of_biases(biases, velocity, rule, d.as_slice());
        }
        R::descend_of_biases(Step { biases, velocity, rule, scale, d: d.as_slice() });
    }
}

/// One step down the mean of the columns of `d`, summed from the first to the last.
pub(super) struct Step<'a, R: Real> {
    biases: &'a mut [R],
    velocity: Option<&'a mut [R]>,
    rule: &'a Rule<R>,
    /// 1 / number of examples.
    scale: R,
    d: &'a [R],
}

impl<R: Real> Kernel<R> for Step<'_, R> {
    #[inline(always)]
    fn run<V: Lanes<R>>(mut self) {
        for_each_strip::<R, V>(self.biases.len(), V::REGISTERS, &mut self);
    }
}

impl<R: Real, V: Lanes<R>> PerStrip<R, V> for Step<'_, R> {
    #[inline(always)]
    fn run<const N: usize>(&mut self, strip: Strip<N>) {
        let mut gradient = [V::splat(R::zero()); N];
        for column in self.d.chunks_exact(self.biases.len()) {
            let column: [V; N] = strip.load(column);
            for i in 0..N {
                gradient[i] = gradient[i].add(column[i]);
            }
        }
        self.rule.descend::<V, N, false>(
            strip,
            gradient,
            self.scale,
            self.biases,
            self.velocity.as_deref_mut(),
        );
    }
}
