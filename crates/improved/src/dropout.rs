//! Dropout: in each update, every hidden unit is left out with probability p.
//!
//! ```text
//! h = h ⊙ m     m: 0 with probability p, else 1 / (1 - p)
//! ```
//!
//! No unit can rely on particular others, and the network becomes the mean of many thinned ones. The factor
//! 1 / (1 - p) keeps the mean of what flows on, so that nothing has to change when the network is used without
//! dropout (Srivastava et al. 2014, in the "inverted" form).

use digits_core::linalg::{DMatrix, Real, shape, zip_apply};
use digits_core::parallel;
use digits_core::random::{Generator, Purpose, generator};
use rand::Rng;

/// The examples whose masks a core draws at a time.
const AT_A_TIME: usize = 16;

/// The probability p, and the random numbers.
///
/// Glossary (`docs/book/glossary.md`): dropout.
#[derive(Debug, Clone)]
pub struct Dropout {
    p: f64,
    seed: u64,
    update: u64,
}

impl Dropout {
    /// Leaves units out with probability `p`, below 1; with 0 it does nothing.
    pub fn new(p: f64, seed: u64) -> Self {
        Dropout { p, seed, update: 0 }
    }

    /// Whether anything is left out.
    pub fn is_on(&self) -> bool {
        self.p > 0.0
    }

    /// Goes on after so many updates.
    pub fn go_on_after(&mut self, updates: usize) {
        self.update = updates as u64;
    }

    /// Draws anew: every update has masks of its own.
    pub fn next_update(&mut self) {
        self.update += 1;
    }

    /// h ⊙= m for the outputs of a layer, with a new mask, which is kept in `m`.
    pub fn leave_out<R: Real>(&self, layer: usize, h: &mut DMatrix<R>, m: &mut DMatrix<R>) {
        if !self.is_on() {
            return;
        }
        let units = h.nrows();
        shape(m, units, h.ncols());
        let keep = R::of(1.0 / (1.0 - self.p));
        let parts = m.as_mut_slice().chunks_mut(units * AT_A_TIME).enumerate();
        parallel::for_each(parts, |(part, columns)| {
            for (index, column) in columns.chunks_mut(units).enumerate() {
                let mut rng = generator(self.seed, Purpose::Dropout, self.update);
                rng.set_stream((layer as u64) << 32 | (part * AT_A_TIME + index) as u64);
                fill(column, self.p, keep, &mut rng);
            }
        });
        zip_apply(h, m, |h, m| h * m);
    }

    /// Takes the errors `d` of a layer back through the mask, and turns `h` into what it was before, where it was kept.
    pub fn go_back<R: Real>(&self, d: &mut DMatrix<R>, h: &mut DMatrix<R>, m: &DMatrix<R>) {
        if !self.is_on() {
            return;
        }
        let share = R::of(1.0 - self.p);
        zip_apply(d, m, |d, m| d * m);
        zip_apply(h, m, |h, _| h * share);
    }
}

/// A column of a mask: 0 with probability `p`, in steps of 1/65536, else `keep`.
fn fill<R: Real>(column: &mut [R], p: f64, keep: R, rng: &mut Generator) {
    let below = (p * 65536.0) as u16;
    let mut bytes = [0; 256];
    for entries in column.chunks_mut(bytes.len() / 2) {
        rng.fill_bytes(&mut bytes);
        let (numbers, _) = bytes.as_chunks::<2>();
        for (entry, number) in entries.iter_mut().zip(numbers) {
            *entry = if u16::from_le_bytes(*number) < below { R::zero() } else { keep };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_is_left_out_and_the_mean_stays() {
        for p in [0.1, 0.5, 0.9] {
            let mut dropout = Dropout::new(p, 3);
            dropout.next_update();
            let mut h = DMatrix::<f64>::from_element(300, 200, 2.0);
            let mut m = DMatrix::zeros(0, 0);
            dropout.leave_out(0, &mut h, &mut m);
            let out = h.iter().filter(|h| **h == 0.0).count() as f64 / h.len() as f64;
            assert!((out - p).abs() < 0.01, "{p}: {out}");
            assert!((h.mean() - 2.0).abs() < 0.1, "{p}: {}", h.mean());
        }
    }

    #[test]
    fn masks_differ_by_update_layer_example_and_seed_and_come_again() {
        let mask = |seed, update, layer| {
            let dropout = Dropout { p: 0.5, seed, update };
            let mut m = DMatrix::zeros(0, 0);
            dropout.leave_out(layer, &mut DMatrix::<f32>::from_element(40, 3, 1.0), &mut m);
            m
        };
        assert_eq!(mask(1, 1, 0), mask(1, 1, 0));
        for other in [mask(2, 1, 0), mask(1, 2, 0), mask(1, 1, 1)] {
            assert_ne!(mask(1, 1, 0), other);
        }
        assert_ne!(mask(1, 1, 0).column(0), mask(1, 1, 0).column(1));
    }

    #[test]
    fn errors_go_back_only_through_what_was_kept() {
        let dropout = Dropout::new(0.5, 1);
        let start = DMatrix::<f64>::from_fn(10, 4, |r, c| 0.1 * (1 + r + c) as f64);
        let (mut h, mut m) = (start.clone(), DMatrix::zeros(0, 0));
        dropout.leave_out(0, &mut h, &mut m);
        let mut d = DMatrix::from_element(10, 4, 1.0);
        dropout.go_back(&mut d, &mut h, &m);
        for i in 0..40 {
            let kept = m[i] != 0.0;
            assert_eq!(d[i], if kept { 2.0 } else { 0.0 });
            assert_eq!(h[i], if kept { start[i] } else { 0.0 });
        }
    }
}
