//! Keeps the book and the code one thing: see the documentation of the library.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it is the tool's way to speak")]

use book::{Problem, Result, Tool, experiments, figures, page, project, recordings, site};
use clap::{Arg, ArgAction, Command};
use std::process::ExitCode;

fn main() -> ExitCode {
    let matches = command().get_matches();
    let tool = Tool::default();
    let done = match matches.subcommand() {
        Some(("chapter", asked)) => names(asked).iter().try_for_each(|name| chapters(name, &tool)),
        Some(("figure", asked)) => {
            names(asked).iter().try_for_each(|name| draw(figures::named(name)?, &tool))
        }
        Some(("measure", asked)) => measure(&names(asked), asked.get_flag("anew"), &tool),
        Some(("site", asked)) => site::preprocess(asked.get_one::<String>("supports").map(String::as_str)),
        Some(("sources", asked)) => names(asked).iter().try_for_each(|folder| site::sources(folder.as_ref())),
        _ => everything(&tool),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn command() -> Command {
    let names =
        |what: &'static str| Arg::new("names").value_name("NAME").action(ArgAction::Append).help(what);
    Command::new("book")
        .about("Writes what is generated in the book's pages, and draws its figures")
        .after_help("Without a command: everything that is quick to make. `cargo test -p book` says what is not as it should be.")
        .subcommand(
            Command::new("chapter")
                .about("Writes the pages whose file begins so, and no others")
                .arg(names("The beginning of a page's file: 06, glossary").required(true)),
        )
        .subcommand(Command::new("figure").about("Draws a figure").arg(names("Its name").required(true)))
        .subcommand(
            Command::new("measure")
                .about("Runs experiments and commands that are recorded; MNIST=FOLDER names the folder of MNIST")
                .arg(names("An experiment, or the beginning of a page's file (default: all)"))
                .arg(
                    Arg::new("anew")
                        .long("anew")
                        .action(ArgAction::SetTrue)
                        .help("Also what is there already, and made by these rules"),
                ),
        )
        .subcommand(
            Command::new("site").about("What mdBook asks for: reads a book as JSON, and writes it with mathematics as MathML").arg(
                Arg::new("supports").value_name("supports").num_args(0..=2).help("Whether it makes pages for a renderer"),
            ),
        )
        .subcommand(
            Command::new("sources")
                .about("Writes the sources that the book links to as pages of its site")
                .arg(names("The folder of the site").required(true)),
        )
}

fn names(matches: &clap::ArgMatches) -> Vec<String> {
    matches.get_many::<String>("names").unwrap_or_default().cloned().collect()
}

/// Writes all pages and draws all figures.
fn everything(tool: &Tool) -> Result<()> {
    let undrawn = figures::all().iter().filter_map(|figure| draw(figure, tool).err());
    let undrawn = undrawn.inspect(|problem| eprintln!("{problem}")).count();
    write(&project::pages()?, tool)?;
    if undrawn > 0 {
        return Problem::err(format!("{undrawn} figures could not be drawn: see above"));
    }
    Ok(())
}

/// Writes the pages that begin so.
fn chapters(name: &str, tool: &Tool) -> Result<()> {
    write(&project::pages_named(name)?, tool)
}

fn write(pages: &[String], tool: &Tool) -> Result<()> {
    let mut wrong = 0;
    for name in pages {
        let (problems, changed) = page::update(name, tool)?;
        problems.iter().for_each(|problem| eprintln!("{problem}"));
        wrong += problems.len();
        if changed {
            println!("{name} is written anew");
        }
    }
    match wrong {
        0 => Ok(()),
        _ => Problem::err(format!("{wrong} markers could not be followed: see above")),
    }
}

fn draw(figure: &figures::Figure, tool: &Tool) -> Result<()> {
    let file = figures::file(figure);
    if project::write(&file, &figures::drawn(figure, tool)?)? {
        println!("{file} is drawn anew");
    }
    Ok(())
}

/// Runs experiments, and records what pages quote.
fn measure(names: &[String], anew: bool, tool: &Tool) -> Result<()> {
    let mut pages = Vec::new();
    if names.is_empty() {
        for experiment in experiments::all() {
            if anew || experiments::check(experiment, tool).is_err() {
                run(experiment, tool)?;
            }
        }
        pages = project::pages()?;
    }
    for name in names {
        match experiments::named(name) {
            Some(experiment) => run(experiment, tool)?,
            None => pages.extend(project::pages_named(name)?),
        }
    }
    for name in pages {
        let wanted = page::recorded(&name, &project::read(&name)?, tool);
        if !wanted.is_empty() {
            println!("{name}: {} recorded commands", wanted.len());
        }
        recordings::record(&name, &wanted, anew, &tool.programs, &tool.rules)?;
    }
    Ok(())
}

fn run(experiment: &experiments::Experiment, tool: &Tool) -> Result<()> {
    println!("{}: {}", experiment.name, experiment.about);
    experiments::measure(experiment, tool)
}
