//! The range test: which learning rate suits a network is seen in a few hundred updates (Smith 2017).
//!
//! The rate grows geometrically from update to update, and the loss of each batch is noted. At first nothing moves,
//! then the loss falls, faster and faster; where steps become too long it rises again, and soon it explodes. The
//! losses of single batches jump, so a fading mean of them is looked at.
//!
//! The suggestion is the first rate at which that mean had made nine tenths of its fall: there, learning is as fast as it
//! becomes. The rate of the lowest mean would be too high: by then, steps that are too long hold the loss up already, and
//! a whole training at that rate does harm that a few hundred updates do not show.

use crate::Improved;
use digits_core::batch::{Batch, SparseExamples};
use digits_core::linalg::Real;
use digits_core::network::Network;
use digits_core::settings::Settings;
use digits_core::stage::{About, Stage};
use digits_core::training::{Plan, Training};
use digits_core::{Error, Result};

/// The updates of a test.
const UPDATES: usize = 300;
/// The first and the last learning rate.
const RATES: (f64, f64) = (1e-4, 10.0);
/// The share of the mean loss that each update keeps.
const KEEP: f64 = 0.9;
/// The test ends early where the mean loss is this many times its lowest.
const EXPLODED: f64 = 3.0;
/// The share of the fall of the mean loss that is made at the suggested rate.
const FALLEN: f64 = 0.9;

/// The loss at one learning rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// The learning rate.
    pub rate: f64,
    /// The fading mean of the batches' losses up to there.
    pub loss: f64,
}

/// What a range test found.
#[derive(Debug, Clone, PartialEq)]
pub struct RangeTest {
    /// The mean loss for each learning rate, growing.
    pub points: Vec<Point>,
    /// The mean loss from which it fell.
    pub highest: Point,
    /// The lowest mean loss.
    pub lowest: Point,
    /// The suggested learning rate: the first at which nine tenths of the fall were made.
    pub suggestion: f64,
}

/// Tries learning rates on a copy of `network`, with the training images alone.
///
/// # Errors
/// Where not even the first update gives a loss that is a number.
pub fn range_test<R: Real>(
    settings: &Settings,
    network: &Network<R>,
    examples: &SparseExamples<R>,
) -> Result<RangeTest> {
    let plan = Plan { epochs: usize::MAX, most_updates: None, ..Plan::new(settings, examples.len()) };
    let mut training = Training::new(Probe::new(settings, network), network.clone(), plan);
    while !training.stage.done && training.step(examples, 1) > 0 {}
    let epoch = training.epoch();
    suggest(training.stage.points).ok_or(Error::Diverged { epoch, loss: f64::NAN })
}

/// The stage itself, but with a learning rate that grows from update to update, and with notes of the loss.
struct Probe<R: Real> {
    rule: Improved<R>,
    points: Vec<Point>,
    mean: f64,
    weight: f64,
    lowest: f64,
    done: bool,
}

impl<R: Real> Stage<R> for Probe<R> {
    const ABOUT: About = crate::ABOUT;
    type Precise = Probe<f64>;

    fn new(settings: &Settings, network: &Network<R>) -> Self {
        let rule = Improved::new(settings, network);
        Probe { rule, points: Vec::new(), mean: 0.0, weight: 0.0, lowest: f64::INFINITY, done: false }
    }

    fn update(&mut self, network: &mut Network<R>, batch: &Batch<'_, R>) {
        let (first, last) = RATES;
        let rate = first * libm::pow(last / first, self.points.len() as f64 / (UPDATES - 1) as f64);
        self.rule.update_at(network, batch, rate);
        let loss = self.rule.outputs().map_or(f64::NAN, |o| network.loss.mean(o, &batch.t));
        // Without the division the mean would start at zero.
        self.mean = KEEP * self.mean + (1.0 - KEEP) * loss;
        self.weight = KEEP * self.weight + (1.0 - KEEP);
        let loss = self.mean / self.weight;
        if loss.is_finite() {
            self.points.push(Point { rate, loss });
            self.lowest = loss.min(self.lowest);
        }
        self.done = self.points.len() == UPDATES || !loss.is_finite() || loss > EXPLODED * self.lowest;
    }

    fn renew(&mut self, originals: &SparseExamples<R>, epoch: usize, to: &mut SparseExamples<R>) -> bool {
        self.rule.renew(originals, epoch, to)
    }
}

/// Reads the curve; none where it has no point.
fn suggest(points: Vec<Point>) -> Option<RangeTest> {
    let lower = |a: Point, b: Point| if b.loss < a.loss { b } else { a };
    let higher = |a: Point, b: Point| if b.loss > a.loss { b } else { a };
    let lowest = points.iter().copied().reduce(lower)?;
    let before = || points.iter().copied().take_while(|point| point.rate <= lowest.rate);
    let highest = before().reduce(higher)?;
    let fallen = highest.loss - FALLEN * (highest.loss - lowest.loss);
    let mut after_highest = before().skip_while(|point| point.rate < highest.rate);
    let suggestion = after_highest.find(|point| point.loss <= fallen)?.rate;
    Some(RangeTest { suggestion: two_digits(suggestion), points, highest, lowest })
}

impl RangeTest {
    /// Why the suggestion is what it is, in a sentence or two.
    pub fn reason(&self) -> String {
        let end = match self.points.last() {
            Some(last) if self.points.len() < UPDATES => {
                format!("; at {} the loss exploded", two_digits(last.rate))
            }
            _ => String::new(),
        };
        format!(
            "The mean loss fell from {:.3} to {:.3}, and had made nine tenths of this fall at a learning rate of {}. Lower \
             rates learn more slowly. Above {}, where the loss was lowest, steps are too long{end}.",
            self.highest.loss,
            self.lowest.loss,
            self.suggestion,
            two_digits(self.lowest.rate)
        )
    }

    /// The curve as text: a bar for each of `lines` learning rates, the shorter the better, at most `width` wide.
    pub fn curve(&self, lines: usize, width: usize) -> Vec<String> {
        let highest = self.points.iter().map(|point| point.loss).fold(0.0, f64::max).max(f64::MIN_POSITIVE);
        let shown = self.points.len().min(lines).max(1);
        let at = |line: usize| line * self.points.len().saturating_sub(1) / (shown - 1).max(1);
        let shown: Vec<&Point> = (0..shown).filter_map(|line| self.points.get(at(line))).collect();
        // The line nearest to a rate carries its mark.
        let nearest = |rate: f64| {
            let distance = |line: &usize| (shown[*line].rate / rate - 1.0).abs();
            (0..shown.len()).min_by(|a, b| distance(a).total_cmp(&distance(b)))
        };
        let (lowest, suggested) = (nearest(self.lowest.rate), nearest(self.suggestion));
        let line = |(line, point): (usize, &&Point)| {
            let bar = "━".repeat((point.loss / highest * width as f64).round() as usize);
            let mark = match Some(line) {
                line if line == suggested => "  suggested",
                line if line == lowest => "  lowest",
                _ => "",
            };
            format!("{:>9}  {:>8.4} {bar}{mark}", two_digits(point.rate), point.loss)
        };
        shown.iter().enumerate().map(line).collect()
    }
}

/// A number rounded to two significant digits.
fn two_digits(number: f64) -> f64 {
    format!("{number:.1e}").parse().unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ABOUT;
    use digits_core::data::{Split, practice};
    use digits_core::settings::{HIDDEN, Layers, Value};

    #[test]
    fn the_suggestion_is_a_rate_that_learns() {
        let examples = SparseExamples::<f32>::from(&practice::examples(3, Split::Train, 300));
        let small = ABOUT.usual().with(&HIDDEN, Value::Layers(Layers::of(&[32])));
        for settings in [ABOUT.settings(), small] {
            let network = Improved::network(&settings);
            let before = network.clone();
            let test = range_test(&settings, &network, &examples).expect("finds a rate");
            assert_eq!(network, before, "the network is as it was");
            assert!((0.005..2.0).contains(&test.suggestion), "{}", test.suggestion);
            assert!(test.points.windows(2).all(|pair| pair[0].rate < pair[1].rate));
            let first = test.points[0].loss;
            assert!(test.points.iter().any(|point| point.loss < 0.7 * first), "it learns on the way");
            assert!(test.suggestion <= test.lowest.rate && test.highest.rate < test.lowest.rate);
            assert!(test.reason().contains("nine tenths"), "{}", test.reason());
            let curve = test.curve(20, 40);
            assert_eq!(curve.len(), 20.min(test.points.len()));
            assert_eq!(curve.iter().filter(|line| line.ends_with("suggested")).count(), 1, "{curve:?}");
        }
    }

    #[test]
    fn the_suggestion_is_the_end_of_the_fall() {
        let curve = |losses: &[f64]| {
            let point = |(index, &loss): (usize, &f64)| Point { rate: 0.1 * (index + 1) as f64, loss };
            suggest(losses.iter().enumerate().map(point).collect())
        };
        let found = curve(&[1.9, 2.0, 1.5, 1.1, 1.05, 1.0, 1.2, 5.0]).expect("points");
        assert_eq!((found.highest.loss, found.lowest.loss, found.suggestion), (2.0, 1.0, 0.4));
        assert_eq!(curve(&[1.0, 2.0]).expect("points").suggestion, 0.1, "it never falls");
        assert_eq!(curve(&[]), None);
    }

    #[test]
    fn what_is_no_number_is_an_error() {
        let examples = SparseExamples::<f32>::from(&practice::examples(3, Split::Train, 20));
        let settings = ABOUT.usual();
        let mut network = Improved::<f32>::network(&settings);
        network.set_parameter(0, f32::NAN);
        network.biases[1].0.fill(f32::NAN);
        assert!(range_test(&settings, &network, &examples).is_err());
    }

    #[test]
    fn rates_are_rounded_to_two_digits() {
        assert_eq!(two_digits(0.123_456), 0.12);
        assert_eq!(two_digits(0.000_987_6), 0.000_99);
        assert_eq!(two_digits(3.0), 3.0);
    }
}
