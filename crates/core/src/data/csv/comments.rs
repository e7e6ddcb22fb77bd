//! Lines of a CSV file that are no rows: comments, and lines that rule a table.

use std::borrow::Cow;

use csv::ByteRecord;

use super::names::is_header;
use super::text::SEPARATORS;
use crate::data::PIXELS;

/// What comments begin with, in one language or another. No row of numbers begins so.
const SIGNS: [&str; 4] = ["#", "%", "//", "--"];

/// What a line is that is no row.
enum Line {
    /// A comment, with the sign that it begins with.
    Comment(&'static str),
    /// The names of the columns behind the sign of a comment, as `numpy.savetxt` writes them: where they begin.
    Header(usize),
    /// Dashes between rows, as in Markdown.
    Rule,
}

/// The text with spaces in place of lines that are no rows, so that all others keep their numbers, and what is to be said
/// about that.
pub(super) fn without(bytes: &[u8]) -> (Cow<'_, [u8]>, Vec<String>) {
    let mut text = Cow::Borrowed(bytes);
    let (mut comments, mut rules, mut signs, mut at_start) = (0, 0, Vec::new(), true);
    let mut start = 0;
    for line in bytes.split(|byte| matches!(byte, b'\n' | b'\r')) {
        let blank = match what(line, at_start) {
            Some(Line::Comment(sign)) => {
                comments += 1;
                signs.push(sign);
                signs.dedup();
                line.len()
            }
            Some(Line::Header(begin)) => {
                at_start = false;
                begin
            }
            Some(Line::Rule) => {
                rules += 1;
                line.len()
            }
            None => {
                at_start &= line.trim_ascii().is_empty();
                0
            }
        };
        if blank > 0 {
            text.to_mut()[start..start + blank].fill(b' ');
        }
        start += line.len() + 1;
    }
    signs.sort_unstable();
    signs.dedup();
    let signs = signs.join(" or ");
    let comments = match comments {
        0 => None,
        1 => Some(format!("a line that begins with {signs} is a comment, and was passed over")),
        _ => Some(format!("{comments} lines that begin with {signs} are comments, and were passed over")),
    };
    let rules = (rules > 0).then(|| "the dashes that rule the table were passed over".to_owned());
    (text, comments.into_iter().chain(rules).collect())
}

/// What a line is, if it is no row; only before the first row does one name columns.
fn what(line: &[u8], at_start: bool) -> Option<Line> {
    let text = line.trim_ascii_start();
    if !matches!(text.first(), Some(b'#' | b'%' | b'/' | b'-' | b';' | b'|' | b'+' | b'=' | b':')) {
        return None;
    }
    if is_rule(text) {
        return Some(Line::Rule);
    }
    let sign = SIGNS.into_iter().find(|sign| text.starts_with(sign.as_bytes()));
    let sign = sign.or_else(|| is_behind_semicolon(text).then_some(";"))?;
    let names = &text[sign.len()..];
    let begin = line.len() - names.len();
    Some(if at_start && names_columns(names) { Line::Header(begin) } else { Line::Comment(sign) })
}

/// Whether a line is drawn, not written: `|---|---|` in Markdown, `----+----` or `====`.
fn is_rule(text: &[u8]) -> bool {
    let drawn = text.iter().all(|byte| b"|-+:= \t\r".contains(byte));
    let has = |part: &[u8]| text.windows(part.len()).any(|here| here == part);
    drawn && [&b"---"[..], b"===", b"|-", b"|:-"].into_iter().any(has)
}

/// Whether a line is words behind semicolons at its begin. Between fields, there are more of them.
fn is_behind_semicolon(text: &[u8]) -> bool {
    let words = &text[text.iter().take_while(|byte| **byte == b';').count()..];
    words.len() < text.len() && !words.trim_ascii().is_empty() && !words.contains(&b';')
}

/// Whether a text is as many names as a row of pixels has fields.
fn names_columns(text: &[u8]) -> bool {
    let count = |separator: u8| text.iter().filter(|byte| **byte == separator).count();
    let Some(separator) = SEPARATORS.into_iter().find(|&separator| count(separator) >= PIXELS - 1) else {
        return false;
    };
    let mut record = ByteRecord::new();
    super::reader(text, separator).read_byte_record(&mut record).is_ok_and(|read| read && is_header(&record))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects rows: what could be one stays.
    #[test]
    fn lines_that_are_no_rows_become_blank_and_all_others_stay() {
        for line in [
            "# a",
            "  % a",
            "// a",
            "-- a",
            "; a",
            ";; a",
            "|---|:-:|",
            "|-|",
            "+---+----+",
            "-----+---",
            "====",
        ] {
            let text = format!("5,0\n{line}\n6,0");
            let (left, notes) = without(text.as_bytes());
            let blank = " ".repeat(line.len());
            assert_eq!(left, format!("5,0\n{blank}\n6,0").as_bytes(), "{line}");
            assert_eq!(notes.len(), 1, "{line}");
        }
        for line in ["-5,0", "/", ";5;0", ";;", "-,-,-", "| - | - |", "|5|0|", "+5,0", ""] {
            let (left, notes) = without(line.as_bytes());
            assert!(matches!(left, Cow::Borrowed(_)) && notes.is_empty(), "{line}");
        }
    }

    #[test]
    fn a_header_behind_the_sign_of_a_comment_names_the_columns() {
        let names: String = (0..PIXELS).map(|pixel| format!(",p{pixel}")).collect();
        let text = format!("# made by hand\n# label{names}\n5,0\n# label{names}\n");
        let (left, notes) = without(text.as_bytes());
        assert!(left.windows(9).any(|here| here == b"  label,p"), "the first one");
        assert_eq!(notes, ["2 lines that begin with # are comments, and were passed over"]);
    }
}
