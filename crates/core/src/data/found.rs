//! What lies in a folder: files of MNIST under their usual names, and what looks like data but is not used.

use std::fmt::Write as _;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::folder::{self, has_classes, without_classes};
use super::{Split, formats};
use crate::printable::printable;
use crate::{Error, Result};

/// The files in which a data set comes as IDX.
#[derive(Debug)]
pub(super) struct IdxSet {
    /// What these names, and these numbers of images for training and testing, say that it is.
    pub(super) is: Option<(&'static str, [usize; 2])>,
    /// Whether its images have rows and columns exchanged.
    pub(super) lies: bool,
    /// The stem and the ending of each file: training images and labels, test images and labels.
    files: [(&'static str, &'static str); 4],
}

/// The names that MNIST and the sets in its place have.
const IDX: [(&str, &str); 4] = [
    ("train-images", "idx3-ubyte"),
    ("train-labels", "idx1-ubyte"),
    ("t10k-images", "idx3-ubyte"),
    ("t10k-labels", "idx1-ubyte"),
];

/// The data sets that are read, the preferred one first: those of the usual names, EMNIST (Cohen et al. 2017), whose other
/// parts hold letters, and QMNIST (Yadav and Bottou 2019).
const SETS: [IdxSet; 4] = [
    IdxSet { is: None, lies: false, files: IDX },
    IdxSet {
        is: Some(("EMNIST digits", [240_000, 40_000])),
        lies: true,
        files: [
            ("emnist-digits-train-images", "idx3-ubyte"),
            ("emnist-digits-train-labels", "idx1-ubyte"),
            ("emnist-digits-test-images", "idx3-ubyte"),
            ("emnist-digits-test-labels", "idx1-ubyte"),
        ],
    },
    IdxSet {
        is: Some(("EMNIST MNIST", [60_000, 10_000])),
        lies: true,
        files: [
            ("emnist-mnist-train-images", "idx3-ubyte"),
            ("emnist-mnist-train-labels", "idx1-ubyte"),
            ("emnist-mnist-test-images", "idx3-ubyte"),
            ("emnist-mnist-test-labels", "idx1-ubyte"),
        ],
    },
    IdxSet {
        is: Some(("QMNIST", [60_000, 60_000])),
        lies: false,
        files: [
            ("qmnist-train-images", "idx3-ubyte"),
            ("qmnist-train-labels", "idx2-int"),
            ("qmnist-test-images", "idx3-ubyte"),
            ("qmnist-test-labels", "idx2-int"),
        ],
    },
];

const CSV: [&str; 2] = ["mnist_train.csv", "mnist_test.csv"];

/// The names of folders of images for training and testing, side by side.
const HALVES: [[&str; 2]; 4] =
    [["train", "test"], ["training", "testing"], ["Train", "Test"], ["Training", "Testing"]];

/// The most entries of a folder that are looked at for what is not used.
const LOOKED_AT: usize = 1000;
/// The most of them that are told.
const MOST_TOLD: usize = 8;

/// The name of the CSV file of a split.
pub fn csv_name(split: Split) -> &'static str {
    match split {
        Split::Train => CSV[0],
        Split::Test => CSV[1],
    }
}

/// The files of MNIST that lie in a folder.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Training images and labels, test images and labels, under the names of one set.
    idx: [Option<PathBuf>; 4],
    /// Which of [`SETS`] has these names.
    set: usize,
    /// Training and test rows.
    csv: [Option<PathBuf>; 2],
    /// Folders of images by class: one of all, or one for training and one for testing.
    classes: Vec<PathBuf>,
}

/// A complete set of files.
pub(super) enum Files<'a> {
    /// Images and labels of each split.
    Idx { train: [&'a Path; 2], test: [&'a Path; 2], set: &'static IdxSet },
    /// A file for each split.
    Csv { train: &'a Path, test: &'a Path },
    /// A folder of images by class for each split.
    Folders { train: &'a Path, test: &'a Path },
    /// A folder of images by class.
    Folder(&'a Path),
}

impl Found {
    /// What lies in a folder; nothing if there is no such folder.
    ///
    /// # Errors
    /// A folder that is none, or cannot be read.
    pub(super) fn in_folder(folder: &Path) -> Result<Self> {
        match std::fs::read_dir(folder) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::default()),
            Err(error) => return Err(Error::io(folder, "read the folder", error)),
        }
        let file = |name: String| Some(folder.join(name)).filter(|path| path.is_file());
        let halves = HALVES.map(|halves| halves.map(|half| folder.join(half)));
        let classes = halves.into_iter().find(|halves| halves.iter().all(|half| has_classes(half)));
        let classes = classes.map_or_else(|| vec![folder.to_owned()], Vec::from);
        let of_set = |set: &IdxSet| set.files.map(|(stem, kind)| spellings(stem, kind).find_map(file));
        let complete = SETS.iter().position(|set| of_set(set).iter().all(Option::is_some));
        let set = complete.unwrap_or(0);
        Ok(Found {
            idx: of_set(&SETS[set]),
            set,
            csv: CSV.map(|name| file(name.to_owned())),
            classes: classes.into_iter().filter(|folder| has_classes(folder)).collect(),
        })
    }

    pub(super) fn is_nothing(&self) -> bool {
        self.idx.iter().chain(&self.csv).all(Option::is_none) && self.classes.is_empty()
    }

    /// The files of all formats.
    pub(super) fn paths(self) -> Vec<PathBuf> {
        let images = self.classes.into_iter().flat_map(|folder| folder::files(&folder));
        self.idx.into_iter().chain(self.csv).flatten().chain(images).collect()
    }

    /// The files of the preferred complete format.
    pub(super) fn files(&self) -> Option<Files<'_>> {
        match (&self.idx, &self.csv, &self.classes[..]) {
            ([Some(train_images), Some(train_labels), Some(test_images), Some(test_labels)], ..) => {
                let (train, test) = ([train_images, train_labels], [test_images, test_labels]);
                Some(Files::Idx {
                    train: train.map(|path| &**path),
                    test: test.map(|path| &**path),
                    set: &SETS[self.set],
                })
            }
            (_, [Some(train), Some(test)], _) => Some(Files::Csv { train, test }),
            (.., [train, test]) => Some(Files::Folders { train, test }),
            (.., [folder]) => Some(Files::Folder(folder)),
            _ => None,
        }
    }

    /// The error for a folder without a complete set: what it holds and what it lacks.
    pub(super) fn incomplete(&self, folder: &Path) -> Error {
        let mut message = format!("{} holds no complete data set.\n", folder.display());
        let idx_names = IDX.map(|(stem, kind)| format!("{stem}-{kind}"));
        let formats =
            [("IDX", idx_names.as_slice(), self.idx.as_slice()), ("CSV", &CSV.map(str::to_owned), &self.csv)];
        if self.is_nothing() {
            let [idx, csv] = [&idx_names[0], CSV[0]];
            // A String takes everything.
            let _ = writeln!(
                message,
                "It has no file of MNIST, as IDX ({idx}, ...) or CSV ({csv}, ...), and no images in folders 0 to 9."
            );
        }
        for (format, names, found) in formats.into_iter().filter(|_| !self.is_nothing()) {
            let missing: Vec<&str> = names
                .iter()
                .zip(found)
                .filter(|(_, found)| found.is_none())
                .map(|(name, _)| name.as_str())
                .collect();
            let here = found.len() - missing.len();
            let gz = if format == "IDX" { " (plain or .gz)" } else { "" };
            let all = found.len();
            // A String takes everything.
            let _ = writeln!(
                message,
                "{format}: {here} of {all} files found, missing {}{gz}",
                missing.join(", ")
            );
        }
        let aside = [unused(folder), without_classes(folder)].concat();
        aside.iter().for_each(|aside| message += &format!("Not used: {aside}\n"));
        message += "Add what is missing, or use --data mnist, which downloads it, \
                    or --data practice, which needs no files.";
        Error::Unavailable(message)
    }
}

impl Found {
    /// Whether this is a folder of images for training or testing that is read.
    fn reads(&self, path: &Path) -> bool {
        matches!(self.files(), Some(Files::Folders { train, test }) if train == path || test == path)
    }

    /// The sentence for a complete data set to which another one in the folder is preferred.
    fn second_choice(&self) -> Option<String> {
        let csv = self.csv.iter().all(Option::is_some);
        let images = !self.classes.is_empty();
        match (self.files()?, csv, images) {
            (Files::Idx { .. }, true, _) => Some(format!("{}, {}: IDX goes before CSV", CSV[0], CSV[1])),
            (Files::Idx { .. } | Files::Csv { .. }, _, true) => {
                Some("images in folders by digit: IDX and CSV go before them".to_owned())
            }
            _ => None,
        }
    }

    /// The sentence for a file of a set under other names than those that are read.
    fn unused_of_set(&self, name: &str) -> Option<String> {
        let (emnist, qmnist) = (name.strip_prefix("emnist-"), name.strip_prefix("qmnist-"));
        if emnist.or(qmnist).is_none() || !["-ubyte", "-int"].iter().any(|end| name.contains(end)) {
            return None;
        }
        let set = SETS.iter().position(|set| set.files.iter().any(|(stem, _)| name.starts_with(stem)));
        let begin = match emnist {
            Some(rest) => format!("emnist-{}", rest.split('-').next().unwrap_or_default()),
            None => "qmnist".to_owned(),
        };
        match set {
            Some(set) if set == self.set => None,
            // Of what the folder holds, another set is read, or none is complete.
            Some(_) if self.idx.iter().all(Option::is_some) => Some(format!(
                "{begin}-*, another data set: move its files into a folder of their own to read it"
            )),
            Some(_) => Some(format!("{begin}-*, a data set of which files are missing")),
            None => Some(format!("{begin}-*, which is not a set of digits alone")),
        }
    }
}

/// The ways to spell the name of an IDX file, the preferred one first.
fn spellings(stem: &str, kind: &str) -> impl Iterator<Item = String> {
    ["", ".gz"].iter().flat_map(move |gz| ["-", "."].map(|dash| format!("{stem}{dash}{kind}{gz}")))
}

/// What looks like data in a folder but is not used, and what to do about it: a sentence each.
pub(super) fn unused(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<_> = entries.flatten().take(LOOKED_AT).map(|entry| entry.file_name()).collect();
    names.sort();
    let found = Found::in_folder(folder).unwrap_or_default();
    let told = names.iter().filter(|name| !found.reads(&folder.join(name))).filter_map(|name| {
        let shown = printable(&name.to_string_lossy(), 80);
        found.unused_of_set(&shown).or_else(|| unused_entry(&folder.join(name), &shown))
    });
    let mut told: Vec<String> = told.collect();
    told.dedup(); // a set of four files is told once
    told.extend(found.second_choice());
    told.truncate(MOST_TOLD);
    told
}

/// The sentence for an entry that looks like data but is not used.
fn unused_entry(path: &Path, name: &str) -> Option<String> {
    let usual = IDX.iter().any(|(stem, kind)| spellings(stem, kind).any(|usual| usual == name))
        || CSV.contains(&name);
    if let (true, Err(error)) = (usual, std::fs::metadata(path)) {
        let link = std::fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
        return Some(if link { format!("{name}, a broken link") } else { format!("{name}: {error}") });
    }
    if path.is_dir() {
        let same = path.join(name);
        if usual {
            return Some(match same.is_file() {
                true => format!("{name}/{name}, a file in a folder of its own name: move it up"),
                false => format!("{name}, a folder"),
            });
        }
        let inside = [path.to_owned(), path.join("raw"), path.join("MNIST/raw")];
        let holds = |folder: &&PathBuf| Found::in_folder(folder).is_ok_and(|found| found.files().is_some());
        let inside = inside.iter().find(holds)?;
        return Some(format!("{}, which holds a data set: --data {0} reads it", inside.display()));
    }
    if usual {
        return (!path.is_file()).then(|| format!("{name}, which is no regular file"));
    }
    let lower = name.to_ascii_lowercase();
    if [".csv", ".csv.gz", ".tsv"].iter().any(|end| lower.ends_with(end)) && path.is_file() {
        return Some(match lower.as_str() {
            "test.csv" => format!("{name}: rows without labels, as Kaggle's, are for predict"),
            _ => format!("{name}: --data {} reads it, and keeps a part of it for testing", path.display()),
        });
    }
    let others = [
        ".npz", ".npy", ".parquet", ".mat", ".zip", ".xlsx", ".xls", ".pkl", ".tar", ".bz2", ".xz", ".zst",
        ".7z", ".rar", ".json", ".jsonl", ".arff", ".libsvm",
    ];
    if others.iter().any(|end| lower.ends_with(end)) && path.is_file() {
        let mut begin = [0; formats::LOOKED_AT];
        let len = std::fs::File::open(path).and_then(|mut file| file.read(&mut begin)).ok()?;
        let what = formats::recognise(&begin[..len])?.what;
        return Some(format!("{name}, {what}: --data {} tells how to convert it", path.display()));
    }
    None
}
