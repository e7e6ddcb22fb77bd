//! Why averaging first loses something, as identities and laws that the code keeps, in `f64`.

use batched::{Batched, EPSILON};
use digits_core::batch::{Batch, SparseExamples};
use digits_core::data::{Split, practice};
use digits_core::gradient_check::{Cost, direction, exact_gradient};
use digits_core::linalg::{DMatrix, DVector};
use digits_core::network::{Network, Signals};
use digits_core::settings::{LEARNING_RATE, Value};
use digits_core::stage::Stage;

const ETA: f64 = 0.5;

/// What stage 2 takes for the gradient of a batch.
fn stage_2(network: &Network<f64>, batch: &Batch<'_, f64>, epsilon: f64) -> DVector<f64> {
    let settings = <Batched as Stage>::ABOUT
        .settings()
        .with(&LEARNING_RATE, Value::Number(ETA))
        .with(&EPSILON, Value::Number(epsilon));
    direction(&mut Batched::new(&settings, network), network, batch, ETA)
}

/// A network that has left its start: its biases are not 0, and its outputs depend on the image.
fn network(hidden: usize) -> Network<f64> {
    let mut network = Network::<f64>::new(hidden, 3);
    network.rest[0].as_mut_slice().iter_mut().for_each(|w| *w *= 3.0);
    network.biases[0].shift(0.2);
    network.biases[1].shift(-1.0);
    network
}

fn batch<'a>(examples: &'a SparseExamples<f64>, indices: &[u32]) -> Batch<'a, f64> {
    let mut batch = Batch::new(examples.images.pixels());
    batch.set(examples, indices);
    batch
}

/// e = o - t and h of a batch, a column an example.
fn signals(network: &mut Network<f64>, batch: &Batch<'_, f64>) -> (DMatrix<f64>, DMatrix<f64>) {
    let Signals { mut h, mut o, .. } = Signals::default();
    network.two_layers().forward(&batch.x, &mut h, &mut o);
    (o - &batch.t, h)
}

/// mean(a bᵀ) over the columns.
fn mean_of_products(a: &DMatrix<f64>, b: &DMatrix<f64>) -> DMatrix<f64> {
    a * b.transpose() / a.ncols() as f64
}

/// The columns less their mean.
fn centred(a: &DMatrix<f64>) -> DMatrix<f64> {
    let mean = a.column_mean();
    DMatrix::from_columns(&a.column_iter().map(|column| column - &mean).collect::<Vec<_>>())
}

/// The part of a direction that belongs to W2, outputs x hidden units.
fn of_w2(network: &Network<f64>, direction: &DVector<f64>) -> DMatrix<f64> {
    let range = network.blocks()[2].range.clone();
    let (outputs, hidden) = (network.rest[0].outputs(), network.rest[0].inputs());
    DMatrix::from_row_slice(outputs, hidden, &direction.as_slice()[range])
}

/// Protects the identity of the chapter on averaging: mean(e hᵀ) = mean(e) mean(h)ᵀ + covariance, of which the delta rule
/// follows the whole, and stage 2 only the first term.
#[test]
fn stage_2_follows_the_product_of_means_and_drops_the_covariance() {
    let examples = SparseExamples::<f64>::from(&practice::examples(6, Split::Train, 10));
    let mut network = network(9);
    let batch = batch(&examples, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    let (e, h) = signals(&mut network, &batch);
    let of_means = e.column_mean() * h.column_mean().transpose();
    let covariance = mean_of_products(&centred(&e), &centred(&h));
    let whole = mean_of_products(&e, &h);
    assert!((&whole - &of_means - &covariance).amax() < 1e-14);
    assert!(covariance.amax() > 1e-3, "something is lost");

    let stage = of_w2(&network, &stage_2(&network, &batch, 0.01));
    assert!((&stage - &of_means).amax() < 1e-13, "stage 2 follows the product of means");
    let delta_rule = of_w2(&network, &exact_gradient(&network, &batch, Cost::CrossEntropy));
    assert!((&delta_rule - &whole).amax() < 1e-13, "the delta rule follows the mean of products");
}

/// Protects the law of what is left on average over all batches of B out of N: of the covariance, the share
/// (N - B) / ((N - 1) B), which is about 1/B. Every batch there is counts, so that no luck is in it.
#[test]
fn over_all_batches_a_share_of_the_covariance_is_left() {
    const N: u32 = 7;
    let examples = SparseExamples::<f64>::from(&practice::examples(8, Split::Train, N as usize));
    let mut network = network(5);
    let (e, h) = signals(&mut network, &batch(&examples, &(0..N).collect::<Vec<_>>()));
    let of_means = e.column_mean() * h.column_mean().transpose();
    let covariance = mean_of_products(&centred(&e), &centred(&h));
    for size in 1..=N {
        let subsets = (0..1u32 << N).filter(|bits| bits.count_ones() == size);
        let batches: Vec<Vec<u32>> =
            subsets.map(|bits| (0..N).filter(|index| bits >> index & 1 == 1).collect()).collect();
        let mut mean = DMatrix::zeros(10, 5);
        for indices in &batches {
            mean += of_w2(&network, &stage_2(&network, &batch(&examples, indices), 0.01));
        }
        mean /= batches.len() as f64;
        let (n, b) = (f64::from(N), f64::from(size));
        let expected = &of_means + &covariance * ((n - b) / ((n - 1.0) * b));
        assert!((mean - expected).amax() < 1e-12, "batches of {size}");
    }
}

/// Protects what is wrong with stage 2's biases: its one slope a layer is the sum of the units' own slopes, to the order of
/// the step, and every bias moves by it. So the step is as many times too long as there are units.
#[test]
fn the_shared_slope_is_the_sum_of_the_units_slopes() {
    let examples = SparseExamples::<f64>::from(&practice::examples(6, Split::Train, 10));
    let network = network(30);
    let batch = batch(&examples, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    let exact = exact_gradient(&network, &batch, Cost::SquaredError);
    for layer in [1, 3] {
        let block = network.blocks()[layer].range.clone();
        let sum: f64 = exact.as_slice()[block.clone()].iter().sum();
        let error = |epsilon: f64| {
            let stage = stage_2(&network, &batch, epsilon);
            let shared = &stage.as_slice()[block.clone()];
            assert!(shared.iter().all(|slope| (slope - shared[0]).abs() < 1e-9), "one slope for all units");
            (shared[0] - sum).abs()
        };
        let (long, short) = (error(1e-3), error(1e-4));
        assert!(long < 0.01 * sum.abs(), "layer of block {layer}: {long} of {sum}");
        assert!(
            (8.0..12.0).contains(&(long / short)),
            "the error is of the order of the step: {long} {short}"
        );
    }
}
