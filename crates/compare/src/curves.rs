//! The learning curves: a small plot a stage, all with the same axes. `improved`, another network, has its own and takes
//! no room from the others.

use crate::results::{Contestant, REFERENCE, Results, Run};
use crate::stages::IMPROVED;
use digits_cli::panels::{self, Panel, Point, epochs, logarithmic};
use digits_cli::screen::{Screen, Style};
use digits_cli::text::wrap;

/// The lines of a panel.
const HEIGHT: usize = 8;

/// The plots and what they show, as lines for a screen; none where nothing was measured more than once.
pub(crate) fn draw(screen: &Screen, results: &Results) -> Vec<String> {
    let last = results.epochs();
    let panels: Vec<Panel> = results
        .stages
        .iter()
        .enumerate()
        .map(|(index, stage)| panel(stage, Style::Colour(index), last))
        .collect();
    let reference = results.stages.iter().position(|stage| stage.stage == REFERENCE);
    let plot = panels::draw(&panels, reference, &epochs(last), (screen.width(), HEIGHT), |style, text| {
        screen.paint(style, text)
    });
    if plot.is_empty() || last < 2 {
        return Vec::new();
    }
    let mut legend = "epochs on a logarithmic axis".to_owned();
    if results.repetitions.len() > 1 {
        legend += "; mean of all trainings, with their range as dots around it";
    }
    if reference.is_some() && panels.len() > 1 {
        legend += &format!("; dotted: {REFERENCE}");
    }
    let mut lines = vec![screen.paint(Style::Bold, "Test accuracy by epoch")];
    lines.extend(wrap(&legend, screen.width().min(110)).iter().map(|line| screen.paint(Style::Dim, line)));
    lines.extend(plot);
    lines
}

/// The plot of a stage: means and ranges over its trainings.
fn panel(stage: &Contestant, style: Style, last: usize) -> Panel {
    let longest = stage.runs.iter().max_by_key(|run| run.history.len());
    let at = |epoch: usize| {
        let found: Vec<f64> = stage.runs.iter().filter_map(|run: &Run| run.after(epoch)).collect();
        Point {
            x: logarithmic(epoch, last),
            mean: found.iter().sum::<f64>() / found.len() as f64,
            low: found.iter().copied().fold(f64::INFINITY, f64::min),
            high: found.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        }
    };
    let points =
        longest.map_or_else(Vec::new, |run| run.history.iter().map(|record| at(record.epoch)).collect());
    let note = if stage.stage == IMPROVED { "(another network)" } else { "" };
    Panel { name: stage.stage.clone(), note: note.to_owned(), style, points }
}
