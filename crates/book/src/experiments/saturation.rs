//! How flat the sigmoids of the outputs become, and how short that makes a gradient.

use super::training::{Images, TRAIN, plan, stage, trained};
use super::{Data, Experiment, Lab};
use crate::Result;
use digits_core::batch::{Batch, SparseExamples};
use digits_core::data::PIXELS;
use digits_core::evaluation::evaluate;
use digits_core::gradient_check::{Cost, angle, exact_gradient};
use digits_core::network::Network;
use gradient::Gradient;
use serde_json::{Value, json};
use stochastic::Stochastic;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "saturation",
    about: "MNIST, 1,000 training images, usual settings, seed 1, along stages 1 and 4: the share of the training images' outputs with o (1 - o) < 0.01, the mean length of both losses' gradients over 100 batches of 10, and the mean angle of the squared error's to that of all images",
    data: Data::Mnist,
    stages: &["stochastic", "gradient"],
    run,
};

const EPOCHS: [usize; 10] = [0, 1, 2, 3, 5, 7, 10, 20, 50, 100];

fn run(lab: &Lab<'_>) -> Result<Value> {
    let dataset = lab.dataset()?;
    let images = Images::from(&dataset);
    let mut train = dataset.train;
    train.truncate(TRAIN);
    let precise = SparseExamples::<f64>::from(&train);
    let stochastic = EPOCHS.map(|epochs| {
        let network = trained(|network| stage::<Stochastic>(0.1, network), plan(1, epochs, 1), &images.train);
        moment(epochs, &network, &images, &precise)
    });
    let gradient = EPOCHS.map(|epochs| {
        let network = trained(|network| stage::<Gradient>(1.0, network), plan(10, epochs, 1), &images.train);
        moment(epochs, &network, &images, &precise)
    });
    Ok(json!({"stochastic": stochastic, "gradient": gradient}))
}

fn moment(epoch: usize, network: &Network, images: &Images, precise: &SparseExamples<f64>) -> Value {
    let x: Vec<_> = images.train.images.iter().collect();
    let o = network.outputs(&x);
    let flat = o.iter().filter(|o| **o * (1.0 - **o) < 0.01).count() as f64 / o.len() as f64;
    let network_f64 = network.cast::<f64>();
    let order = plan(10, 1, 1).order(0);
    let mut batch = Batch::new(PIXELS);
    let mut lengths = [0.0; 2];
    let mut degrees = 0.0;
    let all: Vec<u32> = (0..TRAIN as u32).collect();
    batch.set(precise, &all);
    let of_all = exact_gradient(&network_f64, &batch, Cost::SquaredError);
    for indices in order.chunks_exact(10) {
        batch.set(precise, indices);
        let [squared, cross] =
            [Cost::SquaredError, Cost::CrossEntropy].map(|cost| exact_gradient(&network_f64, &batch, cost));
        lengths[0] += squared.norm();
        lengths[1] += cross.norm();
        degrees += angle(&squared, &of_all);
    }
    let batches = (TRAIN / 10) as f64;
    let [squared, cross] = lengths.map(|sum| sum / batches);
    json!({
        "epoch": epoch,
        "flat": flat,
        "loss": evaluate(network, &images.train).loss,
        "squared_error": squared,
        "cross_entropy": cross,
        "angle_to_all": degrees / batches,
    })
}
