//! The few operations that the stages' formulas need, by their names in linear algebra. This page is their map.
//!
//! A layer turns inputs x into W x + b, an *affine map*. The first layer's inputs are images, *sparse* vectors of which four
//! entries in five are zero: [`PixelWeights`] keeps a column per pixel and touches only the columns of *lit* pixels, those that
//! are not zero. Later layers' inputs are *dense*: [`Weights`] keeps a row per unit. Both know the same operations:
//!
//! | operation | formula | used for | defined by |
//! |---|---|---|---|
//! | `affine` | Z = W X + b, a column per example | the forward pass | `affine_of_images`, `affine` |
//! | `transposed_times` | Wᵀ D | bringing errors back through a layer | `transposed_times` |
//! | `descend` | W -= eta mean(d xᵀ) over the examples | learning from a batch | `descend_of_images`, `descend` |
//! | `descend_with_momentum` | V = mu V + mean(d xᵀ), W -= eta V | the same, with a memory | the same |
//! | `descend_by` | any [`Rule`] | all of these | the same |
//! | `subtract_outer` | W -= eta d xᵀ, the *outer product* of two vectors | learning from two means | `subtract_outer_of_image` |
//! | [`sigmoid`], [`softmax`] | 1 / (1 + e^-z), e^z / sum e^z | outputs of units | `sigmoid`; itself |
//! | [`zip_into`], [`zip_apply`], [`apply()`] | c = f(a, b), a = f(a, b), a = f(a), *elementwise* | errors and slopes | themselves |
//!
//! [`definition`] holds the plain, loop-over-indices form of each. The fast forms are vector code that gives the same bits;
//! with the cargo feature `plain` the definitions themselves run:
//!
//! ```text
//! cargo run -p gradient --features core/plain -- --epochs 1
//! ```
//!
//! Matrices of activations are nalgebra's, with a column per example. Every sum has one fixed order, so results do
//! not depend on the instructions or the number of threads; the modules say which order.
//!
//! # Words
//!
//! - *fused product*: a b + c, rounded once, not twice; every product here is fused with the sum that follows.
//! - *lane*: one of the sixteen numbers that a vector instruction works on at a time; *strip*: some vectors of a column.
//! - *kernel*: the inner loops of an operation, written once over lanes and compiled for each *level* of instructions.
//! - *deferred update*: W -= eta d xᵀ of a single image, which is kept and applied together with others.
//! - *share*: the part of an operation that one core does.
//!
//! # Files
//!
//! | file | holds |
//! |---|---|
//! | `definition` | what each operation computes, in plain loops |
//! | `pixel_weights`, `weights`, `bias` | the parameters of a layer, and their operations |
//! | `sparse_images` | images by their lit pixels; the images of a batch |
//! | `lit_in` | which examples of a batch light each pixel |
//! | `affine_of_images` | the forward pass of images, in three orders through the caches |
//! | `descend_of_images` | the step of the pixel weights, pixel by pixel |
//! | `deferred_updates` | updates of single images that wait |
//! | `rule` | how a weight moves down its gradient |
//! | `outer_sums` | sums of outer products: errors that go back, and gradients |
//! | `sigmoid`, `softmax`, `elementwise` | functions of entries |
//! | `kernels` | each kernel, compiled once for each number type |
//! | `lanes` | sixteen numbers at a time, on every level; the exponential function; the only `unsafe` |
//! | `strips`, `aligned`, `shares` | columns as vectors, matrices at the begin of cache lines, work for several cores |

mod affine_of_images;
mod aligned;
mod bias;
mod deferred_updates;
pub mod definition;
mod descend_of_images;
mod elementwise;
mod kernels;
mod lanes;
mod lit_in;
mod outer_sums;
mod pixel_weights;
mod rule;
mod shares;
mod sigmoid;
mod softmax;
mod sparse_images;
mod strips;
#[cfg(test)]
mod tests;
mod weights;

pub use bias::Bias;
pub use elementwise::{apply, zip_apply, zip_into};
pub use lanes::{Level, Real};
pub use nalgebra::{DMatrix, DMatrixView, DVector};
pub(crate) use pixel_weights::DeferredParts;
pub use pixel_weights::{PixelVelocity, PixelWeights};
pub use rule::Rule;
pub use sigmoid::sigmoid;
pub use softmax::softmax;
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
