//! Digits under every condition that people photograph, scan and draw them in: nearly all must be read.
//!
//! The digits are practice digits, and a small network that learned practice digits reads them. With the environment
//! variable MNIST, a folder, the ignored test does the same with real handwriting.

#![allow(clippy::print_stdout)] // which digits were misread is worth seeing: `cargo test -- --nocapture`

#[path = "../../core/tests/documented/mod.rs"]
mod documented;
mod drawn;
mod page;

use digits_core::data::{CLASSES, Dataset, Examples, PIXELS, Source, Split, practice, source};
use digits_core::evaluation::predicted_class;
use digits_core::linalg::SparseImages;
use digits_core::network::Network;
use digits_core::random::{Generator, Purpose, below, generator};
use digits_core::settings::{BATCH_SIZE, EPOCHS, MEASURE_EVERY, Value};
use digits_core::stage::Stage;
use digits_core::training::{TrainingData, train};
use drawn::{CONDITIONS, Draw};
use handwriting::{Coloured, find_digits};
use improved::{ABOUT, Improved};
use page::{BLACK, Page, WHITE, between};
use std::sync::OnceLock;

/// A small network that learned from this data.
fn network(data: Dataset) -> Network {
    let epochs = (100_000 / data.train.len()).max(2) as u64;
    let settings = ABOUT
        .usual()
        .with(&EPOCHS, Value::Whole(epochs))
        .with(&MEASURE_EVERY, Value::Whole(1000))
        .with(&BATCH_SIZE, Value::Whole(64));
    let mut network = <Improved as Stage>::network(&settings);
    train::<f32, Improved>(&settings, &mut network, &TrainingData::from(&data), &mut ()).expect("trains");
    network
}

/// The network that learned practice digits, trained once for all tests.
fn practice_network() -> &'static Network {
    static NETWORK: OnceLock<Network> = OnceLock::new();
    NETWORK.get_or_init(|| {
        let mut data = practice::dataset();
        data.test.truncate(200);
        network(data)
    })
}

/// What a network reads in an image, from left to right.
fn read(network: &Network, image: &Coloured) -> Vec<usize> {
    let mut images = SparseImages::new(PIXELS);
    for digit in find_digits(&image.to_grey()) {
        images.push(&digit.image.map(|level| f32::from(level) / 255.0));
    }
    let outputs = network.outputs(&images.iter().collect::<Vec<_>>());
    outputs.as_slice().chunks_exact(CLASSES).map(predicted_class).collect()
}

/// Draws the digits under a condition, and lists those that were misread: their index, digit, and what was read.
fn misread(
    network: &Network,
    (name, _, draw): &(&str, usize, Draw),
    digits: &Examples,
) -> Vec<(usize, u8, Vec<usize>)> {
    // From its name, so that no condition changes what is drawn under another.
    let seed = name.bytes().fold(0, |seed: u64, byte| seed.wrapping_mul(31).wrapping_add(byte.into()));
    let read = |index: usize| {
        let image: &[u8; PIXELS] = digits.image(index).try_into().expect("784 pixels");
        let mut rng = generator(seed, Purpose::Test, index as u64);
        let drawn = draw(image, &mut rng);
        if let Some(folder) = std::env::var_os("KEEP_PAGES") {
            let file = format!("{}_{index:02}_{}.ppm", name.replace(' ', "-"), digits.labels()[index]);
            keep(&drawn, &std::path::Path::new(&folder).join(file));
        }
        (index, digits.labels()[index], read(network, &drawn))
    };
    (0..digits.len()).map(read).filter(|(_, label, read)| *read != [usize::from(*label)]).collect()
}

/// Writes a page as it was drawn, to be looked at.
fn keep(image: &Coloured, path: &std::path::Path) {
    let mut bytes = format!("P6 {} {} 255\n", image.width, image.height).into_bytes();
    bytes.extend(image.pixels.iter().flatten());
    std::fs::write(path, bytes).expect("writes");
}

/// Checks all conditions, on two threads, and returns how many digits were read under each.
fn check(network: &Network, digits: &Examples) -> Vec<usize> {
    let check = |(at, condition): (usize, &(&str, usize, Draw))| {
        let misread = misread(network, condition, digits);
        let correct = digits.len() - misread.len();
        println!("{:40} {correct} of {}  {misread:?}", condition.0, digits.len());
        (at, correct)
    };
    let mut read: Vec<(usize, usize)> = std::thread::scope(|scope| {
        let halves = [0, 1].map(|half| {
            let of_half = CONDITIONS.iter().enumerate().skip(half).step_by(2);
            scope.spawn(move || of_half.map(check).collect::<Vec<_>>())
        });
        halves.into_iter().flat_map(|half| half.join().expect("no panic")).collect()
    });
    read.sort_unstable();
    let too_few = |(at, correct): &&(usize, usize)| *correct < CONDITIONS[*at].1 * digits.len() / 30;
    let failed: Vec<&str> = read.iter().filter(too_few).map(|(at, _)| CONDITIONS[*at].0).collect();
    assert!(failed.is_empty(), "too few are read: {failed:?}");
    read.into_iter().map(|(_, correct)| correct).collect()
}

/// The first 30 test digits that the network reads as they are: what is tried is the paper, not the network.
fn readable(network: &Network, examples: &Examples, count: usize) -> Examples {
    let mut images = SparseImages::new(PIXELS);
    (0..examples.len()).for_each(|index| {
        images.push(&std::array::from_fn::<f32, PIXELS, _>(|at| f32::from(examples.image(index)[at]) / 255.0))
    });
    let outputs = network.outputs(&images.iter().collect::<Vec<_>>());
    let classes = outputs
        .as_slice()
        .chunks_exact(CLASSES)
        .map(|outputs| (predicted_class(outputs), outputs.iter().copied().fold(0.0, f32::max)));
    let right = classes
        .enumerate()
        .filter(|(index, (class, sure))| *class == usize::from(examples.labels()[*index]) && *sure > 0.9);
    let right: Vec<usize> = right.map(|(index, _)| index).take(count).collect();
    let pixels = right.iter().flat_map(|index| examples.image(*index)).copied().collect();
    Examples::new(pixels, right.iter().map(|index| examples.labels()[*index]).collect())
}

/// Makes the table of conditions in `docs/handwriting.md`.
#[test]
fn practice_digits_are_read_under_every_condition() {
    let network = practice_network();
    let digits = readable(network, &practice::examples(7, Split::Test, 60), 30);
    let mut table = format!("| the image shows | read, of {} |\n|---|---|\n", digits.len());
    for ((words, ..), correct) in CONDITIONS.iter().zip(check(network, &digits)) {
        table += &format!("| {} | {correct} |\n", documented::cell(words));
    }
    documented::check("handwriting.md", "conditions", &table, "cargo test -p handwriting --test conditions");
}

#[test]
fn several_digits_are_read_from_left_to_right() {
    let network = practice_network();
    let digits = readable(network, &practice::examples(7, Split::Test, 80), 60);
    let mut correct = 0;
    for (sheet, digits_of) in (0..60).collect::<Vec<_>>().chunks_exact(3).enumerate() {
        let mut rng = generator(99, Purpose::Test, sheet as u64);
        let mut page = Page::new(600, 260, WHITE);
        let mut x = 20.0;
        for index in digits_of {
            let image: &[u8; PIXELS] = digits.image(*index).try_into().expect("784 pixels");
            let columns = (0..PIXELS).filter(|at| image[*at] > 100).map(|at| at % 28);
            let (left, right) = (columns.clone().min().unwrap_or(0), columns.max().unwrap_or(27));
            let scale = between(6.0, 7.0, &mut rng);
            page.write(
                image,
                ((x - left as f32 * scale) as isize, 20 + below(&mut rng, 30) as isize),
                scale,
                0.5,
                BLACK,
            );
            // Close, as people write.
            x += (right - left + 1) as f32 * scale + between(8.0, 40.0, &mut rng);
        }
        page.light(|x, _| 0.95 - 0.3 * x);
        let expected: Vec<usize> =
            digits_of.iter().map(|index| usize::from(digits.labels()[*index])).collect();
        let found = read(network, &page.photograph(3.0, &mut rng));
        correct += usize::from(found == expected);
        if found != expected {
            println!("expected {expected:?}, found {found:?}");
        }
    }
    assert!(correct >= 18, "{correct} of 20 sheets");
}

#[test]
fn blank_sheets_and_noise_have_no_digit() {
    let none = |name: &str, page: &Page, noise: f64, rng: &mut Generator| {
        let found = find_digits(&page.photograph(noise, rng).to_grey());
        assert!(found.is_empty(), "{name}: {} digits", found.len());
    };
    for seed in 0..10 {
        let mut rng = generator(seed, Purpose::Test, 1000);
        let mut page = Page::new(300, 400, WHITE);
        none("blank", &page, 0.0, &mut rng);
        none("blank, photographed", &page, 5.0, &mut rng);
        page.light(|x, y| 0.9 - 0.5 * x * y);
        none("blank, uneven light", &page, 5.0, &mut rng);
        none("strong noise", &page, 60.0, &mut rng);
        none("nothing but noise", &Page::new(300, 400, [128.0; 3]), 200.0, &mut rng);
        none("little and noise", &Page::new(64, 64, [128.0; 3]), 200.0, &mut rng);
        let mut squared = Page::new(300, 400, WHITE);
        squared.rule(25.0, true, 0.01, 1.5, [150.0, 170.0, 210.0]);
        none("squared paper", &squared, 3.0, &mut rng);
        let mut framed = Page::new(300, 400, WHITE);
        [
            ((40.0, 50.0), (250.0, 52.0)),
            ((250.0, 52.0), (248.0, 350.0)),
            ((248.0, 350.0), (38.0, 348.0)),
            ((38.0, 348.0), (40.0, 50.0)),
        ]
        .into_iter()
        .for_each(|(from, to)| framed.line(from, to, 3.0, BLACK));
        none("an empty form box", &framed, 3.0, &mut rng);
    }
}

#[test]
#[ignore = "needs MNIST: set the environment variable to its folder"]
fn real_digits_are_read_under_every_condition() {
    let folder = std::env::var("MNIST").expect("a folder");
    let data = source::load(&Source::Folder(folder.into()), &Default::default(), &mut ()).expect("MNIST");
    let mut test = data.test.clone();
    test.truncate(100);
    let network = network(data);
    check(&network, &readable(&network, &test, 60));
}
