//! What each operation computes: plain loops over indices, in the order of sums that the fast forms keep.
//!
//! These are the definitions. The fast forms say which of them they equal, to the last bit, and the tests compare the two
//! on every instruction set. With the feature `plain`, the operations run these loops themselves: the way to step through a
//! stage with a debugger.
//!
//! A matrix is a slice with a function of its indices. Weights of the first layer lie column by column, `w[p · units + u]`
//! for pixel p and unit u; weights of later layers row by row, `w[u · inputs + i]`; whatever has a column per example lies
//! column by column. [`fused`] is `a b + c`, rounded once.

// Indices are what these loops are about.
#![allow(clippy::needless_range_loop)]

use super::{Real, Rule, SparseImage};

/// a b + c, rounded once.
///
/// Glossary (`docs/book/glossary.md`): fused product.
pub fn fused<R: Real>(a: R, b: R, c: R) -> R {
    R::fused(a, b, c)
}

/// An update e xᵀ, with e = eta d, that is still to be subtracted from the weights: e, and x with all its pixels.
pub struct DeferredUpdate<'a, R> {
    /// eta d, a number a unit.
    pub e: &'a [R],
    /// All pixels of the image.
    pub x: Vec<R>,
}

/// Z = (W - sum of e xᵀ) X + b for images: each output starts at its bias, adds the lit pixels in ascending order, and then
/// subtracts, for each deferred update, e times the dot product of its image with this one.
pub fn affine_of_images<R: Real>(
    w: &[R],
    deferred: &[DeferredUpdate<'_, R>],
    b: &[R],
    x: &[SparseImage<'_, R>],
    z: &mut [R],
) {
    let units = b.len();
    for example in 0..x.len() {
        let SparseImage { lit, values } = x[example];
        for u in 0..units {
            let mut sum = b[u];
            for i in 0..lit.len() {
                sum = fused(w[usize::from(lit[i]) * units + u], values[i], sum);
            }
            for update in deferred {
                sum = fused(update.e[u], -dot_of_images(&update.x, x[example]), sum);
            }
            z[example * units + u] = sum;
        }
    }
}

/// x_k · x of an image with all its pixels and one by its lit pixels: four interleaved sums, joined first with second,
/// third with fourth, then both.
fn dot_of_images<R: Real>(all: &[R], x: SparseImage<'_, R>) -> R {
    let mut sums = [R::zero(); 4];
    for i in 0..x.lit.len() {
        sums[i % 4] = fused(all[usize::from(x.lit[i])], x.values[i], sums[i % 4]);
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}

/// W -= e xᵀ for one image, with e = eta d.
pub fn subtract_outer_of_image<R: Real>(w: &mut [R], e: &[R], x: SparseImage<'_, R>) {
    let units = e.len();
    for i in 0..x.lit.len() {
        for u in 0..units {
            let at = usize::from(x.lit[i]) * units + u;
            w[at] = fused(e[u], -x.values[i], w[at]);
        }
    }
}

/// W moves down mean(d xᵀ) by a rule, for images: a gradient adds the examples that light its pixel, in their order.
pub fn descend_of_images<R: Real>(
    w: &mut [R],
    mut v: Option<&mut [R]>,
    rule: &Rule<R>,
    d: &[R],
    x: &[SparseImage<'_, R>],
) {
    let units = d.len() / x.len();
    let scale = R::one() / R::of(x.len() as f64);
    for pixel in 0..w.len() / units {
        for u in 0..units {
            let mut sum = R::zero();
            for example in 0..x.len() {
                if let Ok(at) = x[example].lit.binary_search(&(pixel as u16)) {
                    sum = fused(d[example * units + u], x[example].values[at], sum);
                }
            }
            let at = pixel * units + u;
            step(rule, sum * scale, &mut w[at], v.as_mut().map(|v| &mut v[at]));
        }
    }
}

/// Z = W X + b for dense inputs: a dot product in sixteen interleaved sums, joined 0 with 8, 1 with 9, ..., then with 4, 2
/// and 1 between, plus the bias.
pub fn affine<R: Real>(w: &[R], b: &[R], inputs: usize, x: &[R], z: &mut [R]) {
    let units = b.len();
    for example in 0..x.len() / inputs {
        for u in 0..units {
            let mut sums = [R::zero(); 16];
            for i in 0..inputs {
                sums[i % 16] = fused(w[u * inputs + i], x[example * inputs + i], sums[i % 16]);
            }
            for between in [8, 4, 2, 1] {
                for lane in 0..between {
                    sums[lane] += sums[lane + between];
                }
            }
            z[example * units + u] = sums[0] + b[u];
        }
    }
}

/// Wᵀ D: an input's error adds the units in their order.
pub fn transposed_times<R: Real>(w: &[R], inputs: usize, d: &[R], back: &mut [R]) {
    let units = w.len() / inputs;
    for example in 0..d.len() / units {
        for i in 0..inputs {
            let mut sum = R::zero();
            for u in 0..units {
                sum = fused(w[u * inputs + i], d[example * units + u], sum);
            }
            back[example * inputs + i] = sum;
        }
    }
}

/// W moves down mean(d xᵀ) by a rule, for dense inputs: a gradient adds the examples in their order.
pub fn descend<R: Real>(
    w: &mut [R],
    mut v: Option<&mut [R]>,
    rule: &Rule<R>,
    inputs: usize,
    d: &[R],
    x: &[R],
) {
    let (units, examples) = (w.len() / inputs, x.len() / inputs);
    let scale = R::one() / R::of(examples as f64);
    for u in 0..units {
        for i in 0..inputs {
            let mut sum = R::zero();
            for example in 0..examples {
                sum = fused(x[example * inputs + i], d[example * units + u], sum);
            }
            let at = u * inputs + i;
            step(rule, sum * scale, &mut w[at], v.as_mut().map(|v| &mut v[at]));
        }
    }
}

/// b moves down mean(d) by a rule: a gradient adds the examples in their order.
pub fn descend_of_biases<R: Real>(b: &mut [R], mut v: Option<&mut [R]>, rule: &Rule<R>, d: &[R]) {
    let units = b.len();
    let examples = d.len() / units;
    let scale = R::one() / R::of(examples as f64);
    for u in 0..units {
        let mut sum = R::zero();
        for example in 0..examples {
            sum += d[example * units + u];
        }
        step(rule, sum * scale, &mut b[u], v.as_mut().map(|v| &mut v[u]));
    }
}

/// One weight w with gradient g, and its velocity v where it has one: the formulas of [`Rule`].
fn step<R: Real>(rule: &Rule<R>, g: R, w: &mut R, v: Option<&mut R>) {
    let g = fused(*w, rule.decay, g);
    let direction = match v {
        None => g,
        Some(v) => {
            *v = fused(*v, rule.mu, g);
            if rule.look_ahead { fused(*v, rule.mu, g) } else { *v }
        }
    };
    *w = fused(-rule.eta, direction, *w);
}

/// 1 / (1 + e^-z), entry by entry, with the exponential function that the fast form uses for this number type.
pub fn sigmoid<R: Real>(z: &mut [R]) {
    for entry in z {
        *entry = R::one() / (R::one() + R::exponential(R::zero() - *entry));
    }
}
