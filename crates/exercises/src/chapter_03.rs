//! Chapter 3: a hidden layer, and whose fault it was.
//!
//! Answers: the chain of two single neurons, the mistake of sending blame through weights that were already moved, and a
//! third layer on paper.

use digits_core::batch::Batch;
use digits_core::linalg::{Real, zip_apply, zip_into};
use digits_core::network::{Network, Signals};
use digits_core::settings::{BATCH_SIZE, LEARNING_RATE, Settings, Value};
use digits_core::stage::{About, Stage};
use gradient::worked_example::{Backwards, Forwards, Given, Pair, Square};

/// The chain of the chapter: one input, one hidden neuron, one output neuron, and what one update makes of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chain {
    /// The hidden neuron's output, sigmoid(w1 x).
    pub h: f64,
    /// The output, sigmoid(w2 h).
    pub o: f64,
    /// The loss, 1/2 (o - t)².
    pub c: f64,
    /// The error at the output neuron's input: e o (1 - o).
    pub d2: f64,
    /// The error at the hidden neuron's input: w2 d2 h (1 - h).
    pub d1: f64,
    /// The slope of the loss along w2: d2 h.
    pub g2: f64,
    /// The slope of the loss along w1: d1 x.
    pub g1: f64,
}

/// Forwards and backwards through the chain, without biases.
pub fn chain(x: f64, t: f64, w1: f64, w2: f64) -> Chain {
    let h = sigmoid(w1 * x);
    let o = sigmoid(w2 * h);
    let e = o - t;
    let d2 = e * o * (1.0 - o);
    let d1 = w2 * d2 * h * (1.0 - h);
    Chain { h, o, c: 0.5 * e * e, d2, d1, g2: d2 * h, g1: d1 * x }
}

/// *Change one line*: the backward way of the 2-2-2 example with the new W2 in the place of the old one.
pub fn with_the_new_w2(given: &Given, there: &Forwards) -> Backwards {
    let old = gradient::worked_example::backwards(given, there);
    let moved = gradient::worked_example::backwards(&Given { w2: old.w2, ..*given }, there);
    Backwards { w2: old.w2, ..moved }
}

/// *Change one line*, at full size: stage 4 with its W2 moved before the blame goes back through it.
pub struct NewW2<R: Real = f32> {
    eta: R,
    signals: Signals<R>,
}

impl<R: Real> Stage<R> for NewW2<R> {
    const ABOUT: About = About {
        name: "new-w2",
        idea: "blame through weights that were already moved",
        summary: "Stage 4, with two of its lines in the wrong order.",
        settings: &[BATCH_SIZE, LEARNING_RATE.usually(Value::Number(1.0))],
        ..About::UNNAMED
    };
    type Precise = NewW2<f64>;

    fn new(settings: &Settings, _: &Network<R>) -> Self {
        NewW2 { eta: R::of(settings.number(&LEARNING_RATE)), signals: Signals::default() }
    }

    fn update(&mut self, network: &mut Network<R>, batch: &Batch<'_, R>) {
        let (eta, one) = (self.eta, R::one());
        let Signals { h, o, d2, d1 } = &mut self.signals;
        let network = network.two_layers();
        network.forward(&batch.x, h, o);

        zip_into(d2, o, &batch.t, |o, t| (o - t) * o * (one - o));
        network.w2.descend(eta, d2, h); // too early
        network.w2.transposed_times(d2, d1);
        zip_apply(d1, h, |d, h| d * h * (one - h));

        network.b2.descend(eta, d2);
        network.w1.descend(eta, d1, &batch.x);
        network.b1.descend(eta, d1);
    }
}

/// *Build*: a network 2-2-2-2. Layer 0 sees the inputs, layer 2 gives the outputs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ThreeLayers {
    /// W1, W2 and W3, a row a unit.
    pub w: [Square; 3],
    /// b1, b2 and b3.
    pub b: [Pair; 3],
}

impl ThreeLayers {
    /// The outputs of each layer, the network's last.
    pub fn forwards(&self, x: Pair) -> [Pair; 3] {
        let layer = |l: usize, x: Pair| {
            [0, 1].map(|j| sigmoid(self.w[l][j][0] * x[0] + self.w[l][j][1] * x[1] + self.b[l][j]))
        };
        let h1 = layer(0, x);
        let h2 = layer(1, h1);
        [h1, h2, layer(2, h2)]
    }

    /// C = 1/2 |o - t|².
    pub fn loss(&self, x: Pair, t: Pair) -> f64 {
        let o = self.forwards(x)[2];
        0.5 * ((o[0] - t[0]).powi(2) + (o[1] - t[1]).powi(2))
    }

    /// The errors at the inputs of the units, layer by layer: d3 from the outputs, d2 from d3, d1 from d2, each line the one
    /// before it again.
    pub fn errors(&self, x: Pair, t: Pair) -> [Pair; 3] {
        let [h1, h2, o] = self.forwards(x);
        let d3 = [0, 1].map(|k| (o[k] - t[k]) * o[k] * (1.0 - o[k]));
        let d2 = self.back(2, d3, h2);
        let d1 = self.back(1, d2, h1);
        [d1, d2, d3]
    }

    /// (Wᵀ d) ⊙ h ⊙ (1 - h): the errors of the layer below the one of index `l`, whose outputs are `h`.
    fn back(&self, l: usize, d: Pair, h: Pair) -> Pair {
        [0, 1].map(|j| (self.w[l][0][j] * d[0] + self.w[l][1][j] * d[1]) * h[j] * (1.0 - h[j]))
    }

    /// The slope of the loss along every weight: d1 xᵀ, d2 h1ᵀ, d3 h2ᵀ.
    pub fn slopes(&self, x: Pair, t: Pair) -> [Square; 3] {
        let [d1, d2, d3] = self.errors(x, t);
        let [h1, h2, _] = self.forwards(x);
        let outer = |d: Pair, x: Pair| d.map(|d| x.map(|x| d * x));
        [outer(d1, x), outer(d2, h1), outer(d3, h2)]
    }
}

fn sigmoid(z: f64) -> f64 {
    1.0 / (1.0 + (-z).exp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradient::worked_example::{backwards, forwards};

    /// The slope of `loss` along a number, by central differences.
    fn slope(loss: impl Fn(f64) -> f64) -> f64 {
        (loss(1e-5) - loss(-1e-5)) / 2e-5
    }

    /// Protects the chapter's first numbers: both slopes of the chain are what a nudge to the weight finds.
    #[test]
    fn the_chains_slopes_are_those_of_a_nudge() {
        let (x, t, w1, w2) = (1.0, 0.0, 0.5, 0.8);
        let found = chain(x, t, w1, w2);
        assert!((found.g2 - slope(|nudge| chain(x, t, w1, w2 + nudge).c)).abs() < 1e-10);
        assert!((found.g1 - slope(|nudge| chain(x, t, w1 + nudge, w2).c)).abs() < 1e-10);
    }

    /// Protects the answer: only the hidden weights change, by little, and away from the true slope.
    #[test]
    fn the_new_w2_moves_the_hidden_weights_otherwise() {
        let given = Given::USUAL;
        let there = forwards(&given);
        let (right, wrong) = (backwards(&given, &there), with_the_new_w2(&given, &there));
        assert_eq!((wrong.w2, wrong.d2), (right.w2, right.d2));
        assert_ne!(wrong.w1, right.w1);
        let largest =
            right.w1.concat().iter().zip(wrong.w1.concat()).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!((1e-6..1e-4).contains(&largest), "{largest}");
    }

    /// Protects the answer: every slope of the third network is what a nudge to its weight finds.
    #[test]
    #[allow(clippy::needless_range_loop)] // indices are what this is about
    fn a_third_layer_is_the_second_line_again() {
        let network = ThreeLayers {
            w: [[[0.15, 0.20], [0.25, 0.30]], [[0.40, 0.45], [0.50, 0.55]], [[-0.30, 0.60], [0.70, -0.20]]],
            b: [[0.35, 0.35], [0.60, 0.60], [0.10, -0.10]],
        };
        let (x, t) = ([0.05, 0.10], [0.01, 0.99]);
        let slopes = network.slopes(x, t);
        for l in 0..3 {
            for j in 0..2 {
                for i in 0..2 {
                    let nudged = slope(|nudge| {
                        let mut other = network;
                        other.w[l][j][i] += nudge;
                        other.loss(x, t)
                    });
                    assert!((slopes[l][j][i] - nudged).abs() < 1e-10, "W{} [{j}][{i}]", l + 1);
                }
            }
        }
    }
}
