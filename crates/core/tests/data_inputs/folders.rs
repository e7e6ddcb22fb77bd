//! Folders, with data in them or not.

use std::path::Path;

use digits_core::data::folder::ImageDecoder;
use digits_core::data::source::Host;
use digits_core::data::{Examples, PIXELS, Split, practice};
use digits_core::{Error, Result};

use super::{levels, plain, text, zip};

/// A folder, made by the function, and what its data should be called.
pub(crate) type Folder = (&'static str, fn(&Path));

fn put(folder: &Path, name: &str, content: impl AsRef<[u8]>) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("makes it");
    std::fs::write(path, content).expect("writes");
}

/// Two images of each digit, in a folder of the name that it gets.
fn put_classes(folder: &Path, name: impl Fn(u8) -> String) {
    for digit in 0..10 {
        (0..2).for_each(|number| put(folder, &format!("{}/{number}.png", name(digit)), image(digit)));
    }
}

/// What the program of these tests takes for an image: its grey levels, the digit among them.
fn image(digit: u8) -> Vec<u8> {
    let mut image = vec![0; PIXELS];
    image[400] = 255;
    image[410] = 20 * digit;
    image
}

/// Lends the reading of such images.
pub(crate) struct Reader;

impl ImageDecoder for Reader {
    fn decode(&self, path: &Path) -> Result<Option<[u8; PIXELS]>> {
        let bytes = std::fs::read(path).map_err(|error| Error::io(path, "read", error))?;
        Ok(bytes.try_into().ok())
    }
}

impl Host for Reader {
    fn decoder(&self) -> Option<&dyn ImageDecoder> {
        Some(self)
    }
}

/// Checks that each of these images has the label of the digit in it.
pub(crate) fn check_labels(examples: &Examples) {
    for index in 0..examples.len() {
        assert_eq!(examples.image(index), image(examples.labels()[index]));
    }
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
        ("images in folders 0 to 9", |folder| put_classes(folder, |digit| digit.to_string())),
        ("folders called by words, a word or digit_3", |folder| {
            put_classes(folder, |digit| match digit {
                0..4 => ["zero", "one", "Two", "THREE"][usize::from(digit)].to_owned(),
                _ => format!("digit_{digit}"),
            });
        }),
        ("folders train and test, and folders 0 to 9 in each", |folder| {
            put_classes(&folder.join("train"), |digit| digit.to_string());
            put_classes(&folder.join("test"), |digit| digit.to_string());
        }),
        ("beside images in folders 0 to 9: other files and folders", |folder| {
            put_classes(folder, |digit| digit.to_string());
            put(folder, "3/notes.txt", "no image");
            put(folder, "3/.DS_Store", "hidden");
            put(folder, "3/old/0.png", image(3));
            put(folder, "__MACOSX/3/._0.png", "hidden");
            put(folder, "unsorted/0.png", image(3));
            put(folder, "7.png", image(7));
        }),
        #[cfg(unix)]
        ("a broken link among images", |folder| {
            put_classes(folder, |digit| digit.to_string());
            std::os::unix::fs::symlink("gone", folder.join("4/link.png")).expect("links");
        }),
        ("images of some digits only", |folder| {
            put_classes(folder, |digit| digit.to_string());
            std::fs::remove_dir_all(folder.join("0")).expect("removes");
            std::fs::remove_dir_all(folder.join("9")).expect("removes");
            put(folder, "9", "a file");
        }),
        ("folders 1 to 10", |folder| put_classes(folder, |digit| (digit + 1).to_string())),
        ("a folder of one digit", |folder| put(folder, "3/0.png", image(3))),
        ("folders whose names mean no digit", |folder| {
            put_classes(folder, |digit| format!("Sample{:03}", digit + 1));
        }),
        ("images in no folder of a digit", |folder| {
            (0..10).for_each(|digit| put(folder, &format!("{digit}_scan.png"), image(digit)));
        }),
        ("images a folder too deep", |folder| {
            put_classes(&folder.join("3/mine"), |digit| digit.to_string());
            put_classes(&folder.join("4/mine"), |digit| digit.to_string());
        }),
        ("a data set as CSV, and images in folders 0 to 9", |folder| {
            put(folder, "mnist_train.csv", plain());
            put(folder, "mnist_test.csv", plain());
            put_classes(folder, |digit| digit.to_string());
        }),
    ]
}
