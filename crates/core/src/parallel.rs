//! Sharing work among the cores; without the feature `threads`, everything runs here and now.
//!
//! What is shared never depends on how it is shared: parts have separate results, and results are put together in the
//! order of the parts. So the number of threads changes no bit.

/// How many threads share the work that is started here.
pub fn threads() -> usize {
    #[cfg(feature = "threads")]
    return rayon::current_num_threads();
    #[cfg(not(feature = "threads"))]
    1
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
}
