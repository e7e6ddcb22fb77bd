//! `--explain`: every column, row and word of the comparison in a line.

use crate::results::{EARLY, REFERENCE};
use crate::stages;
use digits_cli::glossary;
use digits_cli::screen::Screen;
use digits_core::words;

/// Writes all explanations.
pub(crate) fn print(screen: &Screen) {
    let early = format!("accuracy after {EARLY}");
    let from = format!("from {REFERENCE}");
    let columns: Vec<(&str, &str)> = vec![
        ("B, eta, r", "batch size, learning rate, and the learning rate per example (see below)"),
        ("updates", "how often the parameters changed"),
        (&early, "test accuracy in per cent after ten epochs: how fast it learns"),
        (
            "accuracy after N",
            "test accuracy in per cent at the end: mean ± standard deviation of single trainings",
        ),
        (
            &from,
            "the mean difference, taken seed by seed, ± its standard error. Beyond twice that, chance explains it badly, unless the seeds are only a few",
        ),
        (
            "95 %, other",
            "where the mean would lie with other test images. The seeds are another chance, in the column before",
        ),
    ];
    let rows: Vec<(&str, &str)> = vec![
        ("commonest", "always answers the digit that is commonest among the training images"),
        ("class means", "answers the digit whose mean training image is nearest"),
        ("neighbour", "answers the digit of the nearest training image: it looks up and learns nothing"),
        ("ten neurons", "ten outputs without hidden units (stochastic --hidden 0): what one layer can do"),
    ];
    let stages: Vec<(&str, &str)> =
        stages::all().iter().map(|entry| (entry.about.name, entry.about.summary)).collect();
    glossary::print(screen, "Columns", &columns);
    screen.line("");
    glossary::print(screen, "Rows that are no stages", &rows);
    screen.line("");
    glossary::print(screen, "Stages", &stages);
    screen.line("");
    glossary::print(screen, "Words and letters", words::WORDS);
    screen.line("");
    glossary::print(screen, "One training", words::REPORT);
    screen.line("");
    screen.sentence("docs/book/glossary.md says more.");
}
