//! Where everything lies.

use crate::{Problem, Result};
use std::path::{Path, PathBuf};

/// The top of the project.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

/// The folder of the book.
pub const BOOK: &str = "docs/book";
/// The folder of the book's figures.
pub const FIGURES: &str = "docs/book/figures";
/// The folders of results; a name stands for one file.
pub const RESULTS: [&str; 2] = ["docs/results", "docs/book/results"];
/// The folder of what was recorded, a file a page.
pub const RECORDED: &str = "docs/book/results/recorded";

/// The pages that have parts to be written: those of the book, of `docs`, and the README. From the top of the project, in order.
pub fn pages() -> Result<Vec<String>> {
    let mut pages = vec!["README.md".to_owned()];
    for folder in ["docs", BOOK] {
        pages.extend(files(folder)?.into_iter().filter(|file| file.ends_with(".md")));
    }
    Ok(pages)
}

/// Every Markdown file of the project, from its top, in order.
pub fn markdown() -> Result<Vec<String>> {
    let mut found = pages()?;
    found.extend(files("")?.into_iter().filter(|file| file.ends_with(".md")));
    for folder in ["data", "docs/results", "crates"] {
        walk(folder, &mut |file| {
            if file.ends_with(".md") {
                found.push(file.to_owned());
            }
        })?;
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// The pages whose file begins so, without their folder: `06`, `glossary`.
pub fn pages_named(name: &str) -> Result<Vec<String>> {
    let begins = |page: &String| stem(page).to_lowercase().starts_with(&name.to_lowercase()) || page == name;
    let found: Vec<_> = pages()?.into_iter().filter(begins).collect();
    if found.is_empty() {
        return Problem::err(format!("no page of the book begins with {name}"));
    }
    Ok(found)
}

/// The name of a page's file, without folder and ending.
pub fn stem(page: &str) -> &str {
    let name = page.rsplit('/').next().unwrap_or(page);
    name.strip_suffix(".md").unwrap_or(name)
}

/// The files of a folder, from the top of the project, in order; none if there is no such folder.
pub fn files(folder: &str) -> Result<Vec<String>> {
    let path = root().join(folder);
    if !path.is_dir() {
        return Ok(Vec::new());
    }
    let entries = std::fs::read_dir(&path).map_err(|error| Problem::new(error.to_string()).at(folder))?;
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok().filter(|entry| entry.path().is_file()))
        .filter_map(|entry| entry.file_name().into_string().ok())
        .map(|name| if folder.is_empty() { name } else { format!("{folder}/{name}") })
        .collect();
    names.sort();
    Ok(names)
}

/// Tells of every file below a folder, in order.
pub fn walk(folder: &str, tell: &mut impl FnMut(&str)) -> Result<()> {
    files(folder)?.iter().for_each(|file| tell(file));
    let path = root().join(folder);
    let Ok(entries) = std::fs::read_dir(&path) else { return Ok(()) };
    let mut folders: Vec<String> = entries
        .filter_map(|entry| entry.ok().filter(|entry| entry.path().is_dir()))
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name != "target" && !name.starts_with('.'))
        .collect();
    folders.sort();
    folders.iter().try_for_each(|name| walk(&format!("{folder}/{name}"), tell))
}

/// The text of a file of the project.
pub fn read(file: &str) -> Result<String> {
    std::fs::read_to_string(root().join(file)).map_err(|error| Problem::new(error.to_string()).at(file))
}

/// Writes a file of the project, unless it has this text already; says whether it had not.
pub fn write(file: &str, text: &str) -> Result<bool> {
    let path = root().join(file);
    if std::fs::read_to_string(&path).is_ok_and(|now| now == text) {
        return Ok(false);
    }
    let io = |error: std::io::Error| Problem::new(error.to_string()).at(file);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(io)?;
    }
    std::fs::write(&path, text).map_err(io)?;
    Ok(true)
}

/// The way from a page to a file, both from the top of the project.
pub fn relative(page: &str, file: &str) -> String {
    let from: Vec<&str> = page.split('/').collect();
    let to: Vec<&str> = file.split('/').collect();
    let folders = from.len() - 1;
    let common = from[..folders].iter().zip(&to).take_while(|(a, b)| a == b).count();
    let mut way = vec![".."; folders - common];
    way.extend(&to[common..]);
    way.join("/")
}

/// The file that a relative link on a page leads to, from the top of the project; `None` where it leaves the project.
pub fn resolve(page: &str, link: &str) -> Option<String> {
    let mut way: Vec<&str> = page.split('/').collect();
    way.pop();
    for step in link.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                way.pop()?;
            }
            name => way.push(name),
        }
    }
    Some(way.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_lead_there_and_back() {
        let (page, file) = ("docs/book/06-average-first.md", "crates/gradient/src/lib.rs");
        let way = relative(page, file);
        assert_eq!(way, "../../crates/gradient/src/lib.rs");
        assert_eq!(resolve(page, &way).as_deref(), Some(file));
        assert_eq!(relative("README.md", "docs/a.md"), "docs/a.md");
        assert_eq!(relative("docs/book/a.md", "docs/book/b.md"), "b.md");
        assert_eq!(resolve("README.md", "../elsewhere"), None);
    }
}
