//! Chapter 10: momentum.

use digits_core::batch::Batch;
use digits_core::linalg::{Real, Rule, zip_apply, zip_into};
use digits_core::network::{Network, Signals, Velocity};
use digits_core::settings::{BATCH_SIZE, LEARNING_RATE, Settings, Value};
use digits_core::stage::{About, Stage};
use momentum::MOMENTUM;

const SETTINGS: &[digits_core::settings::Setting] =
    &[BATCH_SIZE, LEARNING_RATE.usually(Value::Number(0.05)), MOMENTUM];

/// Exercise 3: momentum that asks for the gradient where the velocity is about to carry it.
///
/// The parameters are kept at the point ahead, W' = W - eta mu v, so that forward and back happen there without a second
/// network: v = mu v + g(W'), W' -= eta (g + mu v) (Nesterov 1983, in the form of Sutskever et al. 2013).
pub struct Nesterov<R: Real = f32> {
    rule: Rule<R>,
    v: Velocity<R>,
    signals: Signals<R>,
}

/// The rule of the chapter's table of whole batches: momentum along the gradient of the cross-entropy, so the delta rule of
/// stage 1 with a memory.
pub struct DeltaMomentum<R: Real = f32> {
    rule: Rule<R>,
    v: Velocity<R>,
    signals: Signals<R>,
}

/// The rule that the settings name.
fn rule<R: Real>(settings: &Settings, look_ahead: bool) -> Rule<R> {
    let (eta, mu) = (settings.number(&LEARNING_RATE), settings.number(&MOMENTUM));
    Rule { look_ahead, ..Rule::momentum(R::of(eta), R::of(mu)) }
}

/// One update of a network with a hidden layer, whose outputs are wrong by `d2` of an output and its target.
fn update<R: Real>(
    network: &mut Network<R>,
    batch: &Batch<'_, R>,
    rule: &Rule<R>,
    v: &mut Velocity<R>,
    signals: &mut Signals<R>,
    d2_of: impl Fn(R, R) -> R + Sync,
) {
    let one = R::one();
    let Signals { h, o, d2, d1 } = signals;
    let network = network.two_layers();
    network.forward(&batch.x, h, o);

    zip_into(d2, o, &batch.t, d2_of);
    network.w2.transposed_times(d2, d1);
    zip_apply(d1, h, |d, h| d * h * (one - h));

    network.w2.descend_by(rule, Some(&mut v.w2), d2, h);
    network.b2.descend_by(rule, &mut v.b2, d2);
    network.w1.descend_by(rule, Some(&mut v.w1), d1, &batch.x);
    network.b1.descend_by(rule, &mut v.b1, d1);
}

impl<R: Real> Stage<R> for Nesterov<R> {
    const ABOUT: About = About {
        name: "nesterov",
        idea: "look where the velocity leads",
        summary: "Momentum whose gradient is that of the point ahead.",
        settings: SETTINGS,
        ..About::UNNAMED
    };
    type Precise = Nesterov<f64>;

    fn new(settings: &Settings, network: &Network<R>) -> Self {
        Nesterov { rule: rule(settings, true), v: Velocity::zeros(network), signals: Signals::default() }
    }

    fn update(&mut self, network: &mut Network<R>, batch: &Batch<'_, R>) {
        let Nesterov { rule, v, signals } = self;
        update(network, batch, rule, v, signals, |o, t| (o - t) * o * (R::one() - o));
    }
}

impl<R: Real> Stage<R> for DeltaMomentum<R> {
    const ABOUT: About = About {
        name: "delta-momentum",
        idea: "the delta rule with a memory",
        summary: "Momentum along the gradient of the cross-entropy.",
        settings: SETTINGS,
        ..About::UNNAMED
    };
    type Precise = DeltaMomentum<f64>;

    fn new(settings: &Settings, network: &Network<R>) -> Self {
        DeltaMomentum {
            rule: rule(settings, false),
            v: Velocity::zeros(network),
            signals: Signals::default(),
        }
    }

    fn update(&mut self, network: &mut Network<R>, batch: &Batch<'_, R>) {
        let DeltaMomentum { rule, v, signals } = self;
        update(network, batch, rule, v, signals, |o, t| o - t);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use digits_core::batch::SparseExamples;
    use digits_core::data::{Split, practice};
    use digits_core::gradient_check::{Cost, direction, exact_gradient};
    use digits_core::linalg::DVector;
    use gradient::Gradient;
    use momentum::Momentum;

    const ETA: f64 = 0.3;
    const MU: f64 = 0.8;

    fn settings(eta: f64, mu: f64) -> Settings {
        let settings = <Momentum as Stage>::ABOUT.settings();
        settings.with(&LEARNING_RATE, Value::Number(eta)).with(&MOMENTUM, Value::Number(mu))
    }

    /// Runs `see` for some batches of four practice digits.
    fn for_each_batch(mut see: impl FnMut(&Batch<'_, f64>)) {
        let examples = SparseExamples::<f64>::from(&practice::examples(6, Split::Train, 20));
        for indices in (0..20).collect::<Vec<u32>>().chunks(4) {
            let mut batch = Batch::new(examples.images.pixels());
            batch.set(&examples, indices);
            see(&batch);
        }
    }

    /// The network with these parameters.
    fn at(network: &Network<f64>, parameters: &DVector<f64>) -> Network<f64> {
        let mut moved = network.clone();
        parameters.iter().enumerate().for_each(|(index, p)| moved.set_parameter(index, *p));
        moved
    }

    /// The gradient of the squared error, as stage 4 takes it.
    fn gradient(network: &Network<f64>, batch: &Batch<'_, f64>) -> DVector<f64> {
        direction(&mut Gradient::new(&settings(1.0, 0.0), network), network, batch, 1.0)
    }

    /// Protects exercise 2: v = mu v + (1 - mu) g with a rate 1 / (1 - mu) times as long moves every parameter as the
    /// chapter's form does.
    #[test]
    fn the_two_forms_are_one_training() {
        let mut network = Network::<f64>::new(6, 1);
        let mut stage = Momentum::new(&settings(ETA, MU), &network);
        let mut parameters = network.parameters();
        let mut v = parameters.clone() * 0.0;
        for_each_batch(|batch| {
            v = &v * MU + gradient(&at(&network, &parameters), batch) * (1.0 - MU);
            parameters -= &v * (ETA / (1.0 - MU));
            stage.update(&mut network, batch);
        });
        let difference = (network.parameters() - parameters).amax();
        assert!(difference < 1e-13, "a parameter differs by {difference:e}");
    }

    /// Protects the chapter's gain: gradients that never change add up to 1 / (1 - mu) times one of them.
    #[test]
    fn without_chance_the_gain_is_one_over_one_minus_mu() {
        let mut v = 0.0;
        (0..200).for_each(|_| v = MU * v + 1.0);
        assert!((v - 1.0 / (1.0 - MU)).abs() < 1e-12, "{v}");
    }

    /// Protects exercise 3 against its formula, taken literally: a network that steps ahead, and is asked for its gradient
    /// there. The stage keeps the point ahead.
    #[test]
    fn nesterov_is_the_gradient_of_the_point_ahead() {
        let mut network = Network::<f64>::new(6, 1);
        let mut stage = Nesterov::new(&settings(ETA, MU), &network);
        let mut parameters = network.parameters();
        let mut v = parameters.clone() * 0.0;
        for_each_batch(|batch| {
            let ahead = &parameters - &v * (ETA * MU);
            v = &v * MU + gradient(&at(&network, &ahead), batch);
            parameters -= &v * ETA;
            stage.update(&mut network, batch);
            let difference = (network.parameters() - (&parameters - &v * (ETA * MU))).amax();
            assert!(difference < 1e-13, "a parameter differs by {difference:e}");
        });
    }

    /// Protects the rule behind the table of whole batches: its gradients are those of the cross-entropy.
    #[test]
    fn delta_momentum_follows_the_cross_entropy() {
        let mut network = Network::<f64>::new(6, 1);
        let mut stage = DeltaMomentum::new(&settings(ETA, MU), &network);
        let mut v = network.parameters() * 0.0;
        for_each_batch(|batch| {
            let before = network.parameters();
            v = &v * MU + exact_gradient(&network, batch, Cost::CrossEntropy);
            stage.update(&mut network, batch);
            let difference = (before - &v * ETA - network.parameters()).amax();
            assert!(difference < 1e-12, "a parameter differs by {difference:e}");
        });
    }
}
