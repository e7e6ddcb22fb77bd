//! Which operations are large enough to be shared among the cores.

use crate::parallel;

/// The work, in fused products, below which one core is faster than several. Waking a sleeping thread costs some 10 us, in
/// which a core does about a million.
const WORTH_SHARING: usize = 4_000_000;

/// How many of `items` each part should get: all of them where `work` (in fused products) is small.
pub(super) fn part(items: usize, work: usize) -> usize {
    if work < WORTH_SHARING { items.max(1) } else { items.div_ceil(parallel::threads()).max(1) }
}
