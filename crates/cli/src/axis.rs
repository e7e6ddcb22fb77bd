//! The upright axis of a plot: shares from 0 to 1, with round numbers beside it.

use crate::braille::DOWN;

/// The characters left of a plot: `100 % ┤`.
pub(crate) const LEFT: usize = 8;

/// One in so many points may lie below the plot.
const BELOW: usize = 20;

/// The shares that a plot shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Upright {
    pub(crate) bottom: f64,
    pub(crate) top: f64,
    /// From one number beside the axis to the next.
    step: f64,
    /// Lines from top to bottom.
    height: usize,
}

impl Upright {
    /// An axis of `height` lines that shows all shares but the lowest few; none where there is no share.
    pub(crate) fn around(shares: impl IntoIterator<Item = f64>, height: usize) -> Option<Self> {
        let mut shares: Vec<f64> = shares.into_iter().filter(|share| share.is_finite()).collect();
        shares.sort_by(f64::total_cmp);
        // The first steep climb leaves the plot at its lower edge, so that the rest is not squeezed into its upper one.
        let low = *shares.get(shares.len() / BELOW)?;
        let high = *shares.last()?;
        let step = nice((high - low).max(0.01) / (height as f64 / 3.0).max(2.0));
        // A little rounding of the ends keeps the curve large; the numbers beside the axis are rounder.
        let unit = step / 4.0;
        let mut bottom = ((low / unit + 1e-9).floor() * unit).max(0.0);
        let mut top = ((high / unit - 1e-9).ceil() * unit).min(1.0);
        if top - bottom < step {
            bottom = (bottom - step / 2.0).max(0.0);
            top = (bottom + step).max(top);
        }
        Some(Upright { bottom, top, step, height })
    }

    /// The row of dots of a share, counted from the top; below the plot if it is too large.
    pub(crate) fn row(&self, share: f64) -> isize {
        let rows = (DOWN * self.height - 1) as f64;
        ((self.top - share) / (self.top - self.bottom) * rows).round().max(0.0) as isize
    }

    /// The lines that have a number, and their numbers, from the top down.
    pub(crate) fn ticks(&self) -> Vec<(usize, String)> {
        let first = (self.bottom / self.step - 1e-9).ceil() as usize;
        let last = (self.top / self.step + 1e-9).floor() as usize;
        let label = |step: usize| {
            let share = step as f64 * self.step;
            let line = self.row(share) as usize / DOWN;
            let digits = usize::from(self.step < 0.0099);
            (line.min(self.height - 1), format!("{:.digits$} %", 100.0 * share))
        };
        (first..=last).rev().map(label).collect()
    }

    /// What stands left of each line: the axis, and the numbers.
    pub(crate) fn labels(&self) -> Vec<String> {
        let ticks = self.ticks();
        let label = |line: usize| match ticks.iter().find(|(at, _)| *at == line) {
            Some((_, label)) => format!("{label:>6} ┤"),
            None => format!("{:>6} │", ""),
        };
        (0..self.height).map(label).collect()
    }
}

/// The smallest of 1, 2, 2.5 and 5 times a power of ten that is at least `rough`.
pub(crate) fn nice(rough: f64) -> f64 {
    let power = 10f64.powf(rough.log10().floor());
    let steps = [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|step| step * power);
    // 2.5 would need a digit more than the numbers beside the axes have, below 10 %.
    let mut steps = steps.filter(|step| (step * 100.0).fract().abs() < 1e-9 || *step < 0.01);
    steps.find(|step| *step >= rough * (1.0 - 1e-9)).unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_beside_the_axis_are_round() {
        for (low, high) in [(0.0, 1.0), (0.13, 0.99), (0.85, 0.88), (0.871, 0.872)] {
            let axis = Upright::around([low, high], 12).expect("shares");
            let ticks = axis.ticks();
            assert!((2..=9).contains(&ticks.len()), "{low} {high}: {ticks:?}");
            assert!(ticks.windows(2).all(|pair| pair[0].0 < pair[1].0), "{low} {high}: {ticks:?}");
            assert!(axis.bottom <= low && axis.top >= high);
        }
    }

    #[test]
    fn what_is_no_number_has_no_axis() {
        assert_eq!(Upright::around([], 12), None);
        assert_eq!(Upright::around([f64::NAN], 12), None);
    }
}
