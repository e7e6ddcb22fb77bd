//! Trainings that go on from a checkpoint: to the last bit as if they had never been interrupted, and nothing else is taken
//! for them.

use digits_core::batch::SparseExamples;
use digits_core::checkpoint::Checkpoint;
use digits_core::data::{Split, practice};
use digits_core::network::Network;
use digits_core::settings::{
    BATCH_SIZE, EPOCHS, HIDDEN, LEARNING_RATE, Layers, MEASURE_EVERY, SEED, Settings, UPDATES, Value,
};
use digits_core::stage::Stage;
use digits_core::training::{Course, Outcome, TrainingData, VALIDATION, train};
use digits_core::{Error, Result};
use improved::Improved;
use improved::settings::{AUGMENT, DROPOUT, INPUT_DROPOUT, OPTIMIZER, SCHEDULE, WARMUP, WEIGHT_DECAY};
use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::Path;
use test_support::stop_after::StopAfter;

const TRAIN: usize = 103;

fn data(train: usize) -> TrainingData {
    TrainingData {
        train: SparseExamples::from(&practice::examples(1, Split::Train, train)),
        test: SparseExamples::from(&practice::examples(1, Split::Test, 20)),
    }
}

fn usual<S: Stage>(hidden: usize) -> Settings {
    let settings = S::ABOUT.usual().with(&EPOCHS, Value::Whole(4));
    settings.with(&HIDDEN, Value::Layers(Layers::of(&[hidden]))).with(&MEASURE_EVERY, Value::Whole(1))
}

/// The file of a training that was stopped after so many questions whether to stop.
fn interrupted<S: Stage>(settings: &Settings, data: &TrainingData, after: usize) -> Checkpoint {
    let mut observer = StopAfter(Cell::new(after));
    let images = (Cow::Borrowed(&data.train), Cow::Borrowed(&data.test));
    let mut course =
        Course::<f32, S>::new(settings, S::network(settings), images, &observer).expect("begins");
    while course.step(usize::MAX, &mut observer) > 0 {}
    let bytes = course.to_checkpoint(BTreeMap::new()).to_bytes();
    Checkpoint::from_bytes(&bytes, path()).expect("reads back")
}

fn path() -> &'static Path {
    Path::new("some.checkpoint")
}

/// Goes on to the end.
fn go_on<S: Stage>(settings: &Settings, file: &Checkpoint, data: &TrainingData) -> (Network, Outcome) {
    let mut course = Course::<f32, S>::resume(settings, file, path(), data).expect("goes on");
    while course.step(usize::MAX, &mut ()) > 0 {}
    let (network, outcome) = course.end();
    (network, outcome.expect("ends"))
}

/// A training that is interrupted anywhere, even twice, ends as one that never was.
fn goes_on_as_if_never_interrupted<S: Stage>(settings: &Settings) {
    let data = data(TRAIN);
    let mut network = S::network(settings);
    let outcome = train::<f32, S>(settings, &mut network, &data, &mut ()).expect("trains");
    // At the start, within an epoch, about the end of one, later, and when all was done.
    for after in [1, 2, 5, 12, 13, 14, 30, 100_000] {
        let file = interrupted::<S>(settings, &data, after);
        let found = go_on::<S>(settings, &file, &data);
        assert_eq!(found.0.fingerprint(), network.fingerprint(), "{} after {after}", S::ABOUT.name);
        assert_eq!(found.1, outcome, "{} after {after}", S::ABOUT.name);
        assert_eq!(found.0, network);
        // What was saved and loaded saves as the same bytes.
        let mut course = Course::<f32, S>::resume(settings, &file, path(), &data).expect("goes on");
        assert_eq!(course.to_checkpoint(BTreeMap::new()), file);
    }
}

#[test]
fn the_five_rules_go_on_to_the_last_bit() {
    goes_on_as_if_never_interrupted::<stochastic::Stochastic>(&usual::<stochastic::Stochastic>(17));
    goes_on_as_if_never_interrupted::<batched::Batched>(&usual::<batched::Batched>(17));
    goes_on_as_if_never_interrupted::<no_bias::NoBias>(&usual::<no_bias::NoBias>(17));
    goes_on_as_if_never_interrupted::<gradient::Gradient>(&usual::<gradient::Gradient>(17));
    goes_on_as_if_never_interrupted::<momentum::Momentum>(&usual::<momentum::Momentum>(17));
}

/// Protects wide layers, whose updates of single examples wait: which of them wait changes the bits of what follows.
#[test]
fn updates_that_wait_are_kept() {
    goes_on_as_if_never_interrupted::<stochastic::Stochastic>(&usual::<stochastic::Stochastic>(350));
    let file = interrupted::<stochastic::Stochastic>(&usual::<stochastic::Stochastic>(350), &data(TRAIN), 7);
    assert!(file.tensors.contains_key("training.deferred.images"), "some did wait");
    let single = usual::<Improved>(350)
        .with(&OPTIMIZER, Value::Word("sgd"))
        .with(&BATCH_SIZE, Value::Whole(1))
        .with(&LEARNING_RATE, Value::Number(0.01))
        .with(&AUGMENT, Value::Number(0.0))
        .with(&WEIGHT_DECAY, Value::Number(0.0))
        .with(&EPOCHS, Value::Whole(2))
        .with(&VALIDATION, Value::Whole(20));
    goes_on_as_if_never_interrupted::<Improved>(&single);
}

#[test]
fn no_hidden_layer_and_a_number_of_updates_go_on_too() {
    let none = usual::<momentum::Momentum>(1).with(&HIDDEN, Value::Layers(Layers::of(&[])));
    goes_on_as_if_never_interrupted::<momentum::Momentum>(&none);
    goes_on_as_if_never_interrupted::<gradient::Gradient>(
        &usual::<gradient::Gradient>(9).with(&UPDATES, Value::Whole(25)),
    );
}

/// Protects everything that the improved stage remembers: moments, schedule, distortions, masks, the rate that was found,
/// and the best network.
#[test]
fn every_switch_of_the_improved_stage_goes_on() {
    goes_on_as_if_never_interrupted::<Improved>(&usual::<Improved>(17));
    let deep = usual::<Improved>(17)
        .with(&HIDDEN, Value::Layers(Layers::of(&[20, 18])))
        .with(&LEARNING_RATE, Value::Number(0.003))
        .with(&SCHEDULE, Value::Word("cosine"))
        .with(&WARMUP, Value::Number(1.5))
        .with(&WEIGHT_DECAY, Value::Number(1e-3))
        .with(&AUGMENT, Value::Number(1.0))
        .with(&DROPOUT, Value::Number(0.3))
        .with(&INPUT_DROPOUT, Value::Number(0.1))
        .with(&BATCH_SIZE, Value::Whole(8))
        .with(&VALIDATION, Value::Whole(20));
    for optimizer in ["sgd", "momentum", "nesterov", "adam"] {
        goes_on_as_if_never_interrupted::<Improved>(&deep.clone().with(&OPTIMIZER, Value::Word(optimizer)));
    }
    goes_on_as_if_never_interrupted::<Improved>(&deep.with(&LEARNING_RATE, Value::Word("auto")));
}

#[test]
fn an_interrupted_training_has_no_outcome() {
    let settings = usual::<gradient::Gradient>(5);
    let mut network = gradient::Gradient::network(&settings);
    let mut observer = StopAfter(Cell::new(20));
    let outcome = train::<f32, gradient::Gradient>(&settings, &mut network, &data(TRAIN), &mut observer);
    assert!(matches!(outcome, Err(Error::Interrupted { epoch: 2 })), "{outcome:?}");
}

/// The network of a checkpoint is read by every program that reads networks.
#[test]
fn a_checkpoint_is_a_network_too() {
    let settings = usual::<momentum::Momentum>(17);
    let mut file = interrupted::<momentum::Momentum>(&settings, &data(TRAIN), 20);
    // As every program of a stage says.
    file.metadata.insert("stage".to_owned(), "momentum".to_owned());
    let mut network = momentum::Momentum::network(&settings);
    assert_eq!(
        network.set_from(&file, path()).expect("fits"),
        [""; 0],
        "and there is nothing to say about it"
    );
    assert_eq!(file.metadata["fingerprint"], network.fingerprint());
}

fn refused<S: Stage>(settings: &Settings, file: &Checkpoint, data: &TrainingData) -> String {
    let resumed: Result<Course<'_, f32, S>> = Course::resume(settings, file, path(), data);
    resumed.err().expect("refused").to_string()
}

#[test]
fn another_training_is_refused_with_the_difference() {
    use momentum::{MOMENTUM, Momentum};
    let settings = usual::<Momentum>(17);
    let data = data(TRAIN);
    let file = interrupted::<Momentum>(&settings, &data, 20);
    for (other, expected, found) in [
        (settings.clone().with(&HIDDEN, Value::Layers(Layers::of(&[18]))), "hidden 18", "hidden 17"),
        (settings.clone().with(&MOMENTUM, Value::Number(0.8)), "momentum 0.8", "momentum 0.9"),
        (settings.clone().with(&EPOCHS, Value::Whole(9)), "epochs 9", "epochs 4"),
        (settings.clone().with(&SEED, Value::Whole(2)), "seed 2", "seed 1"),
    ] {
        let message = refused::<Momentum>(&other, &file, &data);
        assert!(message.contains(&format!("expected {expected}")), "{message}");
        assert!(message.contains(&format!("found {found}")), "{message}");
    }
    let stage = refused::<gradient::Gradient>(&usual::<gradient::Gradient>(17), &file, &data);
    assert!(stage.contains("expected gradient as the stage, found momentum"), "{stage}");
    let fewer = refused::<Momentum>(&settings, &file, &self::data(TRAIN - 1));
    assert!(fewer.contains("expected 102 as the number of training images, found 103"), "{fewer}");
    let mut relabelled = data.clone();
    relabelled.train.labels[50] ^= 1;
    let message = refused::<Momentum>(&settings, &file, &relabelled);
    assert!(message.contains("as the SHA-256 of the images and labels"), "{message}");
}

#[test]
fn what_is_no_training_or_is_damaged_is_refused() {
    use momentum::Momentum;
    let (settings, data) = (usual::<Momentum>(17), data(TRAIN));
    let network = Momentum::network(&settings).to_checkpoint(BTreeMap::new());
    assert!(
        refused::<Momentum>(&settings, &network, &data)
            .contains("expected a training that --checkpoint wrote")
    );
    let good = interrupted::<Momentum>(&settings, &data, 20);
    let damaged = |change: &dyn Fn(&mut Checkpoint)| {
        let mut file = good.clone();
        change(&mut file);
        refused::<Momentum>(&settings, &file, &data)
    };
    let flip = |name: &'static str| {
        move |file: &mut Checkpoint| {
            let value = &mut file.tensors.get_mut(name).expect("there").values[0];
            *value = f32::from_bits(value.to_bits() ^ 1);
        }
    };
    assert!(damaged(&flip("training.memory.v.w2")).contains("expected a training with fingerprint"));
    assert!(damaged(&flip("layers.0.weight")).contains("expected parameters with fingerprint"));
    for (name, value) in [("updates", "-1"), ("updates", "4000000000"), ("history", "1 2 3"), ("settled", "")]
    {
        let set = |file: &mut Checkpoint| {
            file.metadata.insert(format!("training.{name}"), value.to_owned());
        };
        assert!(damaged(&set).contains("The file is damaged"), "{name}");
    }
    assert!(damaged(&|file| file.tensors.retain(|name, _| !name.contains("v.b1"))).contains("fingerprint"));
}
