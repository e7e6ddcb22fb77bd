//! Images as files in a folder for each digit, `0` to `9`: what people make of their own handwriting. Other names that
//! mean a digit, `three` or `digit_3`, are understood too.
//!
//! This crate decodes no images: whoever loads such a folder lends an [`ImageDecoder`], which brings a file to the form
//! of MNIST (28 x 28, paper 0, ink 255, centred). To read folders of images in a program, give it one in
//! [`super::source::Host::decoder`].

use std::fs::Metadata;
use std::path::{Path, PathBuf};

use super::csv::labels::digit;
use super::{CLASSES, Examples, PIXELS};
use crate::printable::printable;
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

/// What systems put into folders for themselves, besides hidden files.
const LITTER: [&str; 3] = ["__MACOSX", "Thumbs.db", "desktop.ini"];
/// The ends of names that images have.
const IMAGES: [&str; 9] = ["png", "jpg", "jpeg", "bmp", "gif", "webp", "tif", "tiff", "heic"];
/// The most names that a note tells.
const MOST_TOLD: usize = 5;

/// Whether a folder has folders of images in it: of the ten, two are enough.
pub fn has_classes(folder: &Path) -> bool {
    Listing::of(folder).is_ok_and(|listing| listing.digits().len() >= 2)
}

/// Reads all images in the folders `0` to `9` of `folder`, in the order of the digits and of their names; notes say what
/// was left aside, and of which digits there is none.
///
/// # Errors
/// Folders or images that cannot be read, none at all, more than [`MOST_IMAGES`], and folders that count from 1 to 10.
pub fn read(folder: &Path, decoder: &dyn ImageDecoder) -> Result<(Examples, Vec<String>)> {
    let listing = Listing::of(folder)?;
    if listing.others.iter().any(|entry| entry.name == "10") && !listing.digits().contains(&0) {
        return Err(Error::Unavailable(format!(
            "{}: expected folders 0 to 9, found 10 and no 0\n\
             If 10 stands for 0, call it 0; if all are one too high, rename them.",
            folder.display()
        )));
    }
    let mut aside: Vec<String> = listing.others.iter().filter_map(Entry::unused).collect();
    let mut files: Vec<(u8, String, PathBuf)> = Vec::new();
    for (digit, class) in &listing.classes {
        for entry in Entry::all_of(&class.path)? {
            let name = format!("{}/{}", class.name, entry.name);
            match entry.oddity() {
                Some(what) => aside.push(format!("{name}, {what}")),
                None => files.push((*digit, name, entry.path)),
            }
        }
    }
    if files.len() > MOST_IMAGES {
        let message = format!("{} holds more than {MOST_IMAGES} files; give fewer", folder.display());
        return Err(Error::Unavailable(message));
    }
    let decoded = parallel::map(files.len(), |index| decoder.decode(&files[index].2));
    let (mut pixels, mut labels) = (Vec::new(), Vec::new());
    for ((digit, name, _), image) in files.iter().zip(decoded) {
        match image? {
            Some(image) => {
                pixels.extend_from_slice(&image);
                labels.push(*digit);
            }
            None => aside.push(format!("{name}, no image")),
        }
    }
    let mut notes = Vec::new();
    if !aside.is_empty() {
        notes.push(format!("{}: left aside: {}", folder.display(), told(&aside, "; ")));
    }
    if labels.is_empty() {
        return Err(Error::Unavailable(format!(
            "{}: no images in its folders 0 to 9\n{}Put the images of each digit straight into its folder.",
            folder.display(),
            notes.iter().map(|note| format!("{note}\n")).collect::<String>(),
        )));
    }
    let missing: Vec<String> =
        (0..CLASSES as u8).filter(|digit| !labels.contains(digit)).map(|digit| digit.to_string()).collect();
    if !missing.is_empty() {
        notes.push(format!("{}: there are no images of {}", folder.display(), missing.join(", ")));
    }
    Ok((Examples::new(pixels, labels), notes))
}

/// The files that [`read`] would read; what cannot be listed is left out.
pub(super) fn files(folder: &Path) -> Vec<PathBuf> {
    let classes = Listing::of(folder).map(|listing| listing.classes).unwrap_or_default();
    let entries = classes.into_iter().flat_map(|(_, class)| Entry::all_of(&class.path).unwrap_or_default());
    entries.filter(|entry| entry.oddity().is_none()).map(|entry| entry.path).collect()
}

/// What looks like images in a folder that has no folders of digits, and what to do about it: a sentence each.
pub(super) fn without_classes(folder: &Path) -> Vec<String> {
    let Ok(listing) = Listing::of(folder) else { return Vec::new() };
    let mut found = Vec::new();
    if let [(_, class)] = &listing.classes[..] {
        found.push(format!("{}, a folder of one digit: nothing can be told from others", class.name));
    }
    let names = |is: fn(&Entry) -> bool| -> Vec<String> {
        listing.others.iter().filter(|entry| is(entry)).map(|entry| entry.name.clone()).collect()
    };
    let folders = names(|entry| entry.is_folder() && holds_images(&entry.path));
    if !folders.is_empty() {
        let told = told(&folders, ", ");
        found.push(format!("images in {told}, whose names mean no digit: call the folders 0 to 9"));
    }
    let images = names(|entry| !entry.is_folder() && entry.is_image());
    if !images.is_empty() {
        let told = told(&images, ", ");
        found.push(format!("{told}, in no folder of a digit: put each image into a folder, 0 to 9"));
    }
    found
}

/// Some names, and how many more there are.
fn told(names: &[String], between: &str) -> String {
    let told = &names[..names.len().min(MOST_TOLD)];
    let more = match names.len() - told.len() {
        0 => String::new(),
        more => format!("{between}and {more} more"),
    };
    told.join(between) + &more
}

fn holds_images(folder: &Path) -> bool {
    Entry::all_of(folder)
        .is_ok_and(|entries| entries.iter().any(|entry| !entry.is_folder() && entry.is_image()))
}

/// What lies in a folder: folders of one digit each, by digit and name, and the rest, by name.
struct Listing {
    classes: Vec<(u8, Entry)>,
    others: Vec<Entry>,
}

impl Listing {
    fn of(folder: &Path) -> Result<Self> {
        let (mut classes, mut others) = (Vec::new(), Vec::new());
        for entry in Entry::all_of(folder)? {
            match digit(entry.name.as_bytes()).filter(|_| entry.is_folder()) {
                Some(digit) => classes.push((digit, entry)),
                None => others.push(entry),
            }
        }
        classes.sort_by_key(|(digit, _)| *digit); // those of a digit stay in the order of their names
        Ok(Listing { classes, others })
    }

    /// The digits that have a folder.
    fn digits(&self) -> Vec<u8> {
        let mut digits: Vec<u8> = self.classes.iter().map(|(digit, _)| *digit).collect();
        digits.dedup();
        digits
    }
}

/// What lies in a folder under a name.
struct Entry {
    /// As the screen shows it.
    name: String,
    path: PathBuf,
    /// What a link leads to, or `None` where that is nothing.
    metadata: Option<Metadata>,
}

impl Entry {
    /// All of a folder by name, less what is hidden and what systems leave there.
    fn all_of(folder: &Path) -> Result<Vec<Self>> {
        let failed = |error| Error::io(folder, "read the folder", error);
        let mut paths = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(failed)? {
            paths.push(entry.map_err(failed)?.path());
        }
        paths.sort();
        let entries = paths.into_iter().filter_map(|path| {
            let name = printable(&path.file_name()?.to_string_lossy(), 80);
            let is_litter = name.starts_with('.') || LITTER.contains(&name.as_str());
            let metadata = path.metadata().ok();
            (!is_litter).then_some(Entry { name, path, metadata })
        });
        Ok(entries.collect())
    }

    fn is_folder(&self) -> bool {
        self.metadata.as_ref().is_some_and(Metadata::is_dir)
    }

    fn is_image(&self) -> bool {
        let end = self.name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
        end.is_some_and(|end| IMAGES.contains(&end.as_str()))
    }

    /// Why this is no file.
    fn oddity(&self) -> Option<&'static str> {
        match &self.metadata {
            None => Some("a broken link"),
            Some(metadata) if metadata.is_dir() => Some("a folder"),
            Some(metadata) if !metadata.is_file() => Some("no regular file"),
            Some(_) => None,
        }
    }

    /// The words for this beside folders of digits, if it looks like data.
    fn unused(&self) -> Option<String> {
        let what = self.oddity().or_else(|| {
            let is_table = [".csv", ".csv.gz"].iter().any(|end| self.name.ends_with(end));
            let looks_like_data = self.is_image() || is_table || digit(self.name.as_bytes()).is_some();
            looks_like_data.then_some("in no folder of a digit")
        });
        what.map(|what| format!("{}, {what}", self.name))
    }
}
