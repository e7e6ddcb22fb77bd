//! Shows which improvement is worth what.

use super::flags;
use super::train::{check_memory, headline};
use clap::ArgMatches;
use digits_cli::dataset::open;
use digits_cli::progress::Trainings;
use digits_cli::table::{Best, Cell, Column, Table};
use digits_cli::text::{counted, time, wrap};
use digits_core::Result;
use digits_core::files::write_whole;
use improved::ablation::{Against, gain, markdown, rows, run as measure};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Trains all rows that the command line asks for, and prints the table.
pub(crate) fn run(matches: &ArgMatches) -> Result<ExitCode> {
    let asked = flags::read(matches)?;
    let seeds = matches.get_one::<usize>("seeds").copied().unwrap_or(3);
    let file = matches.get_one::<PathBuf>("markdown");
    let screen = asked.output.screen(file.is_some());
    let opened = open(&asked.data, &screen)?;
    asked.settings.check(opened.data.train.len())?;
    check_memory(&asked.settings, opened.data.train.len())?;
    headline(&screen, &asked, &asked.settings.network());
    let rows = rows(&asked.settings);
    let trainings = rows.len() * seeds;
    let plan = format!("{} with {} each", counted(rows.len(), "row"), counted(seeds, "seed"));
    screen.line(format!("{plan}: {}", counted(trainings, "training")));
    let progress = Trainings::new(&screen, trainings);
    let measured = measure(&rows, &opened.data, seeds, &|ended| progress.ended(ended));
    drop(progress);
    let measured = measured?;
    if let Some(path) = file {
        write_whole(path, |file| file.write_all(markdown(&rows, &measured).as_bytes()))?;
    }

    let mut table = Table::new([
        Column::text("settings"),
        Column::number("test\naccuracy", Best::Highest),
        Column::number("spread", Best::None),
        Column::number("differ-\nence", Best::None),
        Column::number("time on\none core", Best::None),
    ]);
    for (index, (row, found)) in rows.iter().zip(&measured).enumerate() {
        let points = |share: f64| format!("{:.2}", 100.0 * share);
        let number = |value: Option<f64>, text: fn(f64) -> String| {
            value.map_or_else(Cell::none, |value| Cell::number(value, text(value)))
        };
        let accuracy = |share: f64| format!("{:.2} %", 100.0 * share);
        table.add(vec![
            Cell::text(row.change.clone()),
            found.mean().map_or_else(|| Cell::text("diverged"), |mean| Cell::number(mean, accuracy(mean))),
            found.spread().map_or_else(Cell::none, |spread| Cell::number(spread, points(spread))),
            number(gain(&rows, &measured, index), |gain| format!("{:+.2}", 100.0 * gain)),
            Cell::number(found.time().as_secs_f64(), time(found.time())),
        ]);
    }
    screen.line("");
    for line in table.draw(&screen) {
        screen.line(line);
    }
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
