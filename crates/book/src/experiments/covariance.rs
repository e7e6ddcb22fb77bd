//! What an average leaves of the covariance: measured over random batches, beside the law.

use super::training::{HIDDEN, Images, TRAIN, plan, stage, trained};
use super::{Data, Experiment, Lab};
use crate::Result;
use digits_core::batch::{Batch, SparseExamples};
use digits_core::data::{CLASSES, PIXELS};
use digits_core::linalg::{DMatrix, zip_apply};
use digits_core::network::{Network, Signals};
use no_bias::NoBias;
use serde_json::{Value, json};

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "covariance",
    about: "MNIST, 1,000 training images, along stage 3 with seed 1, in f64: the share of Cov(e, h) that 20 epochs of random batches leave in the product of means, and the share of the covariance in a batch of 10",
    data: Data::Mnist,
    stages: &["no-bias"],
    run,
};

/// How often all images are dealt into batches.
const DEALS: usize = 20;

fn run(lab: &Lab<'_>) -> Result<Value> {
    let dataset = lab.dataset()?;
    let images = Images::from(&dataset);
    let mut train = dataset.train;
    train.truncate(TRAIN);
    let precise = SparseExamples::<f64>::from(&train);
    let moments = [0, 1, 10, 50, 100].map(|epochs| {
        let network = trained(|network| stage::<NoBias>(0.5, network), plan(10, epochs, 1), &images.train);
        moment(epochs, &network.cast(), &precise)
    });
    Ok(json!({"moments": moments}))
}

fn moment(epoch: usize, network: &Network<f64>, examples: &SparseExamples<f64>) -> Value {
    let mut batch = Batch::new(PIXELS);
    let all: Vec<u32> = (0..TRAIN as u32).collect();
    batch.set(examples, &all);
    let Flow { e, h, .. } = Flow::of(network, &batch);
    let of_means = e.column_mean() * h.column_mean().transpose();
    let covariance = mean_of_products(&e, &h) - &of_means;
    let left = [2, 10, 50].map(|size| {
        let mut sum = DMatrix::zeros(CLASSES, HIDDEN);
        for deal in 1..=DEALS {
            for indices in plan(size, 1, 1).order(deal).chunks_exact(size) {
                let indices: Vec<usize> = indices.iter().map(|&index| index as usize).collect();
                let mean = |matrix: &DMatrix<f64>| matrix.select_columns(&indices).column_mean();
                sum += mean(&e) * mean(&h).transpose();
            }
        }
        let product_of_means = sum / (DEALS * (TRAIN / size)) as f64;
        let (n, b) = (TRAIN as f64, size as f64);
        json!({
            "batch_size": size,
            "law": (n - b) / ((n - 1.0) * b),
            "measured": (product_of_means - &of_means).dot(&covariance) / covariance.norm_squared(),
        })
    });
    // Of |mean(d xᵀ)|² in a batch of 10, the share that belongs to the covariance.
    let mut shares = [0.0; 2];
    let batches = plan(10, 1, 1).order(0);
    for indices in batches.chunks_exact(10) {
        batch.set(examples, indices);
        let Flow { e, h, d1, x } = Flow::of(network, &batch);
        shares[0] += share_of_covariance(&d1, &x);
        shares[1] += share_of_covariance(&e, &h);
    }
    let [w1, w2] = shares.map(|sum| sum / (TRAIN / 10) as f64);
    json!({"epoch": epoch, "left": left, "share": {"W1": w1, "W2": w2}})
}

/// What flows through a network for a batch, a column per image.
struct Flow {
    e: DMatrix<f64>,
    h: DMatrix<f64>,
    d1: DMatrix<f64>,
    x: DMatrix<f64>,
}

impl Flow {
    fn of(network: &Network<f64>, batch: &Batch<'_, f64>) -> Self {
        let mut network = network.clone();
        let network = network.two_layers();
        let Signals { mut h, mut o, mut d1, .. } = Signals::default();
        network.forward(&batch.x, &mut h, &mut o);
        let e = o - &batch.t;
        network.w2.transposed_times(&e, &mut d1);
        zip_apply(&mut d1, &h, |d, h| d * h * (1.0 - h));
        let mut x = DMatrix::zeros(PIXELS, batch.len());
        for (mut column, image) in x.column_iter_mut().zip(batch.x.iter()) {
            image
                .lit
                .iter()
                .zip(image.values)
                .for_each(|(&pixel, &value)| column[usize::from(pixel)] = value);
        }
        Flow { e, h, d1, x }
    }
}

/// mean(a bᵀ) over the columns.
fn mean_of_products(a: &DMatrix<f64>, b: &DMatrix<f64>) -> DMatrix<f64> {
    a * b.transpose() / a.ncols() as f64
}

fn share_of_covariance(a: &DMatrix<f64>, b: &DMatrix<f64>) -> f64 {
    let whole = mean_of_products(a, b);
    let covariance = &whole - a.column_mean() * b.column_mean().transpose();
    covariance.norm_squared() / whole.norm_squared()
}
