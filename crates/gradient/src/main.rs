//! Trains a network by stage 4, `gradient`, and shows how it learns.

use std::process::ExitCode;

fn main() -> ExitCode {
    digits_cli::main::<gradient::Gradient>()
}
