//! The program as a user runs it: training, questions, files, and reading digits.

use digits_core::data::{Dataset, Split, csv, practice, source::csv_name};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A folder for one test, with a small data set in it.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let Dataset { train, test, .. } = Dataset {
        name: String::new(),
        origin: String::new(),
        train: practice::examples(1, Split::Train, 200),
        test: practice::examples(1, Split::Test, 100),
    };
    for (split, examples) in [(Split::Train, &train), (Split::Test, &test)] {
        csv::write(&folder.path().join(csv_name(split)), examples).expect("writes");
    }
    folder
}

fn run(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_improved"));
    command.current_dir(folder).args(args).stdin(Stdio::null()).output().expect("the program starts")
}

/// Runs what must succeed, on the folder's data, and returns what it wrote.
fn ok(folder: &Path, args: &[&str]) -> String {
    let output = run(folder, args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// Runs what must fail with this exit code, and returns what it complained about.
fn fails(folder: &Path, args: &[&str], code: i32) -> String {
    let output = run(folder, args);
    let message = String::from_utf8(output.stderr).expect("text");
    assert_eq!(output.status.code(), Some(code), "{args:?}: {message}");
    message
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn a_training_is_reported_saved_and_continued() {
    let folder = folder();
    let here = folder.path();
    let shape = ["--data", ".", "--hidden", "20,15", "--epochs", "3"];
    let text = ok(here, &[&shape[..], &["--save", "net.safetensors", "--json", "run.json"]].concat());
    assert!(text.contains("Test accuracy") && text.contains("--activation relu"), "{text}");
    assert!(text.contains("--hidden 20,15"), "{text}");
    let results = json(&std::fs::read_to_string(here.join("run.json")).expect("a file"));
    assert_eq!(results["stage"], "improved");
    assert_eq!(results["settings"]["hidden"], serde_json::json!([20, 15]));
    assert_eq!(results["history"].as_array().map(Vec::len), Some(3));
    assert_eq!(results["history_seconds"].as_array().map(Vec::len), Some(3));
    assert_eq!(results["parameters"], 784 * 20 + 20 + 20 * 15 + 15 + 15 * 10 + 10);

    // What was saved is where the next training starts: with no epochs, it answers the same.
    let load = ["--data", ".", "--hidden", "20,15", "--epochs", "0", "--load", "net.safetensors"];
    let again = json(&ok(here, &[&load[..], &["--json", "-", "--quiet"]].concat()));
    for name in ["loss", "train_accuracy", "test_accuracy", "confusion"] {
        assert_eq!(again[name], results[name], "{name}");
    }
    let message = fails(here, &["--data", ".", "--hidden", "20,16", "--load", "net.safetensors"], 1);
    assert!(message.contains("found a network 784-20-15-10 of relu units"), "{message}");
}

#[test]
fn the_same_seed_gives_the_same_numbers_on_any_number_of_threads() {
    let folder = folder();
    let with = |threads: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_improved"))
            .current_dir(folder.path())
            .env("RAYON_NUM_THREADS", threads)
            .args([
                "--data",
                ".",
                "--hidden",
                "64,32",
                "--epochs",
                "3",
                "--dropout",
                "0.2",
                "--json",
                "-",
                "--quiet",
            ])
            .output()
            .expect("the program starts");
        let mut results = json(&String::from_utf8(output.stdout).expect("text"));
        let object = results.as_object_mut().expect("an object");
        object.remove("train_seconds");
        object.remove("examples_per_second");
        object.remove("history_seconds");
        results
    };
    let one = with("1");
    assert_eq!(one, with("3"));
}

#[test]
fn early_stopping_looks_at_held_out_training_images() {
    let folder = folder();
    let args = ["--data", ".", "--hidden", "30", "--epochs", "500", "--validation", "50", "--patience", "3"];
    let args = [&args[..], &["--measure-every", "100"]].concat();
    let text = ok(folder.path(), &args);
    assert!(text.contains("correct on the held-out images"), "{text}");
    let results = json(&ok(folder.path(), &[&args[..], &["--json", "-", "--quiet"]].concat()));
    let epochs = results["epochs_trained"].as_u64().expect("a number");
    assert!(epochs < 500, "it stopped early");
    assert_eq!(results["kept_epoch"].as_u64(), Some(epochs - 3));
    assert_eq!(results["validation_history"].as_array().map(Vec::len), Some(epochs as usize));
    let trained: u64 = results["updates"].as_u64().expect("a number");
    assert_eq!(trained, epochs * 150u64.div_ceil(32), "150 images are learned from");
    let message = fails(folder.path(), &["--data", ".", "--validation", "200"], 2);
    assert!(message.contains("hold out all of 200"), "{message}");
}

#[test]
fn a_learning_rate_is_found_shown_and_used() {
    let folder = folder();
    let text = ok(folder.path(), &["find-rate", "--data", "."]);
    assert!(text.contains("Suggested learning rate:") && text.contains("suggested\n"), "{text}");
    let rate = text.lines().find_map(|line| line.strip_prefix("Suggested learning rate: ")).expect("a rate");
    let auto = ["--data", ".", "--learning-rate", "auto", "--epochs", "2", "--json", "-", "--quiet"];
    assert_eq!(json(&ok(folder.path(), &auto))["settings"]["learning_rate"].to_string(), rate);
}

#[test]
fn an_ablation_is_a_table_on_the_screen_and_in_a_file() {
    let folder = folder();
    let args =
        ["ablation", "--data", ".", "--epochs", "1", "--hidden", "16", "--seeds", "2", "--markdown", "t.md"];
    let text = ok(folder.path(), &args);
    let file = std::fs::read_to_string(folder.path().join("t.md")).expect("a file");
    for row in ["stage 5, momentum", "+ activation (relu)", "all − distortions (0)"] {
        assert!(text.contains(row) && file.contains(&format!("| {row} |")), "{row}: {text}\n{file}");
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    let folder = folder();
    let here = folder.path();
    for args in [
        &["--hidden", "10001"][..],
        &["--hidden", "10000,10000,10000,10000"],
        &["--activation", "step"],
        &["--loss", "none"],
        &["--learning-rate", "fast"],
        &["--dropout", "1"],
        &["--augment", "x"],
        &["--preset", "best"],
        &["--patience", "20"],
    ] {
        fails(here, &[&["--data", "."], args].concat(), 2);
    }
    let message = fails(here, &["--data", ".", "--learning-rate", "1e30", "--epochs", "5"], 1);
    assert!(message.contains("diverged") && message.contains("learning rate"), "{message}");
    let message = fails(here, &["--data", ".", "--load", "mnist_test.csv"], 1);
    assert!(message.contains("expected a safetensors file"), "{message}");
}

#[test]
fn help_explains_every_switch() {
    let folder = folder();
    let text = ok(folder.path(), &["--help"]);
    for flag in [
        "activation",
        "loss",
        "init",
        "schedule",
        "warmup",
        "augment",
        "weight-decay",
        "dropout",
        "optimizer",
        "preset",
        "validation",
        "save",
        "load",
        "data",
    ] {
        assert!(text.contains(&format!("--{flag}")), "--{flag}");
    }
    for question in ["find-rate", "ablation"] {
        assert!(text.contains(question), "{question}");
        // A question owns only the flags that mean something to it.
        fails(folder.path(), &[question, "--data", ".", "--save", "net.safetensors"], 2);
    }
}
