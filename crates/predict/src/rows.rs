//! Rows of CSV as images: 784 grey levels each, with or without a label, with or without a header.

use csv::{ByteRecord, ReaderBuilder, Trim};
use digits_core::data::{CLASSES, PIXELS};
use digits_core::error::Place;
use digits_core::{Error, Result};
use std::path::Path;

/// An image, 28 x 28 levels from 0, paper, to 255, ink, and what it shows, where that is known.
pub(crate) type Row = ([u8; PIXELS], Option<u8>);

/// No row needs a longer line, in bytes; one without end would need memory without end.
const LONGEST_LINE: usize = 64 << 10;
const ROW: &str = "784 grey levels, with or without a label before them";
const ADVICE: &str =
    "Give an image, or rows of 784 grey levels from 0, paper, to 255, ink, separated by commas.";

/// Reads the rows of a file, whose bytes these are.
///
/// # Errors
/// The first row that is none, with its line; files without any row.
pub(crate) fn read(path: &Path, bytes: &[u8]) -> Result<Vec<Row>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let wrong = |place, expected: &str, found: String| Error::malformed(path, place, expected, found, ADVICE);
    let mut line = 0;
    for text in bytes.split(|byte| matches!(byte, b'\n' | b'\r')) {
        line += 1;
        if text.len() > LONGEST_LINE {
            return Err(wrong(Place::Line(line), ROW, format!("a line of {} bytes", text.len())));
        }
    }
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).trim(Trim::All).from_reader(bytes);
    let mut record = ByteRecord::new();
    let (mut rows, mut label_at, mut first) = (Vec::new(), 0, true);
    while reader.read_byte_record(&mut record).map_err(|error| Error::io(path, "read", error.into()))? {
        let start = record.position().map_or(0, |position| position.byte());
        let wrong =
            |expected: &str, found: String| wrong(Place::Line(line_at(bytes, start)), expected, found);
        let labelled = match record.len() {
            PIXELS => false,
            len if len == PIXELS + 1 => true,
            1 => return Err(wrong(ROW, format!("1 field, {}", quoted(&record[0])))),
            len => return Err(wrong(ROW, format!("{len} fields"))),
        };
        if std::mem::take(&mut first) && is_header(&record) {
            label_at = record.iter().position(names_label).unwrap_or(0);
            continue;
        }
        let mut row = ([0; PIXELS], None);
        let mut levels = row.0.iter_mut();
        for (field, text) in record.iter().enumerate() {
            if labelled && field == label_at {
                let label = number(text).filter(|label| usize::from(*label) < CLASSES);
                let expected = || format!("a label 0 to 9 in field {}", field + 1);
                row.1 = Some(label.ok_or_else(|| wrong(&expected(), quoted(text)))?);
            } else if let Some(level) = levels.next() {
                let expected = || format!("a grey level 0 to 255 in field {}", field + 1);
                *level = number(text).ok_or_else(|| wrong(&expected(), quoted(text)))?;
            }
        }
        rows.push(row);
    }
    if rows.is_empty() {
        let found = if bytes.is_empty() { "an empty file" } else { "no row of numbers" };
        return Err(wrong(Place::File, "an image, or rows of grey levels", found.to_owned()));
    }
    Ok(rows)
}

/// Whether the first record names columns: it has no number, or one of its fields is `label`.
fn is_header(record: &ByteRecord) -> bool {
    let is_number = |field: &[u8]| str::from_utf8(field).is_ok_and(|text| text.parse::<f64>().is_ok());
    record.iter().any(names_label) || !record.iter().any(is_number)
}

/// Whether a column is that of the labels.
fn names_label(field: &[u8]) -> bool {
    field.eq_ignore_ascii_case(b"label")
}

/// A whole number 0 to 255.
fn number(text: &[u8]) -> Option<u8> {
    str::from_utf8(text).ok()?.parse().ok()
}

/// The beginning of a field, its control characters as escapes.
fn quoted(field: &[u8]) -> String {
    let text: String = String::from_utf8_lossy(&field[..field.len().min(80)]).chars().take(20).collect();
    format!("{text:?}")
}

/// The line, counted from 1, of the record that the reader began to look for at byte `start`.
fn line_at(bytes: &[u8], start: u64) -> u64 {
    // The search begins at the end of the line before, and passes over empty lines.
    let start = usize::try_from(start).unwrap_or(usize::MAX).min(bytes.len());
    let skipped = bytes[start..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let before = &bytes[..start + skipped];
    // \r\n is one end of a line, \r alone is one too.
    let alone = before
        .iter()
        .zip(before.iter().skip(1).chain([&0]))
        .filter(|pair| matches!(pair, (b'\r', n) if **n != b'\n'));
    1 + before.iter().filter(|byte| **byte == b'\n').count() as u64 + alone.count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        read(Path::new("rows.csv"), text.as_bytes()).expect_err("an error").to_string()
    }

    fn levels() -> String {
        (0..PIXELS).map(|pixel| (pixel % 256).to_string()).collect::<Vec<_>>().join(",")
    }

    #[test]
    fn rows_are_read_with_and_without_label_and_header() {
        let levels = levels();
        let image: [u8; PIXELS] = std::array::from_fn(|pixel| (pixel % 256) as u8);
        let names: Vec<String> = (0..PIXELS).map(|pixel| format!("p{pixel}")).collect();
        let names = names.join(",");
        let quotes = levels.split(',').map(|level| format!("\"{level}\"")).collect::<Vec<_>>().join(",");
        for (text, label) in [
            (format!("{levels}\n"), None),
            (format!("7,{levels}\n"), Some(7)),
            (format!("label,{names}\n3, {levels}\n"), Some(3)),
            (
                format!(
                    "Label,{}\r\n\r\n3,{levels}\r\n",
                    (0..PIXELS).map(|p| p.to_string()).collect::<Vec<_>>().join(",")
                ),
                Some(3),
            ),
            (format!("{names},LABEL\n{levels},4\n"), Some(4)),
            (format!("\u{feff}\"5\",{quotes}\n"), Some(5)),
            (format!("{names}\n{levels}"), None),
        ] {
            let rows = read(Path::new("rows.csv"), text.as_bytes()).expect("reads");
            assert_eq!(rows, [(image, label)]);
        }
    }

    #[test]
    fn what_is_no_row_is_refused_with_its_line() {
        let levels = levels();
        let bad = levels.replacen("0,", "256,", 1);
        assert!(message("").contains("an empty file"));
        assert!(
            message("hello\nworld\n").contains("line 1: expected 784 grey levels"),
            "{}",
            message("hello\nworld\n")
        );
        assert!(
            message(&format!("{levels}\n\n\n{levels}\n{bad}"))
                .contains("line 5: expected a grey level 0 to 255 in field 1")
        );
        assert!(message(&format!("{levels}\r\r{bad}")).contains("line 3"));
        assert!(message(&format!("10,{levels}")).contains("a label 0 to 9 in field 1, found \"10\""));
        assert!(message(&format!("{levels},x")).contains("field 785"));
        assert!(message(&format!("\x1b[31m{levels}")).contains("\\u{1b}"));
        assert!(message(&",".repeat(1 << 20)).contains("a line of 1048576 bytes"));
    }
}
