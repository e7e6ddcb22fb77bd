//! The training loop: the order of examples, steps, divergence, early stopping and what is told about them.

use digits_core::batch::{Batch, SparseExamples};
use digits_core::data::{Split, practice};
use digits_core::evaluation::Evaluation;
use digits_core::linalg::Real;
use digits_core::network::Network;
use digits_core::settings::{BATCH_SIZE, EPOCHS, HIDDEN, LEARNING_RATE, Layers, SHUFFLE, Settings, Value};
use digits_core::stage::{About, Stage};
use digits_core::training::{Observer, PATIENCE, Plan, Record, Training, TrainingData, VALIDATION, train};
use std::time::Duration;

/// A stage that remembers which labels it saw, and moves one bias by its learning rate.
struct Diary<R: Real = f32> {
    eta: R,
    seen: Vec<Vec<usize>>,
}

impl<R: Real> Stage<R> for Diary<R> {
    type Precise = Diary<f64>;

    const ABOUT: About = About {
        name: "diary",
        settings: &[BATCH_SIZE, LEARNING_RATE, VALIDATION, PATIENCE],
        ..About::UNNAMED
    };

    fn new(settings: &Settings, _: &Network<R>) -> Self {
        Diary { eta: R::of(settings.number(&LEARNING_RATE)), seen: Vec::new() }
    }

    fn update(&mut self, network: &mut Network<R>, batch: &Batch<'_, R>) {
        let label = |t: &[R]| t.iter().position(|t| *t == R::one()).expect("one-hot");
        self.seen.push(batch.t.column_iter().map(|column| label(column.as_slice())).collect());
        network.biases[1].0[0] += self.eta;
    }
}

const TRAIN: usize = 25;

fn data() -> TrainingData {
    TrainingData {
        train: SparseExamples::from(&practice::examples(1, Split::Train, TRAIN)),
        test: SparseExamples::from(&practice::examples(1, Split::Test, 20)),
    }
}

fn settings() -> Settings {
    let settings = <Diary as Stage>::ABOUT.settings().with(&HIDDEN, Value::Layers(Layers::of(&[3])));
    settings.with(&EPOCHS, Value::Whole(3)).with(&LEARNING_RATE, Value::Number(0.0))
}

/// The labels that the stage sees in each update, when it makes at most `most` updates a step.
fn seen(settings: &Settings, most: usize) -> Vec<Vec<usize>> {
    let data = data();
    let network = <Diary as Stage>::network(settings);
    let plan = Plan::new(settings, TRAIN);
    let mut training = Training::new(Diary::new(settings, &network), network, plan);
    while training.step(&data.train, most) > 0 {}
    assert!(training.is_finished());
    assert_eq!((training.epoch(), training.updates()), (3, 9));
    training.stage.seen
}

/// Protects `--no-shuffle`: the file's order, in every epoch.
#[test]
fn without_shuffling_the_order_is_that_of_the_file() {
    let labels: Vec<usize> = data().train.labels.iter().map(|label| usize::from(*label)).collect();
    let seen = seen(&settings().with(&SHUFFLE, Value::Switch(false)), usize::MAX);
    for epoch in seen.chunks(3) {
        assert_eq!(epoch.concat(), labels);
        assert_eq!(epoch.iter().map(Vec::len).collect::<Vec<_>>(), [10, 10, 5], "the last batch is short");
    }
}

/// Protects shuffling: every example once an epoch, in an order of its own for each epoch and seed.
#[test]
fn each_epoch_has_an_order_of_its_own_with_every_example_once() {
    let epochs: Vec<Vec<usize>> = seen(&settings(), usize::MAX).chunks(3).map(<[_]>::concat).collect();
    let mut labels: Vec<usize> = data().train.labels.iter().map(|label| usize::from(*label)).collect();
    assert_ne!(epochs[0], labels);
    assert_ne!(epochs[0], epochs[1]);
    labels.sort_unstable();
    for mut epoch in epochs {
        epoch.sort_unstable();
        assert_eq!(epoch, labels);
    }
}

/// Protects stepping: the updates are the same, however many are made at a time.
#[test]
fn steps_of_any_size_make_the_same_updates() {
    let whole = seen(&settings(), usize::MAX);
    assert_eq!(seen(&settings(), 1), whole);
    assert_eq!(seen(&settings(), 2), whole);
}

/// A clock that ticks a second at each look, and a list of what was told.
#[derive(Default)]
struct Listener {
    looks: std::cell::Cell<u64>,
    epochs: Vec<usize>,
}

impl Observer for Listener {
    fn epoch(&mut self, record: &Record) {
        self.epochs.push(record.epoch);
    }

    fn now(&self) -> Duration {
        self.looks.set(self.looks.get() + 1);
        Duration::from_secs(self.looks.get())
    }
}

/// Protects the record: an observer hears of each measured epoch, and times come from its clock alone.
#[test]
fn the_observer_hears_of_epochs_and_hands_in_the_clock() {
    let settings = settings();
    let mut listener = Listener::default();
    let mut network = <Diary as Stage>::network(&settings);
    let outcome = train::<f32, Diary>(&settings, &mut network, &data(), &mut listener).expect("trains");
    assert_eq!(listener.epochs, [1, 2, 3]);
    assert_eq!(outcome.training_time, Duration::from_secs(4), "settling and three epochs, a tick each");
    assert_eq!((outcome.updates, outcome.examples, outcome.epochs), (9, 3 * TRAIN, 3));
    assert_eq!(outcome.history[2].test_accuracy, outcome.test.accuracy());
    let silent = train::<f32, Diary>(&settings, &mut <Diary as Stage>::network(&settings), &data(), &mut ());
    assert_eq!(silent.expect("trains").training_time, Duration::ZERO);
}

/// Protects against silent nonsense: parameters that are no finite numbers end the training, though the loss is finite.
#[test]
fn infinite_parameters_are_a_divergence_though_the_loss_is_finite() {
    let settings = settings().with(&LEARNING_RATE, Value::Number(3e38));
    let error = train::<f32, Diary>(&settings, &mut <Diary as Stage>::network(&settings), &data(), &mut ())
        .expect_err("diverges");
    assert!(error.to_string().contains("after epoch 1"), "{error}");
    assert_eq!(error.exit_code(), 1);
}

/// Protects the best network: where images are held out, a training that diverges later keeps it.
#[test]
fn a_divergence_after_a_good_epoch_keeps_the_best_network() {
    // One bias grows by 1.2e38 an epoch of two updates; in the second it leaves the finite numbers.
    let settings = settings()
        .with(&VALIDATION, Value::Whole(5))
        .with(&LEARNING_RATE, Value::Number(1e38))
        .with(&EPOCHS, Value::Whole(10));
    let mut network = <Diary as Stage>::network(&settings);
    let outcome = train::<f32, Diary>(&settings, &mut network, &data(), &mut ()).expect("keeps the best");
    assert_eq!((outcome.diverged, outcome.kept_epoch), (Some(2), 1));
    assert!(network.is_finite());
    assert_eq!(outcome.validation.len(), 1);
}

/// Protects the count of epochs: reaching a goal exactly is reaching it.
#[test]
fn an_accuracy_is_reached_when_it_is_equal() {
    let settings = settings();
    let outcome = train::<f32, Diary>(&settings, &mut <Diary as Stage>::network(&settings), &data(), &mut ())
        .expect("trains");
    let found = outcome.history[0].test_accuracy;
    assert_eq!(outcome.epochs_to(found), Some(1));
    assert_eq!(outcome.epochs_to(found + 1e-9), None, "nothing moves at a rate of 0");
}

/// Protects the 95 % interval against published values: 81 of 263 and 0 of 20, Newcombe 1998, table I.
#[test]
fn the_interval_is_wilsons() {
    let of = |correct: u32, all: u32| {
        let mut confusion = [[0; 10]; 10];
        (confusion[0][0], confusion[0][1]) = (correct, all - correct);
        Evaluation { loss: 0.0, confusion }.interval()
    };
    let near = |(low, high): (f64, f64), expected: (f64, f64)| {
        assert!((low - expected.0).abs() < 5e-5 && (high - expected.1).abs() < 5e-5, "{low} {high}");
    };
    near(of(81, 263), (0.2553, 0.3662));
    near(of(0, 20), (0.0, 0.1611));
}
