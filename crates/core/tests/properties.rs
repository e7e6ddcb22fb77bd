//! What must hold for any network in a file, and for any order of any examples.

use digits_core::checkpoint::{Checkpoint, Functions};
use digits_core::choice::Choice;
use digits_core::data::split::split;
use digits_core::data::{CLASSES, Examples, PIXELS};
use digits_core::network::{Activation, Init, Loss, Network};
use digits_core::training::Plan;
use proptest::prelude::*;
use std::path::Path;
use test_support::strategies;

/// Any number that a network may hold: zero with its sign, the smallest, the largest.
fn parameter() -> impl Strategy<Value = f32> {
    prop_oneof![
        4 => -2.0..2.0_f32,
        1 => any::<u32>().prop_map(f32::from_bits).prop_filter("finite", |value| value.is_finite()),
        1 => prop::sample::select(vec![0.0, -0.0, f32::MIN_POSITIVE, 1e-45, f32::MAX, f32::MIN]),
    ]
}

/// Any network of a few layers; its parameters come again and again.
fn network() -> impl Strategy<Value = Network> {
    let choices = (prop::sample::select(Activation::ALL), prop::sample::select(Loss::ALL));
    let units = prop::collection::vec(1..40_usize, 0..5);
    (units, choices, prop::collection::vec(parameter(), 1..200)).prop_map(
        |(units, ((_, activation), (_, loss)), values)| {
            let mut network = Network::deep(&units, activation, loss, Init::He, 1);
            let all: Vec<f32> = values.into_iter().cycle().take(network.parameter_count()).collect();
            network.set_parameters(&all);
            network
        },
    )
}

fn bits(network: &Network) -> Vec<u32> {
    network.parameters().iter().map(|value| value.to_bits()).collect()
}

proptest! {
    #![proptest_config(strategies::cases(400))]

    #[test]
    fn a_network_that_was_saved_is_the_one_that_is_loaded(
        network in network(),
        metadata in prop::collection::btree_map("note\\.\\PC{0,8}", any::<String>(), 0..4),
    ) {
        let path = Path::new("network.safetensors");
        let file = network.to_checkpoint(metadata.clone());
        let read = Checkpoint::from_bytes(&file.to_bytes(), path).map_err(|error| {
            TestCaseError::fail(error.to_string())
        })?;
        prop_assert_eq!(&read.metadata, &file.metadata);
        for (name, text) in &metadata {
            prop_assert_eq!(read.metadata.get(name), Some(text));
        }
        let assumed = (Activation::Sigmoid, Loss::SquaredError);
        let loaded = Network::from_checkpoint(&read, path, &Functions::default(), assumed);
        let loaded = loaded.map_err(|error| TestCaseError::fail(error.to_string()))?.network;
        prop_assert_eq!(bits(&loaded), bits(&network));
        prop_assert_eq!(loaded.kind(), network.kind());
        prop_assert_eq!(loaded.fingerprint(), network.fingerprint());
        prop_assert_eq!(loaded.to_checkpoint(metadata).to_bytes(), file.to_bytes());
    }

    /// Every example is seen once in every epoch, whatever seed, epoch and number.
    #[test]
    fn an_order_is_a_permutation(
        examples in 0..3000_usize,
        seed in any::<u64>(),
        epoch in any::<u32>(),
        shuffle in any::<bool>(),
    ) {
        let plan = Plan {
            epochs: usize::MAX,
            most_updates: None,
            batch_size: 10,
            seed,
            shuffle,
            examples,
            measure_every: None,
        };
        let mut order = plan.order(epoch as usize);
        let in_file_order: Vec<u32> = (0..examples as u32).collect();
        if !shuffle {
            prop_assert_eq!(&order, &in_file_order);
        }
        order.sort_unstable();
        prop_assert_eq!(order, in_file_order);
    }

    /// No example is lost, doubled or given another label where one file is parted, and both parts keep its order.
    #[test]
    fn a_split_parts_what_there_is(
        labels in prop::collection::vec(0..CLASSES as u8, 0..250),
        share in 0.0..1.0_f64,
        seed in any::<u64>(),
    ) {
        // An image tells its place in the file.
        let image = |index: usize| vec![index as u8; PIXELS];
        let images: Vec<Vec<u8>> = (0..labels.len()).map(image).collect();
        let (train, test) = split(&Examples::new(images.concat(), labels.clone()), share, seed);
        let places = |part: &Examples| -> Vec<u8> { (0..part.len()).map(|index| part.image(index)[0]).collect() };
        for part in [&train, &test] {
            prop_assert!(places(part).is_sorted());
            let expected: Vec<u8> = places(part).iter().map(|place| labels[usize::from(*place)]).collect();
            prop_assert_eq!(part.labels(), expected);
        }
        let mut all = [places(&train), places(&test)].concat();
        all.sort_unstable();
        prop_assert_eq!(all, (0..labels.len()).map(|index| index as u8).collect::<Vec<_>>());
    }
}
