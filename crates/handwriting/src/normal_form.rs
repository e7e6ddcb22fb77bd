//! A digit of any size brought to the form of MNIST's images, which is the form that a network has learned.
//!
//! MNIST's digits are white on black, scaled into a box of 20 x 20 pixels with their proportions kept, and placed in 28 x
//! 28 pixels so that their centre of mass is in the middle (LeCun et al. 1998). A digit that is not is often predicted as
//! 8, whatever it shows. So, in this order:
//!
//! 1. Strokes thinner than any in MNIST, those of a fineliner, are made as broad as its thinnest.
//! 2. The ink is cropped and scaled into the box, each new pixel the mean of what it covers.
//! 3. The darkest ink becomes full ink.
//! 4. The centre of mass goes to the middle, by whole pixels.

use crate::morphology::square;
use crate::paper::Ink;
use crate::parts::Bounds;
use digits_core::data::{PIXELS, SIDE};

/// The side of the box that a digit fills.
const BOX: usize = 20;
/// Ink fainter than this share of full ink does not count when a digit is cropped.
const FAINT: f32 = 0.1;
/// The breadth of thin strokes in MNIST, in pixels of the box.
const THIN: f64 = 2.0;

/// A digit in the normal form, with the steps that led there.
#[derive(Debug, Clone, PartialEq)]
pub struct Normalised {
    /// Levels from 0, paper, to 255, ink, row by row.
    pub image: [u8; PIXELS],
    /// By how many pixels of the drawing thin strokes grew in every direction; 0 where they were broad enough.
    pub broadened: usize,
    /// The box around all ink, in pixels of the drawing.
    pub bounds: Bounds,
    /// The width of the ink in pixels of the image, at most 20.
    pub width: usize,
    /// Its height, likewise.
    pub height: usize,
    /// The centre of mass from left to right, in pixels of the scaled ink.
    pub centre_x: f64,
    /// The same from top to bottom.
    pub centre_y: f64,
    /// Where the left edge of the scaled ink stands in the image.
    pub left: usize,
    /// Where its top edge stands.
    pub top: usize,
}

/// Brings the ink of one digit to the normal form: levels from 0, paper, to 255, ink. None where it has no ink.
pub fn normal_form(ink: &Ink) -> Option<[u8; PIXELS]> {
    Some(normalise(ink)?.image)
}

/// The same with its steps.
pub fn normalise(ink: &Ink) -> Option<Normalised> {
    let (broad, broadened) = broadened(ink)?;
    let ink = broad.as_ref().unwrap_or(ink);
    let (left, top, width, height) = bounds(ink)?;
    let scale = BOX as f64 / width.max(height) as f64;
    let across = |extent: usize| ((extent as f64 * scale).round() as usize).clamp(1, BOX);
    let (new_width, new_height) = (across(width), across(height));

    let rows = shares(height, new_height);
    let columns = shares(width, new_width);
    let mut digit = vec![0.0; new_width * new_height];
    for (y, row) in rows.iter().enumerate() {
        for (x, column) in columns.iter().enumerate() {
            let mut sum = 0.0;
            for &(from_y, share_y) in row {
                let line = &ink.levels[(top + from_y) * ink.width + left..];
                let of_line = column.iter().map(|&(from_x, share_x)| share_x * f64::from(line[from_x]));
                sum += share_y * of_line.sum::<f64>();
            }
            digit[y * new_width + x] = sum;
        }
    }
    let darkest = digit.iter().copied().fold(0.0, f64::max);

    let total: f64 = digit.iter().sum();
    let mean = |place: fn(usize, usize) -> usize| {
        let moment = |(at, ink): (usize, &f64)| place(at, new_width) as f64 * ink;
        digit.iter().enumerate().map(moment).sum::<f64>() / total
    };
    // MNIST's own middle, as its images show: that of pixel 14, counted from 0, in both directions.
    let middle = (SIDE / 2) as f64;
    // A digit stays inside the image even where its mass lies far from the middle of its box.
    let place = |mean: f64, extent: usize| ((middle - mean).round().max(0.0) as usize).min(SIDE - extent);
    let (centre_x, centre_y) = (mean(|at, width| at % width), mean(|at, width| at / width));
    let (first_x, first_y) = (place(centre_x, new_width), place(centre_y, new_height));

    let mut image = [0; PIXELS];
    for (at, ink) in digit.iter().enumerate() {
        let (x, y) = (first_x + at % new_width, first_y + at / new_width);
        image[y * SIDE + x] = (255.0 * ink / darkest).round() as u8;
    }
    // What grew lies as far outside of the drawing as it grew.
    let bounds =
        Bounds { left: left.saturating_sub(broadened), top: top.saturating_sub(broadened), width, height };
    Some(Normalised {
        image,
        broadened,
        bounds,
        width: new_width,
        height: new_height,
        centre_x,
        centre_y,
        left: first_x,
        top: first_y,
    })
}

/// The ink with strokes that are not too thin, and by how much they grew; no ink where they are as they were. None without
/// ink.
fn broadened(ink: &Ink) -> Option<(Option<Ink>, usize)> {
    let (_, _, width, height) = bounds(ink)?;
    // A pixel of the box is so many of the drawing.
    let unit = width.max(height) as f64 / BOX as f64;
    let missing = THIN - breadth(ink) / unit;
    let radius = (missing * unit / 2.0).round() as usize;
    if radius == 0 {
        return Some((None, 0));
    }
    // The strokes grow beyond their bounds.
    let (new_width, new_height) = (ink.width + 2 * radius, ink.height + 2 * radius);
    let mut levels = vec![0; new_width * new_height];
    for (y, row) in ink.levels.chunks_exact(ink.width).enumerate() {
        for (x, level) in row.iter().enumerate() {
            // A stroke narrower than a pixel is pale, and yet ink.
            levels[(y + radius) * new_width + x + radius] = (255.0 * (2.0 * level).min(1.0)).round() as u8;
        }
    }
    let levels = square(&levels, new_width, new_height, radius, u8::max);
    let levels = levels.iter().map(|&level| f32::from(level) / 255.0).collect();
    Some((Some(Ink { width: new_width, height: new_height, levels }), radius))
}

/// The mean breadth of the strokes, in pixels: a stroke of length l and breadth b has an area of l b and an outline of
/// about 2 l.
fn breadth(ink: &Ink) -> f64 {
    let area: f64 = ink.levels.iter().map(|&level| f64::from(level)).sum();
    let changes =
        |pairs: &mut dyn Iterator<Item = (f32, f32)>| pairs.map(|(a, b)| f64::from((a - b).abs())).sum();
    let at = |x: usize, y: usize| ink.levels[y * ink.width + x];
    let (width, height) = (ink.width, ink.height);
    let along_x: f64 = (0..height)
        .map(|y| {
            let inner: f64 = changes(&mut (1..width).map(|x| (at(x - 1, y), at(x, y))));
            inner + f64::from(at(0, y) + at(width - 1, y))
        })
        .sum();
    let along_y: f64 = (0..width)
        .map(|x| {
            let inner: f64 = changes(&mut (1..height).map(|y| (at(x, y - 1), at(x, y))));
            inner + f64::from(at(x, 0) + at(x, height - 1))
        })
        .sum();
    // Crossings along the axes see a slanted outline longer than it is, on average by 4 / pi.
    2.0 * area / ((along_x + along_y) * std::f64::consts::FRAC_PI_4).max(1.0)
}

/// The smallest box around all ink: left, top, width and height.
fn bounds(ink: &Ink) -> Option<(usize, usize, usize, usize)> {
    let inked = |at: &usize| ink.levels[*at] > FAINT;
    let all = || (0..ink.levels.len()).filter(inked);
    let top = all().next()? / ink.width;
    let bottom = all().next_back()? / ink.width;
    let left = all().map(|at| at % ink.width).min()?;
    let right = all().map(|at| at % ink.width).max()?;
    Some((left, top, right - left + 1, bottom - top + 1))
}

/// For each of `new` pixels the old ones that it covers, of `old` along an axis, with their shares, which add up to 1.
fn shares(old: usize, new: usize) -> Vec<Vec<(usize, f64)>> {
    let scale = old as f64 / new as f64;
    (0..new)
        .map(|pixel| {
            let (begin, end) = (pixel as f64 * scale, (pixel + 1) as f64 * scale);
            let covered = begin as usize..(end.ceil() as usize).min(old);
            let share = |at: usize| ((at + 1) as f64).min(end) - (at as f64).max(begin);
            covered.map(|at| (at, share(at) / scale)).filter(|(_, share)| *share > 1e-9).collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A bar with a foot, its upright `breadth` pixels broad.
    fn drawing(width: usize, height: usize, breadth: usize) -> Ink {
        let mut levels = vec![0.0; width * height];
        for y in height / 5..height * 4 / 5 {
            levels[y * width + width / 2..][..breadth].fill(1.0);
        }
        for y in height * 4 / 5 - breadth..height * 4 / 5 {
            levels[y * width + width / 3..y * width + width * 2 / 3].fill(1.0);
        }
        Ink { width, height, levels }
    }

    fn extent(image: &[u8; PIXELS]) -> (usize, usize) {
        let lit = |at: &usize| image[*at] > 0;
        let xs = || (0..PIXELS).filter(lit).map(|at| at % SIDE);
        let ys = || (0..PIXELS).filter(lit).map(|at| at / SIDE);
        let span = |low: Option<usize>, high: Option<usize>| high.expect("ink") - low.expect("ink") + 1;
        (span(xs().min(), xs().max()), span(ys().min(), ys().max()))
    }

    #[test]
    fn a_digit_of_any_size_fills_the_box_and_has_its_mass_in_the_middle() {
        for (width, height, breadth) in [(60, 60, 6), (300, 240, 20), (1000, 1500, 100)] {
            let image = normal_form(&drawing(width, height, breadth)).expect("ink");
            let (x, y) = extent(&image);
            assert_eq!(x.max(y), BOX, "{width} x {height}");
            assert_eq!(image.iter().max(), Some(&255));
            let steps = normalise(&drawing(width, height, breadth)).expect("ink");
            assert_eq!((steps.image, steps.width.max(steps.height)), (image, BOX));
            let lit = |x: usize| (0..SIDE).any(|y| image[y * SIDE + x] > 0);
            assert_eq!((0..SIDE).find(|x| lit(*x)), Some(steps.left), "the steps say where the ink stands");
            let total: f64 = image.iter().map(|&level| f64::from(level)).sum();
            for place in [|at| at % SIDE, |at| at / SIDE] {
                let moment = |(at, &level): (usize, &u8)| place(at) as f64 * f64::from(level);
                let centre = image.iter().enumerate().map(moment).sum::<f64>() / total;
                assert!((centre - 14.0).abs() <= 0.51, "{centre}");
            }
        }
    }

    #[test]
    fn thin_strokes_become_as_broad_as_mnists_and_others_stay() {
        let breadth_of = |breadth| {
            let image = normal_form(&drawing(400, 400, breadth)).expect("ink");
            let levels = image.map(|level| f32::from(level) / 255.0).to_vec();
            super::breadth(&Ink { width: SIDE, height: SIDE, levels })
        };
        for breadth in [1, 3, 6, 12] {
            assert!((1.6..2.6).contains(&breadth_of(breadth)), "{breadth}: {}", breadth_of(breadth));
        }
        assert!((3.2..5.0).contains(&breadth_of(48)), "{}", breadth_of(48));
    }

    #[test]
    fn without_ink_there_is_no_digit() {
        assert_eq!(normal_form(&Ink { width: 9, height: 9, levels: vec![0.0; 81] }), None);
        assert_eq!(normal_form(&Ink { width: 0, height: 9, levels: vec![] }), None);
    }

    #[test]
    fn a_single_pixel_and_a_line_are_ink_too() {
        let mut levels = vec![0.0; 40 * 30];
        levels[20 * 40 + 3] = 1.0;
        assert!(normal_form(&Ink { width: 40, height: 30, levels: levels.clone() }).is_some());
        levels.fill(0.0);
        levels[12 * 40 + 5..12 * 40 + 35].fill(1.0);
        let line = normal_form(&Ink { width: 40, height: 30, levels }).expect("ink");
        assert_eq!(extent(&line).0, BOX);
    }
}
