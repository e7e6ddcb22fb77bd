//! Small multiples: a small plot for each curve, all with the same axes, so that no curve hides another.
//!
//! In each panel a solid line is its own curve, a spread of dots around it the range of the trainings behind it, and a
//! dotted line one curve that all are compared with. So it reads without colours, too.

use crate::axis::{LEFT, Upright};
use crate::braille::{ACROSS, Canvas};
use crate::plot::Line;
use crate::screen::Style;

/// The narrowest and the widest panel, in characters without its axis.
const WIDTH: (usize, usize) = (19, 34);
/// The most panels beside each other.
const BESIDE: usize = 3;
/// What stands between two panels: a space, and the axis of the right one.
const GAP: usize = 2;

/// A small plot.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// What it is called.
    pub name: String,
    /// What its name says besides, such as a result.
    pub note: String,
    /// The colour of its curve.
    pub style: Style,
    /// Its curve, from left to right.
    pub points: Vec<Point>,
}

/// A point of a curve, and the range around it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Where it stands, from 0 at the left to 1 at the right.
    pub x: f64,
    /// The mean, a share from 0 to 1.
    pub mean: f64,
    /// The lowest.
    pub low: f64,
    /// The highest.
    pub high: f64,
}

/// The axis below: places from 0 to 1 with their numbers, and what they count.
#[derive(Debug, Clone, PartialEq)]
pub struct Below {
    /// The numbers, from left to right.
    pub ticks: Vec<(f64, String)>,
    /// What they count.
    pub title: String,
}

/// The place of an epoch on a logarithmic axis from epoch 1 to `last`.
pub fn logarithmic(epoch: usize, last: usize) -> f64 {
    let last = last.max(2) as f64;
    ((epoch.max(1) as f64).ln() / last.ln()).min(1.0)
}

/// A logarithmic axis of epochs: 1, 10, 100, ..., and the last.
pub fn epochs(last: usize) -> Below {
    let powers = std::iter::successors(Some(1usize), |power| power.checked_mul(10));
    let mut at: Vec<usize> = powers.take_while(|power| *power <= last).collect();
    if at.last().is_some_and(|power| *power < last) {
        at.push(last);
    }
    Below {
        ticks: at.into_iter().map(|epoch| (logarithmic(epoch, last), epoch.to_string())).collect(),
        title: "epoch".to_owned(),
    }
}

/// Draws panels on lines of `columns` characters, each of `height` lines; `reference` is the panel whose curve stands
/// dotted in the others. Points that are no numbers are left out.
pub fn draw(
    panels: &[Panel],
    reference: Option<usize>,
    below: &Below,
    (columns, height): (usize, usize),
    paint: impl Fn(Style, &str) -> String,
) -> Vec<String> {
    let shares = panels.iter().flat_map(|panel| &panel.points).flat_map(|p| [p.low, p.mean, p.high]);
    let Some(axis) = Upright::around(shares, height) else {
        return Vec::new();
    };
    let room = columns.saturating_sub(LEFT);
    let beside = ((room + GAP) / (WIDTH.0 + GAP)).clamp(1, BESIDE).min(panels.len());
    let width = ((room + GAP) / beside).saturating_sub(GAP).clamp(WIDTH.0.min(room.max(8)), WIDTH.1);
    let mut lines = Vec::new();
    for (row, group) in panels.chunks(beside).enumerate() {
        let drawn: Vec<Vec<String>> = group
            .iter()
            .enumerate()
            .map(|(index, panel)| {
                let other = reference.filter(|reference| *reference != row * beside + index);
                draw_one(panel, other.map(|other| &panels[other]), &axis, (width, height), &paint)
            })
            .collect();
        if row > 0 {
            lines.push(String::new());
        }
        let titles: Vec<String> = group.iter().map(|panel| title(panel, width + 1, &paint)).collect();
        lines.push(format!("{:LEFT$}{}", "", titles.join(" ")).trim_end().to_owned());
        for (line, label) in axis.labels().iter().enumerate() {
            let cells: Vec<&str> = drawn.iter().map(|panel| panel[line].as_str()).collect();
            let between = paint(Style::Dim, "│");
            let text = cells.join(&format!(" {between}"));
            lines.push((paint(Style::Dim, label) + &text).trim_end().to_owned());
        }
        let [rule, numbers] = axis_below(below, width);
        let rules: Vec<&str> = group.iter().map(|_| rule.as_str()).collect();
        lines.push(paint(Style::Dim, &format!("{:>6} {}", "", rules.join(" "))));
        let numbers: Vec<&str> = group.iter().map(|_| numbers.as_str()).collect();
        let title = below.title.chars().take(LEFT - 2).collect::<String>();
        lines.push(paint(Style::Dim, format!("{title:>6}  {}", numbers.join("  ")).trim_end()));
    }
    lines
}

/// The line above a panel, as wide as the panel.
fn title(panel: &Panel, width: usize, paint: impl Fn(Style, &str) -> String) -> String {
    let name: String = panel.name.chars().take(width).collect();
    let note = if panel.note.is_empty() { String::new() } else { format!(" {}", panel.note) };
    let left = width.saturating_sub(name.chars().count());
    let note: String = if note.chars().count() <= left { note } else { String::new() };
    let rest = " ".repeat(left - note.chars().count());
    format!("{}{}{rest}", paint(panel.style, &name), paint(Style::Dim, &note))
}

/// A panel's characters, line by line, each as wide as the panel.
fn draw_one(
    panel: &Panel,
    reference: Option<&Panel>,
    axis: &Upright,
    (width, height): (usize, usize),
    paint: impl Fn(Style, &str) -> String,
) -> Vec<String> {
    let column = |x: f64| (x * (ACROSS * width - 1) as f64).round() as isize;
    let mut canvas = Canvas::new(width, height);
    let dots = |panel: &Panel| -> Vec<(isize, isize)> {
        let finite = panel.points.iter().filter(|point| point.mean.is_finite());
        finite.map(|point| (column(point.x), axis.row(point.mean))).collect()
    };
    if let Some(other) = reference {
        canvas.line(dots(other), Line::Dotted, Style::Dim);
    }
    for pair in panel.points.windows(2) {
        band(&mut canvas, pair, column, axis, panel.style);
    }
    canvas.line(dots(panel), Line::Solid, panel.style);
    canvas.lines(paint)
}

/// Every other dot between the lowest and the highest, from one point to the next.
fn band(canvas: &mut Canvas, pair: &[Point], column: impl Fn(f64) -> isize, axis: &Upright, style: Style) {
    let (from, to) = (&pair[0], &pair[1]);
    let (first, last) = (column(from.x), column(to.x));
    for at in first..=last {
        let share = (at - first) as f64 / (last - first).max(1) as f64;
        let between = |a: f64, b: f64| a + (b - a) * share;
        let (low, high) = (between(from.low, to.low), between(from.high, to.high));
        if low.is_finite() && high.is_finite() {
            for row in (axis.row(high)..=axis.row(low)).filter(|row| (row + at) % 2 == 0) {
                canvas.dot(at, row, style);
            }
        }
    }
}

/// The line below a panel, and the numbers below that; the numbers are as wide as the panel.
fn axis_below(below: &Below, width: usize) -> [String; 2] {
    let mut rule: Vec<char> = std::iter::once('└').chain(std::iter::repeat_n('─', width)).collect();
    let mut numbers = vec![' '; width];
    let mut free_from = 0;
    for (x, label) in &below.ticks {
        let at = (x * (width - 1) as f64).round() as usize;
        let len = label.chars().count();
        let begin = at.saturating_sub(len / 2).min(width.saturating_sub(len));
        rule[1 + at] = '┬';
        if begin >= free_from && begin + len <= width {
            for (place, letter) in numbers[begin..].iter_mut().zip(label.chars()) {
                *place = letter;
            }
            free_from = begin + len + 1;
        }
    }
    [rule.into_iter().collect(), numbers.into_iter().collect()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panel(name: &str, means: &[f64], spread: f64) -> Panel {
        let point = |(index, mean): (usize, &f64)| Point {
            x: index as f64 / (means.len() - 1) as f64,
            mean: *mean,
            low: mean - spread,
            high: mean + spread,
        };
        let points = means.iter().enumerate().map(point).collect();
        Panel { name: name.to_owned(), note: String::new(), style: Style::Plain, points }
    }

    fn plain(panels: &[Panel], columns: usize) -> Vec<String> {
        draw(panels, Some(0), &epochs(100), (columns, 6), |_, text| text.to_owned())
    }

    #[test]
    fn panels_stand_side_by_side_as_far_as_there_is_room() {
        let panels: Vec<Panel> =
            ["one", "two", "three", "four"].iter().map(|name| panel(name, &[0.2, 0.9], 0.0)).collect();
        for (columns, beside) in [(30, 1), (40, 1), (80, 3), (120, 3), (200, 3)] {
            let lines = plain(&panels, columns);
            let widest = lines.iter().map(|line| line.chars().count()).max();
            assert!(widest <= Some(columns), "{columns}: {widest:?}\n{}", lines.join("\n"));
            assert_eq!(lines[0].split_whitespace().count(), beside, "{columns}\n{}", lines.join("\n"));
        }
    }

    #[test]
    fn the_spread_and_the_curve_that_all_are_compared_with_can_be_seen_without_colours() {
        let dots = |panels: &[Panel]| {
            let text = plain(panels, 80).join("\n");
            text.chars().filter(|c| ('\u{2801}'..='\u{28ff}').contains(c)).count()
        };
        let alone = dots(&[panel("one", &[0.2, 0.9], 0.0)]);
        assert!(dots(&[panel("one", &[0.2, 0.9], 0.1)]) > alone, "a spread takes room");
        let both = [panel("one", &[0.2, 0.9], 0.0), panel("two", &[0.5, 0.5], 0.0)];
        assert!(dots(&both) > dots(&both[1..]) + alone, "the second panel shows the first, too");
    }

    #[test]
    fn early_epochs_have_as_much_room_as_late_ones() {
        assert_eq!(logarithmic(1, 100), 0.0);
        assert!((logarithmic(10, 100) - 0.5).abs() < 1e-12);
        assert_eq!(logarithmic(100, 100), 1.0);
        assert_eq!(logarithmic(1, 1), 0.0);
        let ticks: Vec<String> = epochs(300).ticks.into_iter().map(|(_, label)| label).collect();
        assert_eq!(ticks, ["1", "10", "100", "300"]);
    }

    #[test]
    fn nothing_to_draw_is_no_plot() {
        assert!(plain(&[], 80).is_empty());
        assert!(plain(&[panel("none", &[f64::NAN, f64::NAN], 0.0)], 80).is_empty());
    }
}
