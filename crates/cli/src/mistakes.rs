//! What a network misreads: the test images that it got wrong and was surest of, drawn in the terminal, and precision and
//! recall of each digit.

use crate::image::two_rows_within;
use crate::screen::{Screen, Style};
use crate::table::{Best, Cell, Column, Table};
use digits_core::batch::SparseExamples;
use digits_core::data::{CLASSES, PIXELS, SIDE};
use digits_core::evaluation::Evaluation;
use digits_core::mistakes::Mistake;
use digits_core::network::Network;
use serde_json::{Value, json};

/// Mistakes with their images side by side, as far as there is room.
pub fn draw(screen: &Screen, mistakes: &[Mistake], examples: &SparseExamples) -> Vec<String> {
    let titled: Vec<(String, [u8; PIXELS])> = mistakes
        .iter()
        .map(|mistake| {
            let Mistake { index, label, predicted, output, output_of_label } = mistake;
            let title = format!("{label} as {predicted}  {output:.2}:{output_of_label:.2}  #{index}");
            let mut values = vec![0.0; PIXELS];
            examples.images.get(*index).write_to(&mut values);
            (title, std::array::from_fn(|pixel| (255.0 * values[pixel]).round() as u8))
        })
        .collect();
    side_by_side(screen, &titled)
}

/// Writes what some units of the first layer look for: the weights of their pixels, as far as there are units. The middle
/// grey is weight 0.
pub fn print_units(screen: &Screen, network: &Network, units: usize) {
    // Without colours a full block is light or dark as the terminal has it.
    let what = match screen.has_colours() {
        true => "light switches on, dark switches off",
        false => "full blocks switch on, gaps switch off",
    };
    let title = format!("Weights of units of the first layer: {what}");
    screen.sentence(screen.paint(Style::Bold, &title));
    screen.drawing(&draw_units(screen, network, units));
}

/// The weights of the first units as images; lighter pixels switch a unit on.
fn draw_units(screen: &Screen, network: &Network, units: usize) -> Vec<String> {
    let weights = network.first.matrix();
    let units = 0..weights.nrows().min(units);
    let titled: Vec<(String, [u8; PIXELS])> = units
        .map(|unit| {
            let row = weights.row(unit);
            let largest = row.iter().fold(f32::MIN_POSITIVE, |most, weight| most.max(weight.abs()));
            let grey = |pixel: usize| (127.5 + 127.5 * row[pixel] / largest).round() as u8;
            (format!("unit {unit}, up to {largest:.2}"), std::array::from_fn(grey))
        })
        .collect();
    side_by_side(screen, &titled)
}

/// Titled images in rows of as many as fit. The margin, where digits are not, is left out: so three fit on 80 columns.
fn side_by_side(screen: &Screen, images: &[(String, [u8; PIXELS])]) -> Vec<String> {
    const MARGIN: usize = 2;
    const WIDTH: usize = SIDE - 2 * MARGIN;
    const GAP: usize = 3;
    let fit = ((screen.width() + GAP) / (WIDTH + GAP)).max(1);
    let mut lines = Vec::new();
    for row in images.chunks(fit) {
        let titles = row.iter().map(|(title, _)| format!("{title:<WIDTH$.WIDTH$}"));
        lines.push(titles.collect::<Vec<_>>().join(&" ".repeat(GAP)).trim_end().to_owned());
        for y in (MARGIN..SIDE - MARGIN).step_by(2) {
            let part = |(_, image): &(String, [u8; PIXELS])| {
                two_rows_within(image, y, MARGIN..SIDE - MARGIN, screen.has_colours())
            };
            let parts: Vec<String> = row.iter().map(part).collect();
            lines.push(parts.join(&" ".repeat(GAP)).trim_end().to_owned());
        }
    }
    lines
}

/// Of the images predicted as a digit, the share that are it; none where none was.
pub fn precision(set: &Evaluation, digit: usize) -> Option<f64> {
    share(set.confusion[digit][digit], (0..CLASSES).map(|label| set.confusion[label][digit]).sum())
}

/// Of the images of a digit, the share that were predicted as it; none where there are none.
pub fn recall(set: &Evaluation, digit: usize) -> Option<f64> {
    share(set.confusion[digit][digit], set.confusion[digit].iter().sum())
}

fn share(part: u32, whole: u32) -> Option<f64> {
    (whole > 0).then(|| f64::from(part) / f64::from(whole))
}

/// A row a digit: how often it was predicted as each, its recall, and below each digit its precision.
pub fn confusion(set: &Evaluation) -> Table {
    let percent =
        |share: Option<f64>| share.map_or("–".to_owned(), |share| format!("{:.0}", 100.0 * share));
    let mut columns = vec![Column::name("is")];
    columns.extend((0..CLASSES).map(|digit| Column::number(&digit.to_string(), Best::None)));
    columns.push(Column::number("recall", Best::None).left_out(1));
    let mut table = Table::new(columns);
    for digit in 0..CLASSES {
        let mut row = vec![Cell::text(digit.to_string())];
        row.extend(set.confusion[digit].iter().enumerate().map(|(predicted, times)| {
            let cell = Cell::text(if *times == 0 { "·".to_owned() } else { times.to_string() });
            if predicted == digit { cell.dim() } else { cell }
        }));
        row.push(Cell::text(percent(recall(set, digit))));
        table.add(row);
    }
    let mut row = vec![Cell::text("prec.")];
    row.extend((0..CLASSES).map(|digit| Cell::text(percent(precision(set, digit)))));
    row.push(Cell::text(""));
    table.add(row);
    table
}

/// Mistakes for programs.
pub fn to_json(mistakes: &[Mistake]) -> Value {
    let mistake = |mistake: &Mistake| {
        json!({
            "image": mistake.index,
            "label": mistake.label,
            "predicted": mistake.predicted,
            "output": mistake.output,
            "output_of_label": mistake.output_of_label,
        })
    };
    mistakes.iter().map(mistake).collect()
}

/// Writes the surest mistakes, if there are any.
pub fn print(screen: &Screen, mistakes: &[Mistake], examples: &SparseExamples) {
    if mistakes.is_empty() {
        return;
    }
    screen.line("");
    let title =
        "Surest mistakes: what it is, what it was read as, the outputs of both, number of the test image";
    screen.sentence(screen.paint(Style::Bold, title));
    screen.drawing(&draw(screen, mistakes, examples));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precision_and_recall_are_of_columns_and_rows() {
        let mut set = Evaluation { loss: 0.0, confusion: [[0; CLASSES]; CLASSES] };
        (set.confusion[3][3], set.confusion[3][5], set.confusion[8][3]) = (6, 2, 3);
        assert_eq!((precision(&set, 3), recall(&set, 3)), (Some(6.0 / 9.0), Some(0.75)));
        assert_eq!((precision(&set, 8), recall(&set, 0)), (None, None));
        let text = confusion(&set).markdown();
        assert!(text.contains("| 3 | · | · | · | 6 | · | 2 | · | · | · | · | 75 |"), "{text}");
    }
}
