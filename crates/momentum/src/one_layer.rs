//! The rule without a hidden layer (`--hidden 0`): ten neurons that see the pixels.
//!
//! ```text
//! d = e ⊙ o ⊙ (1 - o)     v = mu v + g     parameter -= eta v
//! ```

use super::Momentum;
use digits_core::batch::Batch;
use digits_core::linalg::{Real, zip_into};
use digits_core::network::{Network, Signals};

impl<R: Real> Momentum<R> {
    /// Makes one update of a network without a hidden layer.
    pub(crate) fn update_one_layer(&mut self, network: &mut Network<R>, batch: &Batch<'_, R>) {
        let (eta, mu, one) = (self.eta, self.mu, R::one());
        let v = &mut self.v;
        let Signals { o, d2: d, .. } = &mut self.signals;
        let network = network.one_layer();
        network.forward(&batch.x, o);

        // d = e ⊙ o ⊙ (1 - o)
        zip_into(d, o, &batch.t, |o, t| (o - t) * o * (one - o));

        // v = mu v + g, parameter -= eta v
        network.w.descend_with_momentum(&mut v.w1, mu, eta, d, &batch.x);
        network.b.descend_with_momentum(&mut v.b1, mu, eta, d);
    }
}
