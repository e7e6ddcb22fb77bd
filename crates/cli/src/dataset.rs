//! The data of a run, opened as the flags ask, and the first lines of output, which say what it is.

use crate::flags::DataFlags;
use crate::screen::{Screen, Style};
use crate::text::count;
use digits_core::data::source::{self, Host};
use digits_core::data::{Dataset, Source};
use digits_core::printable::printable;
use digits_core::training::TrainingData;
use digits_core::{Error, Result};
use std::path::Path;
use std::process::Command;

/// The data of a run: the part of a data set that the flags ask for.
#[derive(Debug, Clone)]
pub struct LoadedData {
    /// The images as bytes, with their name and origin.
    pub dataset: Dataset,
    /// The same, in the form that stages learn from.
    pub data: TrainingData,
}

/// Loads the data, and says on the first line which it is, where it comes from and how much of it is used; then, a line
/// each, what was converted or left aside.
pub fn open(flags: &DataFlags, screen: &Screen) -> Result<LoadedData> {
    let mut downloader = Downloader { mirror: flags.mirror.as_deref(), screen };
    let mut dataset = source::load(&flags.source, &flags.options(), &mut downloader)?;
    let (all_train, all_test) = (dataset.train.len(), dataset.test.len());
    let train_size = flags.train_size.of(all_train, "train-size", "training images")?;
    let test_size = flags.test_size.of(all_test, "test-size", "test images")?;
    dataset.train.truncate(train_size);
    dataset.test.truncate(test_size);
    screen.sentence(format!(
        "{} {} ({}): train on {}, test on {}",
        screen.paint(Style::Bold, "Data:"),
        dataset.name,
        dataset.origin,
        part(train_size, all_train),
        part(test_size, all_test)
    ));
    for note in &dataset.notes {
        screen.sentence(screen.paint(Style::Dim, &format!("({})", printable(note, LONGEST_NOTE))));
    }
    if flags.source == Source::Default && dataset.source == Source::Practice {
        screen.sentence(
            screen.paint(Style::Dim, "(for real handwriting, --data mnist downloads MNIST, 11 MB)"),
        );
    }
    let data = TrainingData::from(&dataset);
    Ok(LoadedData { dataset, data })
}

/// The letters of a note that are shown: some of them come from files.
const LONGEST_NOTE: usize = 500;

/// A part of a whole: `2,000` or `1,000 of 60,000`.
fn part(used: usize, all: usize) -> String {
    if used == all { count(all) } else { format!("{} of {}", count(used), count(all)) }
}

/// Downloads by calling the program that can: so no other one has to be built with what it takes to go online.
struct Downloader<'a> {
    mirror: Option<&'a str>,
    screen: &'a Screen,
}

impl Host for Downloader<'_> {
    fn fetch(&mut self, folder: &Path) -> Result<()> {
        let by_hand = format!("cargo run -p download -- {}", folder.display());
        let Some(mut program) = downloader() else {
            return Err(Error::Unavailable(format!(
                "MNIST is not in {}\n\
                 Bring it there with: {by_hand}\n\
                 Or use --data practice, which needs no files.",
                folder.display()
            )));
        };
        program.arg(folder);
        if let Some(mirror) = self.mirror {
            program.args(["--mirror", mirror]);
        }
        if self.screen.is_quiet() {
            program.arg("--quiet");
        }
        self.screen.sentence(format!("MNIST is not in {}: downloading it, 11 MB", folder.display()));
        let status = program.status().map_err(|error| {
            Error::Unavailable(format!("cannot start the download: {error}\nStart it yourself: {by_hand}"))
        })?;
        let message = "MNIST could not be downloaded; the lines above say why";
        match status.code() {
            Some(0) => Ok(()),
            Some(2) => Err(Error::Usage(message.to_owned())),
            _ => Err(Error::Unavailable(format!(
                "{message}\nTo try again: {by_hand}\nOr use --data practice, which needs no files."
            ))),
        }
    }
}

/// The program that downloads: the one beside this program, else what cargo builds, if cargo runs this program.
fn downloader() -> Option<Command> {
    let name = format!("download{}", std::env::consts::EXE_SUFFIX);
    let beside = std::env::current_exe().ok().and_then(|here| Some(here.parent()?.join(&name)));
    if let Some(beside) = beside.filter(|beside| beside.is_file()) {
        return Some(Command::new(beside));
    }
    // Cargo tells the programs that it runs where it and their manifest are.
    let mut cargo = Command::new(std::env::var_os("CARGO")?);
    cargo.args(["run", "-q", "-p", "download"]);
    if let Some(manifest) = std::env::var_os("CARGO_MANIFEST_PATH") {
        cargo.arg("--manifest-path").arg(manifest);
    }
    cargo.arg("--");
    Some(cargo)
}
