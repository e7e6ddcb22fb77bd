//! Results for programs: a JSON object a run, written whole.

use crate::dataset::LoadedData;
use crate::flags::{JsonTarget, TrainingFlags};
use crate::screen::write_all;
use digits_core::files::write_whole;
use digits_core::stage::{About, Settings};
use digits_core::training::{Outcome, Record};
use digits_core::{Error, Result};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::io::{ErrorKind, Write};
use std::path::Path;

/// What was run, and with which settings: the beginning of a run's object.
pub fn settings(
    about: &About,
    opened: &LoadedData,
    training: &TrainingFlags,
    settings: &Settings,
    parameters: usize,
) -> Map<String, Value> {
    let mut object = Map::new();
    let mut put = |name: &str, value: Value| object.insert(name.to_owned(), value);
    put("stage", json!(about.name));
    put("idea", json!(about.idea));
    put("dataset", json!(opened.dataset.name));
    put("data_origin", json!(opened.dataset.origin));
    put("seed", json!(training.seed));
    put("shuffle", json!(training.shuffle));
    put("epochs", json!(training.epochs));
    put("train_size", json!(opened.data.train.len()));
    put("test_size", json!(opened.data.test.len()));
    put("hidden", json!(training.hidden));
    put("batch_size", json!(settings.examples_per_update()));
    put("learning_rate", json!(settings.learning_rate));
    if let Some(momentum) = settings.momentum {
        put("momentum", json!(momentum));
    }
    if let Some(epsilon) = settings.epsilon {
        put("epsilon", json!(epsilon));
    }
    put("parameters", json!(parameters));
    object
}

/// What came of it: added to the settings, this makes the whole object of a run.
pub fn add_outcome(object: &mut Map<String, Value>, outcome: &Outcome) {
    let mut put = |name: &str, value: Value| object.insert(name.to_owned(), value);
    let (low, high) = outcome.test.interval();
    put("updates", json!(outcome.updates));
    put("loss", json!(outcome.train.loss));
    put("train_accuracy", json!(outcome.train.accuracy()));
    put("test_accuracy", json!(outcome.test.accuracy()));
    put("test_interval", json!([low, high]));
    put("train_seconds", json!(outcome.training_time.as_secs_f64()));
    put("examples_per_second", json!(outcome.examples_per_second()));
    put("confusion", json!(outcome.test.confusion));
    put("history", history(&outcome.history));
}

/// The epochs of a training.
pub fn history(records: &[Record]) -> Value {
    let record = |record: &Record| {
        json!({
            "epoch": record.epoch,
            "loss": record.loss,
            "train_accuracy": record.train_accuracy,
            "test_accuracy": record.test_accuracy,
        })
    };
    records.iter().map(record).collect()
}

/// The object's entries as text, for the metadata of a saved network.
pub fn as_text(object: &Map<String, Value>) -> BTreeMap<String, String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    object.iter().map(|(name, value)| (name.clone(), text(value))).collect()
}

/// Writes an object where it should go.
pub fn write(target: &JsonTarget, object: &Map<String, Value>) -> Result<()> {
    let mut text = String::new();
    lay_out(&Value::Object(object.clone()), 0, &mut text);
    text.push('\n');
    write_text(target, &text)
}

/// Writes a text where it should go.
pub fn write_text(target: &JsonTarget, text: &str) -> Result<()> {
    match target {
        JsonTarget::File(path) => write_whole(path, |file| file.write_all(text.as_bytes())),
        JsonTarget::Stdout => match write_all(&mut std::io::stdout().lock(), text) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(Error::io(Path::new("standard output"), "write", error))
            }
            _ => Ok(()), // a reader that has seen enough is no error
        },
    }
}

/// Lays JSON out for people as well: whatever fits stays on one line.
fn lay_out(value: &Value, depth: usize, text: &mut String) {
    const WIDTH: usize = 120;
    let short = spaced(value);
    if short.chars().count() + 2 * depth <= WIDTH && depth > 0 {
        text.push_str(&short);
        return;
    }
    let line = |text: &mut String, depth: usize| {
        text.push('\n');
        text.extend(std::iter::repeat_n("  ", depth));
    };
    match value {
        Value::Object(entries) => {
            text.push('{');
            for (index, (name, value)) in entries.iter().enumerate() {
                text.push_str(if index > 0 { "," } else { "" });
                line(text, depth + 1);
                text.push_str(&format!("{}: ", json!(name)));
                lay_out(value, depth + 1, text);
            }
            line(text, depth);
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index > 0 { "," } else { "" });
                line(text, depth + 1);
                lay_out(item, depth + 1, text);
            }
            line(text, depth);
            text.push(']');
        }
        _ => text.push_str(&short),
    }
}

/// JSON on one line, with a space after each colon and comma.
fn spaced(value: &Value) -> String {
    let join = |parts: Vec<String>| parts.join(", ");
    match value {
        Value::Object(entries) => {
            let entry = |(name, value): (&String, &Value)| format!("{}: {}", json!(name), spaced(value));
            format!("{{{}}}", join(entries.iter().map(entry).collect()))
        }
        Value::Array(items) => format!("[{}]", join(items.iter().map(spaced).collect())),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_laid_out_is_the_same_json() {
        let long: Vec<usize> = (0..100).collect();
        let value = json!({"text": "a \"quoted\" line\n", "none": null, "long": long, "rows": [[1, 2], [3.5, -4.0]],
            "history": [{"epoch": 1, "loss": 0.5}], "empty": {}, "list": []});
        let mut text = String::new();
        lay_out(&value, 0, &mut text);
        assert_eq!(serde_json::from_str::<Value>(&text).expect("reads back"), value);
        assert!(text.contains("\n  \"rows\": [[1, 2], [3.5, -4.0]],\n"), "{text}");
    }

    #[test]
    fn entries_keep_their_order() {
        let value = json!({"stage": "gradient", "epochs": 1, "batch_size": 10});
        assert_eq!(spaced(&value), r#"{"stage": "gradient", "epochs": 1, "batch_size": 10}"#);
    }

    #[test]
    fn metadata_holds_text_without_quotes() {
        let object = json!({"stage": "gradient", "learning_rate": 1.0});
        let text = as_text(object.as_object().expect("an object"));
        assert_eq!(text["stage"], "gradient");
        assert_eq!(text["learning_rate"], "1.0");
    }
}
