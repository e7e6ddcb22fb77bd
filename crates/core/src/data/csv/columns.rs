//! What the columns of a CSV file hold, learnt on a first way through it.

use csv::ByteRecord;

use super::ADVICE;
use super::labels::digit;
use super::layout;
use super::names::is_header;
use super::records::Records;
use super::values::{is_label, number, value};
use crate::error::Place;
use crate::{Error, Result};

/// The name of a column that the header lacks.
const UNNAMED: &[u8] = b"unnamed";

/// What all rows of a column hold.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// The rows with a number.
    pub(super) rows: u64,
    /// The first of them.
    pub(super) first: f64,
    /// The least number, or digit that a word means.
    pub(super) least: f64,
    pub(super) most: f64,
    /// The rows with a number that is not whole.
    pub(super) fractions: u64,
    /// The rows with a number above all grey levels.
    high: u64,
    /// Each number is one more than that of the row before.
    counts: bool,
    empty: bool,
    labels: bool,
    /// The first field that is neither a number nor empty.
    pub(super) text: Option<Vec<u8>>,
}

impl Default for Column {
    fn default() -> Self {
        let (least, most) = (f64::INFINITY, f64::NEG_INFINITY);
        let (counts, empty, labels) = (true, true, true);
        let (rows, first, fractions, high, text) = (0, 0.0, 0, 0, None);
        Column { rows, first, least, most, fractions, high, counts, empty, labels, text }
    }
}

impl Column {
    /// Takes in the field of the next row.
    pub(super) fn see(&mut self, field: &[u8]) {
        self.empty &= field.is_empty();
        if let Some(number) = number(field) {
            self.see_number(number);
            return;
        }
        match (digit(field), value(field)) {
            (Some(digit), _) => self.widen(f64::from(digit)),
            (None, Some(number)) => {
                self.see_number(number);
                self.labels = false; // `True` may be a pixel or a place of ten, but it is no digit
            }
            (None, None) => self.labels = false, // reading the column will tell
        }
        self.counts = false;
        if self.text.is_none() && !field.is_empty() {
            self.text = Some(field.to_vec());
        }
    }

    fn see_number(&mut self, number: f64) {
        if self.rows == 0 {
            self.first = number;
        }
        self.counts &= number == self.first + self.rows as f64;
        self.rows += 1;
        self.widen(number);
        self.fractions += u64::from(number.fract() != 0.0);
        self.high += u64::from(number > f64::from(u8::MAX));
        self.labels &= is_label(number);
    }

    fn widen(&mut self, number: f64) {
        self.least = self.least.min(number);
        self.most = self.most.max(number);
    }

    /// The column of these numbers.
    pub(super) fn of(numbers: impl Iterator<Item = u8>) -> Self {
        let mut column = Column::default();
        numbers.for_each(|number| column.see_number(f64::from(number)));
        column
    }

    pub(super) fn is_empty(&self) -> bool {
        self.empty
    }

    /// Only digits, however they are written.
    pub(super) fn is_labels(&self) -> bool {
        self.labels
    }

    /// Digits, and not always the same.
    pub(super) fn is_varied_labels(&self) -> bool {
        self.labels && self.least < self.most
    }

    /// A digit, always the same.
    pub(super) fn is_one_label(&self) -> bool {
        self.labels && self.least == self.most
    }

    /// Always paper, black or white.
    pub(super) fn is_paper(&self) -> bool {
        self.least == self.most && (self.least == 0.0 || self.least == 255.0)
    }

    /// A count of rows that cannot be a label.
    pub(super) fn is_index(&self) -> bool {
        self.counts && self.rows > 1 && !self.labels
    }

    /// Words without a number among them, and without a digit that they mean: names of files, for instance.
    pub(super) fn is_text(&self) -> bool {
        self.rows == 0 && self.text.is_some() && !self.labels
    }

    /// Only 0 and 1.
    pub(super) fn is_bits(&self) -> bool {
        self.rows > 0 && self.fractions == 0 && self.least >= 0.0 && self.most <= 1.0
    }

    /// Whether numbers above all grey levels are usual here, in two rows and a quarter of all.
    pub(super) fn is_often_high(&self) -> bool {
        self.high >= 2 && 4 * self.high >= self.rows
    }
}

/// What the first way through a file finds.
pub(super) struct Columns {
    pub(super) header: Option<ByteRecord>,
    pub(super) columns: Vec<Column>,
}

impl Columns {
    pub(super) fn of(records: &mut Records<'_>) -> Result<Self> {
        let (mut columns, mut rows) = (Vec::new(), 0);
        let mut record = ByteRecord::new();
        while records.read(&mut record)? {
            if columns.is_empty() {
                if !layout::LENGTHS.contains(&record.len()) {
                    return Err(records.other_form(&record));
                }
                if records.header.is_none() && is_header(&record) {
                    records.header = Some(record.clone());
                    continue;
                }
                columns = vec![Column::default(); record.len()];
                let of_header = records.header.as_ref().map_or(record.len(), ByteRecord::len);
                // R gives the names of rows no name: its header is one field shorter. Rows alone may end with a comma.
                if of_header != record.len() && of_header + 1 != record.len() {
                    return Err(records.wrong_count(&record, of_header, "as in the header"));
                }
            }
            if record.len() != columns.len() {
                return Err(records.wrong_count(&record, columns.len(), "as in the first row"));
            }
            columns.iter_mut().zip(&record).for_each(|(column, field)| column.see(field));
            rows += 1;
        }
        if rows == 0 {
            let found = match records.bytes {
                [] => "an empty file".to_owned(),
                bytes => format!("none in {} bytes", bytes.len()),
            };
            return Err(Error::malformed(records.name, Place::File, "rows of images", found, ADVICE));
        }
        let header = records.header.as_ref().map(|header| match header.len() == columns.len() {
            true => header.clone(),
            false if columns.last().is_some_and(Column::is_empty) => header.iter().chain([UNNAMED]).collect(),
            false => [UNNAMED].into_iter().chain(header).collect(),
        });
        Ok(Columns { header, columns })
    }
}
