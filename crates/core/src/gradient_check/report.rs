//! A stage's direction beside derivatives, exact and numeric, block by block, and how the numeric ones depend on the step.
//!
//! A check that compares is only as good as its step: too long a step measures a chord, error of the order of the step
//! (forward) or its square (central); too short a step measures rounding, error of the order of precision / step. On a
//! logarithmic scale the two make a V, and in `f32` its bottom lies high.

use super::{Cost, exact_gradient};
use crate::angles::angle_within;
use crate::batch::{Batch, SparseExamples};
use crate::data::Examples;
use crate::linalg::{DVector, Real};
use crate::network::{Block, Network};
use crate::settings::{BATCH_SIZE, LEARNING_RATE, Settings, Value};
use crate::stage::Stage;
use crate::training::Plan;

/// The step of the central differences that a block is checked by.
const STEP: f64 = 1e-5;
/// The parameters of a block that are checked: a difference costs two passes through the network.
const CHECKED: usize = 200;
/// The steps of the V.
const STEPS: [f64; 10] = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10];

/// What came of checking a stage at a network.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The examples of the batch.
    pub examples: usize,
    /// What the derivatives are of.
    pub cost: Cost,
    /// W1, b1, W2, b2.
    pub blocks: Vec<BlockCheck>,
    /// The angle of the whole direction to the gradient of each cost, in degrees.
    pub angles: Vec<(Cost, Option<f64>)>,
    /// The V of the step.
    pub steps: Vec<StepError>,
}

/// A block of parameters. Its shown values are those of the parameter whose exact derivative is largest.
#[derive(Debug, Clone, PartialEq)]
pub struct BlockCheck {
    /// W1, b1, W2, b2.
    pub block: String,
    /// How many parameters it has.
    pub parameters: usize,
    /// How many of them were checked by differences.
    pub checked: usize,
    /// The derivative by the chain rule.
    pub exact: f64,
    /// The derivative by a central difference in `f64`, with a step of 1e-5.
    pub numeric: f64,
    /// What the stage takes for it: its step, divided by its learning rate.
    pub stage: f64,
    /// The largest relative error between exact and numeric derivatives; those below a thousandth of the block's largest
    /// count as that large.
    pub exact_error: f64,
    /// The same between the stage's direction and numeric derivatives.
    pub stage_error: f64,
    /// The angle of the stage's direction to the exact gradient, in degrees; `None` where it does not move the block.
    pub angle: Option<f64>,
    /// The length of the stage's direction over that of the exact gradient.
    pub length: f64,
}

/// The relative error of a numeric derivative: of the batch's mean squared error by one offset that all biases of the first
/// layer share, which is what stage 2 measures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepError {
    /// The step.
    pub step: f64,
    /// By (C(p + step) - C(p)) / step in `f32`.
    pub forward_f32: f64,
    /// The same in `f64`.
    pub forward_f64: f64,
    /// By (C(p + step) - C(p - step)) / 2 step in `f64`.
    pub central_f64: f64,
}

/// Checks stage `S` at a network, on the first batch that the settings give, in random order.
///
/// Glossary (`docs/book/glossary.md`): gradient check.
///
/// # Panics
/// If there is no example.
pub fn check<S: Stage>(settings: &Settings, network: &Network<f32>, train: &Examples) -> Report {
    let single = SparseExamples::<f32>::from(train);
    let precise = SparseExamples::<f64>::from(train);
    let plan = Plan { shuffle: true, ..Plan::new(settings, train.len()) };
    let size = settings.get(&BATCH_SIZE).map_or(1, |_| settings.whole(&BATCH_SIZE)).min(train.len());
    let indices = plan.order(0)[..size].to_vec();
    let (mut batch, mut batch_f32) =
        (Batch::new(precise.images.pixels()), Batch::new(single.images.pixels()));
    batch.set(&precise, &indices);
    batch_f32.set(&single, &indices);

    let network_f32 = network;
    let network = network.cast::<f64>();
    let cost = Cost::from(network.loss);
    let exact = exact_gradient(&network, &batch, cost);
    let direction = direction::<S>(settings, &network, &batch, &plan);
    let all = 0..network.parameter_count();
    let angle_to =
        |cost: Cost| (cost, angle_within(&direction, &exact_gradient(&network, &batch, cost), &all));
    let blocks = network.blocks();
    Report {
        examples: batch.len(),
        cost,
        blocks: blocks
            .iter()
            .map(|block| check_block(block, &network, &batch, cost, &exact, &direction))
            .collect(),
        angles: [Cost::SquaredError, Cost::CrossEntropy].map(angle_to).to_vec(),
        steps: steps(network_f32, &batch_f32, &network, &batch),
    }
}

/// What the stage takes for the gradient.
fn direction<S: Stage>(
    settings: &Settings,
    network: &Network<f64>,
    batch: &Batch<'_, f64>,
    plan: &Plan,
) -> DVector<f64> {
    let mut stage = S::Precise::new(settings, network);
    stage.begin(plan, 0);
    let mut moved = network.clone();
    stage.update(&mut moved, batch);
    let eta = match settings.get(&LEARNING_RATE) {
        Some(Value::Number(eta)) if eta > 0.0 => eta,
        _ => 1.0,
    };
    (network.parameters() - moved.parameters()) / eta
}

fn check_block(
    Block { name, range }: &Block,
    network: &Network<f64>,
    batch: &Batch<'_, f64>,
    cost: Cost,
    exact: &DVector<f64>,
    direction: &DVector<f64>,
) -> BlockCheck {
    let largest = range.clone().max_by(|&a, &b| exact[a].abs().total_cmp(&exact[b].abs()));
    let largest = largest.unwrap_or(range.start);
    let numeric = |index: usize| {
        let mut moved = network.clone();
        let p = moved.parameters()[index];
        let mut at = |value: f64| {
            moved.set_parameter(index, value);
            cost.mean(&moved, batch)
        };
        (at(p + STEP) - at(p - STEP)) / (2.0 * STEP)
    };
    let floor = 1e-3 * exact[largest].abs();
    let error = |a: f64, b: f64| {
        let scale = a.abs().max(b.abs()).max(floor);
        if scale > 0.0 { (a - b).abs() / scale } else { 0.0 }
    };
    let mut checked: Vec<usize> = range.clone().step_by(range.len().div_ceil(CHECKED).max(1)).collect();
    if !checked.contains(&largest) {
        checked.push(largest);
    }
    let numerics = crate::parallel::map(checked.len(), |index| numeric(checked[index]));
    let worst = |of: &DVector<f64>| {
        checked.iter().zip(&numerics).map(|(&index, &numeric)| error(of[index], numeric)).fold(0.0, f64::max)
    };
    let length = |of: &DVector<f64>| of.rows_range(range.clone()).norm();
    BlockCheck {
        block: name.clone(),
        parameters: range.len(),
        checked: checked.len(),
        exact: exact[largest],
        numeric: numeric(largest),
        stage: direction[largest],
        exact_error: worst(exact),
        stage_error: worst(direction),
        angle: angle_within(direction, exact, range),
        length: length(direction) / length(exact),
    }
}

/// The V: relative errors of the slope of the shared offset, step by step.
fn steps(
    network_f32: &Network<f32>,
    batch_f32: &Batch<'_, f32>,
    network: &Network<f64>,
    batch: &Batch<'_, f64>,
) -> Vec<StepError> {
    let gradient = exact_gradient(network, batch, Cost::SquaredError);
    let slope: f64 = gradient.rows_range(network.blocks()[1].range.clone()).sum();
    let error = |found: f64| ((found - slope) / slope).abs();
    let step_error = |step: f64| {
        let forward_f32 =
            (cost_at(network_f32, batch_f32, step) - cost_at(network_f32, batch_f32, 0.0)) / step as f32;
        let at = |offset: f64| cost_at(network, batch, offset);
        StepError {
            step,
            forward_f32: error(f64::from(forward_f32)),
            forward_f64: error((at(step) - at(0.0)) / step),
            central_f64: error((at(step) - at(-step)) / (2.0 * step)),
        }
    };
    STEPS.map(step_error).to_vec()
}

/// The batch's mean squared error with an offset on all biases of the first layer, in the numbers of the network.
fn cost_at<R: Real>(network: &Network<R>, batch: &Batch<'_, R>, offset: f64) -> R {
    let mut moved = network.clone();
    moved.biases[0].shift(R::of(offset));
    let e = moved.outputs(&batch.x) - &batch.t;
    R::of(0.5) * e.norm_squared() / R::of(batch.len() as f64)
}
