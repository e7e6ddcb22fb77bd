//! Which improvement is worth what: the ladder of chapter 11.

use super::{Data, Experiment};
use serde_json::Value;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "ablation",
    about: "The ladder of improvements, 1,000 images, preset small, 400 epochs, 3 seeds",
    data: Data::Mnist,
    stages: &["improved"],
    run: |lab| {
        let mut found = lab.json("improved ablation --preset small")?;
        // What no page quotes, and what differs from run to run.
        if let Some(rows) = found.get_mut("rows").and_then(Value::as_array_mut) {
            for row in rows.iter_mut().filter_map(Value::as_object_mut) {
                // A name without commas, by which pages find the row.
                let name = row["change"].as_str().unwrap_or_default().replace(',', "");
                row.insert("name".to_owned(), name.into());
                row.remove("settings");
                row.remove("train_seconds");
            }
        }
        Ok(serde_json::json!({"rows": found["rows"]}))
    },
};
