//! The numbers that documents quote: the README's tables are what the files of results say, and those are what this version
//! trains.
//!
//! docs/results/README.md has the commands that make the files.

use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;

/// The files of results.
const FILES: [&str; 2] = ["mnist.json", "practice.json"];

/// A file of the project, from its top.
fn project(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(file)
}

/// What the program writes.
fn compare(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_compare")).args(args).output().expect("the program starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn the_tables_of_the_readme_are_those_of_the_results() {
    let readme = std::fs::read_to_string(project("README.md")).expect("reads");
    for file in FILES {
        let file = format!("docs/results/{file}");
        let path = project(&file);
        let table = compare(&["--show", path.to_str().expect("a plain name"), "--markdown"]);
        assert!(
            readme.contains(&table),
            "README.md lacks this table, which `cargo run -p compare -- --show {file} --markdown` prints:\n{table}"
        );
    }
}

/// The fingerprints of the first training of each stage.
fn fingerprints(results: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let stages = results["stages"].as_array().expect("a list");
    stages.iter().map(|stage| (text(&stage["stage"]), text(&stage["runs"][0]["fingerprint"]))).collect()
}

/// The results in a file.
fn read(file: &str) -> Value {
    let path = project(&format!("docs/results/{file}"));
    serde_json::from_str(&std::fs::read_to_string(path).expect("reads")).expect("JSON")
}

#[test]
fn the_results_are_what_this_version_trains() {
    let now = compare(&["--data", "practice", "--seeds", "1", "--json", "-", "--quiet"]);
    let now: Value = serde_json::from_str(&now).expect("JSON");
    let makes = "`cargo run -p compare -- --data practice --seeds 10 --json docs/results/practice.json` makes it anew";
    assert_eq!(fingerprints(&read("practice.json")), fingerprints(&now), "practice.json is old: {makes}");
}

#[test]
#[ignore = "needs the files of MNIST in the folder that MNIST names"]
fn the_results_on_mnist_are_what_this_version_trains() {
    let folder = std::env::var("MNIST").expect("MNIST names a folder");
    let now = compare(&["--data", &folder, "--seeds", "1", "--json", "-", "--quiet"]);
    let now: Value = serde_json::from_str(&now).expect("JSON");
    let makes =
        "`cargo run -p compare -- --data mnist --seeds 10 --json docs/results/mnist.json` makes it anew";
    assert_eq!(fingerprints(&read("mnist.json")), fingerprints(&now), "mnist.json is old: {makes}");
}

#[test]
fn the_files_are_whole() {
    for file in FILES {
        let results = read(file);
        let stages = results["stages"].as_array().expect("a list");
        assert_eq!(stages.len(), 6, "{file}");
        for stage in stages {
            let runs = stage["runs"].as_array().expect("a list");
            assert_eq!(runs.len(), 10, "{file}");
            assert!(
                runs.iter().all(|run| run["history"].as_array().is_some_and(|history| history.len() > 15))
            );
        }
        assert!(results.get("machine").is_none(), "{file}: without --details it is the same for everyone");
    }
}
