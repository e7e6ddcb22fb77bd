//! Parts of ink joined to digits, and the digits brought into the order of reading.
//!
//! A 5 whose top bar does not touch it is one digit, a 1 close to a 0 is two. Pieces of one digit lie over each other or
//! are small; digits stand beside each other, and each is about as tall as its line.

use crate::parts::{Bounds, Part};

/// A part from this share of its line's height on may be a digit by itself.
const TALL: f64 = 0.55;
/// Pieces of a digit are no farther apart than this share of the digit's height.
const GAP: f64 = 0.25;
/// An upright part is a ruled line from so many times its width on, where another one ends at the same heights, up to one
/// in so many parts of it.
const RULED: usize = 20;

/// The parts of each digit, in the order of reading: line by line, from left to right.
pub(crate) fn digits(mut parts: Vec<Part>, width: usize) -> Vec<Part> {
    drop_ruled(&mut parts);
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
    // What is left alone and low, or drawn with a far finer pen than the rest was no piece of anything: a comma, a
    // smudge, a rest of a printed line, the bar of a window.
    let tallest = groups.iter().map(|group| group.bounds.height).max().unwrap_or(0) as f64;
    let breadths: Vec<f64> = groups.iter().map(|group| group.breadth(width)).collect();
    let broadest = breadths.iter().copied().fold(0.0, f64::max);
    let mut breadths = breadths.iter();
    groups.retain(|group| {
        let Bounds { width, height, .. } = group.bounds;
        let fine = breadths.next().is_some_and(|breadth| *breadth < 0.35 * broadest);
        height as f64 >= 0.3 * tallest && width < 6 * height && !fine
    });
    in_reading_order(groups)
}

/// Drops the lines that divide a field of a form: several upright ones, which begin and end at the same heights.
fn drop_ruled(parts: &mut Vec<Part>) {
    let bounds: Vec<Bounds> = parts.iter().map(|part| part.bounds).collect();
    let are_two = |one: &Bounds, other: &Bounds| {
        let near = |a: usize, b: usize| a.abs_diff(b) * RULED <= one.height;
        one != other && is_upright(other) && near(one.top, other.top) && near(one.bottom(), other.bottom())
    };
    parts
        .retain(|part| !is_upright(&part.bounds) || !bounds.iter().any(|other| are_two(&part.bounds, other)));
}

/// Whether a part may be one of the lines that divide a field of a form: nobody's 1 is as straight.
fn is_upright(bounds: &Bounds) -> bool {
    RULED * bounds.width <= bounds.height
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Rectangles of ink (left, top, width, height) on an image 400 pixels wide, and the bounds of the digits found.
    fn found(rectangles: &[(usize, usize, usize, usize)]) -> Vec<(usize, usize, usize, usize)> {
        const WIDTH: usize = 400;
        let part = |&(left, top, width, height): &(usize, usize, usize, usize)| {
            let row = |y: usize| (left..left + width).map(move |x| y * WIDTH + x);
            Part::new((top..top + height).flat_map(row).collect(), WIDTH)
        };
        let groups = digits(rectangles.iter().map(part).collect(), WIDTH);
        groups
            .iter()
            .map(|group| (group.bounds.left, group.bounds.top, group.bounds.width, group.bounds.height))
            .collect()
    }

    #[test]
    fn digits_beside_each_other_are_read_from_left_to_right() {
        // 1, 0 close by, 7, whose tail is lower.
        let close = [(130, 25, 18, 90), (50, 20, 10, 100), (66, 22, 16, 95)];
        assert_eq!(found(&close), [close[1], close[2], close[0]]);
    }

    #[test]
    fn pieces_of_a_digit_are_one() {
        // The belly of a 5 and its top bar; the two strokes of a 4; a 7 and its crossbar.
        for pieces in [
            [(50, 60, 40, 70), (60, 40, 50, 10)],
            [(50, 30, 60, 60), (90, 25, 10, 110)],
            [(50, 20, 60, 100), (45, 60, 30, 6)],
        ] {
            assert_eq!(found(&pieces).len(), 1, "{pieces:?}");
        }
    }

    #[test]
    fn lines_are_read_one_after_the_other() {
        let two_lines = [(100, 20, 40, 60), (30, 25, 40, 60), (60, 120, 40, 60)];
        assert_eq!(found(&two_lines), [two_lines[1], two_lines[0], two_lines[2]]);
    }

    #[test]
    fn commas_and_rests_of_lines_are_no_digits() {
        let digit = (100, 20, 60, 100);
        assert_eq!(found(&[digit, (185, 112, 8, 14), (0, 250, 120, 3), (300, 20, 1, 100)]), [digit]);
        let ticks = [(20, 40, 4, 110), (90, 41, 4, 110), (170, 43, 5, 108)];
        assert_eq!(found(&[&[digit][..], &ticks].concat()), [digit], "of a form");
        let ones = [(20, 40, 4, 110), (90, 55, 5, 104)];
        assert_eq!(found(&ones), ones, "written one by one");
        let bar = (200, 0, 80, 25);
        assert_eq!(found(&[digit, bar]), [digit], "of a window");
        assert!(found(&[]).is_empty());
    }
}
