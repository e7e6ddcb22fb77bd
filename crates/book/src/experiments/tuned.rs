//! How much of stage 1's lead is left when each rate is chosen with equal care.

use super::{Data, Experiment, Lab};
use crate::Result;
use serde_json::{Value, json};

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "tuned",
    about: "Test accuracy with each learning rate chosen on held-out training images by three seeds: batches of 1 and of 10, \
            1,000 training images, 100 epochs, ten fresh seeds",
    data: Data::Mnist,
    stages: &["stochastic", "gradient"],
    run,
};

fn run(lab: &Lab<'_>) -> Result<Value> {
    let of = |flags: &str| -> Result<Value> {
        let mut found = lab.json(&format!("compare --tuned --seeds 10 {flags}"))?;
        for choice in found["choices"].as_array_mut().into_iter().flatten() {
            let chosen = choice["chosen"].as_u64().unwrap_or_default() as usize;
            choice["rate"] = choice["tried"][chosen]["learning_rate"].clone();
        }
        let stage = |stage: &Value| json!({"stage": stage["stage"], "summary": stage["summary"]});
        let stages: Vec<Value> = found["stages"].as_array().into_iter().flatten().map(stage).collect();
        Ok(json!({"choices": found["choices"], "stages": stages}))
    };
    Ok(json!({
        "batch-1": of("--stages stochastic,gradient --batch-size 1")?,
        "batch-10": of("--stages gradient")?,
    }))
}
