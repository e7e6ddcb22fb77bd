//! The text of a CSV file: unpacked, decoded, and by which character its fields are separated.

use std::borrow::Cow;
use std::io::Read;
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

use super::{ADVICE, MOST_TEXT, comments, formats, packed, short};
use crate::data::PIXELS;
use crate::error::Place;
use crate::{Error, Result};

/// The bytes in which a first row must end: twenty times as many as the longest needs.
const FIRST_ROW: u64 = 1 << 20;

/// What a file says, as UTF-8.
pub(super) struct Text<'a> {
    pub(super) bytes: Cow<'a, [u8]>,
    pub(super) notes: Vec<String>,
}

/// Unpacks gzip, decodes UTF-16, takes off a byte order mark, and blanks comments; other formats are errors that name them.
pub(super) fn decode<'a>(bytes: &'a [u8], name: &Path) -> Result<Text<'a>> {
    let mut notes = Vec::new();
    let mut bytes = Cow::Borrowed(bytes);
    if bytes.starts_with(formats::GZIP) {
        let most = formats::most_unpacked(bytes.len() as u64);
        let unpacked = read_bounded(MultiGzDecoder::new(&*bytes).take(most + 1), name)?;
        if unpacked.len() as u64 > most {
            let found = format!("a gzip file of {} bytes that unpacks to more than {most}", bytes.len());
            return Err(Error::malformed(name, Place::File, "rows of images as CSV", found, ADVICE));
        }
        if unpacked.starts_with(formats::GZIP) {
            let (found, advice) = ("a gzip file in a gzip file", "Unpack it once: gunzip.");
            return Err(Error::malformed(name, Place::File, "rows of images as CSV", found, advice));
        }
        bytes = Cow::Owned(unpacked);
    }
    if bytes.starts_with(b"\xff\xfe\0\0") || bytes.starts_with(b"\0\0\xfe\xff") {
        let advice = "Save it as UTF-8, which is also called plain text.";
        return Err(Error::malformed(name, Place::File, "text as UTF-8", "UTF-32", advice));
    }
    if let Some(wide) = Wide::of(&bytes) {
        notes.push(format!("{}: this is UTF-16, and was read as such", short(name)));
        bytes = Cow::Owned(wide.decode(&bytes));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        bytes = Cow::Owned(rest.to_vec());
    }
    // Excel says in a first line of its own what separates the others.
    if bytes.starts_with(b"sep=")
        && let Some(end) = bytes.iter().take(8).position(|byte| *byte == b'\n')
    {
        bytes = Cow::Owned(bytes[end + 1..].to_vec());
    }
    let (rows, said) = comments::without(&bytes);
    // Of some formats, the first lines are comments; of others, what looks like one.
    if let Some(format) = formats::recognise(&bytes).or_else(|| formats::recognise(rows.trim_ascii_start())) {
        let advice = format.advice(name);
        return Err(Error::malformed(name, Place::File, "rows of images as CSV", format.what, advice));
    }
    notes.extend(said.into_iter().map(|said| format!("{}: {said}", short(name))));
    if let Cow::Owned(rows) = rows {
        bytes = Cow::Owned(rows);
    }
    Ok(Text { bytes, notes })
}

/// Reads text to its end, but never much of what cannot be rows: its first row must end soon, and all of it must end.
pub(super) fn read_bounded(reader: impl Read, name: &Path) -> Result<Vec<u8>> {
    let failed = |error| Error::io(name, "read", error);
    let endless =
        |found: String| Err(Error::malformed(name, Place::File, "rows of images as CSV", found, ADVICE));
    let mut reader = reader.take(MOST_TEXT + 1);
    let mut bytes = Vec::new();
    reader.by_ref().take(FIRST_ROW).read_to_end(&mut bytes).map_err(failed)?;
    let packed = bytes.starts_with(formats::GZIP) || formats::recognise(&bytes).is_some();
    if bytes.len() as u64 == FIRST_ROW && !packed && !bytes.iter().any(|byte| matches!(byte, b'\n' | b'\r')) {
        return endless(format!("a first row that has no end within {FIRST_ROW} bytes"));
    }
    if formats::recognise(&bytes).is_some() {
        return Ok(bytes); // its beginning is enough to say what it is
    }
    reader.read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MOST_TEXT {
        return endless(format!("more than {MOST_TEXT} bytes of text"));
    }
    Ok(bytes)
}

/// Refuses lines that are far too long for a row, before anybody makes fields of them: a field takes more memory than a
/// comma.
pub(super) fn check_lines(bytes: &[u8], name: &Path) -> Result<()> {
    let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
    match bytes.split(is_end).find(|line| line.len() as u64 >= FIRST_ROW) {
        None => Ok(()),
        Some(line) => {
            let found = format!("a line of {} bytes", line.len());
            Err(Error::malformed(name, Place::File, "rows of images as CSV", found, ADVICE))
        }
    }
}

/// Text of two bytes a letter.
enum Wide {
    LowFirst,
    HighFirst,
}

impl Wide {
    /// Told by a byte order mark; without one, by a zero beside each of the first letters.
    fn of(bytes: &[u8]) -> Option<Self> {
        let letters = bytes.get(..16).unwrap_or(bytes).as_chunks::<2>().0;
        let all = |is: fn(&[u8; 2]) -> bool| letters.len() >= 2 && letters.iter().all(is);
        if bytes.starts_with(b"\xff\xfe") || all(|&[low, high]| low != 0 && high == 0) {
            Some(Wide::LowFirst)
        } else if bytes.starts_with(b"\xfe\xff") || all(|&[high, low]| low != 0 && high == 0) {
            Some(Wide::HighFirst)
        } else {
            None
        }
    }

    fn decode(&self, bytes: &[u8]) -> Vec<u8> {
        let letter = |&[one, two]: &[u8; 2]| match self {
            Wide::LowFirst => u16::from_le_bytes([one, two]),
            Wide::HighFirst => u16::from_be_bytes([one, two]),
        };
        let letters = bytes.as_chunks::<2>().0.iter().map(letter);
        let text: String =
            char::decode_utf16(letters).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
        text.into_bytes()
    }
}

/// Refuses numbers with decimal commas, which some programs write between semicolons or tabs.
pub(super) fn check_decimals(bytes: &[u8], name: &Path) -> Result<()> {
    let rows = bytes
        .split(|byte| matches!(byte, b'\n' | b'\r'))
        .filter(|row| row.first().is_some_and(u8::is_ascii_digit));
    let count = |row: &[u8], separator| row.iter().filter(|&&byte| byte == separator).count();
    let cuts = |row: &[u8], separator| count(row, separator) >= PIXELS - 1;
    let mut rows = rows.take(10);
    let between = rows.find_map(|row| {
        let between = [(b';', "semicolons"), (b'\t', "tabs")].into_iter().find(|(by, _)| cuts(row, *by));
        between.filter(|_| row.contains(&b','))
    });
    let Some((_, between)) = between else { return Ok(()) };
    let found = format!("decimal commas, between {between}");
    let advice =
        format!("Export it with points, or replace every comma by a point; {between} are read as they are.");
    Err(Error::malformed(name, Place::File, "numbers with decimal points", found, advice))
}

/// How the fields of a file are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Form {
    /// The character between fields.
    pub(super) separator: u8,
    /// The field that holds all pixels of an image.
    pub(super) packed: Option<usize>,
}

/// The characters that may stand between fields, the likelier ones first.
pub(super) const SEPARATORS: [u8; 5] = [b',', b';', b'\t', b'|', b' '];

/// As many spaces in a line are no sentence, but separate numbers.
const FEWEST_SPACES: usize = 32;

impl Form {
    /// Told by the first rows: the separator that leaves a list of as many numbers as an image has in a field; else the
    /// one that cuts the first row into as many fields as that; else the one that is met most often.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let lists = SEPARATORS[..4].iter().find_map(|&separator| {
            let packed = packed_field(bytes, separator)?;
            Some(Form { separator, packed: Some(packed) })
        });
        lists.unwrap_or_else(|| {
            let mut lines = bytes.split(|byte| matches!(byte, b'\n' | b'\r'));
            let line = lines.find(|line| !line.trim_ascii().is_empty()).unwrap_or_default();
            let cuts = |separator: u8| line.iter().filter(|&&byte| byte == separator).count();
            let enough = SEPARATORS.into_iter().find(|&separator| cuts(separator) >= PIXELS - 1);
            // A few spaces stand between words. Of equals, the last one is the largest.
            let may = |separator: &u8| *separator != b' ' || cuts(b' ') >= FEWEST_SPACES;
            let usual = || SEPARATORS.into_iter().rev().filter(may).max_by_key(|&separator| cuts(separator));
            Form { separator: enough.or_else(usual).unwrap_or(b','), packed: None }
        })
    }
}

/// The field of the first records that holds a whole image. A row of numbers between other separators is no such
/// field, unless brackets stand around it.
fn packed_field(bytes: &[u8], separator: u8) -> Option<usize> {
    let mut records = super::reader(bytes, separator).into_byte_records();
    records.by_ref().filter_map(|record| record.ok()).take(3).find_map(|record| {
        let may = record.len() < PIXELS && (record.len() > 1 || record.get(0)?.starts_with(b"["));
        may.then(|| record.iter().position(packed::is_image))?
    })
}

/// Rows that are cut by spaces, with one space between fields and none before and behind them.
pub(super) fn with_single_spaces(bytes: &[u8]) -> Vec<u8> {
    let mut single = Vec::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
        let begin = single.len();
        for word in line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()) {
            if single.len() > begin {
                single.push(b' ');
            }
            single.extend_from_slice(word);
        }
        single.extend(line.last().filter(|byte| byte.is_ascii_whitespace() && **byte != b' '));
    }
    single
}
