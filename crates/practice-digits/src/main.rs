//! Shows the practice digits in the terminal, writes them as MNIST CSV, and measures how good they are.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command, value_parser};
use digits_cli::flags::{self, flag, switch, whole};
use digits_core::data::{Source, Split, csv, practice, source};
use digits_core::files::check_writable;
use digits_core::{Error, Result};

mod art;
mod quality;

fn main() -> ExitCode {
    digits_cli::program(command(), |matches| {
        let mut out = io::stdout().lock();
        match matches.subcommand() {
            Some(("show", matches)) => show(matches, &mut out).map(|()| ExitCode::SUCCESS),
            Some(("write", matches)) => write(matches, &mut out).map(|()| ExitCode::SUCCESS),
            Some(("quality", matches)) => quality(matches, &mut out),
            _ => Ok(ExitCode::SUCCESS), // clap asks for a subcommand
        }
    })
}

fn command() -> Command {
    let any = || whole(0, u32::MAX as usize);
    let idea = "handwriting drawn by code, for all who have no MNIST at hand";
    let summary = "10,000 images for training and 2,000 for testing, the same ones everywhere.";
    flags::program("practice-digits", idea, summary)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            Command::new("show")
                .about("Draws a few of them in the terminal")
                .arg(
                    flag("split", "NAME", "Those for training, or those for testing")
                        .value_parser(["train", "test"])
                        .default_value("train"),
                )
                .arg(flag("index", "N", "The first image").value_parser(any()).default_value("0"))
                .arg(flag("count", "N", "How many images").value_parser(any()).default_value("4")),
        )
        .subcommand(
            Command::new("write")
                .about("Writes them as mnist_train.csv and mnist_test.csv, which `--data FOLDER` reads")
                .arg(
                    Arg::new("folder")
                        .value_name("FOLDER")
                        .help("Where to; made if need be")
                        .required(true)
                        .value_parser(value_parser!(PathBuf)),
                )
                .arg(switch("replace", "Replace files of these names that are there already")),
        )
        .subcommand(
            Command::new("quality")
                .about("Trains on practice digits and tests on MNIST, and the other way round")
                .arg(
                    flag("data", "mnist|FOLDER", "Where MNIST is: in data/, or in a folder")
                        .default_value("mnist")
                        .value_parser(value_parser!(OsString)),
                )
                .arg(
                    flag("seeds", "N", "How many seeds, of practice digits and training alike")
                        .value_parser(whole(1, u32::MAX as usize))
                        .default_value("3"),
                ),
        )
}

/// Measures both ways; fails where they are not good enough.
fn quality(matches: &ArgMatches, out: &mut io::StdoutLock) -> Result<ExitCode> {
    let data = matches.get_one::<OsString>("data").map_or("mnist".as_ref(), OsString::as_os_str);
    let source = match Source::named(data)? {
        Source::Practice => {
            return Err(Error::Usage(
                "practice digits cannot judge themselves: give --data a folder".to_owned(),
            ));
        }
        source => source,
    };
    let seeds = matches.get_one::<usize>("seeds").copied().unwrap_or(3);
    let mnist = source::load(&source, &source::LoadOptions::default(), &mut ())?;
    let is_good = quality::measure(&mnist, seeds as u64, out)?;
    Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Draws the images that were asked for.
fn show(matches: &ArgMatches, out: &mut io::StdoutLock) -> Result<()> {
    // clap has checked the three values, and knows their defaults.
    let number = |name| matches.get_one::<usize>(name).copied().unwrap_or_default() as u64;
    let name = matches.get_one::<String>("split").map_or("train", String::as_str);
    let split = if name == "test" { Split::Test } else { Split::Train };
    let colours = art::colours();
    let first = number("index");
    let end = first + number("count");
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
