//! Data sets put together: files in memory become training and test examples, one set becomes two, and a set gets its name.

use super::csv::{self, Labels, Rows};
use super::orientation::{self, Orientation};
use super::{Dataset, Examples, IN_PLACE, Source, idx, known, split};
use crate::printable::printable;
use crate::{Error, Result};
use std::path::Path;

/// The share of a single set that is for testing, unless told otherwise.
pub const USUAL_TEST_SHARE: f64 = 0.2;

/// How a single set is parted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parting {
    /// The share that is for testing: between 0 and 1.
    pub test_share: f64,
    /// Which examples these are.
    pub seed: u64,
}

/// Examples, and what was converted on the way.
pub(super) type Loaded = (Examples, Vec<String>);

/// The rows of the file `path`, with their labels.
pub(super) fn labelled(rows: Rows, path: &Path) -> Result<Loaded> {
    // Rows without labels are an error already where labels are required.
    rows.into_examples().ok_or_else(|| Error::Unavailable(format!("{} has no labels", path.display())))
}

/// A file that lies in memory.
#[derive(Debug, Clone, Copy)]
pub struct Held<'a> {
    /// Its name, as errors show it.
    pub name: &'a Path,
    /// Its bytes, plain or gzip.
    pub bytes: &'a [u8],
}

/// The data set in files that lie in memory: one set, or one for training and one for testing, as CSV or as pairs of IDX.
/// Which file is for testing is told by its name, `t10k` or `test`; otherwise the set with more images is for training.
///
/// # Errors
/// Those of the parsers, and files that make no data set, with what would.
pub fn from_files(files: &[Held<'_>], parting: Parting) -> Result<Dataset> {
    let (mut images, mut labels, mut tables) = (Vec::new(), Vec::new(), Vec::new());
    for file in files {
        match idx::kind(file.bytes) {
            Some(idx::Items::Images) => images.push(*file),
            Some(idx::Items::Labels) => labels.push(*file),
            None => tables.push(*file),
        }
    }
    let (format, mut sets) = match (images.len(), labels.len(), tables.len()) {
        (0, 0, 1 | 2) => ("CSV", tables.iter().map(read_table).collect::<Result<Vec<_>>>()?),
        (1 | 2, pairs, 0) if pairs == images.len() => ("IDX", read_pairs(&images, &mut labels)?),
        (image_files, label_files, others) => {
            return Err(Error::Usage(format!(
                "expected the files of one data set, found {image_files} IDX files of images, {label_files} of labels and \
                 {others} others\n\
                 Give one or two CSV files, or IDX files of images and labels, one or two of each."
            )));
        }
    };
    let (first, first_name) = sets.remove(0);
    let Some((second, second_name)) = sets.pop() else {
        return parted(first, format, first_name, Source::File(first_name.to_owned()), parting);
    };
    let second_is_for_testing = match (is_for_testing(first_name), is_for_testing(second_name)) {
        (true, false) => false,
        (false, true) => true,
        _ => first.0.len() >= second.0.len(),
    };
    let (train, test, name) = match second_is_for_testing {
        true => (first, second, first_name),
        false => (second, first, second_name),
    };
    let dataset = Dataset {
        origin: format!("{}, {format}", shown(name)),
        source: Source::File(name.to_owned()),
        notes: [train.1, test.1].concat(),
        train: train.0,
        test: test.0,
        ..Dataset::default()
    };
    Ok(named(dataset, name, false))
}

fn read_table<'a>(file: &Held<'a>) -> Result<(Loaded, &'a Path)> {
    Ok((labelled(csv::parse(file.bytes, file.name, Labels::Required)?, file.name)?, file.name))
}

/// Reads each file of images with the file of labels that is for the same half.
fn read_pairs<'a>(images: &[Held<'a>], labels: &mut Vec<Held<'a>>) -> Result<Vec<(Loaded, &'a Path)>> {
    let read = |images: &Held<'a>| {
        let same =
            labels.iter().position(|labels| is_for_testing(labels.name) == is_for_testing(images.name));
        let labels = labels.remove(same.unwrap_or(0));
        let [images_in, labels_in] = [images, &labels].map(|file| idx::Input::memory(file.name, file.bytes));
        Ok((idx::parse(images_in, labels_in)?, images.name))
    };
    images.iter().map(read).collect()
}

/// Whether a file's name says that it is for testing.
fn is_for_testing(name: &Path) -> bool {
    let name = name.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    name.contains("t10k") || name.contains("test")
}

/// A data set of one set, a part of which is for testing.
pub(super) fn parted(
    (all, mut notes): Loaded,
    format: &str,
    path: &Path,
    source: Source,
    Parting { test_share, seed }: Parting,
) -> Result<Dataset> {
    let (train, test) = split::split(&all, test_share, seed);
    if train.is_empty() || test.is_empty() {
        return Err(Error::Usage(format!(
            "{} holds {} images: --test-share {test_share} leaves none to learn from, or none to be judged by\n\
             Give more images, or another share between 0 and 1.",
            path.display(),
            all.len(),
        )));
    }
    notes.push(format!(
        "of each digit, {:.0} % of the images are for testing (--test-share), chosen by seed {seed}",
        100.0 * test_share,
    ));
    let origin = format!("{}, {format}", shown(path));
    Ok(named(Dataset { origin, source, notes, train, test, ..Dataset::default() }, path, false))
}

/// Gives a data set the name that its content deserves, turns it upright, and says what is odd about it. `lies` says
/// that images of its name have rows and columns exchanged.
pub(super) fn named(mut dataset: Dataset, path: &Path, lies: bool) -> Dataset {
    if let Some(name) = known::name(&dataset.train, &dataset.test) {
        dataset.name = name.to_owned();
        dataset.source = Source::Mnist; // the only one that is known
        return dataset;
    }
    let short = std::path::absolute(path).ok().and_then(|path| Some(path.file_name()?.to_owned()));
    dataset.name =
        format!("{IN_PLACE}{}", shown(Path::new(&short.unwrap_or_else(|| path.as_os_str().to_owned()))));
    for (half, examples) in [("training", &mut dataset.train), ("test", &mut dataset.test)] {
        let (turn, what) = match orientation::of(examples) {
            Orientation::Lying => (true, "lay on their side, as EMNIST's do, and were turned upright"),
            Orientation::Unclear if lies => {
                (true, "have the names of EMNIST's, which lie on their side, and were turned upright")
            }
            Orientation::Upright if lies => (false, "are upright, unlike EMNIST's, and were left so"),
            _ => (false, ""),
        };
        if turn {
            orientation::turn(examples);
        }
        if !what.is_empty() {
            dataset.notes.push(format!("the {half} images {what}"));
        }
        if let [first, rest @ ..] = examples.labels()
            && !rest.is_empty()
            && rest.iter().all(|label| label == first)
        {
            dataset.notes.push(format!(
                "all {half} images are of one digit, {first}: nothing can be told from others"
            ));
        }
    }
    dataset
}

/// A path as the screen shows it.
pub(super) fn shown(path: &Path) -> String {
    printable(&path.display().to_string(), 500)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Split, practice};

    const USUAL: Parting = Parting { test_share: USUAL_TEST_SHARE, seed: 1 };

    fn held<'a>(files: &'a [(&'a str, Vec<u8>)]) -> Vec<Held<'a>> {
        files.iter().map(|(name, bytes)| Held { name: Path::new(name), bytes }).collect()
    }

    fn table(examples: &Examples) -> Vec<u8> {
        let mut bytes = Vec::new();
        csv::write_to(&mut bytes, examples).expect("memory takes all");
        bytes
    }

    /// Protects data that is dropped onto the page: the halves are found whatever the order of the files.
    #[test]
    fn files_in_any_order_make_the_data_set_that_their_names_say() {
        let (train, test) = (practice::examples(1, Split::Train, 20), practice::examples(1, Split::Test, 30));
        let csv = [("b.csv", table(&test)), ("a.csv", table(&train))];
        let by_size = from_files(&held(&csv), USUAL).expect("two tables");
        assert!(by_size.train == test && by_size.test == train, "more images are for training");
        let csv = [("mnist_test.csv", table(&test)), ("mnist_train.csv", table(&train))];
        let by_name = from_files(&held(&csv), USUAL).expect("two tables");
        assert!(by_name.train == train && by_name.test == test);
        let ([train_images, train_labels], [test_images, test_labels]) =
            (idx::to_bytes(&train), idx::to_bytes(&test));
        let idx = [
            ("t10k-labels-idx1-ubyte", test_labels.clone()),
            ("train-images-idx3-ubyte", train_images),
            ("train-labels-idx1-ubyte", train_labels),
            ("t10k-images-idx3-ubyte", test_images.clone()),
        ];
        let by_name = from_files(&held(&idx), USUAL).expect("two pairs");
        assert!(by_name.train == train && by_name.test == test);
        let one = from_files(&held(&[("l", test_labels), ("i", test_images)]), USUAL).expect("one pair");
        assert_eq!(one.train.len() + one.test.len(), test.len());
        assert!(one.notes.iter().any(|note| note.contains("--test-share")), "{:?}", one.notes);
    }

    #[test]
    fn files_that_make_no_data_set_are_refused_with_what_would() {
        let images = || idx::to_bytes(&practice::examples(1, Split::Train, 20))[0].clone();
        for files in [vec![], vec![("i", images())], vec![("a", vec![]), ("b", vec![]), ("c", vec![])]] {
            let error = from_files(&held(&files), USUAL).expect_err("no data set");
            assert!(error.to_string().contains("one or two of each"), "{error}");
        }
        assert!(from_files(&held(&[("a.csv", b"1,2,3".to_vec())]), USUAL).is_err());
    }
}
