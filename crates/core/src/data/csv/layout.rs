//! Which columns of a CSV file are pixels, and which one is the label: by the header if it names them, else by what the
//! columns hold.

use std::ops::RangeInclusive;
use std::path::Path;

use csv::ByteRecord;

use super::values::{is_label, number};
use super::{ADVICE, Labels};
use crate::Error;
use crate::data::PIXELS;
use crate::error::Place;

/// The fields that a row can have: pixels, a label, an index, and an empty one where each row ends with a separator.
pub(super) const LENGTHS: RangeInclusive<usize> = PIXELS..=PIXELS + 3;

/// What people call the column of labels, in lower case.
const LABEL_NAMES: [&str; 8] = ["label", "labels", "class", "target", "digit", "y", "number", "category"];
/// What people call a column that only counts the rows.
const INDEX_NAMES: [&str; 8] = ["", "id", "index", "imageid", "image_id", "row", "unnamed: 0", "no"];

/// Why a file cannot be read without guessing.
#[derive(Debug)]
pub(super) struct Doubt {
    pub(super) expected: String,
    pub(super) found: String,
    pub(super) advice: String,
}

impl Doubt {
    fn new(expected: &str, found: impl Into<String>, advice: &str) -> Self {
        Doubt { expected: expected.to_owned(), found: found.into(), advice: advice.to_owned() }
    }

    pub(super) fn into_error(self, name: &Path) -> Error {
        Error::malformed(name, Place::File, self.expected, self.found, self.advice)
    }
}

/// What all rows of a column hold.
#[derive(Debug, Clone)]
pub(super) struct Column {
    rows: u64,
    first: f64,
    pub(super) least: f64,
    pub(super) most: f64,
    /// Only whole numbers.
    pub(super) whole: bool,
    /// Each number is one more than that of the row before.
    counts: bool,
    empty: bool,
    labels: bool,
}

impl Default for Column {
    fn default() -> Self {
        let (least, most) = (f64::INFINITY, f64::NEG_INFINITY);
        Column { rows: 0, first: 0.0, least, most, whole: true, counts: true, empty: true, labels: true }
    }
}

impl Column {
    /// Takes in the field of the next row.
    pub(super) fn see(&mut self, field: &[u8]) {
        self.empty &= field.is_empty();
        match number(field) {
            Some(number) => self.see_number(number),
            None => (self.labels, self.counts) = (false, false), // reading the column will tell
        }
    }

    fn see_number(&mut self, number: f64) {
        if self.rows == 0 {
            self.first = number;
        }
        self.counts &= number == self.first + self.rows as f64;
        self.rows += 1;
        self.least = self.least.min(number);
        self.most = self.most.max(number);
        self.whole &= number.fract() == 0.0;
        self.labels &= is_label(number);
    }

    /// The column of these numbers.
    pub(super) fn of(numbers: impl Iterator<Item = u8>) -> Self {
        let mut column = Column::default();
        numbers.for_each(|number| column.see_number(f64::from(number)));
        column
    }

    /// Digits, and not always the same.
    fn varied_labels(&self) -> bool {
        self.labels && self.least < self.most
    }

    /// A digit, always the same.
    fn is_one_label(&self) -> bool {
        self.labels && self.least == self.most
    }

    /// Always paper, black or white.
    fn is_paper(&self) -> bool {
        self.least == self.most && (self.least == 0.0 || self.least == 255.0)
    }

    /// A count of rows that cannot be a label.
    fn is_index(&self) -> bool {
        self.counts && self.rows > 1 && !self.labels
    }
}

/// Which columns are what.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) label: Option<usize>,
    /// The 784 columns of pixels, in their order.
    pub(super) pixels: Vec<usize>,
    pub(super) notes: Vec<String>,
}

impl Layout {
    /// Decides by names and contents.
    pub(super) fn decide(
        header: Option<&ByteRecord>,
        columns: &[Column],
        labels: Labels,
    ) -> std::result::Result<Self, Doubt> {
        let mut notes = Vec::new();
        let mut rest: Vec<usize> = (0..columns.len()).filter(|&at| !columns[at].empty).collect();
        let named = |names: &[&str]| -> Vec<usize> {
            let fields = header.into_iter().flatten().enumerate();
            fields.filter(|(_, field)| is_one_of(field, names)).map(|(at, _)| at).collect()
        };
        let mut label = match named(&LABEL_NAMES)[..] {
            [] => None,
            [at] => Some(at),
            [one, two, ..] => {
                return Err(Doubt::new(
                    "one column of labels",
                    format!("two whose names say so, {} and {}", one + 1, two + 1),
                    "Leave one of them out.",
                ));
            }
        };
        rest.retain(|&at| Some(at) != label);
        if rest.len() > PIXELS {
            let named = named(&INDEX_NAMES);
            let index = |at: usize| named.contains(&at) || columns[at].is_index();
            if let Some(at) = rest.first().copied().filter(|&at| index(at)) {
                notes.push(format!("column {} counts the rows, and was left aside", at + 1));
                rest.remove(0);
            }
        }
        if label.is_none() && rest.len() == PIXELS + 1 {
            let at = label_by_content(columns, &rest)?;
            rest.retain(|&other| other != at);
            label = Some(at);
        }
        if rest.len() != PIXELS {
            return Err(Doubt::new(
                super::ROW,
                format!("{} columns of numbers besides labels and counts", rest.len()),
                ADVICE,
            ));
        }
        if label.is_none() && labels == Labels::Required {
            return Err(Doubt::new(
                super::ROW,
                "784: grey levels without labels",
                "To learn or to be judged, each row needs a label; rows without one can be predicted.",
            ));
        }
        if let Some(at) = label.filter(|&at| at > rest[0]) {
            notes.push(format!("the label is in column {}, behind pixels", at + 1));
        }
        Ok(Layout { label, pixels: rest, notes })
    }
}

/// The column that alone can be the label, of the first and the last of `rest`.
fn label_by_content(columns: &[Column], rest: &[usize]) -> std::result::Result<usize, Doubt> {
    let (first, last) = (rest[0], rest[rest.len() - 1]);
    match first_is_label(&columns[first], &columns[last]) {
        Some(true) => Ok(first),
        Some(false) => Ok(last),
        None if !columns[first].labels => Ok(first), // reading it will tell which row is wrong
        None => {
            let found = |column: &Column| format!("{} to {}", column.least, column.most);
            Err(Doubt::new(
                "one column that can be the label 0 to 9, the first or the last",
                format!("{} in the first and {} in the last", found(&columns[first]), found(&columns[last])),
                "Give the file a first row that names its columns: label,1x1,1x2,...",
            ))
        }
    }
}

/// Whether the first column is the label, or the last one; `None` where both or neither can be. In the corner of an
/// image is paper.
pub(super) fn first_is_label(first: &Column, last: &Column) -> Option<bool> {
    match (first.varied_labels(), last.varied_labels()) {
        (true, true) => None,
        (true, false) => Some(true),
        (false, true) => Some(false),
        (false, false) => {
            // A single row, or a single label. Where both columns are 0, either could be paper.
            let first_may = first.is_one_label() && last.is_paper();
            let last_may = last.is_one_label() && first.is_paper();
            (first_may != last_may).then_some(first_may)
        }
    }
}

/// Whether the first record names columns: one has the name of a label or an index, none is a number, or their numbers
/// only count the columns.
pub(super) fn is_header(record: &ByteRecord) -> bool {
    let numbers: Vec<f64> = record.iter().filter_map(number).collect();
    let named =
        record.iter().any(|field| is_one_of(field, &LABEL_NAMES) || is_one_of(field, &INDEX_NAMES[1..]));
    let counts = numbers.len() + 1 >= record.len() && numbers.windows(2).all(|two| two[1] == two[0] + 1.0);
    named || numbers.is_empty() || counts
}

/// Whether a header names the first column, and no other, as the label.
pub(super) fn names_first_as_label(header: &ByteRecord) -> bool {
    let is = |field: &[u8]| is_one_of(field, &LABEL_NAMES);
    header.get(0).is_some_and(is) && !header.iter().skip(1).any(is)
}

fn is_one_of(field: &[u8], names: &[&str]) -> bool {
    names.iter().any(|name| field.eq_ignore_ascii_case(name.as_bytes()))
}
