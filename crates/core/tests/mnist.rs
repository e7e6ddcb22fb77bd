//! What the baselines reach on the real MNIST: `MNIST=FOLDER cargo test -p core --test mnist -- --ignored`.
#![cfg(feature = "files")]
#![allow(clippy::print_stdout)] // the figures, for whoever reads the log

use digits_core::Choice;
use digits_core::baselines::Baseline;
use digits_core::data::Source;
use digits_core::data::source::{LoadOptions, load};
use std::time::Instant;

/// Protects the baselines that every table of the project begins with.
#[test]
#[ignore = "needs the files of MNIST in the folder that MNIST names"]
fn baselines_with_the_first_thousand_training_images() {
    let folder = std::env::var("MNIST").expect("MNIST names a folder");
    let mut dataset = load(&Source::Folder(folder.into()), &LoadOptions::default(), &mut ()).expect("loads");
    dataset.train.truncate(1000);
    // The commonest digit of these thousand is 7; of all 60,000 it is 1, which would reach 11.35.
    let expected = [10.28, 76.55, 86.90];
    for ((name, baseline), expected) in Baseline::ALL.iter().zip(expected) {
        let start = Instant::now();
        let accuracy = 100.0 * baseline.evaluate(&dataset.train, &dataset.test).accuracy();
        println!("{name}: {accuracy:.2} % in {:.2} s", start.elapsed().as_secs_f64());
        assert!((accuracy - expected).abs() < 0.006, "{name}: {accuracy}, not {expected}");
    }
}
