//! Sharing an operation among the cores, where it is large enough to pay.

/// The work, in fused products, below which one core is faster than several. Waking a sleeping thread costs some 10 us, in
/// which a core does about a million.
const WORTH_SHARING: usize = 4_000_000;

/// How many of `items` each part should get: all of them where `work` (in fused products) is small.
pub(super) fn part(items: usize, work: usize) -> usize {
    if work < WORTH_SHARING { items.max(1) } else { items.div_ceil(rayon::current_num_threads()).max(1) }
}

/// Calls `work` for every part: a single part here and now, several on all cores.
pub(super) fn for_each_part<T: Send>(mut parts: impl Iterator<Item = T>, work: impl Fn(T) + Sync) {
    let (Some(first), second) = (parts.next(), parts.next()) else {
        return;
    };
    let Some(second) = second else {
        return work(first);
    };
    let work = &work;
    rayon::in_place_scope(|scope| {
        for part in [first, second].into_iter().chain(parts) {
            scope.spawn(move |_| work(part));
        }
    });
}
