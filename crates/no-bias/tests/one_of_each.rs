//! Batches that hold every digit once: the means then say nothing about any image, and averaging learns nothing.

use digits_core::data::practice;
use digits_core::settings::{EPOCHS, HIDDEN, Layers, SHUFFLE, Value};
use digits_core::stage::Stage;
use digits_core::training::{TrainingData, train};
use gradient::Gradient;
use no_bias::NoBias;

/// The test accuracy on practice digits, whose every ten neighbours are the ten digits, in batches of ten.
fn accuracy<S: Stage>(data: &TrainingData, shuffle: bool) -> f64 {
    let settings = S::ABOUT
        .usual()
        .with(&EPOCHS, Value::Whole(30))
        .with(&HIDDEN, Value::Layers(Layers::of(&[32])))
        .with(&SHUFFLE, Value::Switch(shuffle));
    let mut network = S::network(&settings);
    let outcome = train::<f32, S>(&settings, &mut network, data, &mut ()).expect("trains");
    outcome.test.accuracy()
}

/// Protects the sharpest case of averaging: the mean error of such a batch is nearly the same for every batch, and what
/// tells the digits apart is all in the covariance. The mean of products does not care.
#[test]
fn with_every_digit_once_in_a_batch_averaging_learns_nothing() {
    let mut dataset = practice::dataset();
    dataset.train.truncate(1000);
    let data = TrainingData::from(&dataset);
    let [averaging, exact] = [accuracy::<NoBias>(&data, false), accuracy::<Gradient>(&data, false)];
    assert!(averaging < 0.2, "no-bias: {averaging}");
    assert!(exact > 0.8, "gradient: {exact}");
    let shuffled = accuracy::<NoBias>(&data, true);
    assert!(shuffled > 0.6, "no-bias in random batches: {shuffled}");
}
