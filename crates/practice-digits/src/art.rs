//! Pictures as text: two rows of pixels in a line of characters, as half blocks in grey or as shaded characters.

use std::fmt::Write;
use std::io::IsTerminal;

use digits_core::data::{PIXELS, SIDE};

/// The pictures that fit beside each other into 80 columns.
pub(crate) const SIDE_BY_SIDE: usize = 2;

/// How to show a grey level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// Half blocks, each pixel in its own grey; needs a terminal with 24-bit colours.
    Grey,
    /// One of five shades for two pixels; fits a file.
    Shades,
}

impl Style {
    /// Greys if the output is a terminal and `NO_COLOR` is not set.
    pub(crate) fn for_stdout() -> Self {
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        if std::io::stdout().is_terminal() && !plain { Style::Grey } else { Style::Shades }
    }
}

/// The pictures side by side, each below its title.
pub(crate) fn draw(titles: &[String], pictures: &[[u8; PIXELS]], style: Style) -> String {
    let titles: Vec<String> = titles.iter().map(|title| format!("{title:SIDE$}")).collect();
    let mut text = titles.join("  ").trim_end().to_owned() + "\n";
    for y in (0..SIDE).step_by(2) {
        let rows = pictures.iter().map(|picture| line(picture, y, style));
        text += &rows.collect::<Vec<_>>().join("  ");
        text.truncate(text.trim_end_matches(' ').len());
        text.push('\n');
    }
    text
}

/// Rows `y` and `y + 1` of a picture.
fn line(picture: &[u8; PIXELS], y: usize, style: Style) -> String {
    let mut text = String::new();
    for x in 0..SIDE {
        let (upper, lower) = (picture[SIDE * y + x], picture[SIDE * (y + 1) + x]);
        match style {
            Style::Grey => {
                let _ = write!(
                    text, // a String takes everything
                    "\x1b[38;2;{upper};{upper};{upper};48;2;{lower};{lower};{lower}m▀"
                );
            }
            Style::Shades => {
                let mean = (usize::from(upper) + usize::from(lower)) / 2;
                text.push([' ', '░', '▒', '▓', '█'][(4 * mean + 127) / 255]);
            }
        }
    }
    if style == Style::Grey {
        text += "\x1b[0m";
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_fourteen_lines_below_its_title() {
        let mut picture = [0; PIXELS];
        (picture[0], picture[1], picture[SIDE + 1]) = (255, 255, 255);
        let text = draw(&["left".into(), "right".into()], &[picture, picture], Style::Shades);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 15);
        assert_eq!(lines[0], format!("{:30}right", "left"));
        assert_eq!(lines[1], format!("{:30}▒█", "▒█"));
        assert!(lines[2..].iter().all(|line| line.is_empty()));
        let grey = draw(&["one".into()], &[picture], Style::Grey);
        assert!(grey.contains("\x1b[38;2;255;255;255;48;2;0;0;0m▀"));
    }
}
