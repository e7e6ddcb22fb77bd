//! A data set that any rule learns in a moment: bars whose place tells the digit.

use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// The training images of the set.
pub const TRAIN: usize = 30;
/// The test images of the set.
pub const TEST: usize = 20;

/// A new folder that holds the set as `mnist_train.csv` and `mnist_test.csv`; it goes when the value is dropped.
pub fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path());
    folder
}

/// Writes the set into a folder.
pub fn write(folder: &Path) {
    for (name, rows) in [("mnist_train.csv", TRAIN), ("mnist_test.csv", TEST)] {
        fs::write(folder.join(name), (0..rows).map(row).collect::<String>()).unwrap();
    }
}

/// Image `index` as a row of CSV: its label, then a bar of two rows of pixels.
fn row(index: usize) -> String {
    let digit = index % 10;
    let pixels = (0..784).map(|pixel| if pixel / 28 / 2 == digit + 2 { ",200" } else { ",0" });
    format!("{digit}{}\n", pixels.collect::<String>())
}
