//! Trains a network by stage 6, `improved`, and shows how it learns; asks which learning rate and which improvements.

mod program;

use std::process::ExitCode;

fn main() -> ExitCode {
    digits_cli::program(program::command(), program::run)
}
