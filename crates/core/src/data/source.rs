//! What `--data` names, found and loaded: practice digits, MNIST, the files in a folder, or one file.
//!
//! A folder may hold a data set in more than one way. IDX goes before CSV, because it loads faster, and both go before
//! folders of images. Of the spellings of an IDX name, plain goes before gzip, and a dash (`train-images-idx3-ubyte`)
//! before a dot (`train-images.idx3-ubyte`).

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::csv::{self, Labels};
use super::folder::{self, ImageDecoder};
use super::found::{Files, Found, unused};
use super::sets::{Loaded, Parting, USUAL_TEST_SHARE, labelled, named, parted, shown};
use super::{Dataset, Source, idx, known, practice};
use crate::{Error, Result};

pub use super::found::csv_name;

/// Where to look for MNIST, and how to part a set that comes as one.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadOptions {
    /// The folder where MNIST lies or is brought to.
    pub data: PathBuf,
    /// The share of a single set that is for testing: between 0 and 1.
    pub test_share: f64,
    /// Which examples of a single set these are.
    pub seed: u64,
}

impl Default for LoadOptions {
    /// The folder that [`data_folder`] finds, a fifth for testing, and seed 1.
    fn default() -> Self {
        LoadOptions { data: data_folder(), test_share: USUAL_TEST_SHARE, seed: 1 }
    }
}

impl LoadOptions {
    /// How a single set is parted.
    fn parting(&self) -> Parting {
        Parting { test_share: self.test_share, seed: self.seed }
    }
}

/// What a program lends to the loader: downloads and the reading of images, of which this crate does neither. `()` lends
/// nothing.
pub trait Host {
    /// Brings the files of MNIST that are missing into `folder`.
    ///
    /// # Errors
    /// Whatever prevents it.
    fn fetch(&mut self, folder: &Path) -> Result<()> {
        Err(Error::Unavailable(format!(
            "MNIST is not in {}\nBring it there: cargo run -p download -- {0}",
            folder.display()
        )))
    }

    /// What reads images in folders by class, if anything does.
    fn decoder(&self) -> Option<&dyn ImageDecoder> {
        None
    }
}

impl Host for () {}

impl Source {
    /// Reads the value of `--data`: `practice`, `mnist`, or the path of a folder or a file (`./mnist`, if it has such a
    /// name).
    ///
    /// # Errors
    /// Of usage, for nothing.
    pub fn named(value: &OsStr) -> Result<Self> {
        match value.to_str() {
            Some("practice") => Ok(Source::Practice),
            Some("mnist") => Ok(Source::Mnist),
            Some("") => Err(Error::Usage(
                "expected practice, mnist, a folder or a file as data, found nothing".to_owned(),
            )),
            _ => {
                let path = PathBuf::from(value);
                let is_file = path.metadata().is_ok_and(|metadata| !metadata.is_dir());
                Ok(if is_file { Source::File(path) } else { Source::Folder(path) })
            }
        }
    }
}

impl FromStr for Source {
    type Err = Error;

    /// The same as [`Source::named`].
    fn from_str(value: &str) -> Result<Self> {
        Source::named(value.as_ref())
    }
}

/// The files that reading this source would read, which nothing should be written over; `data` is the folder of
/// [`LoadOptions::data`].
pub fn files(source: &Source, data: &Path) -> Vec<PathBuf> {
    let folder = match source {
        Source::Practice => return Vec::new(),
        Source::File(file) => return vec![file.clone()],
        Source::Folder(folder) => folder,
        Source::Default | Source::Mnist => data,
    };
    // What cannot be read is not there to be written over; loading it will tell.
    Found::in_folder(folder).map(|found| found.paths()).unwrap_or_default()
}

/// Finds the folder `data`: the nearest one, from the current directory upwards, that lies beside a `Cargo.toml`; the
/// one in the current directory needs no `Cargo.toml` if it holds a file of MNIST. If there is none, it is `data` in
/// the current directory, which a download makes.
pub fn data_folder() -> PathBuf {
    let here = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
    data_folder_from(&here)
}

fn data_folder_from(here: &Path) -> PathBuf {
    let counts = |base: &Path| {
        let data = base.join("data");
        let in_project = data.is_dir() && base.join("Cargo.toml").is_file();
        // A folder that cannot be read is one that may hold something: loading it will tell.
        let holds = || Found::in_folder(&data).map_or(true, |found| !found.is_nothing());
        (in_project || (base == here && holds())).then_some(data)
    };
    here.ancestors().find_map(counts).unwrap_or_else(|| here.join("data"))
}

/// Loads what `source` names. Only [`Source::Mnist`] ever downloads, and only what is not there.
///
/// # Errors
/// Data that is missing, incomplete, unreadable or in doubt; half a set is an error, not a reason to use something else.
pub fn load(source: &Source, options: &LoadOptions, host: &mut dyn Host) -> Result<Dataset> {
    match source {
        Source::Practice => Ok(with_note(practice::dataset(), stray_folder("practice"))),
        Source::Folder(folder) => load_folder(folder, options, host),
        Source::File(file) => {
            let loaded = csv_file(file)?;
            parted(loaded, "CSV", file, Source::File(file.clone()), options.parting())
        }
        Source::Default => {
            let found = Found::in_folder(&options.data)?;
            match found.files() {
                Some(files) => load_files(&files, &options.data, options, host),
                None if found.is_nothing() => {
                    let aside = unused(&options.data);
                    let aside =
                        aside.iter().map(|aside| format!("not used in {}: {aside}", options.data.display()));
                    let mut dataset = practice::dataset();
                    dataset.notes.extend(aside);
                    Ok(dataset)
                }
                None => Err(found.incomplete(&options.data)),
            }
        }
        Source::Mnist => {
            let mut found = Found::in_folder(&options.data)?;
            if found.files().is_none() {
                host.fetch(&options.data)?;
                found = Found::in_folder(&options.data)?;
            }
            let files = found.files().ok_or_else(|| found.incomplete(&options.data))?;
            let dataset = load_files(&files, &options.data, options, host)?;
            let other = (dataset.source != Source::Mnist).then(|| {
                let folder = options.data.display();
                format!("what lies in {folder} is not MNIST as it was published; empty the folder to download that")
            });
            Ok(with_note(with_note(dataset, other), stray_folder("mnist")))
        }
    }
}

fn with_note(mut dataset: Dataset, note: Option<String>) -> Dataset {
    dataset.notes.extend(note);
    dataset
}

/// The sentence for a folder that has the name of a source, and was not read.
fn stray_folder(name: &str) -> Option<String> {
    let note = || format!("the folder ./{name} was not read; --data ./{name} reads it");
    Path::new(name).is_dir().then(note)
}

/// Loads the files in a folder that the user named.
fn load_folder(folder: &Path, options: &LoadOptions, host: &mut dyn Host) -> Result<Dataset> {
    if let Err(source) = std::fs::read_dir(folder) {
        return Err(Error::Io {
            path: folder.to_owned(),
            doing: "read the folder",
            source,
            advice: "--data takes practice, mnist, a folder that holds MNIST as IDX or CSV, or a CSV file."
                .to_owned(),
        });
    }
    let found = Found::in_folder(folder)?;
    let files = found.files().ok_or_else(|| found.incomplete(folder))?;
    load_files(&files, folder, options, host)
}

fn csv_file(path: &Path) -> Result<Loaded> {
    labelled(csv::read(path, Labels::Required)?, path)
}

fn load_files(files: &Files<'_>, folder: &Path, options: &LoadOptions, host: &dyn Host) -> Result<Dataset> {
    let source = Source::Folder(folder.to_owned());
    let (format, train, test): (_, Result<Loaded>, Result<Loaded>) = match files {
        Files::Idx { train: [train_images, train_labels], test: [test_images, test_labels], .. } => {
            let train = || idx::read(train_images, train_labels);
            let (train, test) = crate::parallel::join(train, || idx::read(test_images, test_labels));
            ("IDX", train, test)
        }
        Files::Csv { train, test } => ("CSV", csv_file(train), csv_file(test)),
        Files::Folders { train, test } => {
            let decoder = decoder(host, folder)?;
            ("images", folder::read(train, decoder), folder::read(test, decoder))
        }
        Files::Folder(classes) => {
            let loaded = folder::read(classes, decoder(host, folder)?)?;
            return parted(loaded, "images", folder, source, options.parting());
        }
    };
    let ((train, train_notes), (test, test_notes)) = (train?, test?);
    let mut dataset = Dataset {
        origin: format!("{}, {format}", shown(folder)),
        source,
        notes: [train_notes, test_notes].concat(),
        train,
        test,
        ..Dataset::default()
    };
    dataset
        .notes
        .extend(unused(folder).iter().map(|aside| format!("not used in {}: {aside}", shown(folder))));
    let Files::Idx { train: [train_images, train_labels], test: [test_images, test_labels], set } = files
    else {
        return Ok(named(dataset, folder, false));
    };
    let mut dataset = named(dataset, folder, set.lies);
    if dataset.source == Source::Mnist {
        return Ok(dataset);
    }
    if let Some(name) = known::name_of_files([train_images, train_labels, test_images, test_labels]) {
        dataset.name = name.to_owned();
    } else if let Some((name, lens)) = set.is
        && lens == [dataset.train.len(), dataset.test.len()]
    {
        dataset.name = name.to_owned();
        let note = "it is called so by the names of its files and the numbers of its images; no checksum was compared";
        dataset.notes.push(note.to_owned());
    }
    Ok(dataset)
}

fn decoder<'a>(host: &'a dyn Host, folder: &Path) -> Result<&'a dyn ImageDecoder> {
    host.decoder().ok_or_else(|| {
        let folder = folder.display();
        Error::Unavailable(format!(
            "{folder} holds images in folders by digit, which this program cannot read"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_folder_lies_beside_a_manifest_or_holds_mnist() {
        let base = tempfile::tempdir().expect("a temporary folder");
        let make = |folder: &str| {
            let folder = base.path().join(folder);
            std::fs::create_dir_all(&folder).expect("makes it");
            folder
        };
        let touch = |file: &str| std::fs::write(base.path().join(file), "").expect("writes");
        let (project, source) = (make("project"), make("project/crates/one/src"));
        make("project/data");
        make("project/crates/one/src/data");
        assert_eq!(data_folder_from(&source), source.join("data"), "none counts");
        touch("project/Cargo.toml");
        touch("project/crates/one/Cargo.toml");
        assert_eq!(data_folder_from(&source), project.join("data"));
        assert_eq!(data_folder_from(&project), project.join("data"));
        touch("project/crates/one/src/data/mnist_test.csv");
        assert_eq!(data_folder_from(&source), source.join("data"));
    }
}
