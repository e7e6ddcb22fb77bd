//! One update of the rule on a network so small that every number can be followed: 2 inputs, 2 hidden units, 2 outputs.
//!
//! The numbers are those of a widely used example, in which the biases are held fixed. They are computed here one by one,
//! as by hand; a test sets them beside what the rule itself does.

/// The numbers of a vector.
pub type Pair = [f64; 2];
/// The numbers of a matrix, row by row.
pub type Square = [Pair; 2];

/// What is given: the network before the update, the example and the learning rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Given {
    /// The inputs.
    pub x: Pair,
    /// The targets.
    pub t: Pair,
    /// The hidden weights, a row a unit.
    pub w1: Square,
    /// The hidden biases.
    pub b1: Pair,
    /// The output weights, a row a unit.
    pub w2: Square,
    /// The output biases.
    pub b2: Pair,
    /// The learning rate.
    pub eta: f64,
}

impl Given {
    /// The usual numbers.
    pub const USUAL: Given = Given {
        x: [0.05, 0.10],
        t: [0.01, 0.99],
        w1: [[0.15, 0.20], [0.25, 0.30]],
        b1: [0.35, 0.35],
        w2: [[0.40, 0.45], [0.50, 0.55]],
        b2: [0.60, 0.60],
        eta: 0.5,
    };
}

/// Every number on the way forwards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forwards {
    /// W1 x + b1.
    pub z1: Pair,
    /// sigmoid(z1).
    pub h: Pair,
    /// W2 h + b2.
    pub z2: Pair,
    /// sigmoid(z2).
    pub o: Pair,
    /// o - t.
    pub e: Pair,
    /// 1/2 |e|².
    pub c: f64,
}

/// Every number on the way backwards, and the weights after the update.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Backwards {
    /// o ⊙ (1 - o).
    pub o_slope: Pair,
    /// e ⊙ o ⊙ (1 - o).
    pub d2: Pair,
    /// W2ᵀ d2.
    pub back: Pair,
    /// h ⊙ (1 - h).
    pub h_slope: Pair,
    /// (W2ᵀ d2) ⊙ h ⊙ (1 - h).
    pub d1: Pair,
    /// d2 hᵀ.
    pub g2: Square,
    /// d1 xᵀ.
    pub g1: Square,
    /// W2 - eta d2 hᵀ.
    pub w2: Square,
    /// W1 - eta d1 xᵀ.
    pub w1: Square,
}

/// From the inputs to the loss.
pub fn forwards(given: &Given) -> Forwards {
    let z1 = affine(&given.w1, given.x, given.b1);
    let h = z1.map(sigmoid);
    let z2 = affine(&given.w2, h, given.b2);
    let o = z2.map(sigmoid);
    let e = pair(|k| o[k] - given.t[k]);
    Forwards { z1, h, z2, o, e, c: 0.5 * (e[0] * e[0] + e[1] * e[1]) }
}

/// From the error to the new weights.
pub fn backwards(given: &Given, forwards: &Forwards) -> Backwards {
    let Forwards { h, o, e, .. } = *forwards;
    let o_slope = pair(|k| o[k] * (1.0 - o[k]));
    let d2 = pair(|k| e[k] * o_slope[k]);
    let back = pair(|j| given.w2[0][j] * d2[0] + given.w2[1][j] * d2[1]);
    let h_slope = pair(|j| h[j] * (1.0 - h[j]));
    let d1 = pair(|j| back[j] * h_slope[j]);
    let (g2, g1) = (outer(d2, h), outer(d1, given.x));
    let step = |w: &Square, g: &Square| [0, 1].map(|row| pair(|i| w[row][i] - given.eta * g[row][i]));
    Backwards { o_slope, d2, back, h_slope, d1, g2, g1, w2: step(&given.w2, &g2), w1: step(&given.w1, &g1) }
}

/// The example as lines of text: what is given, forwards, backwards, and what the update has brought.
pub fn lines() -> Vec<String> {
    let given = Given::USUAL;
    let there = forwards(&given);
    let back = backwards(&given, &there);
    let after = forwards(&Given { w1: back.w1, w2: back.w2, ..given });
    let numbers = |numbers: &[f64]| numbers.iter().map(|n| format!("{n:>13.9}")).collect::<String>();
    let row = |name: &str, of: &[f64]| format!("  {name:<28}{}", numbers(of));
    let rows = |name: &str, of: &Square| [row(name, &of[0]), row("", &of[1])];
    let title = |text: &str| ["".to_owned(), text.to_owned()];
    let mut lines = vec![format!("One update of a network 2-2-2 on one example, with eta {}:", given.eta)];
    lines.extend(title("Given"));
    lines.extend([row("x, the inputs", &given.x), row("t, the targets", &given.t)]);
    lines.extend(rows("W1, a row a hidden unit", &given.w1));
    lines.push(row("b1, held fixed here", &given.b1));
    lines.extend(rows("W2, a row an output", &given.w2));
    lines.push(row("b2, held fixed here", &given.b2));
    lines.extend(title("Forwards"));
    lines.extend([
        row("z1 = W1 x + b1", &there.z1),
        row("h = sigmoid(z1)", &there.h),
        row("z2 = W2 h + b2", &there.z2),
        row("o = sigmoid(z2)", &there.o),
        row("e = o - t", &there.e),
        row("C = 1/2 |e|²", &[there.c]),
    ]);
    lines.extend(title("Backwards"));
    lines.extend([
        row("o ⊙ (1 - o)", &back.o_slope),
        row("d2 = e ⊙ o ⊙ (1 - o)", &back.d2),
        row("W2ᵀ d2", &back.back),
        row("h ⊙ (1 - h)", &back.h_slope),
        row("d1 = (W2ᵀ d2) ⊙ h ⊙ (1 - h)", &back.d1),
    ]);
    lines.extend(rows("d2 hᵀ", &back.g2));
    lines.extend(rows("d1 xᵀ", &back.g1));
    lines.extend(title("The update"));
    lines.extend(rows("W2 - eta d2 hᵀ", &back.w2));
    lines.extend(rows("W1 - eta d1 xᵀ", &back.w1));
    lines.extend(title("Afterwards"));
    lines.extend([row("o", &after.o), row("C = 1/2 |e|²", &[after.c])]);
    lines
}

fn sigmoid(z: f64) -> f64 {
    1.0 / (1.0 + (-z).exp())
}

fn pair(entry: impl Fn(usize) -> f64) -> Pair {
    std::array::from_fn(entry)
}

/// W x + b.
fn affine(w: &Square, x: Pair, b: Pair) -> Pair {
    pair(|unit| w[unit][0] * x[0] + w[unit][1] * x[1] + b[unit])
}

/// a bᵀ.
fn outer(a: Pair, b: Pair) -> Square {
    a.map(|a| b.map(|b| a * b))
}
