//! Image files of every kind, good and bad.

#![cfg(feature = "files")]

#[path = "../../core/tests/documented/mod.rs"]
mod documented;

use handwriting::decode::{MOST_BYTES, decode, is_image, read_file};
use handwriting::{Bounds, Coloured, find_digits};
use image::{DynamicImage, ExtendedColorType, ImageEncoder, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use std::io::Cursor;
use std::path::Path;

const WIDTH: u32 = 60;
const HEIGHT: u32 = 40;

/// An L, wider than tall once it is turned: its foot points to the right.
fn is_ink(x: u32, y: u32) -> bool {
    (20..25).contains(&x) && (5..35).contains(&y) || (20..35).contains(&x) && (30..35).contains(&y)
}

fn drawing() -> RgbImage {
    RgbImage::from_fn(
        WIDTH,
        HEIGHT,
        |x, y| if is_ink(x, y) { Rgb([10, 10, 20]) } else { Rgb([250, 250, 250]) },
    )
}

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).expect("encodes");
    bytes.into_inner()
}

fn decoded(bytes: &[u8]) -> Coloured {
    assert!(is_image(bytes));
    decode(Path::new("photo"), bytes).expect("decodes")
}

fn message(bytes: &[u8]) -> String {
    decode(Path::new("photo"), bytes).expect_err("refused").to_string()
}

/// Where the one digit of an image stands.
fn place(image: &Coloured) -> Bounds {
    let digits = find_digits(&image.to_grey());
    assert_eq!(digits.len(), 1);
    digits[0].bounds
}

#[test]
fn every_format_shows_the_same_drawing() {
    let image = DynamicImage::from(drawing());
    for format in [ImageFormat::Png, ImageFormat::Bmp, ImageFormat::WebP, ImageFormat::Gif, ImageFormat::Jpeg]
    {
        let found = decoded(&encoded(&image, format));
        assert_eq!((found.width, found.height), (60, 40), "{format:?}");
        let bounds = place(&found);
        assert!(bounds.left.abs_diff(20) <= 1 && bounds.top.abs_diff(5) <= 1, "{format:?}: {bounds:?}");
        assert!(bounds.width.abs_diff(15) <= 2 && bounds.height.abs_diff(30) <= 2, "{format:?}: {bounds:?}");
    }
    for grey in [DynamicImage::from(image.to_luma8()), DynamicImage::from(image.to_luma16())] {
        assert_eq!(
            place(&decoded(&encoded(&grey, ImageFormat::Png))),
            place(&decoded(&encoded(&image, ImageFormat::Png)))
        );
    }
}

#[test]
fn transparent_drawings_lie_on_paper() {
    let expected = place(&decoded(&encoded(&drawing().into(), ImageFormat::Png)));
    let drawn = |ink: [u8; 4], paper: [u8; 4]| {
        let pixel = |x, y| Rgba(if is_ink(x, y) { ink } else { paper });
        decoded(&encoded(&RgbaImage::from_fn(WIDTH, HEIGHT, pixel).into(), ImageFormat::Png))
    };
    // Black ink; white ink, which needs black paper; a yellow pen; opaque.
    for (ink, paper) in [
        ([0, 0, 0, 255], [0, 0, 0, 0]),
        ([255, 255, 255, 255], [255, 255, 255, 0]),
        ([250, 220, 0, 255], [0, 0, 0, 0]),
        ([20, 20, 20, 255], [240, 240, 240, 255]),
    ] {
        assert_eq!(place(&drawn(ink, paper)), expected, "{ink:?} on {paper:?}");
    }
}

/// What programs write whose canvas is larger than the sheet on it, and what others write by mistake.
#[test]
fn an_opaque_sheet_lies_on_its_own_paper_and_what_is_transparent_everywhere_is_opaque() {
    let expected = place(&decoded(&encoded(&drawing().into(), ImageFormat::Png)));
    for (ink, paper) in [([20, 20, 30], [250, 248, 240]), ([240, 240, 230], [30, 40, 35])] {
        let colour = |x, y| if is_ink(x, y) { ink } else { paper };
        let with = |[red, green, blue]: [u8; 3], opacity| Rgba([red, green, blue, opacity]);
        let sheet = RgbaImage::from_fn(2 * WIDTH, 2 * HEIGHT, |x, y| {
            let (x, y) = (x.wrapping_sub(30), y.wrapping_sub(20));
            if x < WIDTH && y < HEIGHT { with(colour(x, y), 255) } else { Rgba([0; 4]) }
        });
        let found = place(&decoded(&encoded(&sheet.into(), ImageFormat::Png)));
        assert_eq!(found, Bounds { left: expected.left + 30, top: expected.top + 20, ..expected });
        let all = RgbaImage::from_fn(WIDTH, HEIGHT, |x, y| with(colour(x, y), 0));
        assert_eq!(place(&decoded(&encoded(&all.into(), ImageFormat::Png))), expected);
    }
}

/// The decoder takes what is missing for grey, and a digit that is cut is another digit.
#[test]
fn a_jpeg_without_its_end_is_refused() {
    let whole = encoded(&drawing().into(), ImageFormat::Jpeg);
    for len in [whole.len() - 2, whole.len() - 40] {
        let message = message(&whole[..len]);
        assert!(message.contains("a JPEG whose end is missing\nIt is damaged."), "{message}");
    }
    // Programs append what is theirs, and the end of a smaller image inside is none.
    decoded(&[&whole[..], b"more"].concat());
    let inner = [&b"\xff\xd8\xff\xe1\0\x08\xff\xda\xff\xd9ab"[..], &whole[2..whole.len() - 2]].concat();
    assert!(message(&inner).contains("end is missing"));
}

#[test]
fn the_rotation_that_a_camera_notes_is_applied() {
    let upright = place(&decoded(&encoded(&drawing().into(), ImageFormat::Png)));
    for (note, stored) in [
        (1, drawing()),
        (4, image::imageops::flip_vertical(&drawing())),
        (5, image::imageops::flip_horizontal(&image::imageops::rotate90(&drawing()))),
        (7, image::imageops::flip_horizontal(&image::imageops::rotate270(&drawing()))),
        (3, image::imageops::rotate180(&drawing())),
        (6, image::imageops::rotate270(&drawing())),
        (8, image::imageops::rotate90(&drawing())),
        (2, image::imageops::flip_horizontal(&drawing())),
    ] {
        // EXIF: big-endian TIFF with one entry, tag 0x0112 (orientation), one 16-bit number.
        let exif =
            [&b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"[..], &[note, 0, 0, 0, 0, 0, 0]].concat();
        let mut bytes = Vec::new();
        let mut encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 95);
        encoder.set_exif_metadata(exif).expect("JPEG has EXIF");
        let (width, height) = stored.dimensions();
        encoder.write_image(&stored, width, height, ExtendedColorType::Rgb8).expect("encodes");
        let found = decoded(&bytes);
        assert_eq!((found.width, found.height), (60, 40), "note {note}");
        let bounds = place(&found);
        assert!(
            bounds.left.abs_diff(upright.left) <= 1 && bounds.top.abs_diff(upright.top) <= 1,
            "note {note}: {bounds:?}"
        );
    }
}

#[test]
fn what_is_not_read_is_named() {
    for (bytes, name) in [
        (&b"\0\0\0\x18ftypheic\0\0\0\0"[..], "a HEIC image"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0", "a HEIC image"),
        (b"\0\0\0\x18ftypavif\0\0\0\0", "an AVIF image"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"II*\0\x08\0\0\0", "a TIFF image"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG drawing"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- Inkscape -->\n<svg/>", "an SVG drawing"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", "an AVIF image"),
        (b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom", "a camera's raw image"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "a PostScript drawing"),
        (b"P5\n28 28\n255\n", "one as PBM"),
    ] {
        assert!(is_image(bytes), "{name} is no text");
        let message = message(bytes);
        assert!(message.contains(name) && message.contains("Save it as PNG or JPEG"), "{message}");
    }
    assert!(!is_image(b"label,1x1\n7,0\n"));
    assert!(message(b"hello").contains("something else"));
}

#[test]
fn a_header_that_asks_for_too_much_is_believed_and_refused() {
    // A PNG of 14142 x 14142 pixels: only its header is there.
    let mut png = encoded(&drawing().into(), ImageFormat::Png);
    png[16..24].copy_from_slice(&[0, 0, 0x37, 0x3e, 0, 0, 0x37, 0x3e]);
    let crc = crc32(&png[12..29]);
    png[29..33].copy_from_slice(&crc.to_be_bytes());
    let too_large = message(&png);
    assert!(too_large.contains("14142 x 14142") && too_large.contains("16 million pixels"), "{too_large}");
}

/// The checksum of a PNG's chunk.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 },
        )
    })
}

#[test]
fn damaged_files_are_errors_and_never_panics() {
    for format in [ImageFormat::Png, ImageFormat::Bmp, ImageFormat::WebP, ImageFormat::Gif, ImageFormat::Jpeg]
    {
        let whole = encoded(&drawing().into(), format);
        for cut in (4..whole.len()).step_by(whole.len() / 40 + 1) {
            // Some formats read what is there of an image; nothing may panic.
            let _ = decode(Path::new("photo"), &whole[..cut]);
            let mut changed = whole.clone();
            changed[cut] ^= 0x55;
            let _ = decode(Path::new("photo"), &changed);
        }
    }
    let png = encoded(&drawing().into(), ImageFormat::Png);
    assert!(message(&png[..60]).contains("a PNG that cannot be decoded"));
}

#[test]
fn only_files_are_read_and_only_so_much_of_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let refused = |path: &Path| read_file(path).expect_err("refused").to_string();
    assert!(refused(folder.path()).contains("found a folder"));
    assert!(refused(&folder.path().join("none.png")).contains("none.png"));
    let large = folder.path().join("large.bmp");
    std::fs::File::create(&large).and_then(|file| file.set_len(MOST_BYTES + 1)).expect("a sparse file");
    assert!(refused(&large).contains("more than 64 MiB"));
    #[cfg(unix)]
    assert!(refused(Path::new("/dev/zero")).contains("a device or a pipe"));
}

/// The kinds of files, in words, and their bytes.
fn kinds() -> Vec<(&'static str, Vec<u8>)> {
    let image = DynamicImage::from(drawing());
    let alpha =
        RgbaImage::from_fn(WIDTH, HEIGHT, |x, y| Rgba(if is_ink(x, y) { [0, 0, 0, 255] } else { [0; 4] }));
    let mut large = encoded(&image, ImageFormat::Png);
    large[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
    let crc = crc32(&large[12..29]);
    large[29..33].copy_from_slice(&crc.to_be_bytes());
    let jpeg = encoded(&image, ImageFormat::Jpeg);
    let mut frames = Vec::new();
    let mut animation = image::codecs::gif::GifEncoder::new(&mut frames);
    for shown in [image.to_rgba8(), RgbaImage::from_pixel(WIDTH, HEIGHT, Rgba([255; 4]))] {
        animation.encode_frame(image::Frame::new(shown)).expect("encodes");
    }
    drop(animation);
    vec![
        ("PNG", encoded(&image, ImageFormat::Png)),
        ("PNG, transparent", encoded(&alpha.into(), ImageFormat::Png)),
        (
            "PNG, transparent everywhere",
            encoded(
                &RgbaImage::from_fn(WIDTH, HEIGHT, |x, y| {
                    let [red, green, blue] = drawing().get_pixel(x, y).0;
                    Rgba([red, green, blue, 0])
                })
                .into(),
                ImageFormat::Png,
            ),
        ),
        ("PNG of 16 bits", encoded(&image.to_luma16().into(), ImageFormat::Png)),
        ("JPEG", jpeg.clone()),
        ("BMP", encoded(&image, ImageFormat::Bmp)),
        ("WebP", encoded(&image, ImageFormat::WebP)),
        ("GIF", encoded(&image, ImageFormat::Gif)),
        ("GIF, animated: its first image", frames),
        ("HEIC", b"\0\0\0\x18ftypheic\0\0\0\0".to_vec()),
        ("AVIF", b"\0\0\0\x18ftypavif\0\0\0\0".to_vec()),
        ("PDF", b"%PDF-1.7\n".to_vec()),
        ("TIFF", b"II*\0\x08\0\0\0".to_vec()),
        ("SVG", b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec()),
        ("PostScript", b"%!PS-Adobe-3.0 EPSF-3.0\n".to_vec()),
        ("PBM, PGM or PPM", b"P5\n28 28\n255\n".to_vec()),
        ("JPEG XL", b"\xff\x0a and so on".to_vec()),
        ("JPEG 2000", b"\0\0\0\x0cjP  and so on".to_vec()),
        ("a Photoshop document", b"8BPS and so on".to_vec()),
        ("a camera's raw image", b"\0\0\0\x18ftypcrx \0\0\0\0".to_vec()),
        ("a film", b"\0\0\0\x18ftypmp42\0\0\0\0".to_vec()),
        ("PNG of 65,535 x 65,535 pixels", large),
        ("PNG that is cut short", encoded(&image, ImageFormat::Png)[..60].to_vec()),
        ("JPEG that is cut short", jpeg[..jpeg.len() - 40].to_vec()),
    ]
}

/// Makes the table of files in `docs/handwriting.md`.
#[test]
fn every_kind_of_file_is_read_or_named() {
    let mut table = "| the file is | it is | what is said |\n|---|---|---|\n".to_owned();
    for (words, bytes) in kinds() {
        let (what, said) = match decode(Path::new("photo"), &bytes) {
            Ok(image) => {
                place(&image);
                ("read", String::new())
            }
            Err(error) => ("refused", documented::cell(&error.to_string())),
        };
        table += &format!("| {words} | {what} | {said} |\n");
    }
    documented::check("handwriting.md", "files", &table, "cargo test -p handwriting --test files");
}
