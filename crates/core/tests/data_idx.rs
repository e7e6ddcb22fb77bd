//! IDX files, right and wrong in every way: each wrong one gets a message with its file and byte.
#![cfg(feature = "files")]

use std::io::Write;
use std::path::{Path, PathBuf};

use digits_core::data::{Examples, PIXELS, idx};
use flate2::{Compression, write::GzEncoder};
use tempfile::TempDir;

const IMAGES: u32 = 2051;
const LABELS: u32 = 2049;

/// An IDX file: the numbers of its header, then its items.
fn idx(header: &[u32], items: &[u8]) -> Vec<u8> {
    let mut bytes: Vec<u8> = header.iter().flat_map(|number| number.to_be_bytes()).collect();
    bytes.extend_from_slice(items);
    bytes
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(bytes).expect("memory takes everything");
    gzip.finish().expect("memory takes everything")
}

/// Pixels that gzip cannot make much of.
fn pixels(images: usize) -> Vec<u8> {
    let mut state = 1u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..images * PIXELS).map(|_| next()).collect()
}

fn images(images: u32) -> Vec<u8> {
    idx(&[IMAGES, images, 28, 28], &pixels(images as usize))
}

fn labels(labels: &[u8]) -> Vec<u8> {
    idx(&[LABELS, labels.len() as u32], labels)
}

/// A folder with a file of images and one of labels.
struct Pair {
    _folder: TempDir,
    images: PathBuf,
    labels: PathBuf,
}

impl Pair {
    fn new(images: &[u8], labels: &[u8]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let put = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).expect("writes");
            path
        };
        let (images, labels) = (put("images", images), put("labels", labels));
        Pair { _folder: folder, images, labels }
    }

    fn read(&self) -> digits_core::Result<Examples> {
        idx::read(&self.images, &self.labels).map(|(examples, _)| examples)
    }

    /// The message, less the folder of the file that it names.
    fn message(&self) -> String {
        let message = self.read().expect_err("an error").to_string();
        let folder = self.images.parent().expect("a folder").to_owned().join("");
        let message = message.replace(&folder.display().to_string(), "");
        message.lines().next().expect("a line").to_owned()
    }
}

#[test]
fn plain_and_gzip_hold_the_same() {
    let (images, labels) = (images(3), labels(&[3, 1, 4]));
    let expected = Examples::new(pixels(3), vec![3, 1, 4]);
    for (images, labels) in [
        (images.clone(), labels.clone()),
        (gzip(&images), gzip(&labels)),
        (gzip(&images), labels.clone()),
        // Two gzip files behind each other are one.
        ([gzip(&images[..1000]), gzip(&images[1000..])].concat(), labels),
    ] {
        assert!(Pair::new(&images, &labels).read().expect("right") == expected);
    }
}

#[test]
fn a_header_that_promises_too_much_asks_for_no_memory() {
    let huge = idx(&[IMAGES, u32::MAX, 28, 28], &pixels(2));
    assert_eq!(
        Pair::new(&huge, &labels(&[1, 2])).message(),
        "images, byte 4: expected 3367254359280 bytes behind the header, which promises 4294967295 images, \
         found 1568"
    );
    let one_more = idx(&[IMAGES, 3, 28, 28], &pixels(2));
    assert_eq!(
        Pair::new(&one_more, &labels(&[1, 2])).message(),
        "images, byte 4: expected 2352 bytes behind the header, which promises 3 images, found 1568"
    );
    let zipped = gzip(&huge);
    assert_eq!(
        Pair::new(&zipped, &labels(&[1, 2])).message(),
        format!(
            "images, byte 4: expected 3367254359280 bytes behind the header, which promises 4294967295 images, \
             found a gzip file of {} bytes, too few for them (the byte is counted in the unpacked file)",
            zipped.len()
        )
    );
    assert_eq!(
        Pair::new(&gzip(&one_more), &labels(&[1, 2])).message(),
        "images, byte 1584: expected 2352 bytes behind the header, which promises 3 images, \
         found the end after 1568 of them (the byte is counted in the unpacked file)"
    );
    let many_labels = idx(&[LABELS, u32::MAX], &[1, 2]);
    assert_eq!(
        Pair::new(&images(2), &many_labels).message(),
        "labels, byte 4: expected 4294967295 bytes behind the header, which promises 4294967295 labels, found 2"
    );
}

#[test]
fn a_gzip_file_cut_short_is_named_with_its_last_byte() {
    let whole = gzip(&images(2));
    for len in [whole.len() - 1, whole.len() - 8, whole.len() / 2, 12, 2] {
        let message = Pair::new(&whole[..len], &labels(&[1, 2])).message();
        let start = format!("images, byte {len}: expected ");
        assert!(message.starts_with(&start), "{message}");
        assert!(message.contains("the end of the gzip file, cut short after "), "{message}");
    }
}

#[test]
fn a_damaged_gzip_file_is_refused() {
    let mut damaged = gzip(&images(2));
    let middle = damaged.len() / 2;
    damaged[middle] ^= 0x10;
    let message = Pair::new(&damaged, &labels(&[1, 2])).message();
    assert!(message.contains("damaged gzip data after "), "{message}");
    let mut behind = gzip(&images(2));
    behind.extend_from_slice(b"something else");
    let message = Pair::new(&behind, &labels(&[1, 2])).message();
    assert!(message.contains("damaged gzip data after 1584 bytes"), "{message}");
}

#[test]
fn the_header_must_fit() {
    let good = labels(&[1, 2]);
    for (images, expected) in [
        (Vec::new(), "images: expected 16 bytes, the header of an IDX file of images, found an empty file"),
        (
            vec![0, 0, 8],
            "images, byte 3: expected 16 bytes, the header of an IDX file of images, found the end after 3 of them",
        ),
        (
            b"<!DOCTYPE html><html>".to_vec(),
            "images, byte 0: expected magic number 2051 of an IDX file of images, found 1008813135",
        ),
        (
            idx(&[LABELS, 2, 0, 0], &[]),
            "images, byte 0: expected magic number 2051 of an IDX file of images, found 2049, that of labels",
        ),
        (
            idx(&[IMAGES, 2, 32, 28], &pixels(3)),
            "images, byte 8: expected images of 28 x 28 pixels, found 32 x 28",
        ),
        (
            idx(&[IMAGES, u32::MAX, u32::MAX, u32::MAX], &[]),
            "images, byte 8: expected images of 28 x 28 pixels, found 4294967295 x 4294967295",
        ),
        (idx(&[IMAGES, 0, 28, 28], &[]), "images, byte 4: expected at least one item, found 0 in the header"),
        (
            idx(&[IMAGES, 1, 28, 28], &pixels(2)),
            "images, byte 800: expected the end after 784 bytes behind the header, which promises 1 images, \
             found more",
        ),
    ] {
        assert_eq!(Pair::new(&images, &good).message(), expected);
    }
}

#[test]
fn labels_must_fit_the_images() {
    assert_eq!(
        Pair::new(&images(2), &labels(&[1, 10])).message(),
        "labels, byte 9: expected a label 0 to 9, found 10"
    );
    assert_eq!(
        Pair::new(&images(2), &gzip(&labels(&[1, 255]))).message(),
        "labels, byte 9: expected a label 0 to 9, found 255 (the byte is counted in the unpacked file)"
    );
    assert_eq!(
        Pair::new(&images(2), &labels(&[1, 2, 3])).message(),
        "labels: expected 2 labels, one for each image in images, found 3"
    );
    assert_eq!(
        Pair::new(&images(2), &images(2)).message(),
        "labels, byte 0: expected magic number 2049 of an IDX file of labels, found 2051, that of images"
    );
}

#[test]
fn a_missing_file_is_named() {
    let error = idx::read(Path::new("no/images"), Path::new("no/labels")).expect_err("an error");
    assert!(error.to_string().starts_with("cannot read no/images: "), "{error}");
}

/// Protects QMNIST: its labels are tables, of which the first column is the digit.
#[test]
fn the_labels_of_qmnist_are_the_first_column_of_a_table() {
    let table = |columns: u32, digits: &[u32]| {
        let row = |&digit: &u32| std::iter::once(digit).chain(7..6 + columns);
        let numbers = digits.iter().flat_map(row).flat_map(u32::to_be_bytes).collect::<Vec<u8>>();
        idx(&[0x0c02, digits.len() as u32, columns], &numbers)
    };
    let pair = Pair::new(&images(3), &table(8, &[3, 1, 4]));
    assert!(pair.read().expect("reads") == Examples::new(pixels(3), vec![3, 1, 4]));
    let message = |labels: &[u8]| Pair::new(&images(3), labels).message();
    let told = message(&table(8, &[3, 1, 10]));
    assert_eq!(told, "labels, byte 76: expected a label 0 to 9, found 10");
    assert!(message(&table(65, &[3, 1, 4])).contains("byte 8: expected 1 to 64 columns, found 65"));
    assert!(message(&table(8, &[3, 1])).contains("expected 3 labels"));
    assert!(
        message(&table(8, &[3, 1, 4])[..50]).contains("96 bytes behind the header, which promises 3 labels")
    );
}
