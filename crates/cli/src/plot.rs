//! Learning curves drawn with braille dots: shares from 0 to 1, by epoch.

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

/// The characters left of the plot: `100 % ┤`.
const LEFT: usize = 8;

/// One in so many points may lie below the plot.
const BELOW: usize = 20;

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
    let mut cells = vec![Cell::default(); size.width * size.height];
    // The first curve is drawn last, on top.
    for (index, curve) in curves.iter().enumerate().rev() {
        draw_line(curve, index, &axes, size, &mut cells);
    }
    for (index, curve) in curves.iter().enumerate() {
        draw_marks(curve, index, curves.len(), &axes, size, &mut cells);
    }

    let ticks = axes.y_ticks(size.height);
    let mut lines: Vec<String> = (0..size.height)
        .map(|row| {
            let tick = ticks.iter().find(|(at, _)| *at == row);
            let axis = tick.map_or_else(|| format!("{:>6} │", ""), |(_, label)| format!("{label:>6} ┤"));
            let cells = &cells[row * size.width..][..size.width];
            paint(Style::Dim, &axis) + paint_cells(cells, curves, &paint).trim_end()
        })
        .collect();
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

/// A character of the plot: the dots that are set, and whose it is.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    dots: u8,
    mark: Option<char>,
    curve: usize,
}

/// Writes a row of characters, neighbours of one curve in one style.
fn paint_cells(cells: &[Cell], curves: &[Curve], paint: impl Fn(Style, &str) -> String) -> String {
    let visible = |cell: &Cell| cell.dots != 0 || cell.mark.is_some();
    let same = |a: &Cell, b: &Cell| visible(a) == visible(b) && (!visible(a) || a.curve == b.curve);
    let group = |cells: &[Cell]| {
        let symbol = |cell: &Cell| match cell.mark {
            Some(mark) => mark,
            None if cell.dots == 0 => ' ',
            // All 256 patterns of dots are characters from U+2800.
            None => char::from_u32(0x2800 + u32::from(cell.dots)).unwrap_or(' '),
        };
        let text: String = cells.iter().map(symbol).collect();
        match cells.first().filter(|cell| visible(cell)) {
            Some(cell) => paint(curves[cell.curve].style, &text),
            None => text,
        }
    };
    cells.chunk_by(same).map(group).collect()
}

/// The part of the plane that a plot shows.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Axes {
    /// The largest epoch; the smallest is 0.
    right: f64,
    bottom: f64,
    top: f64,
    /// From one number beside the axis to the next.
    y_step: f64,
    dots: (usize, usize),
}

impl Axes {
    /// The axes that show all points but the lowest few; none where there is no point.
    fn around(curves: &[Curve], size: Size) -> Option<Self> {
        let mut shares: Vec<f64> = finite_points(curves).map(|(_, y)| y).collect();
        shares.sort_by(f64::total_cmp);
        // The first steep climb leaves the plot at its lower edge, so that the rest is not squeezed into its upper one.
        let low = *shares.get(shares.len() / BELOW)?;
        let high = *shares.last()?;
        let right = finite_points(curves).map(|(x, _)| x).fold(1.0, f64::max);
        let y_step = nice((high - low).max(0.01) / (size.height as f64 / 3.0).max(2.0));
        // A little rounding of the ends keeps the curve large; the numbers beside the axis are rounder.
        let unit = y_step / 4.0;
        let mut bottom = ((low / unit + 1e-9).floor() * unit).max(0.0);
        let mut top = ((high / unit - 1e-9).ceil() * unit).min(1.0);
        if top - bottom < y_step {
            bottom = (bottom - y_step / 2.0).max(0.0);
            top = (bottom + y_step).max(top);
        }
        Some(Axes { right, bottom, top, y_step, dots: (2 * size.width, 4 * size.height) })
    }

    /// The dot of a point, counted from the upper left; below the plot if the row is too large.
    fn dot(&self, (x, y): (f64, f64)) -> (isize, isize) {
        let (columns, rows) = ((self.dots.0 - 1) as f64, (self.dots.1 - 1) as f64);
        let column = (x / self.right * columns).round();
        let row = ((self.top - y) / (self.top - self.bottom) * rows).round();
        (column.clamp(0.0, columns) as isize, row.max(0.0) as isize)
    }

    /// The lines that have a number, and their numbers, from the top down.
    fn y_ticks(&self, height: usize) -> Vec<(usize, String)> {
        let first = (self.bottom / self.y_step - 1e-9).ceil() as usize;
        let last = (self.top / self.y_step + 1e-9).floor() as usize;
        let label = |step: usize| {
            let share = step as f64 * self.y_step;
            let row = (self.dot((0.0, share)).1 / 4) as usize;
            let digits = usize::from(self.y_step < 0.0099);
            (row.min(height - 1), format!("{:.digits$} %", 100.0 * share))
        };
        (first..=last).rev().map(label).collect()
    }

    /// The line below the plot, and the numbers below that.
    fn x_axis(&self, title: &str, width: usize) -> [String; 2] {
        let step = nice(self.right / (width as f64 / 12.0)).max(1.0);
        let step = step.floor(); // epochs are whole: 2 rather than 2.5
        let mut line: Vec<char> = std::iter::once('└').chain(std::iter::repeat_n('─', width)).collect();
        let mut numbers = format!("{title:>6}");
        let mut at = 0.0;
        while at <= self.right + 1e-9 {
            let column = 1 + (self.dot((at, 0.0)).0 / 2) as usize;
            line[column] = '┬';
            let label = format!("{at}");
            let begin = (column + LEFT - 1).saturating_sub(label.len() / 2);
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

/// The smallest of 1, 2, 2.5 and 5 times a power of ten that is at least `rough`.
fn nice(rough: f64) -> f64 {
    let power = 10f64.powf(rough.log10().floor());
    let steps = [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|step| step * power);
    // 2.5 would need a digit more than the numbers beside the axes have, below 10 %.
    let mut steps = steps.filter(|step| (step * 100.0).fract().abs() < 1e-9 || *step < 0.01);
    steps.find(|step| *step >= rough * (1.0 - 1e-9)).unwrap_or(10.0 * power)
}

/// All points that are numbers.
fn finite_points(curves: &[Curve]) -> impl Iterator<Item = (f64, f64)> {
    curves
        .iter()
        .flat_map(|curve| curve.points.iter().copied())
        .filter(|(x, y)| x.is_finite() && y.is_finite())
}

/// Sets the dots of a curve.
fn draw_line(curve: &Curve, index: usize, axes: &Axes, size: Size, cells: &mut [Cell]) {
    /// The bit of each dot of a braille character, by row and column.
    const BITS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
    let mut set = |column: isize, row: isize| {
        if curve.line == Line::Dotted && column % 3 != 0 {
            return;
        }
        // No dot has a negative place, or one too far to the right.
        let (column, row) = (column as usize, row as usize);
        if row >= 4 * size.height {
            return;
        }
        let cell = &mut cells[row / 4 * size.width + column / 2];
        cell.dots |= BITS[row % 4][column % 2];
        cell.curve = index;
    };
    let mut last: Option<(isize, isize)> = None;
    for point in finite_points(std::slice::from_ref(curve)) {
        let (to_x, to_y) = axes.dot(point);
        let (from_x, from_y) = last.unwrap_or((to_x, to_y));
        let steps = (to_x - from_x).abs().max((to_y - from_y).abs()).max(1);
        for step in 0..=steps {
            let along = |from: isize, to: isize| {
                from + ((to - from) as f64 * step as f64 / steps as f64).round() as isize
            };
            set(along(from_x, to_x), along(from_y, to_y));
        }
        last = Some((to_x, to_y));
    }
}

/// Puts a curve's letter on it, at places of its own among `count` curves.
fn draw_marks(curve: &Curve, index: usize, count: usize, axes: &Axes, size: Size, cells: &mut [Cell]) {
    /// From one letter of a curve to the next, and between the letters of two curves.
    const APART: usize = 4;
    let Some(mark) = curve.mark else {
        return;
    };
    let every = (APART * count).max(16);
    let mut next = index * every / count + 1;
    for point in finite_points(std::slice::from_ref(curve)) {
        let (column, row) = axes.dot(point);
        let (column, row) = (column as usize / 2, row as usize / 4);
        if column >= next && row < size.height {
            let cell = &mut cells[row * size.width + column];
            if cell.mark.is_none() {
                cell.mark = Some(mark);
                cell.curve = index;
            }
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

    #[test]
    fn numbers_beside_the_axis_are_round() {
        for (low, high) in [(0.0, 1.0), (0.13, 0.99), (0.85, 0.88), (0.871, 0.872)] {
            let axes =
                Axes::around(&[curve("any", &[low, high])], Size { width: 60, height: 12 }).expect("points");
            let ticks = axes.y_ticks(12);
            assert!((2..=9).contains(&ticks.len()), "{low} {high}: {ticks:?}");
            assert!(ticks.windows(2).all(|pair| pair[0].0 < pair[1].0), "{low} {high}: {ticks:?}");
            assert!(axes.bottom <= low && axes.top >= high);
        }
    }
}
