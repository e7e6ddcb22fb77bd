//! A network that reads practice digits, for the tests of the program.

use digits_core::data::{Dataset, Split, practice};
use digits_core::settings::{self, BATCH_SIZE, EPOCHS};
use digits_core::stage::Stage;
use digits_core::training::{TrainingData, train};
use improved::{ABOUT, Improved};
use std::path::Path;

/// Trains it, in a second or two, and saves it.
pub(crate) fn save(path: &Path) {
    let data = Dataset { test: practice::examples(1, Split::Test, 50), ..practice::dataset() };
    let settings =
        ABOUT.usual().with(&EPOCHS, settings::Value::Whole(3)).with(&BATCH_SIZE, settings::Value::Whole(64));
    let mut network = <Improved as Stage>::network(&settings);
    train::<f32, Improved>(&settings, &mut network, &TrainingData::from(&data), &mut ()).expect("trains");
    let metadata = [("stage".to_owned(), "improved".to_owned())].into();
    network.to_checkpoint(metadata).save(path).expect("saves");
}
