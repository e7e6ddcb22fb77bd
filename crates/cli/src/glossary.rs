//! Words with their meanings, as `--explain` prints them.

use crate::screen::{Screen, Style};
use crate::text::wrap;

/// Writes words with their meanings.
pub fn print(screen: &Screen, title: &str, words: &[(&str, &str)]) {
    /// The column of the meanings.
    const INDENT: usize = 19;
    screen.line(screen.paint(Style::Bold, title));
    let width = screen.width().min(110);
    let narrow = width < 60;
    for (word, meaning) in words {
        if narrow {
            screen.line(screen.paint(Style::Bold, word));
        }
        let indent = if narrow { 2 } else { INDENT };
        for (index, line) in wrap(meaning, width - indent).iter().enumerate() {
            let word = if index == 0 && !narrow { word } else { "" };
            screen.line(format!("{}{line}", screen.paint(Style::Bold, &format!("{word:<indent$}"))));
        }
    }
}
