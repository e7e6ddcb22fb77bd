//! Terminals of every kind, readers that leave, and signals in the middle of a comparison.
#![cfg(unix)]

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use test_support::kills::{Signal, end, is_ignored, send, unfinished};
use test_support::program::{stderr, stdout};
use test_support::terminal::{Seen, Terminal};
use test_support::{bars, program};

const PROGRAM: &str = env!("CARGO_BIN_EXE_compare");
/// A comparison that takes a moment.
const SHORT: [&str; 4] = ["--epochs", "12", "--seeds", "2"];
/// One that nobody waits for.
const ENDLESS: [&str; 4] = ["--epochs", "4000000000", "--seeds", "2"];

fn compare(folder: &Path, args: &[&str]) -> Command {
    let mut command = program::program(PROGRAM, folder, &[&["--data", "."], args].concat());
    command.env_remove("NO_COLOR");
    command
}

/// What must hold on every terminal.
fn check(seen: &Seen, what: &str) {
    let text = seen.text();
    assert!(seen.status.success(), "{what}: {text}");
    seen.check_tidy(what);
    assert!(text.contains("stochastic") && text.contains("momentum"), "{what}: {text}");
}

#[test]
fn every_width_has_room_for_every_line() {
    let folder = bars::folder();
    for columns in [20, 24, 30, 40, 50, 60, 72, 80, 100, 132, 200] {
        let args = [&SHORT[..], &["--details", "--fingerprints"]].concat();
        let seen = Terminal::start(compare(folder.path(), &args), columns).wait();
        check(&seen, &format!("{columns} columns"));
    }
}

#[test]
fn other_reports_have_room_too() {
    let folder = bars::folder();
    for columns in [24, 44, 80] {
        for report in [
            &["--sweep", "learning-rate=0.1,0.5,1", "--epochs", "3", "--seeds", "2"][..],
            &["--angles", "--epochs", "3", "--seeds", "2"],
            &["--explain"],
        ] {
            let seen = Terminal::start(compare(folder.path(), report), columns).wait();
            assert!(seen.status.success(), "{report:?}: {}", seen.text());
            seen.check_tidy(&format!("{} at {columns} columns", report[0]));
        }
    }
}

#[test]
fn a_dumb_terminal_gets_no_codes_and_one_without_colours_no_colours() {
    let folder = bars::folder();
    let mut dumb = compare(folder.path(), &SHORT);
    dumb.env("TERM", "dumb");
    let seen = Terminal::start(dumb, 80).wait();
    assert!(seen.status.success(), "{}", seen.text());
    assert!(!seen.written.contains(&0x1b), "no codes: {}", String::from_utf8_lossy(&seen.written));

    let mut plain = compare(folder.path(), &SHORT);
    plain.env("NO_COLOR", "1");
    let seen = Terminal::start(plain, 80).wait();
    check(&seen, "without colours");
    assert!(!seen.has_styles(), "{}", String::from_utf8_lossy(&seen.written));
    assert!(Terminal::start(compare(folder.path(), &SHORT), 80).wait().has_styles(), "else there are some");
}

/// Protects what is left on the screen when somebody presses Ctrl-C: the terminal itself would write `^C` behind the bars, on a line that
/// they know nothing of.
#[test]
#[cfg(target_os = "linux")]
fn ctrl_c_on_the_keyboard_leaves_nothing_of_the_bars() {
    if is_ignored(Signal::INT) {
        return;
    }
    let folder = bars::folder();
    // In a session of its own, whose keyboard the terminal is.
    let args = [&["--ctty", PROGRAM, "--data", "."], &ENDLESS[..]].concat();
    let mut terminal = Terminal::start(program::program("setsid", folder.path(), &args), 80);
    terminal.until("0 of 2 trained");
    terminal.press("\x03");
    let seen = terminal.wait();
    assert_eq!(seen.status.code(), Some(130), "{}", seen.text());
    assert!(!seen.text().contains("waiting") && !seen.text().contains('─'), "{}", seen.text());
    assert!(seen.shows_signals, "the terminal is as it was");
}

/// The signals of this test that are not ignored where it was started.
fn signals() -> impl Iterator<Item = (Signal, i32)> {
    [(Signal::INT, 130), (Signal::TERM, 143)].into_iter().filter(|(signal, _)| !is_ignored(*signal))
}

#[test]
fn a_signal_says_what_was_reached_and_gives_the_terminal_back() {
    let folder = bars::folder();
    for (signal, code) in signals() {
        let terminal = Terminal::start(compare(folder.path(), &ENDLESS), 100);
        for columns in [60, 66, 72] {
            std::thread::sleep(Duration::from_millis(150));
            terminal.resize(columns);
        }
        std::thread::sleep(Duration::from_millis(300));
        send(terminal.child(), signal);
        let seen = terminal.wait();
        let text = seen.text();
        assert_eq!(seen.status.code(), Some(code), "{text}");
        assert!(seen.has_cursor && text.contains("Interrupted. So far:"), "{text}");
        assert!(text.contains("momentum"), "{text}");
    }
}

/// Starts what never ends, and waits until it trains.
fn start(folder: &Path, args: &[&str]) -> Child {
    let mut command = compare(folder, &[&ENDLESS[..], args].concat());
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    std::thread::sleep(Duration::from_millis(500));
    child
}

#[test]
fn an_interrupted_comparison_leaves_no_file_behind() {
    for (signal, code) in signals() {
        let folder = bars::folder();
        let before = files(folder.path());
        let output = end(start(folder.path(), &["--json", "j", "--report", "r"]), signal);
        assert_eq!(output.status.code(), Some(code), "{}", stderr(&output));
        assert!(stdout(&output).contains("Interrupted. So far:"), "{}", stdout(&output));
        assert_eq!(files(folder.path()), before, "neither a result nor a part of one");
        assert_eq!(unfinished(folder.path()), 0);
    }
}

/// Where no training listens, the first signal ends the program at once.
#[test]
fn a_signal_ends_reports_of_many_trainings() {
    for (signal, code) in signals() {
        let folder = bars::folder();
        for report in
            [&["--tuned", "--train-size", "20"][..], &["--sweep", "learning-rate=0.1,0.5"], &["--angles"]]
        {
            let output = end(start(folder.path(), report), signal);
            assert_eq!(output.status.code(), Some(code), "{report:?}: {}", stderr(&output));
        }
    }
}

fn files(folder: &Path) -> Vec<std::ffi::OsString> {
    let names = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file").file_name());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

/// `>&-`, and its kin: what was asked for as a file is written.
#[test]
fn closed_streams_end_nothing() {
    let folder = bars::folder();
    for closed in [">&-", "2>&-", ">&- 2>&-", "<&-"] {
        let script = format!("exec '{PROGRAM}' --data . --epochs 3 --seeds 1 --json j {closed}");
        let mut shell = Command::new("sh");
        let output = shell.args(["-c", &script]).current_dir(folder.path()).output().expect("starts");
        assert!(output.status.success(), "{closed}: {}", stderr(&output));
        std::fs::remove_file(folder.path().join("j")).expect("it was written");
    }
}

/// `| head -1`: the results are kept nevertheless.
#[test]
fn a_reader_who_leaves_takes_no_file_away() {
    let folder = bars::folder();
    let script = format!("'{PROGRAM}' --data . --epochs 3 --seeds 1 --json j --report r | head -1");
    let mut shell = Command::new("sh");
    shell.args(["-c", &script]).current_dir(folder.path()).stdin(Stdio::null());
    let output = shell.output().expect("starts");
    assert_eq!(output.stdout.iter().filter(|byte| **byte == b'\n').count(), 1);
    assert_eq!(stderr(&output), "");
    for file in ["j", "r"] {
        assert!(folder.path().join(file).exists(), "{file}");
    }
}
