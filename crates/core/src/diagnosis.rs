//! What is wrong with a training, in words, with what to try: read from its results and from its images.
//!
//! The losses by which a network is caught standing still are those of the squared error, 1/2 |o - t|², with ten outputs:
//! all outputs 0.1 give 0.45, all 0 give 0.5, and starting weights, whose outputs are about 0.5, some 1.3.

use crate::data::CLASSES;
use crate::network::Loss;
use crate::training::Outcome;
use std::fmt;

/// A thing that is wrong. As a text it is a sentence or two, with what to try.
///
/// Glossary (`docs/book/glossary.md`): saturation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Finding {
    /// Nearly every test image gets the same answer.
    OneAnswer {
        /// The digit.
        digit: usize,
        /// The share of test images that get it.
        share: f64,
    },
    /// The loss stands where a network that has learned nothing stands.
    Landmark(Landmark),
    /// Training images are classified far better than test images.
    FallsApart {
        /// The accuracy on the training images, 0 to 1.
        train: f64,
        /// The accuracy on the test images, 0 to 1.
        test: f64,
    },
    /// The accuracy on the training images was good and broke down, or a long step left the outputs stuck.
    BeyondTheCliff {
        /// The best accuracy on the training images that was measured, 0 to 1.
        best: f64,
        /// That at the end.
        end: f64,
    },
    /// The parameters left the finite numbers.
    Diverged {
        /// In this epoch.
        epoch: usize,
    },
    /// All training images show one digit.
    OneClass {
        /// The digit.
        digit: u8,
    },
    /// The training images are sorted by digit, and some digits are not among them.
    SortedPart {
        /// How many digits are among them.
        classes: usize,
    },
    /// The training images are sorted by digit and not shuffled.
    SortedUnshuffled,
}

/// Where the loss of a network stands that has learned nothing.
///
/// Glossary (`docs/book/glossary.md`): landmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Landmark {
    /// About where it started: outputs of about 0.5, whose loss is 1 to 1.6, by seed.
    Start,
    /// 0.45: every output is 0.1, the share of a digit, whatever the image.
    Tenth,
    /// 0.5: every output is 0, where a sigmoid is flat and nothing moves it any more.
    Zero,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |share: f64| format!("{:.0} %", 100.0 * share);
        match self {
            Finding::OneAnswer { digit, share } => write!(
                f,
                "The network answers {digit} for {} of the test images. Try a lower --learning-rate, or more epochs.",
                percent(*share)
            ),
            Finding::Landmark(Landmark::Start) => write!(
                f,
                "The loss stands about where it started: the network has hardly moved. Try a higher --learning-rate, or more \
                 epochs."
            ),
            Finding::Landmark(Landmark::Tenth) => write!(
                f,
                "The loss stands at 0.45, that of a network whose ten outputs are all 0.1: it has learned that one digit in \
                 ten is each, and nothing about images. Try more epochs, a lower --learning-rate, or batches in which not \
                 every digit occurs equally often."
            ),
            Finding::Landmark(Landmark::Zero) => write!(
                f,
                "The loss stands at 0.5, that of a network whose outputs are all 0, where a sigmoid is flat: nothing moves it \
                 any more. Try a much lower --learning-rate."
            ),
            Finding::FallsApart { train, test } => write!(
                f,
                "Training images are classified far better than test images ({} against {}): the network has learned them by \
                 heart. Try more of them (--train-size), fewer --hidden units, or fewer epochs.",
                percent(*train),
                percent(*test)
            ),
            Finding::BeyondTheCliff { best, end } => write!(
                f,
                "The training accuracy fell from {} to {}: the steps are too long. Try half the --learning-rate.",
                percent(*best),
                percent(*end)
            ),
            Finding::Diverged { epoch } => write!(
                f,
                "In epoch {epoch} the parameters left the finite numbers: the steps are far too long. Try a tenth of the \
                 --learning-rate."
            ),
            Finding::OneClass { digit } => write!(
                f,
                "All training images show the digit {digit}: nothing else can be learned from them. Use more, or others."
            ),
            Finding::SortedPart { classes } => write!(
                f,
                "The training images are sorted by digit, and those used hold only {classes} of the {CLASSES}. Use all of them, \
                 or a file in random order."
            ),
            Finding::SortedUnshuffled => write!(
                f,
                "The training images are sorted by digit and not shuffled: each batch pulls towards one digit. Leave out \
                 --no-shuffle."
            ),
        }
    }
}

/// What is wrong with the images that a training learns from: their labels in order, and whether they are shuffled.
pub fn of_labels(labels: &[u8], shuffle: bool) -> Vec<Finding> {
    let mut present = [false; CLASSES];
    labels.iter().for_each(|&label| present[usize::from(label)] = true);
    let classes = present.iter().filter(|present| **present).count();
    let changes = labels.windows(2).filter(|pair| pair[0] != pair[1]).count();
    // Each digit in one run; and so few images in random order would be sorted now and then by chance.
    let is_sorted = classes > 1 && changes + 1 == classes && labels.len() >= 3 * CLASSES;
    match (labels.first(), classes) {
        (Some(&digit), 1) => vec![Finding::OneClass { digit }],
        _ if is_sorted && classes < CLASSES => vec![Finding::SortedPart { classes }],
        _ if is_sorted && !shuffle => vec![Finding::SortedUnshuffled],
        _ => Vec::new(),
    }
}

/// What is wrong with the results of a training whose network has this loss.
pub fn of_outcome(outcome: &Outcome, loss: Loss) -> Vec<Finding> {
    /// The share of test images with one answer from which on it is no answer.
    const ONE_ANSWER: f64 = 0.95;
    /// How near a loss is to a landmark at which it stands.
    const NEAR: f64 = 0.01;
    /// The losses that starting weights have, with some room: 1.3 and 0.2 more or less, by seed.
    const START: std::ops::Range<f64> = 0.8..2.0;
    /// A network that classifies more training images correctly does not stand at a landmark.
    const NOTHING: f64 = 0.3;
    /// From here on, two accuracies are far apart.
    const APART: f64 = 0.2;
    let mut findings = Vec::new();
    if let Some(epoch) = outcome.diverged {
        findings.push(Finding::Diverged { epoch });
    }
    if outcome.updates == 0 {
        return findings;
    }
    let (train, test) = (outcome.train.accuracy(), outcome.test.accuracy());
    let best = outcome.history.iter().map(|record| record.train_accuracy).fold(0.0, f64::max);
    let at = |landmark: f64| (outcome.train.loss - landmark).abs() < NEAR;
    if best - train >= APART {
        findings.push(Finding::BeyondTheCliff { best, end: train });
    }
    if loss == Loss::SquaredError && train < NOTHING {
        if START.contains(&outcome.train.loss) {
            findings.push(Finding::Landmark(Landmark::Start));
        } else if at(0.45) {
            findings.push(Finding::Landmark(Landmark::Tenth));
        } else if at(0.5) {
            findings.push(Finding::Landmark(Landmark::Zero));
        }
    }
    let answers = |digit: usize| outcome.test.confusion.iter().map(|row| row[digit]).sum::<u32>();
    let most = (0..CLASSES).max_by_key(|&digit| answers(digit)).unwrap_or(0);
    let share = f64::from(answers(most)) / f64::from(outcome.test.examples());
    let other_labels = 1.0
        - f64::from(outcome.test.confusion[most].iter().sum::<u32>()) / f64::from(outcome.test.examples());
    // A landmark says the same, and why.
    let stands = findings.iter().any(|finding| matches!(finding, Finding::Landmark(_)));
    if !stands && share >= ONE_ANSWER && other_labels > 1.0 - ONE_ANSWER {
        findings.push(Finding::OneAnswer { digit: most, share });
    }
    if train - test >= APART {
        findings.push(Finding::FallsApart { train, test });
    }
    findings
}
