//! Decodes images for other programs, so that none of them has to be built with what that takes.
//!
//! It reads requests from standard input and answers each on standard output, until the input ends. A request is a path: its
//! length as four bytes, little-endian, then the path. An answer is one byte, and what belongs to it: 0, no image; 1, a
//! digit in normal form, 784 bytes; 2, an error, its length as four bytes, then its words.

use digits_core::data::{PIXELS, SIDE};
use digits_core::error::Place;
use digits_core::{Error, Result};
use handwriting::{Grey, decode, find_digits};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    // Where nobody listens any more, there is nothing left to do.
    match serve(std::io::stdin().lock(), std::io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Answers requests until there are no more.
fn serve(mut from: impl Read, mut to: impl Write) -> std::io::Result<()> {
    /// No system has longer paths.
    const LONGEST: u32 = 1 << 16;
    let mut length = [0; 4];
    while from.read_exact(&mut length).is_ok() {
        let length = u32::from_le_bytes(length);
        if length > LONGEST {
            return Err(std::io::ErrorKind::InvalidData.into());
        }
        let mut path = vec![0; length as usize];
        from.read_exact(&mut path)?;
        match digit_in(&path_of(path)) {
            Ok(None) => to.write_all(&[0])?,
            Ok(Some(image)) => {
                to.write_all(&[1])?;
                to.write_all(&image)?;
            }
            Err(error) => {
                let words = error.to_string();
                to.write_all(&[2])?;
                to.write_all(&(words.len() as u32).to_le_bytes())?;
                to.write_all(words.as_bytes())?;
            }
        }
        to.flush()?;
    }
    Ok(())
}

/// The path of a request.
fn path_of(bytes: Vec<u8>) -> PathBuf {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStringExt;
        std::ffi::OsString::from_vec(bytes).into()
    }
    #[cfg(not(unix))]
    PathBuf::from(String::from_utf8_lossy(&bytes).into_owned())
}

/// The one digit of a file in normal form; `None` if the file is no image.
///
/// # Errors
/// An image that cannot be read, or that shows no digit, or several.
fn digit_in(path: &Path) -> Result<Option<[u8; PIXELS]>> {
    let bytes = decode::read_file(path)?;
    if !decode::is_image(&bytes) {
        return Ok(None);
    }
    let image = decode::decode(path, &bytes)?.to_grey();
    if let Some(small) = as_it_is(&image) {
        return Ok(Some(small));
    }
    let found = match &find_digits(&image)[..] {
        [digit] => return Ok(Some(digit.image)),
        [] => "no digit".to_owned(),
        several => format!("{} digits", several.len()),
    };
    let advice = "Give a file for each digit, or take this one out of the folder.";
    Err(Error::malformed(path, Place::File, "an image of one digit", found, advice))
}

/// The levels of an image of 28 x 28 pixels, which is in normal form already: ink 255, whichever way round the file is. Its
/// border is paper.
fn as_it_is(image: &Grey) -> Option<[u8; PIXELS]> {
    if (image.width, image.height) != (SIDE, SIDE) {
        return None;
    }
    let levels: [u8; PIXELS] = image.levels.as_slice().try_into().ok()?;
    let is_border = |at: usize| [0, SIDE - 1].contains(&(at % SIDE)) || [0, SIDE - 1].contains(&(at / SIDE));
    let border: Vec<u8> = (0..PIXELS).filter(|at| is_border(*at)).map(|at| levels[at]).collect();
    let paper = border.iter().map(|level| usize::from(*level)).sum::<usize>() / border.len();
    Some(if paper > 127 { levels.map(|level| 255 - level) } else { levels })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks for one path, and returns what is answered.
    fn answer(path: &Path) -> Vec<u8> {
        let path = path.as_os_str().as_encoded_bytes();
        let request = [&(path.len() as u32).to_le_bytes(), path].concat();
        let mut answer = Vec::new();
        serve(&request[..], &mut answer).expect("answers");
        answer
    }

    #[test]
    fn images_of_either_kind_of_paper_become_ink_on_paper_and_others_are_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut levels = [0u8; PIXELS];
        (5..23).for_each(|y| levels[y * SIDE + 14] = 255);
        for (name, inverted) in [("dark.png", false), ("light.png", true)] {
            let path = folder.path().join(name);
            let image = image::GrayImage::from_fn(SIDE as u32, SIDE as u32, |x, y| {
                let level = levels[y as usize * SIDE + x as usize];
                image::Luma([if inverted { 255 - level } else { level }])
            });
            image.save(&path).expect("writes");
            assert_eq!(answer(&path), [&[1], &levels[..]].concat(), "{name}");
        }
        let text = folder.path().join("notes.txt");
        std::fs::write(&text, "hello").expect("writes");
        assert_eq!(answer(&text), [0]);
        let blank = folder.path().join("blank.png");
        image::GrayImage::from_pixel(200, 200, image::Luma([250])).save(&blank).expect("writes");
        let told = answer(&blank);
        assert_eq!(told[0], 2);
        assert!(
            String::from_utf8_lossy(&told[5..]).contains("expected an image of one digit, found no digit")
        );
        assert_eq!(answer(&folder.path().join("missing.png"))[0], 2);
    }
}
