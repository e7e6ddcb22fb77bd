//! What the program does besides what the library knows: flags, and what people see.

mod ablation;
mod find_rate;
pub(crate) mod flags;
mod train;

use clap::ArgMatches;
use digits_core::Result;
use std::process::ExitCode;

/// Does what the command line says.
pub(crate) fn run(matches: &ArgMatches) -> Result<ExitCode> {
    if matches.get_flag("ablation") {
        ablation::run(matches)
    } else if matches.get_flag("find-learning-rate") {
        find_rate::run(matches)
    } else {
        train::run(matches)
    }
}
