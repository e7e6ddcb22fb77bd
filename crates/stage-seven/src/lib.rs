//! Stage 7, to be written by you: blame along fixed random wires. The book's chapter 12 leads through it.
//!
//! Stage 1 sends the blame of the outputs back along W2, the same weights that carried the signal forward. Must it be
//! the same ones? Lillicrap et al. (2016) sent it back along random wires R that never change, and the network learned all
//! the same. For every example of the batch, with the error e = o - t:
//!
//! ```text
//! d2 = e
//! d1 = (Rᵀ d2) ⊙ h ⊙ (1 - h)
//! W2 -= eta mean(d2 hᵀ)     b2 -= eta mean(d2)
//! W1 -= eta mean(d1 xᵀ)     b1 -= eta mean(d1)
//! ```
//!
//! R has the shape of W2, 10 x H. Its numbers are drawn once, when the training begins.
//!
//! What is missing stands in `src/yours.rs`: the body of one function. `src/answer.rs` is the answer. One command tells how
//! far you are:
//!
//! ```text
//! cargo test -p stage-seven --features check
//! ```

#[cfg(feature = "answer")]
mod answer;
#[cfg(not(feature = "answer"))]
mod yours;

use digits_core::batch::Batch;
use digits_core::linalg::{Real, Weights};
use digits_core::network::{Init, Network, Signals};
use digits_core::settings::{BATCH_SIZE, LEARNING_RATE, Settings, Value};
use digits_core::stage::{About, Stage};
use stochastic::Stochastic;

/// The rule, with its settings and its wires.
///
/// Glossary (`docs/book/glossary.md`): feedback alignment.
pub struct Feedback<R: Real = f32> {
    /// The learning rate.
    pub eta: R,
    /// R, the wires that the blame goes back along: 10 x H, like W2. An update reads them and leaves them as they are.
    pub wires: Weights<R>,
    /// Room for h, o, d2 and d1, kept from update to update.
    pub signals: Signals<R>,
    /// The rule where there is no hidden layer, so nothing to send back.
    without_hidden: Stochastic<R>,
}

impl<R: Real> Stage<R> for Feedback<R> {
    const ABOUT: About = About {
        name: "feedback",
        idea: "blame along fixed random wires",
        summary: "Stage 7. The delta rule, but what a hidden unit is blamed for comes back along random wires that never \
                  change.",
        settings: &[BATCH_SIZE.usually(Value::Whole(1)), LEARNING_RATE.usually(Value::Number(0.1))],
        ..About::UNNAMED
    };
    type Precise = Feedback<f64>;

    fn new(settings: &Settings, network: &Network<R>) -> Self {
        // The network's weights are drawn as layers 0 and 1; the wires as a layer that it does not have.
        let (outputs, hidden) = network.rest.first().map_or((0, 0), |w2| (w2.outputs(), w2.inputs()));
        let wires = Init::ScaledNormal.weights(outputs, hidden, settings.seed(), 2);
        Feedback {
            eta: R::of(settings.number(&LEARNING_RATE)),
            wires: Weights::new(&wires),
            signals: Signals::default(),
            without_hidden: Stochastic::new(settings, network),
        }
    }

    fn update(&mut self, network: &mut Network<R>, batch: &Batch<'_, R>) {
        if network.layers() == 1 {
            return self.without_hidden.update(network, batch);
        }
        self.update_along_wires(network, batch);
    }
}
