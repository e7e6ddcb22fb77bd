//! Trains a network by stage 6, `improved`, and shows how it learns; `improved predict` reads digits with a saved network.

mod program;

use std::process::ExitCode;

fn main() -> ExitCode {
    digits_cli::program(program::flags::command(), program::run)
}
