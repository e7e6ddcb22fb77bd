//! The book is what the code says: every generated part of every page, every figure, and every file of results.

use book::{Tool, check, experiments, figures, page, project};
use std::collections::BTreeSet;

const ADVICE: &str =
    "`cargo run -p book` writes them anew; look at what changed, and at the sentences around it";

/// The first line in which two texts differ.
fn difference(found: &str, expected: &str) -> String {
    let lines = found.lines().zip(expected.lines()).enumerate();
    let first = lines.into_iter().find(|(_, (found, expected))| found != expected);
    match first {
        Some((index, (found, expected))) => {
            format!("line {}\n    has       {found}\n    should be {expected}", index + 1)
        }
        None => {
            format!("it has {} lines, and should have {}", found.lines().count(), expected.lines().count())
        }
    }
}

#[test]
fn every_page_is_as_the_code_has_it() {
    let tool = Tool::default();
    let mut wrong = Vec::new();
    for name in project::pages().expect("pages") {
        let text = project::read(&name).expect("reads");
        let written = page::write(&name, &text, &tool);
        wrong.extend(written.problems.iter().map(ToString::to_string));
        if written.text != text {
            wrong.push(format!("{name}: {}", difference(&text, &written.text)));
        }
    }
    assert!(wrong.is_empty(), "generated parts are not as they should be; {ADVICE}:\n{}", wrong.join("\n"));
}

#[test]
fn every_figure_is_drawn_by_this_code() {
    let tool = Tool::default();
    for figure in figures::all() {
        let drawn = figures::drawn(figure, &tool).expect("draws");
        let file = figures::file(figure);
        let found = project::read(&file).unwrap_or_default();
        assert!(found == drawn, "{file} is not what is drawn; {ADVICE}");
    }
}

/// A figure of times, which no code here can draw again: `crates/benches/growth.py` does.
const OF_TIMES: &str = "docs/growth.svg";

#[test]
fn every_figure_is_used_and_every_used_one_is_drawn() {
    let mut used = BTreeSet::new();
    for name in project::pages().expect("pages") {
        let text = project::read(&name).expect("reads");
        let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        let figures = links.filter_map(|link| project::resolve(&name, link));
        used.extend(figures.filter(|file| file.ends_with(".svg")));
    }
    let drawn = figures::all().iter().map(|figure| figures::file(figure));
    let drawn: BTreeSet<String> = drawn.chain([OF_TIMES.to_owned()]).collect();
    let there = [project::FIGURES, "docs"].map(|folder| project::files(folder).expect("a folder")).concat();
    let there: BTreeSet<String> = there.into_iter().filter(|file| file.ends_with(".svg")).collect();
    assert_eq!(used, drawn, "left: figures that pages show; right: figures of crates/book/src/figures");
    assert_eq!(
        there,
        drawn,
        "left: files in {}; right: figures of crates/book/src/figures",
        project::FIGURES
    );
}

#[test]
fn every_result_is_whole_and_of_these_rules() {
    let tool = Tool::default();
    let wrong: Vec<String> = experiments::all()
        .iter()
        .filter_map(|experiment| experiments::check(experiment, &tool).err())
        .map(|problem| problem.to_string())
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let known: BTreeSet<String> =
        experiments::all().iter().map(|experiment| experiments::file(experiment)).collect();
    let there: BTreeSet<String> =
        project::files(project::RESULTS[1]).expect("a folder").into_iter().collect();
    assert_eq!(there, known, "left: files in {}; right: experiments of crates/book", project::RESULTS[1]);
}

#[test]
fn every_link_inside_the_project_leads_somewhere() {
    let wrong = check::links::check(&project::markdown().expect("pages")).expect("reads");
    let lines: Vec<String> = wrong.iter().map(ToString::to_string).collect();
    assert!(lines.is_empty(), "{}", lines.join("\n"));
}

#[test]
fn every_quoted_command_is_understood() {
    let tool = Tool::default();
    // The history speaks of flags that are no more.
    let pages: Vec<_> =
        project::markdown().expect("pages").into_iter().filter(|page| page != "CHANGELOG.md").collect();
    let commands = check::commands::quoted(&pages).expect("reads");
    assert!(commands.len() > 20, "they are found: {commands:?}");
    let wrong = check::commands::check(&commands, &tool.programs);
    let lines: Vec<String> = wrong.iter().map(ToString::to_string).collect();
    assert!(lines.is_empty(), "{}", lines.join("\n"));
}
