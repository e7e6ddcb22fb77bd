//! MNIST as IDX, the format of its authors: a file of images and a file of labels, plain or gzip.
//!
//! Both begin with numbers of four bytes, the most significant first: a magic number, the number of items and, for
//! images, rows and columns. Then follow the items, a byte a pixel or a label. A header is believed only as far as
//! the file's own size allows: no claim in it makes the program ask for memory.

use std::io::Read;
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

use super::{CLASSES, Examples, PIXELS, SIDE};
use crate::error::Place;
use crate::{Error, Result};

/// The magic number of images: bytes (0x08) in three dimensions.
const IMAGES: u32 = 0x0803;
/// The magic number of labels: bytes in one dimension.
const LABELS: u32 = 0x0801;
/// Deflate makes at most this many bytes of one.
const MOST_FROM_ONE: u64 = 1032;
/// The memory that a gzip file may ask for before its bytes are seen: a little more than MNIST needs.
const TRUSTED: u64 = 48 << 20;

const ADVICE: &str =
    "The file is damaged or of another data set: delete it and get it anew; `--data mnist` downloads MNIST.";

/// Reads images and their labels, each from a plain or a gzip file, which its first bytes tell.
pub fn read(images: &Path, labels: &Path) -> Result<Examples> {
    let (pixels, labels_read) = crate::parallel::join(|| read_images(images), || read_labels(labels));
    let (pixels, labels_read) = (pixels?, labels_read?);
    let count = pixels.len() / PIXELS;
    if labels_read.len() != count {
        return Err(Error::malformed(
            labels,
            Place::File,
            format!("{count} labels, one for each image in {}", images.display()),
            format!("{}", labels_read.len()),
            ADVICE,
        ));
    }
    Ok(Examples::new(pixels, labels_read))
}

/// The pixels of a file of images.
fn read_images(path: &Path) -> Result<Vec<u8>> {
    let bytes = load(path)?;
    let mut source = Unpacked::new(path, &bytes);
    let [count, rows, columns] = source.header(IMAGES, "images")?;
    if (rows, columns) != (SIDE as u32, SIDE as u32) {
        return Err(source.wrong(
            8,
            format!("images of {SIDE} x {SIDE} pixels"),
            format!("{rows} x {columns}"),
        ));
    }
    source.items(u64::from(count) * PIXELS as u64, &format!("{count} images"))
}

/// The labels of a file of labels.
fn read_labels(path: &Path) -> Result<Vec<u8>> {
    let bytes = load(path)?;
    let mut source = Unpacked::new(path, &bytes);
    let [count] = source.header(LABELS, "labels")?;
    let labels = source.items(u64::from(count), &format!("{count} labels"))?;
    match labels.iter().position(|&label| usize::from(label) >= CLASSES) {
        None => Ok(labels),
        Some(at) => Err(source.wrong(8 + at as u64, "a label 0 to 9", labels[at].to_string())),
    }
}

fn load(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| Error::io(path, "read", error))
}

/// The content of a file, unpacked while it is read.
struct Unpacked<'a> {
    path: &'a Path,
    content: Content<'a>,
    /// The size of the file itself.
    file_len: u64,
    /// The bytes of content that were read.
    position: u64,
}

enum Content<'a> {
    Plain(&'a [u8]),
    Gzip(MultiGzDecoder<&'a [u8]>),
}

impl<'a> Unpacked<'a> {
    fn new(path: &'a Path, bytes: &'a [u8]) -> Self {
        let content = if bytes.starts_with(&[0x1f, 0x8b]) {
            Content::Gzip(MultiGzDecoder::new(bytes))
        } else {
            Content::Plain(bytes)
        };
        Unpacked { path, content, file_len: bytes.len() as u64, position: 0 }
    }

    /// Reads the magic number, checks it, and returns the numbers behind it.
    fn header<const N: usize>(&mut self, magic: u32, items: &str) -> Result<[u32; N]> {
        let len = 4 + 4 * N as u64;
        let expected = format!("{len} bytes, the header of an IDX file of {items}");
        if self.file_len == 0 {
            return Err(Error::malformed(self.path, Place::File, expected, "an empty file", ADVICE));
        }
        let bytes = self.take(len, &expected)?;
        let mut numbers = bytes.chunks_exact(4).map(|four| {
            // The chunks have four bytes each.
            u32::from_be_bytes([four[0], four[1], four[2], four[3]])
        });
        let found = numbers.next().unwrap_or_default();
        if found != magic {
            let expected = format!("magic number {magic} of an IDX file of {items}");
            let found = match found {
                IMAGES => format!("{IMAGES}, that of images"),
                LABELS => format!("{LABELS}, that of labels"),
                other => other.to_string(),
            };
            return Err(self.wrong(0, expected, found));
        }
        Ok(std::array::from_fn(|_| numbers.next().unwrap_or_default()))
    }

    /// Reads the `len` bytes that the header promised, after which the file must end.
    fn items(&mut self, len: u64, promised: &str) -> Result<Vec<u8>> {
        let expected = format!("{len} bytes behind the header, which promises {promised}");
        if len == 0 {
            return Err(self.wrong(4, "at least one item", "0 in the header"));
        }
        // Before any memory is asked for: can a file of this size keep that promise?
        let possible = match &self.content {
            Content::Plain(rest) => rest.len() as u64,
            Content::Gzip(_) => self.file_len.saturating_mul(MOST_FROM_ONE),
        };
        if possible < len {
            let found = match &self.content {
                Content::Plain(rest) => format!("{}", rest.len()),
                Content::Gzip(_) => {
                    format!("a gzip file of {} bytes, too few for them", self.file_len)
                }
            };
            return Err(self.wrong(4, expected, found));
        }
        let items = self.take(len, &expected)?;
        if !self.take_up_to(1, &expected)?.is_empty() {
            return Err(self.wrong(self.position - 1, format!("the end after {expected}"), "more"));
        }
        Ok(items)
    }

    /// Reads exactly `len` bytes of content.
    fn take(&mut self, len: u64, expected: &str) -> Result<Vec<u8>> {
        let start = self.position;
        let bytes = self.take_up_to(len, expected)?;
        if (bytes.len() as u64) < len {
            let found = format!("the end after {} of them", self.position - start);
            return Err(self.wrong(self.position, expected, found));
        }
        Ok(bytes)
    }

    /// Reads `len` bytes of content, or fewer where it ends.
    fn take_up_to(&mut self, len: u64, expected: &str) -> Result<Vec<u8>> {
        let capacity = len.min(TRUSTED) as usize;
        let mut bytes = Vec::with_capacity(capacity);
        let read = match &mut self.content {
            Content::Plain(rest) => rest.take(len).read_to_end(&mut bytes),
            Content::Gzip(gzip) => gzip.take(len).read_to_end(&mut bytes),
        };
        self.position += bytes.len() as u64;
        match read {
            Ok(_) => Ok(bytes),
            Err(error) => Err(self.broken_gzip(error, expected)),
        }
    }

    /// The error for a gzip file that cannot be unpacked, with the byte of the file where that shows.
    fn broken_gzip(&self, error: std::io::Error, expected: &str) -> Error {
        let rest = match &self.content {
            Content::Plain(rest) => rest.len(),
            Content::Gzip(gzip) => gzip.get_ref().len(),
        };
        let found = if error.kind() == std::io::ErrorKind::UnexpectedEof {
            format!("the end of the gzip file, cut short after {} bytes of content", self.position)
        } else {
            format!("damaged gzip data after {} bytes of content ({error})", self.position)
        };
        let at = self.file_len - rest as u64;
        Error::malformed(self.path, Place::Byte(at), expected, found, ADVICE)
    }

    /// The error for content that is not what it should be.
    fn wrong(&self, at: u64, expected: impl Into<String>, found: impl Into<String>) -> Error {
        let mut found = found.into();
        if matches!(self.content, Content::Gzip(_)) {
            found += " (the byte is counted in the unpacked file)";
        }
        Error::malformed(self.path, Place::Byte(at), expected, found, ADVICE)
    }
}
