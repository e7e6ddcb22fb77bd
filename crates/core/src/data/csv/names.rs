//! What the first row of a CSV file says about its columns, if it names them.

use std::collections::HashSet;

use csv::ByteRecord;

use super::values::value;
use crate::data::{PIXELS, SIDE};

/// What people call the column of labels, in lower case.
pub(super) const LABELS: [&str; 8] =
    ["label", "labels", "class", "target", "digit", "y", "number", "category"];
/// What people call a column that only counts the rows.
pub(super) const INDICES: [&str; 9] =
    ["", "id", "index", "level_0", "imageid", "image_id", "row", "unnamed: 0", "no"];

/// What stands where a value is missing.
pub(super) const MISSING: [&str; 5] = ["", "nan", "na", "null", "none"];

/// Whether the first record names columns: one has the name of a label or an index, more than half are names, or their
/// numbers only count the columns.
pub(super) fn is_header(record: &ByteRecord) -> bool {
    let numbers: Vec<f64> = record.iter().filter_map(value).collect();
    let named = record.iter().any(|field| is_one_of(field, &LABELS) || is_one_of(field, &INDICES[1..]));
    let counts = numbers.len() + 1 >= record.len() && numbers.windows(2).all(|two| two[1] == two[0] + 1.0);
    let names: Vec<&[u8]> = record.iter().filter(|field| is_name(field)).collect();
    // Fields that begin like numbers (`1x1`) are names where no two are alike; in rows of something else, such as
    // `0x00`, many are.
    let are_names = || {
        let begin_so = names.iter().all(|name| !name[0].is_ascii_digit());
        begin_so || HashSet::<&&[u8]>::from_iter(&names).len() == names.len()
    };
    named || counts || (2 * names.len() > record.len() && are_names())
}

/// Whether a field is neither a value nor a sign that there is none.
fn is_name(field: &[u8]) -> bool {
    value(field).is_none() && !is_one_of(field, &MISSING)
}

/// Whether a header names the first column, and no other, as the label, and the others in the order of pixels.
pub(super) fn are_plain(header: &ByteRecord) -> bool {
    let is = |field: &[u8]| is_one_of(field, &LABELS);
    let pixels: Vec<&[u8]> = header.iter().skip(1).collect();
    header.get(0).is_some_and(is)
        && !pixels.iter().any(|name| is(name))
        && order(&pixels) == Order::AsTheyStand
}

/// The columns of a header that have one of these names.
pub(super) fn called(header: Option<&ByteRecord>, names: &[&str]) -> Vec<usize> {
    let fields = header.into_iter().flatten().enumerate();
    fields.filter(|(_, field)| is_one_of(field, names)).map(|(at, _)| at).collect()
}

pub(super) fn is_one_of(field: &[u8], names: &[&str]) -> bool {
    names.iter().any(|name| field.eq_ignore_ascii_case(name.as_bytes()))
}

/// Whether it is known which number in the name of a pixel is its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Axes {
    /// The order of the pixels is known.
    Certain,
    /// Names are `1x1`, `2x1`, ...: either a column stands before a row, or all of a column before the next one.
    Doubtful,
}

/// The order of pixels that their names give.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// That in which they stand; or names that give none.
    AsTheyStand,
    /// One column of the image stands behind the other: where the pixels of its rows stand.
    ByColumns(Vec<usize>),
    /// Another one, as text is sorted: where the pixels stand.
    Other(Vec<usize>),
    /// Either that in which they stand, or [`Order::ByColumns`].
    Doubtful,
}

/// What people put before the number of a row, and of a column.
const ROWS: [&str; 5] = ["r", "row", "y", "i", "h"];
const COLUMNS: [&str; 6] = ["c", "col", "column", "x", "j", "w"];

/// The order of pixels that these names give: names that count from 0 or 1 to the last pixel (`pixel10` behind `pixel9`),
/// or rows and columns (`1x10` behind `1x9`, `r1c10`, `y1_x10`, `x10_y1`).
pub(super) fn order(names: &[&[u8]]) -> Order {
    let numbers: Option<Vec<[u32; 2]>> = names.iter().map(|name| numbers_in(name)).collect();
    let Some(mut numbers) = numbers.filter(|numbers| numbers.len() == PIXELS) else {
        return Order::AsTheyStand;
    };
    let said = names.first().and_then(|name| first_is_row(name));
    if said == Some(false) {
        numbers.iter_mut().for_each(|pair| pair.reverse());
    }
    let mut sorted: Vec<usize> = (0..PIXELS).collect();
    sorted.sort_by_key(|&at| numbers[at]);
    let first = numbers[sorted[0]];
    let width = if first[0] == numbers[sorted[PIXELS - 1]][0] { PIXELS } else { SIDE };
    let expected = |place: usize| [first[0] + (place / width) as u32, first[1] + (place % width) as u32];
    let are_all = sorted.iter().enumerate().all(|(place, &at)| numbers[at] == expected(place));
    if !are_all || numbers.is_sorted() {
        Order::AsTheyStand
    } else if !numbers.is_sorted_by_key(|&[row, column]| [column, row]) {
        Order::Other(sorted)
    } else if said.is_none() {
        Order::Doubtful
    } else {
        Order::ByColumns(sorted)
    }
}

/// Whether the first number in a name is a row or a column, where the letters before both numbers say so.
fn first_is_row(name: &[u8]) -> Option<bool> {
    let name = str::from_utf8(name).ok()?.to_ascii_lowercase();
    let letters: Vec<&str> =
        name.split(|letter: char| !letter.is_ascii_alphabetic()).filter(|run| !run.is_empty()).collect();
    let [.., first, second] = letters[..] else { return None };
    match (ROWS.contains(&first), COLUMNS.contains(&second)) {
        (true, true) => Some(true),
        _ => (COLUMNS.contains(&first) && ROWS.contains(&second)).then_some(false),
    }
}

/// The number in a name, behind 0, or the two of them.
fn numbers_in(name: &[u8]) -> Option<[u32; 2]> {
    let runs = name.split(|byte| !byte.is_ascii_digit()).filter(|run| !run.is_empty() && run.len() < 9);
    let numbers: Option<Vec<u32>> = runs.map(|run| str::from_utf8(run).ok()?.parse().ok()).collect();
    match numbers?[..] {
        [one] => Some([0, one]),
        [one, two] => Some([one, two]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects images whose columns were sorted by name, as text sorts.
    #[test]
    fn names_give_an_order_only_where_they_leave_no_doubt() {
        let ordered = |name: &dyn Fn(usize) -> String, sort: bool| {
            let mut names: Vec<String> = (0..PIXELS).map(name).collect();
            if sort {
                names.sort();
            }
            let names: Vec<&[u8]> = names.iter().map(|name| name.as_bytes()).collect();
            let named =
                |order: Vec<usize>| order.into_iter().map(|at| names[at].to_vec()).collect::<Vec<_>>();
            match order(&names) {
                Order::AsTheyStand => None,
                Order::ByColumns(order) | Order::Other(order) => Some(named(order)),
                Order::Doubtful => Some(Vec::new()),
            }
        };
        let counted = |at: usize| format!("pixel{at}");
        let placed = |at: usize| format!("{}x{}", at / SIDE + 1, at % SIDE + 1);
        let turned = |at: usize| format!("{}x{}", at % SIDE + 1, at / SIDE + 1);
        for name in [&counted as &dyn Fn(usize) -> String, &placed] {
            assert_eq!(ordered(name, false), None);
            let right: Vec<Vec<u8>> = (0..PIXELS).map(|at| name(at).into_bytes()).collect();
            assert_eq!(ordered(name, true), Some(right));
        }
        assert_eq!(ordered(&turned, false), Some(Vec::new()), "columns may come first");
        // Where letters say what is a row, there is no doubt.
        for [row, column] in [["r", "c"], ["pixel_y", "_x"], ["row", "col"], ["i", "_j"]] {
            let by_rows = |at: usize| format!("{row}{}{column}{}", at / SIDE, at % SIDE);
            let by_columns = |at: usize| format!("{row}{}{column}{}", at % SIDE, at / SIDE);
            assert_eq!(ordered(&by_rows, false), None);
            let right: Vec<Vec<u8>> = (0..PIXELS).map(|at| by_rows(at).into_bytes()).collect();
            assert_eq!(ordered(&by_columns, false), Some(right));
        }
        assert_eq!(ordered(&|at| format!("x{}y{}", at % SIDE, at / SIDE), false), None, "x stands before y");
        let turned = ordered(&|at| format!("x{}y{}", at / SIDE, at % SIDE), false).expect("another order");
        assert_eq!(turned[1], b"x1y0");
        assert_eq!(ordered(&|at| format!("pixel{}", 783 - at.min(782)), false), None, "one is missing");
        assert_eq!(ordered(&|at| format!("pixel{}", 2 * (783 - at)), false), None, "these count nothing");
    }
}
