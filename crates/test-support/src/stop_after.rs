//! Trainings that are interrupted at a moment of one's choice.

use digits_core::training::{Observer, Record};
use std::cell::Cell;

/// Stops a training after so many updates.
pub struct StopAfter(pub Cell<usize>);

impl Observer for StopAfter {
    fn epoch(&mut self, _: &Record) {}

    fn stops(&self) -> bool {
        let left = self.0.get();
        self.0.set(left.saturating_sub(1));
        left == 0
    }
}
