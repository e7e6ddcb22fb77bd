//! Pinned numbers: what everything else starts from is the same on every machine, to the last bit.
//!
//! A test that compares a generator with itself cannot see that every number of the project changed; these can.

use digits_core::data::{Split, practice};
use digits_core::fingerprint::fingerprint;
use digits_core::linalg::{DMatrix, sigmoid};
use digits_core::network::Network;
use digits_core::random::{Purpose, below, generator, normal, shuffle, uniform};
use rand::Rng;

#[test]
fn the_first_number_of_every_stream_is_pinned() {
    use Purpose::{Distortion, Dropout, Order, PracticeTest, PracticeTrain, Test, Weights};
    let first = |purpose| generator(1, purpose, 0).next_u64();
    let found = [Weights, Order, PracticeTrain, PracticeTest, Distortion, Dropout, Test].map(first);
    assert_eq!(
        found,
        [
            4344717217939160907,
            6082804599785255738,
            9284114540295415762,
            12083163001554572489,
            16687324103967761964,
            13133570871420467092,
            12509859378959761778
        ]
    );
    // Seed, purpose and index stand at different places of the key.
    let found = [generator(2, Order, 3), generator(3, Order, 2)].map(|mut rng| rng.next_u64());
    assert_eq!(found, [1120064569604469271, 11984856926671064703]);
}

#[test]
fn shaped_random_numbers_are_pinned() {
    let mut rng = generator(1, Purpose::Test, 0);
    let found = [uniform(&mut rng).to_bits(), normal(&mut rng).to_bits(), below(&mut rng, 1000) as u64];
    assert_eq!(found, [4604283549320159112, 4603495487092469368, 730]);
    let mut order: Vec<u8> = (0..10).collect();
    shuffle(&mut order, &mut rng);
    assert_eq!(order, [3, 0, 9, 7, 5, 8, 6, 4, 1, 2]);
}

#[test]
fn practice_digits_are_pinned() {
    let bytes = |split| {
        let examples = practice::examples(1, split, 100);
        let bytes = examples.pixels().iter().chain(examples.labels());
        fingerprint(&bytes.map(|&byte| f32::from(byte)).collect::<Vec<_>>())
    };
    assert_eq!([bytes(Split::Train), bytes(Split::Test)], ["cbfbd4d33fb8fcd0", "3b1ad0422f32e60e"]);
}

#[test]
fn starting_weights_are_pinned() {
    let network = Network::<f32>::new(128, 1);
    let found: Vec<u32> = network.parameters().iter().take(4).map(|weight| weight.to_bits()).collect();
    assert_eq!(found, [1011740279, 3167405631, 1030711565, 1003694956]);
    assert_eq!(fingerprint(network.parameters().as_slice()), "de03e4446e3d3a96");
}

#[test]
fn the_sigmoid_is_pinned() {
    let mut z = DMatrix::from_row_slice(1, 6, &[-100.0f32, -1.0, -1e-3, 0.0, 0.7, 12.0]);
    sigmoid(&mut z);
    assert_eq!(
        z.iter().map(|value| value.to_bits()).collect::<Vec<_>>(),
        [8443674, 1049211569, 1056956220, 1056964608, 1059786330, 1065353112]
    );
}
