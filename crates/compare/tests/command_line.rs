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

/// A stage of such results.
fn stage<'a>(results: &'a Value, name: &str) -> &'a Value {
    let stages = results["stages"].as_array().expect("a list");
    stages.iter().find(|stage| stage["stage"] == name).unwrap_or_else(|| panic!("no {name} in {results}"))
}

#[test]
fn every_stage_has_a_row_and_a_curve_below_the_baselines() {
    let output = run(&["--epochs", "20", "--hidden", "16"]);
    let text = stdout(&output);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(text.starts_with("Data: "), "{text}");
    let rows: Vec<usize> = ["commonest", "class means", "neighbour", "ten neurons"]
        .iter()
        .chain(&STAGES)
        .map(|name| {
            let row = |line: &str| line.starts_with(&format!("{name} ")) && !line.contains("trained");
            text.lines().position(row).unwrap_or_else(|| panic!("no row for {name}\n{text}"))
        })
        .collect();
    assert!(rows.is_sorted(), "{text}");
    for stage in STAGES {
        let below_the_table = text.split("Test accuracy by epoch").nth(1).expect("curves");
        assert!(below_the_table.contains(&format!(" {stage}")), "a curve for {stage}\n{text}");
    }
    for column in ["idea", "B", "eta", " r ", "updates", "after 10", "after 20", "gradient", "95 %, other"] {
        assert!(text.contains(column), "{column} in {text}");
    }
    assert!(!text.contains('\x1b'), "no colours in a pipe");
    let widest = text.lines().skip(1).map(|line| line.chars().count()).max();
    assert!(widest <= Some(120), "{widest:?}\n{text}");
}

#[test]
fn a_stage_that_learns_nothing_is_told_what_to_try() {
    let text =
        stdout(&run(&["--stages", "gradient", "--learning-rate", "1000", "--epochs", "20", "--seeds", "2"]));
    assert!(text.contains("Note: gradient, 2 of 2 trainings, as with seed 1: "), "{text}");
}

#[test]
fn one_seed_claims_no_difference_and_a_short_training_is_a_start() {
    let text = stdout(&run(&["--epochs", "12", "--hidden", "16", "--seeds", "1"]));
    assert!(text.contains("One training of each: no difference here can be told from chance."), "{text}");
    assert!(text.contains("This is the start of a race"), "{text}");
    assert!(
        !text.contains("from gradient") && !text.contains("ahead of") && !text.contains("behind"),
        "{text}"
    );
}

#[test]
fn json_holds_an_object_for_each_stage_with_all_its_runs() {
    let results = json(&["--epochs", "3", "--hidden", "16", "--seeds", "2"]);
    let stages = results["stages"].as_array().expect("a list");
    assert_eq!(stages.iter().map(|stage| &stage["stage"]).collect::<Vec<_>>(), STAGES);
    assert_eq!(results["version"], 3);
    assert_eq!(results["baselines"].as_array().map(Vec::len), Some(4));
    for stage in stages {
        assert!(stage["parameters"].is_u64() && stage["summary"]["test_accuracy_mean"].is_f64(), "{stage}");
        let runs = stage["runs"].as_array().expect("a list");
        assert_eq!(runs.iter().map(|run| run["seed"].as_u64()).collect::<Vec<_>>(), [Some(1), Some(2)]);
        for run in runs {
            for name in ["train_accuracy", "test_accuracy"] {
                let share = run[name].as_f64().expect(name);
                assert!((0.0..=1.0).contains(&share), "{name} in {run}");
            }
            assert_eq!(run["confusion"].as_array().map(Vec::len), Some(10));
            let history = run["history"].as_array().expect("a list");
            let epochs: Vec<_> = history.iter().map(|record| record["epoch"].as_u64()).collect();
            assert_eq!(epochs, [Some(1), Some(2), Some(3)]);
            assert_eq!(history[2]["test_accuracy"], run["test_accuracy"]);
            assert!(
                run.get("train_seconds").is_none(),
                "times are details: they are not the same for everyone"
            );
        }
    }
    let setting = |name: &str, setting: &str| stage(&results, name)["settings"].get(setting).cloned();
    assert!(setting("momentum", "momentum").is_some() && setting("gradient", "momentum").is_none());
    assert!(setting("batched", "epsilon").is_some() && setting("no-bias", "epsilon").is_none());
    let detailed = json(&["--epochs", "1", "--hidden", "16", "--seeds", "1", "--details"]);
    assert!(stage(&detailed, "gradient")["runs"][0]["train_seconds"].is_f64());
}

#[test]
fn the_five_rules_start_from_the_same_weights() {
    let fingerprints = |seed: &str| {
        let results = json(&["--epochs", "0", "--seeds", "1", "--seed", seed]);
        let of = |name: &&str| stage(&results, name)["runs"][0]["fingerprint"].clone();
        STAGES[..5].iter().map(of).collect::<Vec<_>>()
    };
    let five = fingerprints("5");
    assert!(five.iter().all(|fingerprint| *fingerprint == five[0]));
    assert_ne!(fingerprints("6")[0], five[0]);
}

#[test]
fn a_training_among_others_computes_what_it_computes_alone() {
    let args = ["--epochs", "5", "--hidden", "16"];
    let together = json(&[&args[..], &["--seeds", "3"]].concat());
    for name in STAGES {
        for seed in ["1", "2", "3"] {
            let alone = json(&[&args[..], &["--stages", name, "--seeds", "1", "--seed", seed]].concat());
            assert_eq!(alone["stages"].as_array().map(Vec::len), Some(1));
            let index = seed.parse::<usize>().expect("a number") - 1;
            let of = |results: &Value, index: usize| stage(results, name)["runs"][index].clone();
            assert_eq!(of(&alone, 0), of(&together, index), "{name}, seed {seed}");
        }
    }
}

#[test]
fn sets_of_training_images_share_none_and_each_is_learned_from_alone() {
    let args = ["--epochs", "3", "--hidden", "8", "--stages", "gradient"];
    let draws = json(&[&args[..], &["--train-draws", "3", "--train-size", "10"]].concat());
    let runs = stage(&draws, "gradient")["runs"].as_array().expect("a list").clone();
    let sets: Vec<_> = runs.iter().map(|run| (run["seed"].as_u64(), run["train_set"].as_u64())).collect();
    assert_eq!(sets, [(Some(1), Some(0)), (Some(1), Some(1)), (Some(1), Some(2))]);
    let first = json(&[&args[..], &["--seeds", "1", "--train-size", "10"]].concat());
    assert_eq!(stage(&first, "gradient")["runs"][0], runs[0]);
    assert_eq!(
        run(&["--train-draws", "4", "--train-size", "10"]).status.code(),
        Some(2),
        "there are 30 images"
    );
    assert_eq!(run(&["--train-draws", "2", "--train-size", "all"]).status.code(), Some(2));
}

#[test]
fn a_file_of_results_is_shown_as_it_was() {
    let folder = folder();
    let shown = |args: &[&str]| {
        let output = program(folder.path(), args).output().expect("the program starts");
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output)
    };
    let args = ["--epochs", "12", "--hidden", "8", "--json", "results.json"];
    let text = shown(&args);
    let table = |text: &str| text[text.find("────").expect("a table")..].to_owned();
    let again = shown(&["--show", "results.json"]);
    let files = |text: String| {
        text.lines().filter(|line| !line.contains("results.json")).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(files(table(&again)), files(table(&text)));
    assert!(shown(&["--show", "results.json", "--markdown"]).starts_with("| stage | idea |"));
    fs::write(folder.path().join("other.json"), "{}").expect("written");
    let output = program(folder.path(), &["--show", "other.json"]).output().expect("the program starts");
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output)
            .contains("other.json, line 1: expected the results of a comparison, found something else ("),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_sweep_has_a_cell_for_each_value_and_stage() {
    let args = ["--sweep", "learning-rate=0.1,0.5", "--epochs", "3", "--hidden", "8", "--seeds", "2"];
    let text = stdout(&run(&args));
    let row = |line: &str| line.starts_with("0.5 ") && line.matches('.').count() >= 6;
    assert!(text.lines().any(row), "{text}");
    let results = json(&args);
    let cells = stage(&results, "gradient")["cells"].as_array().expect("a list").clone();
    assert_eq!(cells[1]["test_accuracies"].as_array().map(Vec::len), Some(2));
    assert_eq!(cells[1]["rate_per_example"], 0.05);
    // A cell is what the stage reaches with this value.
    let one = json(&[
        "--stages",
        "gradient",
        "--learning-rate",
        "0.5",
        "--epochs",
        "3",
        "--hidden",
        "8",
        "--seeds",
        "2",
    ]);
    let runs = stage(&one, "gradient")["runs"].as_array().expect("a list");
    let reached: Value = runs.iter().map(|run| run["test_accuracy"].clone()).collect();
    assert_eq!(reached, cells[1]["test_accuracies"]);
    let improved = json(&["--sweep", "dropout=0,0.5", "--epochs", "1", "--hidden", "8", "--seeds", "1"]);
    assert_eq!(improved["stages"].as_array().map(Vec::len), Some(1), "only improved knows it");
    for nonsense in ["dropped=1", "learning-rate=fast", "learning-rate", "seed=1,2", "shuffle=on"] {
        let output = run(&["--sweep", nonsense, "--epochs", "1"]);
        assert_eq!(output.status.code(), Some(2), "{nonsense}: {}", stderr(&output));
    }
}

#[test]
fn rates_are_chosen_on_held_out_images_and_measured_with_fresh_seeds() {
    let args = [
        "--tuned",
        "--train-size",
        "20",
        "--epochs",
        "3",
        "--hidden",
        "8",
        "--seeds",
        "2",
        "--stages",
        "gradient",
    ];
    let text = stdout(&run(&args));
    assert!(text.contains("chosen eta: accuracy") && text.contains("the last 10 are held out"), "{text}");
    let results = json(&args);
    let choice = &results["choices"][0];
    assert_eq!((choice["held_out"].as_u64(), choice["tried"].as_array().map(Vec::len)), (Some(10), Some(10)));
    let chosen = choice["chosen"].as_u64().expect("an index") as usize;
    assert_eq!(
        choice["tried"][chosen]["learning_rate"],
        stage(&results, "gradient")["settings"]["learning_rate"]
    );
    assert_eq!(results["repetitions"][0]["seed"], 4, "three seeds chose");
    let all = run(&["--tuned", "--train-size", "30", "--epochs", "1"]);
    assert_eq!(all.status.code(), Some(2), "nothing would be left to choose by");
}

#[test]
fn angles_stand_beside_the_name_of_what_they_are_measured_against() {
    let args = ["--angles", "--epochs", "2", "--hidden", "8"];
    let text = stdout(&run(&args));
    assert!(
        text.contains("gradient of the squared error") && text.contains("gradient of the cross-entropy"),
        "{text}"
    );
    let results = json(&args);
    let at_start = |name: &str, to: usize| {
        stage(&results, name)["moments"][0]["angles"][to]["blocks"][0]["batch"].as_f64().expect("an angle")
    };
    assert!(
        at_start("gradient", 0) < 1e-3 && at_start("stochastic", 1) < 1e-3,
        "exact gradients, each of its loss"
    );
    assert!(at_start("stochastic", 0) > 1.0 && at_start("batched", 0) > 1.0);
}

#[test]
fn what_is_shown_can_be_explained() {
    let text = stdout(&run(&["--explain"]));
    for word in ["B, eta, r", "from gradient", "commonest", "momentum", "e = o - t", "fingerprint"] {
        assert!(text.contains(word), "{word} in {text}");
    }
    let output = run(&["--explain", "--tuned"]);
    assert_eq!(output.status.code(), Some(2), "one thing at a time");
}

#[test]
fn details_and_fingerprints_come_when_asked_for() {
    let args = ["--epochs", "2", "--hidden", "8", "--seeds", "1", "--stages", "no-bias,gradient"];
    let plain = stdout(&run(&args));
    let text = stdout(&run(&[&args[..], &["--details", "--fingerprints"]].concat()));
    for word in [
        "samples",
        "recall",
        "Surest mistakes",
        "Weights of units of the first layer: full blocks switch on, gaps switch off",
        "Fingerprints",
        "no-bias      seed 1  ",
    ] {
        assert!(text.contains(word), "{word} in {text}");
        assert!(!plain.contains(word), "{word} in {plain}");
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
        text.lines().find(|line| line.starts_with(stage) && !line.contains("trained")).map(str::to_owned)
    };
    assert!(row("stochastic").is_some_and(|row| row.contains("diverged")), "{text}");
    assert!(row("gradient").is_some_and(|row| !row.contains("diverged")), "{text}");
    let results = json(&args);
    let run = |name: &str| stage(&results, name)["runs"][0].clone();
    assert!(run("stochastic")["error"].as_str().is_some_and(|error| error.contains("diverged")));
    assert!(run("stochastic")["history"].is_array());
    assert!(run("gradient")["test_accuracy"].is_f64());
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
