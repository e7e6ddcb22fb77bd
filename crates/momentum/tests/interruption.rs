//! Ctrl-C and its kin: what was learned is kept, and the training goes on from there as if nothing had been.
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use test_support::kills::{Signal, end, is_ignored};
use test_support::program::{json, stderr, stdout};
use test_support::{bars, kills};

const PROGRAM: &str = env!("CARGO_BIN_EXE_momentum");

fn program(folder: &Path, args: &[&str]) -> Command {
    let mut command = test_support::program::program(PROGRAM, folder, &[&["--data", "."], args].concat());
    command.env_remove("CARGO").stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Starts it, and waits until it has written a file.
fn start(folder: &Path, args: &[&str], file: &str) -> Child {
    let child = program(folder, args).spawn().expect("starts");
    let start = Instant::now();
    while !folder.join(file).exists() {
        assert!(start.elapsed() < Duration::from_secs(60), "no {file}");
        std::thread::sleep(Duration::from_millis(5));
    }
    child
}

/// Whether this test was started where a signal that it sends is ignored.
fn some_signal_is_ignored() -> bool {
    [Signal::INT, Signal::TERM, Signal::HUP].into_iter().any(is_ignored)
}

/// What a run found, without the times.
fn without_times(output: &Output) -> serde_json::Value {
    let mut object = json(output);
    let entries = object.as_object_mut().expect("an object");
    for time in ["train_seconds", "examples_per_second", "history_seconds"] {
        assert!(entries.remove(time).is_some(), "{time}");
    }
    object
}

#[test]
fn an_interrupted_training_goes_on_as_if_nothing_had_been() {
    if some_signal_is_ignored() {
        return;
    }
    let folder = bars::folder();
    let args = ["--epochs", "400", "--hidden", "40", "--checkpoint", "c", "--save", "net", "--json", "-"];
    let whole = program(folder.path(), &args).output().expect("starts");
    assert!(whole.status.success(), "{}", stderr(&whole));
    for file in ["c", "net"] {
        fs::remove_file(folder.path().join(file)).expect("written");
    }
    let mut interrupted = end(start(folder.path(), &args, "c"), Signal::INT);
    let resume = [&args[..], &["--resume", "c"]].concat();
    for signal in [Signal::TERM, Signal::HUP, Signal::INT] {
        if interrupted.status.success() {
            break; // the machine was too fast for us
        }
        assert!(stderr(&interrupted).contains("Interrupted in epoch "), "{}", stderr(&interrupted));
        assert_eq!(kills::unfinished(folder.path()), 0);
        let child = program(folder.path(), &resume).spawn().expect("starts");
        std::thread::sleep(Duration::from_millis(100));
        interrupted = end(child, signal);
    }
    let resumed = program(folder.path(), &resume).output().expect("starts");
    assert!(resumed.status.success(), "{}", stderr(&resumed));
    assert_eq!(without_times(&resumed), without_times(&whole));
}

#[test]
fn each_signal_has_its_exit_code_and_the_way_on_is_said() {
    if some_signal_is_ignored() {
        return;
    }
    let folder = bars::folder();
    let here = folder.path();
    let args = ["--epochs", "4000000000", "--checkpoint", "my c"];
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 129)] {
        let _ = fs::remove_file(here.join("my c"));
        let output = end(start(here, &args, "my c"), signal);
        assert_eq!(output.status.code(), Some(code), "{}", stderr(&output));
        let text = stdout(&output);
        assert!(text.contains("Interrupted in epoch ") && text.contains("test accuracy was"), "{text}");
        let way =
            format!("To go on: {PROGRAM} --data . --epochs 4000000000 --checkpoint 'my c' --resume 'my c'\n");
        assert!(text.ends_with(&way), "{text}");
    }
    // A flag of the line before is not said twice.
    let output =
        end(start(here, &["--epochs", "4000000000", "--checkpoint=d", "--resume=my c"], "d"), Signal::INT);
    assert!(stdout(&output).ends_with("--checkpoint=d --resume d\n"), "{}", stdout(&output));
}

#[test]
fn without_a_checkpoint_the_network_is_saved_or_it_is_said_that_nothing_is() {
    if some_signal_is_ignored() {
        return;
    }
    let folder = bars::folder();
    let here = folder.path();
    let child = program(here, &["--epochs", "4000000000", "--save", "net"]).spawn().expect("starts");
    std::thread::sleep(Duration::from_millis(300));
    let output = end(child, Signal::INT);
    assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
    assert!(stdout(&output).contains("To begin another training with it: "), "{}", stdout(&output));
    let loaded = program(here, &["--epochs", "0", "--load", "net"]).output().expect("starts");
    assert!(loaded.status.success(), "{}", stderr(&loaded));

    let child = program(here, &["--epochs", "4000000000"]).spawn().expect("starts");
    std::thread::sleep(Duration::from_millis(300));
    let output = end(child, Signal::INT);
    assert_eq!(output.status.code(), Some(130));
    assert!(
        stdout(&output).ends_with("Nothing was kept; with --checkpoint FILE, it could go on\n"),
        "{}",
        stdout(&output)
    );
}

/// A batch that takes its time: the first signal waits for its end, the second does not.
#[test]
fn a_second_signal_ends_at_once() {
    if some_signal_is_ignored() {
        return;
    }
    let folder = bars::folder();
    let slow = ["--epochs", "4000000000", "--hidden", "4000", "--batch-size", "30", "--checkpoint", "c"];
    let child = program(folder.path(), &[&slow[..], &["--threads", "1"]].concat()).spawn().expect("starts");
    std::thread::sleep(Duration::from_millis(500));
    kills::send(&child, Signal::INT);
    let output = end(child, Signal::INT);
    assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
    assert_eq!(kills::unfinished(folder.path()), 0, "unfinished files go");
}

/// Protects `nohup`: a hangup that is ignored when the program begins stays ignored.
#[cfg(target_os = "linux")]
#[test]
fn an_ignored_signal_stays_ignored() {
    if is_ignored(Signal::TERM) {
        return;
    }
    let folder = bars::folder();
    let script = format!("trap '' HUP; exec '{PROGRAM}' --data . --epochs 4000000000 --checkpoint c");
    let mut command = Command::new("sh");
    command.args(["-c", &script]).current_dir(folder.path()).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("starts");
    while !folder.path().join("c").exists() {
        std::thread::sleep(Duration::from_millis(5));
    }
    kills::send(&child, Signal::HUP);
    std::thread::sleep(Duration::from_millis(200));
    assert!(child.try_wait().expect("a process").is_none(), "it goes on");
    assert_eq!(end(child, Signal::TERM).status.code(), Some(143));
}
