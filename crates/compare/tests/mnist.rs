//! All stages on the real MNIST, against the accuracies that a reference implementation of the same rules reached.
//!
//! `MNIST=FOLDER cargo test -p compare --test mnist -- --ignored`, with a folder that holds the files of MNIST.
#![allow(clippy::print_stdout)] // the figures, for whoever reads the log

use serde_json::Value;
use std::collections::BTreeMap;
use std::process::Command;

/// Per cent of the 10,000 test images, after 100 and after 10 epochs with the first 1,000 training images, H 128 and the
/// default settings: the lowest and the highest of a few seeds.
const REFERENCE: [(&str, [f64; 2], [f64; 2]); 5] = [
    ("stochastic", [89.1, 89.1], [89.1, 89.1]),
    ("batched", [83.8, 85.7], [61.0, 61.0]),
    ("no-bias", [85.7, 86.6], [68.0, 68.0]),
    ("gradient", [87.9, 88.0], [86.5, 86.5]),
    ("momentum", [87.3, 88.0], [79.0, 84.0]),
];
/// How far a right implementation may be from it: other random numbers. The early accuracies of the two averaging stages
/// differ by ten points from seed to seed.
const TOLERANCE: f64 = 1.5;
const EARLY_TOLERANCE: f64 = 8.0;
const SEEDS: usize = 5;

/// Protects every rule at once, on the data that it is made for.
#[test]
#[ignore = "needs the files of MNIST in the folder that MNIST names"]
fn every_stage_reaches_the_accuracy_of_the_reference() {
    let folder = std::env::var("MNIST").expect("MNIST names a folder");
    let mut at_end: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    let mut early: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    let output = Command::new(env!("CARGO_BIN_EXE_compare"))
        .args(["--data", &folder, "--stages", "stochastic,batched,no-bias,gradient,momentum"])
        .args(["--seeds", &SEEDS.to_string(), "--json", "-", "--quiet"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((json["train_size"].as_u64(), json["test_size"].as_u64()), (Some(1_000), Some(10_000)));
    for stage in json["stages"].as_array().unwrap() {
        let name = stage["stage"].as_str().unwrap().to_owned();
        for run in stage["runs"].as_array().unwrap() {
            at_end.entry(name.clone()).or_default().push(100.0 * run["test_accuracy"].as_f64().unwrap());
            let after_10 = 100.0 * run["history"][9]["test_accuracy"].as_f64().unwrap();
            early.entry(name.clone()).or_default().push(after_10);
        }
    }
    let mut misses = Vec::new();
    for (name, end, start) in REFERENCE {
        for (when, found, [low, high], tolerance) in [
            ("100 epochs", &at_end[name], end, TOLERANCE),
            ("10 epochs", &early[name], start, EARLY_TOLERANCE),
        ] {
            let mean = found.iter().sum::<f64>() / found.len() as f64;
            println!("{name:<10} {when:>10}: {mean:.2} %, reference {low} to {high}; by seed {found:.2?}");
            if !(low - tolerance..=high + tolerance).contains(&mean) {
                misses.push(format!(
                    "{name} after {when}: {mean:.2} %, not {low} to {high} within {tolerance}"
                ));
            }
        }
    }
    assert!(misses.is_empty(), "{misses:#?}");
}
