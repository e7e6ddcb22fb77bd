//! The flags by which a stage is measured, as a user would try them.

use serde_json::Value;
use test_support::bars;
use test_support::program::{json, run, stderr, stdout};

const PROGRAM: &str = env!("CARGO_BIN_EXE_gradient");

fn results(args: &[&str]) -> Value {
    let folder = bars::folder();
    let output = run(PROGRAM, folder.path(), &[&["--data", ".", "--json", "-"], args].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    json(&output)
}

fn epochs(results: &Value) -> Vec<u64> {
    let records = results["history"].as_array().expect("a history");
    records.iter().map(|record| record["epoch"].as_u64().expect("an epoch")).collect()
}

/// Protects `--measure-every` and its default, which are told to every stage.
#[test]
fn what_is_measured_can_be_told() {
    let hidden = ["--hidden", "4", "--epochs", "14"];
    assert_eq!(epochs(&results(&hidden)), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14]);
    assert_eq!(epochs(&results(&[&hidden[..], &["--measure-every", "5"]].concat())), [1, 5, 10, 14]);
}

/// Protects `--updates`: it stands in the place of `--epochs`, and both together are refused.
#[test]
fn updates_stand_in_the_place_of_epochs() {
    let found = results(&["--hidden", "4", "--updates", "7"]); // 3 updates an epoch
    assert_eq!((found["updates"].as_u64(), found["epochs_trained"].as_u64()), (Some(7), Some(3)));
    assert_eq!(found["history"][2]["updates"], 7);
    let folder = bars::folder();
    let both = run(PROGRAM, folder.path(), &["--data", ".", "--updates", "7", "--epochs", "2"]);
    assert_eq!(both.status.code(), Some(2));
    assert!(stderr(&both).contains("--epochs"), "{}", stderr(&both));
}

/// Protects networks without a hidden layer, from the flag to the file and back.
#[test]
fn ten_neurons_are_trained_saved_and_loaded() {
    let folder = bars::folder();
    let ten = ["--data", ".", "--hidden", "0", "--json", "-"];
    let first = run(PROGRAM, folder.path(), &[&ten[..], &["--epochs", "3", "--save", "ten"]].concat());
    let again = run(PROGRAM, folder.path(), &[&ten[..], &["--epochs", "0", "--load", "ten"]].concat());
    assert!(first.status.success() && again.status.success(), "{}{}", stderr(&first), stderr(&again));
    let (first, again) = (json(&first), json(&again));
    assert_eq!(first["parameters"], 7850);
    assert_eq!(first["settings"]["hidden"], 0);
    assert_eq!(first["fingerprint"], again["fingerprint"]);
    let other = run(PROGRAM, folder.path(), &["--data", ".", "--hidden", "5", "--load", "ten"]);
    assert!(!other.status.success() && stderr(&other).contains("784-10"), "{}", stderr(&other));
}

/// Protects the check: it trains nothing, prints a row a block and the V, and says the same to programs.
#[test]
fn a_gradient_is_checked_instead_of_trained() {
    let folder = bars::folder();
    let output = run(PROGRAM, folder.path(), &["--data", ".", "--hidden", "6", "--check-gradient"]);
    let text = stdout(&output);
    assert!(output.status.success(), "{}", stderr(&output));
    for part in ["W1", "b1", "W2", "b2", "is the gradient of the squared error", "forward", "1e-10"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!text.contains("Test accuracy"), "{text}");
    let found = results(&["--hidden", "6", "--check-gradient"]);
    let check = &found["gradient_check"];
    assert_eq!(check["blocks"].as_array().map(Vec::len), Some(4));
    assert!(check["blocks"][0]["stage_error"].as_f64().unwrap() < 1e-5, "{check}");
    assert_eq!(check["steps"].as_array().map(Vec::len), Some(10));
}

/// Protects the words about a training that goes wrong.
#[test]
fn a_training_that_fails_is_told_why() {
    let folder = bars::folder();
    let args = ["--data", ".", "--hidden", "8", "--epochs", "3", "--learning-rate", "1000"];
    let text = stdout(&run(PROGRAM, folder.path(), &args));
    assert!(text.contains("Note: The loss stands at 0.5"), "{text}");
    let found = results(&args[2..]);
    assert!(found["notes"][0].as_str().is_some_and(|note| note.contains("--learning-rate")), "{found}");
    let well = results(&["--hidden", "16", "--epochs", "60"]);
    assert_eq!(well["notes"].as_array().map(Vec::len), Some(0), "{well}");
}
