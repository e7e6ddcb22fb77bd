//! Reads digits with a saved network, and shows the image that the network sees.

use clap::ArgMatches;
use digits_cli::image::two_rows;
use digits_cli::screen::{Screen, Style};
use digits_cli::text::{counted, percent};
use digits_core::Result;
use digits_core::checkpoint::Checkpoint;
use digits_core::data::{CLASSES, PIXELS, SIDE};
use digits_core::evaluation::{Classifier, predicted_class};
use digits_core::linalg::SparseImages;
use improved::image_file::{Drawing, read};
use improved::{DeepNetwork, Loss};
use std::path::PathBuf;
use std::process::ExitCode;

/// The longest bar, in characters.
const BAR: usize = 30;
/// From so many images on, each gets a line instead of a drawing.
const MANY: usize = 20;

/// Reads the images that the command line names.
pub(crate) fn run(matches: &ArgMatches) -> Result<ExitCode> {
    let screen = Screen::new(false, false).stop_when_unread();
    let files = matches.get_many::<PathBuf>("images").into_iter().flatten();
    let mut drawings = Vec::new();
    for file in files {
        drawings.extend(read(file)?);
    }
    let mut networks = matches.get_many::<PathBuf>("model").into_iter().flatten();
    let Some(path) = networks.next() else {
        return Ok(ExitCode::SUCCESS); // clap asks for one
    };
    let checkpoint = Checkpoint::load(path)?;
    let network = DeepNetwork::from_checkpoint(&checkpoint, path)?;
    let stage =
        checkpoint.metadata.get("stage").map_or(String::new(), |stage| format!(", trained by {stage}"));
    screen.line(format!("{} {}{stage}", screen.paint(Style::Bold, "Network:"), path.display()));

    let mut images = SparseImages::new(PIXELS);
    for drawing in &drawings {
        images.push(&drawing.image.map(|level| f32::from(level) / 255.0));
    }
    let outputs = network.outputs(&images.iter().collect::<Vec<_>>());
    let (mut right, mut labelled) = (0, 0);
    for (drawing, outputs) in drawings.iter().zip(outputs.as_slice().chunks_exact(CLASSES)) {
        let digit = predicted_class(outputs);
        right += usize::from(drawing.label.is_some_and(|label| usize::from(label) == digit));
        labelled += usize::from(drawing.label.is_some());
        let verdict = match drawing.label {
            Some(label) if usize::from(label) == digit => ", which is right".to_owned(),
            Some(label) => format!(", but it is a {label}"),
            None => String::new(),
        };
        let line = format!("{}: {}{verdict}", drawing.name, screen.paint(Style::Best, &digit.to_string()));
        if drawings.len() < MANY {
            screen.line(format!("\n{line}"));
            draw(&screen, drawing, outputs, network.loss).iter().for_each(|line| screen.line(line));
        } else {
            screen.line(format!("{line} ({})", percent(f64::from(outputs[digit]))));
        }
    }
    if labelled > 1 {
        screen.line(format!("\n{right} of {} right", counted(labelled, "labelled image")));
    }
    Ok(ExitCode::SUCCESS)
}

/// A probability, which is hardly ever quite 0 or 1.
fn probability(output: f64) -> String {
    if output > 0.0 && output < 0.001 { "<0.1 %".to_owned() } else { percent(output) }
}

/// The image, and beside it the outputs as bars.
fn draw(screen: &Screen, drawing: &Drawing, outputs: &[f32], loss: Loss) -> Vec<String> {
    let what = match loss {
        Loss::CrossEntropy => "probability",
        Loss::SquaredError => "output (these units are no probabilities: they need not add up to 100 %)",
    };
    let best = predicted_class(outputs);
    let bar = |digit: usize| {
        let output = f64::from(outputs[digit]);
        // Eighths of a character, so that small outputs show.
        let eighths = (output * (8 * BAR) as f64).round() as usize;
        let mut bar = "█".repeat(eighths / 8);
        bar.push_str(["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]);
        let style = if digit == best { Style::Best } else { Style::Plain };
        screen.paint(style, &format!("{digit} {:>7} {bar}", probability(output)))
    };
    let beside = |line: usize| match line {
        1 => screen.paint(Style::Dim, what),
        2..12 => bar(line - 2),
        _ => String::new(),
    };
    let rows = (0..SIDE / 2).map(|line| {
        let text =
            format!("  {}   {}", two_rows(&drawing.image, 2 * line, screen.has_colours()), beside(line));
        text.trim_end().to_owned()
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_image_stands_beside_ten_bars() {
        let mut image = [0; PIXELS];
        image[..SIDE].fill(255);
        let drawing = Drawing { name: "a line".to_owned(), image, label: None };
        let mut outputs = [0.0001; CLASSES];
        outputs[7] = 0.75;
        let screen = Screen::new(false, true);
        let lines = draw(&screen, &drawing, &outputs, Loss::CrossEntropy);
        assert_eq!(lines.len(), SIDE / 2);
        assert_eq!(lines[0], format!("  {}", "▒".repeat(SIDE)));
        assert!(lines[1].ends_with("probability"));
        assert_eq!(lines[8].trim_start(), "6  <0.1 %");
        assert_eq!(lines[9].trim_start(), format!("7  75.0 % {}▌", "█".repeat(22)));
    }
}
