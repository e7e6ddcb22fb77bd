//! The gradient of a network of any depth against central differences, in `f64`.

use digits_core::Choice;
use digits_core::batch::{Batch, SparseExamples};
use digits_core::data::{Split, practice};
use digits_core::gradient_check::mean_loss;
use digits_core::network::{Activation, Init, Loss, Network};
use digits_core::settings::Value;
use digits_core::stage::Stage;
use improved::settings::OPTIMIZER;
use improved::{ABOUT, Improved};

/// Which units' inputs are above zero, in every hidden layer: between two of these patterns a rectifier has a kink, over
/// which no difference is a derivative.
fn pattern(network: &Network<f64>, batch: &Batch<'_, f64>) -> Vec<bool> {
    let mut h = vec![digits_core::linalg::DMatrix::zeros(0, 0); network.layers()];
    network.forward(&batch.x, &mut h, |_, _| {});
    h[..network.layers() - 1].iter().flat_map(|h| h.iter().map(|h| *h > 0.0).collect::<Vec<_>>()).collect()
}

/// The relative error of every checked derivative is at most 1e-7, or its absolute error lost in rounding.
fn check(hidden: &[usize], activation: Activation, loss: Loss) {
    let examples = SparseExamples::<f64>::from(&practice::examples(5, Split::Train, 6));
    let mut batch = Batch::new(examples.images.pixels());
    batch.set(&examples, &[0, 1, 2, 3, 4, 5]);
    let start = Network::<f64>::deep(hidden, activation, loss, Init::He, 3);
    let mut network = start.clone();
    // A batch moves the parameters by the mean gradient, times eta.
    let settings = ABOUT.settings().with(&OPTIMIZER, Value::Word("sgd"));
    Improved::new(&settings, &network).update_at(&mut network, &batch, 1.0);
    let gradient = start.parameters() - network.parameters();

    let parameters = start.parameters();
    let mut moved = start.clone();
    let step = 1e-5;
    let first = 784 * hidden[0];
    let (mut checked, mut at_kinks) = (0, 0);
    // Every parameter behind the first layer's weights, and some of those.
    for index in (0..parameters.len()).filter(|index| *index >= first || index % 17 == 0) {
        let mut at = |value| {
            moved.set_parameter(index, value);
            (mean_loss(&moved, &batch), pattern(&moved, &batch))
        };
        let ((above, pattern_above), (below, pattern_below)) =
            (at(parameters[index] + step), at(parameters[index] - step));
        at(parameters[index]);
        if pattern_above != pattern_below {
            at_kinks += 1;
            continue;
        }
        checked += 1;
        let numeric = (above - below) / (2.0 * step);
        let error = (gradient[index] - numeric).abs();
        let bound = 1e-7 * numeric.abs().max(gradient[index].abs()) + 2e-10;
        assert!(
            error <= bound,
            "{hidden:?} {activation:?} {loss:?}, parameter {index}: {} {numeric}",
            gradient[index]
        );
    }
    assert!(at_kinks * 50 <= checked, "{at_kinks} of {checked} stand at a kink");
}

#[test]
fn every_derivative_is_exact_for_every_activation_loss_and_depth() {
    for (_, activation) in Activation::ALL {
        for (_, loss) in Loss::ALL {
            for hidden in [&[9][..], &[8, 7], &[6, 7, 5]] {
                check(hidden, *activation, *loss);
            }
        }
    }
}
