//! Dots drawn with braille characters: each holds two columns and four rows of them.

use crate::plot::Line;
use crate::screen::Style;

/// The dots of a character, from left to right.
pub(crate) const ACROSS: usize = 2;
/// The dots of a character, from top to bottom.
pub(crate) const DOWN: usize = 4;

/// A drawing of braille characters. Places are counted from the upper left; what lies outside is not drawn.
#[derive(Debug, Clone)]
pub(crate) struct Canvas {
    width: usize,
    cells: Vec<Cell>,
}

/// A character: the dots that are set or the letter that stands there, and whose it is.
#[derive(Debug, Clone, Copy)]
struct Cell {
    dots: u8,
    mark: Option<char>,
    style: Style,
}

impl Cell {
    const EMPTY: Cell = Cell { dots: 0, mark: None, style: Style::Plain };

    fn symbol(&self) -> char {
        match (self.mark, self.dots) {
            (Some(mark), _) => mark,
            (None, 0) => ' ',
            // All 256 patterns of dots are characters from U+2800.
            (None, dots) => char::from_u32(0x2800 + u32::from(dots)).unwrap_or(' '),
        }
    }
}

impl Canvas {
    /// An empty drawing of so many characters and lines.
    pub(crate) fn new(width: usize, height: usize) -> Self {
        Canvas { width, cells: vec![Cell::EMPTY; width * height] }
    }

    /// Sets a dot. The last style of a character is the style of all its dots.
    pub(crate) fn dot(&mut self, column: isize, row: isize, style: Style) {
        /// The bit of each dot of a character, by row and column.
        const BITS: [[u8; ACROSS]; DOWN] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
        let (Ok(column), Ok(row)) = (usize::try_from(column), usize::try_from(row)) else {
            return;
        };
        if let Some(cell) = self.cell(column / ACROSS, row / DOWN) {
            cell.dots |= BITS[row % DOWN][column % ACROSS];
            cell.style = style;
        }
    }

    /// Draws a line through points, given by their dots.
    pub(crate) fn line(
        &mut self,
        points: impl IntoIterator<Item = (isize, isize)>,
        line: Line,
        style: Style,
    ) {
        let mut last: Option<(isize, isize)> = None;
        for (to_x, to_y) in points {
            let (from_x, from_y) = last.unwrap_or((to_x, to_y));
            let steps = (to_x - from_x).abs().max((to_y - from_y).abs()).max(1);
            for step in 0..=steps {
                let along = |from: isize, to: isize| {
                    from + ((to - from) as f64 * step as f64 / steps as f64).round() as isize
                };
                let column = along(from_x, to_x);
                if line == Line::Solid || column % 3 == 0 {
                    self.dot(column, along(from_y, to_y), style);
                }
            }
            last = Some((to_x, to_y));
        }
    }

    /// Puts a letter at a character's place, unless one stands there.
    pub(crate) fn mark(&mut self, column: usize, row: usize, mark: char, style: Style) {
        if let Some(cell) = self.cell(column, row).filter(|cell| cell.mark.is_none()) {
            (cell.mark, cell.style) = (Some(mark), style);
        }
    }

    /// The drawing line by line; `paint` gives neighbours of one style their style.
    pub(crate) fn lines(&self, paint: impl Fn(Style, &str) -> String) -> Vec<String> {
        let group = |cells: &[Cell]| {
            let text: String = cells.iter().map(Cell::symbol).collect();
            if cells[0].symbol() == ' ' { text } else { paint(cells[0].style, &text) }
        };
        let same = |a: &Cell, b: &Cell| {
            let (a_seen, b_seen) = (a.symbol() != ' ', b.symbol() != ' ');
            a_seen == b_seen && (!a_seen || a.style == b.style)
        };
        self.cells.chunks(self.width).map(|row| row.chunk_by(same).map(group).collect()).collect()
    }

    fn cell(&mut self, column: usize, row: usize) -> Option<&mut Cell> {
        if column < self.width { self.cells.get_mut(row * self.width + column) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_outside_are_not_drawn_and_letters_stand_once() {
        let mut canvas = Canvas::new(2, 1);
        canvas.line([(-5, 0), (20, 0)], Line::Solid, Style::Plain);
        canvas.dot(0, 4, Style::Plain);
        canvas.mark(1, 0, 'a', Style::Bold);
        canvas.mark(1, 0, 'b', Style::Bold);
        canvas.mark(2, 0, 'c', Style::Bold);
        assert_eq!(canvas.lines(|_, text| text.to_owned()), ["⠉a"]);
    }

    #[test]
    fn neighbours_of_one_style_are_painted_together() {
        let mut canvas = Canvas::new(4, 1);
        canvas.line([(0, 0), (3, 0)], Line::Solid, Style::Bold);
        canvas.dot(6, 3, Style::Dim);
        assert_eq!(canvas.lines(|style, text| format!("[{style:?} {text}]")), ["[Bold ⠉⠉] [Dim ⡀]"]);
    }
}
