//! Straight lines that belong to the paper: those of squared and lined paper, from side to side.

use crate::grey::extent;
use crate::paper::Ink;

/// The steepest line that still counts as level: a page is rarely photographed more aslant, in pixels per pixel.
const STEEPEST: f64 = 0.07;
/// How far apart the slopes are that are tried.
const STEP: f64 = 0.0035;
/// The share of an image's width that a line covers at least; gaps are where the threshold lost it.
const COVERED: f64 = 0.8;

/// Takes lines from side to side, level or upright, out of a mask of the ink; strokes that cross them stay.
pub(crate) fn erase_lines(mask: &mut [bool], ink: &Ink) {
    let (width, height) = (ink.width, ink.height);
    // A printed line is thin, a pen's stroke across a whole image is not: it would be a digit cut by the border.
    let thickest = (extent(width, height) / 40).max(3);
    let level = level_lines(mask, width, height, thickest);
    erase(mask, ink, level.iter().map(|(x, y)| y * width + x).collect());
    let turned = transposed(mask, width, height);
    let upright = level_lines(&turned, height, width, thickest);
    erase(mask, ink, upright.iter().map(|(y, x)| y * width + x).collect());
}

/// Takes the pixels of lines out of a mask, but those that are clearly darker than most of them: strokes over lines.
fn erase(mask: &mut [bool], ink: &Ink, mut line: Vec<usize>) {
    if line.is_empty() {
        return;
    }
    let middle = line.len() / 2;
    line.select_nth_unstable_by(middle, |a, b| ink.levels[*a].total_cmp(&ink.levels[*b]));
    let darkest = f32::midpoint(ink.levels[line[middle]], 1.0);
    let pale = darkest < 0.85;
    line.iter().filter(|at| !pale || ink.levels[**at] < darkest).for_each(|at| mask[*at] = false);
}

/// The thin pixels of lines from left to right, as `(x, y)`; some stand twice.
fn level_lines(mask: &[bool], width: usize, height: usize, thickest: usize) -> Vec<(usize, usize)> {
    let mut marked = Vec::new();
    if width < 30 {
        return marked; // too few pixels to tell a line from a stroke
    }
    let ink: Vec<(usize, usize)> =
        (0..mask.len()).filter(|&at| mask[at]).map(|at| (at % width, at / width)).collect();
    if (ink.len() as f64) < COVERED * width as f64 {
        return marked;
    }
    let steps = (STEEPEST / STEP).round() as i32;
    for step in -steps..=steps {
        let slope = f64::from(step) * STEP;
        let fall: Vec<isize> = (0..width).map(|x| (slope * x as f64).round() as isize).collect();
        let room = fall[width - 1].unsigned_abs();
        let row = |(x, y): (usize, usize)| (y + room).saturating_add_signed(-fall[x]);
        let mut counts = vec![0; height + 2 * room + 1];
        ink.iter().for_each(|&pixel| counts[row(pixel)] += 1);
        // A line between two rows, or not quite straight, has its pixels in both.
        let is_full = |three: &[usize]| three.iter().sum::<usize>() as f64 >= COVERED * width as f64;
        if !counts.windows(3).any(is_full) {
            continue; // as at most slopes
        }
        // The ink in each row of a sheared image, by its column.
        let mut rows: Vec<Vec<usize>> = vec![Vec::new(); counts.len()];
        ink.iter().for_each(|&pixel| rows[row(pixel)].push(pixel.0));
        let mut near = vec![false; rows.len()];
        for middle in 1..rows.len() - 1 {
            let three = middle - 1..=middle + 1;
            if !is_full(&counts[three.clone()]) {
                continue;
            }
            let mut covered = vec![false; width];
            rows[three].iter().flatten().for_each(|x| covered[*x] = true);
            if covered.iter().filter(|covered| **covered).count() as f64 >= COVERED * width as f64 {
                // Beside a line's core its blurred edge goes too.
                near[middle.saturating_sub(2)..(middle + 3).min(rows.len())].fill(true);
            }
        }
        if near.contains(&true) {
            let marks = ink
                .iter()
                .filter(|pixel| near[row(**pixel)] && run(mask, width, height, **pixel) <= thickest);
            marked.extend(marks.copied());
        }
    }
    marked
}

/// How many pixels of ink stand on each other at a pixel.
fn run(mask: &[bool], width: usize, height: usize, (x, y): (usize, usize)) -> usize {
    let above = (0..y).rev().take_while(|y| mask[y * width + x]).count();
    let below = (y + 1..height).take_while(|y| mask[y * width + x]).count();
    above + 1 + below
}

/// Rows become columns.
pub(crate) fn transposed(mask: &[bool], width: usize, height: usize) -> Vec<bool> {
    (0..width).flat_map(|x| (0..height).map(move |y| mask[y * width + x])).collect()
}
