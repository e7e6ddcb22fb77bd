//! Trains several stages at a time, each as it would train alone.
//!
//! A training keeps to its own share of the cores, so that its time is its own: on two cores, two trainings run, each on
//! one. What a training computes does not depend on the number of its threads, so its numbers are the same as alone.

use crate::stages::{Entry, SharedSetup};
use digits_cli::progress::SideBySide;
use digits_cli::screen::Screen;
use digits_cli::text::{percent, time};
use digits_core::Result;
use digits_core::stage::Settings;
use digits_core::training::{Outcome, Record};
use std::sync::Mutex;

/// What came of a stage.
pub(crate) struct Trained {
    /// How many parameters its network has.
    pub(crate) parameters: usize,
    /// Its epochs, also those before it diverged.
    pub(crate) history: Vec<Record>,
    /// Its results, unless it diverged.
    pub(crate) outcome: Result<Outcome>,
}

/// How many of `trainings` run at the same time: as many as there are cores.
pub(crate) fn at_a_time(trainings: usize) -> usize {
    rayon::current_num_threads().min(trainings).max(1)
}

/// Trains every stage, and returns what came of each, in their order.
pub(crate) fn train_all(
    runs: &[(Entry, Settings)],
    setup: &SharedSetup<'_>,
    screen: &Screen,
) -> Vec<Trained> {
    let names = runs.iter().map(|(entry, _)| entry.about.name);
    let progress = SideBySide::new(screen, setup.training.epochs, names);
    // The longest first, so that no core waits for a long one at the end; a queue ends at its back.
    let mut queue: Vec<usize> = (0..runs.len()).collect();
    queue.sort_by_key(|&index| std::cmp::Reverse(index));
    queue.sort_by(|&a, &b| work(&runs[a]).total_cmp(&work(&runs[b])));
    let bars: Vec<_> =
        runs.iter().map(|(entry, _)| Mutex::new(Some(progress.bar(entry.about.name)))).collect();
    let queue = Mutex::new(queue);
    let trained: Vec<Mutex<Option<Trained>>> = runs.iter().map(|_| Mutex::new(None)).collect();

    let together = at_a_time(runs.len());
    let threads = (rayon::current_num_threads() / together).max(1);
    // A call, so that the queue is locked only until the next index is taken from it, not until its work is done.
    let next = || lock(&queue).pop();
    let worker = || {
        while let Some(index) = next() {
            let (entry, settings) = &runs[index];
            let Some(mut bar) = lock(&bars[index]).take() else {
                continue; // every index is in the queue once
            };
            bar.begin();
            let (parameters, outcome) = on_threads(threads, || (entry.train)(setup, settings, &mut bar));
            let how = match &outcome {
                Ok(outcome) => {
                    format!("test {}  {}", percent(outcome.test.accuracy()), time(outcome.training_time))
                }
                Err(_) => "diverged".to_owned(),
            };
            progress.ended(format!("{:<12}done: {how}", entry.about.name));
            let history = bar.end(&how);
            *lock(&trained[index]) = Some(Trained { parameters, history, outcome });
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..together {
            scope.spawn(worker);
        }
        worker();
    });
    progress.finish();
    trained
        .into_iter()
        .filter_map(|result| result.into_inner().unwrap_or_else(|error| error.into_inner()))
        .collect()
}

/// How long an epoch takes, roughly: the more updates the longer, and memory takes time too.
fn work((entry, settings): &(Entry, Settings)) -> f64 {
    let update = if settings.momentum.is_some() { 2.0 } else { 1.0 };
    entry.cost * (1.0 + update / settings.examples_per_update() as f64)
}

/// Does some work with so many threads of its own.
fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
        Ok(pool) => pool.install(work),
        // A system that has no more threads to give: the work is done all the same, on those that all share.
        Err(_) => work(),
    }
}

/// Takes a lock; a panic elsewhere will end the program anyway.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|error| error.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages;
    use digits_cli::flags::TrainingFlags;
    use digits_core::Error;
    use digits_core::data::{Dataset, Examples};
    use digits_core::training::Observer;
    use digits_core::training::TrainingData;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::{Duration, Instant};

    /// How many trainings have begun.
    static BEGUN: AtomicUsize = AtomicUsize::new(0);

    /// Instead of training, waits for another training to begin: the loss tells whether one did.
    fn wait_for_company(_: &SharedSetup<'_>, _: &Settings, _: &mut dyn Observer) -> (usize, Result<Outcome>) {
        BEGUN.fetch_add(1, Ordering::SeqCst);
        let start = Instant::now();
        while BEGUN.load(Ordering::SeqCst) < 2 && start.elapsed() < Duration::from_secs(10) {
            std::thread::yield_now();
        }
        let loss = BEGUN.load(Ordering::SeqCst) as f64;
        (0, Err(Error::Diverged { epoch: 1, loss }))
    }

    #[test]
    fn trainings_run_at_the_same_time_where_there_are_cores() {
        let one = Examples::new(vec![0; 784], vec![0]);
        let dataset = Dataset { train: one.clone(), test: one, ..Dataset::default() };
        let training = TrainingFlags { epochs: 1, hidden: 1, seed: 1, shuffle: true };
        let setup = SharedSetup { training: &training, data: &TrainingData::from(&dataset) };
        let runs: Vec<_> = stages::all()
            .into_iter()
            .take(2)
            .map(|entry| (Entry { train: wait_for_company, ..entry }, entry.about.defaults))
            .collect();
        let results = train_all(&runs, &setup, &Screen::new(false, true));
        assert_eq!(results.len(), 2);
        if at_a_time(2) == 2 {
            let met =
                |result: &Trained| matches!(result.outcome, Err(Error::Diverged { loss, .. }) if loss == 2.0);
            assert!(results.iter().all(met), "one waited for the other to end");
        }
    }
}
