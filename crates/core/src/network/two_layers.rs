//! The network of the five rules, as their formulas write it: W1, b1, W2, b2, and two lines forward.

use super::{Activation, Loss, Network};
use crate::linalg::{
    Bias, DMatrix, DVector, PixelVelocity, PixelWeights, Real, SparseImage, Weights, sigmoid,
};
use crate::stage::Visit;

/// A network with one hidden layer, 784-H-10, part by part.
pub struct TwoLayers<'a, R: Real> {
    /// Hidden weights, H x 784.
    pub w1: &'a mut PixelWeights<R>,
    /// Hidden biases, H.
    pub b1: &'a mut Bias<R>,
    /// Output weights, 10 x H.
    pub w2: &'a mut Weights<R>,
    /// Output biases, 10.
    pub b2: &'a mut Bias<R>,
}

impl<R: Real> TwoLayers<'_, R> {
    /// h = sigmoid(W1 x + b1) and o = sigmoid(W2 h + b2), for each image of `x`.
    pub fn forward(&self, x: &[SparseImage<'_, R>], h: &mut DMatrix<R>, o: &mut DMatrix<R>) {
        self.w1.affine(self.b1, x, h);
        sigmoid(h);
        self.w2.affine(self.b2, h, o);
        sigmoid(o);
    }
}

impl<R: Real> Network<R> {
    /// A network of sigmoids with these weights (H x inputs, outputs x H) and biases (H, outputs), of any size.
    pub fn of_two_layers(w1: &DMatrix<R>, b1: DVector<R>, w2: &DMatrix<R>, b2: DVector<R>) -> Self {
        Network {
            first: PixelWeights::new(w1),
            rest: vec![Weights::new(w2)],
            biases: vec![Bias(b1), Bias(b2)],
            activation: Activation::Sigmoid,
            loss: Loss::SquaredError,
        }
    }
}

/// What flows through such a network for a batch: outputs of units forward, their errors back; a column per example. A
/// rule keeps them from update to update, so that no update asks for memory.
#[derive(Debug, Clone)]
pub struct Signals<R: Real = f32> {
    /// Outputs of the hidden units, H x examples.
    pub h: DMatrix<R>,
    /// Outputs of the output units, 10 x examples.
    pub o: DMatrix<R>,
    /// Errors of the output units, 10 x examples.
    pub d2: DMatrix<R>,
    /// Errors of the hidden units, H x examples.
    pub d1: DMatrix<R>,
}

impl<R: Real> Default for Signals<R> {
    /// No signals yet; each operation gives its result the shape that it needs.
    fn default() -> Self {
        let [h, o, d2, d1] = std::array::from_fn(|_| DMatrix::zeros(0, 0));
        Signals { h, o, d2, d1 }
    }
}

/// A velocity for each parameter of such a network.
///
/// Glossary (`docs/book/glossary.md`): velocity.
#[derive(Debug, Clone)]
pub struct Velocity<R: Real = f32> {
    /// Of the hidden weights.
    pub w1: PixelVelocity<R>,
    /// Of the hidden biases.
    pub b1: Bias<R>,
    /// Of the output weights.
    pub w2: Weights<R>,
    /// Of the output biases.
    pub b2: Bias<R>,
}

impl<R: Real> Velocity<R> {
    /// Standing still: zero for each parameter of `network`. Without a hidden layer, w1 and b1 are those of its only
    /// layer, and w2 and b2 are empty.
    pub fn zeros(network: &Network<R>) -> Self {
        let w2 = network.rest.first().cloned().unwrap_or_else(|| Weights::zeros(0, 0));
        Velocity {
            w1: PixelVelocity::zeros(&network.first),
            b1: Bias::zeros(network.first.outputs()),
            w2: Weights::zeros(w2.outputs(), w2.inputs()),
            b2: Bias::zeros(w2.outputs()),
        }
    }

    /// Shows each velocity, as [`Stage::memory`](crate::stage::Stage::memory) does.
    pub fn each(&mut self, visit: Visit<'_, R>) {
        self.w1.each(&mut |v| visit("v.w1", v));
        visit("v.b1", self.b1.0.as_mut_slice());
        visit("v.w2", self.w2.as_mut_slice());
        visit("v.b2", self.b2.0.as_mut_slice());
    }
}
