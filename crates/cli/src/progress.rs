//! How a training goes, while it goes: a bar on a terminal, a line now and then elsewhere.

use crate::echo::Hidden;
use crate::interruption::is_requested;
use crate::screen::Screen;
use crate::text::{loss, percent};
use digits_core::training::{Observer, Record};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use std::sync::atomic::{AtomicUsize, Ordering};
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
    _echo: Option<Hidden>,
}

impl<'a> Progress<'a> {
    /// Begins to show a training of so many epochs.
    pub fn new(screen: &'a Screen, epochs: usize) -> Self {
        let bar = bar(screen, epochs).with_message("first epoch");
        Progress { screen, epochs, bar, start: Instant::now(), _echo: quiet_keyboard(screen) }
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

    fn stops(&self) -> bool {
        is_requested()
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

/// Shows trainings of several stages that run side by side: a bar for each stage.
pub struct SideBySide<'a> {
    screen: &'a Screen,
    bars: MultiProgress,
    width: usize,
    _echo: Option<Hidden>,
}

impl<'a> SideBySide<'a> {
    /// Begins to show trainings of stages with these names.
    pub fn new<'b>(screen: &'a Screen, names: impl IntoIterator<Item = &'b str>) -> Self {
        let width = names.into_iter().map(|name| name.chars().count()).max().unwrap_or(0);
        let bars = MultiProgress::with_draw_target(screen.draw_target());
        SideBySide { screen, bars, width, _echo: quiet_keyboard(screen) }
    }

    /// A bar for the trainings of one stage, so many of `epochs` each, which have yet to begin.
    pub fn bar(&self, name: &str, trainings: usize, epochs: usize) -> Bar<'a> {
        let bar = ProgressBar::new((trainings * epochs) as u64)
            .with_style(style("{prefix} {wide_bar:.dim/dim} {msg}"))
            .with_prefix(format!("{name:<width$}", width = self.width))
            .with_message("waiting");
        let bar = self.bars.add(bar);
        bar.tick();
        Bar { screen: self.screen, name: name.to_owned(), bar, epochs, trainings, ended: AtomicUsize::new(0) }
    }

    /// Ends all bars, and leaves nothing of them behind.
    pub fn finish(&self) {
        // A terminal that cannot be cleared keeps its bars; nothing depends on it.
        let _ = self.bars.clear();
    }
}

/// Shows the trainings of one stage.
pub struct Bar<'a> {
    screen: &'a Screen,
    name: String,
    bar: ProgressBar,
    epochs: usize,
    trainings: usize,
    ended: AtomicUsize,
}

impl Bar<'_> {
    /// Says that a training has begun; what it returns watches it.
    pub fn begin(&self) -> Watch {
        if self.bar.position() == 0 {
            self.bar.reset();
            self.bar.set_style(style("{prefix} {wide_bar:.green/dim} {msg}  {eta:>3} left"));
            self.bar.set_message(self.message(0));
        }
        Watch { bar: self.bar.clone(), epoch: 0, history: Vec::new(), start: Instant::now() }
    }

    /// Says that a training has ended, and returns how it went, also if it did not end well.
    pub fn end(&self, watch: Watch) -> Vec<Record> {
        self.bar.inc((self.epochs - watch.epoch.min(self.epochs)) as u64);
        let ended = 1 + self.ended.fetch_add(1, Ordering::Relaxed);
        let message = self.message(ended);
        if ended < self.trainings {
            self.bar.set_message(message);
            return watch.history;
        }
        self.bar.set_style(style("{prefix} {wide_bar:.green/dim} {msg}"));
        self.bar.abandon_with_message(message.clone());
        if !self.screen.is_terminal() && !is_requested() {
            self.screen.line(format!("{:<12}{message}", self.name));
        }
        watch.history
    }

    fn message(&self, ended: usize) -> String {
        format!("{ended} of {} trained", self.trainings)
    }
}

/// Watches one of several trainings, and remembers how it goes.
pub struct Watch {
    bar: ProgressBar,
    epoch: usize,
    history: Vec<Record>,
    start: Instant,
}

impl Observer for Watch {
    fn epoch(&mut self, record: &Record) {
        self.history.push(*record);
        self.bar.inc((record.epoch - self.epoch) as u64);
        self.epoch = record.epoch;
    }

    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    fn stops(&self) -> bool {
        is_requested()
    }
}

/// Shows how many of many trainings have ended.
pub struct Trainings<'a> {
    screen: &'a Screen,
    count: usize,
    bar: ProgressBar,
    _echo: Option<Hidden>,
}

impl<'a> Trainings<'a> {
    /// Begins to show so many trainings.
    pub fn new(screen: &'a Screen, count: usize) -> Self {
        let trainings = Trainings { screen, count, bar: bar(screen, count), _echo: quiet_keyboard(screen) };
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

/// Keeps the keyboard from writing where a bar is drawn.
fn quiet_keyboard(screen: &Screen) -> Option<Hidden> {
    screen.is_terminal().then(Hidden::begin)
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
        let side_by_side = SideBySide::new(&screen, ["one"]);
        let bar = side_by_side.bar("one", 1, 1);
        let mut watch = bar.begin();
        watch.epoch(&record);
        assert_eq!(bar.end(watch), [record]);
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
