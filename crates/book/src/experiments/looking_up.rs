//! Chapter 1: programs that look up, on moved images and on more of them; and networks that see undivided grey levels.

use super::training::accuracies;
use super::{Data, Experiment};
use crate::Result;
use digits_core::baselines::Baseline;
use digits_core::data::{CLASSES, Dataset, Examples, practice};
use digits_core::stage::Stage;
use digits_core::training::TrainingData;
use exercises::chapter_01::{moved_right, nearest_mean, not_divided, two_means};
use gradient::Gradient;
use serde_json::{Value, json};
use stochastic::Stochastic;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "looking-up",
    about: "Baselines on 1,000 images, with test images moved right, with 100 to 10,000 images, with two means a digit; \
            stages 1 and 4 with grey levels that are divided by 255 and not, 100 epochs, seeds 1 to 5",
    data: Data::Mnist,
    stages: &["stochastic", "gradient"],
    run: |lab| Ok(json!({"practice": of(practice::dataset())?, "mnist": of(lab.dataset()?)?})),
};

/// The images that are learned from, unless told otherwise.
const IMAGES: usize = 1_000;

fn of(dataset: Dataset) -> Result<Value> {
    let (all, test) = (dataset.train, dataset.test);
    let first = |count: usize| {
        let mut images = all.clone();
        images.truncate(count);
        images
    };
    let train = first(IMAGES);
    let by_baselines = |train: &Examples, test: &Examples| {
        let accuracy = |baseline: Baseline| baseline.evaluate(train, test).accuracy();
        json!({"nearest": accuracy(Baseline::NearestImage), "means": accuracy(Baseline::NearestMean)})
    };
    let moved: Vec<Value> = (0..4).map(|by| by_baselines(&train, &moved_right(&test, by))).collect();
    let sizes: Vec<Value> = [100, IMAGES, 10_000].map(|count| by_baselines(&first(count), &test)).to_vec();
    let means = two_means(&train);
    let is_correct = |index: &usize| nearest_mean(&means, test.image(*index)) == Some(test.labels()[*index]);
    let two = (0..test.len()).filter(is_correct).count() as f64 / test.len() as f64;
    let divided = TrainingData { train: (&train).into(), test: (&test).into() };
    let undivided = TrainingData { train: not_divided(&train), test: not_divided(&test) };
    Ok(json!({
        "moved": moved,
        "sizes": sizes,
        "two_means": two,
        "most_common": most_common(&test),
        "divided": networks(&divided)?,
        "undivided": networks(&undivided)?,
    }))
}

/// The digit of most test images, and its share.
fn most_common(test: &Examples) -> Value {
    let count = |digit: usize| test.labels().iter().filter(|label| usize::from(**label) == digit).count();
    let digit = (0..CLASSES).rev().max_by_key(|digit| count(*digit)).unwrap_or(0);
    json!({"digit": digit, "share": count(digit) as f64 / test.len() as f64})
}

fn networks(data: &TrainingData) -> Result<Value> {
    Ok(json!({
        "stochastic": accuracies::<Stochastic>(&<Stochastic as Stage>::ABOUT.usual(), data, |network| network)?,
        "gradient": accuracies::<Gradient>(&<Gradient as Stage>::ABOUT.usual(), data, |network| network)?,
    }))
}
