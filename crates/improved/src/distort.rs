//! More data from the data there is: small rotations, scalings, shears, shifts and smooth elastic displacements.
//!
//! A distorted 7 is still a 7, so a new one can be made of each image in every epoch, and no two epochs see the same
//! (Simard, Steinkraus and Platt 2003; Cireşan et al. 2010). The pixel at p takes its value from the image at
//!
//! ```text
//! A (p - c - t) + c + e(p)       A = rotation · shear · scaling     c: the centre     t: the shift
//! ```
//!
//! between four pixels, by their distances. The field e is smooth because it is drawn at 7 x 7 points only, seven pixels
//! apart, and spread by cubic B-splines: these are nearly the Gaussian of deviation 4 with which Simard et al. smooth
//! a field drawn at every pixel, for a hundredth of the work.
//!
//! Every image's draw comes from (seed, epoch, index) alone, and the arithmetic is + - * / and `libm`, so the
//! same image comes out on every machine, whoever makes it and when.

use digits_core::data::SIDE;
use digits_core::linalg::{Real, SparseImage};
use digits_core::random::{Purpose, generator};
use rand::Rng;
use std::array::from_fn;

/// How far distortions go: the largest of each kind, drawn evenly up to it.
///
/// Glossary (`docs/book/glossary.md`): distortion.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Distortion {
    /// Degrees to either side.
    pub rotation: f64,
    /// The share by which width and height grow or shrink, each for itself.
    pub scaling: f64,
    /// Pixels to the side for each pixel down.
    pub shear: f64,
    /// Pixels in each direction.
    pub shift: f64,
    /// The typical (root mean square) elastic displacement along each axis, in pixels.
    pub elastic: f64,
}

impl Distortion {
    /// No distortion.
    pub const NONE: Distortion =
        Distortion { rotation: 0.0, scaling: 0.0, shear: 0.0, shift: 0.0, elastic: 0.0 };

    /// The usual distortions, with the strength 1.
    pub const USUAL: Distortion =
        Distortion { rotation: 10.0, scaling: 0.1, shear: 0.15, shift: 1.5, elastic: 0.8 };

    /// All of them, `strength` times as far.
    pub fn times(self, strength: f64) -> Self {
        Distortion {
            rotation: strength * self.rotation,
            scaling: strength * self.scaling,
            shear: strength * self.shear,
            shift: strength * self.shift,
            elastic: strength * self.elastic,
        }
    }
}

/// The points along each axis at which the elastic field is drawn: one before the image, one behind, five between.
const POINTS: usize = 7;
/// The pixels from one point to the next.
const APART: usize = SIDE / (POINTS - 3);
/// The random bytes for an image: two for each of six numbers of the map and each point's two displacements.
const BYTES: usize = 2 * (6 + 2 * POINTS * POINTS);
/// The width and height of an image in a frame of paper.
const FRAME: usize = 32;
/// Grey levels below half of one are paper, so that the image stays sparse.
const PAPER: f32 = 0.5;

/// Makes distorted images.
#[derive(Debug, Clone)]
pub struct Distorter {
    distortion: Distortion,
    seed: u64,
    /// The shares of four neighbouring points in each of the pixels between two of them, and one more pixel.
    spline: [[f32; APART + 1]; 4],
}

impl Distorter {
    /// Distorts as far as `distortion` says, by the random numbers of `seed`.
    pub fn new(distortion: Distortion, seed: u64) -> Self {
        let share =
            |point: usize, pixel: usize| cubic_b_spline((pixel as f64 + 0.5) / APART as f64)[point] as f32;
        Distorter { distortion, seed, spline: from_fn(|point| from_fn(|pixel| share(point, pixel))) }
    }

    /// Draws the distorted form that image `index` has in `epoch`, a value a pixel. The values of `image` are grey levels
    /// divided by 255.
    pub fn distort<R: Real>(&self, image: SparseImage<'_, R>, epoch: usize, index: usize, to: &mut [f32]) {
        self.distort_cells(&cells(image), epoch, index, to);
    }

    /// The same, from the image in its frame. Not generic, so that it is compiled here, with all that it calls.
    fn distort_cells(&self, cells: &[u32; FRAME * FRAME], epoch: usize, index: usize, to: &mut [f32]) {
        let map = self.draw(epoch, index);
        let centre = (SIDE - 1) as f32 / 2.0;
        let [[xx, xy], [yx, yy]] = map.matrix;
        let [shift_x, shift_y] = map.shift;
        // Each of these loops does the same simple things to every pixel of a row, which the compiler makes vectors of.
        for (y, row) in to.chunks_exact_mut(SIDE).enumerate() {
            let [elastic_x, elastic_y] = map.elastic.each_ref().map(|points| self.elastic_row(points, y));
            let down = y as f32 - centre - shift_y;
            let (mut at, mut right, mut below) = ([0; SIDE], [0.0; SIDE], [0.0; SIDE]);
            for x in 0..SIDE {
                let across = x as f32 - centre - shift_x;
                let (column, part) = cell_and_part(xx * across + xy * down + centre + elastic_x[x]);
                right[x] = part;
                let (line, part) = cell_and_part(yx * across + yy * down + centre + elastic_y[x]);
                below[x] = part;
                at[x] = line * FRAME as u32 + column;
            }
            let corners = at.map(|at| cells[at as usize % (FRAME * FRAME)]);
            for x in 0..SIDE {
                let corner = |number: u32| ((corners[x] >> (8 * number)) & 255) as i32 as f32;
                let upper = corner(0) + right[x] * (corner(1) - corner(0));
                let lower = corner(2) + right[x] * (corner(3) - corner(2));
                let level = upper + below[x] * (lower - upper);
                row[x] = if level < PAPER { 0.0 } else { level } / 255.0;
            }
        }
    }

    /// Draws the map of an image in an epoch.
    fn draw(&self, epoch: usize, index: usize) -> Map {
        // The deviation of an even draw within ±1, times what the spline leaves of it in both directions.
        const ELASTIC: f64 = 0.577_350_3 * 0.479_365;
        let mut bytes = [0; BYTES];
        generator(self.seed, Purpose::Distortion, (epoch as u64) << 32 | index as u64).fill_bytes(&mut bytes);
        let (numbers, _) = bytes.as_chunks::<2>();
        // Evenly within ±1, exactly.
        let even = |number: &[u8; 2]| (f32::from(u16::from_le_bytes(*number)) + 0.5) / 32768.0 - 1.0;
        let [angle, width, height, lean, right, down] = from_fn(|i| f64::from(even(&numbers[i])));
        let Distortion { rotation, scaling, shear, shift, elastic } = self.distortion;
        let angle = (angle * rotation).to_radians();
        let (sin, cos) = (libm::sin(angle), libm::cos(angle));
        let (width, height, lean) = (1.0 + scaling * width, 1.0 + scaling * height, shear * lean);
        // rotation · shear · scaling
        let matrix = [[cos * width, (cos * lean - sin) * height], [sin * width, (sin * lean + cos) * height]];
        let far = (elastic / ELASTIC) as f32;
        let mut points = [[[0.0; POINTS + 1]; POINTS]; 2];
        for (line, numbers) in points.iter_mut().flatten().zip(numbers[6..].chunks_exact(POINTS)) {
            for (point, number) in line.iter_mut().zip(numbers) {
                *point = far * even(number);
            }
        }
        Map {
            matrix: matrix.map(|row| row.map(|entry| entry as f32)),
            shift: [(shift * right) as f32, (shift * down) as f32],
            elastic: points,
        }
    }

    /// The elastic displacements along a row of pixels, and more behind it.
    fn elastic_row(&self, points: &Points, y: usize) -> [f32; FRAME] {
        let mut column = [0.0; POINTS + 1];
        for (point, line) in points[y / APART..][..4].iter().enumerate() {
            let share = self.spline[point][y % APART];
            for (sum, point) in column.iter_mut().zip(line) {
                *sum += share * point;
            }
        }
        let mut row = [0.0; FRAME];
        for first in 0..SIDE / APART {
            // The last of these pixels is written again by the next round.
            let mut pixels = [0.0; APART + 1];
            for (point, shares) in column[first..][..4].iter().zip(&self.spline) {
                for (pixel, share) in pixels.iter_mut().zip(shares) {
                    *pixel += share * point;
                }
            }
            row[first * APART..][..APART + 1].copy_from_slice(&pixels);
        }
        row
    }
}

/// Displacements at the points of the elastic field, in lines with a number to spare.
type Points = [[f32; POINTS + 1]; POINTS];

/// Where the pixels of one distorted image come from.
struct Map {
    matrix: [[f32; 2]; 2],
    shift: [f32; 2],
    elastic: [Points; 2],
}

/// The four grey levels around each place between four pixels, in the bytes of a number: upper left, upper right, lower
/// left, lower right. The first cell lies left of and above the image, whose frame is paper.
fn cells<R: Real>(image: SparseImage<'_, R>) -> [u32; FRAME * FRAME] {
    let mut cells = [0; FRAME * FRAME];
    for (&pixel, &value) in image.lit.iter().zip(image.values) {
        let level = (value.as_f64() as f32 * 255.0 + 0.5) as u32;
        let (y, x) = (usize::from(pixel) / SIDE, usize::from(pixel) % SIDE);
        let corner = &mut cells[y * FRAME + x..][..FRAME + 2];
        corner[0] |= level << 24;
        corner[1] |= level << 16;
        corner[FRAME] |= level << 8;
        corner[FRAME + 1] |= level;
    }
    cells
}

/// The cell, counted from 0, in which a place along an axis lies, and how far into it, from 0 to 1. A place outside
/// of the image is moved to the paper around it.
fn cell_and_part(place: f32) -> (u32, f32) {
    /// 1.5 * 2^23: a number that is added to it is rounded to a whole one, in its lowest bits.
    const MAGIC: f32 = 12_582_912.0;
    // Written so that what is not a number would become a place, too.
    let place = if place > -1.0 { place } else { -1.0 };
    let place = if place < SIDE as f32 { place } else { SIDE as f32 } + 1.0;
    // A whole place may count to the cell before it, with the part 1: the value is the same.
    let cell = place - 0.5 + MAGIC;
    (cell.to_bits() & 31, place - (cell - MAGIC))
}

/// The shares of four neighbouring points at the place `t`, 0 to 1, between the middle two (de Boor 1978).
fn cubic_b_spline(t: f64) -> [f64; 4] {
    let (s, t2, t3) = (1.0 - t, t * t, t * t * t);
    [s * s * s / 6.0, (3.0 * t3 - 6.0 * t2 + 4.0) / 6.0, (3.0 * (t + t2 - t3) + 1.0) / 6.0, t3 / 6.0]
}

#[cfg(test)]
mod tests {
    use super::*;
    use digits_core::batch::SparseExamples;
    use digits_core::data::{PIXELS, Split, practice};

    fn images() -> SparseExamples {
        SparseExamples::from(&practice::examples(3, Split::Train, 20))
    }

    fn dense(image: SparseImage<'_, f32>) -> Vec<f32> {
        let mut values = vec![0.0; PIXELS];
        for (&pixel, &value) in image.lit.iter().zip(image.values) {
            values[usize::from(pixel)] = value;
        }
        values
    }

    fn distorted(
        distortion: Distortion,
        image: SparseImage<'_, f32>,
        epoch: usize,
        index: usize,
    ) -> Vec<f32> {
        let mut to = vec![9.0; PIXELS];
        Distorter::new(distortion, 1).distort(image, epoch, index, &mut to);
        to
    }

    #[test]
    fn no_distortion_changes_no_bit() {
        for image in images().images.iter() {
            assert_eq!(distorted(Distortion::USUAL.times(0.0), image, 1, 0), dense(image));
        }
    }

    /// The formula at the head of this file, plainly, in f64.
    #[test]
    fn every_pixel_comes_from_where_the_formula_says() {
        let examples = images();
        let distorter = Distorter::new(Distortion::USUAL.times(1.5), 7);
        for (index, image) in examples.images.iter().enumerate() {
            let original = dense(image);
            let mut fast = vec![0.0; PIXELS];
            distorter.distort(image, 5, index, &mut fast);
            let map = distorter.draw(5, index);
            let [a, b] = map.matrix.map(|row| row.map(f64::from));
            let spline = |place: f64| {
                let (first, t) = (place.floor(), place - place.floor());
                (first as usize, cubic_b_spline(t))
            };
            for y in 0..SIDE {
                for x in 0..SIDE {
                    let (row, down) = spline((y as f64 + 0.5) / 7.0);
                    let (column, across) = spline((x as f64 + 0.5) / 7.0);
                    let elastic = |axis: usize| {
                        let mut sum = 0.0;
                        for (j, down) in down.iter().enumerate() {
                            for (i, across) in across.iter().enumerate() {
                                sum += down * across * f64::from(map.elastic[axis][row + j][column + i]);
                            }
                        }
                        sum
                    };
                    let p = [
                        x as f64 - 13.5 - f64::from(map.shift[0]),
                        y as f64 - 13.5 - f64::from(map.shift[1]),
                    ];
                    let from_x = a[0] * p[0] + a[1] * p[1] + 13.5 + elastic(0);
                    let from_y = b[0] * p[0] + b[1] * p[1] + 13.5 + elastic(1);
                    let pixel = |x: f64, y: f64| {
                        let inside = (0.0..28.0).contains(&x) && (0.0..28.0).contains(&y);
                        if inside { f64::from(original[y as usize * SIDE + x as usize]) } else { 0.0 }
                    };
                    let mut expected = 0.0;
                    for (dx, dy) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)] {
                        let (px, py) = (from_x.floor() + dx, from_y.floor() + dy);
                        expected += (1.0 - (from_x - px).abs()) * (1.0 - (from_y - py).abs()) * pixel(px, py);
                    }
                    let found = f64::from(fast[y * SIDE + x]);
                    assert!(
                        (found - expected).abs() < 0.004,
                        "image {index} at {x}, {y}: {found} {expected}"
                    );
                }
            }
        }
    }

    #[test]
    fn draws_differ_by_seed_epoch_and_index_and_come_again() {
        let examples = images();
        let image = examples.images.get(0);
        let with = |seed, epoch, index| {
            let mut to = vec![0.0; PIXELS];
            Distorter::new(Distortion::USUAL, seed).distort(image, epoch, index, &mut to);
            to
        };
        assert_eq!(with(1, 2, 3), with(1, 2, 3));
        for other in [with(2, 2, 3), with(1, 3, 3), with(1, 2, 4)] {
            assert_ne!(with(1, 2, 3), other);
        }
    }

    #[test]
    fn displacements_are_as_large_as_stated_and_smooth() {
        let distorter = Distorter::new(Distortion { elastic: 0.8, ..Distortion::USUAL.times(0.0) }, 1);
        let (mut squares, mut steps, mut count) = (0.0, 0.0f64, 0.0);
        for index in 0..300 {
            let map = distorter.draw(1, index);
            for y in 0..SIDE {
                let row = &distorter.elastic_row(&map.elastic[0], y)[..SIDE];
                squares += row.iter().map(|d| f64::from(d * d)).sum::<f64>();
                count += SIDE as f64;
                for pair in row.windows(2) {
                    steps = steps.max(f64::from((pair[1] - pair[0]).abs()));
                }
            }
        }
        let typical = (squares / count).sqrt();
        assert!((typical - 0.8).abs() < 0.04, "{typical}");
        assert!(steps < 0.8, "from one pixel to the next: {steps}");
    }

    #[test]
    fn values_stay_within_paper_and_ink() {
        for (index, image) in images().images.iter().enumerate() {
            let values = distorted(Distortion::USUAL.times(3.0), image, 1, index);
            assert!(values.iter().all(|value| (0.0..=1.0).contains(value)));
        }
    }
}
