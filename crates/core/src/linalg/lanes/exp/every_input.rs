//! The exponential function over every `f32` there is: minutes of work, whose result stands in docs/trust.md.

#![allow(clippy::print_stdout)]

use super::LIMIT;
use crate::linalg::lanes::{Kernel, LANES, Lanes, Level, run_f32};
use crate::parallel;

/// How many inputs are looked at in one piece.
const PIECE: usize = 1 << 20;
/// How many pieces there are.
const PIECES: usize = 1 << 12;
/// How far, relative to its result, `libm::exp` may be off in `f64`: its authors state less than one unit in the last place.
const REFERENCE_ERROR: f64 = f64::EPSILON;

/// e^x of each number, in place.
struct Exp<'a>(&'a mut [f32]);

impl Kernel<f32> for Exp<'_> {
    #[inline(always)]
    fn run<V: Lanes<f32>>(self) {
        for block in self.0.as_chunks_mut::<LANES>().0 {
            V::load(block).exp().store(block);
        }
    }
}

/// What was found in a piece.
#[derive(Default)]
struct Found {
    /// Stands for all bits of all results.
    hash: u64,
    /// The inputs that are not held at the limit.
    inside: u64,
    /// The largest relative error.
    relative: f64,
    /// The largest error in units of the result's last place.
    units: f64,
    /// How many results are not the `f32` nearest to e^x.
    not_nearest: u64,
    /// How many lie so near the middle of two `f32` that the reference cannot tell.
    unclear: u64,
}

impl Found {
    /// Looks at one result.
    fn add(&mut self, x: f32, y: f32) {
        if x.abs() > LIMIT || x.is_nan() {
            return;
        }
        self.inside += 1;
        let exact = libm::exp(f64::from(x));
        let error = (f64::from(y) - exact).abs();
        self.relative = self.relative.max(error / exact);
        let unit = f64::from(f32::from_bits(y.to_bits() + 1)) - f64::from(y);
        self.units = self.units.max(error / unit);
        let (low, high) = (exact * (1.0 - REFERENCE_ERROR), exact * (1.0 + REFERENCE_ERROR));
        match (low as f32 == high as f32, y == exact as f32) {
            (false, _) => self.unclear += 1,
            (true, nearest) => self.not_nearest += u64::from(!nearest),
        }
    }

    /// Both together.
    fn and(self, other: Found) -> Found {
        Found {
            hash: mix(self.hash, other.hash),
            inside: self.inside + other.inside,
            relative: self.relative.max(other.relative),
            units: self.units.max(other.units),
            not_nearest: self.not_nearest + other.not_nearest,
            unclear: self.unclear + other.unclear,
        }
    }
}

/// A step of the hash FNV-1a, a word at a time.
fn mix(hash: u64, word: u64) -> u64 {
    (hash ^ word).wrapping_mul(0x0100_0000_01b3)
}

/// Looks at one of the pieces; against the reference only if asked.
fn piece(index: usize, against_reference: bool) -> Found {
    let x: Vec<f32> = (0..PIECE).map(|i| f32::from_bits((index * PIECE + i) as u32)).collect();
    let mut y = x.clone();
    run_f32(Exp(&mut y));
    let mut found = Found::default();
    for (&x, &y) in x.iter().zip(&y) {
        // What is not a number stays so; which of the many it is, is nowhere promised.
        assert_eq!(x.is_nan(), y.is_nan(), "e^{x}");
        found.hash = mix(found.hash, if y.is_nan() { 0 } else { u64::from(y.to_bits()) });
        if against_reference {
            found.add(x, y);
        }
    }
    found
}

#[test]
#[ignore = "takes minutes; its result stands in docs/trust.md"]
fn every_input_is_within_the_stated_error_and_the_same_at_every_level() {
    let before = Level::in_use();
    let levels: Vec<(Level, Found)> = Level::all()
        .into_iter()
        .enumerate()
        .map(|(order, level)| {
            level.set();
            let found = parallel::map(PIECES, |index| piece(index, order == 0));
            (level, found.into_iter().fold(Found::default(), Found::and))
        })
        .collect();
    before.set();
    let first = &levels[0].1;
    println!("inputs within +-{LIMIT}: {}", first.inside);
    println!("largest relative error: {:.4e}, {:.4} units in the last place", first.relative, first.units);
    println!("not the nearest f32: {}; too near a middle to tell: {}", first.not_nearest, first.unclear);
    for (level, found) in &levels {
        println!("{level}: hash of all 2^32 results {:016x}", found.hash);
        assert_eq!(found.hash, first.hash, "{level}");
    }
    assert!(first.relative <= 7.9e-8 && first.units <= 0.94);
}
