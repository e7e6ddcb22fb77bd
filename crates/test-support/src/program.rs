//! A program under test, run as a user would run it.

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The program at `path`, in `folder`, with these arguments and nothing to read.
pub fn program(path: &str, folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(path);
    command.current_dir(folder).args(args).stdin(Stdio::null());
    command
}

/// Runs the program at `path`.
pub fn run(path: &str, folder: &Path, args: &[&str]) -> Output {
    program(path, folder, args).output().unwrap()
}

/// What it wrote to standard output.
pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What it wrote to standard error.
pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The JSON that it wrote to standard output.
///
/// # Panics
/// With what it wrote to standard error, if it wrote none.
pub fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", stderr(output)))
}
