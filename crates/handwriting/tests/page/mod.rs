//! Paper, light and pens, drawn by code: digits as people photograph, scan and draw them.

use digits_core::data::{PIXELS, SIDE};
use digits_core::random::{Generator, normal, uniform};
use handwriting::Coloured;

/// Red, green and blue, 0 to 255.
pub(crate) type Colour = [f32; 3];

pub(crate) const WHITE: Colour = [250.0, 250.0, 248.0];
pub(crate) const BLACK: Colour = [25.0, 25.0, 30.0];

/// A sheet that is written on, lit and photographed.
pub(crate) struct Page {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pixels: Vec<Colour>,
}

impl Page {
    /// An empty sheet.
    pub(crate) fn new(width: usize, height: usize, paper: Colour) -> Self {
        Page { width, height, pixels: vec![paper; width * height] }
    }

    /// Lays ink over a pixel; `cover` is 0 for none and 1 for all of it.
    fn ink(&mut self, x: usize, y: usize, colour: Colour, cover: f32) {
        let pixel = &mut self.pixels[y * self.width + x];
        for (level, ink) in pixel.iter_mut().zip(colour) {
            *level += cover * (ink - *level);
        }
    }

    /// Writes a digit, 28 x 28 levels, each `scale` pixels large, its own corner at `(x, y)`; what falls off the page is
    /// cut. `pen` is the level at which ink ends: 0.5 for the digit's own strokes, more for finer ones.
    pub(crate) fn write(
        &mut self,
        digit: &[u8; PIXELS],
        (x, y): (isize, isize),
        scale: f32,
        pen: f32,
        colour: Colour,
    ) {
        let extent = (SIDE as f32 * scale) as isize;
        let weights: Vec<Weights> = (0..extent).map(|at| Weights::at(at as f32 / scale - 0.5)).collect();
        for down in 0..extent {
            let Some(at_y) = usize::try_from(y + down).ok().filter(|at_y| *at_y < self.height) else {
                continue;
            };
            let row: [f32; SIDE] = std::array::from_fn(|column| {
                weights[down as usize].mean(|row| f32::from(digit[row * SIDE + column]) / 255.0)
            });
            for right in 0..extent {
                let Some(at_x) = usize::try_from(x + right).ok().filter(|at_x| *at_x < self.width) else {
                    continue;
                };
                let level = weights[right as usize].mean(|column| row[column]);
                // An edge about a pixel and a half wide, as lenses make it.
                let cover = ((level - pen) * scale / 1.5 + 0.5).clamp(0.0, 1.0);
                self.ink(at_x, at_y, colour, cover);
            }
        }
    }

    /// Draws a straight line of a breadth, from one point to another.
    pub(crate) fn line(&mut self, from: (f32, f32), to: (f32, f32), breadth: f32, colour: Colour) {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = dx.hypot(dy).max(1e-3);
        let reach = breadth + 1.0;
        let range = |a: f32, b: f32, end: usize| {
            ((a.min(b) - reach).max(0.0) as usize)..((a.max(b) + reach + 1.0).max(0.0) as usize).min(end)
        };
        for y in range(from.1, to.1, self.height) {
            for x in range(from.0, to.0, self.width) {
                let (px, py) = (x as f32 - from.0, y as f32 - from.1);
                let along = ((px * dx + py * dy) / length).clamp(0.0, length);
                let off = (px - along * dx / length).hypot(py - along * dy / length);
                self.ink(x, y, colour, (breadth / 2.0 - off + 0.5).clamp(0.0, 1.0));
            }
        }
    }

    /// Fills the pixels for which `inside` holds.
    pub(crate) fn fill(&mut self, colour: Colour, inside: impl Fn(usize, usize) -> bool) {
        for y in 0..self.height {
            for x in 0..self.width {
                if inside(x, y) {
                    self.ink(x, y, colour, 1.0);
                }
            }
        }
    }

    /// Rules from side to side every `pitch` pixels, level ones or, with `squares`, upright ones too; `tilt` in pixels
    /// per pixel.
    pub(crate) fn rule(&mut self, pitch: f32, squares: bool, tilt: f32, breadth: f32, colour: Colour) {
        let (w, h) = (self.width as f32, self.height as f32);
        let count = ((w.max(h) * 1.2) / pitch) as i32;
        for index in -2..count {
            let at = (index as f32 + 0.4) * pitch;
            self.line((-2.0, at), (w + 2.0, at + tilt * w), breadth, colour);
            if squares {
                self.line((at, -2.0), (at - tilt * h, h + 2.0), breadth, colour);
            }
        }
    }

    /// Lights the page: each pixel is multiplied by the light at its place, given as shares of width and height.
    pub(crate) fn light(&mut self, light: impl Fn(f32, f32) -> f32) {
        let (width, height) = (self.width as f32, self.height as f32);
        for (at, pixel) in self.pixels.iter_mut().enumerate() {
            let light = light((at % self.width) as f32 / width, (at / self.width) as f32 / height);
            pixel.iter_mut().for_each(|level| *level *= light);
        }
    }

    /// The noise of a camera, and then its levels.
    pub(crate) fn photograph(&self, noise: f64, rng: &mut Generator) -> Coloured {
        let pixel = |pixel: &Colour| {
            // Three uniform numbers are normal enough here, and quicker.
            let grain = if noise > 0.0 {
                noise * 2.0 * (uniform(rng) + uniform(rng) + uniform(rng) - 1.5)
            } else {
                0.0
            };
            pixel.map(|level| (f64::from(level) + grain).round().clamp(0.0, 255.0) as u8)
        };
        Coloured { width: self.width, height: self.height, pixels: self.pixels.iter().map(pixel).collect() }
    }
}

/// The image in black and white alone, by what becomes of each level, 0 to 1, at its place; what that leaves over of it is
/// handed on to its neighbours, as Floyd and Steinberg (1976) do it, or is lost.
pub(crate) fn in_dots(image: &Coloured, hand_on: bool, threshold: impl Fn(usize, usize) -> f32) -> Coloured {
    let (width, height) = (image.width, image.height);
    let mut levels: Vec<f32> = image
        .pixels
        .iter()
        .map(|[r, g, b]| (f32::from(*r) + f32::from(*g) + f32::from(*b)) / 765.0)
        .collect();
    let mut pixels = Vec::with_capacity(levels.len());
    for at in 0..levels.len() {
        let (x, y) = (at % width, at / width);
        let white = levels[at] > threshold(x, y);
        let left_over = if hand_on { levels[at] - f32::from(u8::from(white)) } else { 0.0 };
        for (right, down, share) in [(1, 0, 7.0), (-1, 1, 3.0), (0, 1, 5.0), (1, 1, 1.0)] {
            if let Some(x) = x.checked_add_signed(right).filter(|x| *x < width)
                && y + down < height
            {
                levels[(y + down) * width + x] += left_over * share / 16.0;
            }
        }
        pixels.push([if white { 255 } else { 0 }; 3]);
    }
    Coloured { width, height, pixels }
}

/// A number around `mean`.
pub(crate) fn about(mean: f32, spread: f32, rng: &mut Generator) -> f32 {
    mean + spread * normal(rng).clamp(-2.0, 2.0) as f32
}

/// A number between two.
pub(crate) fn between(low: f32, high: f32, rng: &mut Generator) -> f32 {
    low + (high - low) * uniform(rng) as f32
}

/// The cubic spline (Keys 1981) that gives an image levels between its pixels, so that strokes keep round edges: a place
/// along an axis as the four pixels around it, each with its weight.
struct Weights {
    first: isize,
    weights: [f32; 4],
}

impl Weights {
    fn at(place: f32) -> Self {
        let t = place - place.floor();
        let near = |d: f32| (1.5 * d - 2.5) * d * d + 1.0;
        let far = |d: f32| ((2.5 - 0.5 * d) * d - 4.0) * d + 2.0;
        let weights = [far(1.0 + t), near(t), near(1.0 - t), far(2.0 - t)];
        Weights { first: place.floor() as isize - 1, weights }
    }

    /// The weighted mean of what stands at the four places; outside of the image is paper.
    fn mean(&self, level: impl Fn(usize) -> f32) -> f32 {
        let places = (self.first..).zip(self.weights).filter(|(at, _)| (0..SIDE as isize).contains(at));
        places.map(|(at, weight)| weight * level(at as usize)).sum()
    }
}
