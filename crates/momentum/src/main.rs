//! Trains a network by stage 5, `momentum`, and shows how it learns.

use std::process::ExitCode;

fn main() -> ExitCode {
    digits_cli::main::<momentum::Momentum>()
}
