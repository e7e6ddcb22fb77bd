//! Trains a network by stage 2, `batched`, and shows how it learns.

use std::process::ExitCode;

fn main() -> ExitCode {
    digits_cli::main::<batched::Batched>()
}
