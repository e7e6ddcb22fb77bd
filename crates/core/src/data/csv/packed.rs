//! Images in a single field of CSV: a list of 784 numbers, as pandas and numpy write an array, with brackets or
//! without.

use csv::ByteRecord;

use super::values::number;
use crate::data::PIXELS;

/// Whether a field is a list of as many numbers as an image has.
pub(super) fn is_image(field: &[u8]) -> bool {
    count(field) == PIXELS
}

/// How many numbers a field lists; none if anything else stands there.
pub(super) fn count(field: &[u8]) -> usize {
    let all_numbers = parts(field).all(|part| number(part).is_some());
    if all_numbers { parts(field).count() } else { 0 }
}

/// Whether a field is a list from which numbers were left out to make it short.
pub(super) fn is_cut_short(field: &[u8]) -> bool {
    field.trim_ascii_start().starts_with(b"[") && field.windows(3).any(|three| three == b"...")
}

/// The record with the numbers of its field `at` in fields of their own; a header gets as many empty names.
///
/// # Errors
/// What was found instead of a list of 784 numbers.
pub(super) fn unpack(record: &ByteRecord, at: usize, may_be_header: bool) -> Result<ByteRecord, String> {
    let field = record.get(at).unwrap_or_default();
    let pixels: Vec<&[u8]> = match count(field) {
        PIXELS => parts(field).collect(),
        0 if may_be_header && record.len() > at => vec![b"pixel"; PIXELS],
        0 => return Err(super::quoted(field)),
        count => return Err(format!("{count}")),
    };
    let fields = record.iter().take(at).chain(pixels).chain(record.iter().skip(at + 1));
    let mut unpacked: ByteRecord = fields.collect();
    unpacked.set_position(record.position().cloned());
    Ok(unpacked)
}

/// What stands between brackets, commas and spaces; the name of the type before and behind it is left out.
fn parts(field: &[u8]) -> impl Iterator<Item = &[u8]> {
    let is_between = |byte: &u8| byte.is_ascii_whitespace() || b"[](){},;".contains(byte);
    let is_type = |part: &[u8]| part == b"array" || part == b"tensor" || part.starts_with(b"dtype=");
    field.split(is_between).filter(move |part| !part.is_empty() && !is_type(part))
}
