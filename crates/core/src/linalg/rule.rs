//! How a weight moves down its gradient: the one rule behind `descend` and `descend_with_momentum`.

use super::Real;
use super::lanes::{LANES, Lanes};
use super::strips::Strip;

/// A step down the mean gradient g, for a weight w with velocity v:
///
/// ```text
/// g' = g + decay w
/// v  = mu v + g'
/// w -= eta v                 or, where it looks ahead (Nesterov), w -= eta (g' + mu v)
/// ```
///
/// Without a velocity, w -= eta g'. With mu 0 and decay 0 all forms are the same, to the last bit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule<R> {
    /// The learning rate.
    pub eta: R,
    /// The share of the velocity that is kept.
    pub mu: R,
    /// The weight decay: the derivative of decay/2 w².
    pub decay: R,
    /// Whether the step is taken from where the velocity leads (Nesterov 1983, in the form of Sutskever et al. 2013).
    pub look_ahead: bool,
}

impl<R: Real> Rule<R> {
    /// Plain descent with learning rate `eta`.
    pub fn plain(eta: R) -> Self {
        Rule::momentum(eta, R::zero())
    }

    /// Momentum `mu` with learning rate `eta`.
    pub fn momentum(eta: R, mu: R) -> Self {
        Rule { eta, mu, decay: R::zero(), look_ahead: false }
    }

    /// Whether it is plain descent.
    pub(super) fn is_plain(&self) -> bool {
        self.mu == R::zero() && self.decay == R::zero()
    }

    /// Moves a strip of weights down their mean gradients, `scale` (1 / number of examples) times `sums`; changes their
    /// velocities where they have some.
    #[inline(always)]
    pub(super) fn descend<V: Lanes<R>, const N: usize>(
        &self,
        strip: Strip<N>,
        sums: [V; N],
        scale: R,
        weights: &mut [R],
        velocity: Option<&mut [R]>,
    ) {
        let mut padded = [[[R::zero(); LANES]; N]; 2];
        let [w, v] = &mut padded;
        match (strip.is_whole(), velocity) {
            (true, None) => self.step(sums, scale, strip.vectors(weights)),
            (true, Some(velocity)) => {
                self.step_with_velocity(sums, scale, strip.vectors(weights), strip.vectors(velocity));
            }
            (false, None) => {
                strip.read(weights, w);
                self.step(sums, scale, w);
                strip.write(w, weights);
            }
            (false, Some(velocity)) => {
                strip.read(weights, w);
                strip.read(velocity, v);
                self.step_with_velocity(sums, scale, w, v);
                strip.write(w, weights);
                strip.write(v, velocity);
            }
        }
    }

    /// Moves the weights `w` down `scale` times `sums`.
    #[inline(always)]
    fn step<V: Lanes<R>, const N: usize>(&self, sums: [V; N], scale: R, w: &mut [[R; LANES]; N]) {
        let (scale, decay, down) = (V::splat(scale), V::splat(self.decay), V::splat(-self.eta));
        for (sum, w) in sums.into_iter().zip(w) {
            let old = V::load(w);
            let g = old.mul_add(decay, sum.mul(scale));
            down.mul_add(g, old).store(w);
        }
    }

    /// Moves the weights `w` by their velocities `v`, after these have changed by `scale` times `sums`.
    // Vector by vector: there are not registers enough for all weights and velocities of a strip.
    #[inline(always)]
    fn step_with_velocity<V: Lanes<R>, const N: usize>(
        &self,
        sums: [V; N],
        scale: R,
        w: &mut [[R; LANES]; N],
        v: &mut [[R; LANES]; N],
    ) {
        let (scale, decay, down) = (V::splat(scale), V::splat(self.decay), V::splat(-self.eta));
        let mu = V::splat(self.mu);
        for (sum, (w, v)) in sums.into_iter().zip(w.iter_mut().zip(v)) {
            let old = V::load(w);
            let g = old.mul_add(decay, sum.mul(scale));
            let velocity = V::load(v).mul_add(mu, g);
            velocity.store(v);
            let direction = if self.look_ahead { velocity.mul_add(mu, g) } else { velocity };
            down.mul_add(direction, old).store(w);
        }
    }
}
