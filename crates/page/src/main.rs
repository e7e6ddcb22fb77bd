//! Builds the page: `cargo run -p page`, or `cargo run -p page -- --keep-modules` without a compiler for browsers.
#![allow(clippy::print_stdout, clippy::print_stderr)] // it is a small tool that says what it did

use page::assemble::{assemble, modules_of, packed};
use page::sources::{lab, of_modules, of_site, site};
use page::{LAB, module};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The most bytes of the built page.
const MOST: usize = 1_500_000;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (keeps, file) = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => (false, lab()),
        ["--keep-modules"] => (true, lab()),
        ["--to", file] => (false, PathBuf::from(file)),
        _ => {
            eprintln!(
                "error: expected nothing; or --keep-modules, to build the page around the modules that it has; or --to FILE, \
                 to write it there"
            );
            return ExitCode::from(2);
        }
    };
    match build(keeps, &file) {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Builds the page and writes it.
fn build(keeps: bool, file: &Path) -> Result<String, String> {
    let said = |error: std::io::Error| error.to_string();
    let modules = if keeps {
        modules_of(LAB)?
    } else {
        let digest = of_modules().map_err(said)?;
        let modules = module::compile()?;
        packed(&modules.exact, &modules.relaxed, digest)
    };
    let page = assemble(&site(), &modules, &of_site().map_err(said)?)?;
    if page.len() > MOST {
        return Err(format!("the page has {} bytes, where {MOST} are allowed", page.len()));
    }
    std::fs::write(file, &page).map_err(|error| format!("{}: {error}", file.display()))?;
    let (all, inside) = (page.len(), modules.packed.concat().len());
    Ok(format!("{}: {all} bytes, of which the modules take {inside}", file.display()))
}
