//! What the outputs do in the first updates, with and without momentum.

use super::{Data, Experiment, Lab};
use crate::{Problem, Result};
use digits_core::batch::SparseExamples;
use digits_core::network::Network;
use digits_core::settings::{LEARNING_RATE, Value};
use digits_core::stage::Stage;
use digits_core::training::{Plan, Training};
use gradient::Gradient;
use momentum::Momentum;
use serde_json::json;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "overshoot",
    about: "Mean output and mean slope over 1,000 images, in the first 300 updates of gradient and momentum at r = 0.05, seed 1",
    data: Data::Practice,
    stages: &["gradient", "momentum"],
    run,
};

/// How many updates are watched.
const UPDATES: usize = 300;

fn run(lab: &Lab<'_>) -> Result<serde_json::Value> {
    let mut dataset = lab.dataset()?;
    dataset.train.truncate(1_000);
    let examples = SparseExamples::from(&dataset.train);
    let stages = [course::<Gradient>(&examples, 0.5), course::<Momentum>(&examples, 0.05)];
    let stages: Vec<_> = ["gradient", "momentum"]
        .iter()
        .zip(stages)
        .map(|(name, course)| {
            let lowest = course.iter().min_by(|a, b| a.output.total_cmp(&b.output));
            let lowest = lowest.ok_or_else(|| Problem::new("no update was made"))?;
            let update = course.iter().position(|state| state.output == lowest.output);
            Ok(json!({
                "name": name,
                "outputs": course.iter().map(|state| rounded(state.output)).collect::<Vec<_>>(),
                "lowest": {"update": update, "output": lowest.output, "slope": lowest.slope},
            }))
        })
        .collect::<Result<_>>()?;
    Ok(json!({"stages": stages}))
}

/// Four digits: what a figure can show.
fn rounded(number: f64) -> f64 {
    (number * 1e4).round() / 1e4
}

/// The state after an update.
struct State {
    /// The mean of all outputs of all images.
    output: f64,
    /// The mean of o (1 - o).
    slope: f64,
}

/// The states before the first update and after each.
fn course<S: Stage>(examples: &SparseExamples<f32>, eta: f64) -> Vec<State> {
    let settings = S::ABOUT.settings().with(&LEARNING_RATE, Value::Number(eta));
    let network = S::network(&settings);
    let mut training =
        Training::new(S::new(&settings, &network), network, Plan::new(&settings, examples.len()));
    let mut course = vec![state(&training.network, examples)];
    while course.len() <= UPDATES && training.step(examples, 1) > 0 {
        course.push(state(&training.network, examples));
    }
    course
}

fn state(network: &Network<f32>, examples: &SparseExamples<f32>) -> State {
    let o = network.outputs(&examples.images.iter().collect::<Vec<_>>());
    let mean = |f: fn(f64) -> f64| o.iter().map(|&o| f(f64::from(o))).sum::<f64>() / o.len() as f64;
    State { output: mean(|o| o), slope: mean(|o| o * (1.0 - o)) }
}
