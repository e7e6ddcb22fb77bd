//! Shows the practice digits in the terminal, writes them as MNIST CSV, and measures how good they are.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use digits_core::data::{Source, Split, csv, practice, source};
use digits_core::files::check_writable;
use digits_core::{Error, Result};

mod art;
mod quality;

fn main() -> ExitCode {
    let matches = command().get_matches();
    let mut out = io::stdout().lock();
    let done = match matches.subcommand() {
        Some(("show", matches)) => show(matches, &mut out).map(|()| true),
        Some(("write", matches)) => write(matches, &mut out).map(|()| true),
        Some(("quality", matches)) => quality(matches, &mut out),
        _ => Ok(true), // clap asks for a subcommand
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // Nobody is left to be told if even this fails.
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}

fn command() -> Command {
    let number = |name: &'static str, default: &'static str| {
        Arg::new(name).long(name).value_name("N").default_value(default).value_parser(value_parser!(u32))
    };
    Command::new("practice-digits")
        .about("The practice digits: handwriting drawn by code, for all who have no MNIST at hand")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            Command::new("show")
                .about("Draws a few of them in the terminal")
                .arg(
                    Arg::new("split")
                        .long("split")
                        .help("Which half of the data set")
                        .value_parser(["train", "test"])
                        .default_value("train"),
                )
                .arg(number("index", "0").help("The first image"))
                .arg(number("count", "4").help("How many images")),
        )
        .subcommand(
            Command::new("write")
                .about(
                    "Writes the data set as mnist_train.csv and mnist_test.csv; `--data FOLDER` reads them",
                )
                .arg(
                    Arg::new("folder")
                        .value_name("FOLDER")
                        .help("Where to; made if need be")
                        .required(true)
                        .value_parser(value_parser!(PathBuf)),
                )
                .arg(
                    Arg::new("replace")
                        .long("replace")
                        .help("Replace files of these names that are there already")
                        .action(ArgAction::SetTrue),
                ),
        )
        .subcommand(
            Command::new("quality")
                .about("Trains on practice digits and tests on MNIST, and the other way round")
                .arg(
                    Arg::new("data")
                        .long("data")
                        .value_name("mnist|FOLDER")
                        .help("Where MNIST is: in data/, or in a folder")
                        .default_value("mnist")
                        .value_parser(value_parser!(OsString)),
                )
                .arg(
                    number("seeds", "3")
                        .help("How many seeds, of practice digits and training alike")
                        .value_parser(value_parser!(u32).range(1..)),
                ),
        )
}

/// Measures both ways; answers whether they are good enough.
fn quality(matches: &ArgMatches, out: &mut io::StdoutLock) -> Result<bool> {
    let data = matches.get_one::<OsString>("data").map_or("mnist".as_ref(), OsString::as_os_str);
    let source = match Source::named(data)? {
        Source::Practice => {
            return Err(Error::Usage(
                "practice digits cannot judge themselves: give --data a folder".to_owned(),
            ));
        }
        source => source,
    };
    let seeds = matches.get_one::<u32>("seeds").copied().unwrap_or(3);
    let mnist = source::load(&source, &source::LoadOptions::default(), &mut ())?;
    quality::measure(&mnist, u64::from(seeds), out)
}

/// Draws the images that were asked for.
fn show(matches: &ArgMatches, out: &mut io::StdoutLock) -> Result<()> {
    // clap has checked the three values, and knows their defaults.
    let number = |name| matches.get_one::<u32>(name).copied().unwrap_or_default();
    let name = matches.get_one::<String>("split").map_or("train", String::as_str);
    let split = if name == "test" { Split::Test } else { Split::Train };
    let colours = art::colours();
    let first = u64::from(number("index"));
    let end = first + u64::from(number("count"));
    for begin in (first..end).step_by(art::SIDE_BY_SIDE) {
        let (titles, images): (Vec<_>, Vec<_>) = (begin..end.min(begin + art::SIDE_BY_SIDE as u64))
            .map(|index| {
                let (image, digit) = practice::image(practice::SEED, split, index);
                (format!("{name} {index}: {digit}"), image)
            })
            .unzip();
        say(writeln!(out, "{}", art::draw(&titles, &images, colours)))?;
    }
    Ok(())
}

/// Writes both files, and then says so: whoever stops reading gets two whole files nevertheless.
fn write(matches: &ArgMatches, out: &mut io::StdoutLock) -> Result<()> {
    let Some(folder) = matches.get_one::<PathBuf>("folder") else {
        return Ok(()); // clap asks for it
    };
    std::fs::create_dir_all(folder).map_err(|error| Error::io(folder, "create", error))?;
    let paths = [Split::Train, Split::Test].map(|split| folder.join(source::csv_name(split)));
    for path in &paths {
        if !matches.get_flag("replace") && path.symlink_metadata().is_ok() {
            return Err(Error::Io {
                path: path.clone(),
                doing: "write",
                source: io::ErrorKind::AlreadyExists.into(),
                advice: "It may be MNIST itself. Name another folder, or add --replace.".to_owned(),
            });
        }
        check_writable(path)?;
    }
    let dataset = practice::dataset();
    let halves = [&dataset.train, &dataset.test];
    for (path, examples) in paths.iter().zip(halves) {
        csv::write(path, examples)?;
    }
    for (path, examples) in paths.iter().zip(halves) {
        say(writeln!(out, "{}: {} images", path.display(), examples.len()))?;
    }
    Ok(())
}

/// Passes on what became of a line of output; a reader who has seen enough (`| head`) is no error.
fn say(written: io::Result<()>) -> Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
        other => other.map_err(|error| Error::io("the output".as_ref(), "write", error)),
    }
}
