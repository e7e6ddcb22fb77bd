//! Stage 5: remember the last directions.
//!
//! The gradient g of stage 4, with a velocity v for each parameter, from 0:
//!
//! ```text
//! v = mu v + g     parameter -= eta v
//! ```
//!
//! Directions in which successive batches agree add up to 1 / (1 - mu) times one gradient; those in which they disagree
//! cancel (Polyak 1964). With mu = 0 it is stage 4, to the last bit.
//!
//! It was made for whole-batch gradients in narrow valleys. With batches of ten, mu = 0.9 acts as a learning rate ten times
//! as long: at equal r = eta / (B (1 - mu)), it ends where stage 4 does, and starts more slowly, because the first
//! gradients all agree and the velocity overshoots.

mod one_layer;

use digits_core::batch::Batch;
use digits_core::linalg::{Real, zip_apply, zip_into};
use digits_core::network::{Network, Signals, Velocity};
use digits_core::settings::{BATCH_SIZE, Kind, LEARNING_RATE, Range, Setting, Settings, Value};
use digits_core::stage::{About, Stage, Visit};

/// mu, the share of the velocity that is kept.
///
/// Glossary (`docs/book/glossary.md`): gain.
pub const MOMENTUM: Setting = Setting {
    name: "momentum",
    symbol: "mu",
    value_name: "MU",
    kind: Kind::Number(Range::share().because("at 1 or more the velocity never fades")),
    usual: Value::Number(0.9),
    help: "mu, the share of the velocity that an update keeps, below 1",
    ..Setting::UNNAMED
};

/// The rule, with its settings and its memory.
///
/// Glossary (`docs/book/glossary.md`): momentum, overshoot.
pub struct Momentum<R: Real = f32> {
    eta: R,
    mu: R,
    v: Velocity<R>,
    signals: Signals<R>,
}

impl<R: Real> Stage<R> for Momentum<R> {
    const ABOUT: About = About {
        name: "momentum",
        idea: "remember the last directions",
        summary: "Stage 5. Every parameter keeps a velocity: a fading sum of the gradients of the batches so far.",
        settings: &[BATCH_SIZE, LEARNING_RATE.usually(Value::Number(0.05)), MOMENTUM],
        cost: 2.0, // the velocities take time too
        ..About::UNNAMED
    };
    type Precise = Momentum<f64>;

    fn new(settings: &Settings, network: &Network<R>) -> Self {
        Momentum {
            eta: R::of(settings.number(&LEARNING_RATE)),
            mu: R::of(settings.number(&MOMENTUM)),
            v: Velocity::zeros(network),
            signals: Signals::default(),
        }
    }

    fn memory(&mut self, visit: Visit<'_, R>) {
        self.v.each(visit);
    }

    fn update(&mut self, network: &mut Network<R>, batch: &Batch<'_, R>) {
        if network.layers() == 1 {
            return self.update_one_layer(network, batch);
        }
        let (eta, mu, one) = (self.eta, self.mu, R::one());
        let v = &mut self.v;
        let Signals { h, o, d2, d1 } = &mut self.signals;
        let network = network.two_layers();
        network.forward(&batch.x, h, o);

        // d2 = e ⊙ o ⊙ (1 - o)
        zip_into(d2, o, &batch.t, |o, t| (o - t) * o * (one - o));
        // d1 = (W2ᵀ d2) ⊙ h ⊙ (1 - h)
        network.w2.transposed_times(d2, d1);
        zip_apply(d1, h, |d, h| d * h * (one - h));

        // v = mu v + g, parameter -= eta v
        network.w2.descend_with_momentum(&mut v.w2, mu, eta, d2, h);
        network.b2.descend_with_momentum(&mut v.b2, mu, eta, d2);
        network.w1.descend_with_momentum(&mut v.w1, mu, eta, d1, &batch.x);
        network.b1.descend_with_momentum(&mut v.b1, mu, eta, d1);
    }
}
