//! The few operations that the stages' formulas need, by their names in linear algebra.
//!
//! A layer turns inputs x into W x + b. The first layer's inputs are images, of which four pixels in five are
//! zero: [`PixelWeights`] keeps a column per pixel and touches only the columns of lit pixels. Later layers' inputs
//! are dense: [`Weights`] keeps a row per output. Both know the same operations:
//!
//! | operation | formula | used for |
//! |---|---|---|
//! | `affine` | Z = W X + b, a column per example | the forward pass |
//! | `transposed_times` | Wᵀ D | bringing errors back through a layer |
//! | `subtract_outer` | W -= eta d xᵀ | learning from one example |
//! | `descend` | W -= eta mean(d xᵀ) over the examples | learning from a batch |
//! | `descend_with_momentum` | V = mu V + mean(d xᵀ), W -= eta V | the same, with a memory |
//! | `descend_by` | any [`Rule`] | all of these |
//!
//! Matrices of activations are nalgebra's, with a column per example. Every sum has one fixed order, so results do
//! not depend on the instructions or the number of threads; the modules say which order.

mod aligned;
mod bias;
mod deferred_updates;
mod elementwise;
mod exp;
mod lanes;
mod outer_sums;
mod pixel_weights;
mod rule;
mod shares;
mod sigmoid;
mod sparse_images;
mod strips;
#[cfg(test)]
mod tests;
mod weights;

pub use bias::Bias;
pub use elementwise::{apply, zip_apply, zip_into};
pub use lanes::{Level, Real};
pub use nalgebra::{DMatrix, DMatrixView, DVector};
pub use pixel_weights::{PixelVelocity, PixelWeights};
pub use rule::Rule;
pub use sigmoid::sigmoid;
pub use sparse_images::{SparseBatch, SparseImage, SparseImages};
pub use weights::Weights;

/// Gives `matrix` a shape; its entries are then anything. Allocates only where the number of entries changes.
pub fn shape<R: Real>(matrix: &mut DMatrix<R>, rows: usize, columns: usize) {
    if matrix.shape() != (rows, columns) {
        *matrix = DMatrix::from_vec(rows, columns, vec![R::zero(); rows * columns]);
    }
}

/// The mean of the columns of `matrix`, as a matrix of one column, into `mean`; summed from the first to the last.
pub fn mean_of_columns<R: Real>(matrix: &DMatrix<R>, mean: &mut DMatrix<R>) {
    shape(mean, matrix.nrows(), 1);
    mean.fill(R::zero());
    for column in matrix.column_iter() {
        mean.column_mut(0).zip_apply(&column, |sum, value| *sum += value);
    }
    *mean *= R::one() / R::of(matrix.ncols() as f64);
}
