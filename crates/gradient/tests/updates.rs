//! How long a training is, said in updates: it ends within an epoch, and is the beginning of the longer one.

use digits_core::batch::SparseExamples;
use digits_core::data::{Split, practice};
use digits_core::settings::{EPOCHS, HIDDEN, Layers, Settings, UPDATES, Value};
use digits_core::stage::Stage;
use digits_core::training::{Outcome, Plan, Training, TrainingData, train};
use gradient::Gradient;

fn data() -> TrainingData {
    TrainingData {
        train: SparseExamples::from(&practice::examples(5, Split::Train, 53)), // 6 updates an epoch, the last short
        test: SparseExamples::from(&practice::examples(5, Split::Test, 20)),
    }
}

fn settings() -> Settings {
    <Gradient as Stage>::ABOUT.settings().with(&HIDDEN, Value::Layers(Layers::of(&[7])))
}

fn trained(settings: &Settings) -> (String, Outcome) {
    let mut network = <Gradient as Stage>::network(settings);
    let outcome = train::<f32, Gradient>(settings, &mut network, &data(), &mut ()).expect("trains");
    (network.fingerprint(), outcome)
}

/// Protects `--updates`: the last epoch is cut short, is measured, and counts what it saw.
#[test]
fn a_training_ends_after_its_updates() {
    let (found, outcome) = trained(&settings().with(&UPDATES, Value::Whole(15)));
    assert_eq!((outcome.updates, outcome.epochs, outcome.examples), (15, 3, 2 * 53 + 3 * 10));
    let measured: Vec<_> = outcome.history.iter().map(|record| (record.epoch, record.updates)).collect();
    assert_eq!(measured, [(1, 6), (2, 12), (3, 15)]);

    let (data, settings) = (data(), settings());
    let network = <Gradient as Stage>::network(&settings);
    let plan = Plan::new(&settings, data.train.len());
    let mut training = Training::new(Gradient::new(&settings, &network), network, plan);
    while training.updates() < 15 {
        training.step(&data.train, 1);
    }
    assert_eq!(training.network.fingerprint(), found);
}

/// Protects the equality of the two ways to say the same.
#[test]
fn the_updates_of_all_epochs_are_those_epochs() {
    let (by_updates, outcome) = trained(&settings().with(&UPDATES, Value::Whole(12)));
    let (by_epochs, expected) = trained(&settings().with(&EPOCHS, Value::Whole(2)));
    assert_eq!(by_updates, by_epochs);
    assert_eq!((outcome.history, outcome.examples), (expected.history, expected.examples));
}
