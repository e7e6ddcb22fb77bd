//! Pictures as the first layer sees them: their lit pixels only.
//!
//! Of MNIST's pixels 81 % are zero. They add nothing to a product and receive nothing in an update, so they are not
//! stored.

use super::Real;
use rayon::prelude::*;
use std::ops::Deref;

/// How many pictures a thread turns into lists at a time.
const PICTURES_AT_A_TIME: usize = 1_000;

/// Pictures in order, each a list of its lit pixels and their values.
#[derive(Debug, Clone, PartialEq)]
pub struct Pictures<R: Real> {
    /// The pixels of a picture, lit or not.
    pixels: usize,
    /// Where picture i begins in the two lists; one more for the end of the last.
    starts: Vec<usize>,
    lit: Vec<u16>,
    values: Vec<R>,
}

/// One picture: its lit pixels, ascending, and their values.
#[derive(Debug, Clone, Copy)]
pub struct Picture<'a, R: Real> {
    /// Which pixels are not zero.
    pub lit: &'a [u16],
    /// Their values, in the same order.
    pub values: &'a [R],
}

impl<R: Real> Pictures<R> {
    /// No pictures yet, of `pixels` pixels each (65,536 at most).
    pub fn new(pixels: usize) -> Self {
        assert!(pixels <= 1 << 16, "a pixel's number fits 16 bits");
        Pictures { pixels, starts: vec![0], lit: Vec::new(), values: Vec::new() }
    }

    /// Pictures of grey levels 0 to 255, one after the other; a value is its level divided by 255. Made on all cores.
    pub fn from_bytes(pixels: usize, bytes: &[u8]) -> Self {
        let value: [R; 256] = std::array::from_fn(|level| R::of(level as f64) / R::of(255.0));
        let parts: Vec<Self> = bytes
            .par_chunks(pixels * PICTURES_AT_A_TIME)
            .map(|bytes| {
                let mut part = Pictures::new(pixels);
                for picture in bytes.chunks_exact(pixels) {
                    part.push_bytes(picture, &value);
                }
                part
            })
            .collect();
        let mut pictures = Pictures::new(pixels);
        pictures.starts.reserve(bytes.len() / pixels);
        let lit = parts.iter().map(|part| part.lit.len()).sum();
        pictures.lit.reserve(lit);
        pictures.values.reserve(lit);
        for part in &parts {
            pictures.append(part);
        }
        pictures
    }

    /// Appends all pictures of `others`.
    pub fn append(&mut self, others: &Pictures<R>) {
        assert_eq!(others.pixels, self.pixels, "pictures of one size");
        let before = self.lit.len();
        self.lit.extend_from_slice(&others.lit);
        self.values.extend_from_slice(&others.values);
        self.starts.extend(others.starts[1..].iter().map(|start| before + start));
    }

    /// Appends a picture given by its grey levels and the value of each level.
    fn push_bytes(&mut self, picture: &[u8], value: &[R; 256]) {
        for (eight, levels) in picture.chunks(8).enumerate() {
            if levels.iter().fold(0, |any, level| any | level) == 0 {
                continue; // most of a picture is paper
            }
            for (pixel, &level) in levels.iter().enumerate() {
                if level != 0 {
                    self.lit.push((8 * eight + pixel) as u16);
                    self.values.push(value[usize::from(level)]);
                }
            }
        }
        self.starts.push(self.lit.len());
    }

    /// Appends a picture given by the values of all its pixels.
    pub fn push(&mut self, picture: &[R]) {
        assert_eq!(picture.len(), self.pixels, "a value for each pixel");
        for (pixel, &value) in picture.iter().enumerate() {
            if value != R::zero() {
                self.lit.push(pixel as u16);
                self.values.push(value);
            }
        }
        self.starts.push(self.lit.len());
    }

    /// Keeps the first `len` pictures, and the memory of all.
    pub fn truncate(&mut self, len: usize) {
        self.starts.truncate(len + 1);
        let lit = self.starts[self.len()];
        self.lit.truncate(lit);
        self.values.truncate(lit);
    }

    /// How many pictures there are.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The pixels of a picture, lit or not.
    pub fn pixels(&self) -> usize {
        self.pixels
    }

    /// Picture `index`.
    #[inline]
    pub fn get(&self, index: usize) -> Picture<'_, R> {
        let range = self.starts[index]..self.starts[index + 1];
        Picture { lit: &self.lit[range.clone()], values: &self.values[range] }
    }

    /// All pictures, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Picture<'_, R>> {
        (0..self.len()).map(|index| self.get(index))
    }
}

/// The pictures of a batch, X with a column per example; it acts as a slice of [`Picture`]s.
#[derive(Debug, Clone)]
pub struct PictureBatch<'a, R: Real> {
    pixels: usize,
    pictures: Vec<Picture<'a, R>>,
    /// Where pixel j's entries begin; one more for the end of the last. Not kept for a single picture.
    starts: Vec<u32>,
    /// The examples that light a pixel, ascending, and the values, pixel by pixel.
    entries: Vec<(u32, R)>,
}

impl<'a, R: Real> PictureBatch<'a, R> {
    /// An empty batch of pictures with `pixels` pixels.
    pub fn new(pixels: usize) -> Self {
        PictureBatch { pixels, pictures: Vec::new(), starts: vec![0; pixels + 1], entries: Vec::new() }
    }

    /// Makes these the pictures of the batch.
    pub fn set(&mut self, pictures: impl IntoIterator<Item = Picture<'a, R>>) {
        self.pictures.clear();
        self.pictures.extend(pictures);
        if self.pictures.len() > 1 {
            self.fetch();
            self.sort_by_pixel();
        }
    }

    /// Asks for all memory of the batch at once. Shuffled pictures lie far apart; the sort below would wait for one after
    /// the other.
    fn fetch(&self) {
        let mut sum = R::zero();
        let mut pixels = 0;
        for picture in &self.pictures {
            for &value in picture.values.iter().step_by(64 / size_of::<R>()) {
                sum += value;
            }
            for &pixel in picture.lit.iter().step_by(32) {
                pixels ^= pixel;
            }
        }
        std::hint::black_box((sum, pixels));
    }

    /// A counting sort: how often each pixel is lit, where its entries begin, then every entry to its place.
    fn sort_by_pixel(&mut self) {
        // Pixel p is counted two places further on, so that the sums of counts are where p's entries begin, and, once all
        // are placed, where those of p + 1 do.
        self.starts.clear();
        self.starts.resize(self.pixels + 2, 0);
        let starts = &mut self.starts[..];
        for picture in &self.pictures {
            for &pixel in picture.lit {
                starts[usize::from(pixel) + 2] += 1;
            }
        }
        let mut end = 0;
        for start in starts.iter_mut() {
            end += *start;
            *start = end;
        }
        if self.entries.len() < end as usize {
            self.entries.resize(end as usize, (0, R::zero()));
        }
        let entries = &mut self.entries[..end as usize];
        for (example, picture) in self.pictures.iter().enumerate() {
            for (&pixel, &value) in picture.lit.iter().zip(picture.values) {
                let next = &mut starts[usize::from(pixel) + 1];
                entries[*next as usize] = (example as u32, value);
                *next += 1;
            }
        }
    }

    /// The pixels of a picture, lit or not.
    pub fn pixels(&self) -> usize {
        self.pixels
    }

    /// A walk over the pixels from `first` on, ascending.
    #[inline(always)]
    pub(super) fn walk_from(&self, first: usize) -> Walk<'_, R> {
        match &self.pictures[..] {
            [picture] => Walk {
                starts: &[],
                entries: &[],
                picture: *picture,
                next: picture.lit.partition_point(|&lit| usize::from(lit) < first),
                entry: (0, R::zero()),
            },
            _ => Walk {
                starts: &self.starts,
                entries: &self.entries,
                picture: Picture { lit: &[], values: &[] },
                next: 0,
                entry: (0, R::zero()),
            },
        }
    }

    /// The mean picture of the batch, into `mean`; a pixel's values are summed from the first example to the last.
    pub fn mean(&self, mean: &mut Pictures<R>) {
        mean.truncate(0);
        let scale = R::one() / R::of(self.pictures.len() as f64);
        let mut walk = self.walk_from(0);
        for pixel in 0..self.pixels {
            let lit_in = walk.lit_in(pixel);
            if !lit_in.is_empty() {
                let mut sum = R::zero();
                for &(_, value) in lit_in {
                    sum += value;
                }
                mean.lit.push(pixel as u16);
                mean.values.push(sum * scale);
            }
        }
        mean.starts.push(mean.lit.len());
    }
}

impl<'a, R: Real> Deref for PictureBatch<'a, R> {
    type Target = [Picture<'a, R>];

    fn deref(&self) -> &[Picture<'a, R>] {
        &self.pictures
    }
}

/// A walk over the pixels of a batch: from the sorted entries, or along the one picture that is the batch.
pub(super) struct Walk<'a, R: Real> {
    starts: &'a [u32],
    entries: &'a [(u32, R)],
    picture: Picture<'a, R>,
    next: usize,
    entry: (u32, R),
}

impl<R: Real> Walk<'_, R> {
    /// The examples that light `pixel`, ascending, and its value in each. Each call names a larger pixel.
    #[inline(always)]
    pub(super) fn lit_in(&mut self, pixel: usize) -> &[(u32, R)] {
        if let [start, end] = self.starts.get(pixel..pixel + 2).unwrap_or_default() {
            return &self.entries[*start as usize..*end as usize];
        }
        match self.picture.lit.get(self.next) {
            Some(&lit) if usize::from(lit) == pixel => {
                self.entry = (0, self.picture.values[self.next]);
                self.next += 1;
                std::slice::from_ref(&self.entry)
            }
            _ => &[],
        }
    }
}
