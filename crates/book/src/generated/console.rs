//! Commands with what they print: `console` fences whose lines `$ cargo run -p PROGRAM -- FLAGS` are followed by outputs.
//!
//! The comment before the fence may say, separated by `;`: `mnist`, the output is that of a run where MNIST lies, and recorded;
//! `long`, it is recorded, too, because it takes longer than a test may; `lines: 1..4, 9..`, only these lines of each output are
//! shown; `lines: /PATTERN/`, only those that match. A line of three points stands for what is left out.

use crate::programs::pattern;
use crate::{Problem, Result};
use regex::Regex;
use std::ops::RangeInclusive;
use std::sync::LazyLock;

/// What stands for lines that are left out.
const GAP: &str = "...";

/// How outputs are made and shown.
#[derive(Debug, Default)]
pub struct Options {
    /// Whether it is the output where MNIST lies.
    pub mnist: bool,
    /// Whether it is recorded because it takes long.
    pub long: bool,
    lines: Option<Lines>,
}

/// Which lines are shown.
#[derive(Debug)]
enum Lines {
    At(Vec<RangeInclusive<usize>>),
    Like(Regex),
}

impl Options {
    /// Reads the comment before a fence.
    pub fn read(marker: Option<&str>) -> Result<Self> {
        let mut options = Options::default();
        let Some(marker) = marker else { return Ok(options) };
        // A pattern may have any sign in it, so it comes last.
        let (before, lines) = match marker.split_once("lines:") {
            Some((before, lines)) => (before, Some(lines.trim())),
            None => (marker, None),
        };
        for option in before.split(';').map(str::trim).filter(|option| !option.is_empty()) {
            match option {
                "mnist" => options.mnist = true,
                "long" => options.long = true,
                other => {
                    return Problem::err(format!(
                        "{other} means nothing for a console: mnist, long and, as the last, lines: do"
                    ));
                }
            }
        }
        options.lines = lines.map(Lines::read).transpose()?;
        Ok(options)
    }

    /// The lines of an output that are shown.
    pub fn shown(&self, output: &str) -> Result<Vec<String>> {
        let lines: Vec<&str> = output.lines().map(str::trim_end).collect();
        let end = lines.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1);
        let lines = &lines[..end];
        let Some(wanted) = &self.lines else {
            return Ok(lines.iter().map(|line| (*line).to_owned()).collect());
        };
        let is_wanted = |index: usize, line: &str| match wanted {
            Lines::At(ranges) => ranges.iter().any(|range| range.contains(&(index + 1))),
            Lines::Like(pattern) => pattern.is_match(line),
        };
        let (mut shown, mut gap, mut any) = (Vec::new(), false, false);
        for (index, line) in lines.iter().enumerate() {
            if is_wanted(index, line) {
                if gap {
                    shown.push(GAP.to_owned());
                }
                shown.push((*line).to_owned());
                (gap, any) = (false, true);
            } else if !line.is_empty() {
                gap = true;
            }
        }
        if gap {
            shown.push(GAP.to_owned());
        }
        if any { Ok(shown) } else { Problem::err("none of the lines of the output is wanted") }
    }
}

impl Lines {
    fn read(text: &str) -> Result<Self> {
        if let Some(inner) = text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) {
            return Regex::new(inner).map(Lines::Like).map_err(|error| Problem::new(error.to_string()));
        }
        static RANGE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(\d+)(?:(\.\.)(\d*))?$"));
        let range = |text: &str| {
            let found = RANGE.captures(text)?;
            let from: usize = found[1].parse().ok()?;
            let to = match (found.get(2), found.get(3).map(|to| to.as_str())) {
                (None, _) => from,
                (_, None | Some("")) => usize::MAX,
                (_, Some(to)) => to.parse().ok()?,
            };
            Some(from..=to)
        };
        let ranges: Option<Vec<_>> = text.split(',').map(|part| range(part.trim())).collect();
        ranges
            .map(Lines::At)
            .ok_or_else(|| Problem::new(format!("{text} should be lines as in 1..4, 9.. or /PATTERN/")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(marker: &str) -> Vec<String> {
        let options = Options::read(Some(marker)).expect("options");
        options.shown("one\n\ntwo  \nthree\nfour\n\n").expect("lines")
    }

    #[test]
    fn only_some_lines_are_shown_if_so_wanted() {
        assert_eq!(Options::default().shown("a \n\nb\n\n").expect("lines"), ["a", "", "b"]);
        assert_eq!(shown("lines: 1..2"), ["one", "", "..."]);
        assert_eq!(shown("mnist; lines: 3, 5.."), ["...", "two", "...", "four"]);
        assert_eq!(shown("lines: /o/"), ["one", "two", "...", "four"]);
        assert!(Options::read(Some("lines: a..b")).is_err());
        assert!(Options::read(Some("mnits")).is_err());
        assert!(Options::read(Some("lines: 9..")).expect("options").shown("a\n").is_err());
    }
}
