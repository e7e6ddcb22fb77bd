//! Three improvements in every order: what a fair share of each is.

use super::{Data, Experiment, Lab};
use crate::{Problem, Result};
use exercises::chapter_11::fair_shares;
use serde_json::{Value, json};

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "fair-shares",
    about: "Fair shares of rectifiers, schedule and distortions in the usual settings of improved, 1,000 images, 3 seeds",
    data: Data::Practice,
    stages: &["improved"],
    run,
};

/// How many seeds each set of improvements is trained with.
const SEEDS: u64 = 3;
/// The improvements, and the flag that turns each off.
const IMPROVEMENTS: [(&str, &str); 3] = [
    ("rectifiers", "--activation sigmoid"),
    ("schedule", "--schedule constant"),
    ("distortions", "--augment 0"),
];

fn run(lab: &Lab<'_>) -> Result<Value> {
    let (mut accuracies, mut sets) = (Vec::new(), Vec::new());
    for set in 0..1usize << IMPROVEMENTS.len() {
        let off: Vec<&str> =
            (0..IMPROVEMENTS.len()).filter(|i| set & (1 << i) == 0).map(|i| IMPROVEMENTS[i].1).collect();
        let one = |seed: u64| {
            let found = lab.json(&format!("improved --seed {seed} {}", off.join(" ")))?;
            found["test_accuracy"].as_f64().ok_or_else(|| Problem::new("improved wrote no test accuracy"))
        };
        let found = (1..=SEEDS).map(one).collect::<Result<Vec<_>>>()?;
        let on: Vec<&str> =
            (0..IMPROVEMENTS.len()).filter(|i| set & (1 << i) != 0).map(|i| IMPROVEMENTS[i].0).collect();
        accuracies.push(found.iter().sum::<f64>() / SEEDS as f64);
        sets.push(json!({"name": on.join("+"), "test_accuracies": found}));
    }
    let n = IMPROVEMENTS.len();
    let shares = fair_shares(n, |set| accuracies[set]);
    let (none, all) = (accuracies[0], accuracies[(1 << n) - 1]);
    let rows: Vec<Value> = (0..n)
        .map(|i| {
            let alone = accuracies[1 << i] - none;
            let last = all - accuracies[((1 << n) - 1) ^ (1 << i)];
            json!({"name": IMPROVEMENTS[i].0, "alone": alone, "last": last, "share": shares[i]})
        })
        .collect();
    Ok(json!({"none": none, "all": all, "rows": rows, "sets": sets}))
}
