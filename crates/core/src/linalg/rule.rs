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

    /// Whether it has neither weight decay nor look-ahead.
    pub(super) fn is_simple(&self) -> bool {
        self.decay == R::zero() && !self.look_ahead
    }

    /// Moves a strip of weights down their mean gradients, `scale` (1 / number of examples) times `sums`; changes their
    /// velocities where they have some. `SIMPLE` may be said where the rule is.
    #[inline(always)]
    pub(super) fn descend<V: Lanes<R>, const N: usize, const SIMPLE: bool>(
        &self,
        strip: Strip<N>,
        sums: [V; N],
        scale: R,
        weights: &mut [R],
        velocity: Option<&mut [R]>,
    ) {
        if strip.is_whole() {
            let velocity = match velocity {
                Some(velocity) => Some(strip.vectors(velocity)),
                None => None,
            };
            return self.step::<V, N, SIMPLE>(sums, scale, strip.vectors(weights), velocity);
        }
        let mut w = strip.padded(weights);
        match velocity {
            None => self.step::<V, N, SIMPLE>(sums, scale, &mut w, None),
            Some(velocity) => {
                let mut v = strip.padded(velocity);
                self.step::<V, N, SIMPLE>(sums, scale, &mut w, Some(&mut v));
                strip.write(&v, velocity);
            }
        }
        strip.write(&w, weights);
    }

    /// Moves the weights `w` down `scale` times `sums`; changes their velocities `v` where they have some.
    // Vector by vector: there are not registers enough for all weights and velocities of a strip.
    #[inline(always)]
    fn step<V: Lanes<R>, const N: usize, const SIMPLE: bool>(
        &self,
        sums: [V; N],
        scale: R,
        w: &mut [[R; LANES]; N],
        v: Option<&mut [[R; LANES]; N]>,
    ) {
        let (scale, decay, down) = (V::splat(scale), V::splat(self.decay), V::splat(-self.eta));
        let Some(v) = v else {
            for (sum, w) in sums.into_iter().zip(w) {
                let (old, mean) = (V::load(w), sum.mul(scale));
                let g = if SIMPLE { mean } else { old.mul_add(decay, mean) };
                down.mul_add(g, old).store(w);
            }
            return;
        };
        let mu = V::splat(self.mu);
        for (sum, (w, v)) in sums.into_iter().zip(w.iter_mut().zip(v)) {
            let (old, mean) = (V::load(w), sum.mul(scale));
            let g = if SIMPLE { mean } else { old.mul_add(decay, mean) };
            let velocity = V::load(v).mul_add(mu, g);
            velocity.store(v);
            let direction = if !SIMPLE && self.look_ahead { velocity.mul_add(mu, g) } else { velocity };
            down.mul_add(direction, old).store(w);
        }
    }
}
