//! What the numbers of a CSV file mean: grey levels, or ink from 0 to 1, decided by all of them.

use super::columns::Column;
use super::layout::Doubt;
use crate::data::CLASSES;

/// A finite number, however it is written, hexadecimal behind `0x` too; brackets and apostrophes around it, which lists and
/// other programs leave there, do not count.
pub(super) fn number(text: &[u8]) -> Option<f64> {
    // Nearly all fields are short whole numbers.
    if let [digit @ b'0'..=b'9'] = text {
        return Some(f64::from(digit - b'0'));
    }
    let text = str::from_utf8(text).ok()?;
    let bare = || text.trim_matches(['[', ']', '(', ')', '{', '}', '\'', ' ']);
    let hexadecimal = || {
        let figures = bare().strip_prefix("0x").or(bare().strip_prefix("0X"))?;
        figures.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(figures, 16).ok())?
    };
    let number = text.parse().or_else(|_| bare().parse()).ok().or_else(|| hexadecimal().map(f64::from));
    number.filter(|number| number.is_finite())
}

/// A number, or `True` and `False` as 1 and 0, which is how pandas writes them.
pub(super) fn value(text: &[u8]) -> Option<f64> {
    let is = |word: &[u8]| text.eq_ignore_ascii_case(word);
    number(text).or_else(|| (is(b"true") || is(b"false")).then(|| f64::from(u8::from(is(b"true")))))
}

/// Whether a number is a digit.
pub(super) fn is_label(number: f64) -> bool {
    number.fract() == 0.0 && (0.0..CLASSES as f64).contains(&number)
}

/// How grey levels are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scale {
    /// As whole numbers, 0 to 255.
    Levels,
    /// As whole numbers; in the first row alone some have a fraction that counts equal ones, as pandas numbers the
    /// columns of a file whose first row it takes for a header.
    Numbered,
    /// As numbers 0 to 255, some of them with a fraction.
    Fractions,
    /// As numbers 0 to 1.
    Unit,
}

/// What the columns of pixels hold together.
struct Range {
    least: f64,
    most: f64,
    whole: bool,
    /// Whether numbers with a fraction stand in the first row alone, and more than one of them.
    numbered: bool,
    /// Whether levels above 255 are usual somewhere, not a slip in a row.
    high: bool,
}

impl Scale {
    /// Decides by the least and the largest number of all columns of pixels, and by whether all are whole.
    pub(super) fn decide<'a>(pixels: impl Iterator<Item = &'a Column>) -> Result<Self, Doubt> {
        let range = Range::of(pixels);
        if let Some(advice) = range.other_scale() {
            return Err(Doubt {
                expected: "grey levels 0 to 255, or 0 to 1".to_owned(),
                found: format!("numbers from {} to {}", range.least, range.most),
                advice: advice.to_owned(),
            });
        }
        Ok(match range {
            Range { whole: true, .. } => Scale::Levels,
            Range { numbered: true, most: 2.0.., .. } => Scale::Numbered,
            Range { most: ..=1.0, .. } => Scale::Unit,
            _ => Scale::Fractions,
        })
    }

    /// The grey level that a number stands for.
    pub(super) fn level(self, number: f64) -> Option<u8> {
        let (level, good) = match self {
            Scale::Levels => (number, number.fract() == 0.0),
            Scale::Numbered => (number.trunc(), true),
            Scale::Fractions => (number.round(), true),
            Scale::Unit => ((255.0 * number).round(), true),
        };
        (good && (0.0..=255.0).contains(&level)).then_some(level as u8)
    }

    /// What [`Scale::level`] takes, as a message says it.
    pub(super) fn expected(self) -> &'static str {
        match self {
            Scale::Levels | Scale::Numbered | Scale::Fractions => "a grey level 0 to 255",
            Scale::Unit => "ink from 0 to 1",
        }
    }

    /// The sentence for what is converted.
    pub(super) fn note(self) -> Option<String> {
        match self {
            Scale::Levels => None,
            Scale::Numbered => Some(
                "the first row has numbers such as 0.1 and 0.2: pandas took it for a header and numbered equal names; \
                 it was read as the row that it was"
                    .to_owned(),
            ),
            Scale::Fractions => Some("grey levels with a fraction were rounded".to_owned()),
            Scale::Unit => Some("ink is written from 0 to 1, and was multiplied by 255".to_owned()),
        }
    }
}

impl Range {
    fn of<'a>(pixels: impl Iterator<Item = &'a Column>) -> Self {
        let (mut least, mut most, mut high) = (f64::INFINITY, f64::NEG_INFINITY, false);
        let (mut whole, mut only_first, mut firsts) = (true, true, 0);
        for column in pixels {
            least = least.min(column.least);
            most = most.max(column.most);
            high |= column.is_often_high();
            whole &= column.fractions == 0;
            let first = column.rows > 1 && column.first.fract() != 0.0;
            only_first &= column.fractions == u64::from(first);
            firsts += usize::from(first);
        }
        Range { least, most, whole, numbered: only_first && firsts > 1, high }
    }

    /// What to do with numbers that are neither grey levels nor ink from 0 to 1. A single number out of place is not
    /// judged here: reading it will tell its line.
    fn other_scale(&self) -> Option<&'static str> {
        let &Range { least, most, whole, high, .. } = self;
        if (-1.0..0.0).contains(&least) && most <= 1.0 {
            return Some("They seem to be scaled to -1 to 1: write the grey levels, 255 * (x + 1) / 2.");
        }
        if !whole && least < 0.0 {
            return Some(
                "They seem to be standardised: write the grey levels as they were before, with x * deviation + mean.",
            );
        }
        if (-128.0..0.0).contains(&least) && most <= 127.0 {
            return Some(
                "They seem to be bytes with a sign: write x + 128 if paper is -128, or x % 256 if it is 0.",
            );
        }
        if least <= -65_536.0 {
            return Some("They seem to be whole colours in a number: write one of its bytes, x & 255.");
        }
        high.then_some(
            "They seem to be of another scale: of 16 bits, for instance, whose levels are x / 257.",
        )
    }
}
