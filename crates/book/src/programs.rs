//! The programs that pages quote: built once, run as a reader would run them, in a folder of their own.

use crate::{Problem, Result, project};
use regex::Regex;
use serde_json::Value;
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::sync::LazyLock;
use tempfile::TempDir;

/// The programs that may be quoted.
pub const NAMES: [&str; 9] = [
    "compare",
    "stochastic",
    "batched",
    "no-bias",
    "gradient",
    "momentum",
    "improved",
    "predict",
    "practice-digits",
];

/// The variable that names the folder of MNIST, for what is recorded.
pub const MNIST: &str = "MNIST";

/// A quoted command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quoted {
    /// The program.
    pub program: String,
    /// What it is given.
    pub args: Vec<String>,
}

impl Quoted {
    /// Reads `cargo run -p PROGRAM -- FLAGS`; `None` where it is another command.
    pub fn read(command: &str) -> Option<Self> {
        let words = words(command);
        let mut words = words.iter().map(String::as_str);
        if (words.next(), words.next()) != (Some("cargo"), Some("run")) {
            return None;
        }
        let mut program = "compare".to_owned();
        loop {
            match words.next() {
                None | Some("--") => break,
                Some("-q" | "--quiet" | "--release" | "--locked") => {}
                Some("-p" | "--package") => words.next()?.clone_into(&mut program),
                Some(_) => return None,
            }
        }
        Some(Quoted { program, args: words.map(str::to_owned).collect() })
    }

    /// Reads `PROGRAM FLAGS`.
    pub fn short(text: &str) -> Result<Self> {
        let mut words = words(text).into_iter();
        let program = words.next().ok_or_else(|| Problem::new("a program's name is missing"))?;
        Ok(Quoted { program, args: words.collect() })
    }

    /// Whether it asks for MNIST itself.
    pub fn names_mnist(&self) -> bool {
        self.args.windows(2).any(|pair| pair[0] == "--data" && pair[1] == "mnist")
    }

    /// The stages whose rules its output depends on.
    pub fn stages(&self) -> Vec<&'static str> {
        let all = crate::rules::STAGES;
        let named = self.args.windows(2).find(|pair| pair[0] == "--stages").map(|pair| pair[1].as_str());
        match (self.program.as_str(), named) {
            ("compare", Some(named)) => {
                all.into_iter().filter(|stage| named.split(',').any(|name| name == *stage)).collect()
            }
            ("practice-digits", _) => Vec::new(),
            (program, _) if all.contains(&program) => {
                all.into_iter().filter(|stage| *stage == program).collect()
            }
            _ => all.to_vec(),
        }
    }
}

/// The words of a command line; quotes hold together what has spaces.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote, mut any) = (Vec::new(), String::new(), None, false);
    for letter in line.trim().chars() {
        match (letter, quote) {
            (letter, Some(open)) if letter == open => quote = None,
            ('\'' | '"', None) => (quote, any) = (Some(letter), true),
            (' ', None) => {
                if any || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                any = false;
            }
            (letter, _) => word.push(letter),
        }
    }
    if any || !word.is_empty() {
        words.push(word);
    }
    words
}

/// A folder in which programs run.
pub struct Place {
    folder: TempDir,
}

impl Place {
    /// An empty folder, from which no MNIST is seen.
    pub fn empty() -> Result<Self> {
        let folder =
            tempfile::tempdir().map_err(|error| Problem::new(format!("no folder to run in: {error}")))?;
        Ok(Place { folder })
    }

    /// A folder in whose `data` is MNIST, from the folder that the variable `MNIST` names, or from `data` of the project.
    pub fn with_mnist() -> Result<Self> {
        let place = Place::empty()?;
        let folder = std::env::var_os(MNIST).map_or_else(|| project::root().join("data"), PathBuf::from);
        if !folder.join("train-images-idx3-ubyte.gz").exists()
            && !folder.join("train-images-idx3-ubyte").exists()
        {
            return Problem::err(format!(
                "there is no MNIST in {}: {MNIST}=FOLDER names its folder",
                folder.display()
            ));
        }
        link(&folder, &place.folder.path().join("data"))?;
        Ok(place)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Makes the files of a folder appear in another.
fn link(from: &Path, to: &Path) -> Result<()> {
    let copy = || -> std::io::Result<()> {
        std::fs::create_dir(to)?;
        for entry in std::fs::read_dir(from)? {
            let path = entry?.path();
            if let Some(name) = path.file_name().filter(|_| path.is_file()) {
                std::fs::copy(&path, to.join(name))?;
            }
        }
        Ok(())
    };
    copy().map_err(|error| Problem::new(error.to_string()).at(from.display()))
}

/// Builds and runs programs; remembers what they said.
#[derive(Default)]
pub struct Programs {
    built: OnceCell<HashMap<String, PathBuf>>,
    json: RefCell<HashMap<String, Rc<Value>>>,
}

impl Programs {
    /// What a program prints, without what is not the same for everyone: its progress is left out, times are masked. Where it fails,
    /// also what it complains about.
    ///
    /// # Errors
    /// Where it cannot be started. That it fails is no error: pages show that, too.
    pub fn output(&self, quoted: &Quoted, place: &Place) -> Result<String> {
        let output = self.run(quoted, place)?;
        let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
        if !output.status.success() {
            text.push_str(&String::from_utf8_lossy(&output.stderr));
        }
        let folder = place.path().display().to_string();
        let text = text.replace(&format!("{folder}/"), "").replace(&folder, ".");
        Ok(masked(&text))
    }

    /// The JSON that a program writes for programs.
    pub fn json(&self, quoted: &Quoted, place: &Place) -> Result<Value> {
        let mut quoted = quoted.clone();
        quoted.args.extend(["--json".to_owned(), "-".to_owned()]);
        let output = self.run(&quoted, place)?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Problem::err(format!("{} {}: {said}", quoted.program, quoted.args.join(" ")));
        }
        serde_json::from_slice(&output.stdout)
            .map_err(|error| Problem::new(format!("{} {}: {error}", quoted.program, quoted.args.join(" "))))
    }

    /// The lines that a program shows in a terminal, which `script` of util-linux plays, with the codes of their colours.
    pub fn terminal(&self, quoted: &Quoted, place: &Place, columns: usize) -> Result<Vec<String>> {
        let program = self.path(&quoted.program)?.display();
        let line = format!("stty cols {columns}; '{program}' {}", quoted.args.join(" "));
        let mut command = Command::new("script");
        command.args(["-qec", &line, "/dev/null"]).current_dir(place.path()).stdin(Stdio::null());
        command.env_remove("NO_COLOR").env_remove(MNIST).env("TERM", "xterm-256color");
        let output =
            command.output().map_err(|error| Problem::new(format!("script, of util-linux: {error}")))?;
        let text = String::from_utf8_lossy(&output.stdout).replace('\r', "");
        Ok(text.lines().map(str::to_owned).collect())
    }

    /// The JSON of a quick run on practice digits; a command is run once.
    pub fn quick_json(&self, command: &str) -> Result<Rc<Value>> {
        if let Some(found) = self.json.borrow().get(command) {
            return Ok(found.clone());
        }
        let found = Rc::new(self.json(&Quoted::short(command)?, &Place::empty()?)?);
        self.json.borrow_mut().insert(command.to_owned(), found.clone());
        Ok(found)
    }

    /// Whether a program knows these flags, without running it.
    pub fn accepts(&self, quoted: &Quoted) -> Result<()> {
        let mut asked = quoted.clone();
        asked.args.push("--help".to_owned());
        let output = self.run(&asked, &Place::empty()?)?;
        match output.status.success() {
            true => Ok(()),
            false => Problem::err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
        }
    }

    fn run(&self, quoted: &Quoted, place: &Place) -> Result<std::process::Output> {
        let path = self.path(&quoted.program)?;
        let mut command = Command::new(path);
        command.args(&quoted.args).current_dir(place.path()).stdin(Stdio::null());
        command.env("NO_COLOR", "1").env_remove(MNIST);
        command.output().map_err(|error| Problem::new(error.to_string()).at(path.display()))
    }

    /// Where a program lies; all are built when the first is asked for.
    fn path(&self, program: &str) -> Result<&Path> {
        if self.built.get().is_none() {
            let built = build()?;
            self.built.get_or_init(|| built);
        }
        let found = self.built.get().and_then(|built| built.get(program));
        found.map(PathBuf::as_path).ok_or_else(|| {
            Problem::new(format!(
                "{program} is none of the programs that can be quoted: {}",
                NAMES.join(", ")
            ))
        })
    }
}

/// Builds all programs as a plain `cargo run` would; gives the place of each.
fn build() -> Result<HashMap<String, PathBuf>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(project::root()).args([
        "build",
        "--quiet",
        "--locked",
        "--message-format=json-render-diagnostics",
    ]);
    command.args(NAMES.iter().flat_map(|name| ["--package", name]));
    let output = command.stderr(Stdio::inherit()).output();
    let output = output.map_err(|error| Problem::new(format!("cargo does not start: {error}")))?;
    if !output.status.success() {
        return Problem::err("the programs do not build: see above");
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let executable = |line: &str| {
        let message: Value = serde_json::from_str(line).ok()?;
        let path = message["executable"].as_str()?;
        Some((message["target"]["name"].as_str()?.to_owned(), PathBuf::from(path)))
    };
    Ok(text.lines().filter_map(executable).collect())
}

/// The text without progress, and with times and paces masked.
pub fn masked(text: &str) -> String {
    static PROGRESS: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?m)^.*\b\d+ of \d+ trained\n"));
    static TIME: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"\b\d[\d,]*(\.\d+)? (ms|s|min|h)\b( \d+ (s|min)\b)?"));
    static PACE: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"\b\d[\d,.]* (samples|images|examples) a second"));
    let text = PROGRESS.replace_all(text, "");
    let text = PACE.replace_all(&text, "[pace] $1 a second");
    TIME.replace_all(&text, "[time]").into_owned()
}

/// A pattern that is known to be one.
pub(crate) fn pattern(text: &str) -> Regex {
    #[expect(clippy::expect_used, reason = "written here, and every one is used by a test")]
    Regex::new(text).expect("a pattern")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_commands_are_read() {
        let read = Quoted::read("cargo run -p gradient -- --epochs 10").expect("a command");
        assert_eq!((read.program.as_str(), read.args.len()), ("gradient", 2));
        assert_eq!(Quoted::read("cargo run").expect("the usual program").program, "compare");
        assert_eq!(
            Quoted::read("cargo run -p predict -- 'a b.png' \"\"").expect("a command").args,
            ["a b.png", ""]
        );
        for other in ["cargo test -p gradient", "git diff", "cargo run --bin x"] {
            assert_eq!(Quoted::read(other), None, "{other}");
        }
        assert!(Quoted::read("cargo run -- --data mnist").expect("a command").names_mnist());
    }

    #[test]
    fn a_command_depends_on_the_stages_that_it_trains() {
        let stages = |command| Quoted::short(command).expect("a command").stages();
        assert_eq!(stages("gradient --epochs 1"), ["gradient"]);
        assert_eq!(stages("compare --stages stochastic,gradient"), ["stochastic", "gradient"]);
        assert_eq!(stages("compare").len(), 6);
        assert_eq!(stages("practice-digits show").len(), 0);
    }

    #[test]
    fn times_are_masked_and_nothing_else() {
        let text = "Training time      0.01 s for 300 updates, 248,000 samples a second\n1 min 5 s, 12.3 ms; 3 stages, 4 samples";
        let expected = "Training time      [time] for 300 updates, [pace] samples a second\n[time], [time]; 3 stages, 4 samples";
        assert_eq!(masked(text), expected);
        assert_eq!(masked("Data\nno-bias     1 of 3 trained\n3 of 30 trained\nend\n"), "Data\nend\n");
    }
}
