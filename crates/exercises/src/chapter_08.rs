//! Chapter 8: the true gradient, but of which hill?
//!
//! Answers: what it costs to say 0.1 to everything, and a gradient check that asks which loss.

use digits_core::batch::Batch;
use digits_core::gradient_check::direction;
use digits_core::network::Network;
use digits_core::stage::Stage;

/// A loss of one output, from o and t.
pub type LossOfOutput = fn(o: f64, t: f64) -> f64;

/// 1/2 (o - t)².
pub const SQUARED_ERROR: LossOfOutput = |o, t| 0.5 * (o - t) * (o - t);
/// -t ln o - (1 - t) ln(1 - o).
pub const CROSS_ENTROPY: LossOfOutput = |o, t| -t * o.ln() - (1.0 - t) * (1.0 - o).ln();

/// *Predict*: the loss of an image for a network whose ten outputs are all `o`, while one target is 1 and nine are 0.
pub fn loss_of_saying(o: f64, loss: LossOfOutput) -> f64 {
    loss(o, 1.0) + 9.0 * loss(o, 0.0)
}

/// The mean loss of the images of a batch.
pub fn mean_loss(network: &Network<f64>, batch: &Batch<'_, f64>, loss: LossOfOutput) -> f64 {
    let o = network.outputs(&batch.x);
    o.iter().zip(batch.t.iter()).map(|(&o, &t)| loss(o, t)).sum::<f64>() / batch.len() as f64
}

/// *Build*: the largest relative error between what a stage takes for the slopes and central differences of a loss, over
/// every `every`-th parameter. `eta` is the stage's learning rate.
pub fn gradient_error<S: Stage<f64>>(
    stage: &mut S,
    eta: f64,
    network: &Network<f64>,
    batch: &Batch<'_, f64>,
    loss: LossOfOutput,
    every: usize,
) -> f64 {
    const STEP: f64 = 1e-5;
    let taken = direction(stage, network, batch, eta);
    let parameters = network.parameters();
    let mut moved = network.clone();
    let mut largest = 0.0f64;
    for index in (0..parameters.len()).step_by(every.max(1)) {
        let mut at = |offset: f64| {
            moved.set_parameter(index, parameters[index] + offset);
            mean_loss(&moved, batch, loss)
        };
        let slope = (at(STEP) - at(-STEP)) / (2.0 * STEP);
        at(0.0);
        largest = largest.max((taken[index] - slope).abs() / slope.abs().max(1e-3));
    }
    largest
}

#[cfg(test)]
mod tests {
    use super::*;
    use digits_core::batch::SparseExamples;
    use digits_core::data::{PIXELS, Split, practice};
    use digits_core::settings::{LEARNING_RATE, Value};
    use gradient::Gradient;
    use stochastic::Stochastic;

    /// Protects the landmark of the chapter, and the other loss's number for the same answers.
    #[test]
    fn saying_a_tenth_costs_this() {
        assert!((loss_of_saying(0.1, SQUARED_ERROR) - 0.45).abs() < 1e-12);
        assert!((loss_of_saying(0.0, SQUARED_ERROR) - 0.5).abs() < 1e-12);
        assert!((loss_of_saying(0.1, CROSS_ENTROPY) - 3.251).abs() < 1e-3);
    }

    /// Protects the answer: each rule passes with its own loss and fails with the other.
    #[test]
    fn a_rule_is_the_gradient_of_one_loss() {
        let examples = SparseExamples::<f64>::from(&practice::examples(practice::SEED, Split::Train, 5));
        let mut batch = Batch::new(PIXELS);
        batch.set(&examples, &[0, 1, 2, 3, 4]);
        let network = Network::<f64>::new(6, 1);
        fn error<S: Stage<f64>>(network: &Network<f64>, batch: &Batch<'_, f64>, loss: LossOfOutput) -> f64 {
            let settings = S::ABOUT.settings().with(&LEARNING_RATE, Value::Number(0.1));
            gradient_error(&mut S::new(&settings, network), 0.1, network, batch, loss, 7)
        }
        assert!(error::<Stochastic<f64>>(&network, &batch, CROSS_ENTROPY) < 1e-6);
        assert!(error::<Stochastic<f64>>(&network, &batch, SQUARED_ERROR) > 0.5);
        assert!(error::<Gradient<f64>>(&network, &batch, SQUARED_ERROR) < 1e-6);
        assert!(error::<Gradient<f64>>(&network, &batch, CROSS_ENTROPY) > 0.5);
    }
}
