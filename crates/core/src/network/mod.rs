//! The network that every stage trains: images, hidden layers of one activation, ten outputs.
//!
//! ```text
//! h_1 = f(W_1 x + b_1)     h_l = f(W_l h_{l-1} + b_l)     o = output(W_L h_{L-1} + b_L)
//! ```
//!
//! The five rules train one hidden layer of sigmoids with sigmoid outputs, and see it as W1, b1, W2, b2: [`TwoLayers`].
//! Without a hidden layer, L is 1, and they see W and b: [`OneLayer`].

mod activation;
mod blocks;
mod init;
mod loss;
mod one_layer;
mod two_layers;

pub use activation::Activation;
pub use blocks::Block;
pub use init::Init;
pub use loss::Loss;
pub use one_layer::OneLayer;
pub use two_layers::{Signals, TwoLayers, Velocity};

use crate::data::{CLASSES, PIXELS};
use crate::fingerprint::fingerprint;
use crate::linalg::{Bias, DMatrix, DVector, PixelWeights, Real, SparseImage, Weights};

/// The parameters of a network, and the functions of its units.
///
/// Glossary (`docs/book/glossary.md`): parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Network<R: Real = f32> {
    /// W_1, units x pixels.
    pub first: PixelWeights<R>,
    /// W_2 to W_L, units x units of the layer before; none without a hidden layer.
    pub rest: Vec<Weights<R>>,
    /// b_1 to b_L.
    pub biases: Vec<Bias<R>>,
    /// f, the function of the hidden units.
    pub activation: Activation,
    /// The function of the output units, and what an error costs.
    pub loss: Loss,
}

impl<R: Real> Network<R> {
    /// The network of the five rules, 784-H-10: sigmoids everywhere, with the starting weights of `seed`.
    pub fn new(hidden: usize, seed: u64) -> Self {
        Network::deep(&[hidden], Activation::Sigmoid, Loss::SquaredError, Init::ScaledNormal, seed)
    }

    /// A network for digits, 784 - hidden - 10, with the starting weights of `seed`; `hidden` may be empty.
    ///
    /// # Panics
    /// If there is a hidden layer without units: settings are checked before.
    pub fn deep(hidden: &[usize], activation: Activation, loss: Loss, init: Init, seed: u64) -> Self {
        assert!(hidden.iter().all(|units| *units > 0), "hidden layers that have units");
        let units = [hidden, &[CLASSES]].concat();
        let weights = |(layer, pair): (usize, &[usize])| {
            Weights::new(&init.weights(pair[1], pair[0], seed, layer as u64 + 1))
        };
        Network {
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

    /// W1, b1, W2 and b2 of a network with one hidden layer.
    ///
    /// # Panics
    /// If there are more or fewer hidden layers: the five rules make their own networks.
    #[inline]
    pub fn two_layers(&mut self) -> TwoLayers<'_, R> {
        match (&mut self.rest[..], &mut self.biases[..]) {
            ([w2], [b1, b2]) => TwoLayers { w1: &mut self.first, b1, w2, b2 },
            _ => panic!("a network with one hidden layer"),
        }
    }

    /// The outputs of all layers for each image of `x`, units x images, into `h`, the last of them the network's.
    /// `after_hidden` may change the outputs of each hidden layer, counted from 0, before they flow on.
    pub fn forward(
        &self,
        x: &[SparseImage<'_, R>],
        h: &mut [DMatrix<R>],
        mut after_hidden: impl FnMut(usize, &mut DMatrix<R>),
    ) {
        self.first.affine(&self.biases[0], x, &mut h[0]);
        for l in 1..self.layers() {
            let (below, above) = h.split_at_mut(l);
            let h_below = &mut below[l - 1];
            self.activation.apply(h_below);
            after_hidden(l - 1, h_below);
            self.rest[l - 1].affine(&self.biases[l], h_below, &mut above[0]);
        }
        self.loss.outputs(&mut h[self.layers() - 1]);
    }

    /// The network's outputs for each image of `x`, classes x images; the largest of a column is the predicted class.
    pub fn outputs(&self, x: &[SparseImage<'_, R>]) -> DMatrix<R> {
        let mut h = vec![DMatrix::zeros(0, 0); self.layers()];
        self.forward(x, &mut h, |_, _| {});
        h.swap_remove(self.layers() - 1)
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

    /// Sets the parameter that stands at `index` in [`Network::parameters`].
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

    /// Sets all parameters, in the order of [`Network::parameters`].
    ///
    /// # Panics
    /// If there are more or fewer.
    pub fn set_parameters(&mut self, values: &[R]) {
        assert_eq!(values.len(), self.parameter_count(), "a value for each parameter");
        let mut values = values;
        let rest = self.rest.iter_mut().map(|weights| weights.as_mut_slice());
        let weights = std::iter::once(self.first.as_mut_slice()).chain(rest);
        let biases = self.biases.iter_mut().map(|bias| bias.0.as_mut_slice());
        for part in weights.zip(biases).flat_map(|(weights, biases)| [weights, biases]) {
            let (here, after) = values.split_at(part.len());
            part.copy_from_slice(here);
            values = after;
        }
    }

    /// Whether every parameter is a finite number; a training that left them has diverged.
    pub fn is_finite(&self) -> bool {
        self.parameters().iter().all(|parameter| parameter.is_finite())
    }
}

impl Network {
    /// The short name of these exact parameters; see [`fingerprint`].
    pub fn fingerprint(&self) -> String {
        fingerprint(self.parameters().as_slice())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::SparseExamples;
    use crate::data::{Split, practice};

    #[test]
    fn the_view_of_two_layers_computes_the_outputs_of_the_network() {
        let mut network = Network::<f32>::new(17, 4);
        let examples = SparseExamples::<f32>::from(&practice::examples(1, Split::Train, 20));
        let x: Vec<_> = examples.images.iter().collect();
        let expected = network.outputs(&x);
        let Signals { mut h, mut o, .. } = Signals::default();
        network.two_layers().forward(&x, &mut h, &mut o);
        assert_eq!(o, expected);
    }

    #[test]
    fn parameters_are_set_where_they_are_read() {
        let mut network = Network::<f64>::deep(&[5, 4], Activation::Relu, Loss::CrossEntropy, Init::He, 1);
        assert_eq!(network.hidden(), [5, 4]);
        assert_eq!(network.parameter_count(), 784 * 5 + 5 + 5 * 4 + 4 + 4 * 10 + 10);
        for index in [0, 784 * 5, 784 * 5 + 5, network.parameter_count() - 1] {
            network.set_parameter(index, 7.25);
            assert_eq!(network.parameters()[index], 7.25);
        }
    }

    /// Protects networks without a hidden layer: ten sigmoid neurons whose outputs are those of the formula.
    #[test]
    fn a_network_may_have_no_hidden_layer() {
        let mut network =
            Network::<f64>::deep(&[], Activation::Sigmoid, Loss::SquaredError, Init::ScaledNormal, 4);
        assert_eq!((network.layers(), network.parameter_count()), (1, 7850));
        assert!(network.hidden().is_empty());
        network.set_parameter(7849, 0.5);
        let examples = SparseExamples::<f64>::from(&practice::examples(1, Split::Train, 5));
        let x: Vec<_> = examples.images.iter().collect();
        let expected = network.outputs(&x);
        let mut dense = vec![0.0; 784];
        x[3].write_to(&mut dense);
        let z = network.first.matrix() * DVector::from_vec(dense) + &network.biases[0].0;
        for (found, z) in expected.column(3).iter().zip(&z) {
            assert!((found - 1.0 / (1.0 + (-z).exp())).abs() < 1e-12);
        }
        let mut o = DMatrix::zeros(0, 0);
        network.one_layer().forward(&x, &mut o);
        assert_eq!(o, expected);
    }

    #[test]
    fn one_number_that_is_not_finite_is_seen() {
        let mut network = Network::<f32>::new(3, 1);
        assert!(network.is_finite());
        let last = network.parameter_count() - 1;
        network.set_parameter(last, f32::INFINITY);
        assert!(!network.is_finite());
    }
}
