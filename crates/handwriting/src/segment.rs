//! Parts of ink joined to digits, and the digits brought into the order of reading.
//!
//! A 5 whose top bar does not touch it is one digit, a 1 close to a 0 is two. Pieces of one digit lie over each other or
//! are small; digits stand beside each other, and each is about as tall as its line.

use crate::parts::{Bounds, Part};

/// A part from this share of its line's height on may be a digit by itself.
const TALL: f64 = 0.55;
/// Pieces of a digit are no farther apart than this share of the digit's height.
const GAP: f64 = 0.25;

/// The parts of each digit, in the order of reading: line by line, from left to right.
pub(crate) fn digits(parts: Vec<Part>, width: usize) -> Vec<Part> {
    let Some(tallest) = parts.iter().map(|part| part.bounds.side()).max() else {
        return Vec::new();
    };
    let line = tallest as f64;
    let mut groups = parts;
    while let Some((a, b)) = first_pair(&groups, line) {
        let joined = groups.swap_remove(b);
        let mut pixels = std::mem::take(&mut groups[a].pixels);
        pixels.extend(joined.pixels);
        groups[a] = Part::new(pixels, width);
    }
    // What is left alone and small was no piece of anything: a comma, a smudge.
    groups.retain(|group| group.bounds.side() as f64 >= 0.3 * line);
    in_reading_order(groups)
}

/// The first two groups that are pieces of one digit.
fn first_pair(groups: &[Part], line: f64) -> Option<(usize, usize)> {
    let pairs = (0..groups.len()).flat_map(|a| (a + 1..groups.len()).map(move |b| (a, b)));
    pairs.into_iter().find(|&(a, b)| are_one(&groups[a].bounds, &groups[b].bounds, line))
}

/// Whether two groups are pieces of one digit.
fn are_one(a: &Bounds, b: &Bounds, line: f64) -> bool {
    let overlap = |from: usize, to: usize, other_from: usize, other_to: usize| {
        to.min(other_to) as f64 - from.max(other_from) as f64
    };
    // Below 0, these are the gaps.
    let x = overlap(a.left, a.right(), b.left, b.right());
    let y = overlap(a.top, a.bottom(), b.top, b.bottom());
    let narrower = a.width.min(b.width) as f64;
    let (tall_a, tall_b) = (a.height as f64 >= TALL * line, b.height as f64 >= TALL * line);
    let together = line.max(a.joined(b).height as f64);
    if x < -GAP * line || y < -GAP * together {
        return false;
    }
    if tall_a && tall_b {
        // Two tall parts beside each other are two digits, unless one lies within the other's width; two lines are apart.
        return x >= 0.6 * narrower && y > -0.12 * line;
    }
    // A small piece above, below or across; or close, where no tall part claims it.
    x >= 0.3 * narrower || x > -0.08 * line || (!tall_a && !tall_b)
}

/// Brings digits into lines, and each line from left to right.
fn in_reading_order(mut groups: Vec<Part>) -> Vec<Part> {
    groups.sort_by_key(|group| group.bounds.top);
    let mut lines: Vec<(Bounds, Vec<Part>)> = Vec::new();
    for group in groups {
        let bounds = group.bounds;
        let middle = bounds.top + bounds.height / 2;
        match lines.iter_mut().find(|(line, _)| (line.top..line.bottom()).contains(&middle)) {
            Some((line, of_line)) => {
                *line = line.joined(&bounds);
                of_line.push(group);
            }
            None => lines.push((bounds, vec![group])),
        }
    }
    let in_line = |(_, mut groups): (Bounds, Vec<Part>)| {
        groups.sort_by_key(|group| group.bounds.left);
        groups
    };
    lines.into_iter().flat_map(in_line).collect()
}
