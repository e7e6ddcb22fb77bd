//! Figures of the book: a file each, drawn from results, from the practice digits, or from a quick training.

use crate::{Problem, Result, Tool, project};

mod angles_by_epoch;
mod batch_sizes;
mod bias_variants;
mod by_epoch;
mod card;
mod chain;
mod difference_steps;
mod feedback;
mod first_epoch;
mod flat_outputs;
mod gradient_lengths;
mod grey_levels;
mod ladder;
mod learning_curves;
mod lit_pixels;
mod luck;
mod mean_images;
pub(crate) mod numbers;
mod overshoot;
mod range_of_seeds;
mod rates_per_example;
mod six_curves;
mod ten_neurons;
mod terminal;
mod two_losses;
mod worked_example;

/// All figures, in the order of the book.
const ALL: &[&Figure] = &[
    &six_curves::FIGURE,
    &grey_levels::FIGURE,
    &mean_images::FIGURE,
    &ten_neurons::FIGURE,
    &chain::FIGURE,
    &worked_example::FIGURE,
    &luck::FIGURE,
    &two_losses::FIGURE,
    &batch_sizes::FIGURE,
    &first_epoch::FIGURE,
    &angles_by_epoch::FIGURE,
    &bias_variants::FIGURE,
    &difference_steps::FIGURE,
    &flat_outputs::FIGURE,
    &gradient_lengths::FIGURE,
    &rates_per_example::FIGURE,
    &terminal::FIGURE,
    &overshoot::FIGURE,
    &ladder::FIGURE,
    &learning_curves::FIGURE,
    &feedback::FIGURE,
    &lit_pixels::FIGURE,
    &card::BLANK,
    &card::SOLVED,
];

/// A figure.
pub struct Figure {
    /// Its name, and that of its file.
    pub name: &'static str,
    /// What it shows, for those who do not see it.
    pub title: &'static str,
    /// Draws it, as SVG.
    pub draw: fn(title: &str, tool: &Tool) -> Result<String>,
}

/// All figures.
pub fn all() -> &'static [&'static Figure] {
    ALL
}

/// The figure of this name.
pub fn named(name: &str) -> Result<&'static Figure> {
    let known = || ALL.iter().map(|figure| figure.name).collect::<Vec<_>>().join(", ");
    let found = ALL.iter().copied().find(|figure| figure.name == name);
    found.ok_or_else(|| Problem::new(format!("there is no figure {name}; there are: {}", known())))
}

/// The file of a figure.
pub fn file(figure: &Figure) -> String {
    if figure.name == terminal::FIGURE.name {
        return terminal::FILE.to_owned();
    }
    format!("{}/{}.svg", project::FIGURES, figure.name)
}

/// A figure as it should be.
pub fn drawn(figure: &Figure, tool: &Tool) -> Result<String> {
    (figure.draw)(figure.title, tool).map_err(|problem| problem.at(format!("figure {}", figure.name)))
}
