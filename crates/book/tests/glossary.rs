//! The glossary and the documentation of the code name each other.

use book::project;
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};

/// How the documentation of an item names its words.
const NAMED: &str = "Glossary (`docs/book/glossary.md`): ";

/// Each word of the glossary, with the places of the code that it leads to: file and line.
fn words() -> BTreeMap<String, Vec<(String, usize)>> {
    let text = project::read("docs/book/glossary.md").expect("the glossary is there");
    let place = Regex::new(r"\]\(\.\./\.\./(crates/[^)#]+)#L(\d+)\)").expect("a pattern");
    let entries = text.split("\n### ").skip(1);
    let entry = |entry: &str| {
        let (word, rest) = entry.split_once('\n').expect("an entry has a text");
        let places = place.captures_iter(rest);
        let places = places.map(|found| (found[1].to_owned(), found[2].parse().expect("a line's number")));
        (word.to_owned(), places.collect())
    };
    entries.map(entry).collect()
}

/// The words that a line of documentation names.
fn named(line: &str) -> Option<Vec<String>> {
    let (_, words) = line.split_once(NAMED)?;
    Some(words.trim_end_matches('.').split(", ").map(str::to_owned).collect())
}

/// The words that the documentation above a line names; lines count from 1.
fn named_above(file: &str, line: usize) -> Vec<String> {
    let text = project::read(file).expect("a source");
    let lines: Vec<&str> = text.lines().collect();
    let above = lines[..line - 1].iter().rev().map(|line| line.trim_start());
    above
        .take_while(|line| line.starts_with("///") || line.starts_with("#["))
        .find_map(named)
        .unwrap_or_default()
}

/// Protects the way from a word to its item and back.
#[test]
fn every_item_that_the_glossary_leads_to_names_its_word() {
    let words = words();
    assert!(words.len() > 70, "the glossary has {} words", words.len());
    for (word, places) in &words {
        for (file, line) in places {
            let named = named_above(file, *line);
            assert!(
                named.contains(word),
                "{file}:{line} should have the line `/// {NAMED}{word}.`; it names {named:?}"
            );
        }
    }
}

/// Protects the way from an item to its words: no documentation names a word that the glossary has not, or that leads elsewhere.
#[test]
fn every_word_that_an_item_names_leads_to_it() {
    let words = words();
    let mut files = BTreeSet::new();
    project::walk("crates", &mut |file| {
        if file.ends_with(".rs") && file.contains("/src/") {
            files.insert(file.to_owned());
        }
    })
    .expect("the sources are there");
    for file in files {
        let text = project::read(&file).expect("a source");
        for word in text.lines().filter_map(named).flatten() {
            let places = words.get(&word);
            let leads_here = places.is_some_and(|places| places.iter().any(|(place, _)| *place == file));
            assert!(
                leads_here,
                "{file} names {word}, but docs/book/glossary.md does not lead from it to that file"
            );
        }
    }
}
