//! Links inside the project: files, headings, and lines of sources. Nothing is asked of the network.

use crate::{Problem, Result, project};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::collections::{BTreeSet, HashMap};

/// A page's links, with what its headings and anchors are called.
struct Page {
    links: Vec<(usize, String)>,
    anchors: BTreeSet<String>,
}

/// What is wrong with the links of these pages, each with its place.
pub fn check(pages: &[String]) -> Result<Vec<Problem>> {
    let mut known = HashMap::new();
    let mut wrong = Vec::new();
    for page in pages {
        let text = project::read(page)?;
        for (line, link) in read(&text).links {
            if let Some(what) = broken(page, &link, &mut known) {
                wrong.push(Problem::new(format!("{link} {what}")).at(format!("{page}:{line}")));
            }
        }
    }
    Ok(wrong)
}

/// What is wrong with a link, if anything is.
fn broken(page: &str, link: &str, known: &mut HashMap<String, Page>) -> Option<String> {
    let (way, anchor) = link.split_once('#').map_or((link, ""), |(way, anchor)| (way, anchor));
    if way.contains("://") || way.starts_with("mailto:") {
        return None;
    }
    let file = if way.is_empty() { Some(page.to_owned()) } else { project::resolve(page, way) };
    let Some(file) = file else { return Some("leaves the project".to_owned()) };
    let path = project::root().join(&file);
    if !path.exists() {
        return Some("leads to nothing".to_owned());
    }
    if anchor.is_empty() {
        return None;
    }
    if file.ends_with(".md") {
        if !known.contains_key(&file) {
            known.insert(file.clone(), read(&project::read(&file).ok()?));
        }
        return (!known[&file].anchors.contains(anchor)).then(|| format!("names no heading of {file}"));
    }
    let lines =
        anchor.split('-').map(|part| part.strip_prefix('L').and_then(|line| line.parse::<usize>().ok()));
    let lines: Option<Vec<usize>> = lines.collect();
    let lines = lines.filter(|_| !file.ends_with(".html"))?;
    let count = project::read(&file).ok()?.lines().count();
    lines
        .iter()
        .any(|line| *line == 0 || *line > count)
        .then(|| format!("names a line that {file} does not have"))
}

fn read(text: &str) -> Page {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_GFM;
    let mut page = Page { links: Vec::new(), anchors: BTreeSet::new() };
    let mut heading: Option<String> = None;
    let line_of = |at: usize| text[..at].matches('\n').count() + 1;
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                page.links.push((line_of(range.start), dest_url.into_string()));
            }
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => {
                let slug = slug(&heading.take().unwrap_or_default());
                let again =
                    (1..).map(|count| format!("{slug}-{count}")).find(|name| !page.anchors.contains(name));
                let name = if page.anchors.contains(&slug) { again.unwrap_or_default() } else { slug };
                page.anchors.insert(name);
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&text);
                }
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                for attribute in ["id=\"", "name=\""] {
                    let names = html.split(attribute).skip(1).filter_map(|rest| rest.split('"').next());
                    page.anchors.extend(names.map(str::to_owned));
                }
            }
            _ => {}
        }
    }
    page
}

/// What code hosts call a heading in a link.
fn slug(heading: &str) -> String {
    let kept = |letter: &char| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_');
    heading
        .trim()
        .to_lowercase()
        .chars()
        .filter(kept)
        .map(|letter| if letter == ' ' { '-' } else { letter })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_called_as_code_hosts_do() {
        let page = read("# 6. Average `first`: why?\n\n## A\n\n## A\n\n<a id=\"x\"></a>\n\n[b](c.md#d)\n");
        let names: Vec<&str> = page.anchors.iter().map(String::as_str).collect();
        assert_eq!(names, ["6-average-first-why", "a", "a-1", "x"]);
        assert_eq!(page.links, [(9, "c.md#d".to_owned())]);
    }

    #[test]
    fn broken_links_are_told() {
        let broken = |link: &str| broken("docs/architecture.md", link, &mut HashMap::new());
        for fine in [
            "../README.md",
            "../README.md#run-it",
            "https://example.org",
            "../crates/core/src/lib.rs#L3-L9",
            "#inside-core",
            "../crates",
        ] {
            assert_eq!(broken(fine), None, "{fine}");
        }
        for wrong in [
            "nothing.md",
            "../README.md#nothing",
            "../crates/core/src/lib.rs#L99999",
            "#nothing",
            "../../x",
            "../crates/core/src/lib.rs#L0",
        ] {
            assert!(broken(wrong).is_some(), "{wrong}");
        }
    }
}
