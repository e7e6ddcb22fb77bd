//! Exact gradients by the chain rule, of the squared error and of the cross-entropy: what every stage's direction is
//! measured against.
//!
//! | cost C of an example | outputs | delta = dC/dz of the output units |
//! |---|---|---|
//! | squared error 1/2 \|o - t\|² | sigmoid | (o - t) ⊙ o ⊙ (1 - o) |
//! | | softmax | o ⊙ (e - sum(e ⊙ o)), with e = o - t |
//! | cross-entropy -sum(t ln o + (1 - t) ln(1 - o)) | sigmoid | o - t |
//! | cross-entropy -sum(t ln o) | softmax | o - t |
//!
//! (Bishop 1995, sections 4.8 and 6.7.) Written apart from the stages, so that neither can hide the other's mistake.

use crate::batch::Batch;
use crate::choice::Choice;
use crate::linalg::{DMatrix, DVector, Real};
use crate::network::{Loss, Network};

/// What a gradient is of.
///
/// Glossary (`docs/book/glossary.md`): cross-entropy, squared error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// 1/2 |o - t|².
    SquaredError,
    /// The cross-entropy that belongs to the outputs, sigmoid or softmax.
    CrossEntropy,
}

impl Choice for Cost {
    const WHAT: &'static str = "cost";
    const ALL: &'static [(&'static str, Self)] =
        &[("squared error", Cost::SquaredError), ("cross-entropy", Cost::CrossEntropy)];
}

impl From<Loss> for Cost {
    fn from(loss: Loss) -> Self {
        match loss {
            Loss::SquaredError => Cost::SquaredError,
            Loss::CrossEntropy => Cost::CrossEntropy,
        }
    }
}

impl Cost {
    /// The mean cost of the examples of a batch.
    pub fn mean<R: Real>(self, network: &Network<R>, batch: &Batch<'_, R>) -> f64 {
        let o = network.outputs(&batch.x);
        let of_unit = |(o, t): (&R, &R)| {
            let (o, t) = (o.as_f64(), t.as_f64());
            match (self, network.loss) {
                (Cost::SquaredError, _) => 0.5 * (o - t) * (o - t),
                (Cost::CrossEntropy, Loss::SquaredError) => -(times_ln(t, o) + times_ln(1.0 - t, 1.0 - o)),
                (Cost::CrossEntropy, Loss::CrossEntropy) => -times_ln(t, o),
            }
        };
        o.iter().zip(batch.t.iter()).map(of_unit).sum::<f64>() / batch.len() as f64
    }

    /// The derivative of the cost by the inputs of the output units, classes x examples.
    fn delta<R: Real>(self, outputs: Loss, o: &DMatrix<R>, t: &DMatrix<R>) -> DMatrix<R> {
        let e = o - t;
        match (self, outputs) {
            (Cost::CrossEntropy, _) => e,
            (Cost::SquaredError, Loss::SquaredError) => e.zip_map(o, |e, o| e * o * (R::one() - o)),
            (Cost::SquaredError, Loss::CrossEntropy) => {
                let mut delta = e.clone();
                for (column, (e, o)) in e.column_iter().zip(o.column_iter()).enumerate() {
                    let mean = e.dot(&o);
                    delta.set_column(column, &o.zip_map(&e, |o, e| o * (e - mean)));
                }
                delta
            }
        }
    }
}

/// a ln b, which is 0 where a is.
fn times_ln(a: f64, b: f64) -> f64 {
    if a == 0.0 { 0.0 } else { a * libm::log(b) }
}

/// The gradient of a batch's mean cost, in the order of [`Network::parameters`].
///
/// Glossary (`docs/book/glossary.md`): backpropagation.
pub fn exact_gradient<R: Real>(network: &Network<R>, batch: &Batch<'_, R>, cost: Cost) -> DVector<R> {
    let last = network.layers() - 1;
    let mut h = vec![DMatrix::zeros(0, 0); network.layers()];
    network.forward(&batch.x, &mut h, |_, _| {});
    let mut delta = cost.delta(network.loss, &h[last], &batch.t);
    // From zero, a step of +1 along the mean of products is that mean.
    let (mut gradient, up) = (network.zeroed(), -R::one());
    for l in (1..=last).rev() {
        gradient.rest[l - 1].descend(up, &delta, &h[l - 1]);
        gradient.biases[l].descend(up, &delta);
        let mut below = DMatrix::zeros(0, 0);
        network.rest[l - 1].transposed_times(&delta, &mut below);
        network.activation.times_slope(&mut below, &h[l - 1]);
        delta = below;
    }
    gradient.first.descend(up, &delta, &batch.x);
    gradient.biases[0].descend(up, &delta);
    gradient.parameters()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::SparseExamples;
    use crate::data::{Split, practice};
    use crate::network::{Activation, Init};

    /// Protects the judge: for every cost, kind of output and depth, the chain rule is the central difference.
    #[test]
    fn exact_gradients_are_central_differences() {
        let examples = SparseExamples::<f64>::from(&practice::examples(2, Split::Train, 3));
        let mut batch = Batch::new(784);
        batch.set(&examples, &[0, 1, 2]);
        for hidden in [&[][..], &[4], &[5, 4]] {
            for (name, cost) in Cost::ALL {
                for (_, loss) in Loss::ALL {
                    let network = Network::<f64>::deep(hidden, Activation::Tanh, *loss, Init::Xavier, 1);
                    let exact = exact_gradient(&network, &batch, *cost);
                    let parameters = network.parameters();
                    let mut moved = network.clone();
                    for index in (0..parameters.len()).step_by(61) {
                        let mut at = |step: f64| {
                            moved.set_parameter(index, parameters[index] + step);
                            cost.mean(&moved, &batch)
                        };
                        let numeric = (at(1e-5) - at(-1e-5)) / 2e-5;
                        at(0.0);
                        let error = (exact[index] - numeric).abs() / numeric.abs().max(1e-3);
                        assert!(error < 1e-7, "{name}, {hidden:?}: {} is not {numeric}", exact[index]);
                    }
                }
            }
        }
    }
}
