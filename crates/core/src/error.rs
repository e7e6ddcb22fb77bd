//! The one error type: every message says where, what was expected, what was found, and what to do next.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::printable::printable_lines;

/// A result whose error is an [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// Where in a file something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The file as a whole.
    File,
    /// A line, counted from 1.
    Line(u64),
    /// A byte offset, counted from 0.
    Byte(u64),
}

/// Everything that can go wrong.
#[derive(Debug)]
pub enum Error {
    /// The user asked for something that makes no sense (exit code 2).
    Usage(String),
    /// A file does not hold what it should.
    Malformed {
        /// The file.
        file: PathBuf,
        /// Where in it.
        place: Place,
        /// What should stand there.
        expected: String,
        /// What stands there instead.
        found: String,
        /// What the user can do.
        advice: String,
    },
    /// The operating system refused to read or write a file.
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was being done, as in "read" or "write".
        doing: &'static str,
        /// The system's own words.
        source: std::io::Error,
        /// What the user can do; may be empty.
        advice: String,
    },
    /// A data set is not where it should be, and could not be brought there.
    Unavailable(String),
    /// Who watched the training wanted it to stop.
    Interrupted {
        /// The epoch in which it stopped, counted from 1; 0 before the first.
        epoch: usize,
    },
    /// Training left the finite numbers: a parameter or the loss.
    Diverged {
        /// The epoch, counted from 1, after which that was seen.
        epoch: usize,
        /// The loss that was found.
        loss: f64,
    },
}

impl Error {
    /// A file that does not hold what it should.
    pub fn malformed(
        file: &Path,
        place: Place,
        expected: impl Into<String>,
        found: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Error::Malformed {
            file: file.to_owned(),
            place,
            expected: expected.into(),
            found: found.into(),
            advice: advice.into(),
        }
    }

    /// A file that could not be read or written.
    pub fn io(path: &Path, doing: &'static str, source: std::io::Error) -> Self {
        Error::Io { path: path.to_owned(), doing, source, advice: String::new() }
    }

    /// The exit code of a program that ends with this error: 2 for usage, 1 for the rest.
    pub fn exit_code(&self) -> u8 {
        if matches!(self, Error::Usage(_)) { 2 } else { 1 }
    }
}

/// The characters of a message that are shown: what a file brings into it has no such limit of its own.
const MOST_SHOWN: usize = 4000;

impl fmt::Display for Error {
    /// Writes the message; no file's content in it reaches the terminal as more than letters.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut message = String::new();
        self.word(&mut message)?;
        f.write_str(&printable_lines(&message, MOST_SHOWN))
    }
}

impl Error {
    fn word(&self, f: &mut impl fmt::Write) -> fmt::Result {
        match self {
            Error::Usage(message) | Error::Unavailable(message) => f.write_str(message),
            Error::Malformed { file, place, expected, found, advice } => {
                write!(f, "{}", file.display())?;
                match place {
                    Place::File => {}
                    Place::Line(line) => write!(f, ", line {line}")?,
                    Place::Byte(byte) => write!(f, ", byte {byte}")?,
                }
                write!(f, ": expected {expected}, found {found}")?;
                if !advice.is_empty() {
                    write!(f, "\n{advice}")?;
                }
                Ok(())
            }
            Error::Io { path, doing, source, advice } => {
                write!(f, "cannot {doing} {}: {source}", path.display())?;
                if !advice.is_empty() {
                    write!(f, "\n{advice}")?;
                }
                Ok(())
            }
            Error::Interrupted { epoch: 0 } => f.write_str("training was interrupted before it began"),
            Error::Interrupted { epoch } => write!(f, "training was interrupted in epoch {epoch}"),
            Error::Diverged { epoch, loss } => write!(
                f,
                "training diverged: after epoch {epoch}, parameters are no finite numbers any more (loss {loss})\n\
                 Steps that are too long cause this: try a tenth of this learning rate."
            ),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
