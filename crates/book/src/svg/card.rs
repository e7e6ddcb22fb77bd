//! The card that a figure stands on.

use super::palette::{self, Colour};
use std::fmt::Write;

/// The width of every card.
pub const WIDTH: f64 = 480.0;
/// The size of text.
pub const TEXT: f64 = 13.0;

/// Where a text stands on its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// It begins there.
    Start,
    /// Its middle is there.
    Middle,
    /// It ends there.
    End,
}

/// A figure while it is drawn. Coordinates go right and down from the upper left corner.
#[derive(Debug, Clone)]
pub struct Card {
    height: f64,
    title: String,
    body: String,
}

impl Card {
    /// An empty card; the title is for those who do not see it.
    pub fn new(title: &str, height: f64) -> Self {
        Card { height, title: title.to_owned(), body: String::new() }
    }

    /// A text.
    pub fn text(&mut self, at: (f64, f64), anchor: Anchor, colour: Colour, text: &str) {
        self.sized_text(at, anchor, colour, TEXT, text);
    }

    /// A text of another size.
    pub fn sized_text(&mut self, at: (f64, f64), anchor: Anchor, colour: Colour, size: f64, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let (x, y) = (n(at.0), n(at.1));
        let (size, name, text) = (n(size), colour.name, escape(text));
        self.put(&format!(
            "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\"{anchor} class=\"{name}\">{text}</text>"
        ));
    }

    /// A line from point to point.
    pub fn line(&mut self, points: &[(f64, f64)], colour: Colour, width: f64) {
        self.dashed(points, colour, width, "");
    }

    /// A line of dashes, as in `4 3`.
    pub fn dashed(&mut self, points: &[(f64, f64)], colour: Colour, width: f64, dashes: &str) {
        let dashes =
            if dashes.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{dashes}\"") };
        let points: Vec<String> = points.iter().map(|&(x, y)| format!("{},{}", n(x), n(y))).collect();
        let (points, name, width) = (points.join(" "), colour.name, n(width));
        self.put(&format!(
            "<polyline points=\"{points}\" class=\"line {name}\" stroke-width=\"{width}\"{dashes}/>"
        ));
    }

    /// A surface between points.
    pub fn area(&mut self, points: &[(f64, f64)], colour: Colour, opacity: f64) {
        let points: Vec<String> = points.iter().map(|&(x, y)| format!("{},{}", n(x), n(y))).collect();
        let (points, name, opacity) = (points.join(" "), colour.name, n(opacity));
        self.put(&format!("<polygon points=\"{points}\" class=\"{name}\" opacity=\"{opacity}\"/>"));
    }

    /// A rectangle: its upper left corner, width and height.
    pub fn rectangle(&mut self, at: (f64, f64), size: (f64, f64), colour: Colour, opacity: f64) {
        let [x, y, width, height] = [at.0, at.1, size.0, size.1].map(n);
        let (name, opacity) = (colour.name, n(opacity));
        self.put(&format!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" class=\"{name}\" opacity=\"{opacity}\"/>"
        ));
    }

    /// A frame: its upper left corner, width and height.
    pub fn frame(&mut self, at: (f64, f64), size: (f64, f64), colour: Colour, width: f64) {
        let [x, y, w, h] = [at.0, at.1, size.0, size.1].map(n);
        let (name, width) = (colour.name, n(width));
        self.put(&format!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" class=\"line {name}\" stroke-width=\"{width}\"/>"
        ));
    }

    /// A disc.
    pub fn disc(&mut self, at: (f64, f64), radius: f64, colour: Colour, opacity: f64) {
        let [x, y, r, opacity] = [at.0, at.1, radius, opacity].map(n);
        self.put(&format!(
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\" class=\"{}\" opacity=\"{opacity}\"/>",
            colour.name
        ));
    }

    /// A circle: a line around its middle.
    pub fn ring(&mut self, at: (f64, f64), radius: f64, colour: Colour, width: f64) {
        let [x, y, r, width] = [at.0, at.1, radius, width].map(n);
        let name = colour.name;
        self.put(&format!(
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\" class=\"line {name}\" stroke-width=\"{width}\"/>"
        ));
    }

    /// A path, in SVG's own words, moved to a place and scaled.
    pub fn path(&mut self, at: (f64, f64), scale: f64, path: &str, colour: Colour, opacity: f64) {
        let [x, y, scale, opacity] = [at.0, at.1, scale, opacity].map(n);
        let name = colour.name;
        self.put(&format!(
            "<path transform=\"translate({x} {y}) scale({scale})\" d=\"{path}\" class=\"{name}\" opacity=\"{opacity}\"/>"
        ));
    }

    /// Names of colours, in a row: a short line of each, and its name beside it. Gives where the row ends.
    pub fn legend(&mut self, at: (f64, f64), entries: &[(&str, Colour, &str)]) -> f64 {
        let mut x = at.0;
        for (name, colour, dashes) in entries {
            self.dashed(&[(x, at.1 - 4.0), (x + 18.0, at.1 - 4.0)], *colour, 2.5, dashes);
            self.text((x + 23.0, at.1), Anchor::Start, palette::INK, name);
            x += 23.0 + width_of(name) + 14.0;
        }
        x
    }

    /// The whole figure.
    pub fn finish(self) -> String {
        let Card { height, title, body } = self;
        let (width, height, title) = (n(WIDTH), n(height), escape(&title));
        let mut text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"720\" role=\"img\" aria-label=\"{title}\">\n"
        );
        let _ = writeln!(text, "<title>{title}</title><style>{}</style>", palette::style());
        let [inner_width, inner_height] = [WIDTH - 1.0, self.height - 1.0].map(n);
        let _ = writeln!(
            text,
            "<rect x=\".5\" y=\".5\" width=\"{inner_width}\" height=\"{inner_height}\" rx=\"8\" class=\"ground\"/><rect x=\".5\" y=\".5\" width=\"{inner_width}\" height=\"{inner_height}\" rx=\"8\" class=\"line grid\"/>"
        );
        text.push_str(&body);
        text.push_str("</svg>\n");
        text
    }

    fn put(&mut self, element: &str) {
        self.body.push_str(element);
        self.body.push('\n');
    }
}

/// About how wide a text is.
fn width_of(text: &str) -> f64 {
    0.6 * TEXT * text.chars().count() as f64
}

/// A number as short as two decimals allow.
pub(super) fn n(number: f64) -> String {
    let text = format!("{number:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A text with the signs replaced that mean something to SVG and HTML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_whole_and_says_what_it_is() {
        let mut card = Card::new("a < b", 100.0);
        card.text((1.0, 2.5), Anchor::End, palette::INK, "x & y");
        card.line(&[(0.0, -0.001), (10.126, 4.0)], palette::BLUE, 2.0);
        let svg = card.finish();
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
        assert!(svg.contains("<title>a &lt; b</title>"));
        assert!(svg.contains("x &amp; y</text>"));
        assert!(svg.contains("points=\"0,0 10.13,4\" class=\"line blue\""));
        assert!(svg.contains("prefers-color-scheme:dark"));
    }
}
