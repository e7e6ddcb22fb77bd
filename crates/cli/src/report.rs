//! The text at the end of a run: how good the network became, how long it took, and how it learned.

use crate::flags::JsonTarget;
use crate::mistakes;
use crate::plot::{self, Curve, Line};
use crate::screen::{Screen, Style};
use crate::text::{count, counted, loss, percent, percents, rate, time, wrap};
use console::measure_text_width;
use digits_core::data::CLASSES;
use digits_core::evaluation::Evaluation;
use digits_core::network::Network;
use digits_core::training::{Outcome, Record};
use std::path::Path;

/// The lines of a learning curve.
const HEIGHT: usize = 12;

/// Writes the results of a training and its learning curve.
pub fn print(screen: &Screen, outcome: &Outcome, network: &Network) {
    let right =
        |set: &Evaluation| format!("{} of {}", count(set.correct() as usize), count(set.examples() as usize));
    let test = format!(
        "{}  ({})",
        screen.paint(Style::Best, &percent(outcome.test.accuracy())),
        right(&outcome.test)
    );
    let interval = format!("{}  (with other test images)", percents(outcome.test.interval()));
    let training = format!("{}  ({})", percent(outcome.train.accuracy()), right(&outcome.train));
    let pace = format!(
        "{} for {}, {} samples a second",
        time(outcome.training_time),
        counted(outcome.updates, "update"),
        rate(outcome.examples_per_second())
    );
    screen.line("");
    let entry = |name: &str, value: String| entry(screen, name, &value);
    entry("Test accuracy", test);
    entry("95 % interval", interval);
    entry("Training accuracy", training);
    entry("Loss", loss(outcome.train.loss));
    if outcome.updates > 0 {
        entry("Training time", pace);
    }
    if let Some((digit, read_as, times)) = most_common_mistake(&outcome.test) {
        let of: u32 = outcome.test.confusion[digit].iter().sum();
        entry("Common mistake", format!("{digit} read as {read_as}, {times} of {of}"));
    }
    entry("Fingerprint", network.fingerprint());
    // One point is no curve.
    if outcome.history.len() > 1 {
        screen.line("");
        screen.drawing(&curve(screen, &outcome.history));
    }
}

/// Writes which digit was predicted as which, and what some hidden units look for.
pub fn details(screen: &Screen, outcome: &Outcome, network: &Network) {
    /// How many units are drawn.
    const UNITS: usize = 6;
    screen.line("");
    screen.sentence(screen.paint(Style::Bold, "How often a digit (row) was predicted as each"));
    screen.drawing(&mistakes::confusion(&outcome.test).draw(screen));
    screen.line("");
    mistakes::print_units(screen, network, UNITS);
}

/// Writes a value with its name before it; where there is no room beside it, below.
fn entry(screen: &Screen, name: &str, value: &str) {
    /// The longest name.
    const NAME: usize = 18;
    let title = screen.paint(Style::Bold, &format!("{name:<NAME$}"));
    if !screen.is_terminal() || NAME + 1 + measure_text_width(value) <= screen.width() {
        return screen.line(format!("{title} {value}"));
    }
    screen.line(title);
    wrap(value, screen.width().saturating_sub(2)).iter().for_each(|line| screen.line(format!("  {line}")));
}

/// Says which files were written.
pub fn print_files(
    screen: &Screen,
    network: Option<&Path>,
    checkpoint: Option<&Path>,
    json: Option<&JsonTarget>,
) {
    let saved = |what: &str, path: &Path| entry(screen, what, &path.display().to_string());
    if let Some(path) = network {
        saved("Network saved to", path);
    }
    if let Some(path) = checkpoint {
        saved("Checkpoint in", path);
    }
    if let Some(JsonTarget::File(path)) = json {
        saved("Results saved to", path);
    }
}

/// The learning curve of one training: accuracy on both sets by epoch.
pub fn curve(screen: &Screen, history: &[Record]) -> Vec<String> {
    let points = |share: fn(&Record) -> f64| history.iter().map(|r| (r.epoch as f64, share(r))).collect();
    let curves = [
        Curve {
            name: "test accuracy".to_owned(),
            style: Style::Colour(0),
            line: Line::Solid,
            mark: None,
            points: points(|record| record.test_accuracy),
        },
        Curve {
            name: "training accuracy".to_owned(),
            style: Style::Colour(1),
            line: Line::Dotted,
            mark: None,
            points: points(|record| record.train_accuracy),
        },
    ];
    plot::draw(&curves, "epoch", plot::Size::within(screen.width(), HEIGHT), |style, text| {
        screen.paint(style, text)
    })
}

/// The digit that was most often predicted as one other digit, that digit, and how often.
fn most_common_mistake(set: &Evaluation) -> Option<(usize, usize, u32)> {
    let pairs = (0..CLASSES).flat_map(|digit| (0..CLASSES).map(move |predicted| (digit, predicted)));
    let mistakes = pairs.filter(|(digit, predicted)| digit != predicted);
    let counted = mistakes.map(|(digit, predicted)| (digit, predicted, set.confusion[digit][predicted]));
    // The first of equals, so that the same run always says the same.
    let most = counted.reduce(|most, next| if next.2 > most.2 { next } else { most });
    most.filter(|(_, _, times)| *times > 0)
}
