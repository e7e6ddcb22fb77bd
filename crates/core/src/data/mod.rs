//! Images of handwritten digits with their labels, and where they come from.

pub mod csv;
pub mod download;
pub mod idx;
pub mod practice;
pub mod source;

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

/// A training set and a test set of one origin.
#[derive(Debug, Clone)]
pub struct Dataset {
    /// What it is called in reports: `MNIST`, `practice digits`, or a folder's name.
    pub name: String,
    /// Where it came from, for the first line of output: a path and format, or "drawn by code".
    pub origin: String,
    /// The examples to learn from.
    pub train: Examples,
    /// The examples to be judged by.
    pub test: Examples,
}

/// What `--data` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// MNIST if it lies in `data/`, else the practice digits.
    Default,
    /// The practice digits.
    Practice,
    /// MNIST from `data/`, downloaded there if it is missing.
    Mnist,
    /// The files in this folder.
    Folder(PathBuf),
}
