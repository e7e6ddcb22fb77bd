//! The parameters of a network block by block, in `f64` where measurements need it.

use super::Network;
use crate::linalg::{Bias, DMatrix, PixelWeights, Real, Weights};
use std::ops::Range;

/// The parameters of one matrix of weights or of one layer's biases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// W1, b1, W2, b2, ...
    pub name: String,
    /// Where they stand in [`Network::parameters`].
    pub range: Range<usize>,
}

impl<R: Real> Network<R> {
    /// W1, b1, W2, b2, ..., in the order of [`Network::parameters`].
    pub fn blocks(&self) -> Vec<Block> {
        let first = self.first.outputs() * self.first.pixels();
        let weights = std::iter::once(first).chain(self.rest.iter().map(|w| w.outputs() * w.inputs()));
        let mut blocks = Vec::new();
        let mut start = 0;
        for (l, (weights, bias)) in weights.zip(&self.biases).enumerate() {
            for (letter, len) in [("W", weights), ("b", bias.0.len())] {
                blocks.push(Block { name: format!("{letter}{}", l + 1), range: start..start + len });
                start += len;
            }
        }
        blocks
    }

    /// The same network with every parameter zero: what a gradient is summed up in.
    pub fn zeroed(&self) -> Self {
        Network {
            first: PixelWeights::new(&DMatrix::zeros(self.first.outputs(), self.first.pixels())),
            rest: self.rest.iter().map(|w| Weights::zeros(w.outputs(), w.inputs())).collect(),
            biases: self.biases.iter().map(|bias| Bias::zeros(bias.0.len())).collect(),
            ..*self
        }
    }

    /// The same network in other numbers: exactly the same from `f32` to `f64`, rounded the other way.
    pub fn cast<Q: Real>(&self) -> Network<Q> {
        let cast = |value: R| Q::of(value.as_f64());
        let dense = |weights: &Weights<R>| Weights::new(&weights.transposed().transpose().map(cast));
        Network {
            first: PixelWeights::new(&self.first.matrix().map(cast)),
            rest: self.rest.iter().map(dense).collect(),
            biases: self.biases.iter().map(|bias| Bias(bias.0.map(cast))).collect(),
            activation: self.activation,
            loss: self.loss,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{Activation, Init, Loss};

    /// Protects the places of blocks, and the way to `f64`: there and back, no bit is lost.
    #[test]
    fn blocks_cover_all_parameters_and_a_cast_keeps_them() {
        for hidden in [&[][..], &[3], &[5, 4]] {
            let network = Network::<f32>::deep(hidden, Activation::Relu, Loss::CrossEntropy, Init::Xavier, 3);
            let blocks = network.blocks();
            assert_eq!(blocks.len(), 2 * network.layers());
            assert_eq!(blocks.last().map(|block| block.range.end), Some(network.parameter_count()));
            assert_eq!(blocks[1].range.len(), network.biases[0].0.len());
            let precise = network.cast::<f64>();
            assert_eq!(precise.parameters().map(|p| p as f32), network.parameters());
            assert_eq!(precise.cast::<f32>(), network);
            assert!(network.zeroed().parameters().iter().all(|p| *p == 0.0));
        }
    }
}
