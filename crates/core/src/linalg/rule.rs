//! How a weight moves down its gradient: the one rule behind `descend` and `descend_with_momentum`.

use super::Real;
use super::lanes::Lanes;
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

    /// Moves a run of weights down their mean gradients, `scale` (1 / number of examples) times `sums`; changes their
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
        let scale = V::splat(scale);
        let mut velocity = velocity;
        for (i, sum) in sums.into_iter().enumerate() {
            // Vector by vector: there are not registers enough for all weights and velocities of a strip.
            let vector = strip.vector(i);
            let [mut w]: [V; 1] = vector.load(weights);
            if let Some(velocity) = &mut velocity {
                let [mut v]: [V; 1] = vector.load(velocity);
                w = self.step(sum.mul(scale), w, Some(&mut v));
                vector.store([v], velocity);
            } else {
                w = self.step(sum.mul(scale), w, None);
            }
            vector.store([w], weights);
        }
    }

    /// Moves the weights `w` down their gradients `g`; changes the velocities where there are some.
    #[inline(always)]
    fn step<V: Lanes<R>>(&self, g: V, w: V, v: Option<&mut V>) -> V {
        let down = V::splat(-self.eta);
        let g = w.mul_add(V::splat(self.decay), g);
        let Some(v) = v else {
            return down.mul_add(g, w);
        };
        let mu = V::splat(self.mu);
        *v = v.mul_add(mu, g);
        let direction = if self.look_ahead { v.mul_add(mu, g) } else { *v };
        down.mul_add(direction, w)
    }
}
