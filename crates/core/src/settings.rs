//! The numbers and names that a stage is run with: each is declared once, by the stage that it means something to.
//!
//! A [`Setting`] says what it is called, in which range it makes sense, what it usually is, and what it does. Flags, help,
//! headline, JSON and checks are loops over these declarations, so that a stage with a new number touches no other crate.

mod common;
mod fit;
#[cfg(test)]
mod tests;
mod values;

pub use common::{BATCH_SIZE, COMMON, EPOCHS, HIDDEN, LEARNING_RATE, MEASURE_EVERY, SEED, SHUFFLE, UPDATES};
pub use values::{Layers, Range, Value};

use crate::error::{Error, Result};

/// The most hidden layers of a network.
pub const MAX_LAYERS: usize = 20;
/// The most units of a hidden layer: eight million weights, which every machine can hold several times.
pub const MAX_HIDDEN: usize = 10_000;
/// The heading of a rule's numbers.
pub const RULE: &str = "Learning rule";

/// The declaration of one number, name or switch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Setting {
    /// What it is called, with dashes between words: the flag without its `--`.
    pub name: &'static str,
    /// Its letter in the formulas; empty where it has none.
    pub symbol: &'static str,
    /// The heading under which help lists it.
    pub group: &'static str,
    /// What stands for its value in help, as in `--epochs N`.
    pub value_name: &'static str,
    /// Which values make sense.
    pub kind: Kind,
    /// Its value unless told otherwise.
    pub usual: Value,
    /// What it does, in a sentence without its default.
    pub help: &'static str,
    /// The setting without which it means nothing; empty where there is none.
    pub needs: &'static str,
    /// The setting in whose place it stands: told one of the two, a program leaves out the other. Empty where there is
    /// none.
    pub conflicts: &'static str,
}

/// Which values of a setting make sense.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// A whole number.
    Whole {
        /// The smallest.
        least: u64,
        /// The largest.
        most: u64,
    },
    /// A whole number, or a word that leaves it to the program.
    WholeOr {
        /// The smallest.
        least: u64,
        /// The largest.
        most: u64,
        /// The word.
        word: &'static str,
    },
    /// A number, checked as it is and as the `f32` that it becomes.
    Number(Range),
    /// A number, or a word that leaves it to the program.
    NumberOr(Range, &'static str),
    /// One of a few names.
    OneOf(&'static [&'static str]),
    /// The units of at most so many hidden layers, as in `512,256`; `0` for none at all.
    Layers {
        /// The most layers.
        most: usize,
    },
    /// On or off. The flag is `--NAME` where it is usually off, and `--no-NAME` where it is usually on.
    Switch,
}

impl Setting {
    /// What a declaration starts from.
    pub const UNNAMED: Setting = Setting {
        name: "",
        symbol: "",
        group: RULE,
        value_name: "",
        kind: Kind::Switch,
        usual: Value::Switch(false),
        help: "",
        needs: "",
        conflicts: "",
    };

    /// The same, usually with another value.
    pub const fn usually(self, usual: Value) -> Self {
        Setting { usual, ..self }
    }

    /// The flag without its `--`: the name, or `no-` and the name of a switch that is usually on.
    pub fn flag(&self) -> String {
        match self.usual {
            Value::Switch(true) => format!("no-{}", self.name),
            _ => self.name.to_owned(),
        }
    }

    /// Which values make sense, after the word "expected".
    pub fn expected(&self) -> String {
        match self.kind {
            Kind::Whole { least, most } => whole(least, most),
            Kind::WholeOr { least, most, word } => format!("{}, or {word}", whole(least, most)),
            Kind::Number(range) => range.to_string(),
            Kind::NumberOr(range, word) => format!("{range}, or {word}"),
            Kind::OneOf(names) => names.join(", "),
            Kind::Layers { most: 1 } => whole(0, MAX_HIDDEN as u64),
            Kind::Layers { most } => format!(
                "numbers of units from 1 to {MAX_HIDDEN} with commas between, for at most {most} layers, or 0 for none"
            ),
            Kind::Switch => "on or off".to_owned(),
        }
    }

    /// Reads a value as a flag writes it.
    ///
    /// # Errors
    /// A sentence that begins with "expected", where `text` is no value that makes sense.
    pub fn read(&self, text: &str) -> std::result::Result<Value, String> {
        let value = match self.kind {
            Kind::Whole { .. } => text.parse().ok().map(Value::Whole),
            Kind::Number(_) => text.parse().ok().map(Value::Number),
            Kind::NumberOr(_, word) | Kind::WholeOr { word, .. } if text == word => Some(Value::Word(word)),
            Kind::WholeOr { .. } => text.parse().ok().map(Value::Whole),
            Kind::NumberOr(..) => text.parse().ok().map(Value::Number),
            Kind::OneOf(names) => names.iter().find(|name| **name == text).map(|name| Value::Word(name)),
            Kind::Layers { .. } if text == "0" => Some(Value::Layers(Layers::of(&[]))),
            Kind::Layers { most } => {
                let units: Option<Vec<usize>> =
                    text.split(',').map(|part| part.trim().parse().ok()).collect();
                units.filter(|units| units.len() <= most).map(|units| Value::Layers(Layers::of(&units)))
            }
            Kind::Switch => match text {
                "on" => Some(Value::Switch(true)),
                "off" => Some(Value::Switch(false)),
                _ => None,
            },
        };
        value.filter(|value| self.holds(*value)).ok_or_else(|| format!("expected {}", self.expected()))
    }

    /// Whether `value` makes sense.
    fn holds(&self, value: Value) -> bool {
        match (self.kind, value) {
            (Kind::Whole { least, most } | Kind::WholeOr { least, most, .. }, Value::Whole(number)) => {
                (least..=most).contains(&number)
            }
            (Kind::Number(range) | Kind::NumberOr(range, _), Value::Number(number)) => range.holds(number),
            (Kind::NumberOr(_, expected) | Kind::WholeOr { word: expected, .. }, Value::Word(word)) => {
                word == expected
            }
            (Kind::OneOf(names), Value::Word(word)) => names.contains(&word),
            (Kind::Layers { most }, Value::Layers(layers)) => {
                let units = layers.units();
                units.len() <= most && units.iter().all(|units| (1..=MAX_HIDDEN).contains(units))
            }
            (Kind::Switch, Value::Switch(_)) => true,
            _ => false,
        }
    }
}

/// Whole numbers in words.
fn whole(least: u64, most: u64) -> String {
    match most {
        u64::MAX => format!("a whole number, {least} or more"),
        _ => format!("a whole number from {least} to {most}"),
    }
}

/// A value for each setting that a stage knows.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    values: Vec<(Setting, Value)>,
}

impl Settings {
    /// The usual values of `declared`; of two with one name, the last counts.
    pub fn usual<'a>(declared: impl IntoIterator<Item = &'a Setting>) -> Self {
        let mut values: Vec<(Setting, Value)> = Vec::new();
        for setting in declared {
            let entry = (*setting, setting.usual);
            match values.iter_mut().find(|(known, _)| known.name == setting.name) {
                Some(known) => *known = entry,
                None => values.push(entry),
            }
        }
        Settings { values }
    }

    /// All settings with their values, in the order of their declaration.
    pub fn iter(&self) -> impl Iterator<Item = (&Setting, Value)> {
        self.values.iter().map(|(setting, value)| (setting, *value))
    }

    /// The value of `setting`, if the stage knows it.
    pub fn get(&self, setting: &Setting) -> Option<Value> {
        self.values.iter().find(|(known, _)| known.name == setting.name).map(|(_, value)| *value)
    }

    /// Changes the setting called `name`; a stage that does not know it has no use for it.
    pub fn set(&mut self, name: &str, value: Value) {
        if let Some((_, known)) = self.values.iter_mut().find(|(setting, _)| setting.name == name) {
            *known = value;
        }
    }

    /// The same with another value of `setting`.
    pub fn with(mut self, setting: &Setting, value: Value) -> Self {
        self.set(setting.name, value);
        self
    }

    /// A whole number that the stage declares.
    ///
    /// # Panics
    /// If it does not; so do the methods below.
    pub fn whole(&self, setting: &Setting) -> usize {
        match self.get(setting) {
            // What no address space holds is as good as its largest number.
            Some(Value::Whole(number)) => usize::try_from(number).unwrap_or(usize::MAX),
            found => undeclared(setting, found),
        }
    }

    /// A number that the stage declares.
    pub fn number(&self, setting: &Setting) -> f64 {
        match self.get(setting) {
            Some(Value::Number(number)) => number,
            found => undeclared(setting, found),
        }
    }

    /// A name that the stage declares.
    pub fn word(&self, setting: &Setting) -> &'static str {
        match self.get(setting) {
            Some(Value::Word(word)) => word,
            found => undeclared(setting, found),
        }
    }

    /// A switch that the stage declares.
    pub fn is_on(&self, setting: &Setting) -> bool {
        match self.get(setting) {
            Some(Value::Switch(on)) => on,
            found => undeclared(setting, found),
        }
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        match self.get(&SEED) {
            Some(Value::Whole(number)) => number,
            found => undeclared(&SEED, found),
        }
    }

    /// A whole number that the stage declares, or `None` where a word leaves it to the program.
    pub fn whole_or_word(&self, setting: &Setting) -> Option<usize> {
        match self.get(setting) {
            Some(Value::Word(_)) => None,
            _ => Some(self.whole(setting)),
        }
    }

    /// The units of the hidden layers; none where there is no hidden layer.
    pub fn hidden(&self) -> Vec<usize> {
        match self.get(&HIDDEN) {
            Some(Value::Layers(layers)) => layers.units().to_vec(),
            found => undeclared(&HIDDEN, found),
        }
    }

    /// Refuses values that make no sense.
    ///
    /// # Errors
    /// [`Error::Usage`] with the first such setting, its value and what is expected.
    pub fn check(&self) -> Result<()> {
        match self.values.iter().find(|(setting, value)| !setting.holds(*value)) {
            Some((setting, value)) => {
                Err(Error::Usage(format!("--{} is {value}, expected {}", setting.flag(), setting.expected())))
            }
            None => Ok(()),
        }
    }

    /// The settings in full, as the flags that ask for them.
    pub fn as_flags(&self) -> String {
        let flag = |(setting, value): (&Setting, Value)| match value {
            Value::Switch(on) => {
                (on != (setting.usual == Value::Switch(true))).then(|| format!("--{}", setting.flag()))
            }
            value => Some(format!("--{} {value}", setting.name)),
        };
        let needed = |(setting, _): &(&Setting, Value)| {
            let off =
                |(known, value): (&Setting, Value)| known.name == setting.needs && value == Value::Whole(0);
            !self.iter().any(off)
        };
        // Of two settings that stand in each other's place, one is said.
        let said = |(setting, value): &(&Setting, Value)| {
            let replaced =
                |(other, value): (&Setting, Value)| other.conflicts == setting.name && value != other.usual;
            !self.iter().any(replaced) && (setting.conflicts.is_empty() || *value != setting.usual)
        };
        self.iter().filter(needed).filter(said).filter_map(flag).collect::<Vec<_>>().join(" ")
    }
}

/// Ends the program: a stage asked for a setting that it does not declare. No input of a user leads here.
fn undeclared(setting: &Setting, found: Option<Value>) -> ! {
    panic!("the stage declares no such setting as {}: found {found:?}", setting.name)
}
