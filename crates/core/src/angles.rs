//! How far a stage's direction is turned away from an exact gradient, block by block, at any moment of a training.
//!
//! The direction is what one update subtracts from the parameters, and the angle to a gradient g is
//! acos(d g / (|d| |g|)): 0 degrees for the same direction, 90 for an unrelated one. Two angles are told apart:
//!
//! - the *batch* angle, to the gradient of the same batch, as a mean over some fixed random batches;
//! - the *systematic* angle, between the direction averaged over an epoch's batches and the gradient averaged over them:
//!   what is left when the luck of the batches has cancelled.
//!
//! Everything is in `f64`. A stage with a memory is measured without it: as if the batch were its first.

use crate::batch::{Batch, SparseExamples};
use crate::choice::Choice;
use crate::data::Examples;
use crate::error::Result;
use crate::gradient_check::{Cost, exact_gradient};
use crate::linalg::DVector;
use crate::network::{Block, Network};
use crate::parallel;
use crate::settings::Settings;
use crate::stage::Stage;
use crate::training::{Plan, Training};
use std::ops::Range;

/// Which batches directions are measured on. They are random, but the same for every stage and at every moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// The examples of a batch.
    pub batch_size: usize,
    /// How many batches the batch angle is a mean over.
    pub batches: usize,
    /// At most so many batches make up the epoch of the systematic angle.
    pub epoch: usize,
}

impl Sample {
    /// Batches of 10: 50 for the batch angle, and up to 100, a thousand examples, for the systematic one.
    pub const USUAL: Sample = Sample { batch_size: 10, batches: 50, epoch: 100 };
}

/// The angles of one block of parameters.
///
/// Glossary (`docs/book/glossary.md`): angle.
#[derive(Debug, Clone, PartialEq)]
pub struct Angle {
    /// `all`, or the block's name: W1, b1, W2, b2.
    pub block: String,
    /// To the batch's own gradient, in degrees; `None` where the stage does not move the block.
    pub batch: Option<f64>,
    /// Between the means over an epoch's batches, in degrees; `None` likewise.
    pub systematic: Option<f64>,
}

/// The angles of all blocks to the gradient of one cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Angles {
    /// What the gradient is of: an angle without that says nothing.
    pub to: Cost,
    /// All parameters first, then W1, b1, W2, b2.
    pub blocks: Vec<Angle>,
}

/// The angles at a moment of a training.
#[derive(Debug, Clone, PartialEq)]
pub struct Moment {
    /// After this epoch; 0 is the start.
    pub epoch: usize,
    /// To the gradient of the squared error, then of the cross-entropy.
    pub angles: Vec<Angles>,
}

impl Angles {
    /// The angles of the block of this name.
    pub fn block(&self, name: &str) -> Option<&Angle> {
        self.blocks.iter().find(|angle| angle.block == name)
    }
}

/// Trains by stage `S` as these settings say, and measures the angles after each of `epochs` (ascending; 0 is the start).
/// Epochs beyond the end of the training are left out.
///
/// # Errors
/// Where a learning rate that is to be found cannot be found.
pub fn along<S: Stage>(
    settings: &Settings,
    train: &Examples,
    epochs: &[usize],
    sample: Sample,
) -> Result<Vec<Moment>> {
    let examples = SparseExamples::<f32>::from(train);
    let precise = SparseExamples::<f64>::from(train);
    let network = S::network(settings);
    let settings = S::settle(settings, &network, &examples)?;
    let plan = Plan::new(&settings, examples.len());
    let mut training = Training::new(S::new(&settings, &network), network, plan);
    let mut moments = Vec::new();
    for &epoch in epochs {
        while training.epoch() < epoch && training.step(&examples, usize::MAX) > 0 {}
        if training.epoch() == epoch && training.network.is_finite() {
            let angles = measure::<S>(&settings, &training.network, &precise, sample);
            moments.push(Moment { epoch, angles });
        }
    }
    Ok(moments)
}

/// The angles of stage `S` at a network, to the gradient of the squared error and to that of the cross-entropy. The
/// settings leave nothing to be found: they are those of an outcome.
///
/// Fewer examples than a batch has make one batch.
///
/// # Panics
/// If there is no example.
pub fn measure<S: Stage>(
    settings: &Settings,
    network: &Network<f32>,
    examples: &SparseExamples<f64>,
    sample: Sample,
) -> Vec<Angles> {
    /// The batches that a thread takes at a time; fixed, so that sums have one order.
    const AT_A_TIME: usize = 10;
    let network = network.cast::<f64>();
    let blocks = with_all(&network);
    let sample = Sample { batch_size: sample.batch_size.min(examples.len()).max(1), ..sample };
    let plan = Plan { shuffle: true, batch_size: sample.batch_size, ..Plan::new(settings, examples.len()) };
    let order = plan.order(0);
    let batches: Vec<&[u32]> =
        order.chunks_exact(sample.batch_size).take(sample.epoch.max(sample.batches)).collect();
    assert!(!batches.is_empty(), "examples for a batch");
    let parts = parallel::map(batches.len().div_ceil(AT_A_TIME), |part| {
        let first = part * AT_A_TIME;
        let mut found = Part::new(network.parameter_count(), blocks.len());
        let mut batch = Batch::new(examples.images.pixels());
        for (index, indices) in batches.iter().enumerate().skip(first).take(AT_A_TIME) {
            batch.set(examples, indices);
            let mut stage = S::Precise::new(settings, &network);
            stage.begin(&plan, 0);
            let mut moved = network.clone();
            stage.update(&mut moved, &batch);
            let direction = network.parameters() - moved.parameters();
            let gradients =
                [Cost::SquaredError, Cost::CrossEntropy].map(|cost| exact_gradient(&network, &batch, cost));
            if index < sample.batches {
                found.add_angles(&direction, &gradients, &blocks);
            }
            if index < sample.epoch {
                found.add_to_epoch(direction, gradients);
            }
        }
        found
    });
    let mut all = Part::new(network.parameter_count(), blocks.len());
    parts.into_iter().for_each(|part| all.add(part));
    let angles = |(which, (_, cost)): (usize, &(&str, Cost))| Angles {
        to: *cost,
        blocks: blocks
            .iter()
            .enumerate()
            .map(|(index, Block { name, range })| Angle {
                block: name.clone(),
                batch: all.angles[which][index].mean(),
                systematic: angle_within(&all.direction, &all.gradients[which], range),
            })
            .collect(),
    };
    Cost::ALL.iter().enumerate().map(angles).collect()
}

/// All parameters as one block, and the blocks.
fn with_all(network: &Network<f64>) -> Vec<Block> {
    let mut blocks = vec![Block { name: "all".to_owned(), range: 0..network.parameter_count() }];
    blocks.extend(network.blocks());
    blocks
}

/// What some batches add up to.
struct Part {
    direction: DVector<f64>,
    gradients: [DVector<f64>; 2],
    angles: [Vec<Sum>; 2],
}

/// The sum of some angles, and how many there are.
#[derive(Clone, Copy, Default)]
struct Sum {
    degrees: f64,
    count: usize,
}

impl Sum {
    fn mean(self) -> Option<f64> {
        (self.count > 0).then(|| self.degrees / self.count as f64)
    }
}

impl Part {
    fn new(parameters: usize, blocks: usize) -> Self {
        let zero = || DVector::zeros(parameters);
        Part {
            direction: zero(),
            gradients: [zero(), zero()],
            angles: std::array::from_fn(|_| vec![Sum::default(); blocks]),
        }
    }

    fn add_angles(&mut self, direction: &DVector<f64>, gradients: &[DVector<f64>; 2], blocks: &[Block]) {
        for (sums, gradient) in self.angles.iter_mut().zip(gradients) {
            for (sum, block) in sums.iter_mut().zip(blocks) {
                if let Some(degrees) = angle_within(direction, gradient, &block.range) {
                    *sum = Sum { degrees: sum.degrees + degrees, count: sum.count + 1 };
                }
            }
        }
    }

    fn add_to_epoch(&mut self, direction: DVector<f64>, gradients: [DVector<f64>; 2]) {
        self.direction += direction;
        self.gradients.iter_mut().zip(gradients).for_each(|(sum, gradient)| *sum += gradient);
    }

    fn add(&mut self, other: Part) {
        for (sum, other) in self.angles.iter_mut().flatten().zip(other.angles.iter().flatten()) {
            *sum = Sum { degrees: sum.degrees + other.degrees, count: sum.count + other.count };
        }
        self.add_to_epoch(other.direction, other.gradients);
    }
}

/// The angle between two vectors within a range, in degrees; `None` where one of them is zero there.
pub fn angle_within(a: &DVector<f64>, b: &DVector<f64>, range: &Range<usize>) -> Option<f64> {
    let (a, b) = (a.rows_range(range.clone()), b.rows_range(range.clone()));
    let lengths = a.norm() * b.norm();
    (lengths > 0.0).then(|| libm::acos((a.dot(&b) / lengths).clamp(-1.0, 1.0)).to_degrees())
}
