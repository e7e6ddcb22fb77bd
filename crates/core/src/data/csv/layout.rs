//! Which columns of a CSV file are pixels, and which one is the label: by the header if it names them, else by what the
//! columns hold.

use std::ops::RangeInclusive;
use std::path::Path;

use csv::ByteRecord;

use super::columns::Column;
use super::names::{Axes, Order};
use super::{ADVICE, Labels, names, quoted};
use crate::Error;
use crate::data::{CLASSES, PIXELS};
use crate::error::Place;

/// The fields that a row can have: pixels, a label in one column or ten, and a few that are left aside.
pub(super) const LENGTHS: RangeInclusive<usize> = PIXELS..=PIXELS + CLASSES + 6;

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

/// Where the label of a row stands.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Label {
    /// Nowhere.
    None,
    /// In this column.
    Column(usize),
    /// In ten columns, with a 1 in that of the digit.
    Places(Vec<usize>),
}

/// Which columns are what.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) label: Label,
    /// The 784 columns of pixels, in the order of the image.
    pub(super) pixels: Vec<usize>,
    /// Whether the names of pixels leave it open what this order is.
    pub(super) axes: Axes,
    pub(super) notes: Vec<String>,
}

impl Layout {
    /// Decides by names and contents.
    pub(super) fn decide(
        header: Option<&ByteRecord>,
        columns: &[Column],
        labels: Labels,
    ) -> std::result::Result<Self, Doubt> {
        let mut label = match names::called(header, &names::LABELS)[..] {
            [] => Label::None,
            [at] => Label::Column(at),
            [one, two, ..] => {
                return Err(Doubt::new(
                    "one column of labels",
                    format!("two whose names say so, {} and {}", one + 1, two + 1),
                    "Leave one of them out.",
                ));
            }
        };
        let mut rest: Vec<usize> = (0..columns.len()).filter(|&at| label != Label::Column(at)).collect();
        let mut notes = leave_aside(&mut rest, columns, header);
        if label == Label::None {
            label = match rest.len().checked_sub(PIXELS) {
                Some(1) => Label::Column(label_by_content(columns, &rest)?),
                Some(CLASSES) => places_by_content(columns, &rest)?,
                _ => Label::None,
            };
            match &label {
                Label::None => {}
                Label::Column(label) => rest.retain(|at| at != label),
                Label::Places(places) => rest.retain(|at| !places.contains(at)),
            }
        }
        if rest.len() != PIXELS {
            let found = format!("{} columns of numbers besides labels and counts", rest.len());
            let advice = match rest.len() > PIXELS {
                true => {
                    "Leave out the columns that are neither pixels nor labels: their numbers do not tell them apart."
                }
                false => ADVICE,
            };
            return Err(Doubt::new(super::ROW, found, advice));
        }
        if label == Label::None && labels == Labels::Required {
            return Err(without_labels(columns));
        }
        if let Label::Column(at) = label {
            check_labels(&columns[at])?;
        }
        notes.extend(label.note(columns, rest[0]));
        let mut axes = Axes::Certain;
        if let Some(header) = header {
            match names::order(&rest.iter().map(|&at| &header[at]).collect::<Vec<_>>()) {
                Order::AsTheyStand => {}
                Order::Doubtful => axes = Axes::Doubtful,
                Order::ByColumns(order) => {
                    rest = order.into_iter().map(|at| rest[at]).collect();
                    notes.push(TURNED.to_owned());
                }
                Order::Other(order) => {
                    rest = order.into_iter().map(|at| rest[at]).collect();
                    notes.push(
                        "pixels stand in another order than their names say, and were put into that"
                            .to_owned(),
                    );
                }
            }
        }
        Ok(Layout { label, pixels: rest, axes, notes })
    }
}

/// The sentence for images whose columns were given one after the other.
pub(super) const TURNED: &str = "pixels stand column by column, and were put into rows";

/// Why names such as `1x1`, `2x1`, ... are not enough.
pub(super) fn axes_in_doubt() -> Doubt {
    Doubt::new(
        "names of pixels that tell rows from columns",
        "names such as 1x1, 2x1, ...",
        "If the first number is the row, call them r1c1,r2c1,...; if it is the column, x1y1,x2y1,... A hundred rows with \
         labels show it by themselves.",
    )
}

impl Label {
    /// The sentence for a label in an unusual place or form.
    fn note(&self, columns: &[Column], first_pixel: usize) -> Option<String> {
        match self {
            Label::None => None,
            Label::Column(at) => {
                let words = columns[*at].text.as_ref().filter(|_| columns[*at].is_labels());
                let place =
                    (*at > first_pixel).then(|| format!("the label is in column {}, behind pixels", at + 1));
                let words = words.map(|text| format!("labels such as {} were read as digits", quoted(text)));
                let notes: Vec<String> = place.into_iter().chain(words).collect();
                (!notes.is_empty()).then(|| notes.join("; "))
            }
            Label::Places(places) => {
                let first = places[0] + 1;
                Some(format!("the label is in ten columns from column {first}, a 1 in that of the digit"))
            }
        }
    }
}

/// Takes those columns out of `rest` that are neither pixels nor labels, while it has more than an image needs, and
/// says so: empty ones, text, and counts of the rows at either end. Where more columns are empty, or text, than can be
/// left aside, they are rows with mistakes, and reading them will tell.
fn leave_aside(rest: &mut Vec<usize>, columns: &[Column], header: Option<&ByteRecord>) -> Vec<String> {
    let mut notes = Vec::new();
    let superfluous = |rest: &[usize], is: fn(&Column) -> bool| {
        let all: Vec<usize> = rest.iter().copied().filter(|&at| is(&columns[at])).collect();
        if all.len() + PIXELS <= rest.len() { all } else { Vec::new() }
    };
    let empty = superfluous(rest, Column::is_empty);
    rest.retain(|at| !empty.contains(at));
    let (first, last) = (rest[0], rest[rest.len() - 1]);
    for at in superfluous(rest, Column::is_text) {
        // Without names, text between numbers may be anything.
        if header.is_some() || at == first || at == last {
            let text = quoted(columns[at].text.as_deref().unwrap_or_default());
            notes.push(format!("column {} holds text, such as {text}, and was left aside", at + 1));
            rest.retain(|&other| other != at);
        }
    }
    let indices = names::called(header, &names::INDICES);
    while rest.len() > PIXELS {
        let is_index = |at: &usize| indices.contains(at) || columns[*at].is_index();
        let Some(aside) = [rest[0], rest[rest.len() - 1]].into_iter().find(is_index) else { break };
        rest.retain(|&at| at != aside);
        notes.push(format!("column {} counts the rows, and was left aside", aside + 1));
    }
    notes
}

/// Why rows without labels cannot be learnt from: a column of text may have been meant as one.
fn without_labels(columns: &[Column]) -> Doubt {
    match columns.iter().enumerate().find(|(_, column)| column.is_text()) {
        Some((at, column)) => {
            let text = quoted(column.text.as_deref().unwrap_or_default());
            Doubt::new(
                super::ROW,
                format!("grey levels without labels; column {} holds text, such as {text}", at + 1),
                "To learn or to be judged, each row needs a label: a digit 0 to 9, or its English word.",
            )
        }
        None => Doubt::new(
            super::ROW,
            "784: grey levels without labels",
            "To learn or to be judged, each row needs a label; rows without one can be predicted.",
        ),
    }
}

/// Refuses numbers that are labels of another kind.
fn check_labels(column: &Column) -> std::result::Result<(), Doubt> {
    let advice = match (column.least, column.most) {
        (1.0, 10.0) => "If 10 stands for 0, write 0; if all are one too high, subtract 1.",
        (48.0.., ..=57.0) => "They seem to be the codes of the characters 0 to 9: subtract 48.",
        _ => return Ok(()),
    };
    let found = format!("{} to {}", column.least, column.most);
    Err(Doubt::new("labels 0 to 9", found, advice))
}

/// The column that alone can be the label, of the first and the last of `rest`.
fn label_by_content(columns: &[Column], rest: &[usize]) -> std::result::Result<usize, Doubt> {
    let (first, last) = (rest[0], rest[rest.len() - 1]);
    match first_is_label(&columns[first], &columns[last]) {
        Some(true) => Ok(first),
        Some(false) => Ok(last),
        None if !columns[first].is_labels() => Ok(first), // reading it will tell which row is wrong
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
    match (first.is_varied_labels(), last.is_varied_labels()) {
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

/// The ten columns, of the first and the last of `rest`, that alone can be the label: they hold 0 and 1, in the other
/// ten is paper.
fn places_by_content(columns: &[Column], rest: &[usize]) -> std::result::Result<Label, Doubt> {
    let can_be = |places: &&[usize]| {
        places.iter().all(|&at| columns[at].is_bits()) && places.iter().any(|&at| columns[at].most == 1.0)
    };
    let ends = [&rest[..CLASSES], &rest[PIXELS..]];
    match ends.into_iter().filter(can_be).collect::<Vec<_>>()[..] {
        [] => Ok(Label::None),
        [places] => Ok(Label::Places(places.to_vec())),
        _ => Err(Doubt::new(
            "ten columns that can be the label, the first or the last ones",
            "0 and 1 in both",
            "Write the label as one column, a digit 0 to 9.",
        )),
    }
}
