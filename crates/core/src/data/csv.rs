//! Images as CSV: a row is 784 grey levels and, for a training set, a label; in MNIST's own form the label comes first.
//!
//! Two readers, one meaning. `fast` reads the plain rows that nearly all files consist of, and gives up on anything
//! else; then the careful reader looks at the whole file, decides what its columns and numbers mean (`layout`,
//! `values`), and words what is wrong. The tests hold the two against each other.
//!
//! Whatever leaves no doubt is read, and what was converted is told in a note; whatever could mean two things is an
//! error. Nothing is guessed from one row where the file has more.

use std::borrow::Cow;
use std::io::Write;
use std::path::Path;

use csv::{ByteRecord, ReaderBuilder, Trim};

use super::{Examples, PIXELS, SIDE, formats, grey};
use crate::error::Place;
use crate::printable::printable;
use crate::{Error, Result};

mod fast;
#[cfg(feature = "files")]
mod file;
mod layout;
mod text;
mod values;

#[cfg(feature = "files")]
pub use file::{read, read_examples, write};
use layout::{Column, Layout};
use values::Scale;

/// The fields of a row: the label and the pixels.
const FIELDS: usize = 1 + PIXELS;
const ROW: &str = "785 fields, a label and 28 x 28 grey levels";
const ADVICE: &str = "A row is a label 0 to 9 and 784 grey levels 0 to 255, separated by commas.";
/// The most bytes of text that are read: as much as half a million rows need.
pub const MOST_TEXT: u64 = 1 << 30;

/// Whether rows must say which digits they show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Labels {
    /// They must: the rows are to learn from, or to be judged by.
    Required,
    /// They may: the rows are to be predicted.
    Optional,
}

/// The images of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rows {
    /// 784 grey levels an image, 0 (paper) to 255 (ink).
    pub pixels: Vec<u8>,
    /// A digit an image, if the file has labels.
    pub labels: Option<Vec<u8>>,
    /// What was converted or left aside, a sentence each.
    pub notes: Vec<String>,
}

impl Rows {
    /// The images with their labels, and the notes; `None` if there are no labels.
    pub fn into_examples(self) -> Option<(Examples, Vec<String>)> {
        Some((Examples::new(self.pixels, self.labels?), self.notes))
    }
}

/// Reads the rows of a file that lies in memory; `name` is its name in notes and errors.
///
/// # Errors
/// Whatever leaves a doubt: each with the line, what was expected, what was found and what to do.
pub fn parse(bytes: &[u8], name: &Path, labels: Labels) -> Result<Rows> {
    if let Ok(Some(rows)) = fast::parse(bytes) {
        return finish(rows, name);
    }
    parse_carefully(bytes, name, labels)
}

/// The same by the careful reader alone, for tests that hold the two readers against each other.
///
/// # Errors
/// Those of [`parse`].
pub fn parse_carefully(bytes: &[u8], name: &Path, labels: Labels) -> Result<Rows> {
    finish(judge(bytes, name, labels)?, name)
}

/// Brings the grey levels that a reader found to paper 0 and ink 255.
fn finish(mut rows: Rows, name: &Path) -> Result<Rows> {
    rows.notes.extend(grey::normalise(&mut rows.pixels, name)?);
    Ok(rows)
}

/// Writes the rows, header first, to any writer.
///
/// # Errors
/// Those of the writer.
pub fn write_to(writer: impl Write, examples: &Examples) -> std::io::Result<()> {
    let mut writer = csv::Writer::from_writer(writer);
    let names = (0..PIXELS).map(|pixel| format!("{}x{}", pixel / SIDE + 1, pixel % SIDE + 1));
    writer.write_record(std::iter::once("label".to_owned()).chain(names))?;
    let numbers: [String; 256] = std::array::from_fn(|number| number.to_string());
    for (index, &label) in examples.labels().iter().enumerate() {
        let row = std::iter::once(&label).chain(examples.image(index));
        writer.write_record(row.map(|&value| &numbers[usize::from(value)]))?;
    }
    writer.flush()
}

/// The `csv` crate's reader over the bytes.
fn reader(bytes: &[u8], separator: u8) -> csv::Reader<&[u8]> {
    ReaderBuilder::new()
        .has_headers(false) // `layout` decides
        .flexible(true) // the number of fields is checked here, with better words
        .trim(Trim::All)
        .delimiter(separator)
        .comment(Some(b'#'))
        .from_reader(bytes)
}

/// The careful reader: it goes through the file twice, first to learn what its columns hold, then to read them.
fn judge(bytes: &[u8], name: &Path, labels: Labels) -> Result<Rows> {
    let text = text::decode(bytes, name)?;
    let (bytes, mut notes) = (text.bytes, text.notes);
    text::check_lines(&bytes, name)?;
    text::check_decimals(&bytes, name)?;
    let separator = text::separator(&bytes);
    let columns = Columns::of(&bytes, separator, name)?;
    let layout = Layout::decide(columns.header.as_ref(), &columns.columns, labels)
        .map_err(|doubt| doubt.into_error(name))?;
    let scale = Scale::decide(layout.pixels.iter().map(|&at| &columns.columns[at]))
        .map_err(|doubt| doubt.into_error(name))?;
    notes.extend(layout.notes.iter().chain(&scale.note()).map(|note| format!("{}: {note}", short(name))));

    let mut rows = Rows { notes, labels: layout.label.map(|_| Vec::new()), ..Rows::default() };
    let mut records = Records::new(&bytes, separator, name);
    let mut record = ByteRecord::new();
    if columns.header.is_some() {
        records.read(&mut record)?;
    }
    while records.read(&mut record)? {
        if let (Some(at), Some(labels)) = (layout.label, &mut rows.labels) {
            let label = values::number(&record[at]).filter(|&label| values::is_label(label));
            let label = label.ok_or_else(|| {
                records.wrong(&record, format!("a label 0 to 9 in field {}", at + 1), quoted(&record[at]))
            })?;
            labels.push(label as u8);
        }
        for &at in &layout.pixels {
            let level = values::number(&record[at]).and_then(|value| scale.level(value));
            rows.pixels.push(level.ok_or_else(|| {
                let expected = format!("{} in field {}", scale.expected(), at + 1);
                records.wrong(&record, expected, quoted(&record[at]))
            })?);
        }
    }
    Ok(rows)
}

/// What the first way through a file finds.
struct Columns {
    header: Option<ByteRecord>,
    columns: Vec<Column>,
}

impl Columns {
    fn of(bytes: &[u8], separator: u8, name: &Path) -> Result<Self> {
        let mut records = Records::new(bytes, separator, name);
        let (mut header, mut columns, mut rows) = (None, Vec::new(), 0);
        let mut record = ByteRecord::new();
        while records.read(&mut record)? {
            if columns.is_empty() {
                if !layout::LENGTHS.contains(&record.len()) {
                    return Err(records.wrong(&record, ROW.to_owned(), counted_fields(&record)));
                }
                columns = vec![Column::default(); record.len()];
                if layout::is_header(&record) {
                    header = Some(record.clone());
                    continue;
                }
            }
            if record.len() != columns.len() {
                let expected = match columns.len() {
                    FIELDS => ROW.to_owned(),
                    len => format!("{len} fields, as in the first row"),
                };
                return Err(records.wrong(&record, expected, counted_fields(&record)));
            }
            columns.iter_mut().zip(&record).for_each(|(column, field)| column.see(field));
            rows += 1;
        }
        if rows == 0 {
            let found = match bytes {
                [] => "an empty file".to_owned(),
                _ => format!("none in {} bytes", bytes.len()),
            };
            return Err(Error::malformed(name, Place::File, "rows of images", found, ADVICE));
        }
        Ok(Columns { header, columns })
    }
}

/// The records of a file, with the words for what is wrong in one.
struct Records<'a> {
    bytes: &'a [u8],
    name: &'a Path,
    reader: csv::Reader<&'a [u8]>,
}

impl<'a> Records<'a> {
    fn new(bytes: &'a [u8], separator: u8, name: &'a Path) -> Self {
        Records { bytes, name, reader: reader(bytes, separator) }
    }

    /// Reads the next record; answers whether there was one.
    fn read(&mut self, record: &mut ByteRecord) -> Result<bool> {
        self.reader.read_byte_record(record).map_err(|error| Error::io(self.name, "read", error.into()))
    }

    /// The error for a record that is not what it should be.
    fn wrong(&self, record: &ByteRecord, expected: String, found: String) -> Error {
        let start = record.position().map_or(0, |position| position.byte());
        let line = Place::Line(line_at(self.bytes, start));
        Error::malformed(self.name, line, expected, found, ADVICE)
    }
}

/// How many fields a record has; a single one is shown.
fn counted_fields(record: &ByteRecord) -> String {
    match record.len() {
        1 => format!("1 field, {}", quoted(&record[0])),
        len => format!("{len} fields"),
    }
}

/// A field as a message shows it.
fn quoted(field: &[u8]) -> String {
    const SHOWN: usize = 20;
    format!("`{}`", printable(&String::from_utf8_lossy(field), SHOWN))
}

/// The name of a file without its folder, as notes show it.
fn short(name: &Path) -> Cow<'_, str> {
    name.file_name().unwrap_or(name.as_os_str()).to_string_lossy()
}

/// The line, counted from 1, of the record that the reader began to look for at byte `start`.
fn line_at(bytes: &[u8], start: u64) -> u64 {
    // The search begins at the end of the line before, and passes over empty lines.
    let start = usize::try_from(start).unwrap_or(usize::MAX).min(bytes.len());
    let skipped = bytes[start..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    let record = start + skipped.count();
    let line_ends = bytes[..record].iter().filter(|&&byte| byte == b'\n').count();
    1 + line_ends as u64
}

#[cfg(test)]
mod tests;
