//! What `--data` names, found and loaded: practice digits, MNIST, or the files in a folder.
//!
//! A folder may hold MNIST in more than one way. IDX goes before CSV, because it loads faster. Of the spellings of an
//! IDX name, plain goes before gzip, and a dash (`train-images-idx3-ubyte`) before a dot (`train-images.idx3-ubyte`).

use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::download::{self, DownloadObserver};
use super::{Dataset, Examples, Source, Split, csv, idx, practice};
use crate::{Error, Result};

/// Where to look for MNIST, and where to get it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadOptions {
    /// The address to download MNIST from, instead of the two that are built in.
    pub mirror: Option<String>,
    /// The folder where MNIST lies or is brought to.
    pub data: PathBuf,
}

impl Default for LoadOptions {
    /// The built-in mirrors, and the folder that [`data_folder`] finds.
    fn default() -> Self {
        LoadOptions { mirror: None, data: data_folder() }
    }
}

impl FromStr for Source {
    type Err = Error;

    /// Reads the value of `--data`: `practice`, `mnist`, or a folder (`./mnist`, if it has such a name).
    fn from_str(value: &str) -> Result<Self> {
        match value {
            "practice" => Ok(Source::Practice),
            "mnist" => Ok(Source::Mnist),
            "" => Err(Error::Usage("expected practice, mnist or a folder as data, found nothing".to_owned())),
            folder => Ok(Source::Folder(folder.into())),
        }
    }
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
        (in_project || (base == here && !Found::in_folder(&data).is_nothing())).then_some(data)
    };
    here.ancestors().find_map(counts).unwrap_or_else(|| here.join("data"))
}

/// Loads what `source` names. Only [`Source::Mnist`] ever downloads, and only what is not there.
pub fn load(source: &Source, options: &LoadOptions, observer: &mut dyn DownloadObserver) -> Result<Dataset> {
    match source {
        Source::Practice => Ok(practice::dataset()),
        Source::Folder(folder) => load_folder(folder),
        Source::Default => {
            let found = Found::in_folder(&options.data);
            match found.files() {
                Some(files) => files.load("MNIST".to_owned(), &options.data),
                None if found.is_nothing() => Ok(practice::dataset()),
                None => Err(found.incomplete(&options.data)),
            }
        }
        Source::Mnist => {
            let mut found = Found::in_folder(&options.data);
            if found.files().is_none() {
                download::fetch(&options.data, options.mirror.as_deref(), observer)?;
                found = Found::in_folder(&options.data);
            }
            let files = found.files().ok_or_else(|| found.incomplete(&options.data))?;
            files.load("MNIST".to_owned(), &options.data)
        }
    }
}

/// Loads the files in a folder that the user named.
fn load_folder(folder: &Path) -> Result<Dataset> {
    if let Err(source) = std::fs::read_dir(folder) {
        return Err(Error::Io {
            path: folder.to_owned(),
            doing: "read the folder",
            source,
            advice: "--data takes practice, mnist, or a folder that holds MNIST as IDX or CSV.".to_owned(),
        });
    }
    let found = Found::in_folder(folder);
    let files = found.files().ok_or_else(|| found.incomplete(folder))?;
    let name = std::path::absolute(folder)
        .ok()
        .and_then(|folder| Some(folder.file_name()?.to_string_lossy().into_owned()));
    files.load(name.unwrap_or_else(|| folder.display().to_string()), folder)
}

/// The files of MNIST that lie in a folder.
#[derive(Debug)]
struct Found {
    /// Training images and labels, test images and labels.
    idx: [Option<PathBuf>; 4],
    /// Training and test rows.
    csv: [Option<PathBuf>; 2],
}

/// The names of IDX files, less what follows the number of dimensions.
const IDX: [(&str, &str); 4] = [
    ("train-images", "idx3-ubyte"),
    ("train-labels", "idx1-ubyte"),
    ("t10k-images", "idx3-ubyte"),
    ("t10k-labels", "idx1-ubyte"),
];

const CSV: [&str; 2] = ["mnist_train.csv", "mnist_test.csv"];

/// The name of the CSV file of a split.
pub fn csv_name(split: Split) -> &'static str {
    match split {
        Split::Train => CSV[0],
        Split::Test => CSV[1],
    }
}

impl Found {
    fn in_folder(folder: &Path) -> Self {
        let file = |name: String| Some(folder.join(name)).filter(|path| path.is_file());
        Found {
            idx: IDX.map(|(stem, kind)| {
                ["", ".gz"]
                    .iter()
                    .flat_map(|gz| ["-", "."].map(|dash| format!("{stem}{dash}{kind}{gz}")))
                    .find_map(file)
            }),
            csv: CSV.map(|name| file(name.to_owned())),
        }
    }

    fn is_nothing(&self) -> bool {
        self.idx.iter().chain(&self.csv).all(Option::is_none)
    }

    /// The files of the preferred complete format.
    fn files(&self) -> Option<Files<'_>> {
        match (&self.idx, &self.csv) {
            ([Some(train_images), Some(train_labels), Some(test_images), Some(test_labels)], _) => {
                Some(Files::Idx { train: [train_images, train_labels], test: [test_images, test_labels] })
            }
            (_, [Some(train), Some(test)]) => Some(Files::Csv { train, test }),
            _ => None,
        }
    }

    /// The error for a folder without a complete set: what it holds and what it lacks.
    fn incomplete(&self, folder: &Path) -> Error {
        let mut message = format!("{} holds no complete data set.\n", folder.display());
        let idx_names = IDX.map(|(stem, kind)| format!("{stem}-{kind}"));
        let formats =
            [("IDX", idx_names.as_slice(), self.idx.as_slice()), ("CSV", &CSV.map(str::to_owned), &self.csv)];
        for (format, names, found) in formats {
            let missing: Vec<&str> = names
                .iter()
                .zip(found)
                .filter(|(_, found)| found.is_none())
                .map(|(name, _)| name.as_str())
                .collect();
            let here = found.len() - missing.len();
            let gz = if format == "IDX" { " (plain or .gz)" } else { "" };
            message += &format!(
                "{format}: {here} of {} files found, missing {}{gz}\n",
                found.len(),
                missing.join(", ")
            );
        }
        message += "Add what is missing, or use --data mnist, which downloads it, \
                    or --data practice, which needs no files.";
        Error::Unavailable(message)
    }
}

/// A complete set of files.
enum Files<'a> {
    /// Images and labels of each split.
    Idx { train: [&'a Path; 2], test: [&'a Path; 2] },
    /// A file for each split.
    Csv { train: &'a Path, test: &'a Path },
}

impl Files<'_> {
    fn load(&self, name: String, folder: &Path) -> Result<Dataset> {
        type Halves = (Result<Examples>, Result<Examples>);
        let (format, (train, test)): (&str, Halves) = match self {
            Files::Idx { train: [train_images, train_labels], test: [test_images, test_labels] } => {
                let train = || idx::read(train_images, train_labels);
                ("IDX", crate::parallel::join(train, || idx::read(test_images, test_labels)))
            }
            Files::Csv { train, test } => ("CSV", (csv::read(train), csv::read(test))),
        };
        Ok(Dataset { name, origin: format!("{}, {format}", folder.display()), train: train?, test: test? })
    }
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
