//! The rule without a hidden layer (`--hidden 0`): ten neurons that see the pixels.
//!
//! ```text
//! W -= eta em xmᵀ
//! ```

use super::NoBias;
use digits_core::batch::Batch;
use digits_core::linalg::{Real, mean_of_columns, zip_into};
use digits_core::network::{Network, Signals};

impl<R: Real> NoBias<R> {
    /// Makes one update of a network without a hidden layer.
    pub(crate) fn update_one_layer(&mut self, network: &mut Network<R>, batch: &Batch<'_, R>) {
        let eta = self.eta;
        let Signals { o, d2: e, .. } = &mut self.signals;
        let NoBias { xm, em, .. } = self;
        let network = network.one_layer();
        network.forward(&batch.x, o);

        // the means of x and e = o - t
        zip_into(e, o, &batch.t, |o, t| o - t);
        batch.x.mean(xm);
        mean_of_columns(e, em);

        network.w.subtract_outer(eta, em, xm.get(0));
    }
}
