//! The rule of `stochastic` against what it is known to be: the gradient of the cross-entropy.

use digits_core::batch::{Batch, SparseExamples};
use digits_core::data::{Split, practice};
use digits_core::gradient_check::{Cost, angle, direction, numeric_gradient};
use digits_core::linalg::{DMatrix, SparseImages};
use digits_core::network::Network;
use digits_core::random::{Purpose, generator, normal, uniform};
use digits_core::settings::{LEARNING_RATE, Value};
use digits_core::stage::Stage;
use stochastic::Stochastic;

/// Protects the delta rule: the output error without its slope is the derivative of the cross-entropy
/// -sum(t ln o + (1 - t) ln(1 - o)), for every parameter; and it is not that of the squared error.
#[test]
fn the_rule_is_the_gradient_of_the_cross_entropy() {
    let mut rng = generator(4, Purpose::Test, 0);
    let (inputs, hidden, outputs) = (8, 5, 3);
    let mut matrix = |rows, columns| DMatrix::from_fn(rows, columns, |_, _| normal(&mut rng));
    let network = Network::of_two_layers(
        &matrix(hidden, inputs),
        matrix(hidden, 1).column(0).into_owned(),
        &matrix(outputs, hidden),
        matrix(outputs, 1).column(0).into_owned(),
    );
    let mut images = SparseImages::new(inputs);
    images.push(&(0..inputs).map(|_| uniform(&mut rng)).collect::<Vec<_>>());
    let mut batch = Batch::new(inputs);
    batch.x.set(images.iter());
    batch.t = DMatrix::from_column_slice(outputs, 1, &[0.0, 1.0, 0.0]);

    let eta = 0.1;
    let settings = <Stochastic as Stage>::ABOUT.settings().with(&LEARNING_RATE, Value::Number(eta));
    let rule = direction(&mut Stochastic::new(&settings, &network), &network, &batch, eta);

    let cross_entropy = |network: &Network<f64>| {
        let o = network.outputs(&batch.x);
        let term = |(o, t): (&f64, &f64)| -(t * o.ln() + (1.0 - t) * (1.0 - o).ln());
        o.iter().zip(batch.t.iter()).map(term).sum::<f64>()
    };
    let (parameters, step) = (network.parameters(), 1e-5);
    for (index, rule) in rule.iter().enumerate() {
        let with = |value| {
            let mut moved = network.clone();
            moved.set_parameter(index, value);
            cross_entropy(&moved)
        };
        let numeric = (with(parameters[index] + step) - with(parameters[index] - step)) / (2.0 * step);
        let error = (rule - numeric).abs() / numeric.abs().max(1e-3);
        assert!(error <= 1e-7, "parameter {index}: {rule:e} but by differences {numeric:e}");
    }
    let to_squared_error = angle(&rule, &numeric_gradient(&network, &batch, step));
    assert!((1.0..90.0).contains(&to_squared_error), "{to_squared_error} degrees");
}

/// Protects the same for a batch of images: the mean of products is the gradient of the mean cross-entropy.
#[test]
fn in_a_batch_the_rule_is_the_gradient_of_the_mean_cross_entropy() {
    let examples = SparseExamples::<f64>::from(&practice::examples(2, Split::Train, 6));
    let network = Network::<f64>::new(7, 2);
    let mut batch = Batch::new(784);
    batch.set(&examples, &[0, 1, 2, 3, 4, 5]);
    let settings = <Stochastic as Stage>::ABOUT.settings().with(&LEARNING_RATE, Value::Number(0.1));
    let rule = direction(&mut Stochastic::new(&settings, &network), &network, &batch, 0.1);
    let (parameters, step) = (network.parameters(), 1e-5);
    let mut moved = network.clone();
    for index in (0..parameters.len()).step_by(13) {
        let mut at = |value| {
            moved.set_parameter(index, value);
            Cost::CrossEntropy.mean(&moved, &batch)
        };
        let numeric = (at(parameters[index] + step) - at(parameters[index] - step)) / (2.0 * step);
        at(parameters[index]);
        let error = (rule[index] - numeric).abs() / numeric.abs().max(1e-3);
        assert!(error <= 1e-7, "parameter {index}: {:e} but by differences {numeric:e}", rule[index]);
    }
}
