//! How good the stage is, on data that every machine can draw; and on MNIST, where it is there.
//!
//! `MNIST=FOLDER cargo test -p improved --test accuracy -- --ignored`, with a folder that holds the files of MNIST.
#![allow(clippy::print_stdout)] // a measurement says what it found

use digits_core::batch::SparseExamples;
use digits_core::data::source::{LoadOptions, load};
use digits_core::data::{Dataset, Source, Split, practice};
use digits_core::training::TrainingData;
use improved::training::train;
use improved::{Preset, Settings};

/// The test accuracy in per cent.
fn accuracy(settings: &Settings, data: &TrainingData) -> f64 {
    let mut network = settings.network();
    let trained = train(settings, &mut network, data, &mut ()).expect("trains");
    100.0 * trained.outcome.test.accuracy()
}

/// Protects the sum of all improvements: the usual settings are clearly better than stage 5 on 1,000 practice digits.
#[test]
fn the_usual_settings_are_clearly_better_than_stage_5() {
    let data = TrainingData {
        train: SparseExamples::from(&practice::examples(1, Split::Train, 1000)),
        test: SparseExamples::from(&practice::examples(1, Split::Test, 1000)),
    };
    let few = |preset: Preset| Settings { epochs: 40, measure_every: 40, ..preset.settings() };
    let (plain, usual) = (accuracy(&few(Preset::Plain), &data), accuracy(&few(Preset::Usual), &data));
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
    let found = accuracy(&Settings { epochs: 100, measure_every: 100, ..Preset::Small.settings() }, &data);
    println!("small preset, 100 epochs: {found:.2} %");
    assert!(found >= 96.0, "{found} %");
}
