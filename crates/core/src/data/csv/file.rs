//! CSV in files: the same readers and the same writer, with a path.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::text::read_bounded;
use super::{Examples, Labels, MOST_TEXT, Rows, fast, finish, judge, parse, write_to};
use crate::error::Place;
use crate::files;
use crate::{Error, Result};

/// Reads a file, plain or gzip. What is no regular file (a FIFO, say) is read once, to its end.
///
/// # Errors
/// Those of [`parse`], a file that cannot be read, and one with more than [`MOST_TEXT`] bytes.
pub fn read(path: &Path, labels: Labels) -> Result<Rows> {
    let failed = |error| Error::io(path, "read", error);
    let mut file = File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if metadata.is_dir() {
        return Err(failed(std::io::ErrorKind::IsADirectory.into()));
    }
    if !metadata.is_file() {
        return parse(&read_bounded(file, path)?, path, labels);
    }
    if metadata.len() > MOST_TEXT {
        let (expected, found) = (format!("at most {MOST_TEXT} bytes of text"), metadata.len().to_string());
        return Err(Error::malformed(
            path,
            Place::File,
            expected,
            found,
            "Split the file, or write it as IDX.",
        ));
    }
    match fast::parse(file.by_ref().take(MOST_TEXT)).map_err(failed)? {
        Some(rows) => finish(rows, path),
        None => finish(judge(&read_bounded(File::open(path).map_err(failed)?, path)?, path, labels)?, path),
    }
}

/// Reads a file whose rows have labels; what was converted or left aside is not told.
///
/// # Errors
/// Those of [`read`].
pub fn read_examples(path: &Path) -> Result<Examples> {
    let rows = read(path, Labels::Required)?;
    // Rows without labels are an error already where labels are required.
    rows.into_examples()
        .map(|(examples, _)| examples)
        .ok_or_else(|| Error::Unavailable("no labels".to_owned()))
}

/// Writes the file whole or not at all: a header row (`label,1x1,1x2,...`), then a row an example.
///
/// # Errors
/// Those of [`files::write_whole`].
pub fn write(path: &Path, examples: &Examples) -> Result<()> {
    files::write_whole(path, |file| write_to(file, examples))
}
