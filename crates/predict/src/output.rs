//! The answers for programs: as JSON and as CSV.

use crate::Answer;
use digits_cli::flags::JsonTarget;
use digits_cli::json;
use digits_core::Result;
use digits_core::evaluation::predicted_class;
use serde_json::{Map, Value, json};

/// Writes an object with the list `predictions`: an object for each image or row, with `file`, `row` (counted from 1),
/// `label` where it is known, and `digits`, from left to right, or `error`.
pub(crate) fn write_json(target: &JsonTarget, answers: &[Answer]) -> Result<()> {
    let list: Vec<Value> = answers.iter().map(as_json).collect();
    let mut object = Map::new();
    object.insert("predictions".to_owned(), Value::Array(list));
    json::write(target, &object)
}

/// One answer: `digit`, `probability`, `box` (x, y, width, height, in pixels of the image) and `doubt`, where there is some,
/// of each of its digits.
fn as_json(answer: &Answer) -> Value {
    let sample = &answer.sample;
    let mut object = Map::new();
    let mut put = |name: &str, value: Value| _ = object.insert(name.to_owned(), value);
    put("file", json!(sample.file.to_string_lossy()));
    if let Some(row) = sample.row {
        put("row", json!(row));
    }
    if let Some(label) = sample.label {
        put("label", json!(label));
    }
    match &sample.digits {
        Ok(_) => {
            let each = answer.each().map(|(digit, outputs, doubt)| {
                let class = predicted_class(outputs);
                let bounds = digit.bounds;
                let place = [bounds.left, bounds.top, bounds.width, bounds.height];
                let mut object = json!({"digit": class, "probability": outputs[class], "box": place});
                if let Some(doubt) = doubt {
                    object["doubt"] = json!(doubt);
                }
                object
            });
            put("digits", each.collect());
        }
        Err(error) => put("error", json!(error.to_string())),
    }
    Value::Object(object)
}

/// Writes a row for each digit (`file,row,position,digit,probability,x,y,width,height,error,doubt`); an image without a digit,
/// or one that could not be read, has one row.
pub(crate) fn write_csv(target: &JsonTarget, answers: &[Answer]) -> Result<()> {
    let mut text = "file,row,position,digit,probability,x,y,width,height,error,doubt\n".to_owned();
    for answer in answers {
        let sample = &answer.sample;
        let file = field(&sample.file.to_string_lossy());
        let row = sample.row.map_or(String::new(), |row| row.to_string());
        match &sample.digits {
            Ok(digits) if digits.is_empty() => {
                text.push_str(&format!("{file},{row},,,,,,,,no digit found,\n"))
            }
            Ok(_) => {
                for (position, (digit, outputs, doubt)) in answer.each().enumerate() {
                    let class = predicted_class(outputs);
                    let b = digit.bounds;
                    let place = format!("{},{},{},{}", b.left, b.top, b.width, b.height);
                    let (position, output) = (position + 1, outputs[class]);
                    let doubt = field(doubt.unwrap_or_default());
                    text.push_str(&format!("{file},{row},{position},{class},{output},{place},,{doubt}\n"));
                }
            }
            Err(error) => text.push_str(&format!("{file},{row},,,,,,,,{},\n", field(&error.to_string()))),
        }
    }
    json::write_text(target, &text)
}

/// A text as a field of CSV.
fn field(text: &str) -> String {
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}
