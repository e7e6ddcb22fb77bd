//! What is read and written: `--save`, `--load`, `--json` and `--quiet`.

use super::{flag, given, switch};
use crate::screen::Screen;
use clap::{ArgMatches, Command};
use digits_core::{Error, Result};
use std::path::{Path, PathBuf};

/// Networks in files: `--save` and `--load`.
#[derive(Debug, Clone)]
pub struct NetworkFlags {
    /// Where the trained network goes.
    pub save: Option<PathBuf>,
    /// Where the starting weights come from.
    pub load: Option<PathBuf>,
}

impl NetworkFlags {
    /// Adds the flags to a command.
    pub fn add_to(command: Command) -> Command {
        command.next_help_heading("Files and output").args([
            flag(
                "save",
                "FILE",
                "Write the trained network as safetensors, which PyTorch reads (default: none)",
            )
            .value_parser(path),
            flag(
                "load",
                "FILE",
                "Start from the network in this file (default: starting weights of the seed)",
            )
            .value_parser(path),
        ])
    }

    /// Reads the flags, and refuses a place that cannot be written to before any work is lost.
    pub fn read(matches: &ArgMatches) -> Result<Self> {
        let flags = NetworkFlags { save: given(matches, "save"), load: given(matches, "load") };
        if let Some(path) = &flags.save {
            check_writable(path)?;
        }
        Ok(flags)
    }
}

/// Where results for programs go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JsonTarget {
    /// Into a file.
    File(PathBuf),
    /// To standard output; what people read then goes to standard error.
    Stdout,
}

/// What is written: `--json` and `--quiet`.
#[derive(Debug, Clone)]
pub struct OutputFlags {
    /// Where results for programs go, if anywhere.
    pub json: Option<JsonTarget>,
    /// Whether nothing is written for people.
    pub quiet: bool,
}

impl OutputFlags {
    /// Adds the flags to a command.
    pub fn add_to(command: Command) -> Command {
        command.next_help_heading("Files and output").args([
            flag(
                "json",
                "FILE",
                "Write settings, results and history as JSON; - is standard output (default: none)",
            )
            .value_parser(path)
            .allow_hyphen_values(true),
            switch("quiet", "Say nothing but errors (default: progress, results and a learning curve)"),
        ])
    }

    /// Reads the flags, and refuses a place that cannot be written to before any work is lost.
    pub fn read(matches: &ArgMatches) -> Result<Self> {
        let json = given(matches, "json").map(|path: PathBuf| {
            if path.as_os_str() == "-" { JsonTarget::Stdout } else { JsonTarget::File(path) }
        });
        if let Some(JsonTarget::File(path)) = &json {
            check_writable(path)?;
            if given(matches, "save").as_ref() == Some(path) {
                let message =
                    format!("--save and --json both want to write {}; give two names", path.display());
                return Err(Error::Usage(message));
            }
        }
        Ok(OutputFlags { json, quiet: matches.get_flag("quiet") })
    }

    /// Where text for people goes; `saves` says whether the program makes a file besides.
    pub fn screen(&self, saves: bool) -> Screen {
        let screen = Screen::new(self.json == Some(JsonTarget::Stdout), self.quiet);
        if saves || self.json.is_some() { screen } else { screen.stop_when_unread() }
    }
}

/// Reads the name of a file.
fn path(value: &str) -> std::result::Result<PathBuf, &'static str> {
    if value.is_empty() { Err("expected the name of a file, found nothing") } else { Ok(value.into()) }
}

/// Makes sure that a file can be written at `path`, without touching what is there.
pub fn check_writable(path: &Path) -> Result<()> {
    let failed = |error, advice: &str| {
        Err(Error::Io { path: path.to_owned(), doing: "write", source: error, advice: advice.to_owned() })
    };
    if path.is_dir() {
        let error = std::io::Error::from(std::io::ErrorKind::IsADirectory);
        return failed(error, "Give the name of a file in it.");
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    match tempfile::tempfile_in(folder) {
        Ok(_) => Ok(()),
        Err(error) if !folder.is_dir() => {
            failed(error, "Make its folder first, or name a file in another one.")
        }
        Err(error) => failed(error, ""),
    }
}
