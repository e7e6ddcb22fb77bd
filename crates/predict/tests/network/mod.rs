//! A network that reads practice digits, for the tests of the program.

use digits_core::data::{Dataset, Split, practice};
use digits_core::settings::{self, BATCH_SIZE, EPOCHS};
use digits_core::stage::Stage;
use digits_core::training::{TrainingData, train};
use improved::{ABOUT, Improved};
use std::path::Path;

/// Trains it on practice digits, in a second or two, and saves it.
pub(crate) fn save(path: &Path) {
    let data = Dataset { test: practice::examples(1, Split::Test, 50), ..practice::dataset() };
    save_one_of(data, 3, path);
}

/// Trains a small network on some data, and saves it.
pub(crate) fn save_one_of(data: Dataset, epochs: u64, path: &Path) {
    let settings = ABOUT
        .usual()
        .with(&EPOCHS, settings::Value::Whole(epochs))
        .with(&BATCH_SIZE, settings::Value::Whole(64));
    let mut network = <Improved as Stage>::network(&settings);
    train::<f32, Improved>(&settings, &mut network, &TrainingData::from(&data), &mut ()).expect("trains");
    let metadata = [("stage".to_owned(), "improved".to_owned())].into();
    network.to_checkpoint(metadata).save(path).expect("saves");
}
