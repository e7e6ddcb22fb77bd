//! A column of any length as strips of whole vectors and a rest, so that a kernel is written once for all lengths.

use super::lanes::{LANES, Lanes};

/// `N` vectors of a column, or one vector of which only a part is there.
#[derive(Clone, Copy)]
pub(super) struct Strip<const N: usize> {
    /// The first entry.
    pub(super) first: usize,
    /// How many entries: `N * LANES`, or less where `N` is 1.
    pub(super) len: usize,
}

/// What a kernel does with each strip of a column.
pub(super) trait PerStrip<R, V: Lanes<R>> {
    /// Does it for one strip. Implementations are `#[inline(always)]`.
    fn run<const N: usize>(&mut self, strip: Strip<N>);
}

/// Cuts the entries `0..len` of a column into strips of up to `most` vectors (8, 4, 2 or 1) at a time.
#[inline(always)]
pub(super) fn for_each_strip<R, V: Lanes<R>>(len: usize, most: usize, work: &mut impl PerStrip<R, V>) {
    let mut first = 0;
    if most >= 8 {
        while first + 8 * LANES <= len {
            work.run(Strip::<8> { first, len: 8 * LANES });
            first += 8 * LANES;
        }
    }
    if most >= 4 {
        while first + 4 * LANES <= len {
            work.run(Strip::<4> { first, len: 4 * LANES });
            first += 4 * LANES;
        }
    }
    if most >= 2 {
        while first + 2 * LANES <= len {
            work.run(Strip::<2> { first, len: 2 * LANES });
            first += 2 * LANES;
        }
    }
    while first < len {
        let here = LANES.min(len - first);
        work.run(Strip::<1> { first, len: here });
        first += here;
    }
}

impl<const N: usize> Strip<N> {
    /// Whether its vectors are all there.
    #[inline(always)]
    pub(super) fn is_whole(self) -> bool {
        N > 1 || self.len == LANES
    }

    /// The vectors of a column that are the strip's; it is whole.
    #[inline(always)]
    fn whole<R>(self, column: &[R]) -> &[[R; LANES]; N] {
        let (vectors, _) = column[self.first..][..N * LANES].as_chunks::<LANES>();
        vectors.first_chunk().unwrap_or_else(|| unreachable!("{N} vectors"))
    }

    /// The same, to change.
    #[inline(always)]
    pub(super) fn vectors<R>(self, column: &mut [R]) -> &mut [[R; LANES]; N] {
        let (vectors, _) = column[self.first..][..N * LANES].as_chunks_mut::<LANES>();
        vectors.first_chunk_mut().unwrap_or_else(|| unreachable!("{N} vectors"))
    }

    /// Its entries of a column where it is not whole, and zeros.
    #[inline(always)]
    pub(super) fn padded<R: Copy + Default>(self, column: &[R]) -> [[R; LANES]; N] {
        let mut padded = [[R::default(); LANES]; N];
        padded[0][..self.len].copy_from_slice(&column[self.first..][..self.len]);
        padded
    }

    /// Writes what is its own of them.
    #[inline(always)]
    pub(super) fn write<R: Copy>(self, padded: &[[R; LANES]; N], column: &mut [R]) {
        column[self.first..][..self.len].copy_from_slice(&padded[0][..self.len]);
    }

    /// The strip's entries of a column, zero beyond its end.
    #[inline(always)]
    pub(super) fn load<R: Copy + Default, V: Lanes<R>>(self, column: &[R]) -> [V; N] {
        if !self.is_whole() {
            [V::load(&self.padded(column)[0]); N]
        } else {
            let vectors = self.whole(column);
            let mut values = [V::splat(R::default()); N];
            for i in 0..N {
                values[i] = V::load(&vectors[i]);
            }
            values
        }
    }

    /// Writes the run's entries of a column.
    #[inline(always)]
    pub(super) fn store<R: Copy + Default, V: Lanes<R>>(self, values: [V; N], column: &mut [R]) {
        if !self.is_whole() {
            let mut padded = [[R::default(); LANES]; N];
            values[0].store(&mut padded[0]);
            self.write(&padded, column);
        } else {
            let vectors = self.vectors(column);
            for i in 0..N {
                values[i].store(&mut vectors[i]);
            }
        }
    }
}
