//! Images as files in a folder for each digit, `0` to `9`: what people make of their own handwriting.
//!
//! This crate decodes no images: whoever loads such a folder lends an [`ImageDecoder`], which brings a file to the form
//! of MNIST (28 x 28, paper 0, ink 255, centred). To read folders of images in a program, give it one in
//! [`super::source::Host::decoder`].

use std::path::{Path, PathBuf};

use super::{CLASSES, Examples, PIXELS};
use crate::{Error, Result, parallel};

/// The most images that are read: a gigabyte of pixels.
pub const MOST_IMAGES: usize = (1 << 30) / PIXELS;

/// Reads files of images.
pub trait ImageDecoder: Sync {
    /// The 784 grey levels of a file in the form of MNIST; `None` if its name or its first bytes say that it is no image.
    ///
    /// # Errors
    /// An image that cannot be read; the message names the file.
    fn decode(&self, path: &Path) -> Result<Option<[u8; PIXELS]>>;
}

/// Whether a folder has folders of images in it: of the ten, two are enough.
pub fn has_classes(folder: &Path) -> bool {
    (0..CLASSES).filter(|class| folder.join(class.to_string()).is_dir()).take(2).count() == 2
}

/// Reads all images in the folders `0` to `9` of `folder`, in the order of their names; notes say what was left aside.
///
/// # Errors
/// Folders or images that cannot be read, none at all, and more than [`MOST_IMAGES`].
pub fn read(folder: &Path, decoder: &dyn ImageDecoder) -> Result<(Examples, Vec<String>)> {
    let mut files: Vec<(u8, PathBuf)> = Vec::new();
    for class in 0..CLASSES as u8 {
        let of_class = folder.join(class.to_string());
        if of_class.is_dir() {
            files.extend(names(&of_class)?.into_iter().map(|path| (class, path)));
        }
    }
    if files.len() > MOST_IMAGES {
        let message = format!("{} holds more than {MOST_IMAGES} files; give fewer", folder.display());
        return Err(Error::Unavailable(message));
    }
    let decoded = parallel::map(files.len(), |index| decoder.decode(&files[index].1));
    let (mut pixels, mut labels, mut aside) = (Vec::new(), Vec::new(), 0);
    for ((class, _), image) in files.iter().zip(decoded) {
        match image? {
            Some(image) => {
                pixels.extend_from_slice(&image);
                labels.push(*class);
            }
            None => aside += 1,
        }
    }
    if labels.is_empty() {
        let message = format!("{}: no images in its folders 0 to 9", folder.display());
        return Err(Error::Unavailable(message));
    }
    let note = format!("{}: files left aside, for they are no images: {aside}", folder.display());
    Ok((Examples::new(pixels, labels), (aside > 0).then_some(note).into_iter().collect()))
}

/// The files of a folder by name, less the hidden ones.
fn names(folder: &Path) -> Result<Vec<PathBuf>> {
    let failed = |error| Error::io(folder, "read the folder", error);
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if path.is_file() && !hidden {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
