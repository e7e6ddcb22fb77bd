//! What a network answers after one epoch: its outputs, averaged over the test images of each digit.

use super::training::{Images, accuracy, plan, stage, trained};
use super::{Data, Experiment, Lab};
use crate::Result;
use batched::Batched;
use digits_core::network::Network;
use serde_json::{Value, json};
use stochastic::Stochastic;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "first-epoch",
    about: "MNIST, 1,000 training images, 1 epoch, batches of 10, eta 0.5, seed 1: the ten outputs by digit, of stochastic and batched",
    data: Data::Mnist,
    stages: &["stochastic", "batched"],
    run,
};

fn run(lab: &Lab<'_>) -> Result<Value> {
    let images = Images::from(&lab.dataset()?);
    let products = trained(|network| stage::<Stochastic>(0.5, network), plan(10, 1, 1), &images.train);
    let means = trained(|network| stage::<Batched>(0.5, network), plan(10, 1, 1), &images.train);
    Ok(json!({"products": outputs(&products, &images), "means": outputs(&means, &images)}))
}

fn outputs(network: &Network, images: &Images) -> Value {
    let x: Vec<_> = images.test.images.iter().collect();
    let o = network.outputs(&x).map(f64::from);
    let mut sums = [[0.0; 10]; 10];
    let mut counts = [0.0; 10];
    for (column, &label) in o.column_iter().zip(&images.test.labels) {
        counts[usize::from(label)] += 1.0;
        sums[usize::from(label)].iter_mut().zip(column.iter()).for_each(|(sum, output)| *sum += output);
    }
    let by_digit: Vec<Vec<f64>> =
        sums.iter().zip(counts).map(|(sums, count)| sums.iter().map(|sum| sum / count).collect()).collect();
    // How far an output lies from its mean over the images, over all outputs.
    let deviation = o.row_iter().map(|row| row.variance()).sum::<f64>() / 10.0;
    json!({
        "by_digit": by_digit,
        "mean": o.mean(),
        "deviation": deviation.sqrt(),
        "test_accuracy": accuracy(network, &images.test),
    })
}
