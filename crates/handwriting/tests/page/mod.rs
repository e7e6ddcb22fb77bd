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
        for down in 0..extent {
            for right in 0..extent {
                let (Ok(at_x), Ok(at_y)) = (usize::try_from(x + right), usize::try_from(y + down)) else {
                    continue;
                };
                if at_x < self.width && at_y < self.height {
                    let level = smooth(digit, right as f32 / scale - 0.5, down as f32 / scale - 0.5);
                    // An edge about a pixel and a half wide, as lenses make it.
                    let cover = ((level - pen) * scale / 1.5 + 0.5).clamp(0.0, 1.0);
                    self.ink(at_x, at_y, colour, cover);
                }
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

/// A number around `mean`.
pub(crate) fn about(mean: f32, spread: f32, rng: &mut Generator) -> f32 {
    mean + spread * normal(rng).clamp(-2.0, 2.0) as f32
}

/// A number between two.
pub(crate) fn between(low: f32, high: f32, rng: &mut Generator) -> f32 {
    low + (high - low) * uniform(rng) as f32
}

/// The level of an image between its pixels, 0 to 1: a cubic spline in both directions (Keys 1981), so that strokes keep
/// round edges.
fn smooth(image: &[u8; PIXELS], x: f32, y: f32) -> f32 {
    let weights = |at: f32| {
        let t = at - at.floor();
        let [a, b, c, d] = [1.0 + t, t, 1.0 - t, 2.0 - t];
        let near = |d: f32| (1.5 * d - 2.5) * d * d + 1.0;
        let far = |d: f32| ((2.5 - 0.5 * d) * d - 4.0) * d + 2.0;
        [far(a), near(b), near(c), far(d)]
    };
    let (wx, wy) = (weights(x), weights(y));
    let mut sum = 0.0;
    for (row, wy) in (y.floor() as isize - 1..).zip(wy) {
        for (column, wx) in (x.floor() as isize - 1..).zip(wx) {
            if (0..SIDE as isize).contains(&row) && (0..SIDE as isize).contains(&column) {
                sum += wy * wx * f32::from(image[row as usize * SIDE + column as usize]) / 255.0;
            }
        }
    }
    sum
}
