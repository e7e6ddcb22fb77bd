//! What the program does besides training: two questions, each a subcommand.

mod ablation;
mod find_rate;

use clap::{ArgMatches, Command};
use digits_cli::session;
use digits_core::Result;
use improved::{ABOUT, Improved};
use std::process::ExitCode;

/// The command with its subcommands; without one, it trains.
pub(crate) fn command() -> Command {
    session::command(&ABOUT)
        .args_conflicts_with_subcommands(true)
        .subcommand(find_rate::command())
        .subcommand(ablation::command())
}

/// Does what the command line says.
pub(crate) fn run(matches: &ArgMatches) -> Result<ExitCode> {
    match matches.subcommand() {
        Some((find_rate::NAME, matches)) => find_rate::run(matches),
        Some((_, matches)) => ablation::run(matches),
        None => session::run::<Improved>(matches),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clap_finds_nothing_wrong_with_the_definitions() {
        command().debug_assert();
    }
}
