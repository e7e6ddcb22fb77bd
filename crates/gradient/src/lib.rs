//! Stage 4: follow the true partial derivatives.
//!
//! For every example of the batch, with the error e = o - t and the slope of the output's sigmoid:
//!
//! ```text
//! d2 = e ⊙ o ⊙ (1 - o)
//! d1 = (W2ᵀ d2) ⊙ h ⊙ (1 - h)
//! W2 -= eta mean(d2 hᵀ)     b2 -= eta mean(d2)
//! W1 -= eta mean(d1 xᵀ)     b1 -= eta mean(d1)
//! ```
//!
//! where the means are over the examples: the mean of products, not the product of means. Every weight and every bias
//! has its own derivative of the loss C = 1/2 |e|². A batch size of 1 is the stochastic form; at equal r = eta / B it learns
//! as a batch of 10 does. The factor o (1 - o) is small where an output is sure, also where it is sure and wrong: the price
//! of this loss with sigmoids, which stage 1 does not pay.

mod one_layer;
pub mod worked_example;

use digits_core::batch::Batch;
use digits_core::linalg::{Real, zip_apply, zip_into};
use digits_core::network::{Network, Signals};
use digits_core::settings::{BATCH_SIZE, LEARNING_RATE, Settings, Value};
use digits_core::stage::{About, Stage};

/// The rule, with its settings.
///
/// Glossary (`docs/book/glossary.md`): gradient.
pub struct Gradient<R: Real = f32> {
    eta: R,
    signals: Signals<R>,
}

impl<R: Real> Stage<R> for Gradient<R> {
    const ABOUT: About = About {
        name: "gradient",
        idea: "the true partial derivatives",
        summary: "Stage 4. Every weight and every bias moves down its own partial derivative of the batch's mean loss.",
        settings: &[BATCH_SIZE, LEARNING_RATE.usually(Value::Number(1.0))],
        ..About::UNNAMED
    };
    type Precise = Gradient<f64>;

    fn new(settings: &Settings, _: &Network<R>) -> Self {
        Gradient { eta: R::of(settings.number(&LEARNING_RATE)), signals: Signals::default() }
    }

    fn update(&mut self, network: &mut Network<R>, batch: &Batch<'_, R>) {
        if network.layers() == 1 {
            return self.update_one_layer(network, batch);
        }
        let (eta, one) = (self.eta, R::one());
        let Signals { h, o, d2, d1 } = &mut self.signals;
        let network = network.two_layers();
        network.forward(&batch.x, h, o);

        // d2 = e ⊙ o ⊙ (1 - o)
        zip_into(d2, o, &batch.t, |o, t| (o - t) * o * (one - o));
        // d1 = (W2ᵀ d2) ⊙ h ⊙ (1 - h)
        network.w2.transposed_times(d2, d1);
        zip_apply(d1, h, |d, h| d * h * (one - h));

        network.w2.descend(eta, d2, h);
        network.b2.descend(eta, d2);
        network.w1.descend(eta, d1, &batch.x);
        network.b1.descend(eta, d1);
    }
}
