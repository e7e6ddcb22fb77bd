//! With every switch off, the stage is `momentum`, to the last bit.

use digits_core::batch::SparseExamples;
use digits_core::data::{Split, practice};
use digits_core::network::Network;
use digits_core::stage::Stage;
use digits_core::training::{self, Plan, TrainingData};
use improved::{OptimizerKind, Settings};
use momentum::Momentum;

fn data() -> TrainingData {
    TrainingData {
        train: SparseExamples::from(&practice::examples(5, Split::Train, 103)), // the last batch is short
        test: SparseExamples::from(&practice::examples(5, Split::Test, 60)),
    }
}

/// Trains both from the same seed: parameters, accuracies, losses and updates must be the same.
fn same(hidden: usize, batch_size: usize, shuffle: bool) {
    let data = data();
    let settings =
        Settings { hidden: vec![hidden], batch_size, shuffle, epochs: 3, seed: 4, ..Settings::plain() };
    let mut deep = settings.network();
    let trained = improved::training::train(&settings, &mut deep, &data, &mut ()).expect("trains");

    let usual = <Momentum as Stage>::ABOUT.defaults;
    let mut network = Network::new(hidden, 4);
    let mut stage = Momentum::new(&usual, &network);
    let schedule = Plan { epochs: 3, batch_size, seed: 4, shuffle };
    let outcome = training::train(
        &mut network,
        |network, batch| stage.update(network, batch),
        &data,
        &schedule,
        &mut (),
    )
    .expect("trains");

    let bits = |parameters: &[f32]| parameters.iter().map(|p| p.to_bits()).collect::<Vec<_>>();
    assert_eq!(
        bits(deep.parameters().as_slice()),
        bits(network.parameters().as_slice()),
        "{hidden}, {batch_size}"
    );
    let found = trained.outcome;
    assert_eq!(found.history, outcome.history);
    assert_eq!((found.train, found.test), (outcome.train, outcome.test));
    assert_eq!((found.updates, found.examples), (outcome.updates, outcome.examples));
}

#[test]
fn with_every_switch_off_it_is_momentum_to_the_last_bit() {
    for batch_size in [1, 7, 10] {
        same(33, batch_size, true);
    }
    same(128, 10, false);
}

#[test]
fn plain_settings_are_those_of_momentum() {
    let (plain, usual) = (Settings::plain(), <Momentum as Stage>::ABOUT.defaults);
    assert_eq!(plain.learning_rate, improved::LearningRate::Fixed(usual.learning_rate));
    assert_eq!(Some(plain.momentum), usual.momentum);
    assert_eq!(Some(plain.batch_size), usual.batch_size);
    assert_eq!(plain.optimizer, OptimizerKind::Momentum);
}

/// Nesterov with mu 0, momentum with mu 0 and sgd are one rule.
#[test]
fn without_a_memory_all_rules_are_one() {
    let data = data();
    let with = |optimizer| {
        let settings =
            Settings { hidden: vec![20], optimizer, momentum: 0.0, epochs: 2, ..Settings::plain() };
        let mut network = settings.network();
        improved::training::train(&settings, &mut network, &data, &mut ()).expect("trains");
        network.parameters()
    };
    let sgd = with(OptimizerKind::Sgd);
    assert_eq!(sgd, with(OptimizerKind::Momentum));
    assert_eq!(sgd, with(OptimizerKind::Nesterov));
}
