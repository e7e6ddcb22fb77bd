//! Terminals of every kind: narrow and wide, changed while it trains, dumb, without colours, closed, and readers that leave.
#![cfg(unix)]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use test_support::bars;
use test_support::kills::{Signal, send};
use test_support::program::stderr;
use test_support::terminal::{Seen, Terminal};

const PROGRAM: &str = env!("CARGO_BIN_EXE_momentum");

fn program(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.current_dir(folder).args(["--data", "."]).args(args).env_remove("NO_COLOR");
    command
}

/// What must hold on every terminal.
fn check(seen: &Seen, what: &str) {
    let text = seen.text();
    assert!(seen.status.success(), "{what}: {text}");
    seen.check_tidy(what);
    assert!(text.contains("Test accuracy"), "{what}: {text}");
}

#[test]
fn every_width_has_room_for_every_line() {
    let folder = bars::folder();
    for columns in [20, 24, 30, 40, 50, 60, 72, 80, 100, 132, 200] {
        let args = ["--epochs", "30", "--details"];
        let seen = Terminal::start(program(folder.path(), &args), columns).wait();
        check(&seen, &format!("{columns} columns"));
    }
}

/// Protects errors on narrow terminals: they are broken between words, as everything else is.
#[test]
fn an_error_is_broken_between_words() {
    let folder = bars::folder();
    for columns in [24, 40, 80] {
        let args = ["--load", "a network that is not there.safetensors"];
        let seen = Terminal::start(program(folder.path(), &args), columns).wait();
        assert_eq!(seen.status.code(), Some(1), "{}", seen.text());
        assert_eq!(seen.wrapped, [""; 0], "{columns} columns: every line has room");
        let error: Vec<&str> = seen.lines.iter().flat_map(|line| line.split_whitespace()).collect();
        assert!(
            error.join(" ").contains("error: cannot read a network that is not there.safetensors: "),
            "{error:?}"
        );
    }
}

#[test]
fn a_terminal_may_be_resized_while_it_trains() {
    let folder = bars::folder();
    let terminal = Terminal::start(program(folder.path(), &["--epochs", "4000000000"]), 100);
    for columns in [60, 66, 72] {
        std::thread::sleep(Duration::from_millis(150));
        terminal.resize(columns);
    }
    std::thread::sleep(Duration::from_millis(300));
    send(terminal.child(), Signal::INT);
    let seen = terminal.wait();
    let text = seen.text();
    assert_eq!(seen.status.code(), Some(130), "{text}");
    assert!(seen.has_cursor && text.contains("Interrupted in epoch"), "{text}");
    assert!(seen.lines.iter().filter(|line| line.contains(" left")).count() == 0, "{text}");
}

#[test]
fn a_dumb_terminal_gets_no_codes_and_one_without_colours_no_colours() {
    let folder = bars::folder();
    let mut dumb = program(folder.path(), &["--epochs", "30"]);
    dumb.env("TERM", "dumb");
    let seen = Terminal::start(dumb, 80).wait();
    assert!(seen.status.success());
    assert!(!seen.written.contains(&0x1b), "no codes: {}", String::from_utf8_lossy(&seen.written));

    let mut plain = program(folder.path(), &["--epochs", "30"]);
    plain.env("NO_COLOR", "1");
    let seen = Terminal::start(plain, 80).wait();
    check(&seen, "without colours");
    assert!(!seen.has_styles(), "{}", String::from_utf8_lossy(&seen.written));
    let seen = Terminal::start(program(folder.path(), &["--epochs", "30"]), 80).wait();
    assert!(seen.has_styles(), "else there are some");
}

/// `>&-`, and both of them.
#[test]
fn closed_streams_end_nothing() {
    let folder = bars::folder();
    for closed in [">&-", "2>&-", ">&- 2>&-", "<&-"] {
        let script = format!("exec '{PROGRAM}' --data . --epochs 3 --save net {closed}");
        let mut shell = Command::new("sh");
        let output = shell.args(["-c", &script]).current_dir(folder.path()).output().expect("starts");
        assert!(output.status.success(), "{closed}: {}", stderr(&output));
        std::fs::remove_file(folder.path().join("net")).expect("it was saved");
    }
}

/// `| head -1`: the network is saved nevertheless.
#[test]
fn a_reader_who_leaves_takes_no_network_away() {
    let folder = bars::folder();
    let script = format!("'{PROGRAM}' --data . --epochs 40 --save net | head -1");
    let mut shell = Command::new("sh");
    shell.args(["-c", &script]).current_dir(folder.path()).stdin(Stdio::null());
    let output = shell.output().expect("starts");
    assert_eq!(output.stdout.iter().filter(|byte| **byte == b'\n').count(), 1);
    assert_eq!(stderr(&output), "");
    assert!(folder.path().join("net").exists());
}
