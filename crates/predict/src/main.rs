//! Reads handwritten digits in images and rows of CSV: `cargo run -p predict -- --model FILE IMAGE...`

mod flags;
mod input;
mod model;
mod output;
mod screen;

use clap::ArgMatches;
use digits_cli::screen::Style;
use digits_cli::text::printable;
use digits_core::Result;
use digits_core::evaluation::predicted_class;
use flags::Asked;
use input::Sample;
use model::Model;
use std::process::ExitCode;

fn main() -> ExitCode {
    digits_cli::program(flags::command(), run)
}

/// What the model made of a sample.
struct Answer {
    sample: Sample,
    /// The ten outputs for each digit of the sample.
    outputs: Vec<Vec<f32>>,
}

impl Answer {
    /// The predicted digits, from left to right.
    fn digits(&self) -> Vec<usize> {
        self.outputs.iter().map(|outputs| predicted_class(outputs)).collect()
    }
}

/// Reads what the command line names. A file that cannot be read is reported, and the others are read all the same.
fn run(matches: &ArgMatches) -> Result<ExitCode> {
    let asked = Asked::read(matches)?;
    let to_people = asked.screen();
    let model = match &asked.model {
        Some(path) => Model::load(path, &asked.functions, &to_people)?,
        None => Model::train(&to_people)?,
    };
    let mut notes = Vec::new();
    let samples: Vec<Sample> = asked.files.iter().flat_map(|file| input::read(file, &mut notes)).collect();
    for note in &notes {
        to_people.sentence(to_people.paint(Style::Dim, &format!("({})", printable(note))));
    }
    let answer = |sample: Sample| {
        let images: Vec<_> = sample.digits.iter().flatten().map(|digit| digit.image).collect();
        Answer { outputs: model.outputs(&images), sample }
    };
    let answers: Vec<Answer> = samples.into_iter().map(answer).collect();

    // Files first: what people see may end early, where nobody reads on.
    if let Some(target) = &asked.json {
        output::write_json(target, &answers)?;
    }
    if let Some(target) = &asked.csv {
        output::write_csv(target, &answers)?;
    }
    screen::show(&to_people, &answers, model.gives_probabilities());
    let failed = answers.iter().any(|answer| answer.sample.digits.is_err());
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
