//! The data of a run, opened as the flags ask, and the first lines of output, which say what it is.

use crate::companions::Companions;
use crate::flags::DataFlags;
use crate::screen::{Screen, Style};
use crate::text::count;
use digits_core::Result;
use digits_core::data::source;
use digits_core::data::{Dataset, Source};
use digits_core::printable::printable;
use digits_core::training::TrainingData;

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
    let mut companions = Companions::new(flags.mirror.as_deref(), screen);
    let mut dataset = source::load(&flags.source, &flags.options(), &mut companions)?;
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
            screen.paint(Style::Dim, "(for real handwriting, --data mnist downloads MNIST, 11.6 MB)"),
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
