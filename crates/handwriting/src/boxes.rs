//! Rectangles around digits: the boxes of forms, found by their four straight sides, and taken away from what touches or
//! crosses them.

use crate::lines::transposed;
use crate::parts::{Bounds, Part};

/// The steepest side that still counts as level or upright, in pixels per pixel.
const STEEPEST: f64 = 0.07;
/// How far apart the slopes are that are tried.
const STEP: f64 = 0.005;
/// A side lies in the outer part of what it belongs to: where strokes stick out, so far inside at most, as a share.
const OUTER: f64 = 0.25;
/// The share of a part's extent that a side covers at least, and the share of its own length between two corners.
const COVERED: (f64, f64) = (0.7, 0.85);

/// The pixels of a part without the rectangle that it is or contains; none where it has no rectangle.
///
/// Pixels of a side go where there is paper beside it, within the rectangle or outside. Where there is ink on both, a
/// stroke crosses, and stays.
pub(crate) fn without_box(part: &Part, width: usize) -> Option<Vec<usize>> {
    let Bounds { left, top, width: w, height: h } = part.bounds;
    let mut mask = part.mask(width);
    let turned = transposed(&mask, w, h);
    let [above, below] = sides(&mask, w, h)?;
    let [before, after] = sides(&turned, h, w)?;
    let columns = (before.at(h / 2), after.at(h / 2));
    let rows = (above.at(w / 2), below.at(w / 2));
    let whole = [above, below].iter().all(|side| side.is_whole(&mask, w, columns))
        && [before, after].iter().all(|side| side.is_whole(&turned, h, rows));
    let corners =
        [before, after].into_iter().flat_map(|side| [above, below].map(|other| corner(other, side)));
    let inked = |(x, y): &(f64, f64)| {
        let near = |a: usize, b: f64| (a as f64 - b).abs() <= above.slack.max(before.slack) + 1.0;
        (0..mask.len()).any(|at| mask[at] && near(at % w, *x) && near(at / w, *y))
    };
    // A 0 with straight sides has none; one corner of a box may be lost.
    if !whole || corners.filter(inked).count() < 3 {
        return None;
    }
    let mut turned = turned;
    [before, after].iter().for_each(|side| side.erase(&mut turned, h, w));
    mask = transposed(&turned, h, w);
    [above, below].iter().for_each(|side| side.erase(&mut mask, w, h));
    Some((0..mask.len()).filter(|at| mask[*at]).map(|at| (top + at / w) * width + left + at % w).collect())
}

/// A side of a rectangle from left to right, nearly level.
#[derive(Debug, Clone, Copy)]
struct Side {
    /// Its middle at the first column.
    start: f64,
    /// How much lower it is a column further on.
    slope: f64,
    /// How far from its middle it may wind.
    slack: f64,
    /// The breadth of its ink.
    breadth: f64,
}

impl Side {
    /// Its middle at a column.
    fn at(&self, x: usize) -> f64 {
        self.start + self.slope * x as f64
    }

    /// The rows so far from its middle at a column, of `height`.
    fn rows(&self, x: usize, reach: f64, height: usize) -> std::ops::Range<usize> {
        let (first, last) = ((self.at(x) - reach).round(), (self.at(x) + reach).round());
        (first.max(0.0) as usize).min(height)..((last + 1.0).max(0.0) as usize).min(height)
    }

    /// Whether there is ink along all of it, between the sides that it ends at.
    fn is_whole(&self, mask: &[bool], width: usize, (from, to): (f64, f64)) -> bool {
        let columns = from.max(0.0) as usize..(to.max(0.0) as usize).min(width);
        let inked = |x: &usize| self.rows(*x, self.slack, mask.len() / width).any(|y| mask[y * width + x]);
        let covered = columns.clone().filter(inked).count() as f64;
        !columns.is_empty() && covered >= COVERED.1 * columns.len() as f64
    }

    /// Takes its ink away, but where ink goes on beyond it on both sides.
    fn erase(&self, mask: &mut [bool], width: usize, height: usize) {
        let before = mask.to_vec();
        for x in 0..width {
            let rows = self.rows(x, self.slack + self.breadth / 2.0, height);
            let ink = |y: Option<usize>| y.is_some_and(|y| y < height && before[y * width + x]);
            if !(ink(rows.start.checked_sub(1)) && ink(Some(rows.end))) {
                rows.for_each(|y| mask[y * width + x] = false);
            }
        }
    }
}

/// Where a level side and an upright one cross, from left to right and from top to bottom.
fn corner(level: Side, upright: Side) -> (f64, f64) {
    // x = upright.at(y) and y = level.at(x).
    let x = (upright.start + upright.slope * level.start) / (1.0 - upright.slope * level.slope);
    (x, level.start + level.slope * x)
}

/// The upper and the lower side of a rectangle in a mask.
fn sides(mask: &[bool], width: usize, height: usize) -> Option<[Side; 2]> {
    let runs: Vec<Vec<(usize, usize)>> = (0..width).map(|x| runs(mask, width, x)).collect();
    let outer = (height as f64 * OUTER) as usize;
    let mut slack = 1;
    // A ruled line is straight; one that is drawn by hand, or lies on a bent sheet, leaves its line.
    while slack <= (height.min(width) / 40).max(1) {
        let find = |rows: std::ops::Range<usize>| longest(&runs, rows, slack, height);
        if let (Some(above), Some(below)) = (find(0..outer), find(height - outer..height)) {
            return Some([above, below]);
        }
        slack *= 2;
    }
    None
}

/// The line that most columns have ink on, of those whose middle lies in some rows, and that enough columns have.
fn longest(
    runs: &[Vec<(usize, usize)>],
    rows: std::ops::Range<usize>,
    slack: usize,
    height: usize,
) -> Option<Side> {
    let width = runs.len();
    let steps = (STEEPEST / STEP).round() as i32;
    // Of slopes that do as well, the least steep.
    let slopes = (0..=2 * steps).map(|n| f64::from(if n % 2 == 0 { n / 2 } else { -(n + 1) / 2 }) * STEP);
    let mut best = (COVERED.0 * width as f64, None);
    for slope in slopes {
        // How many columns have ink close to a row, as the difference to the row before.
        let mut counts = vec![0i32; height + 2];
        for (x, runs) in runs.iter().enumerate() {
            let fall = (slope * (x as f64 - width as f64 / 2.0)).round() as isize;
            let row = |y: usize, by: isize| (y as isize - fall + by).clamp(0, height as isize + 1) as usize;
            let mut done = 0;
            for (first, end) in runs {
                let (from, to) = (row(*first, -(slack as isize)).max(done), row(*end, slack as isize));
                if from < to {
                    counts[from] += 1;
                    counts[to] -= 1;
                    done = to;
                }
            }
        }
        let mut columns = 0;
        for (y, change) in counts.iter().enumerate().take(rows.end) {
            columns += change;
            if y >= rows.start && f64::from(columns) > best.0 {
                best = (f64::from(columns), Some((slope, y)));
            }
        }
    }
    let (slope, middle) = best.1?;
    let start = middle as f64 - slope * width as f64 / 2.0;
    fitted(runs, Side { start, slope, slack: slack as f64, breadth: 1.0 })
}

/// A line moved to the middle of the ink along it, with the breadth of that ink where nothing touches it.
fn fitted(runs: &[Vec<(usize, usize)>], rough: Side) -> Option<Side> {
    let mut along: Vec<(f64, f64, f64)> = Vec::new();
    for (x, runs) in runs.iter().enumerate() {
        let at = rough.at(x);
        let off = |run: &&(usize, usize)| (run.0 as f64 - at).max(at - (run.1 - 1) as f64).max(0.0);
        if let Some(run) =
            runs.iter().min_by(|a, b| off(a).total_cmp(&off(b))).filter(|run| off(run) <= rough.slack + 0.5)
        {
            along.push((x as f64, f64::midpoint(run.0 as f64, run.1 as f64 - 1.0), (run.1 - run.0) as f64));
        }
    }
    let mut breadths: Vec<f64> = along.iter().map(|run| run.2).collect();
    let fourth = breadths.len() / 4;
    if breadths.is_empty() {
        return None;
    }
    let breadth = *breadths.select_nth_unstable_by(fourth, f64::total_cmp).1;
    along.retain(|run| run.2 <= breadth + 1.0);
    // The least squares of what is the side alone.
    let count = along.len() as f64;
    let mean = |of: &dyn Fn(&(f64, f64, f64)) -> f64| along.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(&|run| run.0), mean(&|run| run.1));
    let (across, spread) = (mean(&|run| (run.0 - x) * (run.1 - y)), mean(&|run| (run.0 - x).powi(2)));
    let slope = if spread > 0.0 { across / spread } else { rough.slope };
    Some(Side { start: y - slope * x, slope, slack: rough.slack, breadth })
}

/// The runs of ink in a column, each with its first row and the first behind it.
fn runs(mask: &[bool], width: usize, x: usize) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for y in (0..mask.len() / width).filter(|y| mask[y * width + x]) {
        match runs.last_mut() {
            Some(run) if run.1 == y => run.1 += 1,
            _ => runs.push((y, y + 1)),
        }
    }
    runs
}

/// Whether most of a rectangle is there: three of its sides.
pub(crate) fn is_part_of_box(part: &Part, width: usize) -> bool {
    inked_sides(part, width).iter().filter(|side| **side >= 0.75).count() >= 3
}

/// Which share of each side (left, right, top, bottom) of a part's bounds has ink close to it.
fn inked_sides(part: &Part, width: usize) -> [f64; 4] {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parts::parts;

    const SIDE: usize = 120;

    /// The one part of a drawing, without its box.
    fn left(inked: impl Fn(f64, f64) -> bool) -> Option<Vec<usize>> {
        let mask: Vec<bool> =
            (0..SIDE * SIDE).map(|at| inked((at % SIDE) as f64, (at / SIDE) as f64)).collect();
        let parts = parts(&mask, SIDE);
        assert_eq!(parts.len(), 1);
        without_box(&parts[0], SIDE)
    }

    /// Whether a place belongs to a box whose sides are three pixels broad, a little aslant.
    fn on_box(x: f64, y: f64) -> bool {
        let (x, y) = (x - 0.03 * y, y + 0.03 * x);
        let near = |a: f64, b: f64| (a - b).abs() <= 1.5;
        let within = |a: f64| (18.5..=101.5).contains(&a);
        (near(x, 20.0) || near(x, 100.0)) && within(y) || (near(y, 20.0) || near(y, 100.0)) && within(x)
    }

    #[test]
    fn an_empty_box_goes_whole() {
        assert_eq!(left(on_box), Some(Vec::new()));
    }

    #[test]
    fn what_crosses_a_box_or_lies_along_a_side_stays() {
        // Upright from within the box to below it: also where it crosses.
        let stroke = |x: f64, y: f64| (55.0..65.0).contains(&x) && (40.0..115.0).contains(&y);
        let found = left(|x, y| on_box(x, y) || stroke(x, y)).expect("a box");
        let all = (0..SIDE * SIDE).filter(|at| stroke((at % SIDE) as f64, (at / SIDE) as f64)).count();
        assert!(found.len().abs_diff(all) <= 8, "{} of {all}", found.len());
        // The bar of a 7, whose upper edge is the side's.
        let bar = |x: f64, y: f64| (30.0..80.0).contains(&x) && (18.0..36.0).contains(&(y + 0.03 * x));
        let found = left(|x, y| on_box(x, y) || bar(x, y)).expect("a box");
        assert!((50 * 12..50 * 18).contains(&found.len()), "{}", found.len());
    }

    #[test]
    fn a_digit_is_no_box() {
        // A 0 as broad as it is high, and one with straight sides and round corners.
        for power in [2, 4] {
            let ring = |x: f64, y: f64| {
                let far = ((x - 60.0) / 50.0).powi(power) + ((y - 60.0) / 50.0).powi(power);
                (0.5..1.0).contains(&far)
            };
            assert_eq!(left(ring), None, "{power}");
        }
        // A 1 with a bar above and one below.
        let bars = |x: f64, y: f64| !(8.0..112.0).contains(&y) || (x - 60.0).abs() < 5.0;
        assert_eq!(left(bars), None);
    }
}
