//! What others wrote: where it comes from, and that its licences are those that this project takes.
//!
//! `cargo deny check` looks at more, and takes minutes to build; this is in every test run.

use serde_json::Value;
use spdx::{Expression, ParseMode};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

const TOP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

fn read(name: &str) -> String {
    std::fs::read_to_string(Path::new(TOP).join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The packages of `Cargo.lock`, for every system: each a table of what stands there.
fn locked() -> Vec<BTreeMap<String, String>> {
    let entry = |line: &str| {
        let (key, value) = line.split_once(" = ")?;
        Some((key.to_owned(), value.trim_matches('"').to_owned()))
    };
    let lock = read("Cargo.lock");
    lock.split("[[package]]").skip(1).map(|package| package.lines().filter_map(entry).collect()).collect()
}

/// The rows of docs/licences.md: package and licence.
fn listed() -> BTreeMap<String, String> {
    let page = read("docs/licences.md");
    let rows =
        page.lines().filter_map(|line| line.strip_prefix("| `")?.strip_suffix(" |")?.split_once("` | "));
    rows.map(|(package, licence)| (package.to_owned(), licence.to_owned())).collect()
}

/// The licences that deny.toml allows.
fn allowed() -> BTreeSet<String> {
    let rules = read("deny.toml");
    let list = rules.split_once("allow = [").and_then(|(_, rest)| rest.split_once("\n]")).expect("a list").0;
    list.lines().filter_map(|line| Some(line.split('"').nth(1)?.to_owned())).collect()
}

/// What this prints, started at the top of the project.
fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).current_dir(TOP).output().expect("starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// The licences that the packages themselves tell: those for this system, which a build has brought here.
fn told() -> BTreeMap<String, String> {
    let cargo = env!("CARGO");
    let about = output(cargo, &["-vV"]);
    let host = about.lines().find_map(|line| line.strip_prefix("host: ")).expect("a system");
    let all = output(cargo, &["metadata", "--locked", "--format-version=1", "--filter-platform", host]);
    let all: Value = serde_json::from_str(&all).expect("JSON");
    let packages = all["packages"].as_array().expect("packages").iter();
    let others = packages.filter(|package| !package["source"].is_null());
    let text = |package: &Value, key: &str| package[key].as_str().unwrap_or("none").to_owned();
    others.map(|package| (text(package, "name"), text(package, "license"))).collect()
}

#[test]
fn everything_comes_from_the_public_registry_and_is_held_by_its_checksum() {
    let ours: BTreeSet<String> = std::fs::read_dir(Path::new(TOP).join("crates"))
        .expect("crates")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    for package in locked() {
        let name = &package["name"];
        match package.get("source").map(String::as_str) {
            None => assert!(ours.contains(name), "{name} has no source, and is none of crates/"),
            Some(source) => {
                assert_eq!(source, "registry+https://github.com/rust-lang/crates.io-index", "{name}");
                assert!(package.get("checksum").is_some_and(|sum| sum.len() == 64), "{name} has no checksum");
            }
        }
    }
}

#[test]
fn every_package_is_listed_with_its_licence() {
    let (listed, told, packages) = (listed(), told(), locked());
    let others = packages.iter().filter(|package| package.contains_key("source"));
    let others: BTreeSet<&String> = others.map(|package| &package["name"]).collect();
    for name in &others {
        let row = |licence: &str| format!("| `{name}` | {licence} |");
        match (listed.get(*name), told.get(*name)) {
            (Some(listed), Some(told)) => assert_eq!(row(listed), row(told), "in docs/licences.md"),
            (Some(_), None) => {} // of another system
            (None, told) => {
                panic!("docs/licences.md lacks the row {}", row(told.map_or("its licence", String::as_str)))
            }
        }
    }
    for name in listed.keys() {
        assert!(others.contains(name), "docs/licences.md has {name}, which is not used any more");
    }
    assert!(told.len() > 100, "cargo tells of {} packages", told.len());
}

#[test]
fn every_licence_is_one_that_is_allowed() {
    let allowed = allowed();
    let mut asked_for = BTreeSet::new();
    for (name, licence) in listed() {
        let terms = Expression::parse_mode(&licence, ParseMode::LAX);
        let terms = terms.unwrap_or_else(|error| panic!("{name}: {error}"));
        let holds = terms.evaluate(|term| {
            let is_allowed = allowed.contains(&term.to_string());
            asked_for.insert(term.to_string());
            is_allowed
        });
        assert!(holds, "{name}: {licence} asks for what deny.toml does not allow");
    }
    let idle: Vec<&String> = allowed.difference(&asked_for).collect();
    assert!(idle.is_empty(), "deny.toml allows what nobody asks for: {idle:?}");
}
