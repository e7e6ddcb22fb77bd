//! The values of settings: whole numbers, numbers in a range, names, switches, and the units of hidden layers.

use super::MAX_LAYERS;
use std::fmt;

/// The numbers from a first one on, all of them finite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    first: f64,
    /// Whether `first` itself belongs to them.
    closed: bool,
    /// The number below which all must stay.
    below: f64,
    /// Why they end there; may be empty.
    reason: &'static str,
}

impl Range {
    /// `first` and all above.
    pub const fn from(first: f64) -> Self {
        Range { first, closed: true, below: f64::INFINITY, reason: "" }
    }

    /// All above `bound`.
    pub const fn above(bound: f64) -> Self {
        Range { closed: false, ..Range::from(bound) }
    }

    /// 0 and all above, but below 1.
    pub const fn share() -> Self {
        Range::from(0.0).below(1.0)
    }

    /// Those of them that stay below `bound`.
    pub const fn below(self, bound: f64) -> Self {
        Range { below: bound, ..self }
    }

    /// The same, with the reason why others make no sense.
    pub const fn because(self, reason: &'static str) -> Self {
        Range { reason, ..self }
    }

    /// The number that they begin with or above, and the one that they stay below.
    pub fn bounds(&self) -> (f64, f64) {
        (self.first, self.below)
    }

    /// Whether `number` belongs to them.
    pub(super) fn holds(&self, number: f64) -> bool {
        let one = |x: f64| x < self.below && (x > self.first || self.closed && x == self.first);
        one(number) && one(f64::from(number as f32))
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Range { first, closed, below, reason } = self;
        write!(f, "a number {} {first}", if *closed { "from" } else { "above" })?;
        match (below.is_finite(), closed) {
            (true, _) => write!(f, " up to, but less than, {below}")?,
            (false, true) => write!(f, " up, and finite")?,
            (false, false) => write!(f, ", and finite")?,
        }
        if reason.is_empty() { Ok(()) } else { write!(f, ": {reason}") }
    }
}

/// The units of the hidden layers, from the images to the outputs; there may be none.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Layers {
    units: [usize; MAX_LAYERS],
    len: usize,
}

impl Layers {
    /// These.
    ///
    /// # Panics
    /// If there are more than [`MAX_LAYERS`].
    pub const fn of(units: &[usize]) -> Self {
        let mut layers = Layers { units: [0; MAX_LAYERS], len: units.len() };
        let mut index = 0;
        while index < units.len() {
            layers.units[index] = units[index];
            index += 1;
        }
        layers
    }

    /// The units of each layer.
    pub fn units(&self) -> &[usize] {
        &self.units[..self.len]
    }
}

impl fmt::Debug for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.units().fmt(f)
    }
}

/// The value of a setting.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// A whole number.
    Whole(u64),
    /// A number.
    Number(f64),
    /// A name.
    Word(&'static str),
    /// The units of the hidden layers.
    Layers(Layers),
    /// On or off.
    Switch(bool),
}

impl fmt::Display for Value {
    /// As a flag's value is written.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Whole(number) => write!(f, "{number}"),
            Value::Number(number) => write!(f, "{number}"),
            Value::Word(word) => f.write_str(word),
            Value::Layers(layers) if layers.units().is_empty() => f.write_str("0"),
            Value::Layers(layers) => {
                let units: Vec<String> = layers.units().iter().map(usize::to_string).collect();
                f.write_str(&units.join(","))
            }
            Value::Switch(on) => f.write_str(if *on { "on" } else { "off" }),
        }
    }
}
