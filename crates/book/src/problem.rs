//! What can go wrong: a sentence, with the place where it did.

use std::fmt;

/// A result whose error is a [`Problem`].
pub type Result<T> = std::result::Result<T, Problem>;

/// A sentence that says what is wrong, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem(String);

impl Problem {
    /// What is wrong.
    pub fn new(text: impl Into<String>) -> Self {
        Problem(text.into())
    }

    /// The same, with the place in front.
    pub fn at(self, place: impl fmt::Display) -> Self {
        Problem(format!("{place}: {}", self.0))
    }

    /// An error that has this text.
    pub fn err<T>(text: impl Into<String>) -> Result<T> {
        Err(Problem::new(text))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Problem {}
