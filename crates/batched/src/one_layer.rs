//! The rule without a hidden layer (`--hidden 0`): ten neurons that see the pixels.
//!
//! ```text
//! W -= eta em xmᵀ
//! g = (C_B(b + epsilon) - C_B(b)) / epsilon     then every entry of b -= eta g
//! ```

use super::{Batched, mean_loss};
use digits_core::batch::Batch;
use digits_core::linalg::{Real, mean_of_columns, zip_into};
use digits_core::network::{Network, Signals};

impl<R: Real> Batched<R> {
    /// Makes one update of a network without a hidden layer.
    pub(crate) fn update_one_layer(&mut self, network: &mut Network<R>, batch: &Batch<'_, R>) {
        let (eta, epsilon) = (self.eta, self.epsilon);
        let Signals { o, d2: e, .. } = &mut self.signals;
        let Batched { xm, em, .. } = self;
        let network = network.one_layer();
        network.forward(&batch.x, o);

        // the means of x and e = o - t
        zip_into(e, o, &batch.t, |o, t| o - t);
        batch.x.mean(xm);
        mean_of_columns(e, em);

        // g = (C_B(b + epsilon) - C_B(b)) / epsilon
        let b = network.b.clone();
        let loss = mean_loss(e);
        network.b.shift(epsilon);
        network.forward(&batch.x, o);
        zip_into(e, o, &batch.t, |o, t| o - t);
        let g = (mean_loss(e) - loss) / epsilon;
        network.b.clone_from(&b);

        network.w.subtract_outer(eta, em, xm.get(0));
        network.b.shift(-eta * g);
    }
}
