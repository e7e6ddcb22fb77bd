//! The comparison in a terminal, as the README shows it.

use super::Figure;
use crate::svg::{escape, palette};
use crate::{Problem, Result, Tool};
use std::fmt::Write;

pub(super) const FIGURE: Figure = Figure {
    name: "compare",
    title: "The comparison of all stages in a terminal: a table and learning curves",
    draw,
};

/// Its file: it is the README's, not the book's.
pub(super) const FILE: &str = "docs/compare.svg";

/// The width of a sign, and the height of a line.
const SIGN: (f64, f64) = (8.0, 17.5);
/// The ground around the text.
const MARGIN: f64 = 16.0;

/// The colours of a terminal's codes 31 to 36.
const COLOURS: [&str; 6] = ["red", "green", "sand", "blue", "purple", "cyan"];

/// A piece of a line, and how it looks.
#[derive(Debug, PartialEq, Eq)]
struct Piece {
    text: String,
    class: String,
}

fn draw(title: &str, tool: &Tool) -> Result<String> {
    let results = tool.results.get("terminal")?;
    let lines = results["lines"].as_array().ok_or_else(|| Problem::new("terminal has no lines"))?;
    let mut rows = vec![vec![Piece { text: "$ cargo run -p compare".to_owned(), class: "ink b".to_owned() }]];
    rows.extend(lines.iter().filter_map(|line| line.as_str()).map(pieces));
    let columns =
        rows.iter().map(|row| row.iter().map(|piece| piece.text.chars().count()).sum()).max().unwrap_or(0);
    let width = 2.0 * MARGIN + SIGN.0 * columns as f64;
    let height = 2.0 * MARGIN + SIGN.1 * rows.len() as f64;
    let title = escape(title);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{title}\">\n\
         <title>{title}</title><style>{}.cyan{{fill:var(--cyan)}}svg{{--cyan:#0a7383}}\
         @media(prefers-color-scheme:dark){{svg{{--cyan:#56d4dd}}}}\
         text{{font:13.3px ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;white-space:pre}}.b{{font-weight:bold}}</style>\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" class=\"ground\"/>\n",
        palette::style()
    );
    for (index, row) in rows.iter().enumerate() {
        let y = MARGIN + SIGN.1 * (index as f64 + 0.75);
        let mut column = 0;
        for piece in row {
            let count = piece.text.chars().count();
            if !piece.text.trim().is_empty() {
                let (x, long) = (MARGIN + SIGN.0 * column as f64, SIGN.0 * count as f64);
                let _ = writeln!(
                    svg,
                    "<text x=\"{x}\" y=\"{y}\" textLength=\"{long}\" class=\"{}\" xml:space=\"preserve\">{}</text>",
                    piece.class,
                    escape(&piece.text)
                );
            }
            column += count;
        }
    }
    svg.push_str("</svg>\n");
    Ok(svg)
}

/// A line taken apart by the codes in it.
fn pieces(line: &str) -> Vec<Piece> {
    let (mut pieces, mut class) = (Vec::new(), "ink".to_owned());
    for (index, part) in line.split("\u{1b}[").enumerate() {
        let text = match part.split_once('m') {
            Some((codes, text)) if index > 0 => {
                class = codes.split(';').fold(class, |class, code| look(&class, code));
                text
            }
            _ => part,
        };
        if !text.is_empty() {
            pieces.push(Piece { text: text.to_owned(), class: class.clone() });
        }
    }
    pieces
}

/// How text looks after one more code.
fn look(class: &str, code: &str) -> String {
    match code {
        "1" => format!("{class} b"),
        "2" => "faint".to_owned(),
        _ => {
            let colour = code.parse::<usize>().ok().and_then(|code| COLOURS.get(code.checked_sub(31)?));
            match colour {
                Some(colour) if class.contains(" b") => format!("{colour} b"),
                Some(colour) => (*colour).to_owned(),
                None => "ink".to_owned(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_become_looks() {
        let found = pieces("a\u{1b}[1mb\u{1b}[0m \u{1b}[1;32mc\u{1b}[0m\u{1b}[2md");
        let found: Vec<_> = found.iter().map(|piece| (piece.text.as_str(), piece.class.as_str())).collect();
        assert_eq!(found, [("a", "ink"), ("b", "ink b"), (" ", "ink"), ("c", "green b"), ("d", "faint")]);
    }
}
