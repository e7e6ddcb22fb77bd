//! Trains a network by stage 4, `gradient`, and shows how it learns; or shows one update in numbers that can be followed.

use digits_cli::flags::{OutputFlags, switch};
use digits_cli::{program, session};
use digits_core::stage::Stage;
use gradient::{Gradient, worked_example};
use std::process::ExitCode;

/// The flag that asks for the example.
const WORKED_EXAMPLE: &str = "worked-example";

fn main() -> ExitCode {
    let help = "Do not train: show one update of a network 2-2-2, forwards and backwards, with every number on the way";
    let command = session::command(&<Gradient as Stage>::ABOUT)
        .next_help_heading("Measuring")
        .arg(switch(WORKED_EXAMPLE, help));
    program(command, |matches| {
        if !matches.get_flag(WORKED_EXAMPLE) {
            return session::run::<Gradient>(matches);
        }
        let screen = OutputFlags::read(matches)?.screen(false);
        worked_example::lines().iter().for_each(|line| screen.line(line));
        Ok(ExitCode::SUCCESS)
    })
}
