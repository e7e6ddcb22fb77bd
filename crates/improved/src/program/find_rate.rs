//! Finds a learning rate, and shows how.

use clap::{ArgMatches, Command};
use digits_cli::flags::{self, DataFlags, OutputFlags};
use digits_cli::json;
use digits_cli::screen::Style;
use digits_cli::session::{Prepared, headline, prepare};
use digits_cli::text::wrap;
use digits_core::Result;
use digits_core::stage::Stage;
use improved::range_test::range_test;
use improved::{ABOUT, Improved};
use serde_json::json;
use std::process::ExitCode;

/// The subcommand.
pub(crate) const NAME: &str = "find-rate";
/// The lines of the curve.
const LINES: usize = 24;
/// What stands left and right of a bar.
const BESIDE: usize = 30;

/// The subcommand with its flags.
pub(crate) fn command() -> Command {
    let summary = "Does not train: tries a few hundred learning rates, from small to large, on the training images, and \
                   suggests the one at which learning is fastest.";
    let command =
        flags::add_settings(flags::subcommand(NAME, "a learning rate by a range test", summary), &ABOUT);
    OutputFlags::add_to(DataFlags::add_to(command))
}

/// Runs the range test that the command line asks for.
pub(crate) fn run(matches: &ArgMatches) -> Result<ExitCode> {
    let output = OutputFlags::read(matches)?;
    let screen = output.screen(false);
    let Prepared { settings, loaded } = prepare(matches, &ABOUT, &screen)?;
    let network = <Improved as Stage>::network(&settings);
    headline(&ABOUT, &settings, &loaded, &network, &screen);
    let found = range_test(&settings, &network, &loaded.data.train)?;
    if let Some(target) = &output.json {
        let mut object =
            json::run(&ABOUT, &loaded, &settings, network.parameter_count(), &network.fingerprint());
        let points =
            found.points.iter().map(|point| json!({"learning_rate": point.rate, "loss": point.loss}));
        object.insert("range_test".to_owned(), points.collect());
        object.insert("suggested_learning_rate".to_owned(), json!(found.suggestion));
        json::write(target, &object)?;
    }
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
