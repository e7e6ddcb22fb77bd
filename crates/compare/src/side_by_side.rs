//! Trains several stages at a time, each as it would train alone, and shows how they go.

use crate::stages::{Entry, Trained};
use digits_cli::progress::SideBySide;
use digits_cli::screen::Screen;
use digits_cli::text::{percent, time};
use digits_core::parallel::side_by_side;
use digits_core::settings::{BATCH_SIZE, EPOCHS, Settings};
use digits_core::training::{Record, TrainingData};

/// What came of a stage.
pub(crate) struct Run {
    /// Its epochs, also those before it diverged.
    pub(crate) history: Vec<Record>,
    /// Its network and results.
    pub(crate) trained: Trained,
}

/// Trains every stage, and returns what came of each, in their order. What a training computes does not depend on the
/// number of its threads, so its numbers are the same as alone.
pub(crate) fn train_all(runs: &[(Entry, Settings)], data: &TrainingData, screen: &Screen) -> Vec<Run> {
    let names = runs.iter().map(|(entry, _)| entry.about.name);
    let epochs = runs.iter().map(|(_, settings)| settings.whole(&EPOCHS)).max().unwrap_or(0);
    let progress = SideBySide::new(screen, epochs, names);
    let bars: Vec<_> = runs.iter().map(|(entry, _)| progress.bar(entry.about.name)).collect();
    let trained = side_by_side(
        runs.len(),
        |run| cost(&runs[run]),
        |run| {
            let (entry, settings) = &runs[run];
            let mut bar = bars[run].clone();
            bar.begin();
            let trained = (entry.train)(settings, data, &mut bar);
            let how = match &trained.outcome {
                Ok(outcome) => {
                    format!("test {}  {}", percent(outcome.test.accuracy()), time(outcome.training_time))
                }
                Err(_) => "diverged".to_owned(),
            };
            progress.ended(format!("{:<12}done: {how}", entry.about.name));
            Run { history: bar.end(&how), trained }
        },
    );
    progress.finish();
    trained
}

/// How long a training takes beside others, roughly: the more updates the longer.
fn cost((entry, settings): &(Entry, Settings)) -> f64 {
    let batch_size = settings.get(&BATCH_SIZE).map_or(1, |_| settings.whole(&BATCH_SIZE));
    let per_image = entry.about.cost * (1.0 + 1.0 / batch_size as f64);
    settings.whole(&EPOCHS) as f64 * per_image
}
