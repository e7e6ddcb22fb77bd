//! Folders, with data in them or not.

use std::path::Path;

use digits_core::data::{PIXELS, Split, practice};

use super::{levels, plain, text, zip};

/// A folder, made by the function, and what its data should be called.
pub(crate) type Folder = (&'static str, fn(&Path));

fn put(folder: &Path, name: &str, content: impl AsRef<[u8]>) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("makes it");
    std::fs::write(path, content).expect("writes");
}

/// In words, and how it is made.
pub(crate) fn cases() -> Vec<Folder> {
    vec![
        ("MNIST's names for CSV, with one label in all of them", |folder| {
            let ones: String = plain().lines().map(|line| format!("1{}\n", &line[1..])).collect();
            put(folder, "mnist_train.csv", &ones);
            put(folder, "mnist_test.csv", &ones);
        }),
        ("Kaggle's files", |folder| {
            put(folder, "train.csv", plain());
            put(folder, "test.csv", text(None, |_, image| levels(image)));
        }),
        ("a file in a folder of its own name", |folder| {
            put(folder, "train-images-idx3-ubyte/train-images-idx3-ubyte", "");
        }),
        ("the layout of torchvision", |folder| {
            for name in [
                "train-images-idx3-ubyte",
                "train-labels-idx1-ubyte",
                "t10k-images-idx3-ubyte",
                "t10k-labels-idx1-ubyte",
            ] {
                put(folder, &format!("MNIST/raw/{name}"), "");
            }
        }),
        ("EMNIST's digits beside its letters", |folder| {
            let lying =
                |image: &[u8]| (0..PIXELS).map(|at| image[at % 28 * 28 + at / 28]).collect::<Vec<u8>>();
            let digits = practice::examples(1, Split::Train, 200);
            let pixels: Vec<u8> = (0..200).flat_map(|index| lying(digits.image(index))).collect();
            for (part, half) in [("digits", "train"), ("digits", "test"), ("letters", "train")] {
                let header =
                    |numbers: &[u32]| numbers.iter().flat_map(|n| n.to_be_bytes()).collect::<Vec<u8>>();
                let images = [&header(&[2051, 200, 28, 28])[..], &pixels].concat();
                put(folder, &format!("emnist-{part}-{half}-images-idx3-ubyte"), images);
                let labels = [&header(&[2049, 200])[..], digits.labels()].concat();
                put(folder, &format!("emnist-{part}-{half}-labels-idx1-ubyte"), labels);
            }
        }),
        ("a file of Keras", |folder| put(folder, "mnist.npz", zip("x_test.npy"))),
        #[cfg(unix)]
        ("a broken link", |folder| {
            std::os::unix::fs::symlink("gone", folder.join("mnist_train.csv")).expect("links");
            put(folder, "mnist_test.csv", plain());
        }),
        ("images in folders 0 to 9, for a program that reads none", |folder| {
            (0..10).for_each(|digit| put(folder, &format!("{digit}/one.png"), "an image"));
        }),
    ]
}
