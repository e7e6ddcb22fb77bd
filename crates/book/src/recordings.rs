//! Outputs that were recorded, because they take longer than a test may, or need MNIST: a file a page.

use crate::programs::{Place, Programs, Quoted};
use crate::rules::Rules;
use crate::{Problem, Result, project};
use serde_json::{Value, json};

/// A command whose output is recorded, as a page quotes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The command, whole.
    pub command: String,
    /// Whether it runs where MNIST lies.
    pub mnist: bool,
}

impl Recorded {
    fn data(&self) -> &'static str {
        if self.mnist { "MNIST" } else { "practice digits" }
    }
}

/// The file of a page's recordings.
pub fn file(page: &str) -> String {
    format!("{}/{}.json", project::RECORDED, project::stem(page))
}

/// What a command printed when it was recorded for this page.
///
/// # Errors
/// Where it was not, or by another version of the rules.
pub fn output(page: &str, wanted: &Recorded, programs: &Programs, rules: &Rules) -> Result<String> {
    let advice = format!("`cargo run -p book -- measure {}` records it", project::stem(page));
    let known = read(page)?;
    let known = known
        .iter()
        .find(|known| known["command"] == wanted.command.as_str() && known["data"] == wanted.data());
    let Some(known) = known else {
        return Problem::err(format!("`{}` was not recorded: {advice}", wanted.command));
    };
    if known["stages"] != Value::Object(versions(wanted, programs, rules)?) {
        return Problem::err(format!(
            "`{}` was recorded by other rules than these: {advice}",
            wanted.command
        ));
    }
    Ok(lines(known))
}

/// Runs these commands, and makes them the recordings of a page; what it recorded before and does not need is dropped, and what is
/// there already by these rules is kept, unless `anew`.
pub fn record(page: &str, wanted: &[Recorded], anew: bool, programs: &Programs, rules: &Rules) -> Result<()> {
    let known = read(page)?;
    let mut kept: Vec<Value> = Vec::new();
    for one in wanted {
        let versions = Value::Object(versions(one, programs, rules)?);
        let same = |known: &&Value| known["command"] == one.command.as_str() && known["data"] == one.data();
        if kept.iter().any(|known| same(&known)) {
            continue;
        }
        if let Some(known) = known.iter().find(same).filter(|known| !anew && known["stages"] == versions) {
            kept.push(known.clone());
            continue;
        }
        let quoted = quoted(&one.command)?;
        let place = if one.mnist { Place::with_mnist()? } else { Place::empty()? };
        let output = programs.output(&quoted, &place)?;
        let lines: Vec<&str> = output.lines().map(str::trim_end).collect();
        kept.push(json!({"command": one.command, "data": one.data(), "stages": versions, "output": lines}));
        write(page, &kept)?;
    }
    write(page, &kept)
}

/// All that was recorded for a page: each command, and its output below.
pub fn all(page: &str) -> Result<String> {
    let mut text = String::new();
    for known in read(page)? {
        text.push_str(&format!("$ {}\n", known["command"].as_str().unwrap_or_default()));
        text.push_str(&lines(&known));
    }
    Ok(text)
}

/// The output of a recording.
fn lines(known: &Value) -> String {
    let lines = known["output"].as_array().map(Vec::as_slice).unwrap_or_default();
    lines.iter().filter_map(Value::as_str).map(|line| format!("{line}\n")).collect()
}

/// The program of a command.
pub fn quoted(command: &str) -> Result<Quoted> {
    Quoted::read(command).ok_or_else(|| {
        Problem::new(format!("`{command}` is not of the form `cargo run -p PROGRAM -- FLAGS`"))
    })
}

fn versions(one: &Recorded, programs: &Programs, rules: &Rules) -> Result<serde_json::Map<String, Value>> {
    rules.of(&quoted(&one.command)?.stages(), programs)
}

fn read(page: &str) -> Result<Vec<Value>> {
    let file = file(page);
    if !project::root().join(&file).exists() {
        return Ok(Vec::new());
    }
    let value: Value = serde_json::from_str(&project::read(&file)?)
        .map_err(|error| Problem::new(error.to_string()).at(&file))?;
    Ok(value["outputs"].as_array().cloned().unwrap_or_default())
}

fn write(page: &str, outputs: &[Value]) -> Result<()> {
    let file = file(page);
    if outputs.is_empty() {
        let path = project::root().join(&file);
        return match path.exists() {
            true => std::fs::remove_file(path).map_err(|error| Problem::new(error.to_string()).at(&file)),
            false => Ok(()),
        };
    }
    let text = serde_json::to_string_pretty(&json!({ "outputs": outputs })).unwrap_or_default();
    project::write(&file, &format!("{text}\n")).map(|_| ())
}
