//! What `--data` finds: which of several files is read, and what is said when some are missing.
#![cfg(feature = "files")]

use std::io::Write;
use std::path::Path;

use digits_core::data::folder::ImageDecoder;
use digits_core::data::source::{self, Host, LoadOptions};
use digits_core::data::{Dataset, Examples, PIXELS, Source, Split, csv, practice};
use digits_core::{Error, Result};
use flate2::{Compression, write::GzEncoder};
use tempfile::TempDir;

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn load(source: &Source, data: &Path) -> Result<Dataset> {
    let options = LoadOptions { data: data.to_owned(), ..LoadOptions::default() };
    source::load(source, &options, &mut ())
}

/// Images with a dot of full ink at a place of the label's own.
fn pixels(label: u8, count: usize) -> Vec<u8> {
    let mut pixels = vec![0; count * PIXELS];
    pixels.iter_mut().skip(400 + usize::from(label)).step_by(PIXELS).for_each(|pixel| *pixel = 255);
    pixels
}

/// Writes a file of labels or of images; all items are equal.
fn put_idx(folder: &Path, name: &str, label: u8, count: u32) {
    let mut bytes = Vec::new();
    let (header, items) = if name.contains("images") {
        (vec![2051, count, 28, 28], pixels(label, count as usize))
    } else {
        (vec![2049, count], vec![label; count as usize])
    };
    header.iter().for_each(|number: &u32| bytes.extend(number.to_be_bytes()));
    bytes.extend(items);
    if name.ends_with(".gz") {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(&bytes).expect("memory takes everything");
        bytes = gzip.finish().expect("memory takes everything");
    }
    std::fs::write(folder.join(name), bytes).expect("writes");
}

fn put_idx_set(folder: &Path, dash: &str, end: &str, label: u8) {
    for (set, count) in [("train", 3), ("t10k", 2)] {
        put_idx(folder, &format!("{set}-images{dash}idx3-ubyte{end}"), label, count);
        put_idx(folder, &format!("{set}-labels{dash}idx1-ubyte{end}"), label, count);
    }
}

fn put_csv(folder: &Path, name: &str, label: u8, count: usize) {
    let examples = Examples::new(pixels(label, count), vec![label; count]);
    csv::write(&folder.join(name), &examples).expect("writes");
}

#[test]
fn the_value_of_data_names_a_source() {
    let source = |value: &str| value.parse::<Source>();
    assert_eq!(source("practice").expect("a source"), Source::Practice);
    assert_eq!(source("mnist").expect("a source"), Source::Mnist);
    assert_eq!(source("./mnist").expect("a source"), Source::Folder("./mnist".into()));
    assert!(matches!(source(""), Err(Error::Usage(_))));
}

#[test]
fn the_preferred_files_of_a_folder_are_read() {
    let folder = folder();
    let label = || {
        let dataset = load(&Source::Folder(folder.path().to_owned()), Path::new("unused")).expect("complete");
        assert_eq!((dataset.train.len(), dataset.test.len()), (3, 2));
        let label = dataset.train.labels()[0];
        assert!(dataset.train.labels().iter().all(|&other| other == label));
        let name = folder.path().file_name().expect("a name").to_string_lossy();
        assert_eq!(dataset.name, format!("the data in {name}"));
        assert_eq!(dataset.source, Source::Folder(folder.path().to_owned()));
        (label, dataset.origin)
    };
    // From the last choice to the first: each newcomer wins.
    put_csv(folder.path(), "mnist_train.csv", 1, 3);
    put_csv(folder.path(), "mnist_test.csv", 1, 2);
    assert_eq!(label(), (1, format!("{}, CSV", folder.path().display())));
    let idx = format!("{}, IDX", folder.path().display());
    put_idx_set(folder.path(), ".", ".gz", 2);
    assert_eq!(label(), (2, idx.clone()));
    put_idx_set(folder.path(), "-", ".gz", 3);
    assert_eq!(label(), (3, idx.clone()));
    put_idx_set(folder.path(), ".", "", 4);
    assert_eq!(label(), (4, idx.clone()));
    put_idx_set(folder.path(), "-", "", 5);
    assert_eq!(label(), (5, idx));
}

#[test]
fn half_a_set_is_no_set() {
    let folder = folder();
    put_csv(folder.path(), "mnist_train.csv", 1, 3);
    put_idx(folder.path(), "t10k-labels.idx1-ubyte.gz", 1, 2);
    for source in [Source::Folder(folder.path().to_owned()), Source::Default] {
        let error = load(&source, folder.path()).expect_err("an error").to_string();
        assert_eq!(
            error,
            format!(
                "{} holds no complete data set.\n\
                 IDX: 1 of 4 files found, missing train-images-idx3-ubyte, train-labels-idx1-ubyte, \
                 t10k-images-idx3-ubyte (plain or .gz)\n\
                 CSV: 1 of 2 files found, missing mnist_test.csv\n\
                 Add what is missing, or use --data mnist, which downloads it, \
                 or --data practice, which needs no files.",
                folder.path().display()
            )
        );
    }
}

#[test]
fn a_complete_format_beside_an_incomplete_one_is_read() {
    let folder = folder();
    put_idx(folder.path(), "train-images-idx3-ubyte", 2, 3);
    put_csv(folder.path(), "mnist_train.csv", 1, 3);
    put_csv(folder.path(), "mnist_test.csv", 1, 2);
    let dataset = load(&Source::Default, folder.path()).expect("complete");
    assert_eq!((dataset.source, dataset.train.labels()[0]), (Source::Folder(folder.path().to_owned()), 1));
}

#[test]
fn the_default_is_mnist_if_it_is_there_and_else_the_practice_digits() {
    let folder = folder();
    for data in [folder.path().to_owned(), folder.path().join("nowhere")] {
        let dataset = load(&Source::Default, &data).expect("practice digits");
        assert_eq!((dataset.name.as_str(), dataset.origin.as_str()), ("practice digits", "drawn by code"));
        assert_eq!((dataset.train.len(), dataset.test.len()), (10_000, 2_000));
    }
    put_idx_set(folder.path(), "-", ".gz", 3);
    let dataset = load(&Source::Default, folder.path()).expect("complete");
    assert_eq!(
        (dataset.source, dataset.train.len()),
        (Source::Folder(folder.path().to_owned()), 3),
        "not MNIST"
    );
}

/// Counts how often it is asked to download, and brings what it holds.
struct Mirror {
    asked: usize,
    brings: bool,
}

impl Host for Mirror {
    fn fetch(&mut self, folder: &Path) -> Result<()> {
        self.asked += 1;
        if self.brings {
            put_idx_set(folder, "-", ".gz", 3);
        }
        Ok(())
    }
}

#[test]
fn only_mnist_that_is_missing_is_downloaded() {
    let folder = folder();
    let options = LoadOptions { data: folder.path().to_owned(), ..LoadOptions::default() };
    let mut mirror = Mirror { asked: 0, brings: true };
    assert!(source::load(&Source::Default, &options, &mut mirror).is_ok());
    assert_eq!(mirror.asked, 0);
    for _ in 0..2 {
        assert!(source::load(&Source::Mnist, &options, &mut mirror).is_ok());
        assert_eq!(mirror.asked, 1);
    }
    std::fs::remove_file(folder.path().join("t10k-labels-idx1-ubyte.gz")).expect("removes");
    let error = source::load(&Source::Mnist, &options, &mut Mirror { asked: 0, brings: false });
    assert!(error.expect_err("incomplete").to_string().contains("IDX: 3 of 4 files found"));
    let error = source::load(&Source::Mnist, &options, &mut ()).expect_err("nobody to download");
    assert!(error.to_string().contains("cargo run -p download -- "), "{error}");
}

#[test]
fn a_folder_that_is_none_is_named() {
    let error = load(&Source::Folder("no/such/folder".into()), Path::new("unused")).expect_err("an error");
    let message = error.to_string();
    assert!(message.starts_with("cannot read the folder no/such/folder: "), "{message}");
    assert!(message.contains("--data takes practice, mnist, a folder"), "{message}");
    let empty = folder();
    let error = load(&Source::Folder(empty.path().to_owned()), Path::new("unused")).expect_err("an error");
    assert!(
        error.to_string().contains("It has no file of MNIST, as IDX (train-images-idx3-ubyte, ...)"),
        "{error}"
    );
}

/// Reads files whose bytes are grey levels; others are no images.
struct RawImages;

impl ImageDecoder for RawImages {
    fn decode(&self, path: &Path) -> Result<Option<[u8; PIXELS]>> {
        let bytes = std::fs::read(path).map_err(|error| Error::io(path, "read", error))?;
        Ok(bytes.try_into().ok())
    }
}

impl Host for RawImages {
    fn decoder(&self) -> Option<&dyn ImageDecoder> {
        Some(self)
    }
}

#[test]
fn images_in_folders_by_digit_are_read_by_what_the_program_lends() {
    let folder = folder();
    let put = |name: String, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("makes it");
        std::fs::write(path, bytes).expect("writes");
    };
    for digit in 0..10 {
        (0..5).for_each(|number| put(format!("{digit}/{number}.raw"), &pixels(digit, 1)));
    }
    put("3/notes.txt".to_owned(), b"no image");
    put("3/Thumbs.db".to_owned(), b"no image");
    put("3/.hidden".to_owned(), &pixels(0, 1));
    let options = LoadOptions::default();
    let source = Source::Folder(folder.path().to_owned());
    let error = source::load(&source, &options, &mut ()).expect_err("a program that reads no images");
    assert!(error.to_string().ends_with("images in folders by digit, which this program cannot read"));
    let dataset = source::load(&source, &options, &mut RawImages).expect("read");
    assert_eq!((dataset.train.len(), dataset.test.len()), (40, 10), "a fifth of each digit is for testing");
    assert!(dataset.notes[0].ends_with(": left aside: 3/notes.txt, no image"), "{:?}", dataset.notes);
    for index in 0..dataset.test.len() {
        assert_eq!(dataset.test.image(index), pixels(dataset.test.labels()[index], 1));
    }
    for half in ["train", "test"] {
        (0..10).for_each(|digit| put(format!("{half}/{digit}/one.raw"), &pixels(digit, 1)));
    }
    let dataset = source::load(&source, &options, &mut RawImages).expect("read");
    assert_eq!(
        (dataset.train.len(), dataset.test.len()),
        (10, 10),
        "folders for training and testing go first"
    );
}

/// An image with rows and columns exchanged.
fn exchanged(image: &[u8]) -> Vec<u8> {
    (0..PIXELS).map(|at| image[at % 28 * 28 + at / 28]).collect()
}

/// Writes the four files of one part of EMNIST.
fn put_emnist(folder: &Path, part: &str, pixels: &[u8], labels: &[u8]) {
    for half in ["train", "test"] {
        let count = labels.len() as u32;
        let header = [2051, count, 28, 28].map(u32::to_be_bytes).concat();
        let images = format!("emnist-{part}-{half}-images-idx3-ubyte");
        std::fs::write(folder.join(images), [&header[..], pixels].concat()).expect("writes");
        let header = [2049, count].map(u32::to_be_bytes).concat();
        let name = format!("emnist-{part}-{half}-labels-idx1-ubyte");
        std::fs::write(folder.join(name), [&header[..], labels].concat()).expect("writes");
    }
}

/// Protects against learning from images that lie on their side.
#[test]
fn emnist_is_found_by_its_names_and_turned_upright() {
    let upright = practice::examples(3, Split::Train, 200);
    let lying: Vec<u8> = (0..upright.len()).flat_map(|index| exchanged(upright.image(index))).collect();
    let place = folder();
    put_emnist(place.path(), "digits", &lying, upright.labels());
    put_emnist(place.path(), "mnist", &lying, upright.labels());
    put_emnist(place.path(), "letters", &lying, upright.labels());
    let source = Source::Folder(place.path().to_owned());
    let dataset = load(&source, place.path()).expect("reads");
    assert!(dataset.train == upright && dataset.test == upright);
    assert!(dataset.name.starts_with("the data in "), "it has too few images for EMNIST");
    let notes = dataset.notes.join("\n");
    assert!(notes.contains("the test images lay on their side, as EMNIST's do, and were turned"), "{notes}");
    assert!(
        notes.contains("emnist-mnist-*, another data set") && notes.contains("emnist-letters-*, which"),
        "{notes}"
    );
    // Ten images tell nothing by their look: their names do.
    let place = folder();
    put_emnist(place.path(), "mnist", &lying[..10 * PIXELS], &upright.labels()[..10]);
    let dataset = load(&Source::Folder(place.path().to_owned()), place.path()).expect("reads");
    assert_eq!(dataset.train.pixels(), &upright.pixels()[..10 * PIXELS]);
    assert!(dataset.notes[0].contains("have the names of EMNIST's"), "{:?}", dataset.notes);
    // Somebody has turned them before.
    let place = folder();
    put_emnist(place.path(), "digits", upright.pixels(), upright.labels());
    let dataset = load(&Source::Folder(place.path().to_owned()), place.path()).expect("reads");
    assert!(dataset.train == upright, "left as they are");
    assert!(dataset.notes[0].contains("are upright, unlike EMNIST's"), "{:?}", dataset.notes);
}

#[test]
fn a_set_is_called_by_the_names_of_its_files_only_with_its_numbers_of_images() {
    let place = folder();
    // Black images, in files that take no room on a disk.
    for (half, count) in [("train", 60_000u32), ("test", 60_000)] {
        let sparse = |name: String, header: &[u32], len: u64| {
            let header: Vec<u8> = header.iter().flat_map(|number| number.to_be_bytes()).collect();
            std::fs::write(place.path().join(&name), &header).expect("writes");
            let file = std::fs::File::options().write(true).open(place.path().join(&name)).expect("opens");
            file.set_len(header.len() as u64 + len).expect("grows");
        };
        let pixels = u64::from(count) * PIXELS as u64;
        sparse(format!("qmnist-{half}-images-idx3-ubyte"), &[2051, count, 28, 28], pixels);
        sparse(format!("qmnist-{half}-labels-idx2-int"), &[0x0c02, count, 8], 32 * u64::from(count));
    }
    let dataset = load(&Source::Folder(place.path().to_owned()), place.path()).expect("reads");
    assert_eq!(dataset.name, "QMNIST");
    assert!(
        dataset.notes.iter().any(|note| note.contains("no checksum was compared")),
        "{:?}",
        dataset.notes
    );
    assert_eq!(dataset.public_name(), "QMNIST");
}

#[test]
fn files_that_leave_this_machine_do_not_name_its_folders() {
    let place = folder();
    put_idx_set(place.path(), "-", "", 3);
    let dataset = load(&Source::Folder(place.path().to_owned()), place.path()).expect("reads");
    assert!(dataset.name.starts_with("the data in "), "{}", dataset.name);
    assert_eq!(dataset.public_name(), "a data set without a known name");
}
