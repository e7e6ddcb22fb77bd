//! Examples in the form that stages learn from, and batches of them.

use crate::data::{CLASSES, Examples, PIXELS};
use crate::linalg::{DMatrix, Real, SparseBatch, SparseImages, shape};

/// Images by their lit pixels, with their labels.
#[derive(Debug, Clone)]
pub struct SparseExamples<R: Real = f32> {
    /// The images; a pixel's value is its grey level divided by 255.
    pub images: SparseImages<R>,
    /// A digit an image.
    pub labels: Vec<u8>,
}

impl<R: Real> SparseExamples<R> {
    /// How many examples there are.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The examples of these indices.
    pub fn part(&self, range: std::ops::Range<usize>) -> Self {
        let mut images = SparseImages::new(self.images.pixels());
        range.clone().for_each(|index| images.push_sparse(self.images.get(index)));
        SparseExamples { images, labels: self.labels[range].to_vec() }
    }

    /// Keeps the first `len` examples.
    pub fn truncate(&mut self, len: usize) {
        self.labels.truncate(len);
        self.images.truncate(len);
    }
}

impl<R: Real> From<&Examples> for SparseExamples<R> {
    fn from(examples: &Examples) -> Self {
        SparseExamples {
            images: SparseImages::from_bytes(PIXELS, examples.pixels()),
            labels: examples.labels().to_vec(),
        }
    }
}

/// Some examples, as a stage sees them: inputs and targets, a column per example.
///
/// Glossary (`docs/book/glossary.md`): batch, one-hot, target.
#[derive(Debug, Clone)]
pub struct Batch<'a, R: Real = f32> {
    /// Inputs, pixels x examples.
    pub x: SparseBatch<'a, R>,
    /// Targets, classes x examples: the labels one-hot.
    pub t: DMatrix<R>,
}

impl<'a, R: Real> Batch<'a, R> {
    /// An empty batch of images with `pixels` pixels.
    pub fn new(pixels: usize) -> Self {
        Batch { x: SparseBatch::new(pixels), t: DMatrix::zeros(CLASSES, 0) }
    }

    /// Fills the batch with the examples of these indices.
    pub fn set(&mut self, examples: &'a SparseExamples<R>, indices: &[u32]) {
        self.x.set(indices.iter().map(|&index| examples.images.get(index as usize)));
        shape(&mut self.t, CLASSES, indices.len());
        self.t.fill(R::zero());
        for (column, &index) in indices.iter().enumerate() {
            self.t[(usize::from(examples.labels[index as usize]), column)] = R::one();
        }
    }

    /// How many examples there are.
    pub fn len(&self) -> usize {
        self.x.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.x.is_empty()
    }
}
