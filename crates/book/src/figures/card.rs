//! The card of a lesson: the 2-2-2 network on paper, with places for every number; and the same filled in.

use super::Figure;
use crate::svg::{Anchor, Card, palette};
use crate::{Result, Tool};
use gradient::worked_example::{Given, Pair, Square, backwards, forwards};

pub(super) const BLANK: Figure = Figure {
    name: "card",
    title: "The network of two inputs, two hidden units and two outputs, with its given numbers and empty boxes for the others",
    draw: |title, _| Ok(draw(title, false)),
};

pub(super) const SOLVED: Figure = Figure {
    name: "card-solved",
    title: "The network of two inputs, two hidden units and two outputs, with every number of one update",
    draw: |title: &str, _: &Tool| -> Result<String> { Ok(draw(title, true)) },
};

/// The height of a row of boxes.
const ROW: f64 = 31.0;
/// Where the rows begin.
const ROWS: f64 = 268.0;
/// Where the boxes begin, and how wide one is.
const BOXES: f64 = 244.0;
const BOX: f64 = 104.0;

/// What is given, or is to be found: its title, and rows of numbers with their names.
type Group<'a> = (&'a str, Vec<(&'a str, Vec<f64>)>);

fn draw(title: &str, solved: bool) -> String {
    let given = Given::USUAL;
    let there = forwards(&given);
    let back = backwards(&given, &there);
    let both = |name: &'static str, pair: Pair| (name, vec![pair[0], pair[1]]);
    let groups: [Group<'_>; 3] = [
        (
            "Forwards",
            vec![
                both("z1 = W1 x + b1", there.z1),
                both("h = sigmoid(z1)", there.h),
                both("z2 = W2 h + b2", there.z2),
                both("o = sigmoid(z2)", there.o),
                both("e = o - t", there.e),
                ("C = 1/2 |e|²", vec![there.c]),
            ],
        ),
        (
            "Backwards",
            vec![
                both("o (1 - o)", back.o_slope),
                both("d2 = e o (1 - o)", back.d2),
                both("W2ᵀ d2, with the old W2", back.back),
                both("h (1 - h)", back.h_slope),
                both("d1 = W2ᵀ d2 h (1 - h)", back.d1),
            ],
        ),
        (
            "The update, eta = 0.5",
            vec![
                both("new W2, first row", back.w2[0]),
                both("new W2, second row", back.w2[1]),
                both("new W1, first row", back.w1[0]),
                both("new W1, second row", back.w1[1]),
            ],
        ),
    ];
    let rows: usize = groups.iter().map(|(_, rows)| rows.len()).sum();
    let mut card = Card::new(title, ROWS + ROW * rows as f64 + 34.0 * groups.len() as f64);
    network(&mut card, &given);
    let mut y = ROWS;
    for (name, rows) in groups {
        card.sized_text((20.0, y + 14.0), Anchor::Start, palette::FAINT, 14.0, name);
        y += 26.0;
        for (name, numbers) in rows {
            card.text((20.0, y + 19.0), Anchor::Start, palette::INK, name);
            for (index, number) in numbers.iter().enumerate() {
                let at = (BOXES + (BOX + 8.0) * index as f64, y + 2.0);
                card.frame(at, (BOX, ROW - 5.0), palette::FAINT, 1.0);
                if solved {
                    let text = format!("{number:.4}").replace('-', "−");
                    card.text((at.0 + BOX - 8.0, at.1 + 18.0), Anchor::End, palette::INK, &text);
                }
            }
            y += ROW;
        }
        y += 8.0;
    }
    card.finish()
}

/// The network: circles, and the weight of each connection beside its line.
fn network(card: &mut Card, given: &Given) {
    let columns = [70.0, 240.0, 410.0];
    let heights = [92.0, 196.0];
    let layers: [(&Square, &str, &str); 2] = [(&given.w1, "x", "h"), (&given.w2, "h", "o")];
    for (layer, (weights, _, _)) in layers.iter().enumerate() {
        let (from, to) = (columns[layer], columns[layer + 1]);
        for (unit, row) in weights.iter().enumerate() {
            for (input, weight) in row.iter().enumerate() {
                let (start, end) = ((from, heights[input]), (to, heights[unit]));
                card.line(&[start, end], palette::GRID, 1.5);
                // Where lines do not cross: near the unit that the weight belongs to.
                let share = if unit == input { 0.5 } else { 0.68 };
                let at = (start.0 + share * (end.0 - start.0), start.1 + share * (end.1 - start.1));
                let above = if unit == 0 { -6.0 } else { 15.0 };
                card.text((at.0, at.1 + above), Anchor::Middle, palette::INK, &format!("{weight:.2}"));
            }
        }
    }
    let names = [["x1", "x2"], ["h1", "h2"], ["o1", "o2"]];
    for (column, names) in columns.into_iter().zip(names) {
        for (height, name) in heights.into_iter().zip(names) {
            card.disc((column, height), 20.0, palette::GROUND, 1.0);
            card.line(&circle((column, height), 20.0), palette::INK, 1.5);
            card.text((column, height + 4.5), Anchor::Middle, palette::INK, name);
        }
    }
    for (unit, height) in heights.into_iter().enumerate() {
        let beside = if unit == 0 { height - 30.0 } else { height + 42.0 };
        card.text((columns[0], beside), Anchor::Middle, palette::INK, &format!("{:.2}", given.x[unit]));
        card.text(
            (columns[1], beside),
            Anchor::Middle,
            palette::FAINT,
            &format!("b1 = {:.2}", given.b1[unit]),
        );
        card.text(
            (columns[2], beside),
            Anchor::Middle,
            palette::FAINT,
            &format!("b2 = {:.2}", given.b2[unit]),
        );
        card.text(
            (columns[2] + 26.0, height + 4.5),
            Anchor::Start,
            palette::INK,
            &format!("t {:.2}", given.t[unit]),
        );
    }
    card.text((20.0, 28.0), Anchor::Start, palette::INK, "One image, one update. Each line is a weight.");
}

/// The points of a circle.
fn circle(at: (f64, f64), radius: f64) -> Vec<(f64, f64)> {
    (0..=36)
        .map(|step| f64::from(step) * std::f64::consts::TAU / 36.0)
        .map(|turn| (at.0 + radius * turn.cos(), at.1 + radius * turn.sin()))
        .collect()
}
