//! Text from files and from the internet, made fit for a terminal: no control characters, and no endless lines.

/// The text with each control character replaced, and cut after `most` characters. Line ends count as control
/// characters, so that no file can add lines to a message.
pub fn printable(text: &str, most: usize) -> String {
    cleaned(text, most, is_harmful)
}

/// The same for a text of several lines.
pub fn printable_lines(text: &str, most: usize) -> String {
    cleaned(text, most, |letter| letter != '\n' && is_harmful(letter))
}

fn cleaned(text: &str, most: usize, is_harmful: impl Fn(char) -> bool) -> String {
    let clean = |letter: char| if is_harmful(letter) { char::REPLACEMENT_CHARACTER } else { letter };
    let mut letters = text.chars();
    let mut shown: String = letters.by_ref().take(most).map(clean).collect();
    if letters.next().is_some() {
        shown.push_str("...");
    }
    shown
}

/// Whether a terminal would do something else with this character than show it: control characters, and those that
/// turn the direction of text.
fn is_harmful(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_and_nothing_in_it_moves_the_cursor() {
        assert_eq!(
            printable("a\x1b[2Jb\r\nc\u{9b}d\u{202e}", 99),
            "a\u{fffd}[2Jb\u{fffd}\u{fffd}c\u{fffd}d\u{fffd}"
        );
        assert_eq!(printable("éééé", 3), "ééé...");
        assert_eq!(printable("ééé", 3), "ééé");
    }
}
