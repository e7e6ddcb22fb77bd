//! The error of a finite difference by its step, in `f32` and in `f64`, forward and central.

use super::training::{Images, TRAIN, for_seeds, plan, stage, trained};
use super::{Data, Experiment, Lab};
use crate::Result;
use batched::Batched;
use digits_core::gradient_check::{Report, StepError, check};
use digits_core::settings::{SEED, Value as Setting};
use digits_core::stage::Stage;
use gradient::Gradient;
use serde_json::{Value, json};

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "difference-steps",
    about: "MNIST, 1,000 training images, after 10 epochs of stage 2, seeds 1 to 11, a batch of 10 each: median relative error of the slope along one offset of all hidden biases",
    data: Data::Mnist,
    stages: &["batched", "gradient"],
    run,
};

const SEEDS: usize = 11;

fn run(lab: &Lab<'_>) -> Result<Value> {
    let dataset = lab.dataset()?;
    let images = Images::from(&dataset);
    let mut train = dataset.train;
    train.truncate(TRAIN);
    let reports: Vec<Report> = for_seeds(SEEDS, |seed| {
        let network = trained(|network| stage::<Batched>(0.5, network), plan(10, 10, seed), &images.train);
        let settings = <Gradient as Stage>::ABOUT.usual().with(&SEED, Setting::Whole(seed));
        check::<Gradient>(&settings, &network, &train)
    });
    let steps = (0..reports[0].steps.len()).map(|index| {
        let median = |error: fn(&StepError) -> f64| {
            let mut errors: Vec<f64> = reports.iter().map(|report| error(&report.steps[index])).collect();
            errors.sort_by(f64::total_cmp);
            errors[SEEDS / 2]
        };
        json!({
            "value": reports[0].steps[index].step,
            "forward_f32": median(|step| step.forward_f32),
            "forward_f64": median(|step| step.forward_f64),
            "central_f64": median(|step| step.central_f64),
        })
    });
    Ok(json!({"steps": steps.collect::<Vec<_>>()}))
}
