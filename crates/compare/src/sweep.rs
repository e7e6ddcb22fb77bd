//! `--sweep FLAG=A,B,C`: every stage with each of some values of one setting, and with each seed: a table and a plot of
//! stages against values.

use crate::experiment::{Experiment, Job, accuracies, with_seed};
use crate::report;
use crate::results::{Repetition, rate_per_example};
use crate::stages::Entry;
use crate::statistics::Spread;
use crate::table::accuracy;
use digits_cli::panels::{self, Below, Panel, Point};
use digits_cli::screen::{Screen, Style};
use digits_cli::table::{Best, Cell, Column, Table};
use digits_cli::text::{count, counted};
use digits_cli::{flags, json};
use digits_core::settings::{Kind, SEED, Settings, Value};
use digits_core::{Error, Result};
use serde_json::{Map, json};

/// The lines of a panel.
const HEIGHT: usize = 8;
/// The width of a column of accuracies, with the space before it.
const COLUMN: usize = 14;

/// One setting and its values, as the command line names them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Swept {
    flag: String,
    values: Vec<String>,
}

impl Swept {
    /// The setting's name.
    pub(crate) fn flag(&self) -> &str {
        &self.flag
    }
}

/// Reads `FLAG=A,B,C`.
pub(crate) fn parse(text: &str) -> std::result::Result<Swept, String> {
    let (flag, values) =
        text.split_once('=').ok_or("expected FLAG=A,B,C, as in learning-rate=0.1,0.2,0.5")?;
    let values: Vec<String> = values.split(',').map(|value| value.trim().to_owned()).collect();
    if values.iter().any(String::is_empty) {
        return Err("expected a value between any two commas".to_owned());
    }
    Ok(Swept { flag: flag.trim().trim_start_matches("--").to_owned(), values })
}

/// A stage with its settings for each value.
struct Row {
    entry: Entry,
    settings: Vec<Settings>,
}

/// A stage, and for each value the test accuracy of each repetition; none where it diverged.
type Cells = (Entry, Vec<Vec<Option<f64>>>);

/// What was measured: for each stage and value, the test accuracy of each repetition; none where it diverged.
pub(crate) struct Found {
    swept: Swept,
    stages: Vec<Cells>,
    rates: Vec<Vec<Option<f64>>>,
    repetitions: Vec<Repetition>,
    test_size: usize,
}

/// Trains every stage that knows the setting with every value.
///
/// # Errors
/// A setting that no stage knows, and values that make no sense.
pub(crate) fn run(swept: Swept, experiment: &Experiment, screen: &Screen) -> Result<Found> {
    let rows = rows(&swept, experiment)?;
    let mut jobs = Vec::new();
    for row in &rows {
        for settings in &row.settings {
            flags::check(settings, experiment.sets[0].train.len())?;
            for repetition in &experiment.repetitions {
                let data = &experiment.sets[repetition.train_set];
                jobs.push(Job { entry: &row.entry, settings: with_seed(settings, repetition.seed), data });
            }
        }
    }
    let trained = accuracies(&jobs, screen);
    let mut cells = trained.chunks(experiment.repetitions.len()).map(<[_]>::to_vec);
    let stages =
        rows.iter().map(|row| (row.entry, cells.by_ref().take(row.settings.len()).collect())).collect();
    let rate = |settings: &Settings| rate_per_example(&json::settings_object(settings));
    let rates = rows.iter().map(|row| row.settings.iter().map(rate).collect()).collect();
    let test_size = experiment.sets[0].test.len();
    Ok(Found { swept, stages, rates, repetitions: experiment.repetitions.clone(), test_size })
}

/// The stages that know the setting, with their settings for each value.
fn rows(swept: &Swept, experiment: &Experiment) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for (entry, settings) in &experiment.stages {
        let declared =
            settings.iter().map(|(setting, _)| *setting).find(|setting| setting.name == swept.flag);
        let Some(setting) = declared else {
            continue;
        };
        if setting.name == SEED.name || setting.kind == Kind::Switch {
            return Err(Error::Usage(format!(
                "--sweep takes a setting with a value, not {}\nFor several seeds there is --seeds N.",
                setting.name
            )));
        }
        let value = |text: &String| {
            let read = setting.read(text);
            read.map_err(|expected| {
                Error::Usage(format!("--sweep {}: {text} is no value, {expected}", swept.flag))
            })
        };
        let values = swept.values.iter().map(value).collect::<Result<Vec<Value>>>()?;
        let settings = values.into_iter().map(|value| settings.clone().with(&setting, value)).collect();
        rows.push(Row { entry: *entry, settings });
    }
    if rows.is_empty() {
        let names: Vec<&str> = experiment.stages.iter().map(|(entry, _)| entry.about.name).collect();
        return Err(Error::Usage(format!(
            "--sweep {}: no such setting of {}\nEach stage's --help lists its settings.",
            swept.flag,
            names.join(", ")
        )));
    }
    Ok(rows)
}

/// The mean and spread of a cell; none where a training diverged.
fn spread(cell: &[Option<f64>]) -> Option<Spread> {
    Spread::of(&cell.iter().copied().collect::<Option<Vec<f64>>>()?)
}

impl Found {
    /// Writes the table and the plot.
    pub(crate) fn print(&self, screen: &Screen) {
        let first = self.swept.flag.len().max(self.swept.values.iter().map(String::len).max().unwrap_or(0));
        let fit = (screen.width().saturating_sub(first) / COLUMN).max(1);
        for part in self.stages.chunks(fit) {
            screen.line("");
            screen.drawing(&self.table(part).draw(screen));
        }
        let mut note = format!("Accuracy: per cent of the {} test images", count(self.test_size));
        note += &match self.repetitions.len() {
            1 => ", one training each: no difference here can be told from chance.".to_owned(),
            several => format!(", mean ± standard deviation over {}.", counted(several, "training")),
        };
        report::dim(screen, &note);
        screen.line("");
        screen.sentence(screen.paint(Style::Bold, &format!("Test accuracy by {}", self.swept.flag)));
        let paint = |style, text: &str| screen.paint(style, text);
        for line in panels::draw(&self.panels(), None, &self.below(), (screen.width(), HEIGHT), paint) {
            screen.line(line);
        }
    }

    /// The whole table in Markdown.
    pub(crate) fn markdown(&self) -> String {
        self.table(&self.stages).markdown()
    }

    /// A row a value, a column a stage.
    fn table(&self, stages: &[Cells]) -> Table {
        let mut columns = vec![Column::name(&self.swept.flag)];
        columns.extend(stages.iter().map(|(entry, _)| Column::number(entry.about.name, Best::None)));
        let mut table = Table::new(columns);
        for (index, value) in self.swept.values.iter().enumerate() {
            let mut row = vec![Cell::text(value)];
            row.extend(stages.iter().map(|(_, cells)| match spread(&cells[index]) {
                Some(spread) => Cell::text(accuracy(&spread)),
                None => Cell::text("diverged"),
            }));
            table.add(row);
        }
        table
    }

    /// A panel a stage; the values stand at equal distances.
    fn panels(&self) -> Vec<Panel> {
        let last = (self.swept.values.len() - 1).max(1) as f64;
        let panel = |(index, (entry, cells)): (usize, &Cells)| {
            let point = |(at, cell): (usize, &Vec<Option<f64>>)| {
                let found: Vec<f64> = cell.iter().flatten().copied().collect();
                Point {
                    x: at as f64 / last,
                    mean: spread(cell).map_or(f64::NAN, |spread| spread.mean),
                    low: found.iter().copied().fold(f64::INFINITY, f64::min),
                    high: found.iter().copied().fold(f64::NEG_INFINITY, f64::max),
                }
            };
            Panel {
                name: entry.about.name.to_owned(),
                note: String::new(),
                style: Style::Colour(index),
                points: cells.iter().enumerate().map(point).collect(),
            }
        };
        self.stages.iter().enumerate().map(panel).collect()
    }

    /// The values below a panel.
    fn below(&self) -> Below {
        let last = (self.swept.values.len() - 1).max(1) as f64;
        let tick = |(at, value): (usize, &String)| (at as f64 / last, value.clone());
        Below { ticks: self.swept.values.iter().enumerate().map(tick).collect(), title: "value".to_owned() }
    }

    /// The same for programs.
    pub(crate) fn json(&self) -> Map<String, serde_json::Value> {
        let mut object = Map::new();
        object.insert("version".to_owned(), json!(json::VERSION));
        object.insert("flag".to_owned(), json!(self.swept.flag));
        object.insert("values".to_owned(), json!(self.swept.values));
        object.insert("repetitions".to_owned(), json!(self.repetitions));
        object.insert("test_size".to_owned(), json!(self.test_size));
        let stages = self.stages.iter().zip(&self.rates).map(|((entry, cells), rates)| {
            let cell = |((value, cell), r): ((&String, &Vec<Option<f64>>), &Option<f64>)| {
                let spread = spread(cell);
                json!({
                    "value": value,
                    "rate_per_example": r,
                    "test_accuracies": cell,
                    "mean": spread.map(|spread| spread.mean),
                    "standard_deviation": spread.and_then(|spread| spread.deviation),
                })
            };
            let cells: Vec<serde_json::Value> =
                self.swept.values.iter().zip(cells).zip(rates).map(cell).collect();
            json!({"stage": entry.about.name, "cells": cells})
        });
        object.insert("stages".to_owned(), stages.collect());
        object
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sweep_is_a_flag_and_its_values() {
        let swept = parse("--learning-rate=0.1, 0.5").expect("reads");
        assert_eq!(
            (swept.flag.as_str(), swept.values),
            ("learning-rate", vec!["0.1".to_owned(), "0.5".to_owned()])
        );
        assert!(parse("learning-rate").is_err());
        assert!(parse("learning-rate=1,,2").is_err());
        assert!(parse("learning-rate=").is_err());
    }
}
