//! Tables of results. Where the room is too narrow for all columns, those that matter least are left out.

use crate::screen::{END, Screen, Style};
use comfy_table::{
    CellAlignment, ColumnConstraint, ContentArrangement, ContentLineStyle, LineStyle, TableStyle, Width,
};

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    title: String,
    kind: Kind,
    /// Where room is short, columns of the highest rank are left out first; those of rank 0 stay.
    rank: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A name, which stands out.
    Name,
    /// A text, which may be broken into lines.
    Text,
    /// A number, with what is best.
    Number(Best),
}

/// Which number of a column is the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Best {
    /// The largest.
    Highest,
    /// The smallest.
    Lowest,
    /// None is better than another.
    None,
}

impl Column {
    /// A column of names.
    pub fn name(title: &str) -> Self {
        Column { title: title.to_owned(), kind: Kind::Name, rank: 0 }
    }

    /// A column of texts, which may be broken into lines.
    pub fn text(title: &str) -> Self {
        Column { title: title.to_owned(), kind: Kind::Text, rank: 0 }
    }

    /// A column of numbers; a title of several lines is given with its line breaks.
    pub fn number(title: &str, best: Best) -> Self {
        Column { title: title.to_owned(), kind: Kind::Number(best), rank: 0 }
    }

    /// Leaves the column out where room is short: those of the highest rank go first.
    pub fn left_out(self, rank: usize) -> Self {
        Column { rank, ..self }
    }
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    text: String,
    value: Option<f64>,
    dim: bool,
}

impl Cell {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Cell { text: text.into(), value: None, dim: false }
    }

    /// A number, and how it is written.
    pub fn number(value: f64, text: impl Into<String>) -> Self {
        Cell { text: text.into(), value: Some(value).filter(|value| value.is_finite()), dim: false }
    }

    /// No number.
    pub fn none() -> Self {
        Cell::text("–")
    }

    /// The same, less than the rest.
    pub fn dim(self) -> Self {
        Cell { dim: true, ..self }
    }
}

/// Rows of cells under titles.
#[derive(Debug, Clone, Default)]
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// A table with these columns.
    pub fn new(columns: impl Into<Vec<Column>>) -> Self {
        Table { columns: columns.into(), rows: Vec::new() }
    }

    /// Adds a row; it has a cell for each column.
    pub fn add(&mut self, row: Vec<Cell>) {
        debug_assert_eq!(row.len(), self.columns.len());
        self.rows.push(row);
    }

    /// The table as lines for a screen.
    pub fn draw(&self, screen: &Screen) -> Vec<String> {
        self.lay_out(screen.width(), screen.has_colours())
    }

    /// The titles of the columns that [`draw`](Table::draw) leaves out on lines of `width` characters.
    pub fn left_out(&self, width: usize) -> Vec<String> {
        let shown = self.shown(width);
        let hidden = (0..self.columns.len()).filter(|column| !shown.contains(column));
        hidden.map(|column| self.columns[column].title.replace('\n', " ")).collect()
    }

    /// The table in Markdown, with every column.
    pub fn markdown(&self) -> String {
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let mut text = line(self.columns.iter().map(|column| column.title.replace('\n', " ")).collect());
        let rule = |column: &Column| match column.kind {
            Kind::Number(_) => "--:".to_owned(),
            _ => "---".to_owned(),
        };
        text += &line(self.columns.iter().map(rule).collect());
        for row in &self.rows {
            text += &line(row.iter().map(|cell| cell.text.clone()).collect());
        }
        text
    }

    /// The columns that fit on lines of `width` characters.
    fn shown(&self, width: usize) -> Vec<usize> {
        let mut shown: Vec<usize> = (0..self.columns.len()).collect();
        while self.needed(&shown) > width {
            let last = shown.iter().max_by_key(|&&column| self.columns[column].rank);
            match last.copied().filter(|&column| self.columns[column].rank > 0) {
                Some(column) => shown.retain(|&other| other != column),
                None => break,
            }
        }
        shown
    }

    /// The table as lines of at most `width` characters, if it can be.
    fn lay_out(&self, width: usize, colours: bool) -> Vec<String> {
        let shown = self.shown(width);
        let best: Vec<Option<&str>> = (0..self.columns.len()).map(|column| self.best(column)).collect();

        let mut table = comfy_table::Table::new();
        // The lines above and below are those below the titles: borders would take room between the columns.
        table.load_style(
            TableStyle::new()
                .header_lines(ContentLineStyle::none())
                .header_separator(LineStyle::none().fill(RULE))
                .content_lines(ContentLineStyle::none()),
        );
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
        table.set_header(shown.iter().map(|&column| Self::lines(Mark::Title, &self.columns[column].title)));
        for row in &self.rows {
            table.add_row(
                shown.iter().map(|&column| self.content(&row[column], column, best[column], colours)),
            );
        }
        for (index, &shown_column) in shown.iter().enumerate() {
            let kind = self.columns[shown_column].kind;
            if let Some(column) = table.column_mut(index) {
                column.set_padding((0, if index + 1 < shown.len() { GAP as u16 } else { 0 }));
                if matches!(kind, Kind::Number(_)) {
                    column.set_cell_alignment(CellAlignment::Right);
                }
                column.set_constraint(match kind {
                    Kind::Text => ColumnConstraint::LowerBoundary(Width::Fixed(LEAST_TEXT as u16)),
                    _ => ColumnConstraint::ContentWidth,
                });
            }
        }
        let mut lines: Vec<String> =
            table.lines().map(|line| Mark::paint_all(line.trim_end(), colours)).collect();
        if let Some(rule) = lines.iter().find(|line| line.starts_with(RULE)).cloned() {
            lines.insert(0, rule.clone());
            lines.push(rule);
        }
        lines
    }

    /// The width that the table needs with these columns.
    fn needed(&self, columns: &[usize]) -> usize {
        let longest = |text: &str| text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
        let column = |&column: &usize| match self.columns[column].kind {
            Kind::Text => LEAST_TEXT,
            kind => {
                let star = if matches!(kind, Kind::Number(Best::Highest | Best::Lowest)) { 2 } else { 0 };
                let cells = self.rows.iter().map(|row| longest(&row[column].text) + star).max().unwrap_or(0);
                cells.max(longest(&self.columns[column].title))
            }
        };
        columns.iter().map(|index| column(index) + GAP).sum::<usize>().saturating_sub(GAP)
    }

    /// How the best of a column is written; none where no number is better than the others.
    fn best(&self, column: usize) -> Option<&str> {
        let better: fn(f64, f64) -> bool = match self.columns[column].kind {
            Kind::Number(Best::Highest) => |a, b| a > b,
            Kind::Number(Best::Lowest) => |a, b| a < b,
            _ => return None,
        };
        let numbers =
            self.rows.iter().filter_map(|row| Some((row[column].value?, row[column].text.as_str())));
        let (_, best) =
            numbers.clone().reduce(|best, next| if better(next.0, best.0) { next } else { best })?;
        // What reads alike is equally good; and if all are, none stands out.
        numbers.clone().any(|(_, text)| text != best).then_some(best)
    }

    /// A cell's text, marked.
    fn content(&self, cell: &Cell, column: usize, best: Option<&str>, colours: bool) -> String {
        let is_best = cell.value.is_some() && best == Some(cell.text.as_str());
        match self.columns[column].kind {
            _ if cell.dim => Self::lines(Mark::Dim, &cell.text),
            Kind::Name => Self::lines(Mark::Name, &cell.text),
            Kind::Number(_) if is_best && colours => Self::lines(Mark::Best, &cell.text),
            Kind::Number(_) if is_best => format!("* {}", cell.text),
            _ => cell.text.clone(),
        }
    }

    /// Marks each line of a text.
    fn lines(mark: Mark, text: &str) -> String {
        text.lines().map(|line| mark.around(line)).collect::<Vec<_>>().join("\n")
    }
}

/// What lines are drawn with.
const RULE: char = '─';
/// The space between columns.
const GAP: usize = 2;
/// The narrowest column of texts.
const LEAST_TEXT: usize = 15;

/// What a piece of a cell is. While the table is laid out a mark is a character without width; what it becomes, an
/// escape code or nothing, is without width too, but the layout would not know.
#[derive(Debug, Clone, Copy)]
enum Mark {
    Title,
    Name,
    Best,
    Dim,
}

impl Mark {
    const ALL: [(Mark, char, Style); 4] = [
        (Mark::Title, '\u{2060}', Style::Bold),
        (Mark::Name, '\u{2061}', Style::Bold),
        (Mark::Best, '\u{2062}', Style::Best),
        (Mark::Dim, '\u{2063}', Style::Dim),
    ];
    const END: char = '\u{2064}';

    /// The text between this mark and its end.
    fn around(self, text: &str) -> String {
        format!("{}{text}{}", Self::ALL[self as usize].1, Self::END)
    }

    /// Replaces marks by escape codes, or by nothing.
    fn paint_all(line: &str, colours: bool) -> String {
        let code = |code: String| if colours { code } else { String::new() };
        let painted = Self::ALL
            .iter()
            .fold(line.to_owned(), |line, (_, mark, style)| line.replace(*mark, &code(style.code())));
        painted.replace(Self::END, &code(END.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new([
            Column::name("stage"),
            Column::text("idea").left_out(2),
            Column::number("test\naccuracy", Best::Highest),
            Column::number("loss", Best::Lowest).left_out(1),
            Column::number("updates", Best::None).left_out(2),
        ]);
        let mut add = |name: &str, accuracy: f64, loss: f64| {
            table.add(vec![
                Cell::text(name),
                Cell::text("an idea that takes more than a few words"),
                Cell::number(accuracy, format!("{accuracy:.1} %")),
                Cell::number(loss, format!("{loss:.2}")),
                Cell::number(100.0, "100"),
            ]);
        };
        add("one", 87.04, 0.5);
        add("two", 87.01, 0.25);
        add("three", 60.0, f64::NAN);
        table
    }

    #[test]
    fn the_best_of_each_column_stands_out_without_colours() {
        let text = table().lay_out(100, false).join("\n");
        assert_eq!(text.matches("* 87.0 %").count(), 2, "what reads alike is equally good\n{text}");
        assert!(text.contains("* 0.25") && !text.contains("* 0.50") && !text.contains("* NaN"), "{text}");
        assert!(!text.contains("* 100"), "no number of updates is better than another\n{text}");
    }

    #[test]
    fn colours_take_no_room() {
        let strip = |line: &str| {
            let mut rest = line;
            let mut text = String::new();
            while let Some((before, code)) = rest.split_once('\x1b') {
                text.push_str(before);
                rest = code.split_once('m').map_or("", |(_, after)| after);
            }
            text + rest
        };
        let coloured = table().lay_out(100, true);
        assert!(
            coloured.iter().any(|line| line.contains("\x1b[1;32m87.0 %\x1b[0m")),
            "{}",
            coloured.join("\n")
        );
        let columns = |line: &str| line.find("100").map(|at| line[..at].chars().count());
        let ends: Vec<_> = coloured.iter().filter_map(|line| columns(&strip(line))).collect();
        assert!(ends.len() == 3 && ends.windows(2).all(|pair| pair[0] == pair[1]), "{ends:?}");
    }

    #[test]
    fn where_it_is_narrow_the_columns_that_matter_least_are_left_out() {
        let left_out: [(usize, &[&str]); 4] =
            [(120, &[]), (40, &["updates"]), (36, &["idea", "updates"]), (20, &["idea", "loss", "updates"])];
        for (width, expected) in left_out {
            let lines = table().lay_out(width, false);
            let widest = lines.iter().map(|line| line.chars().count()).max();
            assert!(widest <= Some(width), "{width}: {widest:?}\n{}", lines.join("\n"));
            assert!(lines.join("\n").contains("three"));
            assert_eq!(table().left_out(width), expected, "{width}");
        }
    }

    #[test]
    fn markdown_has_every_column() {
        let text = table().markdown();
        assert!(
            text.starts_with("| stage | idea | test accuracy | loss | updates |\n| --- | --- | --: |"),
            "{text}"
        );
        assert!(
            text.contains("| two | an idea that takes more than a few words | 87.0 % | 0.25 | 100 |"),
            "{text}"
        );
    }

    #[test]
    fn a_table_without_rows_has_its_titles() {
        let table = Table::new([Column::name("stage"), Column::number("loss", Best::Lowest)]);
        assert!(table.lay_out(80, true).join("\n").contains("stage"));
    }
}
