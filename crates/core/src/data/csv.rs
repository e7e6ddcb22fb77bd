//! Images as CSV: a row is 784 grey levels and, for a training set, a label; in MNIST's own form the label comes first.
//!
//! Two readers, one meaning. `fast` reads the plain rows that nearly all files consist of, and gives up on anything
//! else; then the careful reader looks at the whole file, decides what its columns and numbers mean (`layout`,
//! `values`), and words what is wrong. The tests hold the two against each other.
//!
//! Whatever leaves no doubt is read, and what was converted is told in a note; whatever could mean two things is an
//! error. Nothing is guessed from one row where the file has more.

use std::borrow::Cow;
use std::io::Write;
use std::path::Path;

use csv::{ByteRecord, ReaderBuilder, Trim};

use super::orientation::{self, Orientation};
use super::{Examples, PIXELS, SIDE, formats, grey};
use crate::printable::printable;
use crate::{Error, Result};

mod coded;
mod columns;
mod comments;
mod fast;
#[cfg(feature = "files")]
mod file;
pub(super) mod labels;
mod layout;
mod names;
mod packed;
mod records;
mod text;
mod values;

use columns::Columns;
#[cfg(feature = "files")]
pub use file::{read, read_examples, write};
use layout::{Doubt, Label, Layout};
use names::Axes;
use records::Records;
use text::Form;
use values::Scale;

/// The fields of a row: the label and the pixels.
const FIELDS: usize = 1 + PIXELS;
const ROW: &str = "785 fields, a label and 28 x 28 grey levels";
const ADVICE: &str = "A row is a label 0 to 9 and 784 grey levels 0 to 255, separated by commas.";
/// The most bytes of text that are read: as much as half a million rows need.
pub const MOST_TEXT: u64 = 1 << 30;

/// Whether rows must say which digits they show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Labels {
    /// They must: the rows are to learn from, or to be judged by.
    Required,
    /// They may: the rows are to be predicted.
    Optional,
}

/// The images of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rows {
    /// 784 grey levels an image, 0 (paper) to 255 (ink).
    pub pixels: Vec<u8>,
    /// A digit an image, if the file has labels.
    pub labels: Option<Vec<u8>>,
    /// What was converted or left aside, a sentence each.
    pub notes: Vec<String>,
}

impl Rows {
    /// The images with their labels, and the notes; `None` if there are no labels.
    pub fn into_examples(self) -> Option<(Examples, Vec<String>)> {
        Some((Examples::new(self.pixels, self.labels?), self.notes))
    }
}

/// Reads the rows of a file that lies in memory; `name` is its name in notes and errors.
///
/// # Errors
/// Whatever leaves a doubt: each with the line, what was expected, what was found and what to do.
pub fn parse(bytes: &[u8], name: &Path, labels: Labels) -> Result<Rows> {
    if let Ok(Some(rows)) = fast::parse(bytes) {
        return finish(rows, name);
    }
    parse_carefully(bytes, name, labels)
}

/// The same by the careful reader alone, for tests that hold the two readers against each other.
///
/// # Errors
/// Those of [`parse`].
pub fn parse_carefully(bytes: &[u8], name: &Path, labels: Labels) -> Result<Rows> {
    finish(judge(bytes, name, labels)?, name)
}

/// Brings the grey levels that a reader found to paper 0 and ink 255.
fn finish(mut rows: Rows, name: &Path) -> Result<Rows> {
    rows.notes.extend(grey::normalise(&mut rows.pixels, name)?);
    Ok(rows)
}

/// Writes the rows, header first, to any writer.
///
/// # Errors
/// Those of the writer.
pub fn write_to(writer: impl Write, examples: &Examples) -> std::io::Result<()> {
    let mut writer = csv::Writer::from_writer(writer);
    let names = (0..PIXELS).map(|pixel| format!("{}x{}", pixel / SIDE + 1, pixel % SIDE + 1));
    writer.write_record(std::iter::once("label".to_owned()).chain(names))?;
    let numbers: [String; 256] = std::array::from_fn(|number| number.to_string());
    for (index, &label) in examples.labels().iter().enumerate() {
        let row = std::iter::once(&label).chain(examples.image(index));
        writer.write_record(row.map(|&value| &numbers[usize::from(value)]))?;
    }
    writer.flush()
}

/// The `csv` crate's reader over the bytes.
fn reader(bytes: &[u8], separator: u8) -> csv::Reader<&[u8]> {
    ReaderBuilder::new()
        .has_headers(false) // `layout` decides
        .flexible(true) // the number of fields is checked here, with better words
        .trim(Trim::All)
        .delimiter(separator)
        .from_reader(bytes)
}

/// The careful reader: it goes through the file twice, first to learn what its columns hold, then to read them.
fn judge(bytes: &[u8], name: &Path, labels: Labels) -> Result<Rows> {
    let text = text::decode(bytes, name)?;
    let (mut bytes, mut notes) = (text.bytes, text.notes);
    text::check_lines(&bytes, name)?;
    text::check_decimals(&bytes, name)?;
    let form = Form::of(&bytes);
    if form.separator == b' ' {
        bytes = Cow::Owned(text::with_single_spaces(&bytes));
    }
    let mut records = Records::new(&bytes, form, name);
    let Columns { header, columns } = Columns::of(&mut records)?;
    let doubted = |doubt: Doubt| doubt.into_error(name);
    let Layout { label, pixels, axes, notes: said } =
        Layout::decide(header.as_ref(), &columns, labels).map_err(doubted)?;
    let scale = Scale::decide(pixels.iter().map(|&at| &columns[at])).map_err(doubted)?;
    let repeated = (records.repeated > 0).then(|| match records.repeated {
        1 => "the header stands once more among the rows, and was passed over".to_owned(),
        times => format!("the header stands {times} times more among the rows, and was passed over"),
    });
    let titles = (records.titles > 0).then(|| "words above the table were passed over".to_owned());
    let said = titles.into_iter().chain(said).chain(scale.note()).chain(repeated);
    notes.extend(said.map(|note| format!("{}: {note}", short(name))));

    let has_labels = label != Label::None;
    let mut rows = Rows { notes, labels: has_labels.then(Vec::new), ..Rows::default() };
    let mut records = records.again();
    let mut record = ByteRecord::new();
    while records.read(&mut record)? {
        if let Some(labels) = &mut rows.labels {
            labels.extend(label_of(&label, &record, &records)?);
        }
        for &at in &pixels {
            let level = values::value(&record[at]).and_then(|value| scale.level(value));
            rows.pixels.push(level.ok_or_else(|| records.wrong_level(&record, at, scale.expected()))?);
        }
    }
    if axes == Axes::Doubtful {
        turn_if_lying(&mut rows, name)?;
    }
    Ok(rows)
}

/// Turns images of which the names of pixels do not say whether their columns or their rows stand first: enough digits show
/// it.
fn turn_if_lying(rows: &mut Rows, name: &Path) -> Result<()> {
    let mut levels = rows.pixels.clone();
    grey::normalise(&mut levels, name)?;
    let labelled = rows.labels.as_ref().map(|labels| Examples::new(levels, labels.clone()));
    match labelled.map(|examples| orientation::of(&examples)) {
        Some(Orientation::Upright) => {}
        Some(Orientation::Lying) => {
            let labels = rows.labels.take().unwrap_or_default();
            let mut turned = Examples::new(std::mem::take(&mut rows.pixels), labels);
            orientation::turn(&mut turned);
            (rows.pixels, rows.labels) = (turned.pixels().to_vec(), Some(turned.labels().to_vec()));
            rows.notes.push(format!("{}: {}", short(name), layout::TURNED));
        }
        Some(Orientation::Unclear) | None => return Err(layout::axes_in_doubt().into_error(name)),
    }
    Ok(())
}

/// The digit that the label of a row means, if rows have labels.
fn label_of(label: &Label, record: &ByteRecord, records: &Records<'_>) -> Result<Option<u8>> {
    let (digit, wrong): (_, &dyn Fn() -> Error) = match label {
        Label::None => return Ok(None),
        Label::Column(at) => (labels::digit(&record[*at]), &|| records.wrong_label(record, *at)),
        Label::Places(places) => {
            let numbers: Option<Vec<f64>> = places.iter().map(|&at| values::value(&record[at])).collect();
            let digit = numbers.and_then(|numbers| labels::one_of_ten(&numbers));
            (digit, &|| records.wrong_places(record, places))
        }
    };
    digit.map(Some).ok_or_else(wrong)
}

/// A field as a message shows it.
fn quoted(field: &[u8]) -> String {
    const SHOWN: usize = 20;
    format!("`{}`", printable(&String::from_utf8_lossy(field), SHOWN))
}

/// The name of a file without its folder, as notes show it.
fn short(name: &Path) -> Cow<'_, str> {
    name.file_name().unwrap_or(name.as_os_str()).to_string_lossy()
}

#[cfg(test)]
mod tests;
