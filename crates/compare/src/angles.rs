//! `--angles`: how far each stage's direction is turned away from an exact gradient, along its own training.
//!
//! An angle without the name of what it is measured against says nothing, so both stand beside each other: to the gradient
//! of the same batch, and the systematic one, of the mean direction to the mean gradient over an epoch's batches.

use crate::experiment::Experiment;
use crate::report;
use digits_cli::json;
use digits_cli::screen::{Screen, Style};
use digits_cli::table::{Best, Cell, Column, Table};
use digits_core::Choice;
use digits_core::angles::{Angle, Moment, Sample};
use digits_core::gradient_check::Cost;
use digits_core::training::Plan;
use digits_core::{Error, Result};
use serde_json::{Map, Value, json};

/// The angles of one stage.
pub(crate) struct Found {
    name: &'static str,
    moments: Vec<Moment>,
}

/// Trains every stage with the first seed, and measures at the start, after epochs 1 and 10, and at the end.
///
/// # Errors
/// Fewer training images than a batch has.
pub(crate) fn run(experiment: &Experiment, screen: &Screen) -> Result<Vec<Found>> {
    let images = &experiment.images[0];
    if images.len() < Sample::USUAL.batch_size {
        let least = Sample::USUAL.batch_size;
        return Err(Error::Usage(format!(
            "--angles needs a batch of {least} training images, there are {}",
            images.len()
        )));
    }
    let mut found = Vec::new();
    for (entry, settings) in &experiment.stages {
        screen.sentence(format!("Measuring {}", entry.about.name));
        let last = Plan::new(settings, images.len()).epochs;
        let mut epochs: Vec<usize> = [0, 1, 10].into_iter().filter(|epoch| *epoch < last).collect();
        epochs.push(last);
        let moments = (entry.angles)(settings, images, &epochs, Sample::USUAL)?;
        found.push(Found { name: entry.about.name, moments });
    }
    Ok(found)
}

/// Writes a table for each cost that an exact gradient is of.
pub(crate) fn print(found: &[Found], screen: &Screen) {
    for (_, cost) in Cost::ALL.iter().copied() {
        screen.line("");
        screen.sentence(
            screen.paint(Style::Bold, &format!("Degrees to the exact gradient of the {}", cost.name())),
        );
        screen.drawing(&table(found, cost).draw(screen));
    }
    let Sample { batch_size, batches, epoch } = Sample::USUAL;
    report::dim(
        screen,
        &format!(
            "Of the same batch: mean of {batches} random batches of {batch_size}; all parameters, then the blocks. \
             Systematic: the mean direction against the mean gradient, over {epoch} batches. 0 is the gradient itself, 90 \
             has nothing to do with it. A memory is left out: momentum is measured as if the batch were its first. – is not \
             moved."
        ),
    );
}

/// The names of the blocks, as the table shows them.
const BLOCKS: [&str; 5] = ["all", "W1", "W2", "b1", "b2"];

/// A row a stage and moment.
fn table(found: &[Found], cost: Cost) -> Table {
    let mut columns = vec![Column::name("stage"), Column::number("epoch", Best::None)];
    columns.extend(BLOCKS.map(|block| Column::number(&format!("batch\n{block}"), Best::None)));
    columns.push(Column::number("systematic\nall", Best::None));
    let mut table = Table::new(columns);
    for Found { name, moments } in found {
        for (index, moment) in moments.iter().enumerate() {
            let angles = moment.angles.iter().find(|angles| angles.to == cost);
            let block = |block: &str| angles.and_then(|angles| angles.block(block));
            let cell = |angle: Option<f64>| {
                angle.map_or_else(Cell::none, |degrees| Cell::number(degrees, format!("{degrees:.0}")))
            };
            let mut row =
                vec![Cell::text(if index == 0 { *name } else { "" }), Cell::text(moment.epoch.to_string())];
            row.extend(BLOCKS.map(|name| cell(block(name).and_then(|angle: &Angle| angle.batch))));
            row.push(cell(block("all").and_then(|angle| angle.systematic)));
            table.add(row);
        }
    }
    table
}

/// The tables in Markdown.
pub(crate) fn markdown(found: &[Found]) -> String {
    let of =
        |cost: Cost| format!("To the gradient of the {}:\n\n{}", cost.name(), table(found, cost).markdown());
    Cost::ALL.iter().map(|(_, cost)| of(*cost)).collect::<Vec<_>>().join("\n")
}

/// The same for programs.
pub(crate) fn to_json(found: &[Found], experiment: &Experiment) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("version".to_owned(), json!(json::VERSION));
    object.insert("repetition".to_owned(), json!(experiment.repetitions[0]));
    let angle =
        |angle: &Angle| json!({"block": angle.block, "batch": angle.batch, "systematic": angle.systematic});
    let moment = |moment: &Moment| {
        let of = |angles: &digits_core::angles::Angles| json!({"to": angles.to.name(), "blocks": angles.blocks.iter().map(angle).collect::<Value>()});
        json!({"epoch": moment.epoch, "angles": moment.angles.iter().map(of).collect::<Value>()})
    };
    let stage = |found: &Found| json!({"stage": found.name, "moments": found.moments.iter().map(moment).collect::<Value>()});
    object.insert("stages".to_owned(), found.iter().map(stage).collect());
    object
}
