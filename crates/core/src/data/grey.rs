//! Which grey is paper and which is ink, by what a whole set of images shows.

use std::path::Path;

use super::{PIXELS, SIDE};
use crate::error::Place;
use crate::{Error, Result};

/// No image of digits is so faint: a set whose highest grey level is this or less has another scale.
const FAINT: u8 = 31;
/// A set with at least so many images, all but a few of which have ink of one level up to this, has that as full ink: 100
/// in percent, 127 in bytes with a sign.
const FEWEST: usize = 10;
const HALF: u8 = 127;
/// The least mean of the outermost pixels of an image on white paper: noise has less.
const LIGHT: u32 = 191;
/// The share of images that may differ from all others.
const STRAY: f64 = 0.1;

/// Brings all images of a set to paper 0 and ink 255, and says what it did. `name` is the file's, for notes and errors.
///
/// # Errors
/// Grey levels so low that they must be of another scale, and a set in which some images are light on dark and others
/// dark on light.
pub fn normalise(pixels: &mut [u8], name: &Path) -> Result<Vec<String>> {
    let mut notes = Vec::new();
    let file = name.file_name().unwrap_or(name.as_os_str()).to_string_lossy();
    let wrong = |expected: &str, found: String, advice: &str| {
        Err(Error::malformed(name, Place::File, expected, found, advice))
    };
    if !pixels.iter().any(|&pixel| pixel > FAINT) || has_other_full_ink(pixels) {
        match pixels.iter().max().copied().unwrap_or_default() {
            0 => {}
            1 => {
                pixels.iter_mut().for_each(|pixel| *pixel *= 255);
                notes.push(format!("{file}: pixels are written as 0 and 1, and were read as 0 and 255"));
            }
            most => {
                return wrong(
                    "grey levels up to 255",
                    format!("none above {most}"),
                    "Write them so that 255 is full ink: divide by the largest and multiply by 255.",
                );
            }
        }
    }
    let images = pixels.as_chunks::<PIXELS>().0;
    let inverted = images.iter().filter(|image| is_inverted(image)).count();
    if inverted as f64 > STRAY * images.len() as f64 {
        if ((images.len() - inverted) as f64) > STRAY * images.len() as f64 {
            return wrong(
                "images with one kind of paper",
                format!("{inverted} of {} with white paper (255), the others with black", images.len()),
                "Invert some of them, so that paper is 0 and ink 255 everywhere.",
            );
        }
        pixels.iter_mut().for_each(|pixel| *pixel = 255 - *pixel);
        notes.push(format!("{file}: paper is 255 and ink 0, and all images were inverted"));
    }
    Ok(notes)
}

/// Whether nearly all images of a set reach one level, and none goes above it, though it is at most [`HALF`].
fn has_other_full_ink(pixels: &[u8]) -> bool {
    if pixels.iter().any(|&pixel| pixel > HALF) {
        return false;
    }
    let most = pixels.iter().max().copied().unwrap_or_default();
    let images = pixels.as_chunks::<PIXELS>().0;
    let full = images.iter().filter(|image| image.contains(&most)).count();
    images.len() >= FEWEST && full as f64 >= (1.0 - STRAY) * images.len() as f64
}

/// Whether an image has white paper: its outermost pixels are light, and so is most of it.
fn is_inverted(image: &[u8; PIXELS]) -> bool {
    let sum = |pixels: &mut dyn Iterator<Item = usize>| pixels.map(|at| u32::from(image[at])).sum::<u32>();
    let sides = (1..SIDE - 1).flat_map(|y| [y * SIDE, y * SIDE + SIDE - 1]);
    let border = sum(&mut (0..SIDE).chain(PIXELS - SIDE..PIXELS).chain(sides));
    let border_len = 4 * (SIDE as u32 - 1);
    border > LIGHT * border_len && sum(&mut (0..PIXELS)) > 127 * PIXELS as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Split, practice};

    #[test]
    fn images_are_brought_to_black_paper() {
        let drawn = practice::examples(1, Split::Train, 50).pixels().to_vec();
        let mut pixels = drawn.clone();
        assert!(normalise(&mut pixels, Path::new("f")).expect("plain").is_empty());
        assert_eq!(pixels, drawn);
        pixels.iter_mut().for_each(|pixel| *pixel = 255 - *pixel);
        let notes = normalise(&mut pixels, Path::new("folder/f")).expect("inverted");
        assert_eq!(notes, ["f: paper is 255 and ink 0, and all images were inverted"]);
        assert_eq!(pixels, drawn);
        let mut binary: Vec<u8> = drawn.iter().map(|&pixel| u8::from(pixel > 127)).collect();
        let notes = normalise(&mut binary, Path::new("f")).expect("binary");
        assert_eq!(notes.len(), 1);
        assert!(binary.iter().zip(&drawn).all(|(&two, &grey)| two == if grey > 127 { 255 } else { 0 }));
    }

    #[test]
    fn what_could_mean_two_things_is_refused() {
        let mut pixels = practice::examples(1, Split::Train, 50).pixels().to_vec();
        pixels[..20 * PIXELS].iter_mut().for_each(|pixel| *pixel = 255 - *pixel);
        let error = normalise(&mut pixels, Path::new("f")).expect_err("mixed").to_string();
        assert!(error.contains("found 20 of 50 with white paper"), "{error}");
        let mut faint: Vec<u8> = pixels.iter().map(|pixel| pixel / 16).collect();
        let error = normalise(&mut faint, Path::new("f")).expect_err("another scale").to_string();
        assert!(error.contains("found none above 15"), "{error}");
        // Percent: nearly all images have full ink, and it is 100.
        let drawn = practice::examples(1, Split::Train, 50);
        let mut percent: Vec<u8> =
            drawn.pixels().iter().map(|&pixel| (u32::from(pixel) * 100 / 255) as u8).collect();
        let error = normalise(&mut percent, Path::new("f")).expect_err("another scale").to_string();
        assert!(error.contains("found none above 100"), "{error}");
        // A few images in pencil are read as they are.
        let mut pencil = percent[..5 * PIXELS].to_vec();
        assert!(normalise(&mut pencil, Path::new("f")).expect("read").is_empty());
    }
}
