//! What goes wrong on purpose is said in words.

use digits_core::batch::SparseExamples;
use digits_core::data::{Examples, Split, practice};
use digits_core::diagnosis::{Finding, Landmark, of_labels, of_outcome};
use digits_core::network::Loss;
use digits_core::settings::{EPOCHS, HIDDEN, LEARNING_RATE, Layers, Value};
use digits_core::stage::Stage;
use digits_core::training::{Outcome, TrainingData, train};
use gradient::Gradient;

fn findings(train_images: &Examples, eta: f64, epochs: u64) -> Vec<Finding> {
    of_outcome(&outcome(train_images, eta, epochs), Loss::SquaredError)
}

fn outcome(train_images: &Examples, eta: f64, epochs: u64) -> Outcome {
    let settings = <Gradient as Stage>::ABOUT
        .usual()
        .with(&HIDDEN, Value::Layers(Layers::of(&[32])))
        .with(&LEARNING_RATE, Value::Number(eta))
        .with(&EPOCHS, Value::Whole(epochs));
    let data = TrainingData {
        train: SparseExamples::from(train_images),
        test: SparseExamples::from(&practice::examples(1, Split::Test, 500)),
    };
    let mut network = <Gradient as Stage>::network(&settings);
    train::<f32, Gradient>(&settings, &mut network, &data, &mut ()).expect("trains")
}

/// Protects every diagnosis of a training; one that went well has none.
#[test]
fn trainings_that_fail_are_told_why() {
    let images = practice::examples(1, Split::Train, 500);
    assert_eq!(findings(&images, 1.0, 20), []);
    assert!(findings(&images, 1e-6, 2).contains(&Finding::Landmark(Landmark::Start)));
    assert!(findings(&images, 1000.0, 5).contains(&Finding::Landmark(Landmark::Zero)));
    assert!(findings(&images, 0.05, 2).contains(&Finding::Landmark(Landmark::Tenth)));
    let few = practice::examples(1, Split::Train, 30);
    let found = findings(&few, 1.0, 200);
    assert!(matches!(found[..], [Finding::FallsApart { .. }]), "{found:?}");
    let of_one = Examples::new(images.image(0).to_vec(), vec![4]);
    let found = findings(&of_one, 1.0, 50);
    assert!(found.iter().any(|finding| matches!(finding, Finding::OneAnswer { digit: 4, .. })), "{found:?}");
}

/// Protects the two diagnoses that look back: at a better accuracy on the way, and at an epoch without finite numbers.
#[test]
fn a_training_that_broke_down_is_told_from_one_that_never_learned() {
    let mut broken = outcome(&practice::examples(1, Split::Train, 100), 1000.0, 3);
    broken.history[0].train_accuracy = 0.8;
    broken.diverged = Some(3);
    let found = of_outcome(&broken, Loss::SquaredError);
    assert_eq!(found[0], Finding::Diverged { epoch: 3 });
    assert!(matches!(found[1], Finding::BeyondTheCliff { best: 0.8, .. }), "{found:?}");
    for finding in found {
        assert!(finding.to_string().contains("Try "), "{finding}");
    }
}

/// Protects the warnings before a training.
#[test]
fn images_of_one_digit_or_in_order_of_digits_are_seen() {
    let sorted: Vec<u8> = (0..10).flat_map(|digit| [digit; 10]).collect();
    assert_eq!(of_labels(&[3; 40], true), [Finding::OneClass { digit: 3 }]);
    assert_eq!(of_labels(&sorted[..45], true), [Finding::SortedPart { classes: 5 }]);
    assert_eq!(of_labels(&sorted, true), []);
    assert_eq!(of_labels(&sorted, false), [Finding::SortedUnshuffled]);
    let mixed = practice::examples(1, Split::Train, 100);
    assert_eq!(of_labels(mixed.labels(), false), []);
}
