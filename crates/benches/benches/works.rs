//! The works W1 to W5: `cargo bench -p benches --bench works`. On MNIST where it lies in `data/`, else on practice digits.
#![allow(missing_docs)] // of the function that criterion's macro makes

use benches::{Running, WORKS, classify, first};
use criterion::{Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use digits_core::batch::SparseExamples;
use digits_core::data::{Source, Split, csv, source};
use digits_core::network::Network;
use digits_core::training::TrainingData;

fn works(criterion: &mut Criterion) {
    let dataset = source::load(&Source::Default, &source::LoadOptions::default(), &mut ())
        .expect("data that can be read");
    let data = TrainingData::from(&dataset);
    for work in WORKS.into_iter().filter(|work| work.goal.is_none()) {
        let examples = first(&data, work.images);
        let mut group = criterion.benchmark_group(work.name);
        group.sampling_mode(SamplingMode::Flat).sample_size(10);
        group.throughput(Throughput::Elements(examples.len() as u64));
        let mut running = Running::new(work, &examples, 1);
        group.bench_function(format!("an epoch of {} {}", examples.len(), dataset.name), |bencher| {
            bencher.iter(|| running.epoch());
        });
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join(source::csv_name(Split::Train));
    csv::write(&file, &dataset.train).expect("a file");
    let mut group = criterion.benchmark_group("W4");
    group.sampling_mode(SamplingMode::Flat).sample_size(10);
    group.throughput(Throughput::Elements(dataset.train.len() as u64));
    group.bench_function(format!("read {} rows of {}", dataset.train.len(), dataset.name), |bencher| {
        bencher.iter(|| SparseExamples::<f32>::from(&csv::read_examples(&file).expect("what was written")));
    });
    drop(group);
    let network = Network::new(128, 1);
    let mut group = criterion.benchmark_group("W3");
    group.throughput(Throughput::Elements(data.test.len() as u64));
    group.bench_function(format!("classify {} {}", data.test.len(), dataset.name), |bencher| {
        bencher.iter(|| classify(&network, &data.test, false));
    });
}

criterion_group!(benches, works);
criterion_main!(benches);
