//! The answer: one update.

use crate::Feedback;
use digits_core::batch::Batch;
use digits_core::linalg::{Real, zip_apply, zip_into};
use digits_core::network::{Network, Signals};

impl<R: Real> Feedback<R> {
    /// Makes one update of a network with a hidden layer.
    pub(crate) fn update_along_wires(&mut self, network: &mut Network<R>, batch: &Batch<'_, R>) {
        let (eta, one) = (self.eta, R::one());
        let Signals { h, o, d2, d1 } = &mut self.signals;
        let network = network.two_layers();
        network.forward(&batch.x, h, o);

        // d2 = e
        zip_into(d2, o, &batch.t, |o, t| o - t);
        // d1 = (Rᵀ d2) ⊙ h ⊙ (1 - h)
        self.wires.transposed_times(d2, d1);
        zip_apply(d1, h, |d, h| d * h * (one - h));

        network.w2.descend(eta, d2, h);
        network.b2.descend(eta, d2);
        network.w1.descend(eta, d1, &batch.x);
        network.b1.descend(eta, d1);
    }
}
