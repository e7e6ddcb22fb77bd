//! Chapter 11: what else is on the table.

/// Exercise 3: the share of each of `n` improvements in what they reach together: the mean of what it adds, over every order in
/// which they can be added (Shapley 1953).
///
/// `accuracy` is asked for each set once; bit i of a set says whether improvement i is in it. The shares add up to the accuracy of
/// all less that of none.
///
/// # Panics
/// With more than 20 improvements: that would be more than a million trainings.
pub fn fair_shares(n: usize, accuracy: impl Fn(usize) -> f64) -> Vec<f64> {
    assert!(n <= 20, "a number of improvements that can be tried");
    let accuracies: Vec<f64> = (0..1 << n).map(accuracy).collect();
    let factorial = |k: usize| (1..=k).map(|i| i as f64).product::<f64>();
    let share = |i: usize| {
        let without = (0..1usize << n).filter(|set| set & (1 << i) == 0);
        let added = without.map(|set| {
            // Of all orders, those in which exactly this set comes before i.
            let before = set.count_ones() as usize;
            let orders = factorial(before) * factorial(n - 1 - before) / factorial(n);
            orders * (accuracies[set | (1 << i)] - accuracies[set])
        });
        added.sum()
    };
    (0..n).map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: &[f64], expected: &[f64]) {
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12, "{found}, not {expected}");
        }
    }

    /// Protects the simple case: where improvements add up, each has what it adds.
    #[test]
    fn what_adds_up_keeps_its_own_share() {
        let worth = [1.0, 2.0, 4.0];
        let sum = |set: usize| (0..3).filter(|i| set & (1 << i) != 0).map(|i| worth[i]).sum::<f64>();
        near(&fair_shares(3, |set| 80.0 + sum(set)), &worth);
    }

    /// Protects fairness: two that are worth something only together share it, and a third that does nothing has nothing.
    #[test]
    fn what_only_two_reach_together_is_shared_by_both() {
        near(&fair_shares(3, |set| if set & 0b011 == 0b011 { 6.0 } else { 0.0 }), &[3.0, 3.0, 0.0]);
    }

    /// Protects the sum, for accuracies without any rule: all shares are the accuracy of all less that of none.
    #[test]
    fn the_shares_add_up_to_the_whole() {
        let accuracies = [88.0, 90.5, 87.0, 91.0, 89.0, 95.0, 90.0, 97.5];
        let shares = fair_shares(3, |set| accuracies[set]);
        near(&[shares.iter().sum()], &[9.5]);
    }

    /// Protects the formula against its definition: every order, written out.
    #[test]
    fn a_share_is_the_mean_over_all_orders() {
        let accuracies = [88.0, 90.5, 87.0, 91.0, 89.0, 95.0, 90.0, 97.5];
        let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
        let mut expected = [0.0; 3];
        for order in orders {
            let mut set = 0;
            for i in order {
                expected[i] += (accuracies[set | (1 << i)] - accuracies[set]) / 6.0;
                set |= 1 << i;
            }
        }
        near(&fair_shares(3, |set| accuracies[set]), &expected);
    }
}
