//! A network of any depth: images, hidden layers of one activation, ten outputs.
//!
//! ```text
//! h_1 = f(W_1 x + b_1)     h_l = f(W_l h_{l-1} + b_l)     o = output(W_L h_{L-1} + b_L)
//! ```

use crate::{Activation, Dropout, Init, Loss};
use digits_core::data::{CLASSES, PIXELS};
use digits_core::evaluation::Classifier;
use digits_core::linalg::{Bias, DMatrix, DVector, PixelWeights, Real, SparseImage, Weights};

/// The parameters of a network, and the functions of its units.
#[derive(Debug, Clone, PartialEq)]
pub struct DeepNetwork<R: Real = f32> {
    /// W_1, units x pixels.
    pub first: PixelWeights<R>,
    /// W_2 to W_L, units x units of the layer before.
    pub rest: Vec<Weights<R>>,
    /// b_1 to b_L.
    pub biases: Vec<Bias<R>>,
    /// f, the function of the hidden units.
    pub activation: Activation,
    /// The function of the output units, and what an error costs.
    pub loss: Loss,
}

/// What flows through a network for a batch; a column per example. Layer l stands at index l - 1.
#[derive(Debug, Clone)]
pub struct Signals<R: Real = f32> {
    /// Outputs of the units of each layer; the last are those of the network.
    pub h: Vec<DMatrix<R>>,
    /// delta of each layer: the derivative of the loss by the inputs of its units.
    pub delta: Vec<DMatrix<R>>,
    /// The masks of dropout of each hidden layer.
    pub masks: Vec<DMatrix<R>>,
}

impl<R: Real> Signals<R> {
    /// No signals yet, for a network of so many layers; each operation gives its result the shape that it needs.
    pub fn new(layers: usize) -> Self {
        let none = vec![DMatrix::zeros(0, 0); layers];
        Signals { h: none.clone(), delta: none.clone(), masks: none }
    }
}

impl<R: Real> DeepNetwork<R> {
    /// A network for digits, 784 - hidden - 10, with the starting weights of `seed`. There is at least one hidden layer.
    pub fn new(hidden: &[usize], activation: Activation, loss: Loss, init: Init, seed: u64) -> Self {
        assert!(!hidden.is_empty() && hidden.iter().all(|units| *units > 0), "hidden layers that have units");
        let units = [hidden, &[CLASSES]].concat();
        let weights = |(layer, pair): (usize, &[usize])| {
            Weights::new(&init.weights(pair[1], pair[0], seed, layer as u64 + 1))
        };
        DeepNetwork {
            first: PixelWeights::new(&init.weights(units[0], PIXELS, seed, 0)),
            rest: units.windows(2).enumerate().map(weights).collect(),
            biases: units.iter().map(|units| Bias::zeros(*units)).collect(),
            activation,
            loss,
        }
    }

    /// L, the number of layers that have weights: the hidden ones and the output.
    pub fn layers(&self) -> usize {
        1 + self.rest.len()
    }

    /// The number of units of each hidden layer.
    pub fn hidden(&self) -> Vec<usize> {
        let all = self.biases.iter().map(|bias| bias.0.len());
        all.take(self.rest.len()).collect()
    }

    /// The number of weights and biases.
    pub fn parameter_count(&self) -> usize {
        let weights = self.first.outputs() * self.first.pixels();
        let weights = self.rest.iter().fold(weights, |sum, layer| sum + layer.outputs() * layer.inputs());
        weights + self.biases.iter().map(|bias| bias.0.len()).sum::<usize>()
    }

    /// The outputs of all layers for each image of `x`, into `h`, the last of them the network's. While learning,
    /// `dropout` leaves hidden units out, and remembers which in `masks`.
    pub fn forward(
        &self,
        x: &[SparseImage<'_, R>],
        h: &mut [DMatrix<R>],
        dropout: Option<(&Dropout, &mut [DMatrix<R>])>,
    ) {
        let mut dropout = dropout.filter(|(dropout, _)| dropout.is_on());
        self.first.affine(&self.biases[0], x, &mut h[0]);
        for l in 1..self.layers() {
            let (below, above) = h.split_at_mut(l);
            let h_below = &mut below[l - 1];
            self.activation.apply(h_below);
            if let Some((dropout, masks)) = &mut dropout {
                dropout.leave_out(l - 1, h_below, &mut masks[l - 1]);
            }
            self.rest[l - 1].affine(&self.biases[l], h_below, &mut above[0]);
        }
        self.loss.outputs(&mut h[self.layers() - 1]);
    }

    /// All parameters in a row: W_1 by column, b_1, then W_l by row, b_l, layer by layer.
    pub fn parameters(&self) -> DVector<R> {
        let first = self.first.matrix();
        let rest = self.rest.iter().map(|weights| weights.as_slice());
        let weights = std::iter::once(first.as_slice()).chain(rest);
        let biases = self.biases.iter().map(|bias| bias.0.as_slice());
        let parts: Vec<&[R]> = weights.zip(biases).flat_map(|(weights, biases)| [weights, biases]).collect();
        DVector::from_vec(parts.concat())
    }

    /// Sets the parameter that stands at `index` in [`DeepNetwork::parameters`].
    ///
    /// # Panics
    /// If there are not that many.
    pub fn set_parameter(&mut self, index: usize, value: R) {
        let mut index = index;
        let rest = self.rest.iter_mut().map(|weights| weights.as_mut_slice());
        let weights = std::iter::once(self.first.as_mut_slice()).chain(rest);
        let biases = self.biases.iter_mut().map(|bias| bias.0.as_mut_slice());
        for part in weights.zip(biases).flat_map(|(weights, biases)| [weights, biases]) {
            match part.get_mut(index) {
                Some(parameter) => return *parameter = value,
                None => index -= part.len(),
            }
        }
        panic!("there is no such parameter");
    }
}

impl<R: Real> Classifier<R> for DeepNetwork<R> {
    fn outputs(&self, x: &[SparseImage<'_, R>]) -> DMatrix<R> {
        let mut h = Signals::new(self.layers()).h;
        self.forward(x, &mut h, None);
        h.swap_remove(self.layers() - 1)
    }

    fn loss(&self, outputs: &[R], label: usize) -> f64 {
        self.loss.of(outputs, label)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use digits_core::network::Network;

    #[test]
    fn with_one_hidden_layer_of_sigmoids_it_is_the_network_of_the_five_stages() {
        let deep =
            DeepNetwork::<f32>::new(&[17], Activation::Sigmoid, Loss::SquaredError, Init::ScaledNormal, 4);
        let plain = Network::<f32>::new(17, 4);
        assert_eq!(deep.parameters(), plain.parameters());
        assert_eq!(deep.parameter_count(), plain.parameter_count());
        let examples = digits_core::data::practice::examples(1, digits_core::data::Split::Train, 20);
        let examples = digits_core::batch::SparseExamples::<f32>::from(&examples);
        let x: Vec<_> = examples.images.iter().collect();
        assert_eq!(deep.outputs(&x), plain.outputs(&x));
    }

    #[test]
    fn parameters_are_set_where_they_are_read() {
        let mut network = DeepNetwork::<f64>::new(&[5, 4], Activation::Relu, Loss::CrossEntropy, Init::He, 1);
        assert_eq!(network.hidden(), [5, 4]);
        assert_eq!(network.parameter_count(), 784 * 5 + 5 + 5 * 4 + 4 + 4 * 10 + 10);
        for index in [0, 784 * 5, 784 * 5 + 5, network.parameter_count() - 1] {
            network.set_parameter(index, 7.25);
            assert_eq!(network.parameters()[index], 7.25);
        }
    }
}
