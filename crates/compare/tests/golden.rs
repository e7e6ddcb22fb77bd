//! Pinned networks: a short training of every stage, to the last bit, on every machine.
//!
//! The fingerprints stand for all that a training rests on: random streams, practice digits, starting weights, order of
//! examples, order of sums and the rules themselves. A change of any of them is a decision: it changes this table, and
//! says why in CHANGELOG.md.

use digits_core::batch::{Batch, SparseExamples};
use digits_core::data::{Split, practice};
use digits_core::fingerprint::fingerprint;
use digits_core::network::Network;
use digits_core::stage::Stage;
use digits_core::training::{Plan, TrainingData, train};
use improved::{Activation, Distortion, Init, LearningRate, Loss, OptimizerKind, Preset, ScheduleShape};

fn data(train_size: usize) -> TrainingData {
    TrainingData {
        train: SparseExamples::from(&practice::examples(1, Split::Train, train_size)),
        test: SparseExamples::from(&practice::examples(1, Split::Test, 20)),
    }
}

/// The fingerprint of a network that stage `S` trained with its usual settings.
fn trained<S: Stage>(hidden: usize, train_size: usize, epochs: usize) -> String {
    let settings = S::ABOUT.defaults;
    let mut network = Network::new(hidden, 1);
    let mut stage = S::new(&settings, &network);
    let schedule = Plan { epochs, batch_size: settings.examples_per_update(), seed: 1, shuffle: true };
    let update = |network: &mut Network, batch: &Batch<'_>| stage.update(network, batch);
    train(&mut network, update, &data(train_size), &schedule, &mut ()).expect("trains");
    fingerprint(network.parameters().as_slice())
}

/// The fingerprint of a network of the sixth stage.
fn trained_improved(settings: &improved::Settings, train_size: usize) -> String {
    let mut network = settings.network();
    improved::training::train(settings, &mut network, &data(train_size), &mut ()).expect("trains");
    fingerprint(network.parameters().as_slice())
}

#[test]
fn every_stage_trains_the_pinned_network() {
    // 203 examples: the last batch is short. 17 hidden units: one more than a vector holds.
    let found = [
        trained::<stochastic::Stochastic>(17, 203, 3),
        trained::<batched::Batched>(17, 203, 3),
        trained::<no_bias::NoBias>(17, 203, 3),
        trained::<gradient::Gradient>(17, 203, 3),
        trained::<momentum::Momentum>(17, 203, 3),
        trained_improved(
            &improved::Settings { hidden: vec![17], epochs: 3, ..Preset::Usual.settings() },
            203,
        ),
    ];
    assert_eq!(
        found,
        [
            "596a542e41c77b84",
            "c0c2d9c43af9a1fe",
            "d4fbd5cf2a0bd504",
            "69d320a8bf7593e8",
            "ca313ae6df5b9552",
            "cc6cf6e6875e0855"
        ]
    );
}

#[test]
fn the_usual_size_trains_the_pinned_network() {
    let found = [
        trained::<stochastic::Stochastic>(128, 1000, 3),
        trained::<batched::Batched>(128, 1000, 3),
        trained::<no_bias::NoBias>(128, 1000, 3),
        trained::<gradient::Gradient>(128, 1000, 3),
        trained::<momentum::Momentum>(128, 1000, 3),
        trained_improved(&improved::Settings { epochs: 3, ..Preset::Usual.settings() }, 1000),
    ];
    assert_eq!(
        found,
        [
            "40541135d86f9dab",
            "508c185fac558cfc",
            "9711029246910a1c",
            "b8ae4842840c566e",
            "00a33f620a18e0e6",
            "782ac65e688a3a3a"
        ]
    );
}

#[test]
fn deferred_updates_and_shared_work_train_the_pinned_network() {
    let wide = trained::<stochastic::Stochastic>(350, 103, 2);
    let deep = trained_improved(
        &improved::Settings { hidden: vec![512, 256], epochs: 1, ..Preset::Small.settings() },
        203,
    );
    assert_eq!([wide, deep], ["d1ca0260c1e9e6a7", "916c820778b5c5cc"]);
}

#[test]
fn every_switch_on_trains_the_pinned_network() {
    let settings = improved::Settings {
        hidden: vec![33, 20],
        activation: Activation::Tanh,
        loss: Loss::CrossEntropy,
        init: Init::Xavier,
        optimizer: OptimizerKind::Adam,
        learning_rate: LearningRate::Fixed(0.003),
        schedule: ScheduleShape::Cosine,
        warmup: 1.5,
        weight_decay: 1e-3,
        augment: Distortion::USUAL,
        dropout: 0.3,
        input_dropout: 0.1,
        batch_size: 16,
        epochs: 4,
        validation: 40,
        ..improved::Settings::plain()
    };
    let nesterov = improved::Settings {
        optimizer: OptimizerKind::Nesterov,
        activation: Activation::LeakyRelu,
        learning_rate: LearningRate::Auto,
        init: Init::He,
        ..settings.clone()
    };
    assert_eq!(
        [trained_improved(&settings, 203), trained_improved(&nesterov, 203)],
        ["619c612ef4a1b27d", "801fbc87797f5977"]
    );
}
