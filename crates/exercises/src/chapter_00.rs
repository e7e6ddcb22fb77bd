//! Chapter 0: bet first.
//!
//! *Build*: how good is a bet? Count the pairs of rows that it has in the wrong order.

/// The pairs that a bet has in the wrong order (Kendall 1938): 0 for a bet that came true, n (n - 1) / 2 for one that is
/// upside down. `bet` and `result` are the same names, the best first.
pub fn wrong_pairs(bet: &[&str], result: &[&str]) -> usize {
    let place = |name: &str| result.iter().position(|other| *other == name);
    let pairs =
        bet.iter().enumerate().flat_map(|(i, first)| bet[i + 1..].iter().map(move |second| (first, second)));
    pairs.filter(|(first, second)| place(first) > place(second)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects the count at both ends and between.
    #[test]
    fn a_bet_is_worth_the_pairs_that_it_has_right() {
        let result = ["a", "b", "c", "d"];
        assert_eq!(wrong_pairs(&result, &result), 0);
        assert_eq!(wrong_pairs(&["d", "c", "b", "a"], &result), 6);
        assert_eq!(wrong_pairs(&["b", "a", "c", "d"], &result), 1);
        assert_eq!(wrong_pairs(&["b", "c", "d", "a"], &result), 3);
    }
}
