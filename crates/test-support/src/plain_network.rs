//! A network of two layers as plain rows of numbers: what the rules' formulas are checked against, entry by entry.

use digits_core::batch::{Batch, SparseExamples};
use digits_core::linalg::{DMatrix, DVector};
use digits_core::network::Network;

/// W1, b1, W2 and b2, row by row.
#[derive(Debug, Clone)]
pub struct PlainNetwork {
    /// Hidden weights, H rows of inputs.
    pub w1: Vec<Vec<f64>>,
    /// Hidden biases.
    pub b1: Vec<f64>,
    /// Output weights, a row an output.
    pub w2: Vec<Vec<f64>>,
    /// Output biases.
    pub b2: Vec<f64>,
}

impl PlainNetwork {
    /// The parameters of `network`.
    pub fn of(network: &Network<f64>) -> Self {
        let rows = |m: DMatrix<f64>| m.row_iter().map(|r| r.iter().copied().collect()).collect();
        let bias = |layer: usize| network.biases[layer].0.iter().copied().collect();
        PlainNetwork {
            w1: rows(network.first.matrix()),
            b1: bias(0),
            w2: rows(network.rest[0].transposed().transpose()),
            b2: bias(1),
        }
    }

    /// The outputs of the hidden units for each of the inputs `x`.
    pub fn hidden(&self, x: &[Vec<f64>]) -> Vec<Vec<f64>> {
        x.iter().map(|x| layer(&self.w1, &self.b1, x)).collect()
    }

    /// The outputs of the network for the outputs `h` of the hidden units.
    pub fn outputs(&self, h: &[Vec<f64>]) -> Vec<Vec<f64>> {
        h.iter().map(|h| layer(&self.w2, &self.b2, h)).collect()
    }

    /// The mean of 1/2 |o - t|².
    pub fn mean_loss(&self, x: &[Vec<f64>], t: &[Vec<f64>]) -> f64 {
        let o = self.outputs(&self.hidden(x));
        let one = |(o, t): (&Vec<f64>, &Vec<f64>)| {
            0.5 * o.iter().zip(t).map(|(o, t)| (o - t) * (o - t)).sum::<f64>()
        };
        o.iter().zip(t).map(one).sum::<f64>() / x.len() as f64
    }

    /// All numbers in the order of [`Network::parameters`].
    pub fn parameters(&self) -> DVector<f64> {
        let by_pixel = (0..self.w1[0].len()).flat_map(|i| self.w1.iter().map(move |row| row[i]));
        let all = by_pixel.chain(self.b1.clone()).chain(self.w2.concat()).chain(self.b2.clone());
        DVector::from_vec(all.collect())
    }
}

/// Which step the rule of stages 2 and 3 makes for a batch, without the learning rate: em hmᵀ for W2 and d1 xmᵀ for W1.
pub struct AveragedStep {
    /// The step of W2, a row an output.
    pub w2: Vec<Vec<f64>>,
    /// The step of W1, a row a hidden unit.
    pub w1: Vec<Vec<f64>>,
}

impl AveragedStep {
    /// The step for inputs `x` and targets `t`, a row an example.
    pub fn of(network: &PlainNetwork, x: &[Vec<f64>], t: &[Vec<f64>]) -> Self {
        let h = network.hidden(x);
        let o = network.outputs(&h);
        let difference = |(o, t): (&Vec<f64>, &Vec<f64>)| o.iter().zip(t).map(|(o, t)| o - t).collect();
        let e: Vec<Vec<f64>> = o.iter().zip(t).map(difference).collect();
        let (xm, hm, em) = (mean(x), mean(&h), mean(&e));
        let back = |j: usize| em.iter().zip(&network.w2).map(|(e, row)| row[j] * e).sum::<f64>();
        let d1: Vec<f64> = hm.iter().enumerate().map(|(j, h)| back(j) * h * (1.0 - h)).collect();
        AveragedStep { w2: outer(&em, &hm), w1: outer(&d1, &xm) }
    }

    /// W -= eta step for both.
    pub fn subtract_from(&self, network: &mut PlainNetwork, eta: f64) {
        for (w, step) in [(&mut network.w2, &self.w2), (&mut network.w1, &self.w1)] {
            for (w, step) in w.iter_mut().flatten().zip(step.iter().flatten()) {
                *w -= eta * step;
            }
        }
    }
}

/// a bᵀ.
fn outer(a: &[f64], b: &[f64]) -> Vec<Vec<f64>> {
    a.iter().map(|a| b.iter().map(|b| a * b).collect()).collect()
}

/// sigmoid(W x + b).
fn layer(w: &[Vec<f64>], b: &[f64], x: &[f64]) -> Vec<f64> {
    let sigmoid = |z: f64| 1.0 / (1.0 + (-z).exp());
    let unit = |(row, b): (&Vec<f64>, &f64)| sigmoid(b + row.iter().zip(x).map(|(w, x)| w * x).sum::<f64>());
    w.iter().zip(b).map(unit).collect()
}

/// The mean of some rows, entry by entry.
fn mean(rows: &[Vec<f64>]) -> Vec<f64> {
    (0..rows[0].len()).map(|i| rows.iter().map(|row| row[i]).sum::<f64>() / rows.len() as f64).collect()
}

/// The inputs and targets of some examples, a row an example.
pub fn rows(
    examples: &SparseExamples<f64>,
    indices: &[u32],
    batch: &Batch<'_, f64>,
) -> (Vec<Vec<f64>>, Vec<Vec<f64>>) {
    let dense = |index: &u32| {
        let mut x = vec![0.0; examples.images.pixels()];
        examples.images.get(*index as usize).write_to(&mut x);
        x
    };
    let t = batch.t.column_iter().map(|column| column.iter().copied().collect());
    (indices.iter().map(dense).collect(), t.collect())
}
