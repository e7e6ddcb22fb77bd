//! Image files that people have, as coloured pixels.
//!
//! PNG, JPEG, BMP, WebP and GIF are told by their first bytes, whatever a file is called. The rotation that cameras note
//! is applied, and what is transparent is laid on paper. A file cannot ask for more memory than it is given: its size
//! is limited, and so are its pixels, by what its header says, before room is made for them.

use crate::Coloured;
use digits_core::error::Place;
use digits_core::{Error, Result};
use image::error::ImageError;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;

/// The largest file, in bytes.
pub const MOST_BYTES: u64 = 64 << 20;
/// The largest image, in pixels: 4000 x 4000.
pub const MOST_PIXELS: u64 = 16_000_000;
/// What decoders may ask for while they work, in bytes: the pixels, twice, and their own tables.
const MOST_MEMORY: u64 = 10 * MOST_PIXELS;
/// What to do with a file of a kind that is not read.
const CONVERT: &str = "Save it as PNG or JPEG, and give that file.";

/// Reads a file whole, at most [`MOST_BYTES`] of it.
///
/// # Errors
/// Files that cannot be read or are larger, and whatever is no file: folders, devices and pipes, which may never end.
pub fn read_file(path: &Path) -> Result<Vec<u8>> {
    let failed = |error| Error::io(path, "read", error);
    let metadata = std::fs::metadata(path).map_err(failed)?;
    let wrong = |found: String, advice: &str| Error::malformed(path, Place::File, "a file", found, advice);
    if !metadata.is_file() {
        let (found, advice) = match metadata.is_dir() {
            true => ("a folder", "Name the files in it."),
            false => ("a device or a pipe", "Write what it gives into a file, and name that."),
        };
        return Err(wrong(found.to_owned(), advice));
    }
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes)).map_err(failed)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(wrong(format!("one of more than {} MiB", MOST_BYTES >> 20), CONVERT));
    }
    Ok(bytes)
}

/// Whether the bytes are those of an image or a document, which [`decode`] reads or refuses, and no text.
pub fn is_image(bytes: &[u8]) -> bool {
    image::guess_format(bytes).is_ok() || refused(bytes).is_some()
}

/// Decodes the bytes of an image file; `path` is named in errors.
///
/// # Errors
/// Images that are damaged, too large, or of a kind that is not read.
pub fn decode(path: &Path, bytes: &[u8]) -> Result<Coloured> {
    let readable = "an image as PNG, JPEG, BMP, WebP or GIF";
    let malformed =
        |found: String, advice: &str| Error::malformed(path, Place::File, readable, found, advice);
    if let Some(kind) = refused(bytes) {
        return Err(malformed(kind.to_owned(), CONVERT));
    }
    let format = match image::guess_format(bytes) {
        Ok(format) if format.reading_enabled() => format,
        Ok(format) => return Err(malformed(format!("one as {}", name(format)), CONVERT)),
        Err(_) => return Err(malformed("something else".to_owned(), CONVERT)),
    };
    let damaged =
        |error: ImageError| malformed(format!("a {} that cannot be decoded: {error}", name(format)), "");
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        let advice = "Make it smaller: at most 16 million pixels, such as 4000 x 4000.";
        return Err(malformed(format!("one of {width} x {height} pixels"), advice));
    }
    // A note on rotation that cannot be read is none.
    let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    image.apply_orientation(orientation);
    let (width, height) = (image.width() as usize, image.height() as usize);
    let pixels = match image.color().has_alpha() {
        true => on_paper(image.into_rgba8().pixels().map(|pixel| pixel.0)),
        false => image.into_rgb8().pixels().map(|pixel| pixel.0).collect(),
    };
    Ok(Coloured { width, height, pixels })
}

/// Lays pixels of red, green, blue and opacity on paper: white, or black where what is drawn is light.
fn on_paper(pixels: impl Iterator<Item = [u8; 4]> + Clone) -> Vec<[u8; 3]> {
    let weigh = |(light, opaque, all): (u64, u64, u64), [red, green, blue, opacity]: [u8; 4]| {
        let level = (u64::from(red) + 2 * u64::from(green) + u64::from(blue)) / 4;
        (light + level * u64::from(opacity), opaque + u64::from(opacity), all + 255)
    };
    let (light, opaque, all) = pixels.clone().fold((0, 0, 0), weigh);
    // Ink alone is drawn where most is transparent; white ink needs black paper.
    let paper = if 2 * opaque < all && light > 230 * opaque { 0 } else { 255 };
    let laid = |[red, green, blue, opacity]: [u8; 4]| {
        let opacity = u32::from(opacity);
        [red, green, blue]
            .map(|level| ((u32::from(level) * opacity + paper * (255 - opacity) + 127) / 255) as u8)
    };
    pixels.map(laid).collect()
}

/// What a file is that people take for an image, but that is not read.
fn refused(bytes: &[u8]) -> Option<&'static str> {
    let brand = (bytes.get(4..8) == Some(b"ftyp")).then(|| bytes.get(8..12)).flatten();
    match brand {
        Some(b"avif" | b"avis") => return Some("an AVIF image"),
        Some(b"heic" | b"heix" | b"hevc" | b"heim" | b"heis" | b"hevm" | b"hevs" | b"mif1" | b"msf1") => {
            return Some("a HEIC image, as iPhones take them");
        }
        Some(_) => return Some("a film"),
        None => {}
    }
    let start = bytes.trim_ascii_start();
    let kinds: [(&[u8], &str); 5] = [
        (b"%PDF", "a PDF document"),
        (b"II*\0", "a TIFF image"),
        (b"MM\0*", "a TIFF image"),
        (b"<svg", "an SVG drawing"),
        (b"PK\x03\x04", "a ZIP archive"),
    ];
    kinds.into_iter().find(|(signature, _)| start.starts_with(signature)).map(|(_, kind)| kind)
}

/// The name of a format as people write it.
fn name(format: ImageFormat) -> &'static str {
    match format {
        ImageFormat::Png => "PNG",
        ImageFormat::Jpeg => "JPEG",
        ImageFormat::Bmp => "BMP",
        ImageFormat::WebP => "WebP",
        ImageFormat::Gif => "GIF",
        ImageFormat::Tiff => "TIFF",
        ImageFormat::Avif => "AVIF",
        _ => "another format",
    }
}
