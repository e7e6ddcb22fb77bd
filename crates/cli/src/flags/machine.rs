//! How the machine computes: `--threads` and `--instructions`. Neither changes a result; both change the time it takes.

use super::{flag, given, whole};
use clap::{ArgMatches, Command};
use digits_core::linalg::Level;
use digits_core::{Result, parallel};

/// More threads than any machine has use for.
const MOST_THREADS: usize = 4096;

/// Adds the flags to a command and its subcommands.
pub fn add_machine(command: Command) -> Command {
    command.next_help_heading("Machine").args([
        flag("threads", "N", "Share the work among N threads; the results are the same [default: all cores]")
            .value_parser(whole(1, MOST_THREADS))
            .global(true),
        flag(
            "instructions",
            "LEVEL",
            format!(
                "Compute with these vector instructions; the results are the same: plain, avx2 or avx512 [default: {}]",
                Level::in_use()
            ),
        )
        .value_parser(|name: &str| name.parse::<Level>().map_err(|error| error.to_string()))
        .global(true),
    ])
}

/// Does what the flags ask for, before anything is computed.
///
/// # Errors
/// Where the system has not as many threads to give.
pub(crate) fn apply(matches: &ArgMatches) -> Result<()> {
    // What was given before a subcommand is handed on to it.
    if let Some((_, matches)) = matches.subcommand() {
        return apply(matches);
    }
    if let Some(level) = given::<Level>(matches, "instructions") {
        level.set();
    }
    given(matches, "threads").map_or(Ok(()), parallel::use_threads)
}
