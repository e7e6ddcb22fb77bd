//! The rule of `no-bias` against its formulas written out, one number at a time.

use digits_core::batch::{Batch, SparseExamples};
use digits_core::data::{Split, practice};
use digits_core::network::Network;
use digits_core::settings::{LEARNING_RATE, Value};
use digits_core::stage::Stage;
use no_bias::NoBias;
use test_support::plain_network::{AveragedStep, PlainNetwork, rows};

/// Protects the rule: three updates on real images, biases included, are those of the formulas.
#[test]
fn the_rule_is_its_formulas_written_out() {
    let examples = SparseExamples::<f64>::from(&practice::examples(6, Split::Train, 12));
    let mut network = Network::<f64>::new(9, 1);
    network.biases[0].shift(0.1);
    network.biases[1].shift(-0.2);
    let mut plain = PlainNetwork::of(&network);
    let settings = <NoBias as Stage>::ABOUT.settings().with(&LEARNING_RATE, Value::Number(0.5));
    let mut stage = NoBias::new(&settings, &network);
    for indices in [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9], [10, 11, 0, 1, 2]] {
        let mut batch = Batch::new(examples.images.pixels());
        batch.set(&examples, &indices);
        stage.update(&mut network, &batch);

        let (x, t) = rows(&examples, &indices, &batch);
        AveragedStep::of(&plain, &x, &t).subtract_from(&mut plain, 0.5);
        let difference = (network.parameters() - plain.parameters()).amax();
        assert!(difference < 1e-13, "a parameter differs by {difference:e}");
    }
}
