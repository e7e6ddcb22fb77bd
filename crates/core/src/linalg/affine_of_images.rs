//! Z = W X + b for images: the kernel behind [`PixelWeights::affine`](super::PixelWeights::affine).
//!
//! A sum starts at its bias and adds the lit pixels in ascending order, each product fused. In which order columns come from the
//! caches is another matter, and the caches are what bounds this kernel. There are three orders, which give the same bits:
//!
//! - *one by one*: an image's sums stay in registers while its columns pass;
//! - *by blocks*: a block of columns stays in the first-level cache while many images pass over it, each adding the pixels that it
//!   lights there;
//! - *along the columns*: a matrix that is larger than the second-level cache is read in long runs, which processors fetch ahead.

use super::deferred_updates::Deferred;
use super::lanes::{Kernel, LANES, Lanes};
use super::pixel_weights::SECOND_LEVEL;
use super::sparse_images::fetch;
use super::strips::{PerStrip, Strip, for_each_strip};
use super::{Real, SparseImage};

/// From how many images on blocks pay.
const WORTH_BLOCKS: usize = 4;
/// How many images pass over a block together: their sums should lie in the first-level cache too, or near.
const TILE: usize = 64;
/// The bytes of a block: of each column, the strip that is summed. Only some of its columns are lit in a tile, so it may be
/// larger than the first-level cache.
const BLOCK: usize = 64 << 10;

/// Z = W X + b for some of the examples, less what is deferred.
pub(super) struct AffineOfImages<'a, R: Real> {
    pub(super) weights: &'a [R],
    pub(super) deferred: &'a Deferred<R>,
    /// Room for the products of what is deferred with each image.
    pub(super) products: &'a mut [[R; LANES]],
    pub(super) biases: &'a [R],
    pub(super) x: &'a [SparseImage<'a, R>],
    pub(super) z: &'a mut [R],
}

impl<R: Real> Kernel<R> for AffineOfImages<'_, R> {
    #[inline(always)]
    fn run<V: Lanes<R>>(mut self) {
        if !self.deferred.is_empty() {
            for (image, products) in self.x.iter().zip(self.products.iter_mut()) {
                *products = self.deferred.products::<V>(*image);
            }
        }
        if self.x.len() < WORTH_BLOCKS && size_of_val(self.weights) >= SECOND_LEVEL {
            self.along_the_columns::<V>();
        } else {
            for_each_strip::<R, V>(self.biases.len(), V::REGISTERS, &mut self);
        }
    }
}

impl<R: Real, V: Lanes<R>> PerStrip<R, V> for AffineOfImages<'_, R> {
    #[inline(always)]
    fn run<const N: usize>(&mut self, strip: Strip<N>) {
        if self.x.len() < WORTH_BLOCKS {
            self.one_by_one::<V, N>(strip);
        } else {
            self.by_blocks::<V, N>(strip);
        }
    }
}

impl<R: Real> AffineOfImages<'_, R> {
    #[inline(always)]
    fn one_by_one<V: Lanes<R>, const N: usize>(&mut self, strip: Strip<N>) {
        let biases: [V; N] = strip.load(self.biases);
        for (index, image) in self.x.iter().enumerate() {
            let mut sums = biases;
            self.add_columns(strip, *image, 0, usize::MAX, &mut sums);
            self.finish(strip, index, sums);
        }
    }

    #[inline(always)]
    fn by_blocks<V: Lanes<R>, const N: usize>(&mut self, strip: Strip<N>) {
        let biases: [V; N] = strip.load(self.biases);
        let columns = BLOCK / (N * LANES * size_of::<R>());
        let mut sums = Vec::with_capacity(self.x.len().min(TILE));
        for first in (0..self.x.len()).step_by(TILE) {
            let images = &self.x[first..self.x.len().min(first + TILE)];
            fetch(images);
            sums.clear();
            sums.resize(images.len(), biases);
            let mut next = [0; TILE];
            let (mut end, mut is_done) = (columns, false);
            while !is_done {
                is_done = true;
                for ((image, sums), next) in images.iter().zip(&mut sums).zip(&mut next) {
                    *next = self.add_columns(strip, *image, *next, end, sums);
                    is_done &= *next == image.lit.len();
                }
                end += columns;
            }
            for (index, sums) in (first..first + images.len()).zip(&sums) {
                self.finish(strip, index, *sums);
            }
        }
    }

    /// Adds the columns of an image's lit pixels to its sums, from the one at `next` on, as long as they are below `end`;
    /// returns where it stopped.
    #[inline(always)]
    fn add_columns<V: Lanes<R>, const N: usize>(
        &self,
        strip: Strip<N>,
        image: SparseImage<'_, R>,
        next: usize,
        end: usize,
        to: &mut [V; N],
    ) -> usize {
        // All computation works here, most of the time. So one question asks whether a column is among those below `end`, and
        // the numbers are such that the compiler sees that none overflows.
        let outputs = self.biases.len();
        let below = end.min(self.weights.len() / outputs) * outputs - (outputs - strip.len);
        let (columns, strip) = (&self.weights[strip.first..][..below], Strip::<N> { first: 0, ..strip });
        let values = &image.values[..image.lit.len()];
        let mut sums = *to;
        let mut at = next;
        while at < image.lit.len() {
            let start = (u64::from(image.lit[at]) * u64::from(outputs as u32)) as usize;
            let Some(column) = columns.get(start..start + strip.len) else {
                break;
            };
            let column: [V; N] = strip.load(column);
            let value = V::splat(values[at]);
            for i in 0..N {
                sums[i] = column[i].mul_add(value, sums[i]);
            }
            at += 1;
        }
        *to = sums;
        at
    }

    /// Subtracts what is deferred from a strip of the sums of an image, and writes them to its outputs.
    #[inline(always)]
    fn finish<V: Lanes<R>, const N: usize>(&mut self, strip: Strip<N>, index: usize, mut sums: [V; N]) {
        if !self.deferred.is_empty() {
            self.deferred.subtract(strip, &self.products[index], &mut sums);
        }
        let outputs = self.biases.len();
        strip.store(sums, &mut self.z[index * outputs..][..outputs]);
    }

    #[inline(always)]
    fn along_the_columns<V: Lanes<R>>(&mut self) {
        let outputs = self.biases.len();
        let column = |pixel: &u16| &self.weights[usize::from(*pixel) * outputs..][..outputs];
        for (index, (image, sums)) in self.x.iter().zip(self.z.chunks_exact_mut(outputs)).enumerate() {
            sums.copy_from_slice(self.biases);
            let (lit, last_lit) = image.lit.as_chunks::<4>();
            let (values, last_values) = image.values.as_chunks::<4>();
            for (lit, values) in lit.iter().zip(values) {
                let columns = [column(&lit[0]), column(&lit[1]), column(&lit[2]), column(&lit[3])];
                let mut add = AddColumns { columns, values: *values, sums };
                for_each_strip::<R, V>(outputs, V::REGISTERS, &mut add);
            }
            for (pixel, value) in last_lit.iter().zip(last_values) {
                let mut add = AddColumns { columns: [column(pixel)], values: [*value], sums };
                for_each_strip::<R, V>(outputs, V::REGISTERS, &mut add);
            }
            if !self.deferred.is_empty() {
                let products = &self.products[index];
                let mut subtract = SubtractDeferred { deferred: self.deferred, products, sums };
                for_each_strip::<R, V>(outputs, V::REGISTERS, &mut subtract);
            }
        }
    }
}

/// Adds some columns, each times the value of its pixel, to the sums of an image.
struct AddColumns<'a, R, const COLUMNS: usize> {
    columns: [&'a [R]; COLUMNS],
    values: [R; COLUMNS],
    sums: &'a mut [R],
}

impl<R: Real, V: Lanes<R>, const COLUMNS: usize> PerStrip<R, V> for AddColumns<'_, R, COLUMNS> {
    #[inline(always)]
    fn run<const N: usize>(&mut self, strip: Strip<N>) {
        let mut sums: [V; N] = strip.load(self.sums);
        for (column, &value) in self.columns.iter().zip(&self.values) {
            let column: [V; N] = strip.load(column);
            let value = V::splat(value);
            for i in 0..N {
                sums[i] = column[i].mul_add(value, sums[i]);
            }
        }
        strip.store(sums, self.sums);
    }
}

/// Subtracts what is deferred from the sums of an image.
struct SubtractDeferred<'a, R: Real> {
    deferred: &'a Deferred<R>,
    products: &'a [R; LANES],
    sums: &'a mut [R],
}

impl<R: Real, V: Lanes<R>> PerStrip<R, V> for SubtractDeferred<'_, R> {
    #[inline(always)]
    fn run<const N: usize>(&mut self, strip: Strip<N>) {
        let mut sums: [V; N] = strip.load(self.sums);
        self.deferred.subtract(strip, self.products, &mut sums);
        strip.store(sums, self.sums);
    }
}

#[cfg(test)]
mod tests {
    use crate::linalg::definition::{DeferredUpdate, affine_of_images};
    use crate::linalg::tests::{for_every_level, images_of, random, same_bits};
    use crate::linalg::{Bias, DMatrix, PixelWeights, SparseBatch};

    /// Protects the three orders: few images and many, across the edges of blocks and tiles, with matrices that fit the
    /// second-level cache and not, with updates that wait and without.
    #[test]
    fn every_order_has_the_bits_of_the_plain_sum() {
        for_every_level(|rng| {
            for (units, waiting) in [(17, 0), (145, 0), (403, 0), (403, 1), (403, 16)] {
                let mut weights = PixelWeights::new(&random(units, 784, rng));
                let bias = Bias(random(units, 1, rng).column(0).into_owned());
                for image in images_of(784, waiting, rng).iter() {
                    let mut one = SparseBatch::new(784);
                    one.set([image]);
                    weights.descend(0.1, &random(units, 1, rng), &one);
                }
                let parts = weights.deferred();
                let matrix =
                    parts.as_ref().map_or(weights.matrix().as_slice().to_vec(), |p| p.weights.clone());
                let parts = parts.iter().flat_map(|p| p.errors.chunks(units).zip(p.images.chunks(784)));
                let updates: Vec<_> = parts.map(|(e, x)| DeferredUpdate { e, x: x.to_vec() }).collect();
                assert_eq!(updates.len(), waiting, "updates of large matrices wait");
                for examples in [1, 3, 4, 33, 70] {
                    let mut images = images_of(784, examples - 1, rng);
                    images.push(&[0.0; 784]);
                    let x: Vec<_> = images.iter().collect();
                    let mut plain = DMatrix::zeros(units, examples);
                    affine_of_images(&matrix, &updates, bias.0.as_slice(), &x, plain.as_mut_slice());
                    let mut z = DMatrix::zeros(0, 0);
                    weights.affine(&bias, &x, &mut z);
                    same_bits(&z, &plain, &format!("{units} units, {waiting} wait, {examples} images"));
                }
            }
        });
    }
}
