//! What a network makes of images, and what its units look for: with core's own operations, layer by layer.

use crate::message::{Answer, Question};
use digits_core::Result;
use digits_core::batch::SparseExamples;
use digits_core::data::{CLASSES, PIXELS};
use digits_core::evaluation::predicted_class;
use digits_core::linalg::{DMatrix, SparseImage, SparseImages};
use digits_core::network::Network;
use serde_json::{Value, json};

/// The images whose outputs are computed at a time.
const AT_A_TIME: usize = 250;
/// The most images of an answer.
const MOST: usize = 1_000;

/// What every layer makes of one image.
pub(crate) fn forward(network: &Network, image: &[u8; PIXELS]) -> Answer {
    let images = SparseImages::<f32>::from_bytes(PIXELS, image);
    let x: Vec<SparseImage<'_, f32>> = images.iter().collect();
    let mut z = DMatrix::zeros(0, 0);
    network.first.affine(&network.biases[0], &x, &mut z);
    let mut answer = Answer::default();
    let mut layers = Vec::new();
    for (l, weights) in network.rest.iter().enumerate() {
        let sums = z.clone();
        network.activation.apply(&mut z);
        layers.push(json!({"units": z.nrows()}));
        answer = answer.with_numbers(&format!("sums{l}"), sums.as_slice());
        answer = answer.with_numbers(&format!("activations{l}"), z.as_slice());
        let mut above = DMatrix::zeros(0, 0);
        weights.affine(&network.biases[l + 1], &z, &mut above);
        if l + 1 == network.rest.len() {
            let products = weights.as_slice().iter().zip(z.as_slice().iter().cycle());
            let contributions: Vec<f32> = products.map(|(weight, h)| weight * h).collect();
            answer = answer.with_numbers("contributions", &contributions);
        }
        z = above;
    }
    if network.rest.is_empty() {
        let mut values = [0.0; PIXELS];
        x[0].write_to(&mut values);
        let rows = network.first.matrix().transpose();
        let contributions: Vec<f32> =
            rows.as_slice().iter().zip(values.iter().cycle()).map(|(weight, x)| weight * x).collect();
        answer = answer.with_numbers("contributions", &contributions);
    }
    let sums = z.clone();
    network.loss.outputs(&mut z);
    let last = &network.biases[network.layers() - 1];
    answer
        .with("layers", Value::Array(layers))
        .with("predicted", json!(predicted_class(z.as_slice())))
        .with_numbers("sums", sums.as_slice())
        .with_numbers("biases", last.0.as_slice())
        .with_numbers("outputs", z.as_slice())
}

/// The outputs for each of some images.
pub(crate) fn outputs(network: &Network, images: &[[u8; PIXELS]]) -> Answer {
    let images = SparseImages::<f32>::from_bytes(PIXELS, images.as_flattened());
    let outputs = outputs_of(network, &images);
    let predicted: Vec<u8> =
        outputs.chunks_exact(CLASSES).map(|column| predicted_class(column) as u8).collect();
    Answer::default().with_numbers("outputs", &outputs).with_bytes("predicted", &predicted)
}

fn outputs_of(network: &Network, images: &SparseImages<f32>) -> Vec<f32> {
    let all: Vec<_> = images.iter().collect();
    all.chunks(AT_A_TIME).flat_map(|part| network.outputs(part).as_slice().to_vec()).collect()
}

/// The weights of units of the first layer, each scaled so that its largest is 127.
pub(crate) fn weights(network: &Network, question: &Question<'_>) -> Result<Answer> {
    let units = network.first.outputs();
    let wanted = match question.get("units") {
        Value::Null => (0..units).collect(),
        _ => question.indices("units", units)?,
    };
    // A column of the transposed matrix is a unit.
    let rows = network.first.matrix().transpose();
    let (mut scaled, mut largest, mut biases) = (Vec::new(), Vec::new(), Vec::new());
    for unit in &wanted {
        let weights = rows.column(*unit);
        let most = weights.iter().fold(0.0f32, |most, weight| most.max(weight.abs()));
        let scale = if most > 0.0 { 127.0 / most } else { 0.0 };
        scaled.extend(weights.iter().map(|weight| (weight * scale).round() as i8));
        largest.push(most);
        biases.push(network.biases[0].0[*unit]);
    }
    Ok(Answer::of(json!({"units": wanted.len()}))
        .with_signed("weights", &scaled)
        .with_numbers("largest", &largest)
        .with_numbers("biases", &biases))
}

/// A unit of the first layer: its weights, what excites it, and what it says to the outputs.
pub(crate) fn unit(network: &Network, test: &SparseExamples, question: &Question<'_>) -> Result<Answer> {
    let unit = question.below("index", network.first.outputs())?;
    let most = question.whole_or("most", 10)?.min(MOST);
    let images: Vec<_> = test.images.iter().collect();
    let mut activations = Vec::with_capacity(images.len());
    let mut z = DMatrix::zeros(0, 0);
    for part in images.chunks(AT_A_TIME) {
        network.first.affine(&network.biases[0], part, &mut z);
        if network.rest.is_empty() {
            network.loss.outputs(&mut z);
        } else {
            network.activation.apply(&mut z);
        }
        activations.extend(z.row(unit).iter().copied());
    }
    let mut order: Vec<usize> = (0..activations.len()).collect();
    order.sort_by(|a, b| activations[*b].total_cmp(&activations[*a]));
    order.truncate(most);
    let excited: Vec<f32> = order.iter().map(|index| activations[*index]).collect();
    let mean_of = |digit: usize| {
        let of_digit =
            activations.iter().zip(&test.labels).filter(|(_, label)| usize::from(**label) == digit);
        let (sum, count) =
            of_digit.fold((0.0, 0), |(sum, count), (activation, _)| (sum + activation, count + 1));
        if count > 0 { sum / count as f32 } else { 0.0 }
    };
    let by_digit: [f32; CLASSES] = std::array::from_fn(mean_of);
    let to_outputs: Vec<f32> = match &network.rest[..] {
        [last] => last.transposed().row(unit).iter().copied().collect(),
        _ => Vec::new(),
    };
    Ok(Answer::of(json!({"bias": network.biases[0].0[unit], "indices": order}))
        .with_numbers("weights", network.first.matrix().row(unit).transpose().as_slice())
        .with_numbers("toOutputs", &to_outputs)
        .with_numbers("activations", &excited)
        .with_numbers("byDigit", &by_digit))
}

/// The test images in a cell of the confusion matrix.
pub(crate) fn cell(network: &Network, test: &SparseExamples, question: &Question<'_>) -> Result<Answer> {
    let (label, predicted) = (question.digit("label")?, question.digit("predicted")?);
    let most = question.whole_or("most", 20)?.min(MOST);
    let outputs = outputs_of(network, &test.images);
    let columns = outputs.chunks_exact(CLASSES).zip(&test.labels).enumerate();
    let inside = columns
        .filter(|(_, (column, is))| usize::from(**is) == label && predicted_class(column) == predicted);
    let (mut indices, mut shown, mut count) = (Vec::new(), Vec::new(), 0);
    for (index, (column, _)) in inside {
        count += 1;
        if count <= most {
            indices.push(index);
            shown.extend_from_slice(column);
        }
    }
    Ok(Answer::of(json!({"count": count, "indices": indices})).with_numbers("outputs", &shown))
}
