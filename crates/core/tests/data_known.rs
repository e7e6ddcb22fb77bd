//! The content of MNIST is known, however it is written. Needs the files in `data/`; without them there is nothing to test.
#![cfg(feature = "files")]

use digits_core::data::source::{LoadOptions, load};
use digits_core::data::{Source, known};

#[test]
fn mnist_is_known_by_its_content() {
    let options = LoadOptions::default();
    let Ok(mut dataset) = load(&Source::Folder(options.data.clone()), &options, &mut ()) else {
        return; // nothing there
    };
    if dataset.train.len() != 60_000 {
        return; // something else
    }
    assert_eq!((dataset.name.as_str(), &dataset.source), ("MNIST", &Source::Mnist));
    assert_eq!(dataset.notes, [""; 0]);
    dataset.test.truncate(9_999);
    assert_eq!(known::name(&dataset.train, &dataset.test), None);
}
