//! What a gradient g does to a parameter w: four rules, and weight decay.
//!
//! | name | memory | step |
//! |---|---|---|
//! | `sgd` | none | w -= eta g |
//! | `momentum` | v = mu v + g | w -= eta v (Polyak 1964) |
//! | `nesterov` | v = mu v + g | w -= eta (g + mu v) (Nesterov 1983, as in Sutskever et al. 2013) |
//! | `adam` | m = mu m + (1 - mu) g, s = rho s + (1 - rho) g² | w -= eta m' / (sqrt(s') + 1e-8) (Kingma and Ba 2015) |
//!
//! with rho = 0.999, m' = m / (1 - mu^t) and s' = s / (1 - rho^t) at update t, which undo the start from zero.
//!
//! Weight decay pulls weights, not biases, towards zero: g + decay w takes the place of g, the derivative of decay/2 w².
//! For Adam, which would divide that away, the step itself gets eta decay w more (Loshchilov and Hutter 2019).

use digits_core::Choice;
use digits_core::linalg::{Bias, DMatrix, PixelVelocity, PixelWeights, Real, Rule, SparseBatch, Weights};
use digits_core::parallel;
use digits_core::stage::Visit;

/// The rule that moves the parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OptimizerKind {
    /// Down the gradient.
    Sgd,
    /// With a memory of the last directions.
    Momentum,
    /// The same, looking ahead.
    Nesterov,
    /// A step size for every parameter, from the size of its gradients.
    Adam,
}

impl Choice for OptimizerKind {
    const WHAT: &'static str = "optimizer";
    const ALL: &'static [(&'static str, Self)] = &[
        ("sgd", OptimizerKind::Sgd),
        ("momentum", OptimizerKind::Momentum),
        ("nesterov", OptimizerKind::Nesterov),
        ("adam", OptimizerKind::Adam),
    ];
}

/// One update's step: the rule and its numbers.
///
/// Glossary (`docs/book/glossary.md`): weight decay.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// The rule.
    pub kind: OptimizerKind,
    /// The learning rate.
    pub eta: f64,
    /// The share of the memory that is kept; means nothing to `sgd`.
    pub mu: f64,
    /// The weight decay.
    pub decay: f64,
    /// The update, counted from 1.
    pub t: usize,
}

/// Parameters that move down the mean of `delta xᵀ`: weights with their inputs x, and biases, whose input is 1.
pub trait Parameters<R: Real> {
    /// The inputs of a batch.
    type Input<'a>;
    /// What a rule remembers, the same shape as the parameters.
    type Velocity;
    /// A velocity of zero.
    fn still(&self) -> Self::Velocity;
    /// Parameters of the same shape, all zero.
    fn zeros(&self) -> Self;
    /// Moves down by a rule, which changes the velocity where it has one.
    fn descend(
        &mut self,
        rule: &Rule<R>,
        v: Option<&mut Self::Velocity>,
        delta: &DMatrix<R>,
        x: &Self::Input<'_>,
    );
    /// Shows a velocity's numbers.
    fn each(velocity: &mut Self::Velocity, visit: &mut dyn FnMut(&mut [R]));
    /// The numbers themselves.
    fn entries(&mut self) -> &mut [R];
}

impl<R: Real> Parameters<R> for PixelWeights<R> {
    type Input<'a> = SparseBatch<'a, R>;
    type Velocity = PixelVelocity<R>;
    fn still(&self) -> PixelVelocity<R> {
        PixelVelocity::zeros(self)
    }
    fn zeros(&self) -> Self {
        PixelWeights::new(&DMatrix::zeros(self.outputs(), self.pixels()))
    }
    fn descend(
        &mut self,
        rule: &Rule<R>,
        v: Option<&mut PixelVelocity<R>>,
        delta: &DMatrix<R>,
        x: &SparseBatch<'_, R>,
    ) {
        self.descend_by(rule, v, delta, x);
    }
    fn each(velocity: &mut PixelVelocity<R>, visit: &mut dyn FnMut(&mut [R])) {
        velocity.each(visit);
    }
    fn entries(&mut self) -> &mut [R] {
        self.as_mut_slice()
    }
}

impl<R: Real> Parameters<R> for Weights<R> {
    type Input<'a> = DMatrix<R>;
    type Velocity = Weights<R>;
    fn still(&self) -> Weights<R> {
        self.zeros()
    }
    fn zeros(&self) -> Self {
        Weights::zeros(self.outputs(), self.inputs())
    }
    fn descend(&mut self, rule: &Rule<R>, v: Option<&mut Weights<R>>, delta: &DMatrix<R>, x: &DMatrix<R>) {
        self.descend_by(rule, v, delta, x);
    }
    fn each(velocity: &mut Weights<R>, visit: &mut dyn FnMut(&mut [R])) {
        visit(velocity.as_mut_slice());
    }
    fn entries(&mut self) -> &mut [R] {
        self.as_mut_slice()
    }
}

impl<R: Real> Parameters<R> for Bias<R> {
    type Input<'a> = ();
    type Velocity = Bias<R>;
    fn still(&self) -> Bias<R> {
        self.zeros()
    }
    fn zeros(&self) -> Self {
        Bias::zeros(self.0.len())
    }
    fn descend(&mut self, rule: &Rule<R>, v: Option<&mut Bias<R>>, delta: &DMatrix<R>, _: &()) {
        match v {
            Some(v) => self.descend_by(rule, v, delta),
            None => self.descend(rule.eta, delta),
        }
    }
    fn each(velocity: &mut Bias<R>, visit: &mut dyn FnMut(&mut [R])) {
        visit(velocity.0.as_mut_slice());
    }
    fn entries(&mut self) -> &mut [R] {
        self.0.as_mut_slice()
    }
}

/// What a rule remembers of some parameters.
#[derive(Debug, Clone)]
pub enum Memory<R: Real, P: Parameters<R>> {
    /// Nothing.
    None,
    /// The fading sum of gradients.
    Velocity(P::Velocity),
    /// Adam's two means, m and s, and the gradient itself.
    Moments {
        /// The gradient, zero between updates.
        g: P,
        /// The fading mean of gradients.
        m: Vec<R>,
        /// The fading mean of their squares.
        s: Vec<R>,
    },
}

impl<R: Real, P: Parameters<R>> Memory<R, P> {
    /// What `kind` needs to remember of these parameters.
    pub fn new(kind: OptimizerKind, parameters: &P) -> Self {
        match kind {
            OptimizerKind::Sgd => Memory::None,
            OptimizerKind::Momentum | OptimizerKind::Nesterov => Memory::Velocity(parameters.still()),
            OptimizerKind::Adam => {
                let mut g = parameters.zeros();
                let zeros = vec![R::zero(); g.entries().len()];
                Memory::Moments { g, m: zeros.clone(), s: zeros }
            }
        }
    }

    /// Shows all that is kept from update to update for the parameters called `name`.
    pub fn each(&mut self, name: &str, visit: Visit<'_, R>) {
        match self {
            Memory::None => {}
            Memory::Velocity(v) => P::each(v, &mut |values| visit(&format!("v.{name}"), values)),
            Memory::Moments { m, s, .. } => {
                visit(&format!("m.{name}"), m);
                visit(&format!("s.{name}"), s);
            }
        }
    }
}

impl Step {
    /// The same without weight decay, as biases are moved.
    pub fn without_decay(self) -> Self {
        Step { decay: 0.0, ..self }
    }

    /// Moves parameters by what they did in a batch: down g = mean(delta xᵀ) over its examples.
    pub fn take<R: Real, P: Parameters<R>>(
        &self,
        parameters: &mut P,
        memory: &mut Memory<R, P>,
        delta: &DMatrix<R>,
        x: &P::Input<'_>,
    ) {
        let rule = Rule {
            eta: R::of(self.eta),
            mu: R::of(self.mu),
            decay: R::of(self.decay),
            look_ahead: self.kind == OptimizerKind::Nesterov,
        };
        match memory {
            Memory::None => parameters.descend(&Rule { mu: R::zero(), ..rule }, None, delta, x),
            Memory::Velocity(v) => parameters.descend(&rule, Some(v), delta, x),
            Memory::Moments { g, m, s } => {
                g.entries().fill(R::zero());
                g.descend(&Rule::plain(-R::one()), None, delta, x); // 0 - (-1) g
                self.adam(parameters.entries(), g.entries(), m, s);
            }
        }
    }

    /// Adam's step for each parameter.
    fn adam<R: Real>(&self, w: &mut [R], g: &[R], m: &mut [R], s: &mut [R]) {
        const RHO: f64 = 0.999;
        const AT_A_TIME: usize = 1 << 15;
        let (mu, rho, one) = (R::of(self.mu), R::of(RHO), R::one());
        let t = self.t as f64;
        let m_scale = R::of(1.0 / (1.0 - libm::pow(self.mu, t)));
        let s_scale = R::of(1.0 / (1.0 - libm::pow(RHO, t)));
        let (eta, decay, tiny) = (R::of(self.eta), R::of(self.decay), R::of(1e-8));
        let parts = w.chunks_mut(AT_A_TIME).zip(g.chunks(AT_A_TIME));
        let parts = parts.zip(m.chunks_mut(AT_A_TIME)).zip(s.chunks_mut(AT_A_TIME));
        parallel::for_each(parts, |(((w, g), m), s)| {
            for (((w, &g), m), s) in w.iter_mut().zip(g).zip(m).zip(s) {
                *m = mu * *m + (one - mu) * g;
                *s = rho * *s + (one - rho) * g * g;
                *w -= eta * (*m * m_scale / ((*s * s_scale).sqrt() + tiny) + decay * *w);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten steps of a rule for one weight, whose gradient is delta x, and for one bias, whose gradient is delta.
    fn ten_steps(kind: OptimizerKind, decay: f64) -> (Vec<f64>, Vec<f64>) {
        let mut weights = Weights::new(&DMatrix::from_element(1, 1, 1.0));
        let mut bias = Bias::<f64>::zeros(1);
        let (mut of_weights, mut of_bias) = (Memory::new(kind, &weights), Memory::new(kind, &bias));
        let x = DMatrix::from_element(1, 1, 2.0);
        (1..=10)
            .map(|t| {
                let step = Step { kind, eta: 0.1, mu: 0.9, decay, t };
                let delta = DMatrix::from_element(1, 1, gradient(t));
                step.take(&mut weights, &mut of_weights, &delta, &x);
                step.without_decay().take(&mut bias, &mut of_bias, &delta, &());
                (weights.transposed()[0], bias.0[0])
            })
            .unzip()
    }

    fn gradient(t: usize) -> f64 {
        [0.3, -0.1, 0.2, 0.0, 1.0][t % 5]
    }

    /// The formulas at the head of this file, for one parameter.
    fn by_hand(kind: OptimizerKind, decay: f64, start: f64, x: f64) -> Vec<f64> {
        let (eta, mu, rho) = (0.1, 0.9, 0.999);
        let (mut w, mut v, mut s) = (start, 0.0, 0.0);
        let step = |t: usize| {
            let mut g = gradient(t) * x;
            if kind == OptimizerKind::Adam {
                v = mu * v + (1.0 - mu) * g;
                s = rho * s + (1.0 - rho) * g * g;
                let (m, s): (f64, f64) =
                    (v / (1.0 - f64::powi(mu, t as i32)), s / (1.0 - f64::powi(rho, t as i32)));
                w -= eta * (m / (s.sqrt() + 1e-8) + decay * w);
            } else {
                g += decay * w;
                v = mu * v + g;
                w -= eta
                    * match kind {
                        OptimizerKind::Sgd => g,
                        OptimizerKind::Nesterov => g + mu * v,
                        _ => v,
                    };
            }
            w
        };
        (1..=10).map(step).collect()
    }

    #[test]
    fn every_rule_follows_its_formula() {
        for (name, kind) in OptimizerKind::ALL {
            for decay in [0.0, 0.3] {
                let (weights, biases) = ten_steps(*kind, decay);
                let close = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-12);
                let expected = by_hand(*kind, decay, 1.0, 2.0);
                assert!(close(&weights, &expected), "{name} {decay}: {weights:?} {expected:?}");
                let expected = by_hand(*kind, 0.0, 0.0, 1.0);
                assert!(close(&biases, &expected), "{name}, bias: {biases:?} {expected:?}");
            }
        }
    }
}
