//! Whether the ink is darker than the paper, as on a page, or lighter, as on a blackboard.
//!
//! Strokes are narrow, paper is wide, and there is paper along most of the border. Where sharp edges split an image into a
//! light and a dark class, a window that fits into one class and not into the other says which is paper; where it fits
//! into both (a sheet on a dark table) or into none (a digit that fills its image), more is asked. Where the light is so
//! uneven that the two classes are not ink and paper, rows and columns are cut at their sharp edges, which slow changes
//! of light have none of, and dark and light runs between edges vote: the shorter a run, the more its vote counts.

use crate::grey::Grey;
use crate::morphology::opening;
use crate::parts::{Bounds, parts};

/// What this is decided on: few pixels say it well enough.
const SIDE: usize = 128;
/// On so few pixels, all edges are soft, and no light is uneven.
const TINY: usize = 64;
/// Edges have at least this share of the contrast of the sharpest.
const SHARP: f32 = 0.4;
/// How clearly the votes for light ink must outweigh those for dark ink, which is the usual.
const CLEARLY: f64 = 1.2;
/// Classes are ink and paper if at least this share of the boundary between them is sharp.
const CRISP: f64 = 0.8;
/// Windows fit into more than this share of a class that is wide.
const WIDE: f64 = 0.35;

/// How a sheet may lie: tilted by so many steps in either direction, each of so many pixels a pixel.
const TILTS: i32 = 8;
const TILT: f64 = 0.025;

/// What tells a class that is a surface, with something on it, from strokes.
struct Surface {
    /// The least share of the image that the rectangle around it has.
    of_image: f64,
    /// The least share of the rectangle around it that it fills, together with what is on it; it may be bent.
    filled: f64,
    /// The share of that which is plain.
    plain: std::ops::Range<f64>,
}

/// Light paper. A round digit fills less of its rectangle, and a frame is mostly empty.
const SHEET: Surface = Surface { of_image: 0.33, filled: 0.82, plain: 0.5..1.1 };
/// A dark board on something light, and something on it. Otherwise it may be a digit: a thick 1, or a 0 that is nearly
/// square.
const BOARD: Surface = Surface { of_image: 0.16, filled: 0.9, plain: 0.65..0.99 };

/// Whether the ink is lighter than the paper.
pub(crate) fn has_light_ink(image: &Grey) -> bool {
    let small = image.shrunk_to(SIDE);
    let classes = Classes::of(&small);
    let has_dark_border = || 2 * classes.dark.along_border() > border(small.width, small.height).count();
    // Too small for a table or a frame around the paper.
    if small.is_minute() {
        return has_dark_border();
    }
    let lines = Lines::of(&small);
    let sheet = classes.light.area(&SHEET);
    if small.side() > TINY && !has_even_border(&small) && lines.crisp(&classes) < CRISP {
        return lines.vote_for_light() && sheet.is_none();
    }
    // Of a sheet and a board, the one inside the other is what is written on.
    if classes.dark.area(&BOARD).is_some_and(|board| sheet.is_none_or(|sheet| board < sheet)) {
        return true;
    }
    match (classes.light.is_wide(), classes.dark.is_wide()) {
        (false, true) => sheet.is_none(),
        (true, false) => false,
        (true, true) => lines.vote_for_light() && sheet.is_none(),
        (false, false) => has_dark_border(),
    }
}

/// Whether the border is of one level nearly all along, which no uneven light leaves it.
fn has_even_border(image: &Grey) -> bool {
    let mut levels: Vec<u8> =
        border(image.width, image.height).map(|(x, y)| image.levels[y * image.width + x]).collect();
    levels.sort_unstable();
    let part = levels.len() / 20;
    let (least, most) =
        image.levels.iter().fold((255, 0), |(least, most), &level| (level.min(least), level.max(most)));
    10 * u16::from(levels[levels.len() - 1 - part] - levels[part]) <= u16::from(most.saturating_sub(least))
}

/// The places along the border of an image.
fn border(width: usize, height: usize) -> impl Iterator<Item = (usize, usize)> {
    let (right, bottom) = (width - 1, height - 1);
    let level = (0..=right).flat_map(move |x| [(x, 0), (x, bottom)]);
    let upright = (1..bottom).flat_map(move |y| [(0, y), (right, y)]);
    level.chain(upright)
}

/// The pixels of one of the two classes, as an image in which they are light.
struct Class(Grey);

/// The dark and the light pixels of an image.
struct Classes {
    dark: Class,
    light: Class,
}

impl Classes {
    fn of(image: &Grey) -> Self {
        let threshold = otsu(&image.levels);
        let levels = image.levels.iter().map(|&level| if level > threshold { 255 } else { 0 }).collect();
        let light = Grey { levels, ..*image };
        Classes { dark: Class(light.inverted()), light: Class(light) }
    }
}

impl Class {
    fn holds(&self, x: usize, y: usize) -> bool {
        self.0.levels[y * self.0.width + x] > 0
    }

    /// Whether windows of a quarter of the image fit into a good part of the class.
    fn is_wide(&self) -> bool {
        let count = |image: &Grey| image.levels.iter().filter(|&&level| level > 0).count() as f64;
        count(&opening(&self.0, (self.0.side() / 8).max(2))) > WIDE * count(&self.0)
    }

    /// The area of the rectangle around its largest part, tilted as that lies, where that is a surface with something on it.
    fn area(&self, surface: &Surface) -> Option<f64> {
        let width = self.0.width;
        let mask: Vec<bool> = self.0.levels.iter().map(|&level| level > 0).collect();
        let largest = parts(&mask, width).into_iter().max_by_key(|part| part.pixels.len())?;
        let area = (-TILTS..=TILTS).map(|tilt| tilted_area(&largest.pixels, width, f64::from(tilt) * TILT));
        let area = area.fold(f64::INFINITY, f64::min);
        // What a stroke encloses, as that of a 0, is plain as well.
        let is_plain = |at: &usize| {
            mask[*at]
                && largest.bounds.holds(&Bounds { left: at % width, top: at / width, width: 1, height: 1 })
        };
        let (filled, plain) = (largest.filled(width) as f64, (0..mask.len()).filter(is_plain).count() as f64);
        let is_surface = area > surface.of_image * mask.len() as f64
            && filled > surface.filled * area
            && surface.plain.contains(&(plain / filled));
        is_surface.then_some(area)
    }

    /// How many pixels of the border belong to it.
    fn along_border(&self) -> usize {
        border(self.0.width, self.0.height).filter(|&(x, y)| self.holds(x, y)).count()
    }
}

/// The area of the rectangle around some pixels that is tilted by so many pixels a pixel.
fn tilted_area(pixels: &[usize], width: usize, tilt: f64) -> f64 {
    let extent = |along: &dyn Fn(f64, f64) -> f64| {
        let places = pixels.iter().map(|at| along((at % width) as f64, (at / width) as f64));
        let (low, high) =
            places.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), at| (a.min(at), b.max(at)));
        high - low + 1.0
    };
    extent(&|x, y| x + tilt * y) * extent(&|x, y| y - tilt * x) / (1.0 + tilt * tilt)
}

/// The rows and the columns of an image, as logarithms: light that is half as strong moves all by the same amount.
struct Lines {
    rows: Vec<Vec<f32>>,
    columns: Vec<Vec<f32>>,
    /// The step from which on an edge is sharp.
    sharp: f32,
    /// Runs that are shorter count as if they had this length.
    shortest: usize,
}

impl Lines {
    fn of(image: &Grey) -> Self {
        let (width, height) = (image.width, image.height);
        let level = |x: usize, y: usize| (f32::from(image.levels[y * width + x]) + 16.0).ln();
        let rows: Vec<Vec<f32>> = (0..height).map(|y| (0..width).map(|x| level(x, y)).collect()).collect();
        let columns: Vec<Vec<f32>> = (0..width).map(|x| (0..height).map(|y| level(x, y)).collect()).collect();
        let mut all: Vec<f32> =
            rows.iter().chain(&columns).flat_map(|line| steps(line)).map(f32::abs).collect();
        all.sort_unstable_by(f32::total_cmp);
        let sharp = (SHARP * all[(all.len() - 1) * 199 / 200]).max(0.05);
        Lines { rows, columns, sharp, shortest: (image.side() / 16).max(2) }
    }

    /// The share of the boundary between two classes that is sharp.
    fn crisp(&self, classes: &Classes) -> f64 {
        let (mut all, mut sharp) = (0usize, 0usize);
        let mut look = |line: &[f32], holds: &dyn Fn(usize) -> bool| {
            let steps: Vec<f32> = steps(line).collect();
            for at in 1..line.len() {
                if holds(at - 1) != holds(at) {
                    all += 1;
                    sharp += usize::from(steps[at - 1].abs().max(steps[at].abs()) >= self.sharp);
                }
            }
        };
        self.rows.iter().enumerate().for_each(|(y, row)| look(row, &|x| classes.light.holds(x, y)));
        self.columns.iter().enumerate().for_each(|(x, column)| look(column, &|y| classes.light.holds(x, y)));
        sharp as f64 / all.max(1) as f64
    }

    /// Whether narrow runs are light.
    fn vote_for_light(&self) -> bool {
        let (mut dark, mut light) = (0.0, 0.0);
        for Run { is_dark, len, is_whole } in
            self.rows.iter().chain(&self.columns).flat_map(|line| runs(line, self.sharp))
        {
            let vote = (len.max(self.shortest) as f64).powi(-3) * if is_whole { 1.0 } else { 0.5 };
            *if is_dark { &mut dark } else { &mut light } += vote;
        }
        light > CLEARLY * dark
    }
}

/// Pixels of a row or column between two edges.
struct Run {
    is_dark: bool,
    len: usize,
    /// Whether an edge of the image cuts it.
    is_whole: bool,
}

/// How much a line rises around each of its pixels.
fn steps(line: &[f32]) -> impl Iterator<Item = f32> {
    const REACH: usize = 2;
    (0..line.len()).map(|at| line[(at + REACH).min(line.len() - 1)] - line[at.saturating_sub(REACH)])
}

/// Cuts a line at its edges, each where the line is steepest.
fn runs(line: &[f32], sharp: f32) -> Vec<Run> {
    let mut edges: Vec<(usize, f32)> = Vec::new();
    for (at, step) in steps(line).enumerate().filter(|(_, step)| step.abs() >= sharp) {
        match edges.last_mut() {
            // Rising on, or falling on: one edge.
            Some(last) if last.1 * step > 0.0 => {
                if step.abs() > last.1.abs() {
                    *last = (at, step);
                }
            }
            _ => edges.push((at, step)),
        }
    }
    let (Some(first), Some(last)) = (edges.first(), edges.last()) else {
        return Vec::new();
    };
    let before = Run { is_dark: first.1 > 0.0, len: first.0, is_whole: false };
    let after = Run { is_dark: last.1 < 0.0, len: line.len() - last.0, is_whole: false };
    let between = edges.windows(2).map(|pair| Run {
        is_dark: pair[0].1 < 0.0,
        len: pair[1].0 - pair[0].0,
        is_whole: true,
    });
    std::iter::once(before).chain(between).chain([after]).collect()
}

/// The level that splits levels into two classes of the least variance inside them (Otsu 1979): the last of the dark.
pub(crate) fn otsu(levels: &[u8]) -> u8 {
    let mut counts = [0.0f64; 256];
    levels.iter().for_each(|&level| counts[usize::from(level)] += 1.0);
    let all: f64 = levels.len() as f64;
    let sum: f64 = counts.iter().enumerate().map(|(level, count)| level as f64 * count).sum();
    let (mut dark, mut dark_sum, mut best, mut threshold) = (0.0, 0.0, 0.0, 127);
    for (level, count) in counts.iter().enumerate() {
        dark += count;
        dark_sum += level as f64 * count;
        let light = all - dark;
        if dark == 0.0 || light == 0.0 {
            continue;
        }
        let apart = dark_sum / dark - (sum - dark_sum) / light;
        let between = dark * light * apart * apart;
        if between > best {
            (best, threshold) = (between, level);
        }
    }
    threshold as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A ring of ink, as a 0 is, under a light.
    fn ring(paper: f64, ink: f64, light: fn(f64) -> f64) -> Grey {
        let side = 120;
        let level = |at: usize| {
            let (x, y) = ((at % side) as f64 - 60.0, (at / side) as f64 - 60.0);
            let is_ink = (30.0..42.0).contains(&x.hypot(1.2 * y));
            (if is_ink { ink } else { paper } * light(x / side as f64)) as u8
        };
        Grey { width: side, height: side, levels: (0..side * side).map(level).collect() }
    }

    #[test]
    fn ink_is_what_is_narrow_whatever_the_light() {
        let lights: [fn(f64) -> f64; 3] = [|_| 1.0, |x| 0.6 + 0.7 * x, |x| if x < 0.1 { 1.0 } else { 0.4 }];
        for light in lights {
            assert!(!has_light_ink(&ring(240.0, 40.0, light)));
            assert!(!has_light_ink(&ring(240.0, 180.0, light)), "pale ink");
            assert!(has_light_ink(&ring(40.0, 220.0, light)));
        }
    }

    #[test]
    fn a_sheet_on_a_dark_table_is_paper() {
        let mut image = ring(250.0, 20.0, |_| 1.0);
        for (at, level) in image.levels.iter_mut().enumerate() {
            let (x, y) = (at % 120, at / 120);
            if x.min(y) < 10 || x.max(y) >= 110 {
                *level = 30;
            }
        }
        assert!(!has_light_ink(&image));
    }

    #[test]
    fn a_sheet_may_be_tilted() {
        let mut image = ring(250.0, 20.0, |_| 1.0);
        for (at, level) in image.levels.iter_mut().enumerate() {
            let (x, y) = ((at % 120) as f64 - 60.0, (at / 120) as f64 - 60.0);
            if (x + 0.16 * y).abs().max((y - 0.16 * x).abs()) > 46.0 {
                *level = 30;
            }
        }
        assert!(!has_light_ink(&image));
    }

    #[test]
    fn a_board_has_something_on_it_and_a_thick_stroke_has_not() {
        let outside = |at: usize, left: usize, top: usize| {
            let (x, y) = (at % 120, at / 120);
            x < left || y < top || x >= 120 - left || y >= 120 - top
        };
        let mut board = ring(40.0, 220.0, |_| 1.0);
        (0..board.levels.len()).filter(|at| outside(*at, 14, 14)).for_each(|at| board.levels[at] = 250);
        assert!(has_light_ink(&board));
        let mut stroke = ring(40.0, 40.0, |_| 1.0);
        (0..stroke.levels.len()).filter(|at| outside(*at, 47, 10)).for_each(|at| stroke.levels[at] = 250);
        assert!(!has_light_ink(&stroke));
    }

    #[test]
    fn grey_edges_are_no_uneven_light_where_the_border_is_even() {
        // The ring of an enlarged image: grey blocks along its edges.
        let blocks = |image: Grey| {
            let level = |at: usize| image.levels[at / 120 / 6 * 6 * 120 + at % 120 / 6 * 6];
            Grey { levels: (0..image.levels.len()).map(level).collect(), ..image }
        };
        assert!(has_light_ink(&blocks(ring(0.0, 200.0, |x| if x < 0.45 { 0.3 } else { 1.0 }))));
    }

    #[test]
    fn in_a_minute_image_there_is_paper_along_the_border() {
        let minute = |paper: f64, ink: f64| ring(paper, ink, |_| 1.0).shrunk_to(8);
        assert!(has_light_ink(&minute(10.0, 220.0)) && !has_light_ink(&minute(220.0, 10.0)));
    }
}
