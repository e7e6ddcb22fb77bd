//! Your part: one update, a screen of code.

use crate::Feedback;
use digits_core::batch::Batch;
use digits_core::linalg::Real;
use digits_core::network::Network;

impl<R: Real> Feedback<R> {
    /// Makes one update of a network with a hidden layer.
    pub(crate) fn update_along_wires(&mut self, network: &mut Network<R>, batch: &Batch<'_, R>) {
        let network = network.two_layers();
        network.forward(&batch.x, &mut self.signals.h, &mut self.signals.o);

        // Forward is done: `self.signals.h` and `self.signals.o` hold h and o. Now write the formula at the head of
        // `lib.rs`, line by line. `crates/stochastic/src/lib.rs` is its nearest relative.
        //
        // 1. d2 = e
        // 2. d1 = (Rᵀ d2) ⊙ h ⊙ (1 - h), where R is `self.wires`
        // 3. W2 and b2 go down their mean products
        // 4. W1 and b1 go down theirs
    }
}
