//! How far the stages' directions are from exact gradients, as `core::angles` measures them.
//!
//! With MNIST: `MNIST=FOLDER cargo test -p batched --test angles -- --ignored --nocapture`.
#![allow(clippy::print_stdout)] // the figures, for whoever reads the log

use batched::Batched;
use digits_core::angles::{Angles, Sample, along};
use digits_core::data::source::{LoadOptions, load};
use digits_core::data::{Examples, Source, Split, practice};
use digits_core::gradient_check::Cost;
use digits_core::settings::{HIDDEN, Layers, Value};
use digits_core::stage::Stage;
use gradient::Gradient;
use no_bias::NoBias;
use stochastic::Stochastic;

/// The angles of a stage to the squared error and to the cross-entropy, after each of some epochs.
fn angles<S: Stage>(train: &Examples, hidden: usize, epochs: &[usize], sample: Sample) -> Vec<[Angles; 2]> {
    let settings = S::ABOUT.usual().with(&HIDDEN, Value::Layers(Layers::of(&[hidden])));
    let moments = along::<S>(&settings, train, epochs, sample).expect("trains");
    assert_eq!(moments.iter().map(|moment| moment.epoch).collect::<Vec<_>>(), epochs);
    moments.into_iter().map(|moment| <[Angles; 2]>::try_from(moment.angles).expect("two costs")).collect()
}

fn batch(angles: &Angles, block: &str) -> Option<f64> {
    angles.block(block).expect(block).batch
}

/// Protects what the angles are: 0 where a stage is exact, about 16 degrees for an average at the start and far more
/// later, none where a stage moves nothing; each with the cost that it is measured against.
#[test]
fn a_stage_is_exact_for_its_own_cost_and_averaging_is_not() {
    let train = practice::examples(1, Split::Train, 200);
    let sample = Sample { batch_size: 10, batches: 5, epoch: 10 };
    let exact = |angle: Option<f64>| angle.is_some_and(|angle| angle < 1e-4);
    for [squared, cross] in angles::<Gradient>(&train, 16, &[0, 2], sample) {
        assert_eq!((squared.to, cross.to), (Cost::SquaredError, Cost::CrossEntropy));
        for block in ["all", "W1", "b1", "W2", "b2"] {
            assert!(exact(batch(&squared, block)) && !exact(batch(&cross, block)), "{block}");
            assert!(exact(squared.block(block).and_then(|angle| angle.systematic)), "{block}");
        }
    }
    for [squared, cross] in angles::<Stochastic>(&train, 16, &[0, 2], sample) {
        assert!(exact(batch(&cross, "all")) && !exact(batch(&squared, "all")));
    }
    let [start, later] = <[_; 2]>::try_from(angles::<NoBias>(&train, 16, &[0, 20], sample)).expect("two");
    assert!(batch(&start[0], "all").is_some_and(|angle| angle < 25.0), "{start:?}");
    assert!(batch(&later[0], "all").is_some_and(|angle| angle > 30.0), "{later:?}");
    assert_eq!((batch(&later[0], "b1"), batch(&later[0], "b2")), (None, None));
}

/// Protects the figures of the chapter on averaging: degrees to the batch's own gradient of the squared error.
#[test]
#[ignore = "needs the files of MNIST in the folder that MNIST names"]
fn the_angles_on_mnist_are_these() {
    let folder = std::env::var("MNIST").expect("MNIST names a folder");
    let loaded = load(&Source::Folder(folder.into()), &LoadOptions::default(), &mut ());
    let mut train = loaded.expect("loads").train;
    train.truncate(1000);
    let epochs = [0, 1, 10, 50, 100];
    let mut misses = Vec::new();
    let mut compare = |name: &str, found: &[[Angles; 2]], block: &str, expected: [f64; 5]| {
        let found: Vec<f64> =
            found.iter().map(|[squared, _]| batch(squared, block).expect("moves")).collect();
        println!("{name:<10} {block:<3} {found:5.1?}, expected {expected:?}");
        // Seeds and batches of another program: some degrees, as the seeds differ.
        if found.iter().zip(&expected).any(|(found, expected)| (found - expected).abs() > 3.5) {
            misses.push(format!("{name} {block}: {found:?}, not {expected:?}"));
        }
    };
    let found = angles::<Stochastic>(&train, 128, &epochs, Sample::USUAL);
    compare("stochastic", &found, "all", [5.0, 16.0, 19.0, 19.0, 19.0]);
    compare("stochastic", &found, "W2", [5.0, 15.0, 20.0, 20.0, 20.0]);
    assert!(found.iter().all(|[_, cross]| batch(cross, "all").is_some_and(|angle| angle < 1e-4)));
    let found = angles::<NoBias>(&train, 128, &epochs, Sample::USUAL);
    compare("no-bias", &found, "all", [12.0, 46.0, 53.0, 58.0, 59.0]);
    compare("no-bias", &found, "W2", [5.0, 26.0, 45.0, 46.0, 46.0]);
    let found = angles::<Batched>(&train, 128, &epochs, Sample::USUAL);
    compare("batched", &found, "all", [16.0, 45.0, 54.0, 58.0, 63.0]);
    compare("batched", &found, "W1", [16.0, 54.0, 48.0, 66.0, 69.0]);
    compare("batched", &found, "b1", [81.0, 77.0, 66.0, 85.0, 83.0]);
    let systematic = |[squared, _]: &[Angles; 2]| squared.block("all").and_then(|angle| angle.systematic);
    println!("batched, systematic {:5.1?}", found.iter().map(systematic).collect::<Vec<_>>());
    assert!(misses.is_empty(), "{misses:#?}");
}
