//! The fast reader of CSV: plain rows (digits and commas, 785 fields) in parallel, several times as fast as a
//! general reader.
//!
//! Whatever it does not know (quotes, spaces, a wrong count, 256, `abc`) makes it give up: it never judges a file.

use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering};

use csv::ByteRecord;

use super::columns::Column;
use super::layout::first_is_label;
use super::names::{are_plain, is_header};
use super::{FIELDS, Rows, reader};
use crate::data::{CLASSES, PIXELS};
use crate::parallel;

/// The bytes that are held at a time.
pub(super) const BLOCK: usize = 4 << 20;
/// The bytes of a block that are one piece of parallel work.
const PIECE: usize = BLOCK / 16;

/// The rows of a file if all of them are plain and their first field is the label without a doubt, else `None`.
pub(super) fn parse(mut file: impl Read) -> std::io::Result<Option<Rows>> {
    let (mut pixels, mut labels) = (Vec::new(), Vec::new());
    let mut block = Vec::with_capacity(BLOCK);
    let (mut at_header, mut has_header) = (true, false);
    loop {
        let room = BLOCK - block.len();
        let at_end = file.by_ref().take(room as u64).read_to_end(&mut block)? < room;
        // A block ends with a whole line; the rest waits for the next one.
        let line_end = block.iter().rposition(|&byte| byte == b'\n');
        let end = if at_end { Some(block.len()) } else { line_end.map(|at| at + 1) };
        let start = if at_header { header_len(&block) } else { Some(0) };
        has_header |= start > Some(0);
        let read = (|| parse_block(block.get(start?..end?)?, &mut pixels, &mut labels))();
        if read.is_none() {
            return Ok(None);
        }
        if at_end {
            let certain = !labels.is_empty() && (has_header || is_label_first(&labels, &pixels));
            return Ok(certain.then(|| Rows { pixels, labels: Some(labels), notes: Vec::new() }));
        }
        at_header = false;
        block.drain(..end.unwrap_or(0));
    }
}

/// Appends the rows of a block of whole lines.
fn parse_block(block: &[u8], pixels: &mut Vec<u8>, labels: &mut Vec<u8>) -> Option<()> {
    let pieces = split(block);
    let lens: Vec<usize> = parallel::map(pieces.len(), |piece| rows(pieces[piece]));
    let (before, len) = (labels.len(), lens.iter().sum::<usize>());
    // The shortest row is `0,0,...,0`: a file of line ends must not ask for 784 bytes for each of them.
    if len > block.len() / (2 * FIELDS - 1) {
        return None;
    }
    pixels.resize((before + len) * PIXELS, 0);
    labels.resize(before + len, 0);
    let mut pixels_left = &mut pixels[before * PIXELS..];
    let mut labels_left = &mut labels[before..];
    let mut work = Vec::with_capacity(pieces.len());
    for (piece, len) in pieces.into_iter().zip(lens) {
        let (pixels, labels);
        (pixels, pixels_left) = pixels_left.split_at_mut(len * PIXELS);
        (labels, labels_left) = labels_left.split_at_mut(len);
        work.push((piece, pixels, labels));
    }
    let understood = AtomicBool::new(true);
    parallel::for_each(work.into_iter(), |(piece, pixels, labels)| {
        if parse_rows(piece, pixels, labels).is_none() {
            understood.store(false, Ordering::Relaxed);
        }
    });
    understood.into_inner().then_some(())
}

/// The bytes before the first row of numbers, or `None` if the file holds no record at all.
fn header_len(bytes: &[u8]) -> Option<usize> {
    /// No header of 785 names is longer; what is would only cost memory.
    const LONGEST: usize = 1 << 16;
    let bytes = &bytes[..bytes.len().min(LONGEST)];
    let mut reader = reader(bytes, b',');
    let mut first = ByteRecord::new();
    if !reader.read_byte_record(&mut first).ok()? {
        return None;
    }
    if !is_header(&first) {
        return Some(0);
    }
    if first.len() != FIELDS || !are_plain(&first) {
        return None;
    }
    let len = usize::try_from(reader.position().byte()).ok().filter(|&len| len < LONGEST)?;
    // The general reader ends a record at `\r`, and meets the `\n` with the next one.
    Some(len + usize::from(bytes[..len].ends_with(b"\r") && bytes[len..].starts_with(b"\n")))
}

/// Whether the first fields of all rows, and not the last ones, can be the labels.
fn is_label_first(labels: &[u8], pixels: &[u8]) -> bool {
    let last = pixels.iter().skip(PIXELS - 1).step_by(PIXELS).copied();
    first_is_label(&Column::of(labels.iter().copied()), &Column::of(last)) == Some(true)
}

/// Cuts whole lines into pieces of about [`PIECE`] bytes.
fn split(mut bytes: &[u8]) -> Vec<&[u8]> {
    let mut pieces = Vec::with_capacity(bytes.len() / PIECE + 1);
    while !bytes.is_empty() {
        let line_end = bytes.iter().skip(PIECE).position(|&byte| byte == b'\n');
        let (piece, rest) = bytes.split_at(line_end.map_or(bytes.len(), |at| PIECE + at + 1));
        pieces.push(piece);
        bytes = rest;
    }
    pieces
}

/// The lines of a piece; the last one of a file may lack its end.
fn rows(piece: &[u8]) -> usize {
    let (chunks, rest) = piece.as_chunks::<128>();
    let ends: usize = chunks.iter().map(|chunk| line_ends(chunk)).sum();
    ends + line_ends(rest) + usize::from(!piece.ends_with(b"\n"))
}

/// The line ends in at most 255 bytes: so few that their sum fits a byte, which makes vector instructions of it.
fn line_ends(bytes: &[u8]) -> usize {
    let add = |sum: u8, &byte: &u8| sum.wrapping_add(u8::from(byte == b'\n'));
    usize::from(bytes.iter().fold(0, add))
}

/// Reads plain rows into `pixels` and `labels`, which hold zeros and have room for exactly these rows.
fn parse_rows(mut bytes: &[u8], pixels: &mut [u8], labels: &mut [u8]) -> Option<()> {
    for (row, label) in pixels.chunks_exact_mut(PIXELS).zip(labels) {
        let (value, digits) = number_at_front(front(bytes) as u32)?;
        if usize::from(value) >= CLASSES {
            return None;
        }
        *label = value;
        bytes = &bytes[digits..];
        let mut next = 0;
        while next < PIXELS {
            let word = front(bytes);
            // Most pixels are 0, and 0 in long runs: up to four of them at a time.
            let zeros = (word ^ FOUR_ZEROS).trailing_zeros() as usize / 16;
            if zeros > 0 {
                let zeros = zeros.min(PIXELS - next);
                next += zeros;
                bytes = &bytes[2 * zeros..];
            } else {
                let (value, digits) = number_at_front((word >> 8) as u32)?;
                if word as u8 != b',' {
                    return None;
                }
                row[next] = value;
                next += 1;
                bytes = &bytes[1 + digits..];
            }
        }
        bytes = match bytes {
            [b'\n', after @ ..] | [b'\r', b'\n', after @ ..] => after,
            [] => bytes,
            _ => return None,
        };
    }
    bytes.is_empty().then_some(())
}

/// Four pixels of 0, as [`front`] shows them.
const FOUR_ZEROS: u64 = u64::from_le_bytes(*b",0,0,0,0");

/// The next eight bytes, the first of them lowest; after the end, zeros.
fn front(bytes: &[u8]) -> u64 {
    u64::from_le_bytes(
        bytes
            .first_chunk()
            .copied()
            .unwrap_or_else(|| std::array::from_fn(|index| bytes.get(index).copied().unwrap_or(0))),
    )
}

/// The number of one to three digits, 0 to 255, that four bytes begin with, and how many digits it has.
///
/// All four bytes are looked at in one go: a branch for each digit would often be guessed wrong.
fn number_at_front(four: u32) -> Option<(u8, usize)> {
    let digits = four ^ u32::from_le_bytes(*b"0000");
    // Adding 0x76 to a byte above 9 sets its highest bit. A carry reaches only bytes behind the first such one.
    let others = (digits.wrapping_add(0x7676_7676) | digits) & 0x8080_8080;
    let len = others.trailing_zeros() / 8;
    if len == 0 || len > 3 {
        return None;
    }
    // The last digit moves to the top; what followed it falls off.
    let [_, hundreds, tens, ones] = (digits << (32 - 8 * len)).to_le_bytes();
    let value = 100 * u32::from(hundreds) + 10 * u32::from(tens) + u32::from(ones);
    Some((u8::try_from(value).ok()?, len as usize))
}
