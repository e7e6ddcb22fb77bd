//! Chapter 9: one number to compare them all.
//!
//! Answers: a rule's twin at another batch size, and a fair comparison of two rules.

use digits_core::batch::SparseExamples;
use digits_core::evaluation::evaluate;
use digits_core::settings::{LEARNING_RATE, SEED, Settings, Value};
use digits_core::stage::Stage;
use digits_core::training::{Plan, Training};
use std::ops::Range;

/// *Predict*: the learning rate that has the same r = eta / B with another batch size. Whether it does the same is another
/// question: r compares, it does not protect.
pub fn twin(eta: f64, batch_size: usize, other: usize) -> f64 {
    eta * other as f64 / batch_size as f64
}

/// The accuracy on `judge` after a training on `train`.
pub fn accuracy<S: Stage>(settings: &Settings, train: &SparseExamples, judge: &SparseExamples) -> f64 {
    let network = S::network(settings);
    let plan = Plan::new(settings, train.len());
    let mut training = Training::new(S::new(settings, &network), network, plan);
    while training.step(train, usize::MAX) > 0 {}
    evaluate(&training.network, judge).accuracy()
}

/// The accuracies with each of these seeds.
pub fn accuracies<S: Stage>(
    settings: &Settings,
    seeds: Range<u64>,
    train: &SparseExamples,
    judge: &SparseExamples,
) -> Vec<f64> {
    let with = |seed| settings.clone().with(&SEED, Value::Whole(seed));
    seeds.map(|seed| accuracy::<S>(&with(seed), train, judge)).collect()
}

/// *Build*: the settings with the rate, of some, that reads most held-out images, as a mean over seeds. It never sees a
/// test image. None where there is no rate.
pub fn choose_rate<S: Stage>(
    settings: &Settings,
    rates: &[f64],
    seeds: Range<u64>,
    train: &SparseExamples,
    held_out: &SparseExamples,
) -> Option<Settings> {
    let tried = rates.iter().map(|&rate| {
        let settings = settings.clone().with(&LEARNING_RATE, Value::Number(rate));
        let sum: f64 = accuracies::<S>(&settings, seeds.clone(), train, held_out).iter().sum();
        (sum, settings)
    });
    tried.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, settings)| settings)
}

/// *Build*: the mean of the differences a - b, seed by seed, and its standard error. None for fewer than two.
pub fn paired(a: &[f64], b: &[f64]) -> Option<(f64, f64)> {
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    let n = differences.len() as f64;
    let mean = differences.iter().sum::<f64>() / n;
    let squares: f64 = differences.iter().map(|difference| (difference - mean).powi(2)).sum();
    (differences.len() >= 2).then(|| (mean, (squares / (n - 1.0) / n).sqrt()))
}

/// *Build*: what may be said of a difference and its standard error.
pub fn verdict((difference, error): (f64, f64)) -> &'static str {
    match difference {
        _ if difference.abs() <= 2.0 * error => "cannot be told apart",
        _ if difference > 0.0 => "the first is ahead",
        _ => "the second is ahead",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use digits_core::data::{Split, practice};
    use digits_core::settings::{EPOCHS, HIDDEN, Layers};
    use gradient::Gradient;
    use stochastic::Stochastic;

    fn usual<S: Stage>(epochs: u64) -> Settings {
        S::ABOUT.usual().with(&HIDDEN, Value::Layers(Layers::of(&[24]))).with(&EPOCHS, Value::Whole(epochs))
    }

    /// Protects the words: a difference is called one beyond twice its standard error, whichever way it goes.
    #[test]
    fn only_what_the_spread_carries_is_said() {
        assert_eq!(verdict((0.3, 0.2)), "cannot be told apart");
        assert_eq!(verdict((0.3, 0.1)), "the first is ahead");
        assert_eq!(verdict((-0.3, 0.1)), "the second is ahead");
        let (mean, error) = paired(&[3.0, 5.0], &[1.0, 1.0]).expect("two");
        assert!((mean - 3.0).abs() < 1e-12 && (error - 1.0).abs() < 1e-12);
        assert_eq!(paired(&[1.0], &[0.0]), None);
        assert_eq!(twin(1.0, 10, 50), 5.0);
    }

    /// Protects the whole comparison: after two epochs with the shipped rates the delta rule is ahead of the gradient, and a
    /// rule is not ahead of itself with other seeds.
    #[test]
    fn a_fair_comparison_tells_rules_apart_and_a_rule_not_from_itself() {
        let images = practice::examples(practice::SEED, Split::Train, 800);
        let all = SparseExamples::from(&images);
        let (train, held_out) = (all.part(0..400), all.part(400..800));
        let test = SparseExamples::from(&practice::examples(practice::SEED, Split::Test, 1000));
        let delta = choose_rate::<Stochastic>(&usual::<Stochastic>(2), &[1e-4, 0.1], 1..3, &train, &held_out)
            .expect("a rate");
        assert_eq!(delta.number(&LEARNING_RATE), 0.1);
        let gradient = choose_rate::<Gradient>(&usual::<Gradient>(2), &[0.001, 0.1], 1..3, &train, &held_out)
            .expect("a rate");
        let fresh = |seeds| accuracies::<Stochastic>(&delta, seeds, &train, &test);
        let other = accuracies::<Gradient>(&gradient, 11..16, &train, &test);
        assert_eq!(verdict(paired(&fresh(11..16), &other).expect("five")), "the first is ahead");
        assert_eq!(verdict(paired(&fresh(11..16), &fresh(21..26)).expect("five")), "cannot be told apart");
    }
}
