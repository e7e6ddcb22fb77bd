//! Stage 1: learn from one example at a time.
//!
//! For every example of the batch, which is usually a single one, with the error e = o - t:
//!
//! ```text
//! d2 = e
//! d1 = (W2ᵀ d2) ⊙ h ⊙ (1 - h)
//! W2 -= eta mean(d2 hᵀ)     b2 -= eta mean(d2)
//! W1 -= eta mean(d1 xᵀ)     b1 -= eta mean(d1)
//! ```
//!
//! where the means are over the examples: with a batch size of 1, they are the products themselves. The output error is
//! used as it is, without the slope of the output's sigmoid: the delta rule (Widrow and Hoff 1960). It is not the
//! gradient of the loss C = 1/2 |e|², but it is that of the cross-entropy -sum(t ln o + (1 - t) ln(1 - o)), exactly: a
//! loss whose slope does not fade where an output is wrong and sure of it. Its lead over stage 4 does not come from making
//! more updates: `compare --stages stochastic,gradient --batch-size 1 --learning-rate 0.1` gives both the same.

mod one_layer;

use digits_core::batch::Batch;
use digits_core::linalg::{Real, zip_apply, zip_into};
use digits_core::network::{Network, Signals};
use digits_core::settings::{BATCH_SIZE, LEARNING_RATE, Settings, Value};
use digits_core::stage::{About, Stage};

/// The rule, with its settings.
///
/// Glossary (`docs/book/glossary.md`): delta rule.
pub struct Stochastic<R: Real = f32> {
    eta: R,
    signals: Signals<R>,
}

impl<R: Real> Stage<R> for Stochastic<R> {
    const ABOUT: About = About {
        name: "stochastic",
        idea: "learn from one example at a time",
        summary: "Stage 1. After every single example, each weight moves a little against the error that it had a part in.",
        settings: &[BATCH_SIZE.usually(Value::Whole(1)), LEARNING_RATE.usually(Value::Number(0.1))],
        ..About::UNNAMED
    };
    type Precise = Stochastic<f64>;

    fn new(settings: &Settings, _: &Network<R>) -> Self {
        Stochastic { eta: R::of(settings.number(&LEARNING_RATE)), signals: Signals::default() }
    }

    fn update(&mut self, network: &mut Network<R>, batch: &Batch<'_, R>) {
        if network.layers() == 1 {
            return self.update_one_layer(network, batch);
        }
        let (eta, one) = (self.eta, R::one());
        let Signals { h, o, d2, d1 } = &mut self.signals;
        let network = network.two_layers();
        network.forward(&batch.x, h, o);

        // d2 = e
        zip_into(d2, o, &batch.t, |o, t| o - t);
        // d1 = (W2ᵀ d2) ⊙ h ⊙ (1 - h)
        network.w2.transposed_times(d2, d1);
        zip_apply(d1, h, |d, h| d * h * (one - h));

        network.w2.descend(eta, d2, h);
        network.b2.descend(eta, d2);
        network.w1.descend(eta, d1, &batch.x);
        network.b1.descend(eta, d1);
    }
}
