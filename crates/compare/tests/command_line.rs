//! The program that compares all stages, tried as a user would.

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

const STAGES: [&str; 6] = ["stochastic", "batched", "no-bias", "gradient", "momentum", "improved"];

/// A folder with a small data set: 30 and 20 images of bars whose place tells the digit.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, rows) in [("mnist_train.csv", 30), ("mnist_test.csv", 20)] {
        let row = |index: usize| {
            let digit = index % 10;
            let pixels = (0..784).map(|pixel| if pixel / 28 / 2 == digit + 2 { ",200" } else { ",0" });
            format!("{digit}{}\n", pixels.collect::<String>())
        };
        fs::write(folder.path().join(name), (0..rows).map(row).collect::<String>()).expect("written");
    }
    folder
}

/// The program, told to work with the data set of a folder.
fn program(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_compare"));
    command.current_dir(folder).args(["--data", "."]).args(args).stdin(Stdio::null());
    command
}

fn run(args: &[&str]) -> Output {
    program(folder().path(), args).output().expect("the program starts")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("text")
}

/// The results of a run, for programs.
fn json(args: &[&str]) -> Value {
    let output = run(&[args, &["--json", "-", "--quiet"]].concat());
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", stderr(&output)))
}

#[test]
fn every_stage_has_a_row_and_a_curve_and_the_result_is_read() {
    let output = run(&["--epochs", "20", "--hidden", "16"]);
    let text = stdout(&output);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(text.starts_with("Data: "), "{text}");
    for stage in STAGES {
        assert!(text.lines().any(|line| line.starts_with(&format!("{stage} "))), "a row for {stage}\n{text}");
        assert!(text.contains(&format!("⠤{}⠤ {stage}", &stage[..1])), "a curve for {stage}\n{text}");
    }
    for column in ["idea", "batch", "learning", "updates", "loss", "to 80 %", "time", "a second", "* "] {
        assert!(text.contains(column), "{column} in {text}");
    }
    assert!(text.contains("Averaging first (batched, "), "{text}");
    assert!(!text.contains('\x1b'), "no colours in a pipe");
    let widest = text.lines().skip(1).map(|line| line.chars().count()).max();
    assert!(widest <= Some(120), "{widest:?}\n{text}");
}

#[test]
fn json_holds_an_object_for_each_stage() {
    let results = json(&["--epochs", "3", "--hidden", "16"]);
    let stages = results["stages"].as_array().expect("a list");
    assert_eq!(stages.iter().map(|stage| &stage["stage"]).collect::<Vec<_>>(), STAGES);
    for stage in stages {
        for name in ["train_size", "test_size", "parameters", "updates"] {
            assert!(stage[name].is_u64(), "{name} in {stage}");
        }
        for name in ["loss", "train_seconds", "examples_per_second"] {
            assert!(stage[name].is_f64(), "{name} in {stage}");
        }
        for name in ["train_accuracy", "test_accuracy"] {
            assert!(
                stage[name].as_f64().is_some_and(|share| (0.0..=1.0).contains(&share)),
                "{name} in {stage}"
            );
        }
        assert_eq!(stage["dataset"], results["dataset"]);
        assert_eq!(stage["confusion"].as_array().map(Vec::len), Some(10));
        assert_eq!(stage["test_interval"].as_array().map(Vec::len), Some(2));
        let history = stage["history"].as_array().expect("a list");
        let epochs: Vec<_> = history.iter().map(|record| record["epoch"].as_u64()).collect();
        assert_eq!(epochs, [Some(1), Some(2), Some(3)]);
        assert_eq!(history[2]["test_accuracy"], stage["test_accuracy"]);
        assert_eq!(history[2]["loss"], stage["loss"]);
    }
    assert!(stages[4]["settings"]["momentum"].is_f64() && stages[3]["settings"].get("momentum").is_none());
    assert!(stages[1]["settings"]["epsilon"].is_f64() && stages[2]["settings"].get("epsilon").is_none());
    assert_eq!(stages[0]["settings"]["batch_size"], 1, "it takes one image at a time");
}

#[test]
fn the_five_rules_start_from_the_same_weights() {
    let results = json(&["--epochs", "0", "--seed", "5"]);
    let stages = &results["stages"].as_array().expect("a list")[..5];
    assert!(stages.iter().all(|stage| stage["loss"] == stages[0]["loss"]));
    assert_ne!(json(&["--epochs", "0", "--seed", "6"])["stages"][0]["loss"], stages[0]["loss"]);
}

#[test]
fn a_stage_among_others_computes_what_it_computes_alone() {
    let args = ["--epochs", "5", "--hidden", "16"];
    let together = json(&args);
    for (index, stage) in STAGES.iter().enumerate() {
        let alone = json(&[&args[..], &["--stages", stage]].concat());
        assert_eq!(alone["stages"].as_array().map(Vec::len), Some(1));
        assert_eq!(alone["stages"][0]["history"], together["stages"][index]["history"], "{stage}");
    }
}

#[test]
fn a_stage_that_diverges_does_not_end_the_others() {
    let args = ["--stages", "stochastic,gradient", "--learning-rate", "1e38", "--epochs", "2"];
    let output = run(&args);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("stochastic: training diverged"), "{}", stderr(&output));
    let text = stdout(&output);
    let row = |stage: &str| {
        text.lines().find(|line| line.starts_with(stage) && !line.contains("done")).map(str::to_owned)
    };
    assert!(row("stochastic").is_some_and(|row| row.contains("diverged")), "{text}");
    assert!(row("gradient").is_some_and(|row| row.contains(" % ")), "{text}");
    let results = json(&args);
    assert!(results["stages"][0]["error"].as_str().is_some_and(|error| error.contains("diverged")));
    assert!(results["stages"][0]["history"].is_array());
    assert!(results["stages"][1]["test_accuracy"].is_f64());
}

#[test]
fn a_name_that_is_no_stage_is_refused_with_those_that_are() {
    let output = run(&["--stages", "gradient,moment"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("moment,") && stderr(&output).contains(&STAGES.join(", ")),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_value_that_makes_no_sense_is_refused() {
    for args in
        [["--hidden", "10001"], ["--batch-size", "0"], ["--learning-rate", "nan"], ["--momentum", "0.5"]]
    {
        let output = run(&args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert_eq!(stdout(&output), "");
    }
}

#[test]
fn quiet_says_nothing() {
    let output = run(&["--quiet", "--epochs", "1"]);
    assert!(output.status.success());
    assert_eq!((stdout(&output), stderr(&output)), (String::new(), String::new()));
}

#[test]
fn a_reader_who_leaves_ends_the_program_quietly() {
    let folder = folder();
    let mut command = program(folder.path(), &["--epochs", "50"]);
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    drop(child.stdout.take()); // as `| head` does
    let output = child.wait_with_output().expect("the program ends");
    assert_eq!(stderr(&output), "");
    assert!(output.status.success());
}
