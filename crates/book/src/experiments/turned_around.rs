//! Chapter 4: the seeds for which the order of two rules is turned around.

use super::{Data, Experiment};
use crate::query::numbers;
use serde_json::json;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "turned-around",
    about: "The seeds, of 1 to 60, with which stage 5 ends ahead of stage 4 on practice digits, 1,000 images, 100 epochs",
    data: Data::Practice,
    stages: &["gradient", "momentum"],
    run: |lab| {
        let results = lab.json("compare --stages gradient,momentum --seeds 60")?;
        let by_seed = |name: &str| numbers(&results, &format!("stages.{name}.runs.*.test_accuracy"));
        let (gradient, momentum) = (by_seed("gradient")?, by_seed("momentum")?);
        let ahead =
            (1..).zip(gradient.iter().zip(&momentum)).filter(|(_, (gradient, momentum))| momentum > gradient);
        Ok(json!({"seeds": ahead.map(|(seed, _)| seed).collect::<Vec<u32>>()}))
    },
};
