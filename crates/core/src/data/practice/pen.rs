//! The hand that draws a practice digit: a style's knots become a wobbly curve, then a shape of its own, then ink.
//!
//! Lengths are in units of the style's box until [`fit`] makes them pixels; x points right, y points down. Every
//! number is drawn in a fixed order from one generator, and `libm` computes the logarithms and cosines, so an image
//! is the same on every machine.

use std::f64::consts::{PI, TAU};

use super::styles::{Digit, Knot, Style};
use crate::data::{PIXELS, SIDE};
use crate::random::{Generator, normal, uniform};

/// A point of the plane.
#[derive(Debug, Clone, Copy)]
struct Point {
    x: f64,
    y: f64,
}

/// The curve of a stroke as points that straight pieces connect.
type Stroke = Vec<Point>;

/// The side of the square that the ink fills, as in MNIST.
const INK: f64 = 20.0;
/// The width of the edge over which ink fades to paper, in pixels.
const EDGE: f32 = 1.25;
/// The straight pieces between two knots.
const PIECES: usize = 5;

/// Draws the digit once.
pub(super) fn draw(digit: &Digit, rng: &mut Generator) -> [u8; PIXELS] {
    let style = choose(&digit.styles, rng);
    let mut strokes: Vec<Stroke> =
        style.strokes.iter().map(|knots| curve(&wobble(knots, style.strokes.len() > 1, rng))).collect();
    warp(&mut strokes, rng);
    lean(&mut strokes, digit, rng);
    let half_width = 1.3 * digit.pen * spread(0.24, rng);
    fit(&mut strokes, half_width);
    let pressure = Pressure::new(half_width, rng);
    centre(&ink(&strokes, &pressure))
}

/// A number from the normal distribution around 0 with standard deviation `sigma`.
fn about_zero(sigma: f64, rng: &mut Generator) -> f64 {
    sigma * normal(rng)
}

/// A factor around 1 whose logarithm has the standard deviation `sigma`.
fn spread(sigma: f64, rng: &mut Generator) -> f64 {
    libm::exp(about_zero(sigma, rng))
}

/// A style by weight.
fn choose<'a>(styles: &'a [Style], rng: &mut Generator) -> &'a Style {
    let total: f64 = styles.iter().map(|style| style.weight).sum();
    let mut left = total * uniform(rng);
    for style in styles {
        left -= style.weight;
        if left < 0.0 {
            return style;
        }
    }
    &styles[styles.len() - 1]
}

/// Moves the knots a little, neighbours together; the ends become longer or shorter, and one of several strokes
/// moves as a whole.
fn wobble(knots: &[Knot], several: bool, rng: &mut Generator) -> Vec<Knot> {
    const JITTER: f64 = 0.053;
    let stroke = if several { 0.03 } else { 0.0 };
    let (shift_x, shift_y) = (about_zero(stroke, rng), about_zero(stroke, rng));
    let (mut dx, mut dy) = (about_zero(JITTER, rng), about_zero(JITTER, rng));
    let mut moved = knots.to_vec();
    for (index, knot) in moved.iter_mut().enumerate() {
        if index > 0 {
            // 0.6 and 0.8 as 0.6^2 + 0.8^2 = 1: the deviation stays the same along the stroke.
            dx = 0.6 * dx + 0.8 * about_zero(JITTER, rng);
            dy = 0.6 * dy + 0.8 * about_zero(JITTER, rng);
        }
        knot.x += dx + shift_x;
        knot.y += dy + shift_y;
    }
    let last = moved.len() - 1;
    for (end, inner) in [(0, 1), (last, last - 1)] {
        let longer = about_zero(0.2, rng);
        moved[end].x += longer * (moved[end].x - moved[inner].x);
        moved[end].y += longer * (moved[end].y - moved[inner].y);
    }
    moved
}

/// A smooth curve through the knots: the uniform spline of Catmull and Rom (1974), broken at corners. Where a
/// neighbour is missing, the other one is mirrored at the knot.
fn curve(knots: &[Knot]) -> Stroke {
    let point = |index: usize| Point { x: knots[index].x, y: knots[index].y };
    let mut stroke = Stroke::with_capacity(PIECES * knots.len());
    let last = knots.len() - 1;
    for from in 0..last {
        let (start, end) = (point(from), point(from + 1));
        let before = if from == 0 || knots[from].corner { mirror(end, start) } else { point(from - 1) };
        let after =
            if from + 1 == last || knots[from + 1].corner { mirror(start, end) } else { point(from + 2) };
        stroke.extend((0..PIECES).map(|piece| {
            let t = piece as f64 / PIECES as f64;
            Point {
                x: catmull_rom([before.x, start.x, end.x, after.x], t),
                y: catmull_rom([before.y, start.y, end.y, after.y], t),
            }
        }));
    }
    stroke.push(point(last));
    stroke
}

/// `point`, seen in a mirror that stands at `at`.
fn mirror(point: Point, at: Point) -> Point {
    Point { x: 2.0 * at.x - point.x, y: 2.0 * at.y - point.y }
}

/// The spline between b (t = 0) and c (t = 1).
fn catmull_rom([a, b, c, d]: [f64; 4], t: f64) -> f64 {
    let slope = c - a;
    let bend = 2.0 * a - 5.0 * b + 4.0 * c - d;
    let twist = 3.0 * (b - c) + d - a;
    b + 0.5 * t * (slope + t * (bend + t * twist))
}

/// Bends the whole shape: its middle up or down and to a side, one end wider than the other, and two soft waves.
fn warp(strokes: &mut [Stroke], rng: &mut Generator) {
    let split = about_zero(0.06, rng);
    let bend = about_zero(0.06, rng);
    let trapezoid = about_zero(0.3, rng);
    let mut wave = || {
        let height = about_zero(0.035, rng);
        let frequency = 2.0 * about_zero(2.0, rng);
        let phase = TAU * uniform(rng);
        move |at: f64| height * libm::sin(frequency * at + phase)
    };
    let waves = [(wave(), wave()), (wave(), wave())];
    for Point { x, y } in strokes.iter_mut().flatten() {
        *x -= 0.5;
        *y -= 0.5;
        *y += split * libm::cos(PI * *y);
        *x += bend * libm::cos(PI * *y);
        *x *= 1.0 + trapezoid * *y;
        for (along_x, along_y) in &waves {
            *x += along_x(*y);
            *y += along_y(*x);
        }
    }
}

/// Gives the shape its width, its slant and a small turn.
fn lean(strokes: &mut [Stroke], digit: &Digit, rng: &mut Generator) {
    let aspect = digit.aspect * spread(0.16, rng);
    let slant = digit.slant + about_zero(0.24, rng);
    let turn = about_zero(0.08, rng);
    let (sin, cos) = (libm::sin(turn), libm::cos(turn));
    for point in strokes.iter_mut().flatten() {
        let (x, y) = (aspect * point.x - slant * point.y, point.y);
        *point = Point { x: cos * x - sin * y, y: sin * x + cos * y };
    }
}

/// Scales the shape so that its ink fills 20 pixels of the larger dimension, and starts at pixel 4 of both.
fn fit(strokes: &mut [Stroke], half_width: f64) {
    let points = || strokes.iter().flatten();
    let left = points().fold(f64::INFINITY, |least, point| least.min(point.x));
    let right = points().fold(f64::NEG_INFINITY, |most, point| most.max(point.x));
    let top = points().fold(f64::INFINITY, |least, point| least.min(point.y));
    let bottom = points().fold(f64::NEG_INFINITY, |most, point| most.max(point.y));
    let scale = (INK - 2.0 * half_width) / (right - left).max(bottom - top);
    // Pixel 4 reaches from 3.5 to 4.5.
    let start = 3.5 + half_width;
    for point in strokes.iter_mut().flatten() {
        point.x = start + scale * (point.x - left);
        point.y = start + scale * (point.y - top);
    }
}

/// How the breadth of the pen changes along the line.
struct Pressure {
    half_width: f64,
    change: f64,
    frequency: f64,
    phase: f64,
}

impl Pressure {
    fn new(half_width: f64, rng: &mut Generator) -> Self {
        Pressure {
            half_width,
            change: about_zero(0.14, rng),
            frequency: (0.3 + 1.2 * uniform(rng)) / 30.0,
            phase: uniform(rng),
        }
    }

    /// Half the breadth at point `index` of the line, in pixels.
    fn at(&self, index: usize) -> f32 {
        let wave = libm::sin(TAU * (self.frequency * index as f64 + self.phase));
        (self.half_width * (1.0 + self.change * wave)).max(0.55) as f32
    }
}

/// The ink of each pixel, 0 to 1: full inside the line, fading over its edge.
fn ink(strokes: &[Stroke], pressure: &Pressure) -> [f32; PIXELS] {
    // The distance from a pixel to the edge of the nearest piece of line; negative inside.
    let mut distance = [f32::INFINITY; PIXELS];
    let mut index = 0;
    for stroke in strokes {
        let pen: Vec<[f32; 3]> = stroke
            .iter()
            .zip(index..)
            .map(|(point, index)| [point.x as f32, point.y as f32, pressure.at(index)])
            .collect();
        index += pen.len();
        for piece in pen.windows(2) {
            measure(&mut distance, piece[0], piece[1]);
        }
    }
    distance.map(|d| (0.5 - d / EDGE).clamp(0.0, 1.0))
}

/// Lowers `distance` where the piece of line from `a` to `b` (x, y, half-width) is nearer than what was there.
fn measure(distance: &mut [f32; PIXELS], a: [f32; 3], b: [f32; 3]) {
    let reach = a[2].max(b[2]) + EDGE / 2.0;
    // As a pixel's centre has whole coordinates, these are the pixels that the piece can ink.
    let pixels = |a: f32, b: f32| {
        let first = (a.min(b) - reach).ceil().max(0.0);
        let end = (a.max(b) + reach).floor().min(SIDE as f32 - 1.0) + 1.0;
        first as usize..end.max(first) as usize
    };
    let columns = pixels(a[0], b[0]);
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let square = (dx * dx + dy * dy).max(1e-12);
    for y in pixels(a[1], b[1]) {
        let to_y = y as f32 - a[1];
        for x in columns.clone() {
            let to_x = x as f32 - a[0];
            // The nearest point of the piece: the fraction t of the way from a to b.
            let t = ((to_x * dx + to_y * dy) / square).clamp(0.0, 1.0);
            let (off_x, off_y) = (to_x - t * dx, to_y - t * dy);
            let edge = (off_x * off_x + off_y * off_y).sqrt() - (a[2] + t * (b[2] - a[2]));
            let pixel = &mut distance[SIDE * y + x];
            *pixel = pixel.min(edge);
        }
    }
}

/// Moves the image by whole pixels, so that the centre of the ink's mass lies at pixel (14, 14), as in MNIST.
fn centre(ink: &[f32; PIXELS]) -> [u8; PIXELS] {
    let (mut mass, mut mass_x, mut mass_y) = (0.0f32, 0.0f32, 0.0f32);
    for (pixel, &value) in ink.iter().enumerate() {
        mass += value;
        mass_x += value * (pixel % SIDE) as f32;
        mass_y += value * (pixel / SIDE) as f32;
    }
    let middle = (SIDE / 2) as f32;
    let (right, down) =
        ((middle - mass_x / mass).round() as isize, (middle - mass_y / mass).round() as isize);
    std::array::from_fn(|pixel| {
        let from_x = (pixel % SIDE).checked_add_signed(-right);
        let from_y = (pixel / SIDE).checked_add_signed(-down);
        match (from_x, from_y) {
            (Some(x), Some(y)) if x < SIDE && y < SIDE => (255.0 * ink[SIDE * y + x]).round() as u8,
            _ => 0,
        }
    })
}
