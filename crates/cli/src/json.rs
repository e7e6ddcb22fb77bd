//! Results for programs: a JSON object a run, written whole.

use crate::dataset::LoadedData;
use crate::flags::JsonTarget;
use crate::screen::write_all;
use digits_core::files::write_whole;
use digits_core::settings::{self, Settings};
use digits_core::stage::About;
use digits_core::training::{Outcome, Record};
use digits_core::{Error, Result};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::io::{ErrorKind, Write};
use std::path::Path;

/// The version of the layout of these objects; docs/json.md describes it.
pub const VERSION: u32 = 3;

/// What was run, on which data and with which settings: the beginning of a run's object.
pub fn run(
    about: &About,
    loaded: &LoadedData,
    settings: &Settings,
    parameters: usize,
    fingerprint: &str,
) -> Map<String, Value> {
    let mut object = Map::new();
    let mut put = |name: &str, value: Value| object.insert(name.to_owned(), value);
    put("version", json!(VERSION));
    put("stage", json!(about.name));
    put("idea", json!(about.idea));
    put("dataset", json!(loaded.dataset.name));
    put("data_origin", json!(loaded.dataset.origin));
    put("train_size", json!(loaded.data.train.len()));
    put("test_size", json!(loaded.data.test.len()));
    put("settings", Value::Object(settings_object(settings)));
    put("parameters", json!(parameters));
    put("fingerprint", json!(fingerprint));
    object
}

/// Every setting by its name, with underscores between words.
pub fn settings_object(settings: &Settings) -> Map<String, Value> {
    let value = |value: settings::Value| match value {
        settings::Value::Whole(number) => json!(number),
        settings::Value::Number(number) => json!(number),
        settings::Value::Word(word) => json!(word),
        settings::Value::Switch(on) => json!(on),
        settings::Value::Layers(layers) => match layers.units() {
            [] => json!(0),
            [one] => json!(one),
            units => json!(units),
        },
    };
    settings.iter().map(|(setting, found)| (setting.name.replace('-', "_"), value(found))).collect()
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
    put("epochs_trained", json!(outcome.epochs));
    put("history", history(&outcome.history));
    // Apart from the history, which is the same for everyone.
    put("history_seconds", outcome.history.iter().map(|record| record.time.as_secs_f64()).collect());
    if !outcome.validation.is_empty() {
        put("kept_epoch", json!(outcome.kept_epoch));
        let validated = outcome.validation.iter().map(|validated| {
            json!({"epoch": validated.epoch, "loss": validated.loss, "accuracy": validated.accuracy})
        });
        put("validation_history", validated.collect());
    }
}

/// The epochs of a training.
pub fn history(records: &[Record]) -> Value {
    let record = |record: &Record| {
        json!({
            "epoch": record.epoch,
            "updates": record.updates,
            "loss": record.loss,
            "train_accuracy": record.train_accuracy,
            "test_accuracy": record.test_accuracy,
        })
    };
    records.iter().map(record).collect()
}

/// The stage, its data and its settings as text, for the metadata of a saved network.
pub fn metadata(about: &About, loaded: &LoadedData, settings: &Settings) -> BTreeMap<String, String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut metadata: BTreeMap<String, String> =
        settings_object(settings).iter().map(|(name, value)| (name.clone(), text(value))).collect();
    metadata.insert("stage".to_owned(), about.name.to_owned());
    metadata.insert("dataset".to_owned(), loaded.dataset.public_name().to_owned());
    metadata.insert("train_size".to_owned(), loaded.data.train.len().to_string());
    metadata
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
    fn every_setting_has_its_kind_of_value() {
        let settings = Settings::usual(&settings::COMMON);
        let expected = json!({"epochs": 100, "updates": "all", "hidden": 128, "seed": 1, "shuffle": true,
            "measure_every": "auto"});
        assert_eq!(Value::Object(settings_object(&settings)), expected);
    }
}
