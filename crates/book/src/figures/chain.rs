//! Chapter 3: the chain of two single neurons, forwards and backwards.

use super::Figure;
use crate::experiments::CHAIN;
use crate::svg::{Anchor, Card, palette};
use crate::{Result, Tool};
use exercises::chapter_03::chain;

pub(super) const FIGURE: Figure =
    Figure { name: "chain", title: "A chain of two single neurons: numbers forwards, blame backwards", draw };

fn draw(title: &str, _: &Tool) -> Result<String> {
    let [x, t, w1, w2] = CHAIN;
    let found = chain(x, t, w1, w2);
    let mut card = Card::new(title, 206.0);
    let (middle, radius) = (92.0, 25.0);
    let places = [46.0, 172.0, 298.0, 424.0];
    let forwards = palette::BLUE;
    let backwards = palette::ORANGE;
    // Wires, with their weights above and what goes back below.
    let wires = [
        (places[0], places[1], format!("w1 = {w1}"), format!("{:.4}", found.g1), "slope of w1"),
        (places[1], places[2], format!("w2 = {w2}"), format!("{:.4}", found.g2), "slope of w2"),
    ];
    for (from, to, weight, slope, name) in wires {
        arrow(&mut card, (from + radius, middle), (to - radius - 2.0, middle), forwards);
        let centre = (from + to) / 2.0;
        card.text((centre, middle - 10.0), Anchor::Middle, forwards, &weight);
        card.text((centre, middle + 84.0), Anchor::Middle, backwards, name);
        card.text((centre, middle + 101.0), Anchor::Middle, backwards, &slope);
    }
    arrow(&mut card, (places[2] + radius, middle), (places[3] - radius - 2.0, middle), forwards);
    // Blame, on its way back.
    for (from, to) in [(places[3], places[2]), (places[2], places[1])] {
        arrow(&mut card, (from - 29.0, middle + 40.5), (to + 29.0, middle + 40.5), backwards);
    }
    let units = [
        ("x", format!("{x}"), None),
        ("h", format!("{:.4}", found.h), Some(("d1", found.d1))),
        ("o", format!("{:.4}", found.o), Some(("d2", found.d2))),
        ("C", format!("{:.4}", found.c), Some(("e", found.o - t))),
    ];
    for (at, (name, number, blame)) in places.into_iter().zip(units) {
        card.disc((at, middle), radius, palette::GROUND, 1.0);
        card.ring((at, middle), radius, palette::FAINT, 1.5);
        card.text((at, middle + 4.5), Anchor::Middle, forwards, &number);
        card.text((at, middle - radius - 8.0), Anchor::Middle, palette::INK, name);
        if let Some((name, number)) = blame {
            card.text((at, middle + 45.0), Anchor::Middle, backwards, &format!("{number:.4}"));
            card.text((at, middle + 62.0), Anchor::Middle, palette::INK, name);
        }
    }
    card.text((14.0, 26.0), Anchor::Start, forwards, "forwards");
    card.text((466.0, 193.0), Anchor::End, backwards, "backwards");
    card.text((466.0, 26.0), Anchor::End, palette::FAINT, &format!("target t = {t}"));
    Ok(card.finish())
}

/// A line with a point at its end.
fn arrow(card: &mut Card, from: (f64, f64), to: (f64, f64), colour: palette::Colour) {
    card.line(&[from, to], colour, 1.8);
    let back = if to.0 > from.0 { -7.0 } else { 7.0 };
    card.area(&[to, (to.0 + back, to.1 - 4.0), (to.0 + back, to.1 + 4.0)], colour, 1.0);
}
