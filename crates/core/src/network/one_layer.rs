//! The network without a hidden layer, as the rules' formulas write it: W and b, and one line forward.

use super::Network;
use crate::linalg::{Bias, DMatrix, PixelWeights, Real, SparseImage, sigmoid};

/// A network of ten neurons that see the pixels, 784-10, part by part (`--hidden 0`).
pub struct OneLayer<'a, R: Real> {
    /// Weights, 10 x 784.
    pub w: &'a mut PixelWeights<R>,
    /// Biases, 10.
    pub b: &'a mut Bias<R>,
}

impl<R: Real> OneLayer<'_, R> {
    /// o = sigmoid(W x + b), for each image of `x`.
    pub fn forward(&self, x: &[SparseImage<'_, R>], o: &mut DMatrix<R>) {
        self.w.affine(self.b, x, o);
        sigmoid(o);
    }
}

impl<R: Real> Network<R> {
    /// W and b of a network without a hidden layer.
    ///
    /// # Panics
    /// If there is one: who calls this has asked [`Network::layers`].
    pub fn one_layer(&mut self) -> OneLayer<'_, R> {
        match (&self.rest[..], &mut self.biases[..]) {
            ([], [b]) => OneLayer { w: &mut self.first, b },
            _ => panic!("a network without a hidden layer"),
        }
    }
}
