//! What is in a batch: ten random images, each digit once, or ten images of one digit.

use super::training::{Biases, Images, Parts, Variant, Weights, accuracy, for_seeds, trained_on};
use super::{Data, Experiment, Lab};
use crate::Result;
use digits_core::random::{Generator, Purpose, generator, shuffle};
use serde_json::{Value, json};

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "batch-composition",
    about: "MNIST, 1,000 training images, 100 epochs, batches of 10, eta 0.5, seeds 1 to 5, no biases: random batches, each digit once, one digit only",
    data: Data::Mnist,
    stages: &["stochastic", "no-bias"],
    run,
};

/// The batches of an epoch, made from its images sorted by digit, each digit's in random order.
type Composition = fn(by_digit: &[Vec<u32>], rng: &mut Generator) -> Vec<Vec<u32>>;

fn run(lab: &Lab<'_>) -> Result<Value> {
    let images = Images::from(&lab.dataset()?);
    let compositions: [(&str, Composition); 3] =
        [("random", random), ("each-digit-once", each_digit_once), ("one-digit", one_digit)];
    let weights = [("products", Weights::MeanOfProducts), ("means", Weights::ProductOfMeans)];
    let mut batches = Vec::new();
    for (of_batch, composition) in compositions {
        for (of_weights, weights) in weights {
            let parts = Parts { weights: [weights; 2], biases: [Biases::Still; 2] };
            let accuracies = for_seeds(5, |seed| {
                let of_epoch = |epoch: usize| {
                    let mut rng = generator(seed, Purpose::Order, epoch as u64);
                    let by_digit = by_digit(&images.train.labels, &mut rng);
                    composition(&by_digit, &mut rng)
                };
                let network =
                    trained_on(|network| Variant::of(parts, 0.5, network), seed, &images.train, of_epoch);
                accuracy(&network, &images.test)
            });
            batches.push(json!({"name": format!("{of_weights}-{of_batch}"), "test_accuracies": accuracies}));
        }
    }
    Ok(json!({"batches": batches}))
}

fn by_digit(labels: &[u8], rng: &mut Generator) -> Vec<Vec<u32>> {
    let mut order: Vec<u32> = (0..labels.len() as u32).collect();
    shuffle(&mut order, rng);
    let of = |digit: u8| order.iter().copied().filter(|&index| labels[index as usize] == digit).collect();
    (0..10).map(of).collect()
}

fn random(by_digit: &[Vec<u32>], rng: &mut Generator) -> Vec<Vec<u32>> {
    let mut order = by_digit.concat();
    shuffle(&mut order, rng);
    order.chunks(10).map(<[u32]>::to_vec).collect()
}

/// As many batches as the rarest digit has images.
fn each_digit_once(by_digit: &[Vec<u32>], _: &mut Generator) -> Vec<Vec<u32>> {
    let rarest = by_digit.iter().map(Vec::len).min().unwrap_or(0);
    (0..rarest).map(|index| by_digit.iter().map(|images| images[index]).collect()).collect()
}

fn one_digit(by_digit: &[Vec<u32>], rng: &mut Generator) -> Vec<Vec<u32>> {
    let mut batches: Vec<Vec<u32>> =
        by_digit.iter().flat_map(|images| images.chunks(10).map(<[u32]>::to_vec)).collect();
    shuffle(&mut batches, rng);
    batches
}
