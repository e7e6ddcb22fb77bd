//! Images of handwritten digits with their labels, and where they come from.

pub mod csv;
#[cfg(feature = "files")]
pub mod folder;
pub mod formats;
#[cfg(feature = "files")]
mod found;
pub mod grey;
pub mod idx;
pub mod known;
pub mod orientation;
pub mod practice;
pub mod sets;
#[cfg(feature = "files")]
pub mod source;
pub mod split;

use std::path::PathBuf;

/// The width and the height of an image, in pixels.
pub const SIDE: usize = 28;
/// The pixels of an image.
pub const PIXELS: usize = SIDE * SIDE;
/// The number of classes: the digits 0 to 9.
pub const CLASSES: usize = 10;

/// The half of a data set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Split {
    /// The examples to learn from.
    Train,
    /// The examples to be judged by.
    Test,
}

/// Images with labels, in the order of their file.
///
/// Glossary (`docs/book/glossary.md`): image, label.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Examples {
    /// `len x 784` grey levels, 0 (paper) to 255 (ink), an image after the other, row by row.
    pixels: Vec<u8>,
    /// A digit an image.
    labels: Vec<u8>,
}

impl Examples {
    /// Joins images and labels.
    ///
    /// # Panics
    /// If there are not 784 pixels to a label, or a label is above 9: the loaders check what they read.
    pub fn new(pixels: Vec<u8>, labels: Vec<u8>) -> Self {
        assert_eq!(pixels.len(), labels.len() * PIXELS, "784 pixels to a label");
        assert!(labels.iter().all(|&label| usize::from(label) < CLASSES));
        Examples { pixels, labels }
    }

    /// How many examples there are.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The 784 grey levels of image `index`.
    pub fn image(&self, index: usize) -> &[u8] {
        &self.pixels[index * PIXELS..][..PIXELS]
    }

    /// All grey levels, an image after the other.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// All labels.
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }

    /// Keeps the first `len` examples.
    pub fn truncate(&mut self, len: usize) {
        self.labels.truncate(len);
        self.pixels.truncate(len * PIXELS);
    }
}

/// The name of a data set that is not a known one begins so; that of its folder or file follows.
const IN_PLACE: &str = "the data in ";

/// A training set and a test set of one origin.
#[derive(Debug, Clone, Default)]
pub struct Dataset {
    /// What it is called in reports: `MNIST`, `practice digits`, or the data in a folder or a file.
    pub name: String,
    /// Where it came from, for the first line of output: a path and format, or "drawn by code".
    pub origin: String,
    /// What it is: never [`Source::Default`], but what that turned out to be. [`Source::Mnist`] only if its content is
    /// that of MNIST, wherever it lay.
    pub source: Source,
    /// What was converted, recognised or left aside on the way, a sentence each.
    pub notes: Vec<String>,
    /// The examples to learn from.
    pub train: Examples,
    /// The examples to be judged by.
    pub test: Examples,
}

impl Dataset {
    /// Its name for files that leave this machine: what a folder or a file is called here is nobody else's business.
    pub fn public_name(&self) -> &str {
        if self.name.starts_with(IN_PLACE) { "a data set without a known name" } else { &self.name }
    }
}

/// Which data: what `--data` asks for, and what a [`Dataset`] is.
///
/// Glossary (`docs/book/glossary.md`): MNIST.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Source {
    /// MNIST if it lies in `data/`, else the practice digits.
    #[default]
    Default,
    /// The practice digits.
    Practice,
    /// MNIST from `data/`, downloaded there if it is missing.
    Mnist,
    /// The files in this folder.
    Folder(PathBuf),
    /// This one file, of which a part is for testing.
    File(PathBuf),
}
