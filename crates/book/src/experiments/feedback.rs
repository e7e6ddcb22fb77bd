//! Stage seven, by its answer, with several kinds of wires; and how its direction turns towards the gradient.

use super::{Data, Experiment, Lab};
use crate::{Problem, Result};
use digits_core::angles::{Sample, along};
use digits_core::batch::{Batch, SparseExamples};
use digits_core::data::Dataset;
use digits_core::gradient_check::{Cost, angle};
use digits_core::linalg::{DVector, Real, Weights};
use digits_core::network::Network;
use digits_core::settings::{SEED, Settings, Value};
use digits_core::stage::{About, Stage};
use digits_core::training::{Plan, Training, TrainingData, train};
use serde_json::json;
use stage_seven::Feedback;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "feedback",
    about: "Stage seven with several kinds of wires, 1,000 images, 100 epochs, 10 seeds; angles along its training with seed 1",
    data: Data::Mnist,
    stages: &["stochastic"],
    run,
};

/// How many seeds each kind of wires is trained with.
const SEEDS: u64 = 10;
/// The epochs after which the angles are measured; 0 is the start.
const MOMENTS: [usize; 8] = [0, 1, 2, 5, 10, 20, 50, 100];

/// Kinds of wires, as numbers: a type can have one.
const AS_DRAWN: u8 = 0;
const NONE: u8 = 1;
const EQUAL: u8 = 2;
const ONE_SIGN: u8 = 3;
const TEN_TIMES: u8 = 4;

/// Stage seven with a kind of wires.
struct Wired<R: Real, const KIND: u8>(Feedback<R>);

impl<R: Real, const KIND: u8> Stage<R> for Wired<R, KIND> {
    const ABOUT: About = <Feedback as Stage>::ABOUT;
    type Precise = Wired<f64, KIND>;

    fn new(settings: &Settings, network: &Network<R>) -> Self {
        let mut stage = Feedback::new(settings, network);
        for wire in stage.wires.as_mut_slice() {
            *wire = match KIND {
                NONE => R::zero(),
                EQUAL => R::of(0.1),
                ONE_SIGN => wire.abs(),
                TEN_TIMES => *wire * R::of(10.0),
                _ => *wire,
            };
        }
        Wired(stage)
    }

    fn update(&mut self, network: &mut Network<R>, batch: &Batch<'_, R>) {
        self.0.update(network, batch);
    }
}

fn run(lab: &Lab<'_>) -> Result<serde_json::Value> {
    let mut dataset = lab.dataset()?;
    dataset.train.truncate(1_000);
    let data = TrainingData::from(&dataset);
    let wires = [
        ("no wires: hidden units as they start", accuracies::<NONE>(&data)?),
        ("all equal", accuracies::<EQUAL>(&data)?),
        ("random, as stage seven draws them", accuracies::<AS_DRAWN>(&data)?),
        ("the same, all of one sign", accuracies::<ONE_SIGN>(&data)?),
        ("the same, ten times as long", accuracies::<TEN_TIMES>(&data)?),
    ];
    let wires: Vec<_> = ["none", "equal", "drawn", "one sign", "ten times"]
        .iter()
        .zip(wires)
        .map(|(name, (what, found))| {
            let accuracies = |at: usize| found.iter().map(|pair| pair[at]).collect::<Vec<_>>();
            json!({"name": name, "what": what, "after_10": accuracies(0), "test_accuracies": accuracies(1)})
        })
        .collect();
    Ok(json!({"wires": wires, "angles": angles(&dataset, &data.train)?}))
}

fn settings(seed: u64) -> Settings {
    <Feedback as Stage>::ABOUT.settings().with(&SEED, Value::Whole(seed))
}

/// The test accuracies after 10 and after all epochs, for each seed.
fn accuracies<const KIND: u8>(data: &TrainingData) -> Result<Vec<[f64; 2]>> {
    let one = |seed| {
        let settings = settings(seed);
        let mut network = Wired::<f32, KIND>::network(&settings);
        let outcome =
            train::<f32, Wired<f32, KIND>>(&settings, &mut network, data, &mut ()).map_err(problem)?;
        let after_10 = outcome.history.iter().find(|record| record.epoch == 10);
        let after_10 = after_10.ok_or_else(|| Problem::new("epoch 10 was not measured"))?;
        Ok([after_10.test_accuracy, outcome.test.accuracy()])
    };
    (1..=SEEDS).map(one).collect()
}

/// The angle of W1's direction to the gradient of the cross-entropy, and that between W2 and the wires.
fn angles(dataset: &Dataset, examples: &SparseExamples<f32>) -> Result<Vec<serde_json::Value>> {
    let settings = settings(1);
    let moments = along::<Feedback>(&settings, &dataset.train, &MOMENTS, Sample::USUAL).map_err(problem)?;
    let network = <Feedback as Stage>::network(&settings);
    let plan = Plan::new(&settings, examples.len());
    let mut training = Training::new(Feedback::new(&settings, &network), network, plan);
    let row = |weights: &Weights<f32>| DVector::from_column_slice(weights.as_slice());
    let mut found = Vec::new();
    for moment in moments {
        while training.epoch() < moment.epoch && training.step(examples, usize::MAX) > 0 {}
        let to_wires = angle(&row(&training.network.rest[0]), &row(&training.stage.wires));
        let cross_entropy = moment.angles.iter().find(|angles| angles.to == Cost::CrossEntropy);
        let w1 = cross_entropy.and_then(|angles| angles.block("W1")).and_then(|angle| angle.batch);
        let w1 = w1.ok_or_else(|| Problem::new("W1 has no angle"))?;
        found.push(json!({"epoch": moment.epoch, "w1": w1, "w2_to_wires": to_wires}));
    }
    Ok(found)
}

fn problem(error: digits_core::Error) -> Problem {
    Problem::new(error.to_string())
}
