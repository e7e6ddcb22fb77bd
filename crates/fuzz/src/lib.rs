//! What must hold for any bytes at all. Each check takes bytes as a fuzzer makes them up, and panics if a promise is broken.
//!
//! `cargo test -p fuzz` runs every check over its corpus, the folder of its name in `corpus`: inputs that reach different
//! parts of the readers, and inputs that once found a fault. The programs in `targets`, a workspace of their own, let
//! libFuzzer look for more; `docs/trust.md` says how, and what came of it.

use digits_core::checkpoint::{Checkpoint, Functions, Tensor};
use digits_core::data::csv::{self, Labels, Rows};
use digits_core::data::idx::{self, Input};
use digits_core::data::{CLASSES, Examples, PIXELS, grey};
use digits_core::network::{Activation, Loss, Network};
use digits_core::{Error, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use handwriting::{Bounds, decode, find_digits};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

/// A check of any bytes.
pub type Check = fn(&[u8]);

/// All checks by name.
pub const CHECKS: [(&str, Check); 5] =
    [("csv", csv), ("idx", idx), ("weights", weights), ("image", image), ("round_trip", round_trip)];

/// The name that errors give the file. Hardly any input holds these letters, so a message shows whether it names the file.
const NAME: &str = "some/file";

/// An error names its file, is short, and can do no harm to a terminal.
fn check_error(error: &Error) {
    let message = error.to_string();
    assert!(message.contains(NAME), "{message}");
    assert!(message.chars().count() < 5000, "{} characters", message.chars().count());
    assert!(message.chars().all(|letter| letter == '\n' || !letter.is_control()), "{message:?}");
}

/// Rows of CSV: the fast reader and the careful one agree on every value, and in every verdict.
pub fn csv(bytes: &[u8]) {
    for labels in [Labels::Required, Labels::Optional] {
        let either = csv::parse(bytes, Path::new(NAME), labels);
        let careful = csv::parse_carefully(bytes, Path::new(NAME), labels);
        match (&either, &careful) {
            (Ok(either), Ok(careful)) => assert!(either == careful, "two values"),
            (Err(either), Err(careful)) => assert_eq!(either.to_string(), careful.to_string()),
            _ => panic!("two verdicts: {:?}, {:?}", either.err(), careful.err()),
        }
        match either {
            Ok(rows) => check_rows(&rows, labels),
            Err(error) => check_error(&error),
        }
    }
}

fn check_rows(rows: &Rows, labels: Labels) {
    let count = rows.pixels.len() / PIXELS;
    assert!(count > 0 && rows.pixels.len().is_multiple_of(PIXELS));
    assert!(labels == Labels::Optional || rows.labels.is_some());
    if let Some(labels) = &rows.labels {
        assert_eq!(labels.len(), count);
        assert!(labels.iter().all(|label| usize::from(*label) < CLASSES));
    }
}

/// A file of images and one of labels: packed as gzip, they are read as they are plain. The first two bytes say how long
/// the images are.
pub fn idx(bytes: &[u8]) {
    let Some((len, rest)) = bytes.split_at_checked(2) else { return };
    let (images, labels) = rest.split_at(usize::from(u16::from_le_bytes([len[0], len[1]])).min(rest.len()));
    let read = |images: &[u8], labels: &[u8]| {
        let name = Path::new(NAME);
        idx::parse(Input::memory(name, images), Input::memory(name, labels))
    };
    let plain = read(images, labels);
    match &plain {
        Ok((examples, _)) => {
            assert!(!examples.is_empty() && examples.pixels().len() <= images.len().max(1) * 1032)
        }
        Err(error) => check_error(error),
    }
    if [images, labels].iter().any(|bytes| bytes.starts_with(&[0x1f, 0x8b])) {
        return; // packed already
    }
    let packed = read(&gzip(images), &gzip(labels));
    assert_eq!(plain.ok(), packed.inspect_err(check_error).ok());
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    let written = gzip.write_all(bytes).and_then(|()| gzip.finish());
    written.unwrap_or_default() // memory takes everything
}

/// A file of weights: what is read can be written and read again, and a network that fits has finite parameters.
pub fn weights(bytes: &[u8]) {
    let name = Path::new(NAME);
    let checkpoint = match Checkpoint::from_bytes(bytes, name) {
        Ok(checkpoint) => checkpoint,
        Err(error) => return check_error(&error),
    };
    same_when_written(&checkpoint);
    let assumed = (Activation::Relu, Loss::CrossEntropy);
    match Network::from_checkpoint(&checkpoint, name, &Functions::default(), assumed) {
        Ok(loaded) => {
            assert!(loaded.network.parameters().iter().all(|parameter| parameter.is_finite()));
            assert!(loaded.notes.iter().all(|note| note.chars().count() < 5000), "endless notes");
            let metadata = BTreeMap::from([("stage".to_owned(), "improved".to_owned())]);
            let written = loaded.network.to_checkpoint(metadata);
            let again = Network::from_checkpoint(&written, name, &Functions::default(), assumed);
            let again = again.expect("what is written fits");
            assert!(again.network == loaded.network && again.notes.is_empty(), "{:?}", again.notes);
        }
        Err(error) => check_error(&error),
    }
}

/// A checkpoint comes back from its bytes, to the last bit.
fn same_when_written(checkpoint: &Checkpoint) {
    let bytes = checkpoint.to_bytes();
    let again = Checkpoint::from_bytes(&bytes, Path::new(NAME)).expect("what is written is read");
    assert!(again.metadata == checkpoint.metadata);
    assert!(again.tensors.keys().eq(checkpoint.tensors.keys()));
    let bits = |tensor: &Tensor| tensor.values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
    for (again, first) in again.tensors.values().zip(checkpoint.tensors.values()) {
        assert!(again.shape == first.shape && bits(again) == bits(first));
    }
    assert!(again.to_bytes() == bytes, "the same bytes");
}

/// An image: digits that are found in it stand in it.
pub fn image(bytes: &[u8]) {
    /// Larger ones take more time than they are worth: nothing new is in them.
    const MOST_PIXELS: usize = 1 << 18;
    let _ = decode::is_image(bytes);
    match decode::decode(Path::new(NAME), bytes) {
        Ok(image) => {
            assert_eq!(image.pixels.len(), image.width * image.height);
            assert!(image.pixels.len() as u64 <= decode::MOST_PIXELS);
            if image.pixels.len() <= MOST_PIXELS {
                for digit in find_digits(&image.to_grey()) {
                    let Bounds { left, top, width, height } = digit.bounds;
                    assert!(left + width <= image.width && top + height <= image.height);
                    assert!(digit.image.iter().any(|level| *level > 0), "a digit has ink");
                }
            }
        }
        Err(error) => check_error(&error),
    }
}

/// What these programs write, they read: images as CSV, and tensors with metadata. The bytes are pixels, labels, names and
/// numbers.
pub fn round_trip(bytes: &[u8]) {
    let Some((&count, rest)) = bytes.split_first() else { return };
    let images = (usize::from(count) % 4 + 1).min(rest.len());
    let labels: Vec<u8> = rest[..images].iter().map(|byte| byte % CLASSES as u8).collect();
    if images > 0 {
        let levels = rest[images..].iter().copied().chain(std::iter::repeat(0));
        check_written_rows(&Examples::new(levels.take(images * PIXELS).collect(), labels));
    }

    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut checkpoint = Checkpoint::default();
    for piece in rest.split(|byte| *byte == count) {
        let (name, value) = piece.split_at(piece.len() / 2);
        checkpoint.metadata.insert(text(name), text(value));
        // The format itself has this one name for something else.
        if text(name) != "__metadata__" {
            let values =
                value.chunks_exact(4).map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]]));
            let values: Vec<f32> = values.collect();
            checkpoint.tensors.insert(text(name), Tensor { shape: vec![values.len()], values });
        }
    }
    same_when_written(&checkpoint);
}

/// Rows come back as they were written, unless they are what every reader changes or refuses: inverted, or of another scale.
fn check_written_rows(examples: &Examples) {
    let name = Path::new(NAME);
    let mut written = Vec::new();
    csv::write_to(&mut written, examples).expect("memory takes everything");
    let read = csv::parse(&written, name, Labels::Required);
    let mut pixels = examples.pixels().to_vec();
    let expected: Result<_> = grey::normalise(&mut pixels, name).map(|notes| Rows {
        pixels,
        labels: Some(examples.labels().to_vec()),
        notes,
    });
    match (read, expected) {
        (Ok(read), Ok(expected)) => assert!(read == expected),
        (Err(read), Err(expected)) => assert_eq!(read.to_string(), expected.to_string()),
        (read, expected) => panic!("two verdicts: {:?}, {:?}", read.err(), expected.err()),
    }
}
