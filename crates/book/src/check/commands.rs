//! Commands that pages quote: their packages exist, their programs know the flags, and tests that they name are there.
//!
//! The commands of `console` fences are run when the pages are written; here the others are held, which are not run because they
//! take long, need MNIST, or change something.

use crate::page::uncommented;
use crate::programs::{NAMES, Programs, Quoted};
use crate::{Problem, Result, project};
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};
use std::collections::BTreeMap;

/// The commands that these pages quote, each with the first place where it stands.
pub fn quoted(pages: &[String]) -> Result<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    for page in pages {
        let text = project::read(page)?;
        for (line, command) in commands(&text) {
            found.entry(command).or_insert_with(|| format!("{page}:{line}"));
        }
    }
    Ok(found)
}

/// What is wrong with the commands, each with its place.
pub fn check(commands: &BTreeMap<String, String>, programs: &Programs) -> Vec<Problem> {
    let place = |command: &str, place: &str, problem: Problem| problem.at(format!("{place}: `{command}`"));
    commands
        .iter()
        .filter_map(|(command, at)| {
            check_one(command, programs).err().map(|problem| place(command, at, problem))
        })
        .collect()
}

fn check_one(command: &str, programs: &Programs) -> Result<()> {
    let words: Vec<&str> = command.split_whitespace().collect();
    if let Some(program) = words.first().filter(|program| NAMES.contains(program)) {
        return programs.accepts(&Quoted { program: (*program).to_owned(), ..Quoted::short(command)? });
    }
    if let Some(quoted) = Quoted::read(command)
        && NAMES.contains(&quoted.program.as_str())
    {
        return programs.accepts(&quoted);
    }
    let package = words.windows(2).find(|pair| matches!(pair[0], "-p" | "--package")).map(|pair| pair[1]);
    let Some(package) = package else { return Ok(()) };
    if !project::root().join("crates").join(package).is_dir() {
        return Problem::err(format!("there is no package {package}"));
    }
    if words.get(1) == Some(&"test") {
        return tests(package, &words[2..]);
    }
    Ok(())
}

/// Whether the tests that a command names are there.
fn tests(package: &str, words: &[&str]) -> Result<()> {
    let mut words = words.iter().take_while(|word| **word != "--");
    while let Some(word) = words.next() {
        match *word {
            "-p" | "--package" | "--features" => {
                words.next();
            }
            "--test" => {
                let name = words.next().copied().unwrap_or_default();
                let tests = project::root().join(format!("crates/{package}/tests/{name}"));
                if !tests.with_extension("rs").exists() && !tests.join("main.rs").exists() {
                    return Problem::err(format!("{package} has no tests called {name}"));
                }
            }
            flag if flag.starts_with('-') => {}
            name => {
                let mut found = false;
                let last = name.rsplit("::").next().unwrap_or(name);
                project::walk(&format!("crates/{package}"), &mut |file| {
                    let is_there = || project::read(file).is_ok_and(|text| text.contains(last));
                    found = found || (file.ends_with(".rs") && (file.contains(last) || is_there()));
                })?;
                if !found {
                    return Problem::err(format!("{package} has no test called {name}"));
                }
            }
        }
    }
    Ok(())
}

/// The commands of a page, with their lines.
fn commands(text: &str) -> Vec<(usize, String)> {
    let line_of = |at: usize| text[..at].matches('\n').count() + 1;
    let mut found = Vec::new();
    let mut quoting = false;
    for (event, range) in Parser::new(text).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                quoting = match kind {
                    CodeBlockKind::Indented => true,
                    CodeBlockKind::Fenced(info) => matches!(&*info, "" | "sh" | "console" | "bash"),
                }
            }
            Event::End(TagEnd::CodeBlock) => quoting = false,
            Event::Text(body) if quoting => {
                for (index, line) in body.lines().enumerate() {
                    found.extend(command(line).map(|command| (line_of(range.start) + index, command)));
                }
            }
            Event::Code(code) => found.extend(command(&code).map(|command| (line_of(range.start), command))),
            _ => {}
        }
    }
    found
}

/// The command of a line, if it has one that is whole.
fn command(line: &str) -> Option<String> {
    let line = uncommented(line.trim().strip_prefix("$ ").unwrap_or(line.trim()));
    // Settings of the environment stand in front.
    let words: Vec<&str> =
        line.split_whitespace().skip_while(|word| word.contains('=') && !word.starts_with('-')).collect();
    let is_ours = match words[..] {
        ["cargo", "run" | "test" | "bench" | "check", ..] => true,
        [program, flag, ..] => NAMES.contains(&program) && is_flag(flag),
        _ => false,
    };
    let is_whole =
        !words.iter().any(|word| word.contains("...") || word.contains('…') || matches!(*word, "|" | ">"));
    (is_ours && is_whole).then(|| words.join(" "))
}

/// Whether a word is a flag by its long name.
fn is_flag(word: &str) -> bool {
    word.strip_prefix("--").is_some_and(|name| name.starts_with(|letter: char| letter.is_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_found_in_blocks_and_in_sentences() {
        let text = "Run `cargo run -p compare -- --explain` or `compare --seeds 10`; `momentum` is a name.\n\n    cargo test --workspace   # all\n\n```sh\nMNIST=x cargo run -p book -- measure\nls\n```\n\n```rust\ncargo run\n```\n";
        let found: Vec<_> = commands(text).into_iter().collect();
        let expected = [
            (1, "cargo run -p compare -- --explain"),
            (1, "compare --seeds 10"),
            (3, "cargo test --workspace"),
            (6, "cargo run -p book -- measure"),
        ];
        assert_eq!(found, expected.map(|(line, command)| (line, command.to_owned())));
    }

    #[test]
    fn tests_and_packages_that_are_not_there_are_told() {
        let wrong = |command: &str| check_one(command, &Programs::default()).is_err();
        assert!(wrong("cargo test -p nothing"));
        assert!(wrong("cargo test -p gradient --test nothing"));
        assert!(wrong("cargo test -p gradient no_such_test_at_all"));
        assert!(!wrong("cargo test -p gradient --test rule"));
        assert!(!wrong("cargo test --workspace"));
    }
}
