//! Linear scaling: ten times fewer updates with ten times longer steps are the same training.

use digits_core::batch::SparseExamples;
use digits_core::data::practice;
use digits_core::parallel;
use digits_core::settings::{BATCH_SIZE, EPOCHS, HIDDEN, LEARNING_RATE, Layers, SEED, Value};
use digits_core::stage::Stage;
use digits_core::training::{TrainingData, train};
use gradient::Gradient;
use stochastic::Stochastic;

/// The mean test accuracy of three seeds, in per cent.
fn accuracy<S: Stage>(data: &TrainingData, batch_size: u64, eta: f64) -> f64 {
    let seeds = parallel::map(3, |seed| {
        let settings = S::ABOUT
            .usual()
            .with(&EPOCHS, Value::Whole(30))
            .with(&HIDDEN, Value::Layers(Layers::of(&[32])))
            .with(&SEED, Value::Whole(seed as u64 + 1))
            .with(&BATCH_SIZE, Value::Whole(batch_size))
            .with(&LEARNING_RATE, Value::Number(eta));
        let mut network = S::network(&settings);
        let outcome = train::<f32, S>(&settings, &mut network, data, &mut ()).expect("trains");
        100.0 * outcome.test.accuracy()
    });
    seeds.iter().sum::<f64>() / 3.0
}

/// Protects the column r = eta / B: what counts is the learning rate per example, whichever rule, so that more updates
/// are no explanation for a better result.
#[test]
fn batches_of_ten_with_ten_times_the_rate_reach_the_same() {
    let mut dataset = practice::dataset();
    dataset.train.truncate(1000);
    let train = SparseExamples::from(&dataset.train);
    let data = TrainingData { train, test: SparseExamples::from(&dataset.test) };
    let pairs = [
        ("delta rule", accuracy::<Stochastic>(&data, 1, 0.03), accuracy::<Stochastic>(&data, 10, 0.3)),
        ("gradient", accuracy::<Gradient>(&data, 1, 0.1), accuracy::<Gradient>(&data, 10, 1.0)),
    ];
    for (rule, single, tens) in pairs {
        assert!((single - tens).abs() < 0.5, "{rule}: {single:.2} and {tens:.2} per cent");
    }
    let slower = accuracy::<Gradient>(&data, 10, 0.1);
    assert!(
        slower < pairs[1].2 - 0.5,
        "the same rate for ten times fewer updates is another training: {slower:.2}"
    );
}
