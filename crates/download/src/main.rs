//! Downloads MNIST into a folder; expect 11.6 MB, and a line for each of the four files.

mod progress;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Arg, ArgMatches, value_parser};
use digits_cli::flags::{flag, program, switch};
use digits_cli::screen::Screen;
use digits_core::Result;
use progress::Progress;

fn main() -> ExitCode {
    let summary = "Brings the four files of MNIST into a folder, and checks each. Files that are there and right are \
                   kept. Uses the proxy of the environment and the certificates of the system, or of SSL_CERT_FILE.";
    let command = program("download", "brings MNIST into a folder", summary)
        .after_help("Example: cargo run -p download -- data")
        .arg(
            Arg::new("folder")
                .value_name("FOLDER")
                .help("Where to; made if need be")
                .required(true)
                .value_parser(value_parser!(PathBuf)),
        )
        .arg(flag("mirror", "URL", "Download from here [default: two public mirrors]"))
        .arg(switch("quiet", "Say nothing but errors"));
    digits_cli::program(command, run)
}

/// Downloads what is missing. What is said goes to standard error: standard output may belong to the program that
/// called this one.
fn run(matches: &ArgMatches) -> Result<ExitCode> {
    let Some(folder) = matches.get_one::<PathBuf>("folder") else {
        return Ok(ExitCode::FAILURE); // clap asks for it
    };
    let mirror = matches.get_one::<String>("mirror").map(|mirror| mirror.parse()).transpose()?;
    let screen = Screen::new(true, matches.get_flag("quiet"));
    download::fetch(folder, mirror, &mut Progress::new(&screen))?;
    Ok(ExitCode::SUCCESS)
}
