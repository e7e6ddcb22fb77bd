//! Sharing work among the cores; without the feature `threads`, everything runs here and now.
//!
//! What is shared never depends on how it is shared: parts have separate results, and results are put together in the
//! order of the parts. So the number of threads changes no bit.

use crate::error::Result;
use std::sync::Mutex;

/// How many threads share the work that is started here.
pub fn threads() -> usize {
    #[cfg(feature = "threads")]
    return rayon::current_num_threads();
    #[cfg(not(feature = "threads"))]
    1
}

/// Shares the work of the whole program among this many threads. To be called before any work is shared.
///
/// # Errors
/// [`Error::Usage`](crate::error::Error::Usage) where work was shared before, or the system has not so many threads to give.
pub fn use_threads(threads: usize) -> Result<()> {
    #[cfg(feature = "threads")]
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().map_err(|error| {
        crate::error::Error::Usage(format!("could not start {threads} threads ({error}); try fewer"))
    })?;
    #[cfg(not(feature = "threads"))]
    let _ = threads;
    Ok(())
}

/// Calls `work` for every part: a single part here and now, several on all cores.
pub fn for_each<T: Send>(mut parts: impl Iterator<Item = T>, work: impl Fn(T) + Sync) {
    let (Some(first), second) = (parts.next(), parts.next()) else {
        return;
    };
    let Some(second) = second else {
        return work(first);
    };
    let all = [first, second].into_iter().chain(parts);
    #[cfg(feature = "threads")]
    {
        let work = &work;
        rayon::in_place_scope(|scope| all.for_each(|part| scope.spawn(move |_| work(part))));
    }
    #[cfg(not(feature = "threads"))]
    all.for_each(work);
}

/// The results of `work` for 0 to `count - 1`, in this order.
pub fn map<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync + Send) -> Vec<T> {
    #[cfg(feature = "threads")]
    {
        use rayon::prelude::*;
        (0..count).into_par_iter().map(work).collect()
    }
    #[cfg(not(feature = "threads"))]
    (0..count).map(work).collect()
}

/// The results of two pieces of work.
pub fn join<A: Send, B: Send>(a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B + Send) -> (A, B) {
    #[cfg(feature = "threads")]
    return rayon::join(a, b);
    #[cfg(not(feature = "threads"))]
    (a(), b())
}

/// Does some work with `threads` threads of its own, among which it shares what it starts. Where the system has no more
/// threads to give, those that all share do it.
pub fn with_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    #[cfg(feature = "threads")]
    if let Ok(pool) = rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
        return pool.install(work);
    }
    #[cfg(not(feature = "threads"))]
    let _ = threads;
    work()
}

/// How many of `jobs` pieces of work [`side_by_side`] does at the same time: as many as there are cores.
pub fn at_a_time(jobs: usize) -> usize {
    threads().min(jobs).max(1)
}

/// The results of `work` for 0 to `jobs - 1`, in this order, each done on its own share of the cores: on two cores, two
/// run, each on one, and take the time that they take alone. The ones with the highest `cost` begin first, so that no core
/// waits for a long one at the end.
pub fn side_by_side<T: Send>(
    jobs: usize,
    cost: impl Fn(usize) -> f64,
    work: impl Fn(usize) -> T + Sync,
) -> Vec<T> {
    // A queue ends at its back; of equal costs, the first begins first.
    let mut queue: Vec<usize> = (0..jobs).rev().collect();
    queue.sort_by(|&a, &b| cost(a).total_cmp(&cost(b)));
    let queue = Mutex::new(queue);
    let results: Mutex<Vec<(usize, T)>> = Mutex::new(Vec::with_capacity(jobs));
    let together = at_a_time(jobs);
    let share = (threads() / together).max(1);
    let worker = || {
        loop {
            // The queue is locked only until the next job is taken from it.
            let Some(job) = lock(&queue).pop() else {
                return;
            };
            let result = with_threads(share, || work(job));
            lock(&results).push((job, result));
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..together {
            // A system that has no more threads to give: this one does the work of all.
            let _ = std::thread::Builder::new().spawn_scoped(scope, worker);
        }
        worker();
    });
    let mut results = results.into_inner().unwrap_or_else(|poison| poison.into_inner());
    results.sort_by_key(|(job, _)| *job);
    results.into_iter().map(|(_, result)| result).collect()
}

/// Takes a lock; a panic elsewhere will end the program anyway.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poison| poison.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn every_part_is_done_once_and_results_keep_their_order() {
        for count in [0, 1, 2, 7, 100] {
            let done: Vec<AtomicUsize> = (0..count).map(|_| AtomicUsize::new(0)).collect();
            for_each(done.iter(), |part| _ = part.fetch_add(1, Ordering::Relaxed));
            assert!(done.iter().all(|part| part.load(Ordering::Relaxed) == 1), "{count} parts");
            assert_eq!(map(count, |index| 3 * index), (0..count).map(|index| 3 * index).collect::<Vec<_>>());
        }
        assert_eq!(join(|| 1, || 2), (1, 2));
        assert_eq!(with_threads(3, threads), if cfg!(feature = "threads") { 3 } else { 1 });
    }

    #[test]
    fn jobs_run_at_the_same_time_where_there_are_cores() {
        let barrier = std::sync::Barrier::new(at_a_time(2));
        // Neither ends before the other has begun: alone, the first would wait for ever.
        let met = side_by_side(
            2,
            |_| 1.0,
            |job| {
                barrier.wait();
                job
            },
        );
        assert_eq!(met, [0, 1]);
    }

    #[test]
    fn the_longest_job_begins_first_and_results_keep_their_order() {
        let begun = Mutex::new(Vec::new());
        let alone = |work: &(dyn Fn() -> Vec<usize> + Sync)| with_threads(1, work);
        let results = alone(&|| {
            side_by_side(
                3,
                |job| [1.0, 3.0, 2.0][job],
                |job| {
                    lock(&begun).push(job);
                    10 * job
                },
            )
        });
        assert_eq!(results, [0, 10, 20]);
        assert_eq!(*lock(&begun), [1, 2, 0]);
    }
}
