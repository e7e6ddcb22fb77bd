//! How many pixels an image lights, and a batch.

use super::{Data, Experiment, Lab};
use crate::Result;
use digits_core::batch::SparseExamples;
use digits_core::data::{Examples, PIXELS, practice};
use digits_core::linalg::SparseImages;
use digits_core::stage::Stage;
use improved::{Augmenter, Improved};
use serde_json::{Value, json};

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "lit-pixels",
    about: "Lit pixels of the first 1,000 training images: of one, of a batch of ten, of a distorted one, of none",
    data: Data::Mnist,
    stages: &["improved"],
    run,
};

fn run(lab: &Lab<'_>) -> Result<Value> {
    let sets = [("MNIST", lab.dataset()?.train), ("practice digits", practice::dataset().train)];
    let sets: Vec<Value> = sets.into_iter().map(|(name, examples)| count(name, examples)).collect();
    Ok(json!({"sets": sets}))
}

fn count(name: &str, mut examples: Examples) -> Value {
    examples.truncate(1_000);
    let examples = SparseExamples::<f32>::from(&examples);
    let mut distorted = SparseExamples { images: SparseImages::new(PIXELS), labels: Vec::new() };
    Augmenter::new(&<Improved as Stage>::ABOUT.usual()).renew(&examples, 1, &mut distorted);
    let lit: Vec<&[u16]> = examples.images.iter().map(|image| image.lit).collect();
    let one = mean_lit(&examples);
    let tens: Vec<usize> = lit.chunks(10).map(lit_in_any).collect();
    let ten = tens.iter().sum::<usize>() as f64 / tens.len() as f64;
    json!({
        "name": name,
        "one": one,
        "share": one / PIXELS as f64,
        "ten": ten,
        "distorted": mean_lit(&distorted),
        "never": PIXELS - lit_in_any(&lit),
        "first": lit.first().map(|lit| lit.len()),
    })
}

/// The lit pixels of an image, in the mean.
fn mean_lit(examples: &SparseExamples<f32>) -> f64 {
    examples.images.iter().map(|image| image.lit.len()).sum::<usize>() as f64 / examples.len() as f64
}

/// How many pixels are lit in at least one of these images.
fn lit_in_any(images: &[&[u16]]) -> usize {
    let mut any = [false; PIXELS];
    images.iter().copied().flatten().for_each(|&pixel| any[usize::from(pixel)] = true);
    any.iter().filter(|lit| **lit).count()
}
