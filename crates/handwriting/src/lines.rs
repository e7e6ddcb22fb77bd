//! Straight lines that belong to the paper: those of squared and lined paper, from side to side, and form boxes.

use crate::parts::Part;

/// The steepest line that still counts as level: a page is rarely photographed more aslant, in pixels per pixel.
const STEEPEST: f64 = 0.07;
/// How far apart the slopes are that are tried.
const STEP: f64 = 0.005;
/// The share of an image's width that a line covers at least; gaps are where the threshold lost it.
const COVERED: f64 = 0.8;

/// Takes lines from side to side, level or upright, out of a mask; strokes that cross them stay.
pub(crate) fn erase_lines(mask: &mut [bool], width: usize, height: usize) {
    // A printed line is thin, a pen's stroke across a whole image is not: it would be a digit cut by the border.
    let thickest = (width.max(height) / 40).max(3);
    erase_level(mask, width, height, thickest);
    let mut turned = transposed(mask, width, height);
    erase_level(&mut turned, height, width, thickest);
    mask.copy_from_slice(&transposed(&turned, height, width));
}

/// Takes out lines from left to right.
fn erase_level(mask: &mut [bool], width: usize, height: usize, thickest: usize) {
    if width < 30 {
        return; // too few pixels to tell a line from a stroke
    }
    let ink: Vec<(usize, usize)> =
        (0..mask.len()).filter(|&at| mask[at]).map(|at| (at % width, at / width)).collect();
    let steps = (STEEPEST / STEP).round() as i32;
    let mut marked = Vec::new();
    for step in -steps..=steps {
        let slope = f64::from(step) * STEP;
        let fall: Vec<isize> = (0..width).map(|x| (slope * x as f64).round() as isize).collect();
        let room = fall[width - 1].unsigned_abs();
        // Each row of a sheared image, and how much of it is ink.
        let row = |(x, y): (usize, usize)| (y + room).saturating_add_signed(-fall[x]);
        let mut counts = vec![0u32; height + 2 * room + 1];
        ink.iter().for_each(|&pixel| counts[row(pixel)] += 1);
        let is_line = |row: usize| f64::from(counts[row]) >= COVERED * width as f64;
        if !(0..counts.len()).any(is_line) {
            continue;
        }
        // Beside a line's core its blurred edge goes too.
        let near = |row: usize| (row.saturating_sub(2)..=row + 2).any(|row| row < counts.len() && is_line(row));
        let (near, end): (Vec<bool>, _) = ((0..counts.len()).map(near).collect(), thickest);
        marked.extend(ink.iter().copied().filter(|&pixel| near[row(pixel)] && run(mask, width, height, pixel) <= end));
    }
    marked.iter().for_each(|(x, y)| mask[y * width + x] = false);
}

/// How many pixels of ink stand on each other at a pixel.
fn run(mask: &[bool], width: usize, height: usize, (x, y): (usize, usize)) -> usize {
    let above = (0..y).rev().take_while(|y| mask[y * width + x]).count();
    let below = (y + 1..height).take_while(|y| mask[y * width + x]).count();
    above + 1 + below
}

/// Rows become columns.
fn transposed(mask: &[bool], width: usize, height: usize) -> Vec<bool> {
    (0..width).flat_map(|x| (0..height).map(move |y| mask[y * width + x])).collect()
}

/// Whether a part is, or contains, the rectangle of its own bounds: straight along all four sides, with corners.
pub(crate) fn is_box(part: &Part, width: usize) -> bool {
    let sides = sides(part, width);
    sides.iter().all(|side| *side >= 0.85)
}

/// Whether most of a rectangle is there: three of its sides.
pub(crate) fn is_part_of_box(part: &Part, width: usize) -> bool {
    sides(part, width).iter().filter(|side| **side >= 0.75).count() >= 3
}

/// The pixels of a part that do not lie along the sides of its bounds.
pub(crate) fn inside_box(part: &Part, width: usize) -> Vec<usize> {
    let margin = |extent: usize| (extent / 10).max(2);
    let bounds = part.bounds;
    let (dx, dy) = (margin(bounds.width), margin(bounds.height));
    let inside = |at: &usize| {
        let (x, y) = (at % width - bounds.left, at / width - bounds.top);
        x >= dx && y >= dy && x + dx < bounds.width && y + dy < bounds.height
    };
    part.pixels.iter().copied().filter(inside).collect()
}

/// Which share of each side (left, right, top, bottom) of a part's bounds has ink close to it.
fn sides(part: &Part, width: usize) -> [f64; 4] {
    let bounds = part.bounds;
    let near = |extent: usize| (extent / 20).max(2);
    let (dx, dy) = (near(bounds.width), near(bounds.height));
    let (mut rows, mut columns) = (vec![[false; 2]; bounds.height], vec![[false; 2]; bounds.width]);
    for at in &part.pixels {
        let (x, y) = (at % width - bounds.left, at / width - bounds.top);
        rows[y][0] |= x < dx;
        rows[y][1] |= x + dx >= bounds.width;
        columns[x][0] |= y < dy;
        columns[x][1] |= y + dy >= bounds.height;
    }
    let share = |ends: &[[bool; 2]], end: usize| {
        ends.iter().filter(|ends| ends[end]).count() as f64 / ends.len().max(1) as f64
    };
    [share(&rows, 0), share(&rows, 1), share(&columns, 0), share(&columns, 1)]
}
