//! The rule without a hidden layer (`--hidden 0`): ten neurons that see the pixels.
//!
//! ```text
//! d = e ⊙ o ⊙ (1 - o)     W -= eta mean(d xᵀ)     b -= eta mean(d)
//! ```

use super::Gradient;
use digits_core::batch::Batch;
use digits_core::linalg::{Real, zip_into};
use digits_core::network::{Network, Signals};

impl<R: Real> Gradient<R> {
    /// Makes one update of a network without a hidden layer.
    pub(crate) fn update_one_layer(&mut self, network: &mut Network<R>, batch: &Batch<'_, R>) {
        let (eta, one) = (self.eta, R::one());
        let Signals { o, d2: d, .. } = &mut self.signals;
        let network = network.one_layer();
        network.forward(&batch.x, o);

        // d = e ⊙ o ⊙ (1 - o)
        zip_into(d, o, &batch.t, |o, t| (o - t) * o * (one - o));

        network.w.descend(eta, d, &batch.x);
        network.b.descend(eta, d);
    }
}
