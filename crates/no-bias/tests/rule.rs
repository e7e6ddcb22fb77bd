//! The rule of `no-bias` against its formulas written out, one number at a time.

use digits_core::batch::{Batch, SparseExamples};
use digits_core::data::{Split, practice};
use digits_core::linalg::DMatrix;
use digits_core::network::{Activation, Init, Loss, Network};
use digits_core::settings::{LEARNING_RATE, Value};
use digits_core::stage::Stage;
use no_bias::NoBias;
use test_support::plain_network::{AveragedStep, PlainNetwork, rows};

/// Protects the rule: three updates on real images, biases included, are those of the formulas.
#[test]
fn the_rule_is_its_formulas_written_out() {
    let examples = SparseExamples::<f64>::from(&practice::examples(6, Split::Train, 12));
    let mut network = Network::<f64>::new(9, 1);
    network.biases[0].shift(0.1);
    network.biases[1].shift(-0.2);
    let mut plain = PlainNetwork::of(&network);
    let settings = <NoBias as Stage>::ABOUT.settings().with(&LEARNING_RATE, Value::Number(0.5));
    let mut stage = NoBias::new(&settings, &network);
    for indices in [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9], [10, 11, 0, 1, 2]] {
        let mut batch = Batch::new(examples.images.pixels());
        batch.set(&examples, &indices);
        stage.update(&mut network, &batch);

        let (x, t) = rows(&examples, &indices, &batch);
        AveragedStep::of(&plain, &x, &t).subtract_from(&mut plain, 0.5);
        let difference = (network.parameters() - plain.parameters()).amax();
        assert!(difference < 1e-13, "a parameter differs by {difference:e}");
    }
}

/// Protects the form without a hidden layer: em xmᵀ for W, and for b nothing.
#[test]
fn without_a_hidden_layer_the_rule_is_its_formulas_written_out() {
    let examples = SparseExamples::<f64>::from(&practice::examples(6, Split::Train, 5));
    let mut network =
        Network::<f64>::deep(&[], Activation::Sigmoid, Loss::SquaredError, Init::ScaledNormal, 1);
    network.biases[0].shift(0.1);
    let mut batch = Batch::new(examples.images.pixels());
    batch.set(&examples, &[0, 1, 2, 3, 4]);
    let mean = |columns: DMatrix<f64>| columns.column_mean();
    let em = mean(network.outputs(&batch.x) - &batch.t);
    let (x, _) = rows(&examples, &[0, 1, 2, 3, 4], &batch);
    let xm = mean(DMatrix::from_fn(784, 5, |pixel, example| x[example][pixel]));
    let w = network.first.matrix() - em * xm.transpose() * 0.5;
    let b = network.biases[0].0.clone();

    let settings = <NoBias as Stage>::ABOUT.settings().with(&LEARNING_RATE, Value::Number(0.5));
    NoBias::new(&settings, &network).update(&mut network, &batch);
    assert!((network.first.matrix() - w).amax() < 1e-13);
    assert!((&network.biases[0].0 - b).amax() < 1e-13);
}
