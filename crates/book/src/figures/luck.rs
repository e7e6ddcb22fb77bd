//! Chapter 4: what seeds, test images and training images do to a result, for each rule.

use super::Figure;
use crate::svg::{Anchor, Card, Dots, Plot, Scale, palette};
use crate::{Result, Tool};

pub(super) const FIGURE: Figure = Figure {
    name: "luck",
    title: "For each rule the results of ten seeds, the interval over test images, and the results of ten training sets",
    draw,
};

const RULES: [&str; 5] = ["stochastic", "batched", "no-bias", "gradient", "momentum"];

fn draw(title: &str, tool: &Tool) -> Result<String> {
    let mut card = Card::new(title, 330.0);
    let plot = Plot {
        at: (46.0, 46.0),
        size: (422.0, 230.0),
        x: Scale::linear(0.0, 5.0),
        y: Scale::linear(0.81, 0.905),
    };
    let y = [(0.82, "82"), (0.84, "84"), (0.86, "86"), (0.88, "88"), (0.90, "90")];
    plot.axes(&mut card, ("", &[]), ("", &y));
    card.text((8.0, 22.0), Anchor::Start, palette::FAINT, "% correct");
    for (index, name) in RULES.iter().enumerate() {
        let colour = palette::of_stage(name);
        let numbers = |key: &str| tool.results.numbers("luck", &format!("stages.{name}.{key}"));
        let (seeds, sets) = (numbers("by_seed.*")?, numbers("accuracies.*")?);
        let half = numbers("half_interval")?.first().copied().unwrap_or(f64::NAN);
        let left = index as f64;
        let mean = seeds.iter().sum::<f64>() / seeds.len() as f64;
        Dots { points: &fan(left + 0.2, &seeds), colour, radius: 3.6 }.draw(&plot, &mut card);
        let [top, bottom] = [mean + half, mean - half].map(|share| plot.place(left + 0.5, share));
        card.line(&[top, bottom], palette::FAINT, 2.0);
        for end in [top, bottom] {
            card.line(&[(end.0 - 6.0, end.1), (end.0 + 6.0, end.1)], palette::FAINT, 2.0);
        }
        for at in fan(left + 0.8, &sets) {
            let (x, y) = plot.place(at.0, at.1);
            card.frame((x - 3.2, y - 3.2), (6.4, 6.4), colour, 1.6);
        }
        let (middle, bottom) = plot.place(left + 0.5, 0.81);
        card.text((middle, bottom + 20.0), Anchor::Middle, colour, name);
    }
    let y = 22.0;
    card.disc((110.0, y - 4.5), 3.6, palette::INK, 0.85);
    card.text((120.0, y), Anchor::Start, palette::INK, "ten seeds");
    card.line(&[(208.0, y - 11.0), (208.0, y + 2.0)], palette::FAINT, 2.0);
    card.text((218.0, y), Anchor::Start, palette::INK, "test images");
    card.frame((315.0, y - 8.0), (6.4, 6.4), palette::INK, 1.6);
    card.text((328.0, y), Anchor::Start, palette::INK, "ten training sets");
    Ok(card.finish())
}

/// Places beside each other for results that would lie on each other.
fn fan(middle: f64, shares: &[f64]) -> Vec<(f64, f64)> {
    let places = [0.0, -0.05, 0.05, -0.1, 0.1];
    let mut sorted = shares.to_vec();
    sorted.sort_by(f64::total_cmp);
    let mut placed: Vec<(f64, f64)> = Vec::new();
    for share in sorted {
        let is_free =
            |x: f64| placed.iter().all(|(other, at)| (other - x).abs() > 0.01 || share - at > 0.0032);
        let x = places.into_iter().map(|by| middle + by).find(|x| is_free(*x)).unwrap_or(middle);
        placed.push((x, share));
    }
    placed
}
