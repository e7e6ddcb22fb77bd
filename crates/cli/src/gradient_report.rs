//! The report of `--check-gradient`: how right, or how wrong, a stage's direction is, block by block.

use crate::screen::{Screen, Style};
use crate::table::{Best, Cell, Column, Table};
use crate::text::{count, counted, wrap};
use digits_core::Choice;
use digits_core::gradient_check::{BlockCheck, Cost, Report};
use serde_json::{Value, json};

/// A stage whose direction is nearer to the numeric derivatives than this is exact.
const EXACT: f64 = 1e-5;

/// Writes the report of the stage called `name`.
pub fn print(screen: &Screen, name: &str, report: &Report) {
    let line = |text: String| wrap(&text, screen.width().min(110)).iter().for_each(|line| screen.line(line));
    screen.line("");
    line(format!(
        "Derivatives of the {} of {}, before training. A row shows the parameter with the largest one.",
        report.cost.name(),
        counted(report.examples, "image")
    ));
    screen.line("");
    screen.drawing(&blocks(report).draw(screen));
    line(verdict(name, report));
    screen.line("");
    screen.line(screen.paint(Style::Bold, "The step of a difference"));
    line(
        "Relative error of the derivative by one offset of all biases of the first layer. Too long a step measures a \
         chord, too short a step measures rounding: each column is a V."
            .to_owned(),
    );
    screen.line("");
    screen.drawing(&steps(report).draw(screen));
}

fn blocks(report: &Report) -> Table {
    let mut table = Table::new([
        Column::name("block"),
        Column::number("para-\nmeters", Best::None).left_out(2),
        Column::number("by the\nchain rule", Best::None),
        Column::number("by a\ndifference", Best::None).left_out(1),
        Column::number("their\nerror", Best::None).left_out(3),
        Column::number("the\nstage's", Best::None),
        Column::number("angle", Best::None),
        Column::number("length", Best::None).left_out(4),
    ]);
    for block in &report.blocks {
        let BlockCheck { parameters, exact, numeric, exact_error, stage, angle, length, .. } = block;
        table.add(vec![
            Cell::text(block.block.clone()),
            Cell::text(count(*parameters)),
            Cell::text(format!("{exact:.6}")),
            Cell::text(format!("{numeric:.6}")),
            Cell::text(format!("{exact_error:.0e}")),
            Cell::text(format!("{stage:.6}")),
            angle.map_or_else(Cell::none, |angle| Cell::text(degrees(angle))),
            Cell::text(format!("{length:.2}")),
        ]);
    }
    table
}

fn steps(report: &Report) -> Table {
    let mut table = Table::new([
        Column::number("step", Best::None),
        Column::number("forward\nf32", Best::Lowest),
        Column::number("forward\nf64", Best::Lowest),
        Column::number("central\nf64", Best::Lowest),
    ]);
    for step in &report.steps {
        let mut row = vec![Cell::text(format!("{:.0e}", step.step))];
        let errors = [step.forward_f32, step.forward_f64, step.central_f64];
        row.extend(errors.map(|error| Cell::number(error, format!("{error:.0e}"))));
        table.add(row);
    }
    table
}

/// What the angles say, in a sentence.
fn verdict(name: &str, report: &Report) -> String {
    let checked: usize = report.blocks.iter().map(|block| block.checked).sum();
    let worst = report.blocks.iter().map(|block| block.stage_error).fold(0.0, f64::max);
    if worst < EXACT {
        return format!(
            "The direction of {name} is the gradient of the {}: of {} checked, none is off by more than {worst:.0e}.",
            report.cost.name(),
            counted(checked, "derivative")
        );
    }
    let angle = |(cost, angle): &(Cost, Option<f64>)| {
        angle.map(|angle| format!("{} from that of the {}", degrees(angle), cost.name()))
    };
    let angles: Vec<String> = report.angles.iter().filter_map(angle).collect();
    match angles.is_empty() {
        true => format!("{name} does not move: there is no direction to judge."),
        false => format!("The direction of {name} is turned away from the gradient: {}.", angles.join(", ")),
    }
}

/// An angle: 16.1°, and 0° where it is nothing but rounding.
fn degrees(angle: f64) -> String {
    if angle < 1e-4 { "0°".to_owned() } else { format!("{angle:.1}°") }
}

/// The same for programs.
pub fn to_json(report: &Report) -> Value {
    let block = |block: &BlockCheck| {
        json!({
            "block": block.block, "parameters": block.parameters, "checked": block.checked,
            "exact": block.exact, "numeric": block.numeric, "stage": block.stage,
            "exact_error": block.exact_error, "stage_error": block.stage_error,
            "angle": block.angle, "length": block.length,
        })
    };
    let steps = report.steps.iter().map(|step| {
        json!({
            "step": step.step, "forward_f32": step.forward_f32, "forward_f64": step.forward_f64,
            "central_f64": step.central_f64,
        })
    });
    let angles = report.angles.iter().map(|(cost, angle)| json!({"to": cost.name(), "degrees": angle}));
    json!({
        "examples": report.examples, "cost": report.cost.name(),
        "blocks": report.blocks.iter().map(block).collect::<Vec<_>>(),
        "angles": angles.collect::<Vec<_>>(), "steps": steps.collect::<Vec<_>>(),
    })
}
