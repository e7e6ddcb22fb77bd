//! The gradient of a network of any depth against central differences, in `f64`.

use digits_core::batch::{Batch, SparseExamples};
use digits_core::data::{Split, practice};
use digits_core::evaluation::Classifier;
use improved::optimizer::OptimizerKind;
use improved::{Activation, Choice, DeepNetwork, Improved, Init, Loss, Settings};

fn mean_loss(network: &DeepNetwork<f64>, examples: &SparseExamples<f64>, batch: &Batch<'_, f64>) -> f64 {
    let o = network.outputs(&batch.x);
    let losses = (0..batch.len())
        .map(|example| network.loss.of(o.column(example).as_slice(), usize::from(examples.labels[example])));
    losses.sum::<f64>() / batch.len() as f64
}

/// The relative error of every checked derivative is at most 1e-7, or its absolute error lost in rounding.
fn check(hidden: &[usize], activation: Activation, loss: Loss) {
    let examples = SparseExamples::<f64>::from(&practice::examples(5, Split::Train, 6));
    let mut batch = Batch::new(examples.images.pixels());
    batch.set(&examples, &[0, 1, 2, 3, 4, 5]);
    let start = DeepNetwork::<f64>::new(hidden, activation, loss, Init::He, 3);
    let mut network = start.clone();
    // A batch moves the parameters by the mean gradient, times eta.
    let settings = Settings { optimizer: OptimizerKind::Sgd, ..Settings::plain() };
    Improved::new(&settings, &network).update(&mut network, &batch, 1.0);
    let gradient = start.parameters() - network.parameters();

    let parameters = start.parameters();
    let mut moved = start.clone();
    let step = 1e-5;
    let first = 784 * hidden[0];
    // Every parameter behind the first layer's weights, and some of those.
    let checked = (0..parameters.len()).filter(|index| *index >= first || index % 17 == 0);
    for index in checked {
        let mut at = |value| {
            moved.set_parameter(index, value);
            mean_loss(&moved, &examples, &batch)
        };
        let numeric = (at(parameters[index] + step) - at(parameters[index] - step)) / (2.0 * step);
        at(parameters[index]);
        let error = (gradient[index] - numeric).abs();
        let bound = 1e-7 * numeric.abs().max(gradient[index].abs()) + 2e-10;
        assert!(
            error <= bound,
            "{hidden:?} {activation:?} {loss:?}, parameter {index}: {} {numeric}",
            gradient[index]
        );
    }
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
