//! Learning curves drawn with braille dots: shares from 0 to 1, by epoch.

use crate::axis::{LEFT, Upright, nice};
use crate::braille::{ACROSS, Canvas, DOWN};
use crate::screen::Style;

/// A line through points.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// What the legend calls it.
    pub name: String,
    /// Its colour, where there are colours.
    pub style: Style,
    /// How its line is drawn.
    pub line: Line,
    /// A letter that stands on the line here and there, so that curves can be told apart without colours.
    pub mark: Option<char>,
    /// Its points, from left to right: an epoch, and a share from 0 to 1.
    pub points: Vec<(f64, f64)>,
}

/// How a line is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// Every dot.
    Solid,
    /// Every third dot.
    Dotted,
}

/// The size of a plot, in characters, without its axes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Characters from left to right; each has two dots.
    pub width: usize,
    /// Lines from top to bottom; each has four dots.
    pub height: usize,
}

impl Size {
    /// The size of a plot that fits on lines of `columns` characters.
    pub fn within(columns: usize, height: usize) -> Self {
        Size { width: columns.saturating_sub(LEFT + 2).clamp(16, 100), height: height.max(3) }
    }
}

/// Draws curves with axes and a legend below; `paint` gives a text its style. Points that are no numbers are left out.
pub fn draw(
    curves: &[Curve],
    x_title: &str,
    size: Size,
    paint: impl Fn(Style, &str) -> String,
) -> Vec<String> {
    let Some(axes) = Axes::around(curves, size) else {
        return Vec::new();
    };
    let mut canvas = Canvas::new(size.width, size.height);
    // The first curve is drawn last, on top.
    for curve in curves.iter().rev() {
        let dots = finite_points(std::slice::from_ref(curve)).map(|point| axes.dot(point));
        canvas.line(dots, curve.line, curve.style);
    }
    for (index, curve) in curves.iter().enumerate() {
        draw_marks(curve, index, curves.len(), &axes, &mut canvas);
    }

    let rows = canvas.lines(&paint);
    let axis = axes.upright.labels().into_iter().map(|label| paint(Style::Dim, &label));
    let mut lines: Vec<String> = axis.zip(rows).map(|(axis, row)| axis + row.trim_end()).collect();
    lines.extend(axes.x_axis(x_title, size.width).map(|line| paint(Style::Dim, &line)));
    let legend = curves.iter().map(|curve| {
        let sample = match (curve.mark, curve.line) {
            (Some(mark), _) => format!("⠤{mark}⠤"),
            (None, Line::Solid) => "⠤⠤⠤".to_owned(),
            (None, Line::Dotted) => "⠄⠠⠄".to_owned(),
        };
        (format!("{} {}", paint(curve.style, &sample), curve.name), 4 + curve.name.chars().count())
    });
    lines.extend(flow(legend, LEFT, size.width));
    lines
}

/// Joins pieces of known widths into lines that are indented and fit.
fn flow(pieces: impl Iterator<Item = (String, usize)>, indent: usize, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut used = usize::MAX;
    for (piece, len) in pieces {
        match lines.last_mut() {
            Some(line) if used + 3 + len <= width => {
                line.push_str(&format!("   {piece}"));
                used += 3 + len;
            }
            _ => {
                lines.push(format!("{:indent$}{piece}", ""));
                used = len;
            }
        }
    }
    lines
}

/// The part of the plane that a plot shows.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Axes {
    /// The largest epoch; the smallest is 0.
    right: f64,
    upright: Upright,
    /// Characters from left to right.
    width: usize,
}

impl Axes {
    /// The axes around all points but the lowest few; none where there is no point.
    fn around(curves: &[Curve], size: Size) -> Option<Self> {
        let upright = Upright::around(finite_points(curves).map(|(_, y)| y), size.height)?;
        let right = finite_points(curves).map(|(x, _)| x).fold(1.0, f64::max);
        Some(Axes { right, upright, width: size.width })
    }

    /// The column of dots of an epoch.
    fn column(&self, x: f64) -> isize {
        let columns = (ACROSS * self.width - 1) as f64;
        (x / self.right * columns).round().clamp(0.0, columns) as isize
    }

    /// The dot of a point.
    fn dot(&self, (x, y): (f64, f64)) -> (isize, isize) {
        (self.column(x), self.upright.row(y))
    }

    /// The line below the plot, and the numbers below that.
    fn x_axis(&self, title: &str, width: usize) -> [String; 2] {
        let step = nice(self.right / (width as f64 / 12.0)).max(1.0);
        let step = step.floor(); // epochs are whole: 2 rather than 2.5
        let mut line: Vec<char> = std::iter::once('└').chain(std::iter::repeat_n('─', width)).collect();
        let mut numbers = format!("{title:>6}");
        let mut at = 0.0;
        while at <= self.right + 1e-9 {
            let column = 1 + self.column(at) as usize / ACROSS;
            line[column] = '┬';
            let label = format!("{at}");
            let begin = (column + LEFT - 1).saturating_sub(label.len() / 2);
            let begin = begin.min((LEFT + width).saturating_sub(label.len()));
            if begin > numbers.chars().count() {
                numbers.extend(std::iter::repeat_n(' ', begin - numbers.chars().count()));
                numbers.push_str(&label);
            }
            at += step;
        }
        let line = format!("{:>6} {}", "", line.into_iter().collect::<String>());
        [line, numbers]
    }
}

/// All points that are numbers.
fn finite_points(curves: &[Curve]) -> impl Iterator<Item = (f64, f64)> {
    curves
        .iter()
        .flat_map(|curve| curve.points.iter().copied())
        .filter(|(x, y)| x.is_finite() && y.is_finite())
}

/// Puts a curve's letter on it, at places of its own among `count` curves.
fn draw_marks(curve: &Curve, index: usize, count: usize, axes: &Axes, canvas: &mut Canvas) {
    /// From one letter of a curve to the next, and between the letters of two curves.
    const APART: usize = 4;
    let Some(mark) = curve.mark else {
        return;
    };
    let every = (APART * count).max(16);
    let mut next = index * every / count + 1;
    for point in finite_points(std::slice::from_ref(curve)) {
        let (column, row) = axes.dot(point);
        let (column, row) = (column as usize / ACROSS, row as usize / DOWN);
        if column >= next {
            canvas.mark(column, row, mark, curve.style);
            next += every;
            while next <= column {
                next += every;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(curves: &[Curve], width: usize, height: usize) -> Vec<String> {
        draw(curves, "epoch", Size { width, height }, |_, text| text.to_owned())
    }

    fn curve(name: &str, shares: &[f64]) -> Curve {
        let points = shares.iter().enumerate().map(|(index, &share)| (index as f64 + 1.0, share)).collect();
        Curve { name: name.to_owned(), style: Style::Colour(0), line: Line::Solid, mark: None, points }
    }

    #[test]
    fn a_straight_line_is_drawn_straight() {
        let lines = plain(&[curve("up", &[0.25, 0.5, 0.75, 1.0])], 20, 4);
        let expected = [
            " 100 % ┤                ⣀⠤⠒⠉",
            "       │            ⢀⡠⠔⠉",
            "  50 % ┤        ⢀⡠⠔⠊⠁",
            "       │     ⡠⠔⠊⠁",
        ];
        assert_eq!(lines[..4], expected, "{}", lines.join("\n"));
        assert!(lines[4].starts_with("       └┬"), "{}", lines.join("\n"));
        assert!(lines[5].starts_with(" epoch  0 "));
        assert_eq!(lines[6], "        ⠤⠤⠤ up");
    }

    #[test]
    fn no_line_is_wider_than_it_should_be() {
        let long: Vec<f64> = (0..5000).map(|epoch| 0.9 - 0.8 / (1.0 + f64::from(epoch))).collect();
        for columns in [20, 40, 80, 120, 300] {
            let size = Size::within(columns, 10);
            let lines =
                draw(&[curve("one", &long), curve("two", &[0.1])], "epoch", size, |_, text| text.to_owned());
            let widest = lines.iter().map(|line| line.chars().count()).max();
            assert!(widest <= Some(columns.max(32)), "{columns}: {widest:?}\n{}", lines.join("\n"));
        }
    }

    #[test]
    fn nothing_to_draw_is_no_plot() {
        assert!(plain(&[], 20, 4).is_empty());
        assert!(plain(&[curve("none", &[])], 20, 4).is_empty());
        assert!(plain(&[curve("no number", &[f64::NAN])], 20, 4).is_empty());
    }

    #[test]
    fn curves_without_height_or_width_are_drawn_too() {
        for shares in [vec![0.0], vec![1.0], vec![0.5; 3], vec![0.1234; 300], vec![0.0, 1.0]] {
            let lines = plain(&[curve("flat", &shares)], 30, 5);
            let dots =
                lines.iter().flat_map(|line| line.chars()).filter(|c| ('\u{2801}'..='\u{28ff}').contains(c));
            assert!(dots.count() > 3, "{shares:?}\n{}", lines.join("\n"));
        }
    }

    #[test]
    fn marks_tell_curves_apart_without_colours() {
        let marked = |mark, share| Curve { mark: Some(mark), ..curve("marked", &[share; 100]) };
        let lines = plain(&[marked('a', 0.2), marked('b', 0.8)], 60, 8);
        let count = |mark| lines[..8].iter().flat_map(|line| line.chars()).filter(|c| *c == mark).count();
        assert!(count('a') >= 2 && count('b') >= 2, "{}", lines.join("\n"));
    }
}
