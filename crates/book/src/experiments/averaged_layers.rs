//! Which layer it hurts to average: W1, W2, both or none, without biases.

use super::training::{Biases, EPOCHS, Images, Parts, Variant, Weights, accuracy, for_seeds, plan, trained};
use super::{Data, Experiment, Lab};
use crate::Result;
use serde_json::{Value, json};

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "averaged-layers",
    about: "MNIST, 1,000 training images, 100 epochs, batches of 10, eta 0.5, seeds 1 to 5, no biases: the product of means in either layer, both or none",
    data: Data::Mnist,
    stages: &["stochastic", "no-bias"],
    run,
};

fn run(lab: &Lab<'_>) -> Result<Value> {
    let images = Images::from(&lab.dataset()?);
    let (products, means) = (Weights::MeanOfProducts, Weights::ProductOfMeans);
    let layers = [
        ("none", [products, products]),
        ("W2", [products, means]),
        ("W1", [means, products]),
        ("both", [means, means]),
    ];
    let row = |(name, weights): (&str, [Weights; 2])| {
        let parts = Parts { weights, biases: [Biases::Still; 2] };
        let accuracies = for_seeds(5, |seed| {
            let network =
                trained(|network| Variant::of(parts, 0.5, network), plan(10, EPOCHS, seed), &images.train);
            accuracy(&network, &images.test)
        });
        json!({"name": name, "test_accuracies": accuracies})
    };
    Ok(json!({"averaged": layers.into_iter().map(row).collect::<Vec<_>>()}))
}
