//! A sentence that reads the results: what the numbers show, and no more than that.

use digits_cli::text::{count, percent};
use digits_core::evaluation::Evaluation;

/// Reads the test results of the stages that finished, given by name; nothing where there is nothing to compare.
pub(crate) fn sentence(finished: &[(&str, &Evaluation)]) -> Option<String> {
    if finished.len() < 2 {
        return None;
    }
    let of = |name: &str| finished.iter().find(|(other, _)| *other == name).map(|(_, test)| *test);
    let mut parts = Vec::new();
    if let (Some(batched), Some(gradient)) = (of("batched"), of("gradient")) {
        parts.push(price_of_averaging(batched, of("no-bias"), gradient));
    }
    parts.push(winner(finished));
    let mut sentence = parts.join("; ");
    if let Some(first) = sentence.get(..1).map(str::to_uppercase) {
        sentence.replace_range(..1, &first);
    }
    Some(sentence + ".")
}

/// What it costs to average before the update, and what is won back by leaving the biases alone.
fn price_of_averaging(batched: &Evaluation, no_bias: Option<&Evaluation>, gradient: &Evaluation) -> String {
    let against = format!("(batched, {}) {{}} the true gradient ({})", share(batched), share(gradient));
    let part = |verb: &str| format!("averaging first {}", against.replace("{}", verb));
    match compare(gradient, batched) {
        Verdict::Better(cost) => {
            let mut text = part(&format!("costs {cost} against"));
            match no_bias.map(|no_bias| (no_bias, compare(no_bias, batched))) {
                Some((no_bias, Verdict::Better(won))) => {
                    text += &format!(
                        ", of which leaving the biases alone (no-bias, {}) wins back {won}",
                        share(no_bias)
                    );
                }
                Some((no_bias, Verdict::Worse(lost))) => {
                    text += &format!(
                        ", and leaving the biases alone (no-bias, {}) costs {lost} more",
                        share(no_bias)
                    );
                }
                Some((no_bias, Verdict::Alike)) => {
                    let (points, does) = match no_bias.correct() >= batched.correct() {
                        true => (points(no_bias, batched), "wins back"),
                        false => (points(batched, no_bias), "costs"),
                    };
                    text += &format!(
                        ", and the {points} that leaving the biases alone {does} (no-bias, {}) could be chance",
                        share(no_bias)
                    );
                }
                None => {}
            }
            text
        }
        Verdict::Worse(won) => part(&format!("is {won} ahead of")),
        Verdict::Alike => part("cannot be told from"),
    }
}

/// Which stage reads most test digits right, and whether that is more than chance.
fn winner(finished: &[(&str, &Evaluation)]) -> String {
    let mut order: Vec<_> = finished.to_vec();
    order.sort_by_key(|(_, test)| std::cmp::Reverse(test.correct()));
    let (name, best) = order[0];
    let rivals: Vec<&str> = order[1..]
        .iter()
        .filter(|(_, test)| compare(best, test) == Verdict::Alike)
        .map(|(name, _)| *name)
        .collect();
    let images = count(best.examples() as usize);
    let most = format!("{name} reads most of the {images} test digits right, {}", share(best));
    match rivals.as_slice() {
        [] => format!("{most}, beyond what chance explains"),
        rivals => format!("{most}, but so few images cannot tell it from {}", list(rivals)),
    }
}

/// How one result stands against another.
#[derive(Debug, Clone, PartialEq)]
enum Verdict {
    /// Better by so many points.
    Better(String),
    /// Worse by so many points.
    Worse(String),
    /// The difference is within chance.
    Alike,
}

/// Compares two results on the same number of images. They differ if the difference of their shares is larger than
/// 1.96 of its standard deviations, were the images drawn anew for each; that they were the same images makes this
/// judgement a careful one.
fn compare(one: &Evaluation, other: &Evaluation) -> Verdict {
    let difference = one.accuracy() - other.accuracy();
    let variance = |set: &Evaluation| set.accuracy() * (1.0 - set.accuracy()) / f64::from(set.examples());
    let chance = 1.96 * (variance(one) + variance(other)).sqrt();
    match difference {
        _ if difference.abs() <= chance => Verdict::Alike,
        0.0.. => Verdict::Better(points(one, other)),
        _ => Verdict::Worse(points(other, one)),
    }
}

/// By how many points one result is ahead of another: of the shares as they are written, so that readers can check it.
fn points(one: &Evaluation, other: &Evaluation) -> String {
    let tenths = |set: &Evaluation| (1000.0 * set.accuracy()).round();
    format!("{:.1} points", (tenths(one) - tenths(other)) / 10.0)
}

fn share(set: &Evaluation) -> String {
    percent(set.accuracy())
}

/// Names as a list: `a`, `a or b`, `a, b or c`.
fn list(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A result of so many right among 2,000.
    fn right(right: u32) -> Evaluation {
        let mut confusion = [[0; 10]; 10];
        confusion[0][0] = right;
        confusion[0][1] = 2000 - right;
        Evaluation { loss: 0.1, confusion }
    }

    fn read(results: &[(&str, u32)]) -> String {
        let results: Vec<_> = results.iter().map(|(name, count)| (*name, right(*count))).collect();
        let results: Vec<_> = results.iter().map(|(name, result)| (*name, result)).collect();
        sentence(&results).unwrap_or_default()
    }

    #[test]
    fn it_says_what_averaging_costs_and_who_is_best() {
        assert_eq!(
            read(&[("stochastic", 1860), ("batched", 1690), ("no-bias", 1740), ("gradient", 1760)]),
            "Averaging first (batched, 84.5 %) costs 3.5 points against the true gradient (88.0 %), of which leaving \
             the biases alone (no-bias, 87.0 %) wins back 2.5 points; stochastic reads most of the 2,000 test digits \
             right, 93.0 %, beyond what chance explains."
        );
    }

    #[test]
    fn it_claims_nothing_that_chance_explains() {
        assert_eq!(
            read(&[("batched", 1750), ("no-bias", 1745), ("gradient", 1755)]),
            "Averaging first (batched, 87.5 %) cannot be told from the true gradient (87.8 %); gradient reads most of \
             the 2,000 test digits right, 87.8 %, but so few images cannot tell it from batched or no-bias."
        );
        assert!(read(&[("batched", 1650), ("no-bias", 1655), ("gradient", 1755)]).contains(
            "and the 0.3 points that leaving the biases alone wins back (no-bias, 82.8 %) could be chance"
        ));
    }

    #[test]
    fn it_reads_the_numbers_not_the_expectation() {
        assert!(read(&[("batched", 1850), ("gradient", 1700)]).contains("is 7.5 points ahead of"));
        assert!(
            read(&[("batched", 1700), ("no-bias", 1500), ("gradient", 1850)])
                .contains("costs 10.0 points more")
        );
    }

    #[test]
    fn it_is_silent_where_there_is_nothing_to_compare() {
        assert_eq!(read(&[]), "");
        assert_eq!(read(&[("gradient", 1750)]), "");
        assert!(read(&[("gradient", 1750), ("momentum", 1760)]).starts_with("Momentum reads most"));
    }
}
