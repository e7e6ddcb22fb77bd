//! Ten sigmoid neurons without a hidden layer, trained by the delta rule: the baseline that a hidden layer must beat.
//!
//! With MNIST: `MNIST=FOLDER cargo test -p stochastic --test one_layer -- --ignored`.

use digits_core::checkpoint::Checkpoint;
use digits_core::data::source::{self, LoadOptions};
use digits_core::data::{Dataset, Source, practice};
use digits_core::network::Network;
use digits_core::settings::{EPOCHS, HIDDEN, LEARNING_RATE, Layers, Value};
use digits_core::stage::Stage;
use digits_core::training::{Outcome, TrainingData, train};
use std::collections::BTreeMap;
use std::path::Path;
use stochastic::Stochastic;

/// Ten neurons after 10 epochs of the first 1,000 training images at eta 0.01.
fn trained(mut dataset: Dataset) -> (Network, Outcome) {
    dataset.train.truncate(1000);
    let settings = <Stochastic as Stage>::ABOUT
        .usual()
        .with(&HIDDEN, Value::Layers(Layers::of(&[])))
        .with(&LEARNING_RATE, Value::Number(0.01))
        .with(&EPOCHS, Value::Whole(10));
    let mut network = <Stochastic as Stage>::network(&settings);
    let data = TrainingData::from(&dataset);
    let outcome = train::<f32, Stochastic>(&settings, &mut network, &data, &mut ()).expect("trains");
    (network, outcome)
}

/// Protects the rule, the training and the files of a network without a hidden layer.
#[test]
fn ten_neurons_learn_the_practice_digits_and_are_kept_in_a_file() {
    let (network, outcome) = trained(practice::dataset());
    let accuracy = outcome.test.accuracy();
    assert!((0.82..0.90).contains(&accuracy), "{accuracy}");
    assert_eq!(network.parameter_count(), 7850);
    let path = Path::new("network.safetensors");
    let bytes = network.to_checkpoint(BTreeMap::new()).to_bytes();
    let read = Checkpoint::from_bytes(&bytes, path).expect("a checkpoint");
    let mut other =
        Network::<f32>::deep(&[], network.activation, network.loss, digits_core::network::Init::He, 9);
    other.set_from(&read, path).expect("fits");
    assert_eq!(other, network);
    assert_eq!(other.fingerprint(), network.fingerprint());
    assert!(Network::<f32>::new(3, 1).set_from(&read, path).is_err(), "another shape");
}

/// Protects the figure that every table of the project starts from.
#[test]
#[ignore = "needs the files of MNIST in the folder that MNIST names"]
fn ten_neurons_reach_86_per_cent_on_mnist() {
    let folder = std::env::var("MNIST").expect("MNIST names a folder");
    let dataset =
        source::load(&Source::Folder(folder.into()), &LoadOptions::default(), &mut ()).expect("loads");
    let accuracy = trained(dataset).1.test.accuracy();
    assert!((accuracy - 0.861).abs() < 0.005, "{accuracy}");
}
