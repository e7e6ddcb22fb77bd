//! Six curves by r, the learning rate per example: two losses, each in three ways to take a step.

use super::training::{DeltaMomentum, EPOCHS, Images, accuracy, for_seeds, plan, stage, trained};
use super::{Data, Experiment, Lab};
use crate::Result;
use digits_core::network::Network;
use gradient::Gradient;
use momentum::Momentum;
use serde_json::{Value, json};
use stochastic::Stochastic;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "rates-per-example",
    about: "MNIST, 1,000 training images, 100 epochs, seeds 1 to 3: delta rule and gradient, with batches of 1, of 10, and of 10 with momentum 0.9, by r = eta / (B (1 - mu))",
    data: Data::Mnist,
    stages: &["stochastic", "gradient", "momentum"],
    run,
};

const RATES: [f64; 13] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0];

fn run(lab: &Lab<'_>) -> Result<Value> {
    let images = Images::from(&lab.dataset()?);
    let train = &images.train;
    type Train<'a> = &'a (dyn Fn(f64, u64) -> Network + Sync);
    let of = |batch_size: usize, seed: u64| plan(batch_size, EPOCHS, seed);
    let curves: [(&str, Train<'_>); 6] = [
        ("delta-1", &|r, seed| trained(|network| stage::<Stochastic>(r, network), of(1, seed), train)),
        ("delta-10", &|r, seed| {
            trained(|network| stage::<Stochastic>(10.0 * r, network), of(10, seed), train)
        }),
        ("delta-momentum", &|r, seed| {
            trained(|network| DeltaMomentum::of(r, 0.9, network), of(10, seed), train)
        }),
        ("gradient-1", &|r, seed| trained(|network| stage::<Gradient>(r, network), of(1, seed), train)),
        ("gradient-10", &|r, seed| {
            trained(|network| stage::<Gradient>(10.0 * r, network), of(10, seed), train)
        }),
        // 10 r (1 - mu) is r
        ("gradient-momentum", &|r, seed| {
            trained(|network| stage::<Momentum>(r, network), of(10, seed), train)
        }),
    ];
    let curve = |(name, train): (&str, Train<'_>)| {
        let points = RATES.map(|r| {
            json!({"value": r, "test_accuracies": for_seeds(3, |seed| accuracy(&train(r, seed), &images.test))})
        });
        json!({"name": name, "points": points})
    };
    Ok(json!({"curves": curves.map(curve)}))
}
