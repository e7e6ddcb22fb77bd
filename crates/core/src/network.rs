//! The network that every stage trains: one hidden layer of sigmoid units, and sigmoid outputs.

use crate::data::{CLASSES, PIXELS};
use crate::evaluation::Classifier;
use crate::linalg::{Bias, DMatrix, DVector, PixelWeights, Real, SparseImage, Weights, sigmoid};
use crate::random::{Purpose, generator, normal};

/// The parameters of a network inputs-H-outputs.
#[derive(Debug, Clone, PartialEq)]
pub struct Network<R: Real = f32> {
    /// Hidden weights, H x inputs.
    pub w1: PixelWeights<R>,
    /// Hidden biases, H.
    pub b1: Bias<R>,
    /// Output weights, outputs x H.
    pub w2: Weights<R>,
    /// Output biases, outputs.
    pub b2: Bias<R>,
}

/// What flows through a network for a batch: outputs of units forward, their errors back; a column per example.
#[derive(Debug, Clone)]
pub struct Signals<R: Real = f32> {
    /// Outputs of the hidden units, H x examples.
    pub h: DMatrix<R>,
    /// Outputs of the output units, outputs x examples.
    pub o: DMatrix<R>,
    /// Errors of the output units, outputs x examples.
    pub d2: DMatrix<R>,
    /// Errors of the hidden units, H x examples.
    pub d1: DMatrix<R>,
}

impl<R: Real> Network<R> {
    /// A network for digits, 784-H-10, with the starting weights of `seed`.
    pub fn new(hidden: usize, seed: u64) -> Self {
        Network {
            w1: PixelWeights::new(&scaled_normal(hidden, PIXELS, seed, 0)),
            b1: Bias::zeros(hidden),
            w2: Weights::new(&scaled_normal(CLASSES, hidden, seed, 1)),
            b2: Bias::zeros(CLASSES),
        }
    }

    /// The number of hidden units, H.
    pub fn hidden(&self) -> usize {
        self.w1.outputs()
    }

    /// The number of weights and biases.
    pub fn parameter_count(&self) -> usize {
        let (h, inputs, outputs) = (self.hidden(), self.w1.pixels(), self.w2.outputs());
        h * inputs + h + outputs * h + outputs
    }

    /// h = sigmoid(W1 x + b1) and o = sigmoid(W2 h + b2), for each image of `x`.
    pub fn forward(&self, x: &[SparseImage<'_, R>], h: &mut DMatrix<R>, o: &mut DMatrix<R>) {
        self.w1.affine(&self.b1, x, h);
        sigmoid(h);
        self.w2.affine(&self.b2, h, o);
        sigmoid(o);
    }

    /// All parameters in a row: W1 by column, b1, W2 by row, b2.
    pub fn parameters(&self) -> DVector<R> {
        let w1 = self.w1.matrix();
        let parts = [w1.as_slice(), self.b1.0.as_slice(), self.w2.as_slice(), self.b2.0.as_slice()];
        DVector::from_vec(parts.concat())
    }

    /// Sets the parameter that stands at `index` in [`Network::parameters`].
    ///
    /// # Panics
    /// If there are not that many.
    pub fn set_parameter(&mut self, index: usize, value: R) {
        let parts = [
            self.w1.as_mut_slice(),
            self.b1.0.as_mut_slice(),
            self.w2.as_mut_slice(),
            self.b2.0.as_mut_slice(),
        ];
        let mut index = index;
        for part in parts {
            match part.get_mut(index) {
                Some(parameter) => return *parameter = value,
                None => index -= part.len(),
            }
        }
        panic!("there is no such parameter");
    }
}

/// Starting weights: normal, mean 0, standard deviation 1/sqrt(inputs), so that a unit's input has a size that does not
/// depend on how many inputs there are. `layer` counts from 0.
pub fn scaled_normal<R: Real>(outputs: usize, inputs: usize, seed: u64, layer: u64) -> DMatrix<R> {
    let mut rng = generator(seed, Purpose::Weights, layer);
    let deviation = 1.0 / libm::sqrt(inputs as f64);
    DMatrix::from_fn(outputs, inputs, |_, _| R::of(deviation * normal(&mut rng)))
}

impl<R: Real> Default for Signals<R> {
    /// No signals yet; each operation gives its result the shape that it needs.
    fn default() -> Self {
        let [h, o, d2, d1] = std::array::from_fn(|_| DMatrix::zeros(0, 0));
        Signals { h, o, d2, d1 }
    }
}

impl<R: Real> Classifier<R> for Network<R> {
    fn outputs(&self, x: &[SparseImage<'_, R>]) -> DMatrix<R> {
        let Signals { mut h, mut o, .. } = Signals::default();
        self.forward(x, &mut h, &mut o);
        o
    }

    /// C = 1/2 |o - t|².
    fn loss(&self, o: &[R], label: usize) -> f64 {
        squared_error(o, label)
    }
}

/// C = 1/2 |o - t|² for the one-hot target t of `label`.
pub fn squared_error<R: Real>(o: &[R], label: usize) -> f64 {
    let square = |(class, &o): (usize, &R)| {
        let e = o.as_f64() - f64::from(u8::from(class == label));
        e * e
    };
    0.5 * o.iter().enumerate().map(square).sum::<f64>()
}
