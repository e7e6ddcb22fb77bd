//! Trains a network by stage 7, `feedback`, and shows how it learns.

use std::process::ExitCode;

fn main() -> ExitCode {
    digits_cli::main::<stage_seven::Feedback>()
}
