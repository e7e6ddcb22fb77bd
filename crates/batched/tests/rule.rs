//! The rule of `batched` against its formulas written out, one number at a time.

use batched::Batched;
use digits_core::batch::{Batch, SparseExamples};
use digits_core::data::{Split, practice};
use digits_core::gradient_check::mean_loss;
use digits_core::linalg::DMatrix;
use digits_core::network::{Activation, Init, Loss, Network};
use digits_core::settings::{LEARNING_RATE, Value};
use digits_core::stage::Stage;
use test_support::plain_network::{AveragedStep, PlainNetwork, rows};

/// One update, entry by entry.
fn update(plain: &mut PlainNetwork, eta: f64, epsilon: f64, x: &[Vec<f64>], t: &[Vec<f64>]) {
    let loss = plain.mean_loss(x, t);
    let (mut moved1, mut moved2) = (plain.clone(), plain.clone());
    moved1.b1.iter_mut().for_each(|b| *b += epsilon);
    moved2.b2.iter_mut().for_each(|b| *b += epsilon);
    let g1 = (moved1.mean_loss(x, t) - loss) / epsilon;
    let g2 = (moved2.mean_loss(x, t) - loss) / epsilon;
    AveragedStep::of(plain, x, t).subtract_from(plain, eta);
    plain.b1.iter_mut().for_each(|b| *b -= eta * g1);
    plain.b2.iter_mut().for_each(|b| *b -= eta * g2);
}

/// Protects the rule: three updates on real images, biases included, are those of the formulas.
#[test]
fn the_rule_is_its_formulas_written_out() {
    let examples = SparseExamples::<f64>::from(&practice::examples(6, Split::Train, 12));
    let mut network = Network::<f64>::new(9, 1);
    network.biases[0].shift(0.1);
    network.biases[1].shift(-0.2);
    let mut plain = PlainNetwork::of(&network);
    let settings = <Batched as Stage>::ABOUT.settings().with(&LEARNING_RATE, Value::Number(0.5));
    let mut stage = Batched::new(&settings, &network);
    for indices in [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9], [10, 11, 0, 1, 2]] {
        let mut batch = Batch::new(examples.images.pixels());
        batch.set(&examples, &indices);
        stage.update(&mut network, &batch);

        let (x, t) = rows(&examples, &indices, &batch);
        update(&mut plain, 0.5, 0.01, &x, &t);
        let difference = (network.parameters() - plain.parameters()).amax();
        assert!(difference < 1e-12, "a parameter differs by {difference:e}");
    }
}

/// Protects the form without a hidden layer: em xmᵀ for W, and for b the shared finite difference.
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
    let mut moved = network.clone();
    moved.biases[0].shift(0.01);
    let g = (mean_loss(&moved, &batch) - mean_loss(&network, &batch)) / 0.01;
    let b = network.biases[0].0.add_scalar(-0.5 * g);

    let settings = <Batched as Stage>::ABOUT.settings().with(&LEARNING_RATE, Value::Number(0.5));
    Batched::new(&settings, &network).update(&mut network, &batch);
    assert!((network.first.matrix() - w).amax() < 1e-13);
    assert!((&network.biases[0].0 - b).amax() < 1e-13);
}
