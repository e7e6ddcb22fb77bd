//! Trains a network by stage 6, `improved`, and shows how it learns.

mod program;

use std::process::ExitCode;

fn main() -> ExitCode {
    digits_cli::program(program::flags::command(), program::run)
}
