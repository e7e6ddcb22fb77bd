//! The records of a CSV file, one by one, with the words for what is wrong in one.

use csv::ByteRecord;
use std::path::Path;

use super::coded;
use super::layout::LENGTHS;
use super::packed;
use super::text::Form;
use super::values::{number, value};
use super::{ADVICE, FIELDS, ROW, names, quoted, reader};
use crate::data::{CLASSES, PIXELS, SIDE};
use crate::error::Place;
use crate::{Error, Result};

const COMMA: &str =
    "A number has no comma in it: write a point before its fraction, and nothing between thousands.";
const NOTHING: &str = "Write 0 where paper is, or leave the row out.";
const HEXADECIMAL: &str =
    "It seems to be hexadecimal: that is read behind 0x, as in 0xff; or write numbers to base ten, 0 to 255.";
const LABEL: &str = "Write each label as a digit, 0 to 9, or leave its row out.";

/// The records of a file. Blank ones, titles above the table, and those that repeat the header are passed over.
pub(super) struct Records<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) name: &'a Path,
    /// The first record, where it names the columns.
    pub(super) header: Option<ByteRecord>,
    /// How often the header was met again.
    pub(super) repeated: usize,
    /// How many lines of words stand above the table.
    pub(super) titles: usize,
    /// Whether no record was read yet.
    at_start: bool,
    form: Form,
    reader: csv::Reader<&'a [u8]>,
}

impl<'a> Records<'a> {
    pub(super) fn new(bytes: &'a [u8], form: Form, name: &'a Path) -> Self {
        let reader = reader(bytes, form.separator);
        Records { bytes, name, header: None, repeated: 0, titles: 0, at_start: true, form, reader }
    }

    /// The same records from the first one behind the header.
    pub(super) fn again(self) -> Self {
        Records { header: self.header, ..Records::new(self.bytes, self.form, self.name) }
    }

    /// Reads the next record; answers whether there was one. A field that holds a whole image becomes as many fields as
    /// it has pixels.
    pub(super) fn read(&mut self, record: &mut ByteRecord) -> Result<bool> {
        loop {
            let read = self.reader.read_byte_record(record);
            if !read.map_err(|error| Error::io(self.name, "read", error.into()))? {
                return Ok(false);
            }
            if record.iter().all(<[u8]>::is_empty) {
                continue;
            }
            if self.at_start && is_title(record) {
                self.titles += 1;
                continue;
            }
            if let Some(at) = self.form.packed {
                let whole = packed::unpack(record, at, self.at_start);
                *record = whole.map_err(|found| {
                    self.wrong(record, format!("{PIXELS} numbers in field {}", at + 1), found, ADVICE)
                })?;
            }
            let is_first = std::mem::take(&mut self.at_start);
            if self.header.as_ref() == Some(record) {
                self.repeated += usize::from(!is_first);
                continue;
            }
            return Ok(true);
        }
    }

    /// The error for a record that is not what it should be.
    fn wrong(
        &self,
        record: &ByteRecord,
        expected: impl Into<String>,
        found: impl Into<String>,
        advice: &str,
    ) -> Error {
        let start = record.position().map_or(0, |position| position.byte());
        let line = Place::Line(line_at(self.bytes, start));
        Error::malformed(self.name, line, expected, found, advice)
    }

    /// The error for a field that is no label.
    pub(super) fn wrong_label(&self, record: &ByteRecord, at: usize) -> Error {
        let expected = format!("a label 0 to 9 in field {}", at + 1);
        self.wrong(record, expected, quoted(&record[at]), LABEL)
    }

    /// The error for ten fields that do not name one digit.
    pub(super) fn wrong_places(&self, record: &ByteRecord, places: &[usize]) -> Error {
        let fields: Vec<String> = places.iter().map(|&at| quoted(&record[at])).collect();
        let expected =
            format!("one 1 and nine 0 as the label in {CLASSES} fields, from field {}", places[0] + 1);
        self.wrong(record, expected, fields.join(", "), LABEL)
    }

    /// The error for a field that is no grey level.
    pub(super) fn wrong_level(&self, record: &ByteRecord, at: usize, expected: &str) -> Error {
        let field = &record[at];
        let advice = match field {
            _ if names::is_one_of(field, &names::MISSING) => NOTHING,
            _ if field.contains(&b',') => COMMA,
            _ if is_hexadecimal(field) => HEXADECIMAL,
            _ => ADVICE,
        };
        self.wrong(record, format!("{expected} in field {}", at + 1), quoted(field), advice)
    }

    /// The error for a record with more or fewer fields than others have.
    pub(super) fn wrong_count(&self, record: &ByteRecord, expected: usize, why: &str) -> Error {
        let expected = match expected {
            FIELDS => ROW.to_owned(),
            len => format!("{len} fields, {why}"),
        };
        self.wrong(record, expected, counted_fields(record), ADVICE)
    }

    /// The error for a file whose rows are no images of 28 x 28, by its first record and the one behind it: what it may
    /// hold instead.
    pub(super) fn other_form(&mut self, record: &ByteRecord) -> Error {
        let found = counted_fields(record);
        let mut second = ByteRecord::new();
        if self.reader.read_byte_record(&mut second).is_err() {
            second.clear(); // the first record is error enough
        }
        let rows =
            self.bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).count();
        let fields = || record.iter().chain(&second);
        let coded = || [record, &second].into_iter().find_map(|record| Some((record, coded::found(record)?)));
        let numbers = fields().map(packed::count).max().filter(|&count| count > record.len());
        let len = numbers.unwrap_or(record.len());
        if let Some(list) = fields().find(|field| packed::is_cut_short(field)) {
            let found = format!("{}, which was cut short", quoted(list));
            let advice = "numpy and pandas shorten long arrays that become text: write the numbers themselves, each in a \
                          column of its own, by numpy.savetxt.";
            self.wrong(record, ROW, found, advice)
        } else if record.len() > 1 && (rows == PIXELS || rows == FIELDS) {
            let found = format!("{found} in {rows} rows: rows and columns are exchanged");
            let advice =
                "Transpose it: pandas.read_csv(..., header=None).T.to_csv(..., header=False, index=False).";
            Error::malformed(self.name, Place::File, ROW, found, advice)
        } else if let Some((record, (what, advice))) = coded() {
            self.wrong(record, ROW, what, advice)
        } else if [record, &second].iter().any(|record| record.len() == SIDE) {
            let found = format!("{SIDE} fields, as of an image over {SIDE} lines");
            self.wrong(
                record,
                ROW,
                found,
                "Write each image in one line: its label, then all its grey levels.",
            )
        } else if let Some((size, advice)) = other_size(len) {
            let found = match numbers {
                Some(numbers) => format!("{numbers} numbers in a field, as of {size}"),
                None => format!("{found}, as of {size}"),
            };
            self.wrong(record, ROW, found, advice)
        } else if let Some(line) = self.first_row(second) {
            let advice = "Delete the lines above, or put # before each.";
            self.wrong(record, ROW, format!("{found}; a row stands in line {line}"), advice)
        } else {
            self.wrong(record, ROW, found, ADVICE)
        }
    }

    /// The line of the first record, from this one on, that has as many fields as a row.
    fn first_row(&mut self, mut record: ByteRecord) -> Option<u64> {
        /// No file says more before its rows.
        const LOOKED_AT: usize = 1000;
        for _ in 0..LOOKED_AT {
            if LENGTHS.contains(&record.len()) {
                let start = record.position().map_or(0, |position| position.byte());
                return Some(line_at(self.bytes, start));
            }
            if !self.reader.read_byte_record(&mut record).ok()? {
                return None;
            }
        }
        None
    }
}

/// Whether a field is two figures to base sixteen, with what may stand around them.
fn is_hexadecimal(field: &[u8]) -> bool {
    let sign = [&b"#"[..], b"$", b"&H", b"\\x", b"x"].into_iter().find_map(|sign| field.strip_prefix(sign));
    let bare = sign.or(field.strip_suffix(b"h")).unwrap_or(field);
    bare.len() == 2 && bare.iter().all(u8::is_ascii_hexdigit)
}

/// Whether a record is words alone above a table, which a spreadsheet has made as wide as that.
fn is_title(record: &ByteRecord) -> bool {
    const MOST_WORDS: usize = 3;
    let mut words = record.iter().filter(|field| !field.is_empty());
    LENGTHS.contains(&record.len())
        && words.clone().count() <= MOST_WORDS
        && words.all(|word| value(word).is_none() && !names::is_one_of(word, &names::LABELS))
}

/// The images that rows of so many numbers may hold, a label with them or not, and what to do with them.
fn other_size(numbers: usize) -> Option<(String, &'static str)> {
    const FEWEST: usize = 64;
    let side = |pixels: usize| Some(pixels.isqrt()).filter(|side| side * side == pixels);
    let size = |labels: usize| {
        let pixels = numbers.checked_sub(labels).filter(|&pixels| pixels >= FEWEST)?;
        if let Some(side) = side(pixels) {
            let advice = "28 x 28 pixels are read: scale the images to that, or put paper around them.";
            return Some((format!("images of {side} x {side}"), advice));
        }
        let side = side(pixels / 3).filter(|side| pixels % 3 == 0 && *side >= SIDE)?;
        let advice =
            "One grey level a pixel is read, 28 x 28 of them: write the mean of red, green and blue.";
        Some((format!("coloured images of {side} x {side}"), advice))
    };
    [1, 0, CLASSES].into_iter().find_map(size)
}

/// How many fields a record has; one or two are shown, and so is one that holds line ends.
fn counted_fields(record: &ByteRecord) -> String {
    if let Some(long) = record.iter().find(|field| field.contains(&b'\n') && number(field).is_none()) {
        return format!(
            "{} fields, one of which, {}, goes on over lines: a quotation mark may be missing",
            record.len(),
            quoted(long)
        );
    }
    match record.len() {
        1 => format!("1 field, {}", quoted(&record[0])),
        2 => format!("2 fields, {} and {}", quoted(&record[0]), quoted(&record[1])),
        len => format!("{len} fields"),
    }
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
