//! A layer's biases: a number per unit.

use super::{DMatrix, DVector, Real, Rule};

/// The biases of a layer's units.
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

    /// b -= eta mean(d) over the columns of `d` (units x examples).
    pub fn descend(&mut self, eta: R, d: &DMatrix<R>) {
        for (unit, b) in self.0.iter_mut().enumerate() {
            *b -= eta * mean_of_row(d, unit);
        }
    }

    /// Moves the biases down mean(d) by a rule, which changes their velocity.
    pub fn descend_by(&mut self, rule: &Rule<R>, velocity: &mut Bias<R>, d: &DMatrix<R>) {
        let Rule { eta, mu, decay, look_ahead } = *rule;
        for (unit, (b, v)) in self.0.iter_mut().zip(velocity.0.iter_mut()).enumerate() {
            let g = mean_of_row(d, unit) + decay * *b;
            *v = mu * *v + g;
            *b -= eta * if look_ahead { g + mu * *v } else { *v };
        }
    }

    /// V = mu V + mean(d), b -= eta V, for the velocity V of these biases. With mu 0 it is [`Bias::descend`].
    pub fn descend_with_momentum(&mut self, velocity: &mut Bias<R>, mu: R, eta: R, d: &DMatrix<R>) {
        self.descend_by(&Rule::momentum(eta, mu), velocity, d);
    }
}

/// The mean of a row, summed from the first column to the last.
fn mean_of_row<R: Real>(d: &DMatrix<R>, row: usize) -> R {
    let (rows, columns) = d.shape();
    let d = d.as_slice();
    let mut sum = R::zero();
    for column in 0..columns {
        sum += d[column * rows + row];
    }
    sum * (R::one() / R::of(columns as f64))
}
