//! The judge of every rule: gradients by finite differences, and the angle between two directions.

mod exact;
mod report;

pub use exact::{Cost, exact_gradient};
pub use report::{BlockCheck, Report, StepError, check};

use crate::batch::Batch;
use crate::linalg::{DVector, Real};
use crate::network::Network;
use crate::stage::Stage;

/// The mean loss of the examples of a batch: C as the network's own [`Loss`](crate::network::Loss) measures it.
pub fn mean_loss<R: Real>(network: &Network<R>, batch: &Batch<'_, R>) -> f64 {
    network.loss.mean(&network.outputs(&batch.x), &batch.t)
}

/// The gradient of [`mean_loss`] by central differences, (C(p + step) - C(p - step)) / 2 step for each parameter p, in the
/// order of [`Network::parameters`]. Its error is of the order of step² plus rounding / step: in `f64`, a step of 1e-5
/// gives some ten digits.
///
/// Glossary (`docs/book/glossary.md`): central difference, finite difference.
pub fn numeric_gradient<R: Real>(network: &Network<R>, batch: &Batch<'_, R>, step: f64) -> DVector<R> {
    let parameters = network.parameters();
    let mut moved = network.clone();
    let mut loss_with = |index: usize, value: R| {
        moved.set_parameter(index, value);
        mean_loss(&moved, batch)
    };
    DVector::from_fn(parameters.len(), |index, _| {
        let p = parameters[index];
        let difference = loss_with(index, p + R::of(step)) - loss_with(index, p - R::of(step));
        loss_with(index, p);
        R::of(difference / (2.0 * step))
    })
}

/// The direction in which a stage moves the parameters after seeing a batch, divided by its learning rate `eta`: what it
/// takes for the gradient.
pub fn direction<R: Real, S: Stage<R>>(
    stage: &mut S,
    network: &Network<R>,
    batch: &Batch<'_, R>,
    eta: R,
) -> DVector<R> {
    let mut moved = network.clone();
    stage.update(&mut moved, batch);
    (network.parameters() - moved.parameters()) / eta
}

/// The angle between two directions, in degrees: 0 for the same, 90 for unrelated, 180 for opposite.
pub fn angle<R: Real>(a: &DVector<R>, b: &DVector<R>) -> f64 {
    a.angle(b).as_f64().to_degrees()
}
