//! Matrices whose first entry begins a line of the cache, so that a vector of a column is read from one line, not two.

use super::Real;
use nalgebra::{DMatrix, DMatrixView};

/// The bytes of a cache line, on the machines that have AVX-512.
const LINE: usize = 64;

/// A matrix by column. Columns begin lines too where the number of rows is a multiple of 16.
#[derive(Debug)]
pub(super) struct Aligned<R> {
    /// The entries, after as many unused ones as it takes to begin a line.
    buffer: Vec<R>,
    start: usize,
    rows: usize,
    columns: usize,
}

impl<R: Real> Aligned<R> {
    /// Zero everywhere.
    pub(super) fn zeros(rows: usize, columns: usize) -> Self {
        let buffer = vec![R::zero(); rows * columns + LINE / size_of::<R>()];
        // The system may not know where a line begins; then any place is right.
        let start = buffer.as_ptr().align_offset(LINE).min(LINE / size_of::<R>());
        Aligned { buffer, start, rows, columns }
    }

    pub(super) fn shape(&self) -> (usize, usize) {
        (self.rows, self.columns)
    }

    pub(super) fn as_slice(&self) -> &[R] {
        &self.buffer[self.start..][..self.rows * self.columns]
    }

    pub(super) fn as_mut_slice(&mut self) -> &mut [R] {
        &mut self.buffer[self.start..][..self.rows * self.columns]
    }

    pub(super) fn view(&self) -> DMatrixView<'_, R> {
        DMatrixView::from_slice(self.as_slice(), self.rows, self.columns)
    }
}

impl<R: Real> From<&DMatrix<R>> for Aligned<R> {
    fn from(matrix: &DMatrix<R>) -> Self {
        let mut aligned = Aligned::zeros(matrix.nrows(), matrix.ncols());
        aligned.as_mut_slice().copy_from_slice(matrix.as_slice());
        aligned
    }
}

impl<R: Real> Clone for Aligned<R> {
    /// The copy lies elsewhere, and so begins elsewhere in its buffer.
    fn clone(&self) -> Self {
        let mut copy = Aligned::zeros(self.rows, self.columns);
        copy.as_mut_slice().copy_from_slice(self.as_slice());
        copy
    }
}

impl<R: Real> PartialEq for Aligned<R> {
    fn eq(&self, other: &Self) -> bool {
        self.shape() == other.shape() && self.as_slice() == other.as_slice()
    }
}
