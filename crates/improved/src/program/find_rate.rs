//! Finds a learning rate, and shows how.

use super::flags;
use super::train::{check_memory, headline};
use clap::ArgMatches;
use digits_cli::dataset::open;
use digits_cli::screen::Style;
use digits_cli::text::wrap;
use digits_core::Result;
use improved::range_test::range_test;
use std::process::ExitCode;

/// The lines of the curve.
const LINES: usize = 24;
/// What stands left and right of a bar.
const BESIDE: usize = 30;

/// Runs the range test that the command line asks for.
pub(crate) fn run(matches: &ArgMatches) -> Result<ExitCode> {
    let asked = flags::read(matches)?;
    let screen = asked.output.screen(false);
    let opened = open(&asked.data, &screen)?;
    asked.settings.check(opened.data.train.len())?;
    check_memory(&asked.settings, opened.data.train.len())?;
    let network = asked.settings.network();
    headline(&screen, &asked, &network);
    let found = range_test(&asked.settings, &network, &opened.data.train)?;
    screen.line("");
    screen.line(screen.paint(Style::Bold, "     rate  mean loss"));
    for line in found.curve(LINES, screen.width().min(100).saturating_sub(BESIDE).max(10)) {
        screen.line(line);
    }
    screen.line("");
    let title = screen.paint(Style::Bold, "Suggested learning rate:");
    screen.line(format!("{title} {}", screen.paint(Style::Best, &found.suggestion.to_string())));
    for line in wrap(&found.reason(), screen.width().min(100)) {
        screen.line(line);
    }
    Ok(ExitCode::SUCCESS)
}
