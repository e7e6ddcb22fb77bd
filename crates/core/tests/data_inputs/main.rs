//! What people really have, kind by kind: each is read rightly, or refused with a message that helps. The table in
//! `docs/inputs.md` is made from these cases; to write it anew: `WRITE_TABLE=1 cargo test -p core --test data_inputs`.
#![cfg(feature = "files")]

#[path = "../documented/mod.rs"]
mod documented;
mod folders;
mod read;
mod refused;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use digits_core::data::csv::{self, Labels};
use digits_core::data::source::{LoadOptions, load};
use digits_core::data::{Examples, PIXELS, Source, Split, idx, practice};
use digits_core::{Error, Result};
use flate2::{Compression, write::GzEncoder};

/// The images of all cases: each digit twice.
fn digits() -> Examples {
    practice::examples(1, Split::Train, 20)
}

/// Some rows of text: the header, then a row an image, made from its label and its grey levels.
fn text(header: Option<&str>, row: impl Fn(u8, &[u8]) -> String) -> String {
    let digits = digits();
    let rows = (0..digits.len()).map(|index| row(digits.labels()[index], digits.image(index)));
    header.map(str::to_owned).into_iter().chain(rows).map(|row| row + "\n").collect()
}

fn joined(image: &[u8], separator: &str, level: impl Fn(u8) -> String) -> String {
    image.iter().map(|&pixel| level(pixel)).collect::<Vec<_>>().join(separator)
}

fn levels(image: &[u8]) -> String {
    joined(image, ",", |pixel| pixel.to_string())
}

/// MNIST's own form, without a header.
fn plain() -> String {
    text(None, |label, image| format!("{label},{}", levels(image)))
}

/// The names of the columns of pixels.
fn names() -> String {
    (0..PIXELS).map(|pixel| format!("pixel{pixel}")).collect::<Vec<_>>().join(",")
}

/// An image as Python writes a list.
fn list(image: &[u8]) -> String {
    format!("[{}]", joined(image, ", ", |pixel| pixel.to_string()))
}

/// The begin of a zip file whose first file has this name.
fn zip(name: &str) -> Vec<u8> {
    [&b"PK\x03\x04"[..], &[0; 26], name.as_bytes(), b" and so on"].concat()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(bytes).expect("memory takes everything");
    gzip.finish().expect("memory takes everything")
}

fn utf16(text: &str) -> Vec<u8> {
    "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

fn scaled(level: fn(u8) -> String) -> Vec<u8> {
    text(None, |label, image| format!("{label},{}", joined(image, ",", level))).into_bytes()
}

/// A message as the table shows it: without the temporary folder.
fn cell(message: &str, folder: &Path) -> String {
    documented::cell(&message.replace(&folder.display().to_string(), "FOLDER"))
}

const COMMAND: &str = "cargo test -p core --test data_inputs";

#[test]
fn every_file_is_read_rightly_or_refused_with_help() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let folder = place.path();
    let mut table = "| it has | it is | what is said |\n|---|---|---|\n".to_owned();
    let mut line = |words: &str, what: &str, said: &str| {
        let _ = writeln!(table, "| {words} | {what} | {said} |"); // a String takes everything
    };
    let read = |bytes: &[u8]| -> Result<csv::Rows> {
        let path = folder.join("digits.csv");
        std::fs::write(&path, bytes).expect("writes");
        let from_file = csv::read(&path, Labels::Required);
        let from_memory = csv::parse(bytes, &path, Labels::Required);
        assert_eq!(from_file.as_ref().ok(), from_memory.as_ref().ok());
        from_file
    };
    for (words, bytes) in read::cases() {
        let rows = read(&bytes).unwrap_or_else(|error| panic!("{words}: {error}"));
        line(words, "read", &cell(&rows.notes.join("\n"), folder));
        assert!(rows.into_examples().expect("labels").0 == digits(), "{words}: the right digits");
    }
    for (words, bytes) in refused::cases() {
        let error = read(&bytes).err().unwrap_or_else(|| panic!("{words} is read"));
        line(words, "refused", &cell(&error.to_string(), folder));
    }
    documented::check("inputs.md", "csv", &table, COMMAND);
}

#[test]
fn every_folder_is_read_rightly_or_refused_with_help() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let mut table = "| it holds | it is | what is said |\n|---|---|---|\n".to_owned();
    for (number, (words, make)) in folders::cases().into_iter().enumerate() {
        let folder = place.path().join(number.to_string());
        std::fs::create_dir(&folder).expect("makes it");
        make(&folder);
        let options = LoadOptions { test_share: 0.5, ..LoadOptions::default() };
        let loaded = load(&Source::Folder(folder.clone()), &options, &mut folders::Reader);
        if let Ok(dataset) = &loaded
            && dataset.origin.ends_with("images")
        {
            folders::check_labels(&dataset.train);
            folders::check_labels(&dataset.test);
        }
        let (what, said) = match loaded {
            Ok(dataset) => ("read", dataset.notes.join("\n")),
            Err(error) => ("refused", error.to_string()),
        };
        let _ = writeln!(table, "| {words} | {what} | {} |", cell(&said, &folder)); // a String takes everything
    }
    documented::check("inputs.md", "folders", &table, COMMAND);
}

#[test]
fn rows_to_predict_need_no_label() {
    let unlabelled = text(None, |_, image| levels(image));
    let rows = csv::parse(unlabelled.as_bytes(), Path::new("test.csv"), Labels::Optional).expect("read");
    assert!(rows.labels.is_none() && rows.pixels == digits().pixels());
    let rows = csv::parse(plain().as_bytes(), Path::new("test.csv"), Labels::Optional).expect("read");
    assert_eq!(rows.labels.as_deref(), Some(digits().labels()));
    let one = plain().lines().nth(1).expect("a row").to_owned();
    let rows = csv::parse(one.as_bytes(), Path::new("test.csv"), Labels::Optional).expect("read");
    assert_eq!(rows.pixels, digits().image(1));
}

#[test]
fn a_file_is_parted_by_its_share_and_seed() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let path = place.path().join("train.csv");
    std::fs::write(&path, plain()).expect("writes");
    let source = Source::named(path.as_os_str()).expect("a source");
    assert_eq!(source, Source::File(path.clone()));
    let options = LoadOptions { test_share: 0.5, ..LoadOptions::default() };
    let dataset = load(&source, &options, &mut ()).expect("read");
    assert_eq!((dataset.train.len(), dataset.test.len()), (10, 10));
    assert_eq!((dataset.name.as_str(), &dataset.source), ("the data in train.csv", &source));
    let options = LoadOptions { test_share: 0.01, ..LoadOptions::default() };
    assert!(matches!(load(&source, &options, &mut ()), Err(Error::Usage(_))));
}

#[test]
fn data_that_cannot_be_listed_is_an_error() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let data = place.path().join("data");
    std::fs::write(&data, "a file, no folder").expect("writes");
    let options = LoadOptions { data, ..LoadOptions::default() };
    let error = load(&Source::Default, &options, &mut ()).expect_err("not the practice digits");
    assert!(error.to_string().starts_with("cannot read the folder "), "{error}");
}

#[test]
fn what_is_too_large_is_refused_before_it_is_read() {
    let place = tempfile::tempdir().expect("a temporary folder");
    // Files of zeros that take no room on the disk.
    let sparse = |name: &str, begin: &[u8]| {
        let path = place.path().join(name);
        std::fs::write(&path, begin).expect("writes");
        let file = std::fs::File::options().write(true).open(&path).expect("opens");
        file.set_len(20 << 30).is_ok().then_some(path)
    };
    let header: Vec<u8> =
        [2051u32, 25_000_000, 28, 28].iter().flat_map(|number| number.to_be_bytes()).collect();
    let (Some(rows), Some(images)) = (sparse("rows.csv", b"7,0"), sparse("images", &header)) else {
        return; // a file system without such files
    };
    let error = csv::read(&rows, Labels::Required).expect_err("too large").to_string();
    assert!(error.contains("expected at most 1073741824 bytes of text, found 21474836480"), "{error}");
    let error = idx::read(&images, &rows).expect_err("too large").to_string();
    assert!(error.contains("expected at most 1073741824 bytes of items, found 19600000000"), "{error}");
}
