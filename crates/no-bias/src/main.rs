//! Trains a network by stage 3, `no-bias`, and shows how it learns.

use std::process::ExitCode;

fn main() -> ExitCode {
    digits_cli::main::<no_bias::NoBias>()
}
