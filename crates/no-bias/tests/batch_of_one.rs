//! With a batch of one there is nothing to average.

use digits_core::batch::{Batch, SparseExamples};
use digits_core::data::{PIXELS, Split, practice};
use digits_core::network::Network;
use digits_core::settings::{LEARNING_RATE, Value};
use digits_core::stage::Stage;
use no_bias::NoBias;
use stochastic::Stochastic;

/// Protects the neighbourhood of stages 1 and 3: on single images they move the weights alike, to the last bit, and differ in
/// the biases alone. With two images they do not.
#[test]
fn with_a_batch_of_one_it_is_stage_1_without_biases() {
    let examples = SparseExamples::<f32>::from(&practice::examples(5, Split::Train, 20));
    let mut network = Network::<f32>::new(33, 1);
    let settings = <NoBias as Stage>::ABOUT.settings().with(&LEARNING_RATE, Value::Number(0.1));
    let (mut averaging, mut single) =
        (NoBias::new(&settings, &network), Stochastic::new(&settings, &network));
    let mut batch = Batch::new(PIXELS);
    for index in 0..20 {
        batch.set(&examples, &[index]);
        let (biases, mut other) = (network.biases.clone(), network.clone());
        averaging.update(&mut network, &batch);
        single.update(&mut other, &batch);
        assert_eq!((&network.first, &network.rest), (&other.first, &other.rest), "image {index}");
        assert_eq!(network.biases, biases);
        assert_ne!(network.biases, other.biases);
    }
    batch.set(&examples, &[0, 1]);
    let mut other = network.clone();
    averaging.update(&mut network, &batch);
    single.update(&mut other, &batch);
    assert_ne!(network.rest, other.rest, "two images have a covariance");
}
