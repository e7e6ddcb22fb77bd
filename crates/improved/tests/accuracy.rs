//! How good the stage is, on data that every machine can draw; and on MNIST, where it is there.
//!
//! `MNIST=FOLDER cargo test -p improved --test accuracy -- --ignored`, with a folder that holds the files of MNIST.
#![allow(clippy::print_stdout)] // a measurement says what it found

use digits_core::batch::SparseExamples;
use digits_core::data::source::{LoadOptions, load};
use digits_core::data::{Dataset, Source, Split, practice};
use digits_core::settings::{EPOCHS, MEASURE_EVERY, Settings, Value};
use digits_core::stage::Stage;
use digits_core::training::{TrainingData, train};
use improved::{ABOUT, Improved};

/// The test accuracy in per cent.
fn accuracy(settings: &Settings, data: &TrainingData) -> f64 {
    let mut network = <Improved as Stage>::network(settings);
    let outcome = train::<f32, Improved>(settings, &mut network, data, &mut ()).expect("trains");
    100.0 * outcome.test.accuracy()
}

/// A preset with so many epochs, measured at the end.
fn few(preset: &str, epochs: u64) -> Settings {
    let settings = ABOUT.preset(preset).expect("a preset");
    settings.with(&EPOCHS, Value::Whole(epochs)).with(&MEASURE_EVERY, Value::Whole(epochs))
}

/// Protects the sum of all improvements: the usual settings are clearly better than stage 5 on 1,000 practice digits.
#[test]
fn the_usual_settings_are_clearly_better_than_stage_5() {
    let data = TrainingData {
        train: SparseExamples::from(&practice::examples(1, Split::Train, 1000)),
        test: SparseExamples::from(&practice::examples(1, Split::Test, 1000)),
    };
    let (plain, usual) = (accuracy(&few("plain", 40), &data), accuracy(&few("usual", 40), &data));
    assert!(usual >= 94.0 && usual > plain + 4.0, "{usual} %, stage 5 {plain} %");
}

/// Protects the preset for 1,000 images on real handwriting, in a shorter run with a bound of its own.
#[test]
#[ignore = "needs the files of MNIST in the folder that MNIST names"]
fn the_small_preset_reads_mnist() {
    let folder = std::env::var("MNIST").expect("MNIST names a folder");
    let source = Source::Folder(folder.into());
    let mut dataset: Dataset = load(&source, &LoadOptions::default(), &mut ()).expect("loads");
    dataset.train.truncate(1000);
    let data = TrainingData::from(&dataset);
    let found = accuracy(&few("small", 100), &data);
    println!("small preset, 100 epochs: {found:.2} %");
    assert!(found >= 96.0, "{found} %");
}
