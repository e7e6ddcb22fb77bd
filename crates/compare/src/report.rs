//! What a person sees of a comparison: the table, the curves, and the closing words.

use crate::experiment::Measured;
use crate::results::{Contestant, Results};
use crate::stages::Entry;
use crate::statistics::Spread;
use crate::{closing, curves, table, tuned};
use digits_cli::screen::{Screen, Style};
use digits_cli::text::{count, percent, wrap};
use digits_core::settings::Settings;

/// The longest lines of sentences.
const LONGEST: usize = 110;

/// Writes everything.
pub(crate) fn print(screen: &Screen, results: &Results) {
    if !results.choices.is_empty() {
        screen.line("");
        screen.drawing(&tuned::table(&results.choices).draw(screen));
        let held_out = results.choices.iter().map(|choice| choice.held_out).max().unwrap_or(0);
        dim(screen, &format!("Accuracy on {} held-out training images, by learning rate.", count(held_out)));
        tuned::warnings(&results.choices).iter().for_each(|warning| point(screen, warning));
    }
    let table = table::table(results);
    screen.line("");
    screen.drawing(&table.draw(screen));
    let mut note = table::note(results);
    let left_out = table.left_out(screen.width());
    if !left_out.is_empty() {
        note += &format!(" For want of room without: {}.", left_out.join(", "));
    }
    dim(screen, &note);
    let curves = curves::draw(screen, results);
    if !curves.is_empty() {
        screen.line("");
        screen.drawing(&curves);
    }
    let sentences = closing::sentences(results);
    if !sentences.is_empty() {
        screen.line("");
    }
    for sentence in sentences {
        point(screen, &sentence);
    }
    for wrong in results.stages.iter().filter_map(wrong) {
        point(screen, &wrong);
    }
}

/// What is wrong with a stage's trainings: of the first that something is wrong with, and in how many.
fn wrong(contestant: &Contestant) -> Option<String> {
    let mut ill = contestant.runs.iter().filter(|run| !run.notes.is_empty());
    let first = ill.next()?;
    let (count, all) = (1 + ill.count(), contestant.runs.len());
    let (stage, seed) = (&contestant.stage, first.repetition.seed);
    Some(format!("Note: {stage}, {count} of {all} trainings, as with seed {seed}: {}", first.notes.join(" ")))
}

/// Writes a sentence of a list, with its later lines below its first word.
pub(crate) fn point(screen: &Screen, sentence: &str) {
    for (index, line) in wrap(sentence, screen.width().min(LONGEST) - 2).iter().enumerate() {
        screen.line(format!("{} {line}", if index == 0 { "-" } else { " " }));
    }
}

/// Writes sentences that explain.
pub(crate) fn dim(screen: &Screen, text: &str) {
    for line in wrap(text, screen.width().min(LONGEST)) {
        screen.line(screen.paint(Style::Dim, &line));
    }
}

/// Says what is known of trainings that were interrupted: how many had ended, and what they reached.
pub(crate) fn interrupted(screen: &Screen, stages: &[(Entry, Settings)], measured: &[Vec<Measured>]) {
    screen.sentence(screen.paint(Style::Bold, "Interrupted. So far:"));
    for ((entry, _), runs) in stages.iter().zip(measured) {
        let reached = |run: &Measured| Some(run.trained.outcome.as_ref().ok()?.test.accuracy());
        let reached: Vec<f64> = runs.iter().filter_map(reached).collect();
        let mean = Spread::of(&reached).map(|spread| spread.mean);
        let accuracy = mean.map_or(String::new(), |mean| format!(", test accuracy {}", percent(mean)));
        screen.sentence(format!(
            "{:<12}{} of {} trained{accuracy}",
            entry.about.name,
            reached.len(),
            runs.len()
        ));
    }
}
