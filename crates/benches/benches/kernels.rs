//! The operations of the linear algebra, one by one: `cargo bench -p benches --bench kernels`.
#![allow(missing_docs)] // of the function that criterion's macro makes

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use digits_core::data::{PIXELS, Split, practice};
use digits_core::linalg::{
    Bias, DMatrix, PixelVelocity, PixelWeights, Rule, SparseBatch, SparseImages, Weights, sigmoid,
};
use digits_core::network::Init;
use std::hint::black_box;

fn kernels(criterion: &mut Criterion) {
    pixel_weights(criterion);
    for (outputs, inputs, examples) in [(10, 128, 1), (10, 128, 10), (256, 512, 32), (1200, 1200, 128)] {
        weights(criterion, outputs, inputs, examples);
    }
    let z = Init::ScaledNormal.weights::<f32>(128, 10, 1, 0);
    criterion.bench_function("sigmoid of 1,280", |bencher| {
        let mut o = z.clone();
        bencher.iter(|| {
            o.copy_from(&z);
            sigmoid(black_box(&mut o));
        });
    });
}

/// The first layer, on practice digits.
fn pixel_weights(criterion: &mut Criterion) {
    let examples = practice::examples(1, Split::Train, 128);
    let images = SparseImages::<f32>::from_bytes(PIXELS, examples.pixels());
    for (hidden, count) in [(128, 1), (128, 10), (128, 32), (1200, 128)] {
        let mut group = criterion.benchmark_group(format!("pixel weights {hidden} x 784, {count} images"));
        let mut x = SparseBatch::new(PIXELS);
        x.set(images.iter().take(count));
        let lit: usize = x.iter().map(|image| image.lit.len()).sum();
        group.throughput(Throughput::Elements((lit * hidden) as u64)); // fused products
        let mut weights = PixelWeights::new(&Init::ScaledNormal.weights::<f32>(hidden, PIXELS, 1, 0));
        let mut velocity = PixelVelocity::zeros(&weights);
        let (bias, mut z) = (Bias::zeros(hidden), DMatrix::zeros(0, 0));
        let d = DMatrix::from_element(hidden, count, 1e-9f32);
        group.bench_function("affine", |bencher| bencher.iter(|| weights.affine(&bias, &x, &mut z)));
        group.bench_function("descend", |bencher| bencher.iter(|| weights.descend(1e-9, &d, &x)));
        group.bench_function("descend with momentum", |bencher| {
            bencher.iter(|| weights.descend_with_momentum(&mut velocity, 0.9, 1e-9, &d, &x));
        });
    }
}

/// A later layer.
fn weights(criterion: &mut Criterion, outputs: usize, inputs: usize, examples: usize) {
    let mut group = criterion.benchmark_group(format!("weights {outputs} x {inputs}, {examples} examples"));
    group.throughput(Throughput::Elements((outputs * inputs * examples) as u64)); // fused products
    let mut weights = Weights::new(&Init::ScaledNormal.weights::<f32>(outputs, inputs, 1, 1));
    let mut velocity = Weights::zeros(outputs, inputs);
    let (bias, mut z, mut back) = (Bias::zeros(outputs), DMatrix::zeros(0, 0), DMatrix::zeros(0, 0));
    let x = Init::ScaledNormal.weights::<f32>(inputs, examples, 1, 2);
    let d = Init::ScaledNormal.weights::<f32>(outputs, examples, 1, 3);
    group.bench_function("affine", |bencher| bencher.iter(|| weights.affine(&bias, &x, &mut z)));
    group.bench_function("transposed times", |bencher| {
        bencher.iter(|| weights.transposed_times(&d, &mut back));
    });
    group.bench_function("descend with momentum", |bencher| {
        bencher.iter(|| weights.descend_by(&Rule::momentum(1e-9, 0.9), Some(&mut velocity), &d, &x));
    });
}

criterion_group!(benches, kernels);
criterion_main!(benches);
