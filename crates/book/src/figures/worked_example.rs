//! Chapter 3: the network 2-2-2 with every number, forwards and backwards.

use super::Figure;
use crate::svg::{Anchor, Card, palette};
use crate::{Result, Tool};
use gradient::worked_example::{Given, backwards, forwards};

pub(super) const FIGURE: Figure = Figure {
    name: "worked-example",
    title: "The network 2-2-2 with every number: forwards in blue, backwards in orange",
    draw,
};

/// The middle of the upper and of the lower units.
const ROWS: [f64; 2] = [110.0, 296.0];
/// The left edge and the width of inputs, hidden units and outputs.
const COLUMNS: [(f64, f64); 3] = [(8.0, 68.0), (180.0, 98.0), (370.0, 102.0)];
/// The height of a line of text.
const LINE: f64 = 17.0;

fn draw(title: &str, _: &Tool) -> Result<String> {
    let given = Given::USUAL;
    let there = forwards(&given);
    let back = backwards(&given, &there);
    let after = forwards(&Given { w1: back.w1, w2: back.w2, ..given });
    let mut card = Card::new(title, 432.0);
    let layers = [(&given.w1, &back.g1), (&given.w2, &back.g2)];
    for (layer, (weights, slopes)) in layers.into_iter().enumerate() {
        let from = COLUMNS[layer].0 + COLUMNS[layer].1;
        let to = COLUMNS[layer + 1].0;
        for end in ROWS {
            for start in ROWS {
                card.line(&[(from, start), (to, end)], palette::FAINT, 1.2);
            }
        }
        for unit in 0..2 {
            for input in 0..2 {
                // Wires that cross carry their numbers before they do.
                let share = if unit == input { 0.5 } else { 0.29 };
                let along = from + share * (to - from);
                let height = ROWS[input] + share * (ROWS[unit] - ROWS[input]);
                card.rectangle((along - 25.0, height - 17.0), (50.0, 34.0), palette::GROUND, 0.92);
                let [weight, slope] = [weights[unit][input], slopes[unit][input]];
                card.text((along, height - 4.0), Anchor::Middle, palette::BLUE, &format!("{weight:.2}"));
                card.text((along, height + 12.0), Anchor::Middle, palette::ORANGE, &format!("{slope:.4}"));
            }
        }
    }
    for (unit, row) in ROWS.into_iter().enumerate() {
        let number = unit + 1;
        let (blue, orange) = (palette::BLUE, palette::ORANGE);
        let line = |name: &str, value: f64, colour| (format!("{name} {value:.4}"), colour);
        boxed(&mut card, 0, row, &[(format!("x[{number}] {:.2}", given.x[unit]), blue)]);
        boxed(
            &mut card,
            1,
            row,
            &[
                line(&format!("z1[{number}]"), there.z1[unit], blue),
                line(&format!("h[{number}]"), there.h[unit], blue),
                line("back", back.back[unit], orange),
                line("slope", back.h_slope[unit], orange),
                line(&format!("d1[{number}]"), back.d1[unit], orange),
            ],
        );
        boxed(
            &mut card,
            2,
            row,
            &[
                line(&format!("z2[{number}]"), there.z2[unit], blue),
                line(&format!("o[{number}]"), there.o[unit], blue),
                (format!("t[{number}] {:.2}", given.t[unit]), palette::FAINT),
                line(&format!("e[{number}]"), there.e[unit], orange),
                line("slope", back.o_slope[unit], orange),
                line(&format!("d2[{number}]"), back.d2[unit], orange),
            ],
        );
    }
    card.text((14.0, 28.0), Anchor::Start, palette::BLUE, "forwards: weights, sums, outputs");
    card.text((466.0, 28.0), Anchor::End, palette::ORANGE, "backwards: blame, slopes");
    let [b1, b2] = [given.b1[0], given.b2[0]];
    let place = |column: usize| COLUMNS[column].0 + COLUMNS[column].1 / 2.0;
    card.text((place(1), 378.0), Anchor::Middle, palette::FAINT, &format!("b1 = {b1:.2}, fixed"));
    card.text((472.0, 378.0), Anchor::End, palette::FAINT, &format!("b2 = {b2:.2}, fixed"));
    let loss = format!("loss C = {:.6}; after one update with eta = {}: {:.6}", there.c, given.eta, after.c);
    card.text((240.0, 412.0), Anchor::Middle, palette::INK, &loss);
    Ok(card.finish())
}

/// A unit: a box with a line for each of its numbers.
fn boxed(card: &mut Card, column: usize, middle: f64, lines: &[(String, palette::Colour)]) {
    let (left, width) = COLUMNS[column];
    let height = LINE * lines.len() as f64 + 10.0;
    let top = middle - height / 2.0;
    card.rectangle((left, top), (width, height), palette::GROUND, 1.0);
    card.frame((left, top), (width, height), palette::FAINT, 1.3);
    for (index, (text, colour)) in lines.iter().enumerate() {
        let baseline = top + LINE * (index as f64 + 1.0);
        card.text((left + width / 2.0, baseline), Anchor::Middle, *colour, text);
    }
}
