//! Reads handwritten digits in images and rows of CSV: `cargo run -p predict -- --model FILE IMAGE...`

mod doubt;
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
use handwriting::FoundDigit;
use input::Sample;
use model::Model;
use std::process::ExitCode;

fn main() -> ExitCode {
    digits_cli::program(flags::command(), run)
}

/// What the model made of a sample.
struct Answer {
    /// The sample; of two digits that touch, each counts.
    sample: Sample,
    /// The ten outputs for each digit of the sample.
    outputs: Vec<Vec<f32>>,
}

impl Answer {
    /// Asks the model about each digit of a sample, and about the halves of what may be two.
    fn of(sample: Sample, model: &Model) -> Self {
        let Sample { digits, .. } = sample;
        let read = digits.map(|digits| doubt::read_all(digits, model));
        let (digits, outputs) = match read {
            Ok(read) => {
                let (digits, outputs) = read.into_iter().unzip();
                (Ok(digits), outputs)
            }
            Err(error) => (Err(error), Vec::new()),
        };
        Answer { sample: Sample { digits, ..sample }, outputs }
    }

    /// The predicted digits, from left to right.
    fn digits(&self) -> Vec<usize> {
        self.outputs.iter().map(|outputs| predicted_class(outputs)).collect()
    }

    /// Each digit with its outputs, and what may be wrong with it.
    fn each(&self) -> impl Iterator<Item = (&FoundDigit, &Vec<f32>, Option<&'static str>)> {
        let digits = self.sample.digits.iter().flatten().zip(&self.outputs);
        digits.map(|(digit, outputs)| (digit, outputs, doubt::doubt(digit, outputs)))
    }
}

/// Reads what the command line names. A file that cannot be read is reported, and the others are read all the same.
fn run(matches: &ArgMatches) -> Result<ExitCode> {
    let asked = Asked::read(matches)?;
    let to_people = asked.screen();
    let mut notes = Vec::new();
    let samples: Vec<Sample> = asked.files.iter().flat_map(|file| input::read(file, &mut notes)).collect();
    // Where nothing could be read, nobody waits for a network to be trained.
    let model = match &asked.model {
        Some(path) => Model::load(path, &asked.functions, &to_people)?,
        None if samples.iter().all(|sample| sample.digits.is_err()) => Model::untrained(),
        None => Model::train(&to_people)?,
    };
    for note in &notes {
        to_people.sentence(to_people.paint(Style::Dim, &format!("({})", printable(note))));
    }
    let answers: Vec<Answer> = samples.into_iter().map(|sample| Answer::of(sample, &model)).collect();

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
