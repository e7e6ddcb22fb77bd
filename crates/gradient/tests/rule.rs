//! The rule of `gradient` against what is known: a worked example, numeric gradients, and a loop written by hand.
#![allow(clippy::needless_range_loop)] // entries are named by their indices, as in the formulas

use digits_core::batch::Batch;
use digits_core::gradient_check::{direction, mean_loss, numeric_gradient};
use digits_core::linalg::{DMatrix, DVector, SparseImages};
use digits_core::network::Network;
use digits_core::random::{Generator, Purpose, generator, normal, uniform};
use digits_core::settings::{LEARNING_RATE, Settings, Value};
use digits_core::stage::Stage;
use gradient::Gradient;

fn settings(learning_rate: f64) -> Settings {
    <Gradient as Stage>::ABOUT.settings().with(&LEARNING_RATE, Value::Number(learning_rate))
}

fn network(inputs: usize, hidden: usize, outputs: usize, rng: &mut Generator) -> Network<f64> {
    let mut matrix = |rows, columns| DMatrix::from_fn(rows, columns, |_, _| normal(rng));
    Network::of_two_layers(
        &matrix(hidden, inputs),
        matrix(hidden, 1).column(0).into_owned(),
        &matrix(outputs, hidden),
        matrix(outputs, 1).column(0).into_owned(),
    )
}

/// Images with about half of the pixels lit.
fn images(inputs: usize, count: usize, rng: &mut Generator) -> SparseImages<f64> {
    let mut images = SparseImages::new(inputs);
    for _ in 0..count {
        let pixel = |_| if uniform(rng) < 0.5 { uniform(rng) } else { 0.0 };
        images.push(&(0..inputs).map(pixel).collect::<Vec<_>>());
    }
    images
}

fn batch(images: &SparseImages<f64>, t: DMatrix<f64>) -> Batch<'_, f64> {
    let mut batch = Batch::new(images.pixels());
    batch.x.set(images.iter());
    batch.t = t;
    batch
}

/// Protects every sign and factor of the rule: a 2-2-2 network with known numbers before and after one step.
#[test]
fn the_worked_example_comes_out() {
    let mut network = Network::of_two_layers(
        &DMatrix::from_row_slice(2, 2, &[0.15, 0.20, 0.25, 0.30]),
        DVector::from_element(2, 0.35),
        &DMatrix::from_row_slice(2, 2, &[0.40, 0.45, 0.50, 0.55]),
        DVector::from_element(2, 0.60),
    );
    let mut x = SparseImages::new(2);
    x.push(&[0.05, 0.10]);
    let batch = batch(&x, DMatrix::from_column_slice(2, 1, &[0.01, 0.99]));
    let near = |found: &[f64], expected: &[f64]| {
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 5e-9, "{found} is not {expected}");
        }
    };
    near(network.outputs(&batch.x).as_slice(), &[0.75136507, 0.772928465]);
    near(&[mean_loss(&network, &batch)], &[0.298371109]);

    let biases = network.biases.clone();
    Gradient::new(&settings(0.5), &network).update(&mut network, &batch);
    network.biases = biases; // the example holds the biases fixed

    near(network.first.matrix().transpose().as_slice(), &[0.149780716, 0.19956143, 0.24975114, 0.29950229]);
    near(network.rest[0].as_slice(), &[0.35891648, 0.408666186, 0.511301270, 0.561370121]);
    near(&[mean_loss(&network, &batch)], &[0.291027774]);
}

/// Protects every partial derivative, biases included, in one example and in a batch.
#[test]
fn every_derivative_is_the_central_difference() {
    let mut rng = generator(3, Purpose::Test, 0);
    for examples in [1, 7] {
        let network = network(12, 5, 4, &mut rng);
        let images = images(12, examples, &mut rng);
        let t = DMatrix::from_fn(4, examples, |_, _| uniform(&mut rng));
        let batch = batch(&images, t);
        let eta = 0.25;
        let exact = direction(&mut Gradient::new(&settings(eta), &network), &network, &batch, eta);
        let numeric = numeric_gradient(&network, &batch, 1e-5);
        for (index, (exact, numeric)) in exact.iter().zip(&numeric).enumerate() {
            let error = (exact - numeric).abs() / exact.abs().max(numeric.abs()).max(1e-3);
            assert!(error <= 1e-7, "parameter {index}: {exact:e} but by differences {numeric:e}");
        }
    }
}

/// Protects the form without a hidden layer: every derivative of ten neurons that see the pixels.
#[test]
fn without_a_hidden_layer_every_derivative_is_the_central_difference() {
    let mut rng = generator(3, Purpose::Test, 2);
    for examples in [1, 7] {
        let mut network = network(12, 5, 4, &mut rng);
        network.rest.clear();
        network.biases.pop();
        let images = images(12, examples, &mut rng);
        let t = DMatrix::from_fn(5, examples, |_, _| uniform(&mut rng));
        let batch = batch(&images, t);
        let eta = 0.25;
        let exact = direction(&mut Gradient::new(&settings(eta), &network), &network, &batch, eta);
        let numeric = numeric_gradient(&network, &batch, 1e-5);
        assert_eq!(exact.len(), 65);
        for (exact, numeric) in exact.iter().zip(&numeric) {
            assert!((exact - numeric).abs() <= 1e-7 * numeric.abs().max(1e-3), "{exact:e}, not {numeric:e}");
        }
    }
}

/// Protects the stochastic form: batch size 1 is the textbook loop, entry by entry, in f32 as it is used.
#[test]
fn batch_size_1_is_the_loop_written_by_hand() {
    let mut rng = generator(3, Purpose::Test, 1);
    let (inputs, hidden, outputs) = (9, 6, 3);
    let eta = 0.7f32;
    let mut draw = |n: usize| (0..n).map(|_| normal(&mut rng) as f32).collect::<Vec<_>>();
    let (mut w1, mut w2) = (draw(hidden * inputs), draw(outputs * hidden));
    let (mut b1, mut b2) = (draw(hidden), draw(outputs));
    let mut network = Network::of_two_layers(
        &DMatrix::from_row_slice(hidden, inputs, &w1),
        DVector::from_column_slice(&b1),
        &DMatrix::from_row_slice(outputs, hidden, &w2),
        DVector::from_column_slice(&b2),
    );
    let mut stage = Gradient::new(&settings(f64::from(eta)), &network);
    let sigmoid = |z: f32| 1.0 / (1.0 + (-z).exp());
    for step in 0..20 {
        let x: Vec<f32> = draw(inputs).iter().map(|v| if *v > 0.0 { *v } else { 0.0 }).collect();
        let t: Vec<f32> = (0..outputs).map(|k| f32::from(u8::from(k == step % outputs))).collect();

        let mut images = SparseImages::new(inputs);
        images.push(&x);
        let mut batch = Batch::new(inputs);
        batch.x.set(images.iter());
        batch.t = DMatrix::from_column_slice(outputs, 1, &t);
        stage.update(&mut network, &batch);

        let h: Vec<f32> = (0..hidden)
            .map(|j| sigmoid(b1[j] + (0..inputs).map(|i| w1[j * inputs + i] * x[i]).sum::<f32>()))
            .collect();
        let o: Vec<f32> = (0..outputs)
            .map(|k| sigmoid(b2[k] + (0..hidden).map(|j| w2[k * hidden + j] * h[j]).sum::<f32>()))
            .collect();
        let d2: Vec<f32> = (0..outputs).map(|k| (o[k] - t[k]) * o[k] * (1.0 - o[k])).collect();
        let d1: Vec<f32> = (0..hidden)
            .map(|j| (0..outputs).map(|k| w2[k * hidden + j] * d2[k]).sum::<f32>() * h[j] * (1.0 - h[j]))
            .collect();
        for k in 0..outputs {
            (0..hidden).for_each(|j| w2[k * hidden + j] -= eta * d2[k] * h[j]);
            b2[k] -= eta * d2[k];
        }
        for j in 0..hidden {
            (0..inputs).for_each(|i| w1[j * inputs + i] -= eta * d1[j] * x[i]);
            b1[j] -= eta * d1[j];
        }
    }
    let by_hand = [
        DMatrix::from_row_slice(hidden, inputs, &w1).as_slice(),
        &b1,
        DMatrix::from_column_slice(hidden, outputs, &w2).as_slice(),
        &b2,
    ]
    .concat();
    let difference = (network.parameters() - DVector::from_vec(by_hand)).amax();
    assert!(difference < 2e-5, "a parameter differs by {difference:e} after 20 steps");
}
