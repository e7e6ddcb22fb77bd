//! `--tuned`: the learning rate of each stage chosen on training images that it does not learn from, never on the test
//! images; then all stages are compared at their own rates, with seeds that had no part in the choice.
//!
//! The rates beside the chosen one are kept: the best rate often lies beside a cliff, and a choice by a few seeds may
//! fall over it.

use crate::experiment::{Job, accuracies, with_seed};
use crate::results::{Choice, Repetition, Tried};
use crate::stages::Entry;
use crate::statistics::Spread;
use crate::table::accuracy;
use digits_cli::screen::Screen;
use digits_cli::table::{Best, Cell, Column, Table};
use digits_cli::text::setting;
use digits_core::settings::{LEARNING_RATE, Settings, Value};
use digits_core::training::TrainingData;
use digits_core::{Error, Result};

/// The rates that are tried, as multiples of the stage's own.
const MULTIPLES: [f64; 10] = [0.1, 0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 10.0];
/// The seeds that the choice is made with.
pub(crate) const CHOOSING: usize = 3;
/// The most images that are held out.
const HELD_OUT: usize = 10_000;
/// A fall of so much from one rate to the next is a cliff.
const CLIFF: f64 = 0.02;

/// The first `size` training images to learn from, and the last of all to choose by, in place of the test images.
///
/// # Errors
/// Where no image would be left to hold out.
pub(crate) fn hold_out(data: &TrainingData, size: usize) -> Result<TrainingData> {
    let all = data.train.len();
    let held_out = HELD_OUT.min(all.saturating_sub(size));
    if held_out == 0 {
        return Err(Error::Usage(format!(
            "--tuned chooses by training images that are not learned from, but all {all} are\n\
             Give a smaller --train-size."
        )));
    }
    Ok(TrainingData { train: data.train.part(0..size), test: data.train.part(all - held_out..all) })
}

/// Chooses each stage's rate by the mean accuracy on the held-out images over some seeds.
///
/// # Errors
/// Where every rate of a stage diverges.
pub(crate) fn choose(
    stages: &[(Entry, Settings)],
    data: &TrainingData,
    seeds: &[Repetition],
    screen: &Screen,
) -> Result<Vec<Choice>> {
    let mut rates: Vec<Vec<f64>> = Vec::new();
    let mut jobs = Vec::new();
    for (entry, settings) in stages {
        let Some(Value::Number(own)) = settings.get(&LEARNING_RATE) else {
            let message = format!("--tuned: {} finds its rate itself", entry.about.name);
            return Err(Error::Usage(message));
        };
        // A product like 0.3 * 3 is not 0.9; what is printed is what is meant.
        let of_stage: Vec<f64> = MULTIPLES.iter().map(|multiple| round(own * multiple)).collect();
        for eta in &of_stage {
            let settings = settings.clone().with(&LEARNING_RATE, Value::Number(*eta));
            let job = |seed: &Repetition| Job { entry, settings: with_seed(&settings, seed.seed), data };
            jobs.extend(seeds.iter().map(job));
        }
        rates.push(of_stage);
    }
    screen.sentence("Choosing rates on held-out training images");
    let found = accuracies(&jobs, screen);
    let mut cells = found.chunks(seeds.len()).map(<[_]>::to_vec);
    let mut choices = Vec::new();
    for ((entry, _), rates) in stages.iter().zip(rates) {
        let tried: Vec<Tried> = rates
            .into_iter()
            .zip(cells.by_ref())
            .map(|(learning_rate, accuracies)| Tried { learning_rate, accuracies })
            .collect();
        let mean = |tried: &Tried| tried.spread().map(|spread| spread.mean);
        let best = (0..tried.len())
            .filter_map(|index| Some((index, mean(&tried[index])?)))
            .reduce(|best, next| if next.1 > best.1 { next } else { best });
        let Some((chosen, _)) = best else {
            return Err(Error::Usage(format!("--tuned: {} diverges at every rate", entry.about.name)));
        };
        choices.push(Choice { stage: entry.about.name.to_owned(), held_out: data.test.len(), chosen, tried });
    }
    Ok(choices)
}

/// A number with the rounding of a product taken away.
fn round(number: f64) -> f64 {
    format!("{number:.6e}").parse().unwrap_or(number)
}

impl Tried {
    /// Mean and spread over the seeds; none where a training diverged.
    pub(crate) fn spread(&self) -> Option<Spread> {
        Spread::of(&self.accuracies.iter().copied().collect::<Option<Vec<f64>>>()?)
    }

    fn text(&self) -> String {
        let found = self.spread().map_or_else(|| "diverged".to_owned(), |spread| accuracy(&spread));
        format!("{}: {found}", setting(self.learning_rate))
    }
}

/// A row a stage: the chosen rate between its neighbours, with their accuracies on the held-out images.
pub(crate) fn table(choices: &[Choice]) -> Table {
    let mut table = Table::new([
        Column::name("stage"),
        Column::number("a lower rate", Best::None).left_out(1),
        Column::number("chosen eta: accuracy", Best::None),
        Column::number("a higher rate", Best::None).left_out(1),
    ]);
    for choice in choices {
        let cell = |index: Option<usize>| {
            let tried = index.and_then(|index| choice.tried.get(index));
            tried.map_or_else(Cell::none, |tried| Cell::text(tried.text()))
        };
        table.add(vec![
            Cell::text(&choice.stage),
            cell(choice.chosen.checked_sub(1)),
            cell(Some(choice.chosen)),
            cell(Some(choice.chosen + 1)),
        ]);
    }
    table
}

/// Which choices stand beside a cliff, or at the end of what was tried.
pub(crate) fn warnings(choices: &[Choice]) -> Vec<String> {
    let warning = |choice: &Choice| {
        let chosen = choice.tried.get(choice.chosen)?.spread()?.mean;
        let Some(next) = choice.tried.get(choice.chosen + 1) else {
            return Some(format!(
                "{}: the highest rate that was tried is the best; a higher one may be better.",
                choice.stage
            ));
        };
        let fall = next.spread().map_or(chosen, |next| chosen - next.mean);
        (fall > CLIFF).then(|| {
            format!(
                "{}: a cliff lies beside the chosen rate. At {} it loses {:.1} points; other seeds may fall.",
                choice.stage,
                setting(next.learning_rate),
                100.0 * fall
            )
        })
    };
    choices.iter().filter_map(warning).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cliff_beside_the_choice_is_seen() {
        let tried = |learning_rate, accuracy| Tried { learning_rate, accuracies: vec![Some(accuracy)] };
        let choice = |chosen, tried| Choice { stage: "gradient".to_owned(), held_out: 10, chosen, tried };
        let steep = choice(0, vec![tried(3.0, 0.88), tried(4.0, 0.70)]);
        assert!(warnings(&[steep])[0].contains("At 4 it loses 18.0 points"));
        let flat = choice(0, vec![tried(1.0, 0.88), tried(2.0, 0.87)]);
        assert_eq!(warnings(&[flat]), Vec::<String>::new());
        let at_the_end = choice(1, vec![tried(1.0, 0.87), tried(2.0, 0.88)]);
        assert!(warnings(&[at_the_end])[0].contains("the highest rate that was tried"));
    }

    #[test]
    fn rates_are_printed_as_they_are_meant() {
        assert_eq!(setting(round(0.1 * 3.0)), "0.3");
        assert_eq!(setting(round(0.05 * 1.5)), "0.075");
    }
}
