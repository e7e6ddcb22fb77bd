//! The flags of the program.

use clap::builder::{NonEmptyStringValueParser, PathBufValueParser, TypedValueParser};
use clap::{Arg, ArgMatches, Command};
use digits_cli::flags::{JsonTarget, add_machine, flag, program};
use digits_cli::screen::Screen;
use digits_core::checkpoint::{Functions, KnownInputs};
use digits_core::data::{Source, source};
use digits_core::files::{check_writable, distinct};
use digits_core::network::{Activation, Loss};
use digits_core::{Choice, Error, Result};
use std::path::{Path, PathBuf};

/// What the command line asks for.
pub(crate) struct Asked {
    /// The network's file; without one, a network is trained.
    pub(crate) model: Option<PathBuf>,
    /// What the network's units compute, as far as the command line says so.
    pub(crate) functions: Functions,
    /// Where answers go as JSON.
    pub(crate) json: Option<JsonTarget>,
    /// Where answers go as CSV.
    pub(crate) csv: Option<JsonTarget>,
    /// The files to read, at least one.
    pub(crate) files: Vec<PathBuf>,
}

/// The command with all its flags.
pub(crate) fn command() -> Command {
    let summary = "Finds the digits in each image, from left to right, and says which they are. Shows each as the network \
                   sees it.";
    let path = |name, value, help: &str| {
        // Names of files need not be UTF-8.
        let parser = PathBufValueParser::new().try_map(|path| match path.as_os_str().is_empty() {
            true => Err("expected the name of a file, found nothing"),
            false => Ok(path),
        });
        flag(name, value, help).value_parser(parser).allow_hyphen_values(name != "model")
    };
    let command = program("predict", "reads handwritten digits", summary)
        .args([
            path(
                "model",
                "FILE",
                "The network, as --save of any stage wrote it (default: a small one, trained in seconds on MNIST if it lies \
                 in data/, else on practice digits)",
            ),
            named::<Activation>("activation", "What the hidden units of the network compute, where its file does not say so"),
            named::<Loss>(
                "loss",
                "What its outputs are, where its file does not say so: sigmoids (squared-error) or softmax (cross-entropy)",
            ),
            number("input-scale", "What it multiplies grey levels from 0 to 1 by, where its file does not say so: 255 if it \
                    learned from levels up to 255", "above 0", |n| n > 0.0),
            number("input-mean", "What it then subtracts", "that is finite", |_| true),
            number("input-std", "What it then divides by", "above 0", |n| n > 0.0),
            path("json", "FILE", "Write the answers as JSON; - is standard output (default: none)"),
            path("csv", "FILE", "Write the answers as CSV; - is standard output (default: none)"),
            Arg::new("images")
                .value_name("IMAGE")
                .help("Images as PNG, JPEG, BMP, WebP or GIF, or CSV rows of 784 grey levels")
                .value_parser(clap::value_parser!(PathBuf))
                .num_args(1..)
                .required(true),
        ])
        .after_help("Example: cargo run -p predict -- --model network.safetensors photo.jpg");
    add_machine(command)
}

/// A flag whose value is one of a few names, and that means something only with `--model`.
fn named<C: Choice + Send + Sync>(name: &'static str, help: &str) -> Arg {
    let parser = NonEmptyStringValueParser::new()
        .try_map(|name| C::named(&name).map_err(|_| format!("expected {}", C::names(" or "))));
    flag(name, "NAME", format!("{help}: {}", C::names(", "))).value_parser(parser).requires("model")
}

/// A flag whose value is a number, and that means something only with `--model`.
fn number(name: &'static str, help: &str, range: &'static str, may_be: fn(f64) -> bool) -> Arg {
    let parser = NonEmptyStringValueParser::new().try_map(move |text| {
        let number = text.parse().ok().filter(|n: &f64| n.is_finite() && may_be(*n));
        number.ok_or_else(|| format!("expected a number {range}"))
    });
    flag(name, "X", help).value_parser(parser).allow_hyphen_values(true).requires("model")
}

impl Asked {
    /// Reads the flags, and refuses places that cannot be written to before any work is lost.
    pub(crate) fn read(matches: &ArgMatches) -> Result<Self> {
        let path = |name: &str| matches.get_one::<PathBuf>(name).cloned();
        let target = |name: &str| {
            path(name).map(|path| match path.as_os_str() == "-" {
                true => JsonTarget::Stdout,
                false => JsonTarget::File(path),
            })
        };
        let (json, csv) = (target("json"), target("csv"));
        if json.is_some() && json == csv {
            return Err(Error::Usage(
                "--json and --csv both want to write to one place; give two".to_owned(),
            ));
        }
        for target in [&json, &csv] {
            if let Some(JsonTarget::File(path)) = target {
                check_writable(path)?;
            }
        }
        let files: Vec<PathBuf> = matches.get_many("images").into_iter().flatten().cloned().collect();
        let model = path("model");
        let written = [("--json", path("json")), ("--csv", path("csv"))];
        let written: Vec<(&str, &Path)> =
            written.iter().filter_map(|(flag, path)| Some((*flag, path.as_deref()?))).collect();
        let learned = match (&model, &written[..]) {
            (None, [_, ..]) => source::files(&Source::Default, &source::data_folder()),
            _ => Vec::new(), // nothing is read, or nothing written
        };
        let read = (model.iter().map(|file| ("--model", file)))
            .chain(files.iter().map(|file| ("<IMAGE>", file)))
            .chain(learned.iter().map(|file| ("the data to learn from", file)));
        distinct(&written, &read.map(|(words, path)| (words, path.as_path())).collect::<Vec<_>>())?;
        let functions = Functions {
            activation: matches.get_one::<Activation>("activation").copied(),
            loss: matches.get_one::<Loss>("loss").copied(),
            inputs: KnownInputs {
                scale: matches.get_one("input-scale").copied(),
                mean: matches.get_one("input-mean").copied(),
                deviation: matches.get_one("input-std").copied(),
            },
        };
        Ok(Asked { model, functions, json, csv, files })
    }

    /// Where text for people goes.
    pub(crate) fn screen(&self) -> Screen {
        let stdout_is_taken = [&self.json, &self.csv].contains(&&Some(JsonTarget::Stdout));
        let screen = Screen::new(stdout_is_taken, false);
        if self.json.is_none() && self.csv.is_none() { screen.stop_when_unread() } else { screen }
    }
}
