//! The text of a CSV file: unpacked, decoded, and by which character its fields are separated.

use std::borrow::Cow;
use std::io::Read;
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

use super::{ADVICE, MOST_TEXT, formats, short};
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

/// Unpacks gzip, decodes UTF-16, and takes off a byte order mark; other formats are errors that name them.
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
        bytes = Cow::Owned(unpacked);
    }
    if let Some(wide) = Wide::of(&bytes) {
        notes.push(format!("{}: this is UTF-16, and was read as such", short(name)));
        bytes = Cow::Owned(wide.decode(&bytes));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        bytes = Cow::Owned(rest.to_vec());
    }
    match formats::recognise(&bytes) {
        Some(format) => {
            let advice = format.advice(name);
            Err(Error::malformed(name, Place::File, "rows of images as CSV", format.what, advice))
        }
        None => Ok(Text { bytes, notes }),
    }
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

/// Refuses numbers with decimal commas, which some programs write between semicolons.
pub(super) fn check_decimals(bytes: &[u8], name: &Path) -> Result<()> {
    let rows = bytes
        .split(|byte| matches!(byte, b'\n' | b'\r'))
        .filter(|row| row.first().is_some_and(u8::is_ascii_digit));
    let count = |row: &[u8], separator| row.iter().filter(|&&byte| byte == separator).count();
    if !rows.take(10).any(|row| count(row, b';') >= PIXELS - 1 && row.contains(&b',')) {
        return Ok(());
    }
    Err(Error::malformed(
        name,
        Place::File,
        "numbers with decimal points",
        "decimal commas, between semicolons",
        "Export it with points, or replace every comma by a point; semicolons are read as they are.",
    ))
}

/// The character between fields: of those in use, the one that cuts the first row of numbers or names into as many
/// fields as an image has; a comma if none does.
pub(super) fn separator(bytes: &[u8]) -> u8 {
    let mut lines = bytes.split(|byte| matches!(byte, b'\n' | b'\r'));
    let line = lines.find(|line| !line.is_empty() && !line.starts_with(b"#")).unwrap_or_default();
    let cuts = |separator: &u8| line.iter().filter(|&byte| byte == separator).count() >= PIXELS - 1;
    [b',', b';', b'\t', b'|', b' '].into_iter().find(cuts).unwrap_or(b',')
}
