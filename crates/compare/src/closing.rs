//! The closing words: one short sentence for each thing that the numbers show, and none that they do not.
//!
//! A difference is one only beyond twice its standard error, paired by training. Nobody is called the winner: the stages
//! have rates, batches and losses of their own.

use crate::results::{EARLY, REFERENCE, Results};
use crate::statistics::Spread;
use crate::table::rate;

/// Before so many epochs, a training is at its start.
const START: usize = 20;

/// In how many of 100 comparisons of equals luck alone passes twice the standard error, with so many trainings of each:
/// P(|t| > 2) of Student's distribution with a degree of freedom less (Student 1908).
const LUCK: [(usize, u32); 3] = [(2, 30), (3, 18), (4, 14)];

/// The sentences that the numbers carry.
pub(crate) fn sentences(results: &Results) -> Vec<String> {
    let mut sentences = Vec::new();
    if results.stages.len() < 2 {
        return sentences;
    }
    if results.epochs() < START {
        sentences.push(format!(
            "This is the start of a race: after {} epochs the order is not yet that of the end.",
            results.epochs()
        ));
    }
    if results.repetitions.len() < 2 {
        sentences.push("One training of each: no difference here can be told from chance.".to_owned());
        return sentences;
    }
    sentences.extend(averaging(results));
    sentences.extend(biases(results));
    sentences.extend(one_against_four(results));
    sentences.extend(momentum(results));
    sentences.extend(improved(results));
    sentences.extend(below_baselines(results));
    if !sentences.is_empty() {
        sentences.extend(few(results.repetitions.len()));
    }
    sentences
}

/// That twice the standard error of few trainings is soon passed.
fn few(trainings: usize) -> Option<String> {
    let (_, often) = LUCK.iter().find(|(count, _)| *count == trainings)?;
    Some(format!(
        "{trainings} trainings of each are few. Where two rules are equal, luck alone puts one ahead by twice the standard \
         error in {often} of 100 such comparisons; with --seeds 10, in 8."
    ))
}

/// The product of means against the mean of products.
fn averaging(results: &Results) -> Option<String> {
    let found = results.between("no-bias", REFERENCE)?;
    let other = format!("the mean of products ({REFERENCE}){}", rates(results, "no-bias", REFERENCE)?);
    Some(told("Averaging before multiplying (no-bias)", &found, &other))
}

/// One offset for all biases of a layer, against none.
fn biases(results: &Results) -> Option<String> {
    let found = results.between("batched", "no-bias")?;
    let other = format!("leaving them alone (no-bias){}", rates(results, "batched", "no-bias")?);
    Some(told("Moving all biases of a layer by one offset (batched)", &found, &other))
}

/// The delta rule against the gradient of the squared error.
fn one_against_four(results: &Results) -> Option<String> {
    let found = results.between("stochastic", REFERENCE)?;
    let other =
        format!("that of the squared error ({REFERENCE}){}", rates(results, "stochastic", REFERENCE)?);
    Some(told("The gradient of the cross-entropy (stochastic)", &found, &other))
}

/// The memory, at the end and early on.
fn momentum(results: &Results) -> Option<String> {
    let found = results.between("momentum", REFERENCE)?;
    let other = format!("the gradient alone{}", rates(results, "momentum", REFERENCE)?);
    let text = told("A memory of directions (momentum)", &found, &other);
    let early = results.between_after(EARLY, "momentum", REFERENCE).filter(Spread::is_beyond_chance);
    Some(match early.filter(|_| results.epochs() > EARLY) {
        Some(early) => {
            let stands = if early.mean < 0.0 { "behind" } else { "ahead" };
            format!("{text} After {EARLY} epochs it was {} {stands}.", points(&early))
        }
        None => text,
    })
}

/// The learning rates per example of two stages, which a reader must know before he calls a difference one of the rules.
fn rates(results: &Results, one: &str, other: &str) -> Option<String> {
    let [one, other] =
        [results.stage(one)?, results.stage(other)?].map(|stage| stage.rate_per_example.map(rate));
    Some(match (one, other) {
        (Some(one), Some(other)) if one == other => format!(", both at r = {one}"),
        (Some(one), Some(other)) => format!(", at r = {one} against {other}"),
        _ => String::new(),
    })
}

/// What the sixth stage is.
fn improved(results: &Results) -> Option<String> {
    let found = results.between("improved", REFERENCE)?;
    let is = "It is another network, taught with distorted copies of the images: no contestant of the five.";
    Some(format!("{} {is}", told("The sixth stage (improved)", &found, REFERENCE)))
}

/// Which stages are below something that needs no hidden layer, or no learning.
fn below_baselines(results: &Results) -> Vec<String> {
    let is_below = |accuracies: &[f64], baseline: &[f64]| {
        let difference = match baseline {
            [only] => Spread::of(&accuracies.iter().map(|accuracy| accuracy - only).collect::<Vec<_>>()),
            several => crate::statistics::paired(accuracies, several),
        };
        difference.is_some_and(|difference| difference.mean < 0.0 && difference.is_beyond_chance())
    };
    let mut sentences = Vec::new();
    for baseline in &results.baselines {
        let below: Vec<&str> = results
            .stages
            .iter()
            .filter(|stage| {
                stage.accuracies().is_some_and(|found| is_below(&found, &baseline.test_accuracies))
            })
            .map(|stage| stage.stage.as_str())
            .collect();
        if let Some(mean) = Spread::of(&baseline.test_accuracies).map(|spread| 100.0 * spread.mean)
            && !below.is_empty()
        {
            sentences.push(format!(
                "Below {} ({mean:.2} %: {}): {}.",
                baseline.name,
                baseline.idea,
                below.join(", ")
            ));
        }
    }
    sentences
}

/// How one stands against the other, in a sentence.
fn told(one: &str, difference: &Spread, other: &str) -> String {
    let comma = if other.contains(',') { "," } else { "" };
    match difference.is_beyond_chance() {
        true if difference.mean > 0.0 => format!("{one} ends {} ahead of {other}.", points(difference)),
        true => format!("{one} ends {} behind {other}.", points(difference)),
        false => format!(
            "{one} and {other}{comma} cannot be told apart: {} points.",
            crate::table::difference(difference)
        ),
    }
}

/// The size of a difference with its standard error: `1.36 ± 0.04 points`.
fn points(difference: &Spread) -> String {
    let error = difference.error().unwrap_or_default();
    format!("{:.2} ± {:.2} points", 100.0 * difference.mean.abs(), 100.0 * error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::Baseline;
    use crate::results::tests::results;

    fn closing(stages: &[(&str, &[f64])]) -> String {
        sentences(&results(stages)).join("\n")
    }

    const GRADIENT: (&str, &[f64]) = ("gradient", &[0.875, 0.88, 0.885]);

    #[test]
    fn it_says_by_how_much_where_the_difference_is_beyond_chance() {
        let text = closing(&[
            ("stochastic", &[0.89, 0.894, 0.9]),
            ("batched", &[0.82, 0.84, 0.85]),
            ("no-bias", &[0.86, 0.867, 0.871]),
            GRADIENT,
        ]);
        assert!(
            text.contains(
                "Averaging before multiplying (no-bias) ends 1.40 ± 0.06 points behind the mean of"
            ),
            "{text}"
        );
        assert!(
            text.contains(
                "one offset (batched) ends 2.93 ± 0.56 points behind leaving them alone (no-bias), both"
            ),
            "{text}"
        );
        assert!(
            text.contains("(stochastic) ends 1.47 ± 0.03 points ahead of that of the squared error"),
            "{text}"
        );
        assert!(text.contains("both at r = 0.1."), "{text}");
    }

    #[test]
    fn it_claims_nothing_that_chance_explains() {
        let text = closing(&[GRADIENT, ("momentum", &[0.88, 0.87, 0.886])]);
        assert_eq!(
            text,
            "A memory of directions (momentum) and the gradient alone, both at r = 0.1, cannot be told apart: -0.13 ± \
             0.45 points.\n3 trainings of each are few. Where two rules are equal, luck alone puts one ahead by twice the \
             standard error in 18 of 100 such comparisons; with --seeds 10, in 8."
        );
    }

    #[test]
    fn it_calls_few_trainings_few_and_five_no_more() {
        let gradient = [0.875, 0.88, 0.885, 0.876, 0.879];
        let momentum = [0.88, 0.87, 0.886, 0.881, 0.872];
        for (count, often) in [(2, Some("in 30 of 100")), (4, Some("in 14 of 100")), (5, None)] {
            let text = closing(&[("gradient", &gradient[..count]), ("momentum", &momentum[..count])]);
            assert_eq!(text.contains("are few"), often.is_some(), "{text}");
            assert!(often.is_none_or(|often| text.contains(often)), "{text}");
        }
    }

    #[test]
    fn with_one_training_each_it_claims_no_difference() {
        let text = closing(&[("batched", &[0.5]), ("no-bias", &[0.7]), ("gradient", &[0.9])]);
        assert_eq!(text, "One training of each: no difference here can be told from chance.");
    }

    #[test]
    fn a_short_training_is_called_the_start_of_a_race() {
        let mut results = results(&[GRADIENT, ("momentum", &[0.87, 0.875, 0.88])]);
        let runs = results.stages.iter_mut().flat_map(|stage| &mut stage.runs);
        runs.for_each(|run| run.history.truncate(1));
        assert!(sentences(&results)[0].starts_with("This is the start of a race: after 10 epochs"));
    }

    #[test]
    fn the_sixth_stage_is_no_winner_and_nobody_else_is() {
        let text = closing(&[GRADIENT, ("improved", &[0.96, 0.965, 0.97])]);
        assert!(text.contains("another network") && text.contains("no contestant of the five"), "{text}");
        assert!(!text.contains("best") && !text.contains("most"), "{text}");
    }

    #[test]
    fn it_names_the_stages_that_are_below_a_baseline() {
        let mut results = results(&[GRADIENT, ("batched", &[0.83, 0.84, 0.85])]);
        let baseline = |name: &str, accuracy| Baseline {
            name: name.to_owned(),
            idea: "an idea".to_owned(),
            test_accuracies: vec![accuracy],
        };
        results.baselines = vec![baseline("neighbour", 0.87), baseline("commonest", 0.1)];
        let text = sentences(&results).join("\n");
        assert!(text.contains("Below neighbour (87.00 %: an idea): batched."), "{text}");
        assert!(!text.contains("commonest"), "{text}");
    }

    #[test]
    fn it_is_silent_where_there_is_nothing_to_compare() {
        assert_eq!(closing(&[]), "");
        assert_eq!(closing(&[GRADIENT]), "");
    }
}
