//! Shows which improvement is worth what.

use clap::{ArgMatches, Command};
use digits_cli::flags::{self, DataFlags, OutputFlags, flag, whole};
use digits_cli::json;
use digits_cli::progress::{Trainings, clock};
use digits_cli::session::{Prepared, headline, prepare};
use digits_cli::table::{Best, Cell, Column, Table};
use digits_cli::text::{counted, time, wrap};
use digits_core::Result;
use digits_core::files::{check_writable, write_whole};
use digits_core::stage::Stage;
use improved::ablation::{Against, Measured, Row, gain, markdown, rows, run as measure};
use improved::{ABOUT, Improved};
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// The subcommand with its flags.
pub(crate) fn command() -> Command {
    let summary = "Does not train once, but often: from plain momentum up to these settings, adding one improvement a \
                   row, and down again, taking one away.";
    let program = flags::subcommand("ablation", "which improvement is worth what", summary);
    let command = flags::add_settings(program, &ABOUT).next_help_heading("Table").args([
        flag("seeds", "N", "How many seeds each row is trained with")
            .value_parser(whole(1, 1000))
            .default_value("3"),
        flag("markdown", "FILE", "Write the table as Markdown").value_parser(flags::file()),
    ]);
    OutputFlags::add_to(DataFlags::add_to(command))
}

/// Trains all rows that the command line asks for, and prints the table.
pub(crate) fn run(matches: &ArgMatches) -> Result<ExitCode> {
    let seeds = matches.get_one::<usize>("seeds").copied().unwrap_or(1);
    let file = matches.get_one::<PathBuf>("markdown");
    if let Some(path) = file {
        check_writable(path)?;
    }
    let output = OutputFlags::read(matches)?;
    let screen = output.screen(file.is_some());
    let Prepared { settings, loaded } = prepare(matches, &ABOUT, &screen)?;
    let network = <Improved as Stage>::network(&settings);
    headline(&ABOUT, &settings, &loaded, &network, &screen);
    let rows = rows(&settings);
    let trainings = rows.len() * seeds;
    let plan = format!("{} with {} each", counted(rows.len(), "row"), counted(seeds, "seed"));
    screen.line(format!("{plan}: {}", counted(trainings, "training")));
    let progress = Trainings::new(&screen, trainings);
    let clock = clock();
    let measured = measure(&rows, &loaded.data, seeds, &clock, &|ended| progress.ended(ended));
    drop(progress);
    let measured = measured?;
    if let Some(path) = file {
        write_whole(path, |file| file.write_all(markdown(&rows, &measured).as_bytes()))?;
    }
    if let Some(target) = &output.json {
        let mut object =
            json::run(&ABOUT, &loaded, &settings, network.parameter_count(), &network.fingerprint());
        object.insert("rows".to_owned(), objects(&rows, &measured));
        json::write(target, &object)?;
    }
    screen.line("");
    screen.drawing(&table(&rows, &measured).draw(&screen));
    let all = rows.iter().filter(|row| row.against == Against::RowBefore).count();
    let text = format!(
        "Accuracies are means over {}; the spread is the best less the worst. A row with + adds to the row before it, \
         a row with − takes away from row {}, which has everything. Differences are in points.",
        counted(seeds, "seed"),
        all + 1
    );
    for line in wrap(&text, screen.width().min(100)) {
        screen.line(line);
    }
    Ok(ExitCode::SUCCESS)
}

/// The rows for programs.
fn objects(rows: &[Row], measured: &[Measured]) -> Value {
    let row = |(index, (row, found)): (usize, (&Row, &Measured))| {
        json!({
            "change": row.change,
            "settings": json::settings_object(&row.settings),
            "test_accuracies": found.accuracies,
            "difference": gain(rows, measured, index),
            "train_seconds": found.time().as_secs_f64(),
        })
    };
    rows.iter().zip(measured).enumerate().map(row).collect()
}

/// The rows for people.
fn table(rows: &[Row], measured: &[Measured]) -> Table {
    let mut table = Table::new([
        Column::text("settings"),
        Column::number("test\naccuracy", Best::Highest),
        Column::number("spread", Best::None),
        Column::number("differ-\nence", Best::None),
        Column::number("time on\none core", Best::None),
    ]);
    for (index, (row, found)) in rows.iter().zip(measured).enumerate() {
        let points = |share: f64| format!("{:.2}", 100.0 * share);
        let number = |value: Option<f64>, text: fn(f64) -> String| {
            value.map_or_else(Cell::none, |value| Cell::number(value, text(value)))
        };
        let accuracy = |share: f64| format!("{:.2} %", 100.0 * share);
        table.add(vec![
            Cell::text(row.change.clone()),
            found.mean().map_or_else(|| Cell::text("diverged"), |mean| Cell::number(mean, accuracy(mean))),
            found.spread().map_or_else(Cell::none, |spread| Cell::number(spread, points(spread))),
            number(gain(rows, measured, index), |gain| format!("{:+.2}", 100.0 * gain)),
            Cell::number(found.time().as_secs_f64(), time(found.time())),
        ]);
    }
    table
}
