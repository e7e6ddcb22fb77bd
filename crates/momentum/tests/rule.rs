//! The rule of `momentum` against the plain recursion, and against `gradient`.

use digits_core::batch::{Batch, SparseExamples};
use digits_core::data::{Split, practice};
use digits_core::network::{Activation, Init, Loss, Network};
use digits_core::settings::{BATCH_SIZE, EPOCHS, LEARNING_RATE, SEED, Settings, Value};
use digits_core::stage::Stage;
use digits_core::training::{Plan, Training};
use gradient::Gradient;
use momentum::{MOMENTUM, Momentum};

fn settings(learning_rate: f64, momentum: f64) -> Settings {
    let settings = <Momentum as Stage>::ABOUT.settings();
    settings.with(&LEARNING_RATE, Value::Number(learning_rate)).with(&MOMENTUM, Value::Number(momentum))
}

fn examples() -> SparseExamples {
    SparseExamples::from(&practice::examples(5, Split::Train, 50))
}

/// Protects the neighbourhood of the two stages: with mu 0 every bit is that of `gradient`, short last batch included.
#[test]
fn momentum_0_is_gradient_to_the_last_bit() {
    let examples = examples();
    let (sigmoid, loss, init) = (Activation::Sigmoid, Loss::SquaredError, Init::ScaledNormal);
    for (batch_size, hidden) in [(1, &[33][..]), (7, &[33]), (10, &[33]), (1, &[]), (7, &[])] {
        let settings = settings(1.0, 0.0)
            .with(&EPOCHS, Value::Whole(3))
            .with(&BATCH_SIZE, Value::Whole(batch_size))
            .with(&SEED, Value::Whole(2));
        let plan = Plan::new(&settings, examples.len());
        let start = Network::deep(hidden, sigmoid, loss, init, 1);
        let mut a = Training::new(Gradient::new(&settings, &start), start.clone(), plan);
        let mut b = Training::new(Momentum::new(&settings, &start), start, plan);
        while a.step(&examples, 4) > 0 {
            b.step(&examples, 4);
        }
        assert!(a.is_finished() && b.is_finished());
        let bits = |network: &Network| network.parameters().iter().map(|p| p.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&a.network), bits(&b.network), "batch size {batch_size}, hidden {hidden:?}");
    }
}

/// Protects the velocity: v = mu v + g, parameter -= eta v, with g measured by the stage `gradient`, in f64.
#[test]
fn the_velocity_is_the_fading_sum_of_gradients() {
    let examples = SparseExamples::<f64>::from(&practice::examples(5, Split::Train, 12));
    let (eta, mu) = (0.3, 0.8);
    let mut network = Network::<f64>::new(7, 1);
    let mut stage = Momentum::new(&settings(eta, mu), &network);
    let mut parameters = network.parameters();
    let mut velocity = parameters.clone() * 0.0;
    for indices in [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]] {
        let mut batch = Batch::new(examples.images.pixels());
        batch.set(&examples, &indices);
        let mut gradient = Gradient::new(&settings(1.0, 0.0), &network);
        let g = digits_core::gradient_check::direction(&mut gradient, &network, &batch, 1.0);
        velocity = velocity * mu + g;
        parameters -= &velocity * eta;
        stage.update(&mut network, &batch);
        let difference = (network.parameters() - &parameters).amax();
        assert!(difference < 1e-14, "a parameter differs by {difference:e}");
    }
}
