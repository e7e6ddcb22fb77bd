//! Pinned networks: a short training of every stage, to the last bit, on every machine.
//!
//! The fingerprints stand for all that a training rests on: random streams, practice digits, starting weights, order of
//! examples, order of sums and the rules themselves. A change of any of them is a decision: it changes this table, and
//! says why in CHANGELOG.md.

use digits_core::batch::SparseExamples;
use digits_core::data::{Split, practice};
use digits_core::linalg::Level;
use digits_core::parallel::with_threads;
use digits_core::settings::{BATCH_SIZE, EPOCHS, HIDDEN, LEARNING_RATE, Layers, Settings, Value};
use digits_core::stage::Stage;
use digits_core::training::{TrainingData, VALIDATION, train};
use improved::Improved;
use improved::settings::{
    ACTIVATION, AUGMENT, DROPOUT, INIT, INPUT_DROPOUT, LOSS, OPTIMIZER, SCHEDULE, WARMUP, WEIGHT_DECAY,
};

fn data(train_size: usize) -> TrainingData {
    TrainingData {
        train: SparseExamples::from(&practice::examples(1, Split::Train, train_size)),
        test: SparseExamples::from(&practice::examples(1, Split::Test, 20)),
    }
}

/// The fingerprint of a network that stage `S` trained with these settings.
fn with_settings<S: Stage>(settings: &Settings, train_size: usize) -> String {
    let mut network = S::network(settings);
    train::<f32, S>(settings, &mut network, &data(train_size), &mut ()).expect("trains");
    network.fingerprint()
}

/// The fingerprint of a network that stage `S` trained with its usual settings.
fn trained<S: Stage>(hidden: usize, train_size: usize, epochs: u64) -> String {
    let settings = S::ABOUT.usual().with(&EPOCHS, Value::Whole(epochs));
    with_settings::<S>(&settings.with(&HIDDEN, Value::Layers(Layers::of(&[hidden]))), train_size)
}

/// The networks that a small training of every stage makes.
fn small_trainings() -> [String; 6] {
    // 203 examples: the last batch is short. 17 hidden units: one more than a vector holds.
    [
        trained::<stochastic::Stochastic>(17, 203, 3),
        trained::<batched::Batched>(17, 203, 3),
        trained::<no_bias::NoBias>(17, 203, 3),
        trained::<gradient::Gradient>(17, 203, 3),
        trained::<momentum::Momentum>(17, 203, 3),
        trained::<Improved>(17, 203, 3),
    ]
}

/// Those that a small training of every stage should make.
const SMALL: [&str; 6] = [
    "596a542e41c77b84",
    "c0c2d9c43af9a1fe",
    "d4fbd5cf2a0bd504",
    "69d320a8bf7593e8",
    "ca313ae6df5b9552",
    "cc6cf6e6875e0855",
];

#[test]
fn every_stage_trains_the_pinned_network() {
    assert_eq!(small_trainings(), SMALL);
}

#[test]
fn neither_threads_nor_instructions_change_a_bit() {
    let before = Level::in_use();
    for level in Level::all() {
        // Tests beside this one may compute with any level: all give the same bits.
        level.set();
        for threads in [1, 2, 7] {
            let found =
                with_threads(threads, || (small_trainings(), work_that_is_shared(), every_switch_on()));
            let expected = (SMALL.map(str::to_owned), SHARED.map(str::to_owned), SWITCHES.map(str::to_owned));
            assert_eq!(found, expected, "{level}, {threads} threads");
        }
    }
    before.set();
}

#[test]
fn the_usual_size_trains_the_pinned_network() {
    let found = [
        trained::<stochastic::Stochastic>(128, 1000, 3),
        trained::<batched::Batched>(128, 1000, 3),
        trained::<no_bias::NoBias>(128, 1000, 3),
        trained::<gradient::Gradient>(128, 1000, 3),
        trained::<momentum::Momentum>(128, 1000, 3),
        trained::<Improved>(128, 1000, 3),
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

/// Wide layers whose updates are deferred, and deep ones whose products are shared among threads.
fn work_that_is_shared() -> [String; 2] {
    let wide = trained::<stochastic::Stochastic>(350, 103, 2);
    let settings = <Improved as Stage>::ABOUT.preset("small").expect("a preset");
    let deep = with_settings::<Improved>(&settings.with(&EPOCHS, Value::Whole(1)), 203);
    [wide, deep]
}

/// What they should make.
const SHARED: [&str; 2] = ["d1ca0260c1e9e6a7", "916c820778b5c5cc"];

#[test]
fn deferred_updates_and_shared_work_train_the_pinned_network() {
    assert_eq!(work_that_is_shared(), SHARED);
}

/// Two trainings of `improved` that have every switch on.
fn every_switch_on() -> [String; 2] {
    let settings = <Improved as Stage>::ABOUT
        .settings()
        .with(&HIDDEN, Value::Layers(Layers::of(&[33, 20])))
        .with(&ACTIVATION, Value::Word("tanh"))
        .with(&LOSS, Value::Word("cross-entropy"))
        .with(&INIT, Value::Word("xavier"))
        .with(&OPTIMIZER, Value::Word("adam"))
        .with(&LEARNING_RATE, Value::Number(0.003))
        .with(&SCHEDULE, Value::Word("cosine"))
        .with(&WARMUP, Value::Number(1.5))
        .with(&WEIGHT_DECAY, Value::Number(1e-3))
        .with(&AUGMENT, Value::Number(1.0))
        .with(&DROPOUT, Value::Number(0.3))
        .with(&INPUT_DROPOUT, Value::Number(0.1))
        .with(&BATCH_SIZE, Value::Whole(16))
        .with(&EPOCHS, Value::Whole(4))
        .with(&VALIDATION, Value::Whole(40));
    assert!(settings.check().is_ok());
    let nesterov = settings
        .clone()
        .with(&OPTIMIZER, Value::Word("nesterov"))
        .with(&ACTIVATION, Value::Word("leaky-relu"))
        .with(&LEARNING_RATE, Value::Word("auto"))
        .with(&INIT, Value::Word("he"));
    [with_settings::<Improved>(&settings, 203), with_settings::<Improved>(&nesterov, 203)]
}

/// What they should make.
const SWITCHES: [&str; 2] = ["619c612ef4a1b27d", "801fbc87797f5977"];

#[test]
fn every_switch_on_trains_the_pinned_network() {
    assert_eq!(every_switch_on(), SWITCHES);
}
