//! Which digit a label means, however it is written.

use super::values::{is_label, number};
use crate::data::CLASSES;

const WORDS: [&str; CLASSES] =
    ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
/// What may stand before the digit: what it is, and what Python writes before bytes and tensors.
const BEFORE: [&str; 7] = ["digit", "class", "label", "number", "num", "b", "tensor"];
/// What may stand behind a word: an image of it is a file.
const BEHIND: [&str; 5] = ["png", "jpg", "jpeg", "bmp", "gif"];

/// The digit that a label means: a number, a word (`three`, `three.png`), a number behind what it is (`digit_3`,
/// `b'3'`), or a list of ten in which a single 1 stands at the digit's place.
pub(in crate::data) fn digit(text: &[u8]) -> Option<u8> {
    if let Some(number) = number(text) {
        return is_label(number).then_some(number as u8);
    }
    let text = str::from_utf8(text).ok()?.trim().to_ascii_lowercase();
    match words(&text)[..] {
        [word] => of_word(word),
        [word, behind] if BEHIND.contains(&behind) => of_word(word),
        [before, digit] if BEFORE.contains(&before) => of_figure(digit),
        [figure, word] => of_figure(figure).filter(|digit| of_word(word) == Some(*digit)),
        _ => of_list(&text),
    }
}

/// Cuts a text into runs of letters and runs of figures.
fn words(text: &str) -> Vec<&str> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .flat_map(|run| run.split_at_checked(first_figure(run)).map_or([run, ""], |(one, two)| [one, two]))
        .filter(|word| !word.is_empty())
        .collect()
}

/// Where, behind letters, the first figure stands.
fn first_figure(run: &str) -> usize {
    run.find(|letter: char| letter.is_ascii_digit()).unwrap_or(run.len())
}

fn of_word(word: &str) -> Option<u8> {
    (0..CLASSES as u8).find(|&digit| WORDS[usize::from(digit)] == word)
}

fn of_figure(figure: &str) -> Option<u8> {
    match figure.as_bytes() {
        [figure @ b'0'..=b'9'] => Some(figure - b'0'),
        _ => None,
    }
}

fn of_list(text: &str) -> Option<u8> {
    let numbers = text.split(|letter: char| letter.is_ascii_whitespace() || letter == ',');
    let numbers: Option<Vec<f64>> =
        numbers.filter(|part| !part.is_empty()).map(|part| number(part.as_bytes())).collect();
    one_of_ten(&numbers?)
}

/// The place of the 1 among ten numbers of which the others are 0.
pub(super) fn one_of_ten(numbers: &[f64]) -> Option<u8> {
    let one = numbers.iter().position(|&number| number == 1.0)?;
    let others = numbers.iter().enumerate().all(|(at, &number)| at == one || number == 0.0);
    (numbers.len() == CLASSES && others).then_some(one as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects labels that are words; what could be something else than a label is not taken for one.
    #[test]
    fn a_label_means_a_digit_or_nothing() {
        for (text, expected) in [
            ("7", 7),
            ("7.0", 7),
            ("'7'", 7),
            ("[7]", 7),
            ("b'7'", 7),
            ("Seven", 7),
            ("seven.png", 7),
            ("digit_7", 7),
            ("Class 7", 7),
            ("tensor(7)", 7),
            ("7 - seven", 7),
            ("[0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]", 2),
        ] {
            assert_eq!(digit(text.as_bytes()), Some(expected), "{text}");
        }
        for text in [
            "",
            "-7",
            "7.5",
            "17",
            "7%",
            "7.png",
            "img_7",
            "7_001.png",
            "True",
            "seven eight",
            "7 - eight",
            "class 17",
            "class 1.7",
            "[1, 1, 0, 0, 0, 0, 0, 0, 0, 0]",
            "[0, 1]",
            "é7",
        ] {
            assert_eq!(digit(text.as_bytes()), None, "{text}");
        }
    }
}
