//! Which version of the learning rules made a result.
//!
//! The version of a stage is the fingerprint of a small training with its usual settings. It is the same on every machine,
//! and it changes when one bit of the rule, of the starting weights, of the order or of the practice digits changes.

use crate::programs::{Place, Programs, Quoted};
use crate::{Problem, Result};
use serde_json::{Map, Value};
use std::cell::RefCell;

/// All stages, in the order in which they are taught.
pub const STAGES: [&str; 6] = ["stochastic", "batched", "no-bias", "gradient", "momentum", "improved"];

/// The small training.
const TRAINING: &str = "--data practice --epochs 2 --train-size 200 --test-size 100";

/// The versions of all rules, found when first asked for.
#[derive(Default)]
pub struct Rules {
    found: RefCell<Map<String, Value>>,
}

impl Rules {
    /// The versions of these stages.
    pub fn of(&self, stages: &[&str], programs: &Programs) -> Result<Map<String, Value>> {
        let mut versions = Map::new();
        for &stage in stages {
            if !STAGES.contains(&stage) {
                return Problem::err(format!("{stage} is no stage"));
            }
            let known = self.found.borrow().get(stage).cloned();
            let version = match known {
                Some(version) => version,
                None => {
                    let run =
                        programs.json(&Quoted::short(&format!("{stage} {TRAINING}"))?, &Place::empty()?)?;
                    self.found.borrow_mut().insert(stage.to_owned(), run["fingerprint"].clone());
                    run["fingerprint"].clone()
                }
            };
            versions.insert(stage.to_owned(), version);
        }
        Ok(versions)
    }
}
