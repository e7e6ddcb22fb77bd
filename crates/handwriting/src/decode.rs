//! Image files that people have, as coloured pixels.
//!
//! PNG, JPEG, BMP, WebP and GIF are told by their first bytes, whatever a file is called. The rotation that cameras note
//! is applied, and what is transparent is laid on paper. A file cannot ask for more memory than it is given: its size
//! is limited, and so are its pixels, by what its header says, before room is made for them.

use crate::Coloured;
use digits_core::error::Place;
use digits_core::{Error, Result};
use image::error::ImageError;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbaImage};
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

/// What to do with a file that was not copied or downloaded whole.
const DAMAGED: &str = "It is damaged. Copy or download it again.";

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
        Ok(format) => {
            let name = format.extensions_str().first().map_or(String::new(), |name| name.to_uppercase());
            return Err(malformed(format!("one as {name}"), CONVERT));
        }
        Err(_) => return Err(malformed("something else".to_owned(), CONVERT)),
    };
    let damaged =
        |error: ImageError| malformed(format!("a {} that cannot be decoded: {error}", name(format)), DAMAGED);
    if format == ImageFormat::Jpeg && !has_end(bytes) {
        return Err(malformed("a JPEG whose end is missing".to_owned(), DAMAGED));
    }
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
        true => on_paper(&image.into_rgba8()),
        false => image.into_rgb8().pixels().map(|pixel| pixel.0).collect(),
    };
    Ok(Coloured { width, height, pixels })
}

/// Whether a JPEG has the marker of its end behind its pixels; one that is cut short is decoded as grey from there on.
fn has_end(bytes: &[u8]) -> bool {
    let mut at = 2;
    // Segments, each two bytes of marker and two of length, up to the first scan: one may hold a smaller image, ended.
    while let Some(&[0xff, marker, high, low]) = bytes.get(at..at + 4) {
        if marker == 0xda {
            return bytes[at..].windows(2).any(|two| two == [0xff, 0xd9]);
        }
        // A marker may have bytes 0xff before it.
        at += if marker == 0xff { 1 } else { 2 + usize::from(u16::from_be_bytes([high, low])) };
    }
    // The decoder knows what else is wrong.
    true
}

/// Lays pixels of red, green, blue and opacity on paper: the commonest colour of a sheet, else white, or black where what is
/// drawn is light. What is transparent everywhere is taken as opaque, since programs write such files by mistake.
fn on_paper(image: &RgbaImage) -> Vec<[u8; 3]> {
    let pixels = || image.pixels().map(|pixel| pixel.0);
    let opaque = |[.., opacity]: &[u8; 4]| *opacity > 127;
    if pixels().all(|[.., opacity]| opacity == 0) {
        return pixels().map(|[red, green, blue, _]| [red, green, blue]).collect();
    }
    let paper = sheet(image).unwrap_or_else(|| {
        let level =
            |[red, green, blue, _]: [u8; 4]| (u64::from(red) + 2 * u64::from(green) + u64::from(blue)) / 4;
        let (light, count) =
            pixels().filter(opaque).fold((0, 0), |(light, count), pixel| (light + level(pixel), count + 1));
        // Ink alone is drawn where most is transparent; white ink needs black paper.
        let is_light_ink = 2 * count < image.len() as u64 / 4 && light > 230 * count;
        [if is_light_ink { 0 } else { 255 }; 3]
    });
    let laid = |[red, green, blue, opacity]: [u8; 4]| {
        let over = |(level, paper): (u8, u8)| {
            let opacity = u32::from(opacity);
            ((u32::from(level) * opacity + u32::from(paper) * (255 - opacity) + 127) / 255) as u8
        };
        [(red, paper[0]), (green, paper[1]), (blue, paper[2])].map(over)
    };
    pixels().map(laid).collect()
}

/// The colour of the opaque sheet that an image shows on transparent ground: where what is opaque fills a rectangle, and is
/// more than ink. Its levels are the medians.
fn sheet(image: &RgbaImage) -> Option<[u8; 3]> {
    let opaque = || image.enumerate_pixels().filter(|(.., pixel)| pixel.0[3] > 127);
    let (mut left, mut right, mut top, mut bottom) = (u32::MAX, 0, u32::MAX, 0);
    for (x, y, _) in opaque() {
        (left, right, top, bottom) = (left.min(x), right.max(x), top.min(y), bottom.max(y));
    }
    let mut counts = [[0u64; 256]; 3];
    opaque()
        .for_each(|(.., pixel)| (0..3).for_each(|colour| counts[colour][usize::from(pixel.0[colour])] += 1));
    let all: u64 = counts[0].iter().sum();
    let area = u64::from(right.checked_sub(left)? + 1) * u64::from(bottom.checked_sub(top)? + 1);
    let level = |colour: usize, percent: u64| {
        let mut seen = 0;
        let reached = |count: &u64| {
            seen += count;
            100 * seen >= percent * all
        };
        counts[colour].iter().position(reached).unwrap_or(255) as u8
    };
    let differs = |colour| level(colour, 99) - level(colour, 1) > 60;
    (5 * all > 4 * area && (0..3).any(differs)).then(|| [0, 1, 2].map(|colour| level(colour, 50)))
}

/// What a file is that people take for an image, but that is not read.
fn refused(bytes: &[u8]) -> Option<&'static str> {
    if bytes.get(4..8) == Some(b"ftyp") {
        // The brand, its version, and the brands that it is compatible with.
        let brands: Vec<&[u8]> = bytes[8..].chunks_exact(4).take(8).collect();
        let is = |names: &[&[u8; 4]]| brands.iter().any(|brand| names.iter().any(|name| name[..] == **brand));
        return Some(match () {
            () if is(&[b"avif", b"avis"]) => "an AVIF image",
            () if is(&[b"heic", b"heix", b"hevc", b"heim", b"heis", b"hevm", b"hevs", b"mif1", b"msf1"]) => {
                "a HEIC image, as iPhones take them"
            }
            () if is(&[b"crx "]) => "a camera's raw image",
            () => "a film",
        });
    }
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let has_svg = || start.windows(4).take(1000).any(|four| four == b"<svg");
    if start.starts_with(b"<svg") || start.starts_with(b"<?xml") && has_svg() {
        return Some("an SVG drawing");
    }
    let kinds: [(&[u8], &str); 11] = [
        (b"%PDF", "a PDF document"),
        (b"%!PS", "a PostScript drawing"),
        (b"II*\0", "a TIFF image"),
        (b"MM\0*", "a TIFF image"),
        (b"\xff\x0a", "a JPEG XL image"),
        (b"\0\0\0\x0cJXL ", "a JPEG XL image"),
        (b"\0\0\0\x0cjP  ", "a JPEG 2000 image"),
        (b"8BPS", "a Photoshop document"),
        (b"gimp xcf", "a GIMP document"),
        (b"icns", "an icon of macOS"),
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
        _ => "another format",
    }
}
