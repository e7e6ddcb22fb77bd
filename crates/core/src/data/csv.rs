//! MNIST as CSV: a row is a label and 784 grey levels, with or without a header row.
//!
//! Two readers, one meaning. `fast` reads the plain rows that nearly all files consist of, and gives up on anything
//! else; then the `csv` crate reads the file, decides what is right, and this module words what is wrong. The
//! tests hold the two against each other.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use csv::{ByteRecord, ReaderBuilder, Trim};

use super::{CLASSES, Examples, PIXELS, SIDE};
use crate::error::Place;
use crate::files;
use crate::{Error, Result};

mod fast;

/// The fields of a row: the label and the pixels.
const FIELDS: usize = 1 + PIXELS;
const ROW: &str = "785 fields, a label and 28 x 28 grey levels";
const ADVICE: &str = "A row is a label 0 to 9 and 784 grey levels 0 to 255, separated by commas.";

/// Reads the file.
///
/// Its first row may be a header: a row without any number in it, or one that begins with `label`.
pub fn read(path: &Path) -> Result<Examples> {
    let failed = |error| Error::io(path, "read", error);
    match fast::parse(File::open(path).map_err(failed)?).map_err(failed)? {
        Some(examples) => Ok(examples),
        None => judge(path, &std::fs::read(path).map_err(failed)?),
    }
}

/// Writes the file whole or not at all: a header row (`label,1x1,1x2,...`), then a row an example.
pub fn write(path: &Path, examples: &Examples) -> Result<()> {
    files::write_whole(path, |file| write_to(file, examples))
}

/// Writes the rows, header first, to any writer.
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
fn reader(bytes: &[u8]) -> csv::Reader<&[u8]> {
    ReaderBuilder::new()
        .has_headers(false) // `is_header` decides
        .flexible(true) // the number of fields is checked here, with better words
        .trim(Trim::All)
        .from_reader(bytes)
}

/// Whether the first record names columns: it has no number, or its first field is `label`.
fn is_header(record: &ByteRecord) -> bool {
    let is_number = |field: &[u8]| str::from_utf8(field).is_ok_and(|text| text.parse::<f64>().is_ok());
    record.get(0).is_some_and(|field| field.eq_ignore_ascii_case(b"label")) || !record.iter().any(is_number)
}

/// The careful reader: the examples of any file that the `csv` crate understands, or what is wrong with it.
fn judge(path: &Path, bytes: &[u8]) -> Result<Examples> {
    let mut reader = reader(bytes);
    let mut record = ByteRecord::new();
    let (mut pixels, mut labels) = (Vec::new(), Vec::new());
    let mut first = true;
    while reader.read_byte_record(&mut record).map_err(|error| Error::io(path, "read", error.into()))? {
        let wrong = |expected: String, found: String| {
            let start = record.position().map_or(0, |position| position.byte());
            Error::malformed(path, Place::Line(line_at(bytes, start)), expected, found, ADVICE)
        };
        if record.len() != FIELDS {
            let found = match record.len() {
                1 => format!("1 field, {}", quoted(&record[0])),
                len => format!("{len} fields"),
            };
            return Err(wrong(ROW.to_owned(), found));
        }
        if std::mem::take(&mut first) && is_header(&record) {
            continue;
        }
        match number(&record[0]) {
            Some(label) if usize::from(label) < CLASSES => labels.push(label),
            _ => {
                return Err(wrong("a label 0 to 9 in field 1".to_owned(), quoted(&record[0])));
            }
        }
        for (field, text) in record.iter().enumerate().skip(1) {
            let Some(value) = number(text) else {
                let expected = format!("a grey level 0 to 255 in field {}", field + 1);
                return Err(wrong(expected, quoted(text)));
            };
            pixels.push(value);
        }
    }
    if labels.is_empty() {
        let found = if bytes.is_empty() {
            "an empty file".to_owned()
        } else {
            format!("none in {} bytes", bytes.len())
        };
        return Err(Error::malformed(path, Place::File, "rows of images", found, ADVICE));
    }
    Ok(Examples::new(pixels, labels))
}

/// A whole number 0 to 255.
fn number(text: &[u8]) -> Option<u8> {
    str::from_utf8(text).ok()?.parse().ok()
}

/// A field as a message shows it.
fn quoted(field: &[u8]) -> String {
    const SHOWN: usize = 20;
    let text = String::from_utf8_lossy(field);
    if text.chars().count() > SHOWN {
        format!("`{}...`", text.chars().take(SHOWN).collect::<String>())
    } else {
        format!("`{text}`")
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Split, practice};
    use crate::random::{Purpose, below, generator};

    const FILE: &str = "some/mnist_train.csv";

    fn fast(text: &[u8]) -> Option<Examples> {
        fast::parse(text).expect("memory can be read")
    }

    fn judged(text: &[u8]) -> Result<Examples> {
        judge(Path::new(FILE), text)
    }

    /// Practice digits as CSV.
    fn good(len: usize) -> (Examples, Vec<u8>) {
        let examples = practice::examples(1, Split::Train, len);
        let mut text = Vec::new();
        write_to(&mut text, &examples).expect("memory takes everything");
        (examples, text)
    }

    #[test]
    fn both_readers_read_what_was_written() {
        let (examples, text) = good(2500);
        assert!(text.len() > fast::BLOCK, "more than one block");
        assert!(fast(&text).expect("plain") == examples);
        assert!(judged(&text).expect("right") == examples);
    }

    #[test]
    fn plain_variants_take_the_fast_way() {
        let (examples, text) = good(3);
        let text = String::from_utf8(text).expect("ASCII");
        let rows = text.split_once('\n').expect("a header").1;
        for variant in [
            rows.to_owned(),
            rows.trim_end().to_owned(),
            text.replace('\n', "\r\n"),
            text.replace("label,1x1,", "label,\"pixel, the first\","),
        ] {
            assert!(fast(variant.as_bytes()).expect("plain") == examples);
            assert!(judged(variant.as_bytes()).expect("right") == examples);
        }
    }

    #[test]
    fn odd_variants_are_left_to_the_general_reader() {
        let (examples, text) = good(3);
        let text = String::from_utf8(text).expect("ASCII");
        for variant in [
            text.replace(",0,", ", 0 ,"),
            text.replace(",0,", ",\"0\","),
            text.replace(",0,", ",+0,"),
            text.replace(",0,", ",0000,"),
            text.replace('\n', "\n\n"),
            text.replace('\n', "\r"),
            format!("\u{feff}{}", text.split_once('\n').expect("a header").1),
        ] {
            assert!(fast(variant.as_bytes()).is_none());
            assert!(judged(variant.as_bytes()).expect("right") == examples);
        }
    }

    #[test]
    fn the_fast_reader_never_differs_from_the_general_one() {
        let (_, text) = good(4);
        let odd = b"0123456789,,,\n\n\r\" .-+x\xff";
        let mut rng = generator(1, Purpose::Test, 0);
        for _ in 0..2000 {
            let mut text = text.clone();
            for _ in 0..=below(&mut rng, 2) {
                let at = below(&mut rng, text.len());
                let byte = odd[below(&mut rng, odd.len())];
                match below(&mut rng, 4) {
                    0 => text[at] = byte,
                    1 => text.insert(at, byte),
                    2 => drop(text.remove(at)),
                    _ => text.truncate(at),
                }
            }
            if let Some(fast) = fast(&text) {
                assert!(fast == judged(&text).expect("right, as the fast reader took it"));
            }
        }
    }

    /// The message for the text, less the file's name.
    fn message(text: impl AsRef<[u8]>) -> String {
        assert_eq!(fast(text.as_ref()), None);
        let message = judged(text.as_ref()).expect_err("an error").to_string();
        let rest = message.strip_prefix(FILE).expect("the file's name").to_owned();
        rest.lines().next().expect("a line").to_owned()
    }

    #[test]
    fn every_mistake_has_its_line_and_its_words() {
        let row = |label: &str, pixel: &str| format!("{label}{},{pixel}", ",0".repeat(PIXELS - 1));
        let after = |bad: String| format!("{}\r\n\r\n{}\r\n{bad}\r\n", row("label", "x"), row("7", "0"));

        assert_eq!(message(""), ": expected rows of images, found an empty file");
        let header = format!("{}\n", vec!["x"; FIELDS].join(","));
        assert_eq!(message(header), ": expected rows of images, found none in 1570 bytes");
        let fields = "expected 785 fields, a label and 28 x 28 grey levels, found";
        assert_eq!(message(after("7,0,0".to_owned())), format!(", line 4: {fields} 3 fields"));
        let long = row("7", "0") + ",0";
        assert_eq!(message(after(long)), format!(", line 4: {fields} 786 fields"));
        let page = "<!DOCTYPE html>\n";
        assert_eq!(message(page), format!(", line 1: {fields} 1 field, `<!DOCTYPE html>`"));

        let pixel = ", line 4: expected a grey level 0 to 255 in field 785, found";
        assert_eq!(message(after(row("7", "256"))), format!("{pixel} `256`"));
        assert_eq!(message(after(row("7", "abc"))), format!("{pixel} `abc`"));
        assert_eq!(message(after(row("7", "0.5"))), format!("{pixel} `0.5`"));
        assert_eq!(message(after(row("7", ""))), format!("{pixel} ``"));
        let label = "expected a label 0 to 9 in field 1, found";
        assert_eq!(message(after(row("10", "0"))), format!(", line 4: {label} `10`"));
        assert_eq!(message(row("abc", "0")), format!(", line 1: {label} `abc`"));
    }

    #[test]
    fn a_file_of_line_ends_asks_for_no_memory() {
        assert_eq!(fast(&vec![b'\n'; 100_000]), None);
        assert!(judged(&vec![b'\n'; 100_000]).is_err());
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = read(Path::new("no/such/file.csv")).expect_err("an error").to_string();
        assert!(error.starts_with("cannot read no/such/file.csv: "), "{error}");
    }
}
