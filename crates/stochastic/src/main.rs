//! Trains a network by stage 1, `stochastic`, and shows how it learns.

use std::process::ExitCode;

fn main() -> ExitCode {
    digits_cli::main::<stochastic::Stochastic>()
}
