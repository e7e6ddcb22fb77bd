//! Images as the first layer sees them: their lit pixels only.
//!
//! Of MNIST's pixels 81 % are zero. They add nothing to a product and receive nothing in an update, so they are not
//! stored.

use super::Real;
use crate::parallel;
use std::ops::Deref;

/// How many images a thread turns into lists at a time.
const IMAGES_AT_A_TIME: usize = 1_000;

/// Images in order, each a list of its lit pixels and their values.
#[derive(Debug, Clone, PartialEq)]
pub struct SparseImages<R: Real> {
    /// The pixels of an image, lit or not.
    pixels: usize,
    /// Where image i begins in the two lists; one more for the end of the last.
    starts: Vec<usize>,
    lit: Vec<u16>,
    values: Vec<R>,
}

/// One image: its lit pixels, ascending, each once, and their values.
///
/// Glossary (`docs/book/glossary.md`): lit pixel.
#[derive(Debug, Clone, Copy)]
pub struct SparseImage<'a, R: Real> {
    /// Which pixels are not zero.
    pub lit: &'a [u16],
    /// Their values, in the same order.
    pub values: &'a [R],
}

impl<R: Real> SparseImages<R> {
    /// No images yet, of `pixels` pixels each (65,536 at most).
    pub fn new(pixels: usize) -> Self {
        assert!(pixels <= 1 << 16, "a pixel's number fits 16 bits");
        SparseImages { pixels, starts: vec![0], lit: Vec::new(), values: Vec::new() }
    }

    /// Images of grey levels 0 to 255, one after the other; a value is its level divided by 255. Made on all cores.
    pub fn from_bytes(pixels: usize, bytes: &[u8]) -> Self {
        let value: [R; 256] = std::array::from_fn(|level| R::of(level as f64) / R::of(255.0));
        let parts: Vec<&[u8]> = bytes.chunks(pixels * IMAGES_AT_A_TIME).collect();
        let parts: Vec<Self> = parallel::map(parts.len(), |index| {
            let mut part = SparseImages::new(pixels);
            for image in parts[index].chunks_exact(pixels) {
                part.push_bytes(image, &value);
            }
            part
        });
        let mut images = SparseImages::new(pixels);
        images.starts.reserve(bytes.len() / pixels);
        let lit = parts.iter().map(|part| part.lit.len()).sum();
        images.lit.reserve(lit);
        images.values.reserve(lit);
        for part in &parts {
            images.append(part);
        }
        images
    }

    /// Appends all images of `others`.
    pub fn append(&mut self, others: &SparseImages<R>) {
        assert_eq!(others.pixels, self.pixels, "images of one size");
        let before = self.lit.len();
        self.lit.extend_from_slice(&others.lit);
        self.values.extend_from_slice(&others.values);
        self.starts.extend(others.starts[1..].iter().map(|start| before + start));
    }

    /// Appends an image given by its grey levels and the value of each level.
    fn push_bytes(&mut self, image: &[u8], value: &[R; 256]) {
        for (eight, levels) in image.chunks(8).enumerate() {
            if levels.iter().fold(0, |any, level| any | level) == 0 {
                continue; // most of an image is paper
            }
            for (pixel, &level) in levels.iter().enumerate() {
                if level != 0 {
                    self.lit.push((8 * eight + pixel) as u16);
                    self.values.push(value[usize::from(level)]);
                }
            }
        }
        self.starts.push(self.lit.len());
    }

    /// Appends an image given by the values of all its pixels.
    pub fn push(&mut self, image: &[R]) {
        assert_eq!(image.len(), self.pixels, "a value for each pixel");
        for (pixel, &value) in image.iter().enumerate() {
            if value != R::zero() {
                self.lit.push(pixel as u16);
                self.values.push(value);
            }
        }
        self.starts.push(self.lit.len());
    }

    /// Appends an image given by its lit pixels.
    pub fn push_sparse(&mut self, image: SparseImage<'_, R>) {
        self.lit.extend_from_slice(image.lit);
        self.values.extend_from_slice(image.values);
        self.starts.push(self.lit.len());
    }

    /// Keeps the first `len` images, and the memory of all.
    pub fn truncate(&mut self, len: usize) {
        self.starts.truncate(len + 1);
        let lit = self.starts[self.len()];
        self.lit.truncate(lit);
        self.values.truncate(lit);
    }

    /// How many images there are.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The pixels of an image, lit or not.
    pub fn pixels(&self) -> usize {
        self.pixels
    }

    /// Image `index`.
    #[inline]
    pub fn get(&self, index: usize) -> SparseImage<'_, R> {
        let range = self.starts[index]..self.starts[index + 1];
        SparseImage { lit: &self.lit[range.clone()], values: &self.values[range] }
    }

    /// All images, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = SparseImage<'_, R>> {
        (0..self.len()).map(|index| self.get(index))
    }
}

impl<R: Real> SparseImage<'_, R> {
    /// Writes the values of all pixels to `to`, zero where they are not lit.
    pub fn write_to(&self, to: &mut [R]) {
        to.fill(R::zero());
        for (&pixel, &value) in self.lit.iter().zip(self.values) {
            to[usize::from(pixel)] = value;
        }
    }
}

/// Asks for all memory of some images at once, which lies far apart where they are shuffled. What follows would wait for one
/// image after the other.
#[inline(always)]
pub(super) fn fetch<R: Real>(images: &[SparseImage<'_, R>]) {
    let mut sum = R::zero();
    let mut pixels = 0;
    for image in images {
        for &value in image.values.iter().step_by(64 / size_of::<R>()) {
            sum += value;
        }
        for &pixel in image.lit.iter().step_by(32) {
            pixels ^= pixel;
        }
    }
    std::hint::black_box((sum, pixels));
}

/// The images of a batch, X with a column per example; it acts as a slice of [`SparseImage`]s.
#[derive(Debug, Clone)]
pub struct SparseBatch<'a, R: Real> {
    pixels: usize,
    images: Vec<SparseImage<'a, R>>,
}

impl<'a, R: Real> SparseBatch<'a, R> {
    /// An empty batch of images with `pixels` pixels.
    pub fn new(pixels: usize) -> Self {
        SparseBatch { pixels, images: Vec::new() }
    }

    /// Makes these the images of the batch.
    pub fn set(&mut self, images: impl IntoIterator<Item = SparseImage<'a, R>>) {
        self.images.clear();
        self.images.extend(images);
        if self.images.len() > 1 {
            fetch(&self.images);
        }
    }

    /// The pixels of an image, lit or not.
    pub fn pixels(&self) -> usize {
        self.pixels
    }

    /// The mean image of the batch, into `mean`; a pixel's values are summed from the first example to the last.
    pub fn mean(&self, mean: &mut SparseImages<R>) {
        let mut sums = vec![(false, R::zero()); self.pixels];
        for image in &self.images {
            for (&pixel, &value) in image.lit.iter().zip(image.values) {
                let (is_lit, sum) = &mut sums[usize::from(pixel)];
                *is_lit = true;
                *sum += value;
            }
        }
        let scale = R::one() / R::of(self.images.len() as f64);
        mean.truncate(0);
        for (pixel, (_, sum)) in sums.into_iter().enumerate().filter(|(_, (is_lit, _))| *is_lit) {
            mean.lit.push(pixel as u16);
            mean.values.push(sum * scale);
        }
        mean.starts.push(mean.lit.len());
    }
}

impl<'a, R: Real> Deref for SparseBatch<'a, R> {
    type Target = [SparseImage<'a, R>];

    fn deref(&self) -> &[SparseImage<'a, R>] {
        &self.images
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, generator, uniform};

    /// Protects the way from bytes to lit pixels: every pixel that is not zero, with its level / 255, over more images than a
    /// thread takes at a time.
    #[test]
    fn images_from_bytes_are_their_lit_pixels() {
        let mut rng = generator(7, Purpose::Test, 3);
        let pixels = 13;
        let bytes: Vec<u8> = (0..2_500 * pixels)
            .map(|_| if uniform(&mut rng) < 0.3 { (255.9 * uniform(&mut rng)) as u8 } else { 0 })
            .collect();
        let images = SparseImages::<f32>::from_bytes(pixels, &bytes);
        assert_eq!(images.len(), 2_500);
        for (image, levels) in images.iter().zip(bytes.chunks(pixels)) {
            let lit: Vec<(u16, f32)> = image.lit.iter().copied().zip(image.values.iter().copied()).collect();
            let expected = levels.iter().enumerate().filter(|(_, level)| **level != 0);
            let expected: Vec<(u16, f32)> =
                expected.map(|(pixel, &level)| (pixel as u16, f32::from(level) / 255.0)).collect();
            assert_eq!(lit, expected);
        }
    }
}
