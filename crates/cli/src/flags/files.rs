//! What is read and written: `--save`, `--load`, `--checkpoint`, `--resume`, `--json` and `--quiet`.

use super::{flag, given, switch, whole};
use crate::screen::Screen;
use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{ArgMatches, Command};
use digits_core::Result;
use digits_core::data::source;
use digits_core::files::{check_writable, distinct};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Networks and trainings in files: `--save`, `--load`, `--checkpoint`, `--checkpoint-every` and `--resume`.
#[derive(Debug, Clone)]
pub struct NetworkFlags {
    /// Where the trained network goes.
    pub save: Option<PathBuf>,
    /// Where the starting weights come from.
    pub load: Option<PathBuf>,
    /// Where the training goes, so that it can go on if it is interrupted.
    pub checkpoint: Option<PathBuf>,
    /// After how many epochs it goes there again.
    pub checkpoint_every: usize,
    /// Where the training is that goes on.
    pub resume: Option<PathBuf>,
}

impl NetworkFlags {
    /// Adds the flags to a command.
    pub fn add_to(command: Command) -> Command {
        command.next_help_heading("Files and output").args([
            flag(
                "save",
                "FILE",
                "Write the trained network as safetensors, which PyTorch reads [default: none]",
            )
            .value_parser(file()),
            flag(
                "load",
                "FILE",
                "Start from the network in this file [default: starting weights of the seed]",
            )
            .value_parser(file()),
            flag(
                "checkpoint",
                "FILE",
                "Keep the whole training in this file, so that --resume can go on with it [default: none]",
            )
            .value_parser(file()),
            flag("checkpoint-every", "N", "With --checkpoint: after how many epochs to write it anew")
                .value_parser(whole(1, usize::MAX))
                .default_value("1")
                .requires("checkpoint"),
            flag(
                "resume",
                "FILE",
                "Go on with the training in this file, as if it had never been interrupted; give the flags that it \
                 began with [default: none]",
            )
            .value_parser(file())
            .conflicts_with("load"),
        ])
    }

    /// Reads the flags, and refuses a place that cannot be written to before any work is lost.
    ///
    /// # Errors
    /// Those of [`check_writable`].
    pub fn read(matches: &ArgMatches) -> Result<Self> {
        let flags = NetworkFlags {
            save: given(matches, "save"),
            load: given(matches, "load"),
            checkpoint: given(matches, "checkpoint"),
            checkpoint_every: given(matches, "checkpoint-every").unwrap_or(1),
            resume: given(matches, "resume"),
        };
        for path in flags.save.iter().chain(&flags.checkpoint) {
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
                "Write settings, results and history as JSON; - is standard output [default: none]",
            )
            .value_parser(path())
            .allow_hyphen_values(true),
            switch("quiet", "Say nothing but errors [default: progress, results and a learning curve]"),
        ])
    }

    /// Reads the flags, and refuses a place that cannot be written to before any work is lost, or that another flag
    /// names too.
    ///
    /// # Errors
    /// Those of [`check_writable`] and of [`distinct`].
    pub fn read(matches: &ArgMatches) -> Result<Self> {
        let json = given(matches, "json").map(|path: PathBuf| {
            if path.as_os_str() == "-" { JsonTarget::Stdout } else { JsonTarget::File(path) }
        });
        if let Some(JsonTarget::File(path)) = &json {
            check_writable(path)?;
        }
        check_distinct(matches)?;
        Ok(OutputFlags { json, quiet: matches.get_flag("quiet") })
    }

    /// Where text for people goes; `saves` says whether the program makes a file besides.
    pub fn screen(&self, saves: bool) -> Screen {
        let screen = Screen::new(self.json == Some(JsonTarget::Stdout), self.quiet);
        if saves || self.json.is_some() { screen } else { screen.stop_when_unread() }
    }
}

/// The flags that name a file to write.
const WRITTEN: [&str; 5] = ["save", "checkpoint", "json", "markdown", "report"];
/// The flags that name a file to read, each with the one that may write there: that goes on with what the file holds.
const READ: [(&str, &str); 2] = [("load", "save"), ("resume", "checkpoint")];

/// Refuses a file that two flags want to write, and one to write that is read as well, but for those of [`READ`].
fn check_distinct(matches: &ArgMatches) -> Result<()> {
    let path = |flag: &'static str| given::<PathBuf>(matches, flag).map(|path| (format!("--{flag}"), path));
    let written: Vec<(String, PathBuf)> = WRITTEN.into_iter().filter_map(path).collect();
    if written.is_empty() {
        return Ok(());
    }
    let written: Vec<(&str, &Path)> = written.iter().map(|(flag, path)| (&**flag, &**path)).collect();
    let source = given(matches, "data").unwrap_or_default();
    let data = source::files(&source, &source::data_folder());
    distinct(&written, &data.iter().map(|path| ("--data", &**path)).collect::<Vec<_>>())?;
    for (read, goes_on) in READ {
        let Some((words, file)) = path(read) else { continue };
        let others: Vec<_> =
            written.iter().filter(|(flag, _)| flag.strip_prefix("--") != Some(goes_on)).copied().collect();
        distinct(&others, &[(&words, &file)])?;
    }
    Ok(())
}

/// Reads the name of a file that holds more than text for other programs: `-` is none.
pub fn file() -> impl TypedValueParser<Value = PathBuf> {
    path().try_map(|path| match path.as_os_str() == "-" {
        true => Err("expected the name of a file, found -; ./- is a file of this name"),
        false => Ok(path),
    })
}

/// Reads the name of a file, in whatever letters the system allows.
fn path() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().try_map(|value: OsString| {
        if value.is_empty() {
            Err("expected the name of a file, found nothing")
        } else {
            Ok(PathBuf::from(value))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::{DataFlags, program};
    use super::*;
    use std::ffi::OsStr;
    use std::io::IsTerminal;

    fn read(arguments: &[&std::ffi::OsStr]) -> Result<OutputFlags> {
        let command = NetworkFlags::add_to(DataFlags::add_to(program("test", "an idea", "A summary.")));
        let arguments = [&["test".as_ref()], arguments].concat();
        OutputFlags::read(&OutputFlags::add_to(command).try_get_matches_from(arguments).expect("parses"))
    }

    #[test]
    fn one_file_is_not_written_twice_nor_where_it_is_read() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("file");
        let same = folder.path().join(".").join("file");
        std::fs::write(&file, "0,0").expect("writes");
        for (flag, other) in [
            ("--save", "--json"),
            ("--load", "--json"),
            ("--data", "--json"),
            ("--data", "--save"),
            ("--checkpoint", "--save"),
            ("--load", "--checkpoint"),
            ("--resume", "--save"),
        ] {
            let error =
                read(&[flag.as_ref(), file.as_ref(), other.as_ref(), same.as_ref()]).expect_err("one file");
            assert_eq!(error.exit_code(), 2, "{flag} {other}");
        }
        let output = OsStr::new("/dev/stdout");
        if cfg!(unix) && !std::io::stdout().is_terminal() {
            let error =
                read(&["--save".as_ref(), output, "--json".as_ref(), "-".as_ref()]).expect_err("one place");
            assert_eq!(error.exit_code(), 2, "{error}");
        }
        for (flag, other) in [("--load", "--save"), ("--resume", "--checkpoint")] {
            assert!(read(&[flag.as_ref(), file.as_ref(), other.as_ref(), same.as_ref()]).is_ok());
        }
        assert_eq!(std::fs::read(&file).expect("there"), b"0,0");
    }

    /// Protects data sets: what is read is not written over, be it a file or an image among many.
    #[test]
    fn nothing_is_written_over_the_files_of_the_data_set() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let put = |name: &str| {
            let file = folder.path().join(name);
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("makes it");
            std::fs::write(&file, "0,0").expect("writes");
            file
        };
        let other = folder.path().join("other.csv");
        for (data, files) in [
            ("tables", &["tables/mnist_train.csv"][..]),
            ("images", &["images/3/a.png", "images/seven/b.png"]),
            (
                "halves",
                &[
                    "halves/train/1/a.png",
                    "halves/train/2/a.png",
                    "halves/test/1/b.png",
                    "halves/test/2/b.png",
                ],
            ),
        ] {
            let read_files: Vec<PathBuf> = files.iter().map(|name| put(name)).collect();
            let data = folder.path().join(data);
            for flag in ["--save", "--checkpoint", "--json"] {
                let arguments = ["--data".as_ref(), data.as_os_str(), flag.as_ref()];
                for file in &read_files {
                    let error = read(&[&arguments[..], &[file.as_ref()]].concat()).expect_err("is read");
                    assert_eq!(error.exit_code(), 2, "{flag}");
                    let told = format!("{flag} would write over {}, which is read (--data)", file.display());
                    assert!(error.to_string().contains(&told), "{error}");
                }
                assert!(read(&[&arguments[..], &[other.as_ref()]].concat()).is_ok());
            }
        }
    }

    #[cfg(unix)]
    #[test]
    fn names_of_files_are_bytes() {
        use std::os::unix::ffi::OsStrExt;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join(std::ffi::OsStr::from_bytes(b"\xff.json"));
        let flags = read(&["--json".as_ref(), file.as_ref()]).expect("a name");
        assert_eq!(flags.json, Some(JsonTarget::File(file)));
    }
}
