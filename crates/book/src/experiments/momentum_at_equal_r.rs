//! Momentum beside plain descent at equal r, early and late.

use super::{Data, Experiment};
use serde_json::json;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "momentum-at-equal-r",
    about: "momentum 0.9 beside gradient at equal r, 1,000 images, after 3 and 100 epochs, 10 seeds",
    data: Data::Mnist,
    stages: &["gradient", "momentum"],
    run: |lab| {
        let sweep = |stage: &str, rates: &str, epochs: usize| {
            lab.json(&format!(
                "compare --stages {stage} --sweep learning-rate={rates} --epochs {epochs} --seeds 10"
            ))
        };
        Ok(json!({
            "early": {"gradient": sweep("gradient", "0.1,0.3,0.5", 3)?, "momentum": sweep("momentum", "0.01,0.03,0.05", 3)?},
            "late": {"gradient": sweep("gradient", "0.1,0.3,0.5", 100)?, "momentum": sweep("momentum", "0.01,0.03,0.05", 100)?},
        }))
    },
};
