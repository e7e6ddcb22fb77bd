//! What the comparison shows in a terminal with colours, for the picture of the README.

use super::{Data, Experiment, Lab};
use crate::rules::STAGES;
use crate::{Problem, Result};
use serde_json::{Value, json};

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "terminal",
    about: "The lines, with their colours, that `cargo run -p compare` ends with in a terminal of 112 columns: practice digits, three seeds",
    data: Data::Practice,
    stages: &STAGES,
    run,
};

fn run(lab: &Lab<'_>) -> Result<Value> {
    let results = lab.json("compare")?;
    let file = lab.folder().join("results.json");
    std::fs::write(&file, results.to_string()).map_err(|error| Problem::new(error.to_string()))?;
    let lines = lab.terminal("compare --show results.json", 112)?;
    Ok(json!({ "lines": lines }))
}
