//! The culprit of stage 2 by a table of all combinations: how the weights move, and how the biases do.

use super::training::{
    Biases, EPOCHS, Images, Parts, Variant, Weights, accuracy, for_seeds, plan, stage, trained,
};
use super::{Data, Experiment, Lab};
use crate::Result;
use batched::Batched;
use serde_json::{Value, json};

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "bias-variants",
    about: "MNIST, 1,000 training images, 100 epochs, batches of 10, eta 0.5, seeds 1 to 5: two ways to move weights by five ways to move biases",
    data: Data::Mnist,
    stages: &["stochastic", "batched", "no-bias"],
    run,
};

const ETA: f64 = 0.5;

fn run(lab: &Lab<'_>) -> Result<Value> {
    let images = Images::from(&lab.dataset()?);
    let weights = [("products", Weights::MeanOfProducts), ("means", Weights::ProductOfMeans)];
    let biases = [
        ("still", [Biases::Still; 2]),
        ("own", [Biases::Own; 2]),
        ("shared", [Biases::Shared; 2]),
        ("shared-exact", [Biases::SharedExact; 2]),
        ("shared-divided", [Biases::SharedDivided; 2]),
        ("only-b1-shared", [Biases::Shared, Biases::Still]),
        ("only-b2-shared", [Biases::Still, Biases::Shared]),
    ];
    let mut variants = Vec::new();
    for (of_weights, weights) in weights {
        for (of_biases, biases) in biases {
            let parts = Parts { weights: [weights; 2], biases };
            let networks = for_seeds(5, |seed| {
                trained(|network| Variant::of(parts, ETA, network), plan(10, EPOCHS, seed), &images.train)
            });
            variants.push(json!({
                "name": format!("{of_weights}-{of_biases}"),
                "test_accuracies": networks.iter().map(|network| accuracy(network, &images.test)).collect::<Vec<_>>(),
                // of the first seed: all biases of a layer are one number where they share an offset
                "b1": networks[0].biases[0].0[0],
                "b2": networks[0].biases[1].0[0],
            }));
        }
    }
    let moment = |epochs: usize| {
        let network = trained(|network| stage::<Batched>(ETA, network), plan(10, epochs, 1), &images.train);
        json!({"epoch": epochs, "b1": network.biases[0].0[0], "b2": network.biases[1].0[0]})
    };
    Ok(json!({"variants": variants, "along_stage_2": [moment(1), moment(10), moment(100)]}))
}
