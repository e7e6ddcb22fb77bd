//! W moves down mean(d xᵀ) for images: the kernel behind [`PixelWeights::descend_by`](super::PixelWeights::descend_by).
//!
//! Pixel by pixel: the gradient of a column is summed in registers over the examples that light the pixel, and the column is
//! changed at once. So no matrix of gradients is cleared, written or read.

use super::lanes::{Kernel, LANES, Lanes};
use super::lit_in::{AtPixel, EXAMPLES, LitIn, is_lit, values_from};
use super::strips::{PerStrip, Strip, for_each_strip};
use super::{Real, Rule, SparseBatch};

/// The bytes of a first-level cache.
const FIRST_LEVEL: usize = 32 << 10;

/// One step down the mean gradient, for the pixels from `first_pixel` whose columns are `weights`; with a velocity and
/// its marks of the pixels that were ever lit where there is momentum.
pub(super) struct DescendOfImages<'a, R: Real> {
    pub(super) first_pixel: usize,
    pub(super) weights: &'a mut [R],
    pub(super) velocity: Option<(&'a mut [R], &'a mut [bool])>,
    pub(super) x: &'a SparseBatch<'a, R>,
    pub(super) lit_in: &'a LitIn,
    pub(super) descent: Descent<'a, R>,
}

/// What a column's step needs besides the column.
#[derive(Clone, Copy)]
pub(super) struct Descent<'a, R: Real> {
    pub(super) rule: Rule<R>,
    /// 1 / number of examples.
    pub(super) scale: R,
    pub(super) outputs: usize,
    /// outputs x examples.
    pub(super) d: &'a [R],
}

/// What is done with each column that changes.
trait PerColumn<R, V> {
    /// Does it for a pixel. Implementations are `#[inline(always)]`.
    fn run(&mut self, pixel: AtPixel<'_, '_, R>, weights: &mut [R], velocity: Option<&mut [R]>);
}

impl<R: Real> Kernel<R> for DescendOfImages<'_, R> {
    #[inline(always)]
    fn run<V: Lanes<R>>(self) {
        if self.descent.rule.is_simple() {
            Step::<R, true>(self).run::<V>();
        } else {
            Step::<R, false>(self).run::<V>();
        }
    }
}

/// The step by a rule that is simple or not.
struct Step<'a, R: Real, const SIMPLE: bool>(DescendOfImages<'a, R>);

impl<R: Real, const SIMPLE: bool> Step<'_, R, SIMPLE> {
    #[inline(always)]
    fn run<V: Lanes<R>>(mut self) {
        let descent = self.0.descent;
        // Where a column takes several strips, has a velocity, and the errors fit the first-level cache, each column is finished
        // at once: so it comes from the second-level cache in one run.
        let takes_several = descent.outputs > V::REGISTERS * LANES;
        if takes_several && self.0.velocity.is_some() && size_of_val(descent.d) <= FIRST_LEVEL {
            let entries = vec![(0, R::zero()); self.0.x.len()];
            self.0.for_each_column::<V>(&mut WholeColumn::<R, SIMPLE> { descent, entries });
        } else {
            for_each_strip::<R, V>(descent.outputs, V::REGISTERS, &mut self);
        }
    }
}

impl<R: Real, V: Lanes<R>, const SIMPLE: bool> PerStrip<R, V> for Step<'_, R, SIMPLE> {
    #[inline(always)]
    fn run<const N: usize>(&mut self, strip: Strip<N>) {
        let descent = self.0.descent;
        self.0.for_each_column::<V>(&mut StripOfColumn::<R, N, SIMPLE> { descent, strip });
    }
}

impl<R: Real> DescendOfImages<'_, R> {
    /// Does something with each column that changes, in the order of the pixels.
    #[inline(always)]
    fn for_each_column<V: Lanes<R>>(&mut self, work: &mut impl PerColumn<R, V>) {
        let Descent { outputs, rule, .. } = self.descent;
        let decays = rule.decay != R::zero();
        let values = &mut values_from(self.x, self.first_pixel)[..];
        let columns = self.weights.chunks_exact_mut(outputs).zip(self.lit_in.from(self.first_pixel));
        match &mut self.velocity {
            None => {
                for (weights, words) in columns {
                    if decays || is_lit(words) {
                        work.run(AtPixel { words, values }, weights, None);
                    }
                }
            }
            Some((velocity, ever_lit)) => {
                let velocities = velocity.chunks_exact_mut(outputs).zip(ever_lit.iter_mut());
                for ((weights, words), (velocity, ever_lit)) in columns.zip(velocities) {
                    *ever_lit |= decays || is_lit(words);
                    if *ever_lit {
                        work.run(AtPixel { words, values }, weights, Some(velocity));
                    }
                }
            }
        }
    }
}

/// A strip of each column.
struct StripOfColumn<'a, R: Real, const N: usize, const SIMPLE: bool> {
    descent: Descent<'a, R>,
    strip: Strip<N>,
}

impl<R: Real, V: Lanes<R>, const N: usize, const SIMPLE: bool> PerColumn<R, V>
    for StripOfColumn<'_, R, N, SIMPLE>
{
    #[inline(always)]
    fn run(&mut self, pixel: AtPixel<'_, '_, R>, weights: &mut [R], velocity: Option<&mut [R]>) {
        let sums: [V; N] = self.descent.sums(self.strip, pixel, None);
        let Descent { rule, scale, .. } = self.descent;
        rule.descend::<V, N, SIMPLE>(self.strip, sums, scale, weights, velocity);
    }
}

/// All strips of each column.
struct WholeColumn<'a, R: Real, const SIMPLE: bool> {
    descent: Descent<'a, R>,
    /// Room for the examples that light a pixel and its values there: the first strip leaves them for those that follow.
    entries: Vec<(u32, R)>,
}

impl<R: Real, V: Lanes<R>, const SIMPLE: bool> PerColumn<R, V> for WholeColumn<'_, R, SIMPLE> {
    #[inline(always)]
    fn run(&mut self, pixel: AtPixel<'_, '_, R>, weights: &mut [R], velocity: Option<&mut [R]>) {
        let entries = &mut self.entries[..pixel.examples()];
        let mut strips =
            StripsOfColumn::<R, SIMPLE> { descent: self.descent, pixel, entries, weights, velocity };
        for_each_strip::<R, V>(self.descent.outputs, V::REGISTERS, &mut strips);
    }
}

/// One column, strip by strip.
struct StripsOfColumn<'w, 'a, R: Real, const SIMPLE: bool> {
    descent: Descent<'w, R>,
    pixel: AtPixel<'w, 'a, R>,
    entries: &'w mut [(u32, R)],
    weights: &'w mut [R],
    velocity: Option<&'w mut [R]>,
}

impl<R: Real, V: Lanes<R>, const SIMPLE: bool> PerStrip<R, V> for StripsOfColumn<'_, '_, R, SIMPLE> {
    #[inline(always)]
    fn run<const N: usize>(&mut self, strip: Strip<N>) {
        let descent = self.descent;
        let sums: [V; N] = if strip.first == 0 {
            descent.sums(
                strip,
                AtPixel { words: self.pixel.words, values: self.pixel.values },
                Some(self.entries),
            )
        } else {
            let mut sums = [V::splat(R::zero()); N];
            let errors = &descent.d[strip.first..];
            for entry in self.entries.iter() {
                add(strip, errors, descent.outputs, *entry, &mut sums);
            }
            sums
        };
        let velocity = self.velocity.as_deref_mut();
        descent.rule.descend::<V, N, SIMPLE>(strip, sums, descent.scale, self.weights, velocity);
    }
}

impl<R: Real> Descent<'_, R> {
    /// The sums of the errors of a pixel's examples, each times its value; writes down the examples and values where asked.
    #[inline(always)]
    fn sums<V: Lanes<R>, const N: usize>(
        &self,
        strip: Strip<N>,
        pixel: AtPixel<'_, '_, R>,
        mut entries: Option<&mut [(u32, R)]>,
    ) -> [V; N] {
        let mut sums = [V::splat(R::zero()); N];
        let errors = &self.d[strip.first..];
        let (mut first, mut known) = (0, 0);
        for (word, values) in pixel.words.iter().zip(pixel.values) {
            let mut word = *word;
            while word != 0 {
                let bit = word.trailing_zeros();
                word &= word - 1;
                let Some(&value) = values[bit as usize].next() else { break };
                if let Some(entries) = &mut entries {
                    entries[known] = (first + bit, value);
                    known += 1;
                }
                add(strip, errors, self.outputs, (first + bit, value), &mut sums);
            }
            first += EXAMPLES as u32;
        }
        sums
    }
}

/// Adds the errors of an example, times a value: those of one strip, from the strip on.
#[inline(always)]
fn add<R: Real, V: Lanes<R>, const N: usize>(
    strip: Strip<N>,
    errors: &[R],
    outputs: usize,
    (example, value): (u32, R),
    sums: &mut [V; N],
) {
    let start = (u64::from(example) * u64::from(outputs as u32)) as usize;
    let errors: [V; N] = Strip::<N> { first: 0, ..strip }.load(&errors[start..start + strip.len]);
    let value = V::splat(value);
    for i in 0..N {
        sums[i] = errors[i].mul_add(value, sums[i]);
    }
}
