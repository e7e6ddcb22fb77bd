//! Any settings and any images, as the property tests draw them, and how many they draw.
//!
//! `cargo test` draws a few, always the same. `PROPTEST_CASES` says how many instead, `PROPTEST_RNG_SEED` draws others:
//!
//! ```text
//! PROPTEST_CASES=2000 PROPTEST_RNG_SEED=7 cargo test --test properties
//! ```

use digits_core::data::{CLASSES, Examples, PIXELS};
use digits_core::random::{Purpose, generator, uniform};
use digits_core::settings::{
    EPOCHS, HIDDEN, Kind, LEARNING_RATE, Layers, Range, Setting, Settings, UPDATES, Value,
};
use digits_core::stage::About;
use digits_core::training::VALIDATION;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::fmt;
use std::ops::RangeInclusive;

/// So many cases, always the same, unless the environment asks for others. A failure prints its case, made as small as
/// can be; nothing is written.
pub fn cases(cases: u32) -> ProptestConfig {
    let usual = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    let told = |name| std::env::var_os(name).is_some();
    ProptestConfig {
        cases: if told("PROPTEST_CASES") { usual.cases } else { cases },
        rng_seed: if told("PROPTEST_RNG_SEED") { usual.rng_seed } else { RngSeed::Fixed(1) },
        max_shrink_iters: 200, // each of them may be a training
        ..usual
    }
}

/// A training that any stage may be asked for.
#[derive(Clone)]
pub struct Case {
    /// The settings, which fit the images.
    pub settings: Settings,
    /// What is learned from, 1 to 30 images.
    pub train: Examples,
    /// What it is judged by, 1 to 4 images.
    pub test: Examples,
}

/// A failure says how to ask for it, and tells the images in short.
impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Case { settings, train, test } = self;
        let (train, test) = (Drawn(train.clone()), Drawn(test.clone()));
        write!(f, "{} on {train:?}, judged by {test:?}", settings.as_flags())
    }
}

/// Any training by a stage.
pub fn case(about: &About) -> impl Strategy<Value = Case> {
    (settings(about), examples(1..=30), examples(1..=4)).prop_map(|(settings, Drawn(train), Drawn(test))| {
        let settings = match settings.get(&VALIDATION) {
            Some(Value::Whole(held_out)) => {
                settings.with(&VALIDATION, Value::Whole(held_out % train.len() as u64))
            }
            _ => settings,
        };
        Case { settings, train, test }
    })
}

/// Settings of a stage, each anything that it may be, from the least to the most; only what takes long is kept small: few
/// epochs, few units, seldom a range test.
fn settings(about: &About) -> BoxedStrategy<Settings> {
    let usual = about.settings();
    let drawn: Vec<BoxedStrategy<(&'static str, Value)>> = usual
        .iter()
        .map(|(setting, value)| {
            let name = setting.name;
            // Half of the settings are as usual, so that a strange one can be seen among them.
            prop_oneof![Just(value), any_value(setting)].prop_map(move |value| (name, value)).boxed()
        })
        .collect();
    let learnable = any::<bool>();
    (drawn, short(), learnable)
        .prop_map(move |(values, (epochs, hidden), learnable)| {
            let mut settings = usual.clone();
            for (name, value) in values {
                settings.set(name, value);
            }
            settings.set(EPOCHS.name, epochs);
            if let Some(Value::Whole(updates)) = settings.get(&UPDATES) {
                settings.set(UPDATES.name, Value::Whole(updates.min(60)));
            }
            // Most rules have one hidden layer.
            let most = match settings.iter().find(|(setting, _)| setting.name == HIDDEN.name) {
                Some((Setting { kind: Kind::Layers { most }, .. }, _)) => *most,
                _ => 0,
            };
            settings.set(HIDDEN.name, Value::Layers(Layers::of(&hidden[..hidden.len().min(most)])));
            if learnable {
                // A rate that diverges at once would leave nothing to see.
                settings.set(LEARNING_RATE.name, Value::Number(0.05));
            }
            settings
        })
        .prop_filter("settings that make sense", |settings| settings.check().is_ok())
        .boxed()
}

/// Epochs and units that take little time.
fn short() -> impl Strategy<Value = (Value, Vec<usize>)> {
    let hidden = prop_oneof![
        4 => prop::collection::vec(1..40_usize, 0..4),
        1 => prop::collection::vec(1..3_usize, 20),
        // So wide that updates of single examples wait.
        1 => Just(vec![350]),
    ];
    ((0..4_u64).prop_map(Value::Whole), hidden)
}

/// Any value that the setting may have.
fn any_value(setting: &Setting) -> BoxedStrategy<Value> {
    let small_or_any = |least: u64, most: u64| {
        let small = least..=most.min(least.saturating_add(40));
        prop_oneof![3 => small, 1 => least..=most, 1 => Just(most)].prop_map(Value::Whole)
    };
    match setting.kind {
        Kind::Whole { least, most } => small_or_any(least, most).boxed(),
        Kind::WholeOr { least, most, word } => {
            prop_oneof![small_or_any(least, most), Just(Value::Word(word))].boxed()
        }
        Kind::Number(range) => number(range).boxed(),
        // A range test is some hundred updates.
        Kind::NumberOr(range, word) => prop_oneof![9 => number(range), 1 => Just(Value::Word(word))].boxed(),
        Kind::OneOf(names) => prop::sample::select(names).prop_map(Value::Word).boxed(),
        Kind::Layers { .. } => Just(setting.usual).boxed(),
        Kind::Switch => any::<bool>().prop_map(Value::Switch).boxed(),
    }
}

/// Any number of a range, the ends of what an `f32` holds among them.
fn number(range: Range) -> impl Strategy<Value = Value> {
    let (first, below) = range.bounds();
    let most = below.min(f64::from(f32::MAX));
    let tiny = f64::from(f32::MIN_POSITIVE);
    let ends = [first, first + tiny, first + 1e-30, most * (1.0 - 1e-7), most].to_vec();
    let near = first..most.min(first + 2.0);
    // Every power of ten that there is.
    let any = (-37.0..38.5_f64).prop_map(move |power| first + 10.0_f64.powf(power));
    prop_oneof![4 => near, 1 => any, 1 => prop::sample::select(ends)].prop_filter_map(
        "a number of the range",
        move |number| {
            let there = |x: f64| x >= first && x < below && x.is_finite();
            (there(number) && there(f64::from(number as f32))).then_some(Value::Number(number))
        },
    )
}

/// Images that were drawn. A failure tells of each its label and how many of its pixels are lit, and how much.
#[derive(Clone)]
pub struct Drawn(pub Examples);

impl fmt::Debug for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let image = |index| {
            let lit: Vec<u8> = self.0.image(index).iter().copied().filter(|grey| *grey > 0).collect();
            let (least, most) = (lit.iter().min().unwrap_or(&0), lit.iter().max().unwrap_or(&0));
            format!("{}: {} of {least} to {most}", self.0.labels()[index], lit.len())
        };
        f.debug_list().entries((0..self.0.len()).map(image)).finish()
    }
}

/// Images with labels, so many: strokes, noise, paper alone, ink alone, a single pixel, one of them again and again; all
/// labels or one.
pub fn examples(count: RangeInclusive<usize>) -> impl Strategy<Value = Drawn> {
    let image = prop_oneof![
        4 => strokes(),
        1 => any::<u64>().prop_map(noise),
        1 => prop_oneof![Just(0), Just(255), any::<u8>()].prop_map(|grey| vec![grey; PIXELS]),
        1 => (0..PIXELS, 1..=255_u8).prop_map(|(place, grey)| {
            let mut image = vec![0; PIXELS];
            image[place] = grey;
            image
        }),
    ];
    let one_of_all = prop::bool::weighted(0.2);
    (prop::collection::vec((image, 0..CLASSES as u8), count), one_of_all, one_of_all).prop_map(
        |(examples, one_image, one_label)| {
            let (mut images, mut labels): (Vec<_>, Vec<_>) = examples.into_iter().unzip();
            if one_image && let Some(first) = images.first().cloned() {
                images.fill(first);
            }
            if one_label && let Some(first) = labels.first().copied() {
                labels.fill(first);
            }
            Drawn(Examples::new(images.concat(), labels))
        },
    )
}

/// An image of any grey levels.
fn noise(seed: u64) -> Vec<u8> {
    let mut image = vec![0; PIXELS];
    let mut rng = generator(seed, Purpose::Test, 0);
    image.fill_with(|| (256.0 * uniform(&mut rng)) as u8);
    image
}

/// An image of a few bars, as sparse as a digit.
fn strokes() -> impl Strategy<Value = Vec<u8>> {
    let bar = (0..28_usize, 0..28_usize, 1..12_usize, 1..=255_u8);
    prop::collection::vec(bar, 0..6).prop_map(|bars| {
        let mut image = vec![0; PIXELS];
        for (row, column, length, grey) in bars {
            let place = 28 * row + column;
            image[place..(place + length).min(PIXELS)].fill(grey);
        }
        image
    })
}
