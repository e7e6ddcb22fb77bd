//! Items of the project's sources, by their names: functions, methods, types, constants, as the sources have them.

use crate::{Problem, Result, project};
use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;
use syn::spanned::Spanned;

/// An item of a source file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its file, from the top of the project.
    pub file: String,
    /// The first line without the doc comment, counted from 1.
    pub line: usize,
    /// Its text without indentation, with its doc comment.
    pub documented: String,
    /// Its text without indentation and without its doc comment.
    pub text: String,
}

/// An item, with the steps of its full name.
struct Named {
    path: Vec<String>,
    item: Item,
}

/// Finds items, and remembers the files that were read.
#[derive(Default)]
pub struct Items {
    files: RefCell<HashMap<String, Rc<Vec<Named>>>>,
}

impl Items {
    /// The item of this name: `crate::name`, with as many steps of its path between as it needs to be the only one, or
    /// `crate/tests/file.rs::name`.
    ///
    /// # Errors
    /// Where there is none, or more than one.
    pub fn find(&self, name: &str) -> Result<Item> {
        let steps: Vec<&str> = name.split("::").collect();
        let (&place, rest) = steps.split_first().unwrap_or((&"", &[]));
        let mut found = Vec::new();
        for file in sources(place)? {
            let items = self.of(&file)?;
            found.extend(
                items
                    .iter()
                    .filter(|named| fits(&named.path, rest))
                    .map(|named| (named.path.clone(), named.item.clone())),
            );
        }
        // A name that is whole is nobody else's.
        if found.len() > 1
            && let Some(whole) = found.iter().position(|(path, _)| path.len() == rest.len())
        {
            return Ok(found.swap_remove(whole).1);
        }
        match found.len() {
            1 => Ok(found.remove(0).1),
            0 => Problem::err(format!("no item is called {name}")),
            _ => {
                let names: Vec<_> =
                    found.iter().map(|(path, _)| format!("{place}::{}", path.join("::"))).collect();
                Problem::err(format!("{name} may be any of {}", names.join(", ")))
            }
        }
    }

    /// The items of a file.
    fn of(&self, file: &str) -> Result<Rc<Vec<Named>>> {
        if let Some(items) = self.files.borrow().get(file) {
            return Ok(items.clone());
        }
        let source = project::read(file)?;
        let items = Rc::new(items_of(&source, file)?);
        self.files.borrow_mut().insert(file.to_owned(), items.clone());
        Ok(items)
    }
}

/// The formula in the head comment of a crate: what stands in its first block of text.
pub fn formula(name: &str) -> Result<String> {
    let file = sources(name)?.into_iter().find(|file| file.ends_with("src/lib.rs") || file.ends_with(name));
    let source = project::read(&file.unwrap_or_else(|| format!("crates/{name}/src/lib.rs")))?;
    let head = source.lines().map_while(|line| line.strip_prefix("//!"));
    let mut block =
        head.map(|line| line.strip_prefix(' ').unwrap_or(line)).skip_while(|line| !line.starts_with("```"));
    block.next();
    let lines: Vec<&str> = block.take_while(|line| !line.starts_with("```")).collect();
    if lines.is_empty() {
        return Problem::err(format!("the head comment of {name} has no block with a formula"));
    }
    Ok(lines.join("\n"))
}

/// The source files of a crate, or the one file that is named.
fn sources(place: &str) -> Result<Vec<String>> {
    if place.ends_with(".rs") {
        return Ok(vec![format!("crates/{}", place.strip_prefix("crates/").unwrap_or(place))]);
    }
    let mut found = Vec::new();
    project::walk(&format!("crates/{place}/src"), &mut |file| {
        if file.ends_with(".rs") {
            found.push(file.to_owned());
        }
    })?;
    if found.is_empty() {
        return Problem::err(format!("there is no crate {place}"));
    }
    Ok(found)
}

/// Whether a full name ends as `wanted` does, and has its other steps in this order.
fn fits(path: &[String], wanted: &[&str]) -> bool {
    if path.last().map(String::as_str) != wanted.last().copied() {
        return false;
    }
    // Those of tests have to be asked for.
    if path.iter().any(|step| step == "tests") && !wanted.contains(&"tests") {
        return false;
    }
    let mut steps = path.iter();
    wanted.iter().all(|step| steps.any(|found| found == step))
}

/// The steps that a file adds to the names of its items.
fn modules(file: &str) -> Vec<String> {
    let Some((_, inside)) = file.split_once("/src/") else { return Vec::new() };
    let steps = inside.strip_suffix(".rs").unwrap_or(inside).split('/');
    steps.filter(|step| !matches!(*step, "lib" | "main" | "mod")).map(str::to_owned).collect()
}

/// All items of a source text.
fn items_of(source: &str, file: &str) -> Result<Vec<Named>> {
    let parsed = syn::parse_file(source).map_err(|error| Problem::new(error.to_string()).at(file))?;
    let mut found = Vec::new();
    let mut collect = Collect { source, file, found: &mut found };
    collect.items(&parsed.items, &modules(file));
    Ok(found)
}

/// Goes through items.
struct Collect<'a> {
    source: &'a str,
    file: &'a str,
    found: &'a mut Vec<Named>,
}

impl Collect<'_> {
    fn items(&mut self, items: &[syn::Item], inside: &[String]) {
        for item in items {
            let span = item.span().byte_range();
            match item {
                syn::Item::Fn(it) => self.put(inside, &it.sig.ident, span),
                syn::Item::Struct(it) => self.put(inside, &it.ident, span),
                syn::Item::Enum(it) => self.put(inside, &it.ident, span),
                syn::Item::Const(it) => self.put(inside, &it.ident, span),
                syn::Item::Static(it) => self.put(inside, &it.ident, span),
                syn::Item::Type(it) => self.put(inside, &it.ident, span),
                syn::Item::Trait(it) => {
                    self.put(inside, &it.ident, span);
                    let inside = with(inside, &it.ident);
                    for item in &it.items {
                        match item {
                            syn::TraitItem::Fn(it) => {
                                self.put(&inside, &it.sig.ident, it.span().byte_range())
                            }
                            syn::TraitItem::Const(it) => self.put(&inside, &it.ident, it.span().byte_range()),
                            _ => {}
                        }
                    }
                }
                syn::Item::Impl(it) => {
                    let syn::Type::Path(of) = &*it.self_ty else { continue };
                    let Some(of) = of.path.segments.last() else { continue };
                    let mut inside = with(inside, &of.ident);
                    // A type may have a method of two traits: the trait's name tells them apart.
                    inside.extend(
                        it.trait_
                            .iter()
                            .filter_map(|(name, _)| Some(name.segments.last()?.ident.to_string())),
                    );
                    for item in &it.items {
                        match item {
                            syn::ImplItem::Fn(it) => self.put(&inside, &it.sig.ident, it.span().byte_range()),
                            syn::ImplItem::Const(it) => self.put(&inside, &it.ident, it.span().byte_range()),
                            _ => {}
                        }
                    }
                }
                syn::Item::Mod(it) => {
                    if let Some((_, items)) = &it.content {
                        self.items(items, &with(inside, &it.ident));
                    }
                }
                _ => {}
            }
        }
    }

    fn put(&mut self, inside: &[String], name: &proc_macro2::Ident, span: Range<usize>) {
        let start = self.source[..span.start].rfind('\n').map_or(0, |end| end + 1);
        let documented = dedent(&self.source[start..span.end]);
        let docs = documented.lines().take_while(|line| line.starts_with("///")).count();
        let text = documented.lines().skip(docs).collect::<Vec<_>>().join("\n");
        let line = self.source[..start].matches('\n').count() + docs + 1;
        let item = Item { file: self.file.to_owned(), line, documented, text };
        self.found.push(Named { path: with(inside, name), item });
    }
}

/// A name and one more step.
fn with(inside: &[String], name: &proc_macro2::Ident) -> Vec<String> {
    let mut path = inside.to_vec();
    path.push(name.to_string());
    path
}

/// The text without what all its lines are indented by.
fn dedent(text: &str) -> String {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let least = text.lines().filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or(0);
    let lines: Vec<&str> = text.lines().map(|line| line.get(least..).unwrap_or("").trim_end()).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "//! Head.\n\n/// A type.\npub struct Rule;\n\nimpl Stage for Rule {\n    /// Changes.\n    /// Twice.\n    #[inline]\n    fn update(&mut self) {\n        // Inside.\n        self.twice();\n    }\n\n    const ABOUT: u8 = 1;\n}\n\nmod tests {\n    fn update() {}\n}\n";

    fn find(name: &[&str]) -> Vec<Item> {
        let items = items_of(SOURCE, "crates/one/src/inner/mod.rs").expect("parses");
        items.into_iter().filter(|named| fits(&named.path, name)).map(|named| named.item).collect()
    }

    #[test]
    fn a_method_is_cut_as_it_is_without_indentation_and_docs() {
        let found = find(&["update"]);
        assert_eq!(found.len(), 1, "that of the tests has to be named: {found:?}");
        assert_eq!(found[0].text, "#[inline]\nfn update(&mut self) {\n    // Inside.\n    self.twice();\n}");
        assert!(found[0].documented.starts_with("/// Changes.\n/// Twice.\n#[inline]"));
        assert_eq!(found[0].line, 9);
    }

    #[test]
    fn names_may_be_short_or_whole() {
        let there: [&[&str]; 5] = [
            &["Rule", "update"],
            &["Stage", "update"],
            &["inner", "update"],
            &["inner", "Rule", "ABOUT"],
            &["Rule"],
        ];
        for name in there {
            assert_eq!(find(name).len(), 1, "{name:?}");
        }
        for name in [&["Other", "update"][..], &["Rule", "inner", "update"], &["upgrade"]] {
            assert_eq!(find(name).len(), 0, "{name:?}");
        }
        assert_eq!(find(&["tests", "update"]).len(), 1);
    }

    #[test]
    fn the_stages_are_found() {
        let items = Items::default();
        let update = items.find("gradient::update").expect("there");
        assert!(
            update.text.starts_with("fn update(&mut self, network: &mut Network<R>, batch: &Batch<'_, R>) {")
        );
        assert_eq!(update.file, "crates/gradient/src/lib.rs");
        let error = items.find("core::new").expect_err("many").to_string();
        assert!(error.contains("core::network::Network::new"), "{error}");
        assert!(items.find("nowhere::update").is_err());
        assert!(formula("gradient").expect("there").starts_with("d2 = e ⊙ o ⊙ (1 - o)"));
    }
}
