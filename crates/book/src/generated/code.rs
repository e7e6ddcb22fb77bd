//! Code from the sources.
//!
//! - `code: gradient::update`: the item, without its doc comment; with ` docs` behind it, with it.
//! - `formula: gradient`: the first block of text in the head comment of the crate.
//! - `diff: stochastic gradient update`: the difference of the item `update` in the two crates; `diff: A::x B::y`, of two items;
//!   `diff: formula stochastic gradient`, of two formulas. Nothing is left out.

use crate::items::{Items, formula};
use crate::{Problem, Result};
use similar::{ChangeTag, TextDiff};

/// The text for a marker, or `None` if the marker is of another kind.
pub fn text(marker: &str, items: &Items) -> Result<Option<String>> {
    let Some((kind, rest)) = marker.split_once(':') else { return Ok(None) };
    let rest = rest.trim();
    let text = match kind {
        "code" => match rest.strip_suffix(" docs") {
            Some(name) => items.find(name.trim())?.documented,
            None => items.find(rest)?.text,
        },
        "formula" => formula(rest)?,
        "diff" => {
            let words: Vec<&str> = rest.split_whitespace().collect();
            let item = |name: &str| items.find(name).map(|item| item.text);
            match words[..] {
                ["formula", from, to] => difference(&formula(from)?, &formula(to)?),
                [from, to, name] => {
                    difference(&item(&format!("{from}::{name}"))?, &item(&format!("{to}::{name}"))?)
                }
                [from, to] => difference(&item(from)?, &item(to)?),
                _ => return Problem::err("a difference is of two crates and an item, or of two items"),
            }
        }
        _ => return Ok(None),
    };
    Ok(Some(text))
}

/// The difference of two texts, a line a line, with nothing left out.
pub fn difference(from: &str, to: &str) -> String {
    let (from, to) = (format!("{from}\n"), format!("{to}\n"));
    let diff = TextDiff::from_lines(from.as_str(), to.as_str());
    let lines = diff.iter_all_changes().map(|change| {
        let sign = match change.tag() {
            ChangeTag::Equal => ' ',
            ChangeTag::Delete => '-',
            ChangeTag::Insert => '+',
        };
        format!("{sign}{}", change.value().trim_end()).trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_shows_every_line() {
        assert_eq!(difference("a\nb\nc", "a\nx\nc\nd"), " a\n-b\n+x\n c\n+d");
        assert_eq!(difference("a\n\nb", "a\n\nb"), " a\n\n b");
    }
}
