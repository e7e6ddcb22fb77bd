//! Chapter 2: the weights of ten neurons, after 1, 3 and 10 epochs.

use super::Figure;
use crate::svg::{Anchor, Card, palette, signed_image};
use crate::{Problem, Result, Tool};
use digits_core::data::{SIDE, practice};
use digits_core::network::Network;
use digits_core::settings::{EPOCHS, HIDDEN, LEARNING_RATE, Layers, Value};
use digits_core::stage::Stage;
use digits_core::training::{TrainingData, train};
use stochastic::Stochastic;

pub(super) const FIGURE: Figure = Figure {
    name: "ten-neurons",
    title: "The weights of ten neurons after 1, 3 and 10 epochs, as images",
    draw,
};

fn draw(title: &str, _: &Tool) -> Result<String> {
    let mut dataset = practice::dataset();
    dataset.train.truncate(1_000);
    dataset.test.truncate(1);
    let data = TrainingData::from(&dataset);
    let weights = [1, 3, 10].into_iter().map(|epochs| trained(epochs, &data)).collect::<Result<Vec<_>>>()?;
    let most = weights.iter().flatten().flatten().fold(0.0, |most: f64, weight| most.max(weight.abs()));
    let mut card = Card::new(title, 466.0);
    let (across, scale) = (5, 2.3);
    let side = scale * SIDE as f64;
    // Two halves of five digits; in each a row for each age.
    for half in 0..2 {
        let top = 26.0 + 224.0 * half as f64;
        for (age, (name, weights)) in ["epoch 1", "3", "10"].iter().zip(&weights).enumerate() {
            let top = top + 66.0 * age as f64;
            card.text((54.0, top + 36.0), Anchor::End, palette::FAINT, name);
            for (column, weights) in weights.iter().skip(across * half).take(across).enumerate() {
                let at = (62.0 + 82.0 * column as f64, top);
                card.frame(at, (side, side), palette::GRID, 1.0);
                signed_image(&mut card, at, scale, SIDE, &strong(weights, 0.08 * most), 0.7 * most);
            }
        }
        for column in 0..across {
            let at = (62.0 + 82.0 * column as f64 + side / 2.0, top - 7.0);
            card.text(at, Anchor::Middle, palette::INK, &(across * half + column).to_string());
        }
    }
    Ok(card.finish())
}

/// The weights, with 0 in the place of those that are weaker than `least`: the noise of the start.
fn strong(weights: &[f64], least: f64) -> Vec<f64> {
    weights.iter().map(|weight| if weight.abs() < least { 0.0 } else { *weight }).collect()
}

/// The weights of the ten neurons after so many epochs, a row of 784 a digit.
fn trained(epochs: u64, data: &TrainingData) -> Result<Vec<Vec<f64>>> {
    let settings = <Stochastic as Stage>::ABOUT
        .usual()
        .with(&HIDDEN, Value::Layers(Layers::of(&[])))
        .with(&LEARNING_RATE, Value::Number(0.01))
        .with(&EPOCHS, Value::Whole(epochs));
    let mut network: Network = <Stochastic as Stage>::network(&settings);
    train::<f32, Stochastic>(&settings, &mut network, data, &mut ())
        .map_err(|error| Problem::new(error.to_string()))?;
    let weights = network.first.matrix();
    Ok(weights.row_iter().map(|row| row.iter().map(|weight| f64::from(*weight)).collect()).collect())
}
