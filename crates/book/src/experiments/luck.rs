//! Chapter 4: ten sets of training images, and what test images leave open.

use super::{Data, Experiment};
use crate::query::numbers;
use crate::{Problem, Result};
use serde_json::{Value, json};

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "luck",
    about: "The five rules on ten disjoint sets of 1,000 images of MNIST, seed 1, 100 epochs; beside seeds 1 to 10 on the first set",
    data: Data::Mnist,
    stages: &["stochastic", "batched", "no-bias", "gradient", "momentum"],
    run: |lab| {
        const RULES: &str = "compare --stages stochastic,batched,no-bias,gradient,momentum";
        let draws = lab.json(&format!("{RULES} --train-draws 10"))?;
        let seeds = lab.json(&format!("{RULES} --seeds 10"))?;
        let images = seeds["test_size"].as_f64().ok_or_else(|| Problem::new("test_size is no number"))?;
        let stages = ["stochastic", "batched", "no-bias", "gradient", "momentum"].map(|name| {
            let path = format!("stages.{name}.runs.*.test_accuracy");
            let (by_set, by_seed) = (numbers(&draws, &path)?, numbers(&seeds, &path)?);
            let p = by_seed.iter().sum::<f64>() / by_seed.len() as f64;
            let half = 1.96 * (p * (1.0 - p) / images).sqrt();
            Ok(json!({"stage": name, "accuracies": by_set, "by_seed": by_seed, "half_interval": half}))
        });
        let stages = stages.into_iter().collect::<Result<Vec<Value>>>()?;
        let [gradient, batched] = ["gradient", "batched"]
            .map(|name| numbers(&seeds, &format!("stages.{name}.runs.*.test_accuracy")));
        let leads: Vec<f64> = gradient?.iter().zip(batched?).map(|(a, b)| a - b).collect();
        Ok(json!({"stages": stages, "leads": leads}))
    },
};
