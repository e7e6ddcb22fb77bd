//! The worked example: known numbers, the rule itself, and what the program prints.

use digits_core::batch::Batch;
use digits_core::linalg::{DMatrix, DVector, SparseImages};
use digits_core::network::Network;
use digits_core::settings::{LEARNING_RATE, Value};
use digits_core::stage::Stage;
use gradient::Gradient;
use gradient::worked_example::{Given, backwards, forwards};
use std::path::Path;
use test_support::program::{run, stdout};

fn near(found: &[f64], expected: &[f64], what: &str) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 5e-9, "{what}: {found} is not {expected}");
    }
}

/// Protects the numbers that a reader follows: those that are published for this example.
#[test]
fn every_number_is_the_known_one() {
    let given = Given::USUAL;
    let there = forwards(&given);
    near(&there.z1, &[0.3775, 0.3925], "z1");
    near(&there.h, &[0.593269992, 0.596884378], "h");
    near(&there.z2, &[1.105905967, 1.224921404], "z2");
    near(&there.o, &[0.75136507, 0.772928465], "o");
    near(&[there.c], &[0.298371109], "C");
    let back = backwards(&given, &there);
    near(&back.o_slope, &[0.186815602, 0.175510053], "o (1 - o)");
    near(&back.d2, &[0.138498562, -0.038098236], "d2");
    near(&back.back, &[0.036350306, 0.041370323], "back");
    near(&back.w2.concat(), &[0.35891648, 0.408666186, 0.511301270, 0.561370121], "W2");
    near(&back.w1.concat(), &[0.149780716, 0.19956143, 0.24975114, 0.29950229], "W1");
    near(&[forwards(&Given { w1: back.w1, w2: back.w2, ..given }).c], &[0.291027774], "C after");
}

/// Protects the claim that this is what the rule does, to twelve digits.
#[test]
fn the_rule_itself_makes_the_same_update() {
    let given = Given::USUAL;
    let matrix = |rows: [[f64; 2]; 2]| DMatrix::from_row_slice(2, 2, &rows.concat());
    let vector = |pair: [f64; 2]| DVector::from_column_slice(&pair);
    let mut network =
        Network::of_two_layers(&matrix(given.w1), vector(given.b1), &matrix(given.w2), vector(given.b2));
    let mut x = SparseImages::new(2);
    x.push(&given.x);
    let mut batch = Batch::new(2);
    batch.x.set(x.iter());
    batch.t = DMatrix::from_column_slice(2, 1, &given.t);
    let settings = <Gradient as Stage>::ABOUT.settings().with(&LEARNING_RATE, Value::Number(given.eta));
    Gradient::new(&settings, &network).update(&mut network, &batch);
    let back = backwards(&given, &forwards(&given));
    assert!((network.first.matrix() - matrix(back.w1)).amax() < 1e-12);
    assert!((network.rest[0].transposed().transpose() - matrix(back.w2)).amax() < 1e-12);
}

/// Protects the flag: it prints every number, at 80 columns, and trains nothing.
#[test]
fn the_program_prints_it() {
    let output = run(env!("CARGO_BIN_EXE_gradient"), Path::new("."), &["--worked-example"]);
    assert!(output.status.success());
    let text = stdout(&output);
    for number in ["0.593269992", "0.751365070", "0.298371109", "-0.038098237", "0.149780716", "0.291027774"]
    {
        assert!(text.contains(number), "{number} in {text}");
    }
    assert!(text.lines().all(|line| line.chars().count() <= 80) && !text.contains("accuracy"), "{text}");
}
