//! How much practice digits teach about real ones: train on one, test on the other, both ways.

use std::io::Write;

use digits_core::Result;
use digits_core::batch::SparseExamples;
use digits_core::data::{Dataset, Split, practice};
use digits_core::evaluation::evaluate;
use digits_core::network::Network;
use digits_core::settings::{EPOCHS, LEARNING_RATE, SEED, Value};
use digits_core::stage::Stage;
use digits_core::training::{Plan, Training};
use stochastic::Stochastic;

/// The accuracies below which the practice digits would no longer be good enough, in per cent.
const LEAST_TO_MNIST: f64 = 91.0;
const LEAST_FROM_MNIST: f64 = 95.0;

/// Trains and tests both ways, for each seed of practice digits and training alike, and writes a table. Answers whether both
/// means are high enough.
pub(crate) fn measure(mnist: &Dataset, seeds: u64, out: &mut impl Write) -> Result<bool> {
    let real_train = SparseExamples::from(&mnist.train);
    let real_test = SparseExamples::from(&mnist.test);
    let mut line = |text: &str| {
        // Where nobody reads the table, its verdict still counts.
        let _ = writeln!(out, "{text}").and_then(|()| out.flush());
    };
    line(&format!("Real digits: {} ({})", mnist.name, mnist.origin));
    line("Network 784-128-10 by the rule of `stochastic`, rate 0.05, 10 epochs.");
    line("seed   10,000 practice -> test of MNIST   60,000 MNIST -> 10,000 practice");
    let (mut to_mnist, mut from_mnist) = (Vec::new(), Vec::new());
    for seed in 1..=seeds {
        let practice = SparseExamples::from(&practice::examples(seed, Split::Train, practice::TRAIN_LEN));
        to_mnist.push(100.0 * evaluate(&trained(&practice, seed), &real_test).accuracy());
        from_mnist.push(100.0 * evaluate(&trained(&real_train, seed), &practice).accuracy());
        let (to, from) = (to_mnist[to_mnist.len() - 1], from_mnist[from_mnist.len() - 1]);
        line(&format!("{seed:>4}   {to:>31.2} %   {from:>32.2} %"));
    }
    let (to, from) = (mean(&to_mnist), mean(&from_mnist));
    line(&format!("mean   {to:>31.2} %   {from:>32.2} %"));
    line(&format!("least  {LEAST_TO_MNIST:>31.2} %   {LEAST_FROM_MNIST:>32.2} %"));
    Ok(to >= LEAST_TO_MNIST && from >= LEAST_FROM_MNIST)
}

fn trained(examples: &SparseExamples, seed: u64) -> Network {
    let settings = <Stochastic as Stage>::ABOUT
        .settings()
        .with(&LEARNING_RATE, Value::Number(0.05))
        .with(&EPOCHS, Value::Whole(10))
        .with(&SEED, Value::Whole(seed));
    let network = <Stochastic as Stage>::network(&settings);
    let plan = Plan::new(&settings, examples.len());
    let mut training = Training::new(Stochastic::new(&settings, &network), network, plan);
    while training.step(examples, usize::MAX) > 0 {}
    training.network
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}
