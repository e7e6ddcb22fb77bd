//! The command line that all stages share, tried on the program of one of them, as a user would.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// An empty folder for one test, with a small data set in it: 30 and 20 images of bars whose place tells the digit.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = fs::remove_dir_all(&folder); // from an earlier run, if there was one
    fs::create_dir_all(&folder).expect("a folder");
    for (name, rows) in [("mnist_train.csv", 30), ("mnist_test.csv", 20)] {
        let row = |index: usize| {
            let digit = index % 10;
            let pixels = (0..784).map(|pixel| if pixel / 28 / 2 == digit + 2 { ",200" } else { ",0" });
            format!("{digit}{}\n", pixels.collect::<String>())
        };
        fs::write(folder.join(name), (0..rows).map(row).collect::<String>()).expect("written");
    }
    folder
}

/// The program, told to work with the data set of a folder.
fn program(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_momentum"));
    command.current_dir(folder).args(["--data", "."]).args(args).stdin(Stdio::null());
    command
}

fn run(folder: &Path, args: &[&str]) -> Output {
    program(folder, args).output().expect("the program starts")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("text")
}

/// The line of a JSON text that begins with this name.
fn entry<'a>(json: &'a str, name: &str) -> &'a str {
    let name = format!("  \"{name}\": ");
    json.lines().find_map(|line| line.strip_prefix(&name)).unwrap_or_else(|| panic!("no {name} in {json}"))
}

#[test]
fn help_says_which_stage_this_is_and_explains_every_flag() {
    let output = run(&folder("help"), &["--help"]);
    let help = stdout(&output);
    assert!(output.status.success());
    assert!(help.starts_with("momentum: remember the last directions\n"), "{help}");
    for flag in [
        "epochs",
        "train-size",
        "test-size",
        "hidden",
        "batch-size",
        "learning-rate",
        "momentum",
        "seed",
        "no-shuffle",
        "data",
        "mirror",
        "save",
        "load",
        "json",
        "quiet",
    ] {
        assert!(help.contains(&format!("--{flag} ")), "--{flag} in {help}");
    }
    assert!(!help.contains("--epsilon"), "it means nothing here");
}

#[test]
fn a_value_that_makes_no_sense_is_refused_before_anything_is_done() {
    let folder = folder("nonsense");
    for args in [
        ["--hidden", "10001"],
        ["--hidden", "1000000000"],
        ["--batch-size", "0"],
        ["--learning-rate", "-1"],
        ["--learning-rate", "NaN"],
        ["--learning-rate", "inf"],
        ["--momentum", "1"],
        ["--momentum", "-0.1"],
        ["--epsilon", "0.1"],
        ["--train-size", "0"],
        ["--test-size", "0"],
        ["--epochs", "-1"],
        ["--seed", "one"],
        ["--mirror", "http://127.0.0.1/"],
        ["--unknown", "1"],
    ] {
        let output = run(&folder, &args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert_eq!(stdout(&output), "", "{args:?}");
        assert!(stderr(&output).contains(args[0]), "{args:?}: {}", stderr(&output));
    }
}

#[test]
fn more_images_than_there_are_is_an_error_that_says_how_many() {
    for flag in ["--train-size", "--test-size"] {
        let output = run(&folder("too_many"), &[flag, "31"]);
        let there = if flag == "--train-size" { "there are 30" } else { "there are 20" };
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(there), "{}", stderr(&output));
    }
}

#[test]
fn a_pipe_gets_plain_lines_every_tenth_epoch_and_the_report() {
    let output = run(&folder("plain"), &["--epochs", "25"]);
    let text = stdout(&output);
    assert!(output.status.success());
    assert!(text.starts_with("Data: the data in plain ("), "the data comes first\n{text}");
    assert!(text.lines().next().is_some_and(|line| line.contains("train on 30, test on 20")), "{text}");
    let epochs: Vec<&str> = text.lines().filter(|line| line.starts_with("epoch ")).collect();
    assert_eq!(epochs.len(), 3, "{epochs:?}");
    for (line, epoch) in epochs.iter().zip(["epoch 10/25", "epoch 20/25", "epoch 25/25"]) {
        assert!(line.starts_with(epoch) && line.contains("loss") && line.contains("test"), "{line}");
    }
    for part in ["Test accuracy", "95 % interval", "Training accuracy", "Training time", "⠤⠤⠤ test accuracy"]
    {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!text.contains('\x1b'), "no colours in a pipe");
    assert_eq!(stderr(&output), "");
}

#[test]
fn quiet_says_nothing() {
    let output = run(&folder("quiet"), &["--quiet", "--epochs", "2"]);
    assert!(output.status.success());
    assert_eq!((stdout(&output), stderr(&output)), (String::new(), String::new()));
}

#[test]
fn json_on_standard_output_sends_people_to_standard_error() {
    let output = run(&folder("json"), &["--json", "-", "--epochs", "2", "--hidden", "5"]);
    let (json, text) = (stdout(&output), stderr(&output));
    assert!(json.starts_with("{\n  \"version\": ") && json.ends_with("}\n"), "{json}");
    for (name, value) in
        [("stage", "\"momentum\","), ("train_size", "30,"), ("parameters", "3985,"), ("updates", "6,")]
    {
        assert_eq!(entry(&json, name), value, "{name}");
    }
    assert!(text.starts_with("Data: ") && text.contains("Test accuracy"), "{text}");
}

#[test]
fn a_saved_network_is_taken_up_where_it_was_left() {
    let folder = folder("save");
    let saved = run(&folder, &["--epochs", "30", "--save", "net.safetensors", "--json", "a.json"]);
    assert!(saved.status.success(), "{}", stderr(&saved));
    let loaded =
        run(&folder, &["--epochs", "0", "--load", "net.safetensors", "--json", "b.json", "--seed", "2"]);
    assert!(loaded.status.success(), "{}", stderr(&loaded));
    assert!(stdout(&loaded).contains("trained by momentum"), "{}", stdout(&loaded));
    let [a, b] = ["a.json", "b.json"].map(|name| fs::read_to_string(folder.join(name)).expect("written"));
    for name in ["loss", "train_accuracy", "test_accuracy", "parameters"] {
        assert_eq!(entry(&a, name), entry(&b, name), "{name}");
    }
    let file = fs::read(folder.join("net.safetensors")).expect("written");
    let header = String::from_utf8_lossy(&file[8..2000]);
    for text in
        ["\"stage\":\"momentum\"", "\"learning_rate\":\"0.05\"", "\"epochs\":\"30\"", "layers.0.weight"]
    {
        assert!(header.contains(text), "{text} in {header}");
    }
}

#[test]
fn no_epochs_save_the_starting_weights() {
    let folder = folder("start");
    let output = run(&folder, &["--epochs", "0", "--save", "start.safetensors", "--quiet"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let from_file = run(&folder, &["--epochs", "3", "--load", "start.safetensors", "--json", "-", "--quiet"]);
    let from_seed = run(&folder, &["--epochs", "3", "--json", "-", "--quiet"]);
    assert_eq!(entry(&stdout(&from_file), "loss"), entry(&stdout(&from_seed), "loss"));
}

#[test]
fn a_network_that_does_not_fit_is_refused_with_both_shapes() {
    let folder = folder("misfit");
    assert!(run(&folder, &["--epochs", "0", "--save", "net", "--quiet"]).status.success());
    let output = run(&folder, &["--load", "net", "--hidden", "20"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("784-20-10") && stderr(&output).contains("784-128-10"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_file_that_cannot_be_written_is_noticed_before_the_training() {
    for flag in ["--save", "--json"] {
        // Were it noticed after so many epochs, this test would not end.
        let output = run(&folder("unwritable"), &[flag, "missing/file", "--epochs", "4000000000"]);
        assert_eq!(output.status.code(), Some(1));
        assert!(stderr(&output).contains("missing"), "{}", stderr(&output));
    }
}

#[test]
fn training_that_diverges_says_when_and_what_to_do() {
    let output =
        run(&folder("diverges"), &["--learning-rate", "3e38", "--batch-size", "1", "--json", "never.json"]);
    assert_eq!(output.status.code(), Some(1), "{}", stdout(&output));
    let message = stderr(&output);
    assert!(
        message.contains("diverged") && message.contains("epoch 1") && message.contains("learning rate"),
        "{message}"
    );
}

#[test]
fn a_reader_who_leaves_ends_the_program_quietly() {
    let mut command = program(&folder("pipe"), &["--epochs", "4000000000"]);
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    drop(child.stdout.take()); // as `| head` does; were it not noticed, this test would not end
    let output = child.wait_with_output().expect("the program ends");
    assert_eq!(stderr(&output), "");
    assert!(output.status.success());
}

/// An image of 28 x 28 pixels as a file that needs no encoder: BMP, white paper, with a bar of ink that tells the digit.
fn bar_as_bmp(digit: usize) -> Vec<u8> {
    let mut file = b"BM".to_vec();
    for number in [54 + 28 * 84, 0, 54, 40, 28, 28] {
        file.extend(u32::to_le_bytes(number));
    }
    file.extend([1, 0, 24, 0]); // one plane, 24 bits a pixel
    file.extend([0; 24]);
    for row in (0..28).rev() {
        let level = if row / 2 == digit + 2 { 20 } else { 255 };
        file.extend([level; 84]);
    }
    file
}

/// Protects folders of images by class, which another program decodes: it is built if it is not there.
#[test]
fn a_folder_of_images_by_class_is_learned_from() {
    let folder = folder("classes");
    for digit in 0..10 {
        let class = folder.join(format!("mine/{digit}"));
        fs::create_dir_all(&class).expect("a folder");
        for copy in 0..5 {
            fs::write(class.join(format!("{copy}.bmp")), bar_as_bmp(digit)).expect("written");
        }
        fs::write(class.join("notes.txt"), "not an image").expect("written");
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_momentum"));
    command.current_dir(&folder).args(["--data", "mine", "--epochs", "1000"]).stdin(Stdio::null());
    let output = command.output().expect("the program starts");
    let text = stdout(&output);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(text.contains("train on 40, test on 10") && text.contains("0/notes.txt, no image;"), "{text}");
    assert!(text.contains("Test accuracy      100.0 %"), "{text}");

    fs::write(folder.join("mine/3/broken.bmp"), &bar_as_bmp(3)[..100]).expect("written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_momentum"));
    let output = command.current_dir(&folder).args(["--data", "mine"]).output().expect("the program starts");
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("broken.bmp"), "{}", stderr(&output));
}

#[test]
fn threads_and_instructions_change_nothing_but_time() {
    let folder = folder("machine");
    let fingerprint = |args: &[&str]| {
        let usual = ["--epochs", "2", "--hidden", "20", "--json", "-", "--quiet"];
        let output = run(&folder, &[&usual, args].concat());
        assert!(output.status.success(), "{}", stderr(&output));
        entry(&stdout(&output), "fingerprint").to_owned()
    };
    let usual = fingerprint(&[]);
    assert_eq!(fingerprint(&["--threads", "1", "--instructions", "plain"]), usual);
    assert_eq!(fingerprint(&["--threads", "7"]), usual);
    for (flag, value, expected) in [
        ("--threads", "0", "expected a whole number from 1 to 4096"),
        ("--instructions", "mmx", "expected instructions that this machine has (plain"),
    ] {
        let output = run(&folder, &[flag, value]);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    }
}
