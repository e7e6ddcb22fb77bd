//! Numbers for sentences: what to look up, and how to write it.
//!
//! `EXPRESSION FORMAT`, where an expression is
//!
//! - `SOURCE PATH`: a file of results and the way in it, as in `mnist stages.gradient.summary.test_accuracy_mean`. The steps are keys;
//!   in a list, an index from 0, or what names an element (its stage, seed, epoch, value, ...), or `*` for all. A step that has a point
//!   in it is quoted: `cells.'0.01'.mean`.
//! - `run(PROGRAM FLAGS) PATH`: the same in the JSON that a quick run on practice digits writes.
//! - `FUNCTION(EXPRESSION)`: mean, sd, se, min, max, median, count, sum of many numbers.
//! - `FUNCTION(EXPRESSION, EXPRESSION)`: diff (a - b) and ratio of two numbers; paired and paired-se, mean and standard error of the
//!   differences of two equally long lists.
//! - `above /PATTERN/`: the first group of the first match in the output above, as it stands there; without a format.
//! - `recorded PAGE /PATTERN/`: the same in all that was recorded for a page, each output below its command; a point of the pattern is
//!   any sign, also the end of a line.
//!
//! and a format is `text`, `,` (whole, with thousands), or decimals, `2`, with `%` in front for a share in per cent and with `+` for
//! a sign: `+%2`.

use crate::{Problem, Result, Tool, recordings};
use serde_json::Value;

/// What names an element of a list, the first that it has.
const NAMES: [&str; 14] = [
    "name",
    "stage",
    "seed",
    "epoch",
    "value",
    "digit",
    "label",
    "batch_size",
    "learning_rate",
    "update",
    "to",
    "block",
    "hidden",
    "switch",
];

/// A number as a sentence has it. `above` is the output of the last command above, if there is one.
pub fn text(query: &str, above: Option<&str>, tool: &Tool) -> Result<String> {
    let query = query.trim();
    if let Some(pattern) = query.strip_prefix("above ") {
        let output = above.ok_or_else(|| Problem::new("there is no output above"))?;
        return found(pattern.trim(), output);
    }
    if let Some((page, pattern)) = query.strip_prefix("recorded ").and_then(|rest| rest.split_once(' ')) {
        return found(&pattern.trim().replacen('/', "/(?s)", 1), &recordings::all(page)?);
    }
    let Some((expression, format)) = query.rsplit_once(' ') else {
        return Problem::err(format!("{query}: a number is looked up by EXPRESSION FORMAT"));
    };
    if format == "text" {
        let value = lookup(expression, tool)?;
        return match &value[..] {
            [Value::String(text)] => Ok(text.clone()),
            [other] => Ok(other.to_string()),
            _ => Problem::err(format!("{expression} is not one value")),
        };
    }
    match evaluate(expression, tool)?[..] {
        [number] => written(number, format),
        ref many => Problem::err(format!("{expression} has {} numbers: put a function in front", many.len())),
    }
}

/// A number in a format.
pub fn written(number: f64, format: &str) -> Result<String> {
    if format == "," {
        return Ok(thousands(number.round()));
    }
    let (sign, rest) = format.strip_prefix('+').map_or((false, format), |rest| (true, rest));
    let (percent, decimals) = rest.strip_prefix('%').map_or((false, rest), |rest| (true, rest));
    let Ok(decimals) = decimals.parse::<usize>() else {
        return Problem::err(format!("{format} is no format: text, ',', 2, %2, +2 and +%2 are"));
    };
    let number = if percent { 100.0 * number } else { number };
    let text = if sign { format!("{number:+.decimals$}") } else { format!("{number:.decimals$}") };
    // Nothing has no sign.
    let nothing = text.chars().all(|letter| matches!(letter, '-' | '+' | '0' | '.'));
    Ok(if nothing { text.trim_start_matches(['-', '+']).to_owned() } else { text })
}

/// A whole number with a comma after every thousand.
fn thousands(number: f64) -> String {
    let digits = format!("{:.0}", number.abs());
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if number < 0.0 { format!("-{text}") } else { text }
}

/// The first group of the first match of `/PATTERN/` in a text.
fn found(pattern: &str, text: &str) -> Result<String> {
    let inner = pattern.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
    let inner = inner.ok_or_else(|| Problem::new(format!("{pattern} should be /PATTERN/")))?;
    let regex =
        regex::Regex::new(&format!("(?m){inner}")).map_err(|error| Problem::new(error.to_string()))?;
    let found = regex.captures(text).and_then(|found| found.get(1));
    found
        .map(|found| found.as_str().to_owned())
        .ok_or_else(|| Problem::new(format!("{pattern} with its group is not in the output")))
}

/// The numbers of an expression.
pub fn evaluate(expression: &str, tool: &Tool) -> Result<Vec<f64>> {
    let expression = expression.trim();
    if let Some((function, inside, "")) = call(expression)
        && function != "run"
    {
        let args =
            arguments(inside).into_iter().map(|arg| evaluate(arg, tool)).collect::<Result<Vec<_>>>()?;
        return apply(function, &args).map(|number| vec![number]).map_err(|problem| problem.at(expression));
    }
    lookup(expression, tool)?.iter().map(|value| number(value, expression)).collect()
}

/// The values at the place that `SOURCE PATH` or `run(COMMAND) PATH` names.
fn lookup(expression: &str, tool: &Tool) -> Result<Vec<Value>> {
    let expression = expression.trim();
    let (source, path) = match call(expression) {
        Some(("run", command, path)) => (tool.programs.quick_json(command)?, path.trim()),
        _ => {
            let Some((name, path)) = expression.split_once(' ') else {
                return Problem::err(format!("{expression}: a number is looked up by SOURCE PATH"));
            };
            (tool.results.get(name)?, path.trim())
        }
    };
    values(&source, path).map_err(|problem| problem.at(expression))
}

/// `name(inside)rest`, where the name is a word.
fn call(text: &str) -> Option<(&str, &str, &str)> {
    let open = text.find('(')?;
    if !text[..open].chars().all(|letter| letter.is_ascii_lowercase() || letter == '-') {
        return None;
    }
    let mut depth = 0;
    for (index, letter) in text.char_indices().skip(open) {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        if depth == 0 {
            return Some((&text[..open], &text[open + 1..index], &text[index + 1..]));
        }
    }
    None
}

/// What stands between commas that are in no bracket.
fn arguments(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut found) = (0, 0, Vec::new());
    for (index, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                found.push(&text[start..index]);
                start = index + 1;
            }
            _ => {}
        }
    }
    found.push(&text[start..]);
    found
}

fn apply(function: &str, args: &[Vec<f64>]) -> Result<f64> {
    let two = |args: &[Vec<f64>]| match args {
        [a, b] if a.len() == 1 && b.len() == 1 => Ok((a[0], b[0])),
        _ => Problem::err(format!("{function} takes two numbers")),
    };
    let differences = |args: &[Vec<f64>]| match args {
        [a, b] if a.len() == b.len() => Ok(a.iter().zip(b).map(|(a, b)| a - b).collect::<Vec<_>>()),
        _ => Problem::err(format!("{function} takes two lists of one length")),
    };
    match (function, args) {
        ("diff", _) => two(args).map(|(a, b)| a - b),
        ("ratio", _) => two(args).map(|(a, b)| a / b),
        ("paired", _) => Ok(statistic("mean", &differences(args)?).unwrap_or(f64::NAN)),
        ("paired-se", _) => Ok(statistic("se", &differences(args)?).unwrap_or(f64::NAN)),
        (_, [numbers]) => {
            statistic(function, numbers).ok_or_else(|| Problem::new(format!("{function} is no function")))
        }
        _ => Problem::err(format!("{function} is no function of {} arguments", args.len())),
    }
}

/// A statistic of some numbers; `None` if it is not known by that name.
pub fn statistic(name: &str, numbers: &[f64]) -> Option<f64> {
    let n = numbers.len() as f64;
    let mean = numbers.iter().sum::<f64>() / n;
    let sd = || (numbers.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
    Some(match name {
        "mean" => mean,
        "sum" => n * mean,
        "count" => n,
        "sd" => sd(),
        "se" => sd() / n.sqrt(),
        "min" => numbers.iter().copied().fold(f64::INFINITY, f64::min),
        "max" => numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        "median" => {
            let mut sorted = numbers.to_vec();
            sorted.sort_by(f64::total_cmp);
            let half = sorted.len() / 2;
            if sorted.len() % 2 == 1 { sorted[half] } else { 0.5 * (sorted[half - 1] + sorted[half]) }
        }
        _ => return None,
    })
}

/// The numbers at a path in a value.
pub fn numbers(value: &Value, path: &str) -> Result<Vec<f64>> {
    values(value, path)?.iter().map(|value| number(value, path)).collect()
}

fn number(value: &Value, place: &str) -> Result<f64> {
    value.as_f64().ok_or_else(|| Problem::new(format!("{place} is no number but {}", brief(value))))
}

/// The values at a path in a value.
fn values(value: &Value, path: &str) -> Result<Vec<Value>> {
    let mut found = vec![value.clone()];
    for step in steps(path) {
        let mut next = Vec::new();
        for value in found {
            match (&value, step.as_str()) {
                (Value::Array(list), "*") => next.extend(list.iter().cloned()),
                _ => next.push(
                    child(&value, &step)
                        .ok_or_else(|| Problem::new(format!("there is no {step} in {}", brief(&value))))?,
                ),
            }
        }
        found = next;
    }
    // A list at the end stands for its elements.
    if let [Value::Array(list)] = &found[..] {
        return Ok(list.clone());
    }
    Ok(found)
}

/// The steps of a path.
fn steps(path: &str) -> Vec<String> {
    let (mut steps, mut step, mut quoted) = (Vec::new(), String::new(), false);
    for letter in path.chars() {
        match letter {
            '\'' => quoted = !quoted,
            '.' if !quoted => steps.push(std::mem::take(&mut step)),
            _ => step.push(letter),
        }
    }
    steps.push(step);
    steps
}

fn child(value: &Value, step: &str) -> Option<Value> {
    match value {
        Value::Object(object) => object.get(step).cloned(),
        Value::Array(list) => {
            let named = list.iter().find(|element| name(element).is_some_and(|name| name == step));
            let by_index = || list.get(step.parse::<usize>().ok()?);
            // Where elements have names, numbers are names, too.
            let found = if list.iter().any(|element| name(element).is_some()) { named } else { by_index() };
            found.cloned()
        }
        _ => None,
    }
}

/// What an element of a list is called.
fn name(element: &Value) -> Option<String> {
    let value = NAMES.iter().find_map(|key| element.get(key))?;
    Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

/// What is there, for who looked for something else.
fn brief(value: &Value) -> String {
    match value {
        Value::Object(object) => {
            format!("an object with {}", object.keys().cloned().collect::<Vec<_>>().join(", "))
        }
        Value::Array(list) => {
            let names: Vec<String> = list.iter().filter_map(name).collect();
            match names.is_empty() {
                true => format!("a list of {}", list.len()),
                false => format!("a list of {}", names.join(", ")),
            }
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn paths_go_by_keys_names_indices_and_all() {
        let value = json!({"stages": [
            {"stage": "a", "runs": [{"seed": 3, "x": [1, 2]}, {"seed": 4, "x": [5, 6]}]},
            {"stage": "b", "cells": [{"value": "0.01", "mean": 7.5}]}
        ]});
        let get = |path| numbers(&value, path);
        assert_eq!(get("stages.a.runs.4.x.0").expect("there"), [5.0]);
        assert_eq!(get("stages.a.runs.*.x.1").expect("there"), [2.0, 6.0]);
        assert_eq!(get("stages.a.runs.3.x").expect("there"), [1.0, 2.0]);
        assert_eq!(get("stages.b.cells.'0.01'.mean").expect("there"), [7.5]);
        let error = get("stages.c").expect_err("not there").to_string();
        assert_eq!(error, "there is no c in a list of a, b");
        assert!(get("stages.a.runs.0.x").is_err(), "runs have names, so 0 is a seed");
        assert!(get("stages.a").is_err(), "an object is no number");
    }

    #[test]
    fn formats_write_what_they_say() {
        let written = |number, format| written(number, format).expect("a format");
        assert_eq!(written(0.87856, "%2"), "87.86");
        assert_eq!(written(0.0124, "+%2"), "+1.24");
        assert_eq!(written(-0.00001, "%2"), "0.00");
        assert_eq!(written(101_770.0, ","), "101,770");
        assert_eq!(written(999.6, ","), "1,000");
        assert_eq!(written(3.0, "0"), "3");
        assert!(super::written(1.0, "two").is_err());
    }

    #[test]
    fn functions_are_statistics() {
        let numbers = [1.0, 2.0, 4.0, 5.0];
        let close = |name, expected: f64| {
            let found = statistic(name, &numbers).expect("a function");
            assert!((found - expected).abs() < 1e-12, "{name}: {found}");
        };
        for (name, expected) in [("mean", 3.0), ("sum", 12.0), ("count", 4.0), ("median", 3.0), ("min", 1.0)]
        {
            close(name, expected);
        }
        close("sd", (10.0f64 / 3.0).sqrt());
        close("se", (10.0f64 / 12.0).sqrt());
        let two = [vec![3.0, 5.0], vec![1.0, 4.0]];
        assert_eq!(apply("paired", &two).expect("two lists"), 1.5);
        assert_eq!(apply("paired-se", &two).expect("two lists"), 0.5);
        assert!(apply("diff", &two).is_err(), "of lists");
        assert!(apply("mode", &two[..1]).is_err(), "not known");
    }

    #[test]
    fn expressions_are_taken_apart() {
        assert_eq!(call("run(gradient --epochs 3) a.b"), Some(("run", "gradient --epochs 3", " a.b")));
        assert_eq!(call("mnist a.b"), None);
        assert_eq!(call("diff(mean(a b), c d)"), Some(("diff", "mean(a b), c d", "")));
        assert_eq!(arguments("mean(a b, c), d e"), ["mean(a b, c)", " d e"]);
    }

    #[test]
    fn numbers_are_found_in_outputs() {
        let output = "loss 3\nTest accuracy      80.7 %\n";
        assert_eq!(found("/^Test accuracy +([0-9.]+)/", output).expect("there"), "80.7");
        assert_eq!(found("/(?s)loss.*?(80)/", output).expect("there"), "80");
        assert!(found("/Tset (.)/", output).is_err());
        assert!(found("/loss/", output).is_err(), "no group");
        assert!(found("Test (.)", output).is_err(), "not a pattern");
        assert!(text("above /(.)/", None, &Tool::default()).is_err(), "nothing above");
    }
}
