//! The rule of `batched` against its formulas written out, one number at a time.
#![allow(clippy::needless_range_loop)] // entries are named by their indices, as in the formulas

use batched::Batched;
use digits_core::batch::{Batch, SparseExamples};
use digits_core::data::{Split, practice};
use digits_core::linalg::DVector;
use digits_core::network::Network;
use digits_core::stage::{Settings, Stage};

/// The network as plain rows of numbers.
#[derive(Clone)]
struct Plain {
    w1: Vec<Vec<f64>>,
    b1: Vec<f64>,
    w2: Vec<Vec<f64>>,
    b2: Vec<f64>,
}

fn sigmoid(z: f64) -> f64 {
    1.0 / (1.0 + (-z).exp())
}

fn layer(w: &[Vec<f64>], b: &[f64], x: &[f64]) -> Vec<f64> {
    let unit = |(row, b): (&Vec<f64>, &f64)| sigmoid(b + row.iter().zip(x).map(|(w, x)| w * x).sum::<f64>());
    w.iter().zip(b).map(unit).collect()
}

fn mean(columns: &[Vec<f64>]) -> Vec<f64> {
    (0..columns[0].len()).map(|i| columns.iter().map(|c| c[i]).sum::<f64>() / columns.len() as f64).collect()
}

impl Plain {
    fn of(network: &Network<f64>) -> Self {
        let rows = |m: digits_core::linalg::DMatrix<f64>| {
            m.row_iter().map(|r| r.iter().copied().collect()).collect()
        };
        Plain {
            w1: rows(network.w1.matrix().into_owned()),
            b1: network.b1.0.iter().copied().collect(),
            w2: rows(network.w2.transposed().transpose()),
            b2: network.b2.0.iter().copied().collect(),
        }
    }

    fn mean_loss(&self, x: &[Vec<f64>], t: &[Vec<f64>]) -> f64 {
        let one = |(x, t): (&Vec<f64>, &Vec<f64>)| {
            let o = layer(&self.w2, &self.b2, &layer(&self.w1, &self.b1, x));
            0.5 * o.iter().zip(t).map(|(o, t)| (o - t) * (o - t)).sum::<f64>()
        };
        x.iter().zip(t).map(one).sum::<f64>() / x.len() as f64
    }

    fn update(&mut self, eta: f64, epsilon: f64, x: &[Vec<f64>], t: &[Vec<f64>]) {
        let h: Vec<_> = x.iter().map(|x| layer(&self.w1, &self.b1, x)).collect();
        let o: Vec<_> = h.iter().map(|h| layer(&self.w2, &self.b2, h)).collect();
        let e: Vec<Vec<f64>> =
            o.iter().zip(t).map(|(o, t)| o.iter().zip(t).map(|(o, t)| o - t).collect()).collect();
        let (xm, hm, em) = (mean(x), mean(&h), mean(&e));
        let (mut moved1, mut moved2) = (self.clone(), self.clone());
        moved1.b1.iter_mut().for_each(|b| *b += epsilon);
        moved2.b2.iter_mut().for_each(|b| *b += epsilon);
        let loss = self.mean_loss(x, t);
        let g1 = (moved1.mean_loss(x, t) - loss) / epsilon;
        let g2 = (moved2.mean_loss(x, t) - loss) / epsilon;
        let d1: Vec<f64> = (0..hm.len())
            .map(|j| (0..em.len()).map(|k| self.w2[k][j] * em[k]).sum::<f64>() * hm[j] * (1.0 - hm[j]))
            .collect();
        for k in 0..em.len() {
            (0..hm.len()).for_each(|j| self.w2[k][j] -= eta * em[k] * hm[j]);
        }
        for j in 0..hm.len() {
            (0..xm.len()).for_each(|i| self.w1[j][i] -= eta * d1[j] * xm[i]);
        }
        self.b1.iter_mut().for_each(|b| *b -= eta * g1);
        self.b2.iter_mut().for_each(|b| *b -= eta * g2);
    }

    /// All numbers in the order of `Network::parameters`.
    fn parameters(&self) -> DVector<f64> {
        let by_pixel = (0..self.w1[0].len()).flat_map(|i| self.w1.iter().map(move |row| row[i]));
        let all = by_pixel.chain(self.b1.clone()).chain(self.w2.concat()).chain(self.b2.clone());
        DVector::from_vec(all.collect())
    }
}

/// Protects the rule: three updates on real images, biases included, are those of the formulas.
#[test]
fn the_rule_is_its_formulas_written_out() {
    let examples = SparseExamples::<f64>::from(&practice::examples(6, Split::Train, 12));
    let mut network = Network::<f64>::new(9, 1);
    network.b1.shift(0.1);
    network.b2.shift(-0.2);
    let mut plain = Plain::of(&network);
    let settings = Settings { learning_rate: 0.5, ..<Batched as Stage>::ABOUT.defaults };
    let mut stage = Batched::new(&settings, &network);
    for indices in [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9], [10, 11, 0, 1, 2]] {
        let mut batch = Batch::new(examples.images.pixels());
        batch.set(&examples, &indices);
        stage.update(&mut network, &batch);

        let dense = |index: &u32| {
            let mut x = vec![0.0; examples.images.pixels()];
            let image = examples.images.get(*index as usize);
            image.lit.iter().zip(image.values).for_each(|(&lit, &value)| x[usize::from(lit)] = value);
            x
        };
        let x: Vec<_> = indices.iter().map(dense).collect();
        let t: Vec<Vec<f64>> = batch.t.column_iter().map(|c| c.iter().copied().collect()).collect();
        plain.update(0.5, 0.01, &x, &t);

        let difference = (network.parameters() - plain.parameters()).amax();
        assert!(difference < 1e-12, "a parameter differs by {difference:e}");
    }
}
