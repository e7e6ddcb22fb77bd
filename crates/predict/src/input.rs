//! A file as samples: an image is one, each row of a CSV is one.

use digits_core::data::csv::{self, Labels};
use digits_core::data::{PIXELS, SIDE};
use digits_core::error::Place;
use digits_core::{Error, Result};
use handwriting::{Bounds, FoundDigit, decode, find_digits};
use std::path::{Path, PathBuf};

/// What is read.
const READ: &str = "an image or a CSV file";

/// An image, or a row of a CSV.
pub(crate) struct Sample {
    /// The file that it comes from.
    pub(crate) file: PathBuf,
    /// Which row of the file it is, counted from 1 without the header.
    pub(crate) row: Option<usize>,
    /// What it shows, where that is known.
    pub(crate) label: Option<u8>,
    /// The digits found in it, none on a blank sheet; or why it could not be read.
    pub(crate) digits: Result<Vec<FoundDigit>>,
}

/// Reads a file; one that cannot be read is a sample whose digits are the error. What was converted or left aside is added
/// to `notes`, a sentence each.
pub(crate) fn read(file: &Path, notes: &mut Vec<String>) -> Vec<Sample> {
    let alone = |digits| vec![Sample { file: file.to_owned(), row: None, label: None, digits }];
    let bytes = match decode::read_file(file) {
        Ok(bytes) => bytes,
        Err(error) => return alone(Err(error)),
    };
    if bytes.is_empty() {
        let advice = "Copy or download it again.";
        return alone(Err(Error::malformed(file, Place::File, READ, "an empty file", advice)));
    }
    if decode::is_image(&bytes) {
        return alone(decode::decode(file, &bytes).map(|image| find_digits(&image.to_grey())));
    }
    if !looks_like_text(&bytes) {
        let advice = "Give an image as PNG, JPEG, BMP, WebP or GIF, or rows of 784 grey levels.";
        let error = Error::malformed(file, Place::File, READ, "neither", advice);
        return alone(Err(error));
    }
    let rows = match csv::parse(&bytes, file, Labels::Optional) {
        Ok(rows) => rows,
        Err(error) => return alone(Err(error)),
    };
    notes.extend(rows.notes.iter().map(|note| format!("{}: {note}", file.display())));
    let label = |index: usize| rows.labels.as_ref().map(|labels| labels[index]);
    let (images, _) = rows.pixels.as_chunks::<PIXELS>();
    images.iter().enumerate().map(|(index, image)| sample(file, index + 1, *image, label(index))).collect()
}

/// A row as a sample. It is in normal form already, so it is shown to the network as it is.
fn sample(file: &Path, row: usize, image: [u8; PIXELS], label: Option<u8>) -> Sample {
    let bounds = Bounds { left: 0, top: 0, width: SIDE, height: SIDE };
    let blank = image.iter().all(|level| *level == image[0]);
    let digits =
        if blank { Vec::new() } else { vec![FoundDigit { image, bounds, pixels: SIDE, halves: None }] };
    Sample { file: file.to_owned(), row: Some(row), label, digits: Ok(digits) }
}

/// Whether a file begins as text does, in one or two bytes a letter, or packed.
fn looks_like_text(bytes: &[u8]) -> bool {
    // UTF-16 and gzip, which the reader of CSV knows about.
    if [b"\xff\xfe", b"\xfe\xff", b"\x1f\x8b"].iter().any(|begin| bytes.starts_with(*begin)) {
        return true;
    }
    bytes.iter().take(1000).all(|byte| !byte.is_ascii_control() || byte.is_ascii_whitespace())
}
