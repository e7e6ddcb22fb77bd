//! MNIST as IDX, the format of its authors: a file of images and a file of labels, plain or gzip.
//!
//! Both begin with numbers of four bytes, the most significant first: a magic number, the number of items and, for
//! images, rows and columns. Then follow the items, a byte a pixel or a label. A header is believed only as far as
//! the file's own size allows: no claim in it makes the program ask for memory. Nothing is held twice: the items go
//! from the file to their place.

use std::io::{BufRead, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

use super::{CLASSES, Examples, PIXELS, SIDE, formats, grey};
use crate::error::Place;
use crate::{Error, Result};

/// The magic number of images: bytes (0x08) in three dimensions.
const IMAGES: u32 = 0x0803;
/// The magic number of labels: bytes in one dimension.
const LABELS: u32 = 0x0801;
/// The magic number of QMNIST's labels: numbers of four bytes (0x0c) in two dimensions, a row an image. A row begins
/// with the digit; who wrote it, and where in NIST's files it stood, follows.
const TABLE: u32 = 0x0c02;
/// The most columns of such a table; QMNIST has eight.
const MOST_COLUMNS: u32 = 64;
/// The memory that a file may ask for before its bytes are seen: a little more than MNIST needs.
const TRUSTED: u64 = 48 << 20;
/// The most bytes of items that are read: more than a million images.
pub const MOST_ITEMS: u64 = 1 << 30;

const ADVICE: &str =
    "The file is damaged or of another data set: delete it and get it anew; `--data mnist` downloads MNIST.";

/// A file to read: its name in errors, its content, and its size where that is known.
pub struct Input<'a> {
    /// The name.
    pub name: &'a Path,
    /// The bytes, plain or gzip, which the first of them tell.
    pub content: Box<dyn BufRead + Send + 'a>,
    /// How many bytes there are.
    pub len: Option<u64>,
}

impl<'a> Input<'a> {
    /// A file that lies in memory.
    pub fn memory(name: &'a Path, bytes: &'a [u8]) -> Self {
        Input { name, content: Box::new(bytes), len: Some(bytes.len() as u64) }
    }

    /// A file on disk, or a FIFO.
    #[cfg(feature = "files")]
    fn open(name: &'a Path) -> Result<Self> {
        let failed = |error| Error::io(name, "read", error);
        let file = std::fs::File::open(name).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        let len = metadata.is_file().then_some(metadata.len());
        Ok(Input { name, content: Box::new(std::io::BufReader::with_capacity(1 << 16, file)), len })
    }
}

/// Reads images and their labels from files; what was converted is told in notes.
///
/// # Errors
/// Those of [`parse`], and files that cannot be read.
#[cfg(feature = "files")]
pub fn read(images: &Path, labels: &Path) -> Result<(Examples, Vec<String>)> {
    let (images_read, labels_read) = crate::parallel::join(
        || Input::open(images).and_then(read_images),
        || Input::open(labels).and_then(read_labels),
    );
    joined(images, images_read?, labels, labels_read?)
}

/// Reads images and their labels; what was converted is told in notes.
///
/// # Errors
/// Whatever is not as the format says, with the byte; labels above 9, images of another size, and grey levels that
/// [`grey::normalise`] refuses.
pub fn parse(images: Input<'_>, labels: Input<'_>) -> Result<(Examples, Vec<String>)> {
    let (images_name, labels_name) = (images.name, labels.name);
    joined(images_name, read_images(images)?, labels_name, read_labels(labels)?)
}

/// What a file holds, as its first bytes tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Items {
    /// Images.
    Images,
    /// Labels.
    Labels,
}

/// What the bytes of a file, plain or gzip, begin like; `None` where that is no IDX file of bytes.
pub fn kind(bytes: &[u8]) -> Option<Items> {
    let mut source = Unpacked::new(Input::memory(Path::new(""), bytes)).ok()?;
    let begin = source.take(4, "").ok()?;
    [(IMAGES, Items::Images), (LABELS, Items::Labels), (TABLE, Items::Labels)]
        .into_iter()
        .find_map(|(magic, items)| (begin == magic.to_be_bytes()).then_some(items))
}

/// Examples as a file of images and a file of labels, plain.
pub fn to_bytes(examples: &Examples) -> [Vec<u8>; 2] {
    let count = examples.len() as u32;
    let header = |numbers: &[u32]| -> Vec<u8> { numbers.iter().flat_map(|n| n.to_be_bytes()).collect() };
    [
        [&header(&[IMAGES, count, SIDE as u32, SIDE as u32]), examples.pixels()].concat(),
        [&header(&[LABELS, count]), examples.labels()].concat(),
    ]
}

fn joined(
    images: &Path,
    mut pixels: Vec<u8>,
    labels: &Path,
    labels_read: Vec<u8>,
) -> Result<(Examples, Vec<String>)> {
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
    let notes = grey::normalise(&mut pixels, images)?;
    Ok((Examples::new(pixels, labels_read), notes))
}

/// The pixels of a file of images.
fn read_images(input: Input<'_>) -> Result<Vec<u8>> {
    let mut source = Unpacked::new(input)?;
    let (_, [count, rows, columns]) = source.header(&[IMAGES], "images")?;
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
fn read_labels(input: Input<'_>) -> Result<Vec<u8>> {
    let mut source = Unpacked::new(input)?;
    let (magic, [count]) = source.header(&[LABELS, TABLE], "labels")?;
    let promised = format!("{count} labels");
    if magic == TABLE {
        return read_table(&mut source, count, &promised);
    }
    let labels = source.items(u64::from(count), &promised)?;
    match labels.iter().position(|&label| usize::from(label) >= CLASSES) {
        None => Ok(labels),
        Some(at) => Err(source.wrong(8 + at as u64, "a label 0 to 9", labels[at].to_string())),
    }
}

/// The first column of a table, of which the number of rows was read.
fn read_table(source: &mut Unpacked<'_>, rows: u32, promised: &str) -> Result<Vec<u8>> {
    let columns = source.take(4, "4 bytes, the number of columns")?;
    let columns = columns.iter().fold(0, |number: u32, &byte| number << 8 | u32::from(byte));
    if !(1..=MOST_COLUMNS).contains(&columns) {
        return Err(source.wrong(8, format!("1 to {MOST_COLUMNS} columns"), columns.to_string()));
    }
    let row_len = 4 * columns as usize;
    let items = source.items(u64::from(rows) * row_len as u64, promised)?;
    let mut labels = Vec::with_capacity(rows as usize);
    for (row, numbers) in items.chunks_exact(row_len).enumerate() {
        match numbers[..4] {
            [0, 0, 0, label] if usize::from(label) < CLASSES => labels.push(label),
            _ => {
                let label = numbers[..4].iter().fold(0, |number: u32, &byte| number << 8 | u32::from(byte));
                return Err(source.wrong(12 + (row * row_len) as u64, "a label 0 to 9", label.to_string()));
            }
        }
    }
    Ok(labels)
}

/// The content of a file, unpacked while it is read.
struct Unpacked<'a> {
    name: &'a Path,
    content: Content<'a>,
    /// The size of the file itself, where it is known.
    file_len: Option<u64>,
    /// The bytes of content that were read.
    position: u64,
}

enum Content<'a> {
    Plain(Box<dyn BufRead + Send + 'a>),
    Gzip(MultiGzDecoder<Counted<'a>>),
}

/// Counts the bytes of the file that were unpacked.
struct Counted<'a> {
    file: Box<dyn BufRead + Send + 'a>,
    read: u64,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let len = self.file.read(buffer)?;
        self.read += len as u64;
        Ok(len)
    }
}

impl BufRead for Counted<'_> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        self.file.fill_buf()
    }

    fn consume(&mut self, len: usize) {
        self.file.consume(len);
        self.read += len as u64;
    }
}

impl<'a> Unpacked<'a> {
    fn new(input: Input<'a>) -> Result<Self> {
        let Input { name, content: mut file, len } = input;
        let begin = file.fill_buf().map_err(|error| Error::io(name, "read", error))?;
        let (is_gzip, is_empty) = (begin.starts_with(formats::GZIP), begin.is_empty());
        let content = if is_gzip {
            Content::Gzip(MultiGzDecoder::new(Counted { file, read: 0 }))
        } else {
            Content::Plain(file)
        };
        Ok(Unpacked { name, content, file_len: if is_empty { Some(0) } else { len }, position: 0 })
    }

    /// Reads the magic number, which must be one of these, and returns it with the numbers behind it.
    fn header<const N: usize>(&mut self, magics: &[u32], items: &str) -> Result<(u32, [u32; N])> {
        let len = 4 + 4 * N as u64;
        let expected = format!("{len} bytes, the header of an IDX file of {items}");
        if self.file_len == Some(0) {
            return Err(Error::malformed(self.name, Place::File, expected, "an empty file", ADVICE));
        }
        let bytes = self.take(len, &expected)?;
        let mut numbers = bytes.chunks_exact(4).map(|four| {
            // The chunks have four bytes each.
            u32::from_be_bytes([four[0], four[1], four[2], four[3]])
        });
        let found = numbers.next().unwrap_or_default();
        if !magics.contains(&found) {
            let expected = format!("magic number {} of an IDX file of {items}", magics[0]);
            let found = match found {
                IMAGES => format!("{IMAGES}, that of images"),
                LABELS => format!("{LABELS}, that of labels"),
                other => other.to_string(),
            };
            return Err(self.wrong(0, expected, found));
        }
        Ok((found, std::array::from_fn(|_| numbers.next().unwrap_or_default())))
    }

    /// Reads the `len` bytes that the header promised, after which the file must end.
    fn items(&mut self, len: u64, promised: &str) -> Result<Vec<u8>> {
        let expected = format!("{len} bytes behind the header, which promises {promised}");
        if len == 0 {
            return Err(self.wrong(4, "at least one item", "0 in the header"));
        }
        // Before any memory is asked for: can a file of this size keep that promise?
        if let Some(file_len) = self.file_len {
            let (possible, found) = match &self.content {
                Content::Plain(_) => (file_len - self.position, (file_len - self.position).to_string()),
                Content::Gzip(_) => (
                    formats::most_unpacked(file_len),
                    format!("a gzip file of {file_len} bytes, too few for them"),
                ),
            };
            if possible < len {
                return Err(self.wrong(4, expected, found));
            }
        }
        if len > MOST_ITEMS {
            return Err(self.wrong(
                4,
                format!("at most {MOST_ITEMS} bytes of items"),
                format!("{len} in the header"),
            ));
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
            Content::Plain(file) => file.take(len).read_to_end(&mut bytes),
            Content::Gzip(gzip) => gzip.take(len).read_to_end(&mut bytes),
        };
        self.position += bytes.len() as u64;
        match read {
            Ok(_) => Ok(bytes),
            Err(error) => Err(self.broken(error, expected)),
        }
    }

    /// The error for content that cannot be read: of a gzip file, with the byte of the file where that shows.
    fn broken(&self, error: std::io::Error, expected: &str) -> Error {
        let Content::Gzip(gzip) = &self.content else {
            return Error::io(self.name, "read", error);
        };
        let found = if error.kind() == std::io::ErrorKind::UnexpectedEof {
            format!("the end of the gzip file, cut short after {} bytes of content", self.position)
        } else {
            format!("damaged gzip data after {} bytes of content ({error})", self.position)
        };
        Error::malformed(self.name, Place::Byte(gzip.get_ref().read), expected, found, ADVICE)
    }

    /// The error for content that is not what it should be.
    fn wrong(&self, at: u64, expected: impl Into<String>, found: impl Into<String>) -> Error {
        let mut found = found.into();
        if matches!(self.content, Content::Gzip(_)) {
            found += " (the byte is counted in the unpacked file)";
        }
        Error::malformed(self.name, Place::Byte(at), expected, found, ADVICE)
    }
}
