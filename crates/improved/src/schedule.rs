//! How the learning rate changes while training goes on: large steps to get there, small ones to settle.
//!
//! With p, the share of the updates made, from 0 to 1, the rate is eta times
//!
//! | name | factor |
//! |---|---|
//! | `constant` | 1 |
//! | `step` | 1, from p = 1/2 on 1/10, from p = 3/4 on 1/100 |
//! | `cosine` | (1 + cos(pi p)) / 2, which ends at 0 (Loshchilov and Hutter 2017) |
//! | `one-cycle` | from 1/25 up to 1 at p = 3/10, then down to 0, along half cosines (Smith 2018) |
//!
//! Warm-up: during the first epochs the rate grows in a straight line from 0 to eta, and p counts from their end, so that
//! weights still at random are not thrown about by the full rate (Goyal et al. 2017).

use digits_core::Choice;
use std::f64::consts::PI;

/// The shape of the learning rate over a training.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScheduleShape {
    /// The same rate all the time.
    Constant,
    /// A tenth from half time on, a hundredth from three quarters on.
    Step,
    /// Half a cosine, from the full rate to 0.
    Cosine,
    /// Up for three tenths of the time, then down to 0.
    OneCycle,
}

impl Choice for ScheduleShape {
    const WHAT: &'static str = "schedule";
    const ALL: &'static [(&'static str, Self)] = &[
        ("constant", ScheduleShape::Constant),
        ("step", ScheduleShape::Step),
        ("cosine", ScheduleShape::Cosine),
        ("one-cycle", ScheduleShape::OneCycle),
    ];
}

impl ScheduleShape {
    /// The factor of the learning rate when the share `p` of the updates is made.
    pub fn factor(self, p: f64) -> f64 {
        let fall = |p: f64| 0.5 * (1.0 + libm::cos(PI * p));
        match self {
            ScheduleShape::Constant => 1.0,
            ScheduleShape::Step if p < 0.5 => 1.0,
            ScheduleShape::Step if p < 0.75 => 0.1,
            ScheduleShape::Step => 0.01,
            ScheduleShape::Cosine => fall(p),
            ScheduleShape::OneCycle if p < 0.3 => 1.0 - 0.96 * fall(p / 0.3),
            ScheduleShape::OneCycle => fall((p - 0.3) / 0.7),
        }
    }
}

/// The learning rate of every update of a training.
///
/// Glossary (`docs/book/glossary.md`): schedule.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RateSchedule {
    /// The full learning rate.
    pub eta: f64,
    /// The shape.
    pub shape: ScheduleShape,
    /// The updates of the warm-up.
    pub warmup: usize,
    /// All updates, the warm-up's among them.
    pub updates: usize,
}

impl RateSchedule {
    /// The learning rate of an update, counted from 0.
    pub fn rate(&self, update: usize) -> f64 {
        if update < self.warmup {
            return self.eta * (update + 1) as f64 / (self.warmup as f64 + 1.0);
        }
        let rest = self.updates.saturating_sub(self.warmup).max(1);
        self.eta * self.shape.factor((update - self.warmup) as f64 / rest as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(shape: ScheduleShape, warmup: usize) -> Vec<f64> {
        let schedule = RateSchedule { eta: 0.5, shape, warmup, updates: 100 };
        (0..100).map(|update| schedule.rate(update)).collect()
    }

    #[test]
    fn constant_is_eta_to_the_last_bit() {
        assert!(rates(ScheduleShape::Constant, 0).iter().all(|rate| *rate == 0.5));
    }

    #[test]
    fn shapes_are_as_the_table_says() {
        let step = rates(ScheduleShape::Step, 0);
        assert_eq!((step[0], step[49], step[50], step[75]), (0.5, 0.5, 0.05, 0.005));
        let cosine = rates(ScheduleShape::Cosine, 0);
        assert_eq!(cosine[0], 0.5);
        assert!((cosine[50] - 0.25).abs() < 1e-12 && cosine[99] < 0.001);
        assert!(cosine.windows(2).all(|pair| pair[1] < pair[0]));
        let cycle = rates(ScheduleShape::OneCycle, 0);
        assert!((cycle[0] - 0.02).abs() < 1e-12 && (cycle[30] - 0.5).abs() < 1e-12 && cycle[99] < 0.001);
        assert!(cycle[..31].windows(2).all(|pair| pair[1] > pair[0]));
        assert!(cycle[30..].windows(2).all(|pair| pair[1] < pair[0]));
    }

    #[test]
    fn a_warm_up_rises_to_where_the_schedule_begins() {
        for (name, shape) in ScheduleShape::ALL {
            let rates = rates(*shape, 10);
            assert!(rates[..10].windows(2).all(|pair| pair[1] > pair[0]), "{name}");
            assert!(rates[0] > 0.0 && rates[9] < 0.5);
            assert_eq!(rates[10], 0.5 * shape.factor(0.0), "{name}");
        }
        let longer_than_the_training =
            RateSchedule { eta: 1.0, shape: ScheduleShape::Cosine, warmup: 9, updates: 3 };
        assert!(longer_than_the_training.rate(2) > 0.0);
        assert!(longer_than_the_training.rate(20).is_finite());
    }
}
