//! Sums of outer products, the shape of two of the three dense products: errors that go back, and gradients.

// Registers are arrays indexed alike: `sums[column][i]` belongs to `p[i]`.
#![allow(clippy::needless_range_loop)]

use super::lanes::{Kernel, LANES, Lanes};
use super::strips::{PerStrip, Strip, for_each_strip};
use super::{Real, Rule};

/// Sums of outer products: entry (i, c) of the result is the sum over k of P(i, k) Q(k, c), k ascending, each product
/// fused with its sum. `finish` receives the entries, some i of one c at a time.
pub(super) struct OuterSums<'a, R, F> {
    /// `height` x terms, by column.
    pub(super) p: &'a [R],
    pub(super) height: usize,
    /// Q(k, c) is `q[k * along + c * across]`.
    pub(super) q: &'a [R],
    pub(super) along: usize,
    pub(super) across: usize,
    /// How many k there are.
    pub(super) terms: usize,
    pub(super) finish: F,
}

/// What becomes of the entries of [`OuterSums`]: column `c` of a matrix of `height` rows receives `sums` at `run`.
pub(super) trait Finish<R> {
    /// The number of columns.
    fn columns(&self, height: usize) -> usize;
    fn finish<V: Lanes<R>, const N: usize>(&mut self, strip: Strip<N>, height: usize, c: usize, sums: [V; N]);
}

impl<R: Real, F: Finish<R>> Kernel<R> for OuterSums<'_, R, F> {
    #[inline(always)]
    fn run<V: Lanes<R>>(mut self) {
        for_each_strip::<R, V>(self.height, V::REGISTERS / 2, &mut self);
    }
}

/// The number of columns from which on copying a panel of P together pays: it is read once for each few columns.
const WORTH_PACKING: usize = 16;

impl<R: Real, F: Finish<R>, V: Lanes<R>> PerStrip<R, V> for OuterSums<'_, R, F> {
    #[inline(always)]
    fn run<const N: usize>(&mut self, strip: Strip<N>) {
        let columns = self.finish.columns(self.height);
        let mut panel = Panel { p: self.p, height: self.height, strip };
        let packed;
        if columns >= WORTH_PACKING {
            packed = panel.packed();
            panel = Panel { p: &packed, height: strip.len, strip: Strip { first: 0, len: strip.len } };
        }
        let mut c = 0;
        if V::REGISTERS >= 8 {
            while c + 5 <= columns {
                self.columns::<V, N, 5>(panel, strip, c);
                c += 5;
            }
        } else {
            while c + 2 <= columns {
                self.columns::<V, N, 2>(panel, strip, c);
                c += 2;
            }
        }
        while c < columns {
            self.columns::<V, N, 1>(panel, strip, c);
            c += 1;
        }
    }
}

/// The entries of a run of rows in all columns of P.
#[derive(Clone, Copy)]
struct Panel<'a, R, const N: usize> {
    p: &'a [R],
    height: usize,
    strip: Strip<N>,
}

impl<R: Real, const N: usize> Panel<'_, R, N> {
    /// The same entries one after the other.
    #[inline(always)]
    fn packed(&self) -> Vec<R> {
        let mut packed = Vec::with_capacity(self.p.len() / self.height * self.strip.len);
        for column in self.p.chunks_exact(self.height) {
            packed.extend_from_slice(&column[self.strip.first..][..self.strip.len]);
        }
        packed
    }
}

impl<R: Real, F: Finish<R>> OuterSums<'_, R, F> {
    /// The entries of a run in the `C` columns from `c`.
    #[inline(always)]
    fn columns<V: Lanes<R>, const N: usize, const C: usize>(
        &mut self,
        panel: Panel<'_, R, N>,
        strip: Strip<N>,
        c: usize,
    ) {
        let mut sums = [[V::splat(R::zero()); N]; C];
        let mut at = c * self.across;
        for p in panel.p.chunks_exact(panel.height).take(self.terms) {
            let p: [V; N] = panel.strip.load(p);
            let q = &self.q[at..at + (C - 1) * self.across + 1];
            for column in 0..C {
                let q = V::splat(q[column * self.across]);
                for i in 0..N {
                    sums[column][i] = p[i].mul_add(q, sums[column][i]);
                }
            }
            at += self.along;
        }
        // By way of memory: with all of the code below once for each column, the compiler would keep the sums there all along.
        let mut stored = [[[R::zero(); LANES]; N]; C];
        for column in 0..C {
            for i in 0..N {
                sums[column][i].store(&mut stored[column][i]);
            }
        }
        for (column, stored) in stored.iter().enumerate() {
            let mut sums = [V::splat(R::zero()); N];
            for i in 0..N {
                sums[i] = V::load(&stored[i]);
            }
            self.finish.finish(strip, self.height, c + column, sums);
        }
    }
}

/// Keeps the sums.
pub(super) struct Store<'a, R> {
    pub(super) to: &'a mut [R],
}

impl<R: Real> Finish<R> for Store<'_, R> {
    #[inline(always)]
    fn columns(&self, height: usize) -> usize {
        self.to.len() / height
    }
    #[inline(always)]
    fn finish<V: Lanes<R>, const N: usize>(
        &mut self,
        strip: Strip<N>,
        height: usize,
        c: usize,
        sums: [V; N],
    ) {
        strip.store(sums, &mut self.to[c * height..][..height]);
    }
}

/// Steps down the mean of the sums, with a velocity where there is momentum.
pub(super) struct Descend<'a, R> {
    pub(super) weights: &'a mut [R],
    pub(super) velocity: Option<&'a mut [R]>,
    pub(super) rule: &'a Rule<R>,
    /// 1 / number of examples.
    pub(super) scale: R,
}

impl<R: Real> Finish<R> for Descend<'_, R> {
    #[inline(always)]
    fn columns(&self, height: usize) -> usize {
        self.weights.len() / height
    }
    #[inline(always)]
    fn finish<V: Lanes<R>, const N: usize>(
        &mut self,
        strip: Strip<N>,
        height: usize,
        c: usize,
        sums: [V; N],
    ) {
        let column = c * height..(c + 1) * height;
        let velocity = self.velocity.as_mut().map(|velocity| &mut velocity[column.clone()]);
        self.rule.descend::<V, N, false>(strip, sums, self.scale, &mut self.weights[column], velocity);
    }
}
