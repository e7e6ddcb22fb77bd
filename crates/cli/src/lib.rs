//! The command line that all programs of the project share: flags, progress, reports, curves and tables.
//!
//! This is the only library that writes to the terminal. The program of a stage is one call of [`main`]; a program with
//! more to say puts the same pieces together itself:
//!
//! - [`flags`]: every flag, defined once, in groups that are added to a command and read back;
//! - [`screen`]: where human text goes, how wide it is and whether it has colours;
//! - [`dataset`]: the data, and the line that says which it is;
//! - [`session`]: runs a stage, loads and saves its network, and keeps what there is of a training that is interrupted;
//! - [`interruption`]: Ctrl-C and its kin;
//! - [`progress`]: a bar on a terminal, a line now and then elsewhere;
//! - [`report`]: the text at the end of a run, and [`json`] the same for programs; [`gradient_report`]: how right a
//!   stage's direction is;
//! - [`plot`], [`table`] and [`image`]: learning curves, tables of results, and digits.

mod axis;
mod braille;
mod companions;
pub mod dataset;
mod echo;
pub mod flags;
pub mod glossary;
pub mod gradient_report;
pub mod image;
pub mod interruption;
pub mod json;
mod keeper;
pub mod mistakes;
pub mod panels;
pub mod plot;
pub mod progress;
pub mod report;
pub mod screen;
pub mod session;
pub mod table;
pub mod text;

use clap::{ArgMatches, Command};
use digits_core::stage::Stage;
use std::process::ExitCode;

/// The whole program of a stage.
pub fn main<S: Stage>() -> ExitCode {
    program(session::command(&S::ABOUT), session::run::<S>)
}

/// Reads the command line and calls `run` with it; an error becomes a message and its exit code.
pub fn program(command: Command, run: impl FnOnce(&ArgMatches) -> digits_core::Result<ExitCode>) -> ExitCode {
    interruption::watch();
    match command.try_get_matches() {
        Ok(matches) => flags::machine::apply(&matches).and_then(|()| run(&matches)).unwrap_or_else(|error| {
            screen::complain(&format!("error: {}", text::printable(&error.to_string())));
            ExitCode::from(error.exit_code())
        }),
        Err(message) => {
            // Help, or what is wrong with a flag. Where nobody can read it, there is nobody to tell.
            let _ = message.print();
            ExitCode::from(u8::try_from(message.exit_code()).unwrap_or(2))
        }
    }
}
