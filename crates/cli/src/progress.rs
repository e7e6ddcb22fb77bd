//! How a training goes, while it goes: a bar on a terminal, a line now and then elsewhere.

use crate::screen::Screen;
use crate::text::{loss, percent};
use digits_core::training::{Observer, Record};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use std::time::{Duration, Instant};

/// Where there is no bar, a line is written after every so many epochs.
const EPOCHS_PER_LINE: usize = 10;

/// Where there is no bar, so many lines are written about many trainings.
const LINES_FOR_ALL: usize = 10;

/// How often a bar is drawn anew while an epoch takes its time, so that the time left goes down.
const TICK: Duration = Duration::from_millis(250);

/// A clock that begins now.
pub fn clock() -> impl Fn() -> Duration + Sync {
    let start = Instant::now();
    move || start.elapsed()
}

/// Shows each epoch of one training.
pub struct Progress<'a> {
    screen: &'a Screen,
    epochs: usize,
    bar: ProgressBar,
    start: Instant,
}

impl<'a> Progress<'a> {
    /// Begins to show a training of so many epochs.
    pub fn new(screen: &'a Screen, epochs: usize) -> Self {
        let bar = bar(screen, epochs).with_message("first epoch");
        Progress { screen, epochs, bar, start: Instant::now() }
    }

    /// Ends the bar, and leaves nothing of it behind.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Observer for Progress<'_> {
    fn epoch(&mut self, record: &Record) {
        let text = line(record, self.epochs);
        if self.screen.is_terminal() {
            self.bar.set_position(record.epoch as u64);
            self.bar.set_message(text);
        } else if record.epoch.is_multiple_of(EPOCHS_PER_LINE) || record.epoch == self.epochs {
            self.screen.line(text);
        }
    }

    fn now(&self) -> Duration {
        self.start.elapsed()
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        self.finish();
    }
}

/// The state after an epoch, in a line.
fn line(record: &Record, epochs: usize) -> String {
    let width = epochs.to_string().len();
    format!(
        "epoch {:width$}/{epochs}  loss {}  training {:>7}  test {:>7}",
        record.epoch,
        loss(record.loss),
        percent(record.train_accuracy),
        percent(record.test_accuracy)
    )
}

/// Shows several trainings that run side by side: a bar for each.
pub struct SideBySide<'a> {
    screen: &'a Screen,
    epochs: usize,
    bars: MultiProgress,
    width: usize,
}

impl<'a> SideBySide<'a> {
    /// Begins to show trainings of so many epochs, with these names.
    pub fn new<'b>(screen: &'a Screen, epochs: usize, names: impl IntoIterator<Item = &'b str>) -> Self {
        let width = names.into_iter().map(|name| name.chars().count()).max().unwrap_or(0);
        SideBySide { screen, epochs, bars: MultiProgress::with_draw_target(screen.draw_target()), width }
    }

    /// A bar for a training that has yet to begin.
    pub fn bar(&self, name: &str) -> Bar {
        let bar = ProgressBar::new(self.epochs as u64)
            .with_style(style("{prefix} {wide_bar:.dim/dim} {msg}"))
            .with_prefix(format!("{name:<width$}", width = self.width))
            .with_message("waiting");
        let bar = self.bars.add(bar);
        bar.tick();
        Bar { bar, epochs: self.epochs, waiting: true, history: Vec::new(), start: Instant::now() }
    }

    /// Writes a line above the bars where there are none: a training has ended.
    pub fn ended(&self, text: impl AsRef<str>) {
        if !self.screen.is_terminal() {
            self.screen.line(text);
        }
    }

    /// Ends all bars, and leaves nothing of them behind.
    pub fn finish(&self) {
        // A terminal that cannot be cleared keeps its bars; nothing depends on it.
        let _ = self.bars.clear();
    }
}

/// Shows one of several trainings, and remembers how it went even if it does not end well.
#[derive(Clone)]
pub struct Bar {
    bar: ProgressBar,
    epochs: usize,
    waiting: bool,
    history: Vec<Record>,
    start: Instant,
}

impl Bar {
    /// Says that the training has begun.
    pub fn begin(&mut self) {
        self.bar.reset();
        self.bar.set_style(style("{prefix} {wide_bar:.green/dim} {msg}  {eta:>3} left"));
        self.bar.set_message("first epoch");
        self.waiting = false;
    }

    /// Says that the training has ended, and returns how it went.
    pub fn end(self, how: &str) -> Vec<Record> {
        self.bar.set_style(style("{prefix} {wide_bar:.green/dim} {msg}"));
        self.bar.abandon_with_message(how.to_owned());
        self.history
    }
}

impl Observer for Bar {
    fn epoch(&mut self, record: &Record) {
        if self.waiting {
            self.begin();
        }
        self.history.push(*record);
        self.bar.set_position(record.epoch as u64);
        let width = self.epochs.to_string().len();
        let accuracy = percent(record.test_accuracy);
        self.bar.set_message(format!("epoch {:width$}/{}  test {accuracy:>7}", record.epoch, self.epochs));
    }

    fn now(&self) -> Duration {
        self.start.elapsed()
    }
}

/// Shows how many of many trainings have ended.
pub struct Trainings<'a> {
    screen: &'a Screen,
    count: usize,
    bar: ProgressBar,
}

impl<'a> Trainings<'a> {
    /// Begins to show so many trainings.
    pub fn new(screen: &'a Screen, count: usize) -> Self {
        let trainings = Trainings { screen, count, bar: bar(screen, count) };
        trainings.bar.set_message(trainings.line(0));
        trainings
    }

    /// So many have ended.
    pub fn ended(&self, number: usize) {
        if self.screen.is_terminal() {
            self.bar.set_position(number as u64);
            self.bar.set_message(self.line(number));
        } else if number.is_multiple_of(self.count.div_ceil(LINES_FOR_ALL)) || number == self.count {
            self.screen.line(self.line(number));
        }
    }

    fn line(&self, number: usize) -> String {
        format!("{number} of {} trained", self.count)
    }
}

impl Drop for Trainings<'_> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// A bar of `len` steps with the time left.
fn bar(screen: &Screen, len: usize) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(len as u64), screen.draw_target())
        .with_style(style("{wide_bar:.green/dim} {msg}  {eta:>3} left"));
    if !bar.is_hidden() {
        bar.enable_steady_tick(TICK);
    }
    bar
}

/// The look of a bar.
fn style(template: &str) -> ProgressStyle {
    // The templates stand in this file, and a test reads them all.
    let style =
        ProgressStyle::with_template(template).unwrap_or_else(|error| unreachable!("{template}: {error}"));
    style.progress_chars("━╸─")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_can_be_read() {
        let screen = Screen::new(false, true);
        let record = Record {
            epoch: 1,
            updates: 10,
            loss: 0.5,
            train_accuracy: 0.5,
            test_accuracy: 0.5,
            time: Duration::ZERO,
        };
        Progress::new(&screen, 100).epoch(&record);
        let side_by_side = SideBySide::new(&screen, 1, ["one"]);
        let mut bar = side_by_side.bar("one");
        bar.epoch(&record);
        assert_eq!(bar.end("done"), [record]);
        Trainings::new(&screen, 1).ended(1);
    }

    #[test]
    fn the_line_of_an_epoch_leaves_room_for_a_bar_at_80_columns() {
        let record = Record {
            epoch: 100,
            updates: 1000,
            loss: 0.5,
            train_accuracy: 1.0,
            test_accuracy: 1.0,
            time: Duration::ZERO,
        };
        let text = line(&record, 100);
        assert_eq!(text, "epoch 100/100  loss 0.5000  training 100.0 %  test 100.0 %");
        assert!(text.len() + "  59s left ".len() < 72);
    }
}
