//! The delta rule with the memory of stage 5: d2 = e, then v = mu v + g and parameter -= eta v.

use digits_core::batch::Batch;
use digits_core::linalg::{Real, zip_apply, zip_into};
use digits_core::network::{Network, Signals, Velocity};
use digits_core::settings::Settings;
use digits_core::stage::{About, Stage};

/// The rule.
pub(in crate::experiments) struct DeltaMomentum<R: Real = f32> {
    eta: R,
    mu: R,
    v: Velocity<R>,
    signals: Signals<R>,
}

impl<R: Real> DeltaMomentum<R> {
    /// The rule with this learning rate and this share of the velocity kept.
    pub(in crate::experiments) fn of(eta: f64, mu: f64, network: &Network<R>) -> Self {
        let (eta, mu) = (R::of(eta), R::of(mu));
        DeltaMomentum { eta, mu, v: Velocity::zeros(network), signals: Signals::default() }
    }
}

impl<R: Real> Stage<R> for DeltaMomentum<R> {
    const ABOUT: About = About { name: "delta rule with momentum", ..About::UNNAMED };
    type Precise = DeltaMomentum<f64>;

    fn new(_: &Settings, network: &Network<R>) -> Self {
        DeltaMomentum::of(0.05, 0.9, network)
    }

    fn update(&mut self, network: &mut Network<R>, batch: &Batch<'_, R>) {
        let (eta, mu, one) = (self.eta, self.mu, R::one());
        let v = &mut self.v;
        let Signals { h, o, d2, d1 } = &mut self.signals;
        let network = network.two_layers();
        network.forward(&batch.x, h, o);

        zip_into(d2, o, &batch.t, |o, t| o - t);
        network.w2.transposed_times(d2, d1);
        zip_apply(d1, h, |d, h| d * h * (one - h));

        network.w2.descend_with_momentum(&mut v.w2, mu, eta, d2, h);
        network.b2.descend_with_momentum(&mut v.b2, mu, eta, d2);
        network.w1.descend_with_momentum(&mut v.w1, mu, eta, d1, &batch.x);
        network.b1.descend_with_momentum(&mut v.b1, mu, eta, d1);
    }
}
