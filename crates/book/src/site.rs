//! The site of the book: what mdBook asks for to make pages of the Markdown, and pages of the sources that it links to.
//!
//! mdBook hands a book to a preprocessor as JSON and takes it back (<https://rust-lang.github.io/mdBook/for_developers/preprocessors.html>).
//! Markers go, mathematics becomes MathML, and links that leave the book lead to copies in the site, for it is read offline.

use crate::page::{Fence, comment};
use crate::programs::pattern;
use crate::svg::escape;
use crate::{Problem, Result, mathematics, project};
use regex::Regex;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::path::Path;
use std::sync::LazyLock;

/// The folder of the site that holds copies of sources.
const SOURCES: &str = "source";
/// The page with the stages in a browser, beside the book.
const LAB: &str = "docs/lab.html";

static COMMENT: LazyLock<Regex> = LazyLock::new(|| pattern(r"<!--.*?-->"));
static LINK: LazyLock<Regex> = LazyLock::new(|| pattern(r"(\]\()([^)\s]+)(\))"));

/// Answers mdBook: a book on standard input comes back on standard output. With `supports`, mdBook only asks whether a renderer is
/// served; all are.
pub fn preprocess(supports: Option<&str>) -> Result<()> {
    if supports.is_some() {
        return Ok(());
    }
    let io = |error: std::io::Error| Problem::new(error.to_string());
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(io)?;
    let both: Value = serde_json::from_str(&text)
        .map_err(|error| Problem::new(format!("no book on standard input: {error}")))?;
    let mut book =
        both.get(1).cloned().ok_or_else(|| Problem::new("mdBook sends its settings and the book"))?;
    chapters(&mut book)?;
    writeln!(std::io::stdout(), "{book}").map_err(io)
}

/// Goes through all chapters of a book.
fn chapters(value: &mut Value) -> Result<()> {
    match value {
        Value::Array(list) => list.iter_mut().try_for_each(chapters),
        Value::Object(object) => {
            let path = object
                .get("source_path")
                .and_then(Value::as_str)
                .map(|path| format!("{}/{path}", project::BOOK));
            if let (Some(path), Some(Value::String(content))) = (path, object.get_mut("content")) {
                *content = chapter(&path, content).map_err(|problem| problem.at(path))?;
            }
            object.values_mut().try_for_each(chapters)
        }
        _ => Ok(()),
    }
}

/// A page as mdBook should see it.
pub fn chapter(page: &str, text: &str) -> Result<String> {
    let mut out = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(fence) = Fence::opened_by(line) {
            let body: Vec<&str> = lines.by_ref().take_while(|line| !fence.is_closed_by(line)).collect();
            if fence.info == "math" {
                let formula = mathematics::mathml(&body.join("\n"), true)?;
                out.push(format!("{}<div class=\"formula\">{formula}</div>", fence.indent));
                out.push(String::new());
            } else {
                out.push(line.to_owned());
                out.extend(body.iter().map(|line| (*line).to_owned()));
                out.push(format!(
                    "{}{}",
                    fence.indent,
                    "`".repeat(line.trim_start().len() - fence.info.len()).trim_end()
                ));
            }
        } else if comment(line).is_none() {
            let line = COMMENT.replace_all(line, "");
            let line = LINK.replace_all(&line, |found: &regex::Captures<'_>| {
                format!("{}{}{}", &found[1], inside(page, &found[2]), &found[3])
            });
            out.push(mathematics::inline(&line)?);
        }
    }
    out.push(String::new());
    Ok(out.join("\n"))
}

/// A link of a page, as it leads in the site.
fn inside(page: &str, link: &str) -> String {
    let (way, anchor) = link.split_once('#').map_or((link, None), |(way, anchor)| (way, Some(anchor)));
    let elsewhere = way.is_empty() || way.contains(':') || way.starts_with('/');
    let Some(file) = project::resolve(page, way).filter(|_| !elsewhere) else { return link.to_owned() };
    let anchor = anchor.map(|anchor| format!("#{anchor}")).unwrap_or_default();
    if file.starts_with(&format!("{}/", project::BOOK)) {
        return link.to_owned();
    }
    if file == LAB {
        return format!("lab.html{anchor}");
    }
    format!("{SOURCES}/{file}.html{}", anchor.split("-L").next().unwrap_or_default())
}

/// Writes a page for each file that the book links to outside of itself into the folder of its site.
pub fn sources(folder: &Path) -> Result<()> {
    let mut linked = BTreeSet::new();
    for page in project::files(project::BOOK)?.into_iter().filter(|file| file.ends_with(".md")) {
        let text = project::read(&page)?;
        let links = LINK.captures_iter(&text).filter_map(|found| found.get(2)).map(|link| link.as_str());
        let ways = links.filter(|link| !link.contains(':')).filter_map(|link| link.split('#').next());
        linked.extend(ways.filter(|way| !way.is_empty()).filter_map(|way| project::resolve(&page, way)));
    }
    let io = |place: String| move |error: std::io::Error| Problem::new(error.to_string()).at(place);
    for file in linked.iter().filter(|file| !file.starts_with(&format!("{}/", project::BOOK))) {
        let from = project::root().join(file);
        if file == LAB {
            std::fs::copy(&from, folder.join("lab.html")).map_err(io(file.clone()))?;
            continue;
        }
        let text = if from.is_dir() { project::files(file)?.join("\n") } else { project::read(file)? };
        let text = if file.ends_with(".md") { COMMENT.replace_all(&text, "").into_owned() } else { text };
        let to = folder.join(SOURCES).join(format!("{file}.html"));
        std::fs::create_dir_all(to.parent().unwrap_or(folder)).map_err(io(file.clone()))?;
        std::fs::write(&to, source_page(file, &text)).map_err(io(file.clone()))?;
    }
    Ok(())
}

/// A source as a page: each line can be linked to.
fn source_page(file: &str, text: &str) -> String {
    let mut lines = String::new();
    for (index, line) in text.lines().enumerate() {
        let _ =
            writeln!(lines, "<span id=\"L{}\"><i>{:>4}</i>  {}</span>", index + 1, index + 1, escape(line));
    }
    let name = escape(file);
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{name}</title>\
         <style>:root{{color-scheme:light dark}}pre{{font-size:14px;line-height:1.45;overflow-x:auto}}i{{opacity:.5;font-style:normal}}\
         span:target{{background:#f5a74255}}</style><h1><code>{name}</code></h1><pre>{lines}</pre></html>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_lose_their_markers_and_keep_the_rest() {
        let text = "# A\n\n<!-- code: a::b -->\n```rust\n// <!-- stays -->\n```\n\nSo <!-- n: a b 2 -->87.86<!-- /n --> % and $`x`$.\n\n````md\n```math\nx\n```\n````\n\n```math\nx^2\n```\n";
        let found = chapter("docs/book/a.md", text).expect("formulas");
        assert!(
            found.starts_with("# A\n\n```rust\n// <!-- stays -->\n```\n\nSo 87.86 % and <math"),
            "{found}"
        );
        assert!(found.contains("````md\n```math\nx\n```\n````\n"), "{found}");
        assert_eq!(found.matches("display=\"block\"").count(), 1);
    }

    #[test]
    fn links_out_of_the_book_lead_to_copies() {
        let inside = |link| inside("docs/book/a.md", link);
        assert_eq!(inside("b.md#c"), "b.md#c");
        assert_eq!(inside("figures/x.svg"), "figures/x.svg");
        assert_eq!(inside("../../crates/a/src/lib.rs#L10-L20"), "source/crates/a/src/lib.rs.html#L10");
        assert_eq!(inside("../lab.html#x"), "lab.html#x");
        assert_eq!(inside("https://example.org/a"), "https://example.org/a");
        assert_eq!(inside("#here"), "#here");
    }

    #[test]
    fn a_source_has_a_place_for_each_line() {
        let page = source_page("a.rs", "x < y\n}\n");
        assert!(
            page.contains("<span id=\"L1\"><i>   1</i>  x &lt; y</span>") && page.contains("id=\"L2\""),
            "{page}"
        );
    }
}
