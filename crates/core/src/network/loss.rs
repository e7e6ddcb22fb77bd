//! What the outputs mean and how their error is measured: squared error, or cross-entropy with softmax.
//!
//! | name | outputs | loss C | delta = dC/dz |
//! |---|---|---|---|
//! | `squared-error` | sigmoid(z) | 1/2 \|o - t\|² | (o - t) ⊙ o ⊙ (1 - o) |
//! | `cross-entropy` | softmax(z) = e^z / sum e^z | -ln o of the label | o - t |
//!
//! With the squared error, an output that is wrong and sure of it hardly moves: its slope o (1 - o) is near zero. The
//! softmax makes the outputs probabilities, and the cross-entropy cancels the slope, so the error itself is the
//! delta (Bridle 1990; Bishop 1995, section 6.9). e^z would overflow from z = 89 on; subtracting a column's largest z
//! changes nothing but keeps every power at 1 or less.

use crate::choice::Choice;
use crate::linalg::{DMatrix, Real, sigmoid, softmax, zip_into};

/// The function of the output units and the measure of their error.
///
/// Glossary (`docs/book/glossary.md`): loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// Sigmoid outputs, C = 1/2 |o - t|².
    SquaredError,
    /// Softmax outputs, C = -ln of the probability of the label.
    CrossEntropy,
}

impl Choice for Loss {
    const WHAT: &'static str = "loss";
    const ALL: &'static [(&'static str, Self)] =
        &[("squared-error", Loss::SquaredError), ("cross-entropy", Loss::CrossEntropy)];
}

impl Loss {
    /// Turns the inputs of the output units into outputs, in place; a column per example.
    pub fn outputs<R: Real>(self, z: &mut DMatrix<R>) {
        match self {
            Loss::SquaredError => sigmoid(z),
            Loss::CrossEntropy => softmax(z),
        }
    }

    /// delta, the derivative of C by the inputs of the output units; all are classes x examples.
    pub fn delta<R: Real>(self, o: &DMatrix<R>, t: &DMatrix<R>, delta: &mut DMatrix<R>) {
        match self {
            Loss::SquaredError => zip_into(delta, o, t, |o, t| (o - t) * o * (R::one() - o)),
            Loss::CrossEntropy => zip_into(delta, o, t, |o, t| o - t),
        }
    }

    /// C of one example, from its outputs. A probability that rounding made zero counts as the smallest normal `f32`.
    pub fn of<R: Real>(self, o: &[R], label: usize) -> f64 {
        match self {
            Loss::SquaredError => squared_error(o, label),
            Loss::CrossEntropy => -libm::log(at_least_tiny(o[label].as_f64())),
        }
    }
}

impl Loss {
    /// The mean of C over examples whose targets `t` need not be one-hot; both are classes x examples.
    pub fn mean<R: Real>(self, o: &DMatrix<R>, t: &DMatrix<R>) -> f64 {
        let of_unit = |o: f64, t: f64| match self {
            Loss::SquaredError => 0.5 * (o - t) * (o - t),
            Loss::CrossEntropy => -t * libm::log(at_least_tiny(o)),
        };
        let units = o.iter().zip(t.iter());
        units.map(|(o, t)| of_unit(o.as_f64(), t.as_f64())).sum::<f64>() / o.ncols() as f64
    }
}

/// A probability, or the smallest normal `f32` where it is lower; what is not a number stays so.
fn at_least_tiny(p: f64) -> f64 {
    let tiny = f64::from(f32::MIN_POSITIVE);
    if p < tiny { tiny } else { p }
}

/// C = 1/2 |o - t|² for the one-hot target t of `label`.
fn squared_error<R: Real>(o: &[R], label: usize) -> f64 {
    let square = |(class, &o): (usize, &R)| {
        let e = o.as_f64() - f64::from(u8::from(class == label));
        e * e
    };
    0.5 * o.iter().enumerate().map(square).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outputs(loss: Loss, z: &[f64]) -> Vec<f64> {
        let mut o = DMatrix::from_column_slice(z.len(), 1, z);
        loss.outputs(&mut o);
        o.as_slice().to_vec()
    }

    #[test]
    fn softmax_gives_probabilities_for_any_input() {
        for z in
            [vec![0.0, 0.0], vec![1.0, 2.0, 3.0], vec![1000.0, -1000.0, 0.0], vec![f64::MAX, 0.0, f64::MIN]]
        {
            let p = outputs(Loss::CrossEntropy, &z);
            assert!(
                (p.iter().sum::<f64>() - 1.0).abs() < 1e-12 && p.iter().all(|p| (0.0..=1.0).contains(p)),
                "{p:?}"
            );
        }
        assert_eq!(outputs(Loss::CrossEntropy, &[5.0, 5.0]), [0.5, 0.5]);
        let p = outputs(Loss::CrossEntropy, &[0.0, f64::ln(3.0)]);
        assert!((p[1] - 0.75).abs() < 1e-15);
        assert!(outputs(Loss::CrossEntropy, &[0.0, f64::NAN]).iter().all(|p| p.is_nan()));
    }

    #[test]
    fn deltas_are_numeric_derivatives() {
        let z = [0.3, -1.2, 2.0, 0.1];
        for (name, loss) in Loss::ALL {
            for label in 0..z.len() {
                let o = DMatrix::from_vec(4, 1, outputs(*loss, &z));
                let t = DMatrix::from_fn(4, 1, |class, _| f64::from(u8::from(class == label)));
                let mut delta = DMatrix::zeros(0, 0);
                loss.delta(&o, &t, &mut delta);
                for i in 0..z.len() {
                    let at = |step: f64| {
                        let mut moved = z;
                        moved[i] += step;
                        loss.of(&outputs(*loss, &moved), label)
                    };
                    let numeric = (at(1e-5) - at(-1e-5)) / 2e-5;
                    assert!((delta[i] - numeric).abs() < 1e-9, "{name}: {} {numeric}", delta[i]);
                }
            }
        }
    }

    #[test]
    fn a_loss_is_finite_unless_an_output_is_no_number() {
        assert!((86.0..89.0).contains(&Loss::CrossEntropy.of(&[0.0f32, 1.0], 0)));
        assert_eq!(Loss::CrossEntropy.of(&[0.0f32, 1.0], 1), 0.0);
        assert!(Loss::CrossEntropy.of(&[f32::NAN, 1.0], 0).is_nan());
    }
}
