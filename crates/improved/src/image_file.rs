//! Images of digits in files that people have: PNG drawings of any size, and rows of CSV.

use crate::normal_form::{Grey, normal_form};
use digits_core::data::{CLASSES, PIXELS, SIDE};
use digits_core::error::Place;
use digits_core::{Error, Result};
use png::{BitDepth, ColorType, Decoder, Transformations};
use std::io::Cursor;
use std::path::Path;

/// An image to be classified, in MNIST's form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    /// Where it comes from: the file, and the line where there are several.
    pub name: String,
    /// 28 x 28 levels, from 0, paper, to 255, ink.
    pub image: [u8; PIXELS],
    /// What it shows, where that is known.
    pub label: Option<u8>,
}

/// The first bytes of every PNG file.
const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// The largest PNG, in pixels: a photograph of the largest cameras.
const MOST_PIXELS: u64 = 200_000_000;

/// Reads the images of a file, which is a PNG or a CSV by its content.
///
/// # Errors
/// Files that cannot be read, are neither, or hold no image.
pub fn read(path: &Path) -> Result<Vec<Drawing>> {
    let bytes = std::fs::read(path).map_err(|error| Error::io(path, "read", error))?;
    if !bytes.starts_with(SIGNATURE) {
        return read_csv(path, &bytes);
    }
    let grey = decode_png(path, &bytes)?;
    let image = normal_form(&grey).ok_or_else(|| {
        let advice = "Give an image of one digit, dark on light or light on dark.";
        Error::malformed(path, Place::File, "a drawing", "an image of one colour", advice)
    })?;
    Ok(vec![Drawing { name: path.display().to_string(), image, label: None }])
}

/// Decodes a PNG into grey levels; what is transparent becomes paper.
fn decode_png(path: &Path, bytes: &[u8]) -> Result<Grey> {
    let malformed = |found: String| Error::malformed(path, Place::File, "a PNG image", found, "");
    let wrong = |error: png::DecodingError| malformed(error.to_string());
    let mut decoder = Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(wrong)?;
    let (width, height) = reader.info().size();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(malformed(format!("one of {width} x {height} pixels, which is too large")));
    }
    let size = reader.output_buffer_size().ok_or_else(|| malformed("one that is too large".to_owned()))?;
    let mut samples = vec![0; size];
    let frame = reader.next_frame(&mut samples).map_err(wrong)?;
    samples.truncate(frame.buffer_size());
    let (channels, alpha) = match (frame.color_type, frame.bit_depth) {
        (ColorType::Grayscale, BitDepth::Eight) => (1, false),
        (ColorType::GrayscaleAlpha, BitDepth::Eight) => (2, true),
        (ColorType::Rgb, BitDepth::Eight) => (3, false),
        (ColorType::Rgba, BitDepth::Eight) => (4, true),
        (colours, depth) => return Err(malformed(format!("one of {colours:?} with {depth:?} bits"))),
    };
    let pixels = samples.chunks_exact(channels);
    let levels = if alpha { on_paper(pixels) } else { pixels.map(luma).collect() };
    Ok(Grey { width: frame.width as usize, height: frame.height as usize, levels })
}

/// The brightness of a pixel, grey or of three colours (ITU-R BT.601).
fn luma(samples: &[u8]) -> u8 {
    match samples {
        [red, green, blue, ..] => {
            ((299 * u32::from(*red) + 587 * u32::from(*green) + 114 * u32::from(*blue) + 500) / 1000) as u8
        }
        [grey, ..] => *grey,
        [] => 0,
    }
}

/// Lays pixels whose last sample is their opacity on paper: white, or black where what is drawn is light.
fn on_paper<'a>(pixels: impl Iterator<Item = &'a [u8]> + Clone) -> Vec<u8> {
    let parts = |pixel: &'a [u8]| {
        let (opacity, colour) = pixel.split_last().unwrap_or((&0, &[]));
        (u32::from(luma(colour)), u32::from(*opacity))
    };
    let weigh = |(light, opaque, all): (u64, u64, u64), pixel| {
        let (level, opacity) = parts(pixel);
        (light + u64::from(level * opacity), opaque + u64::from(opacity), all + 255)
    };
    let (light, opaque, all) = pixels.clone().fold((0, 0, 0), weigh);
    // Ink alone is drawn where most is transparent; it needs paper of the other kind.
    let light_ink = 2 * opaque < all && light > 128 * opaque;
    let paper = if light_ink { 0 } else { 255 };
    let level = |pixel| {
        let (level, opacity) = parts(pixel);
        ((level * opacity + paper * (255 - opacity) + 127) / 255) as u8
    };
    pixels.map(level).collect()
}

/// Reads rows of 784 grey levels, or of a label and 784 grey levels; the first row may be a header.
fn read_csv(path: &Path, bytes: &[u8]) -> Result<Vec<Drawing>> {
    let advice = "Give a PNG image, or rows of 784 grey levels from 0, paper, to 255, ink, with or without a label before.";
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).trim(csv::Trim::All).from_reader(bytes);
    let mut drawings = Vec::new();
    for (index, record) in reader.byte_records().enumerate() {
        let record = record.map_err(|error| Error::io(path, "read", error.into()))?;
        let line = record.position().map_or(0, csv::Position::line);
        let wrong = |expected: String, found: String| {
            Error::malformed(path, Place::Line(line), expected, found, advice)
        };
        let quoted = |field: &[u8]| {
            let text: String = String::from_utf8_lossy(field).chars().take(20).collect();
            format!("{text:?}")
        };
        let number = |field: &[u8]| str::from_utf8(field).ok().and_then(|text| text.parse::<u8>().ok());
        let expected_row = || "a PNG image, or 784 or 785 fields".to_owned();
        let labelled = match record.len() {
            PIXELS => false,
            len if len == PIXELS + 1 => true,
            1 => return Err(wrong(expected_row(), format!("1 field, {}", quoted(&record[0])))),
            len => return Err(wrong(expected_row(), format!("{len} fields"))),
        };
        let is_number = |field: &[u8]| str::from_utf8(field).is_ok_and(|text| text.parse::<f64>().is_ok());
        let is_header = record.get(0) == Some(b"label") || !record.iter().any(is_number);
        if index == 0 && is_header {
            continue;
        }
        let mut fields = record.iter();
        let label = match fields.next().filter(|_| labelled) {
            None => {
                fields = record.iter();
                None
            }
            Some(field) => {
                let label = number(field).filter(|label| usize::from(*label) < CLASSES);
                Some(label.ok_or_else(|| wrong("a label 0 to 9 in field 1".to_owned(), quoted(field)))?)
            }
        };
        let mut image = [0; PIXELS];
        for ((at, level), field) in image.iter_mut().enumerate().zip(fields) {
            let expected = || format!("a grey level 0 to 255 in field {}", at + 1 + usize::from(labelled));
            *level = number(field).ok_or_else(|| wrong(expected(), quoted(field)))?;
        }
        drawings.push(Drawing { name: format!("{}, line {line}", path.display()), image, label });
    }
    if drawings.is_empty() {
        let found = if bytes.is_empty() { "an empty file" } else { "no row of numbers" };
        return Err(Error::malformed(path, Place::File, "images", found, advice));
    }
    Ok(drawings)
}

/// An image as a PNG of 28 x 28 grey levels.
pub fn to_png(image: &[u8; PIXELS]) -> Vec<u8> {
    encode(SIDE as u32, SIDE as u32, ColorType::Grayscale, image)
}

/// Samples as a PNG.
fn encode(width: u32, height: u32, colours: ColorType, samples: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(colours);
    encoder.set_depth(BitDepth::Eight);
    // Memory takes everything, and callers give as many samples as there are.
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(samples));
    written.unwrap_or_else(|error| unreachable!("a PNG in memory: {error}"));
    file
}

#[cfg(test)]
mod tests {
    use super::*;
    use digits_core::data::{Split, practice};

    fn read_bytes(bytes: &[u8]) -> Result<Vec<Drawing>> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        std::fs::write(&path, bytes).expect("writes");
        read(&path)
    }

    fn digit() -> [u8; PIXELS] {
        let (image, _) = practice::image(5, Split::Test, 3);
        let grey = Grey { width: SIDE, height: SIDE, levels: image.to_vec() };
        normal_form(&grey).expect("ink")
    }

    #[test]
    fn every_kind_of_png_shows_the_same_digit() {
        let digit = digit();
        let found = read_bytes(&to_png(&digit)).expect("reads");
        assert_eq!((found.len(), found[0].image, found[0].label), (1, digit, None));
        let each = |make: fn(u8) -> Vec<u8>| digit.iter().flat_map(|&level| make(level)).collect::<Vec<u8>>();
        let side = SIDE as u32;
        type Kind = (&'static str, ColorType, fn(u8) -> Vec<u8>);
        let kinds: [Kind; 6] = [
            ("black on white", ColorType::Rgb, |ink| vec![255 - ink; 3]),
            ("black ink, transparent paper", ColorType::Rgba, |ink| vec![0, 0, 0, ink]),
            ("white ink, transparent paper", ColorType::Rgba, |ink| vec![255, 255, 255, ink]),
            ("white ink, transparent paper, grey", ColorType::GrayscaleAlpha, |ink| vec![255, ink]),
            ("opaque, white on black", ColorType::GrayscaleAlpha, |ink| vec![ink, 255]),
            ("opaque, black on white", ColorType::Rgba, |ink| vec![255 - ink, 255 - ink, 255 - ink, 255]),
        ];
        for (name, colours, make) in kinds {
            let found = read_bytes(&encode(side, side, colours, &each(make))).expect(name);
            let most = found[0].image.iter().zip(&digit).map(|(a, b)| a.abs_diff(*b)).max();
            assert!(most <= Some(1), "{name}: {most:?}");
        }
    }

    #[test]
    fn rows_are_read_with_and_without_labels_and_header() {
        let levels = digit().map(|level| level.to_string()).join(",");
        let header: Vec<String> = (0..PIXELS).map(|pixel| format!("p{pixel}")).collect();
        let header = header.join(",");
        for (text, label) in [
            (format!("{levels}\n"), None),
            (format!("7,{levels}\n"), Some(7)),
            (format!("label,{header}\n3, {levels}\n"), Some(3)),
            (format!("{header}\n{levels}"), None),
        ] {
            let found = read_bytes(text.as_bytes()).expect("reads");
            assert_eq!((found.len(), found[0].image, found[0].label), (1, digit(), label));
        }
    }

    #[test]
    fn what_is_no_image_is_refused_with_its_place() {
        let levels = vec!["0"; PIXELS].join(",");
        let png = to_png(&digit());
        for (bytes, message) in [
            (b"".to_vec(), "an empty file"),
            (b"hello\nworld\n".to_vec(), "1 field, \"hello\""),
            (format!("{levels}\n{}", levels.replacen('0', "256", 1)).into_bytes(), "line 2"),
            (format!("{levels},x").into_bytes(), "field 785"),
            (format!("10,{levels}").into_bytes(), "a label 0 to 9"),
            (png[..60].to_vec(), "a PNG image"),
            (to_png(&[0; PIXELS]), "one colour"),
        ] {
            let error = read_bytes(&bytes).expect_err(message).to_string();
            assert!(error.contains(message), "{error}");
        }
        assert!(read(Path::new("no such file.png")).is_err());
    }
}
