//! Puts the page's files together into one: each tag that names a file is replaced by the file's content.
//!
//! Scripts and styles are allowed by their hash, so that nothing else runs, and no address may be asked for anything. The
//! modules are allowed to run as WebAssembly, and workers come from the page itself.

use crate::packed::{pack, unpack};
use crate::sources::{OF_MODULES, OF_SITE};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;

/// The two modules as packed text, and the digest of the sources that they were compiled from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Modules {
    /// The module with exact products in software, then the one with those of the processor.
    pub packed: [String; 2],
    /// What [`crate::sources::of_modules`] said when they were compiled.
    pub digest: String,
}

/// The elements that hold the modules.
const MODULES: [&str; 2] = ["module-exact", "module-relaxed"];
/// The place of the policy.
const POLICY: &str = "<meta http-equiv=\"Content-Security-Policy\" content=\"\">";

/// The whole page: the files in `site`, whose digest is `digest`, and the two modules.
///
/// # Errors
/// In words: files that cannot be read, and an `index.html` that lacks a place for something.
pub fn assemble(site: &Path, modules: &Modules, digest: &str) -> Result<String, String> {
    let mut page = read(&site.join("index.html"))?;
    let (mut scripts, mut styles) = (Vec::new(), Vec::new());
    while let Some((tag, name)) = next(&page, "<link rel=\"stylesheet\" href=\"", "\">") {
        let text = inline(site, name, "</style")?;
        styles.push(hash(&text));
        page = page.replacen(&tag, &format!("<style>{text}</style>"), 1);
    }
    while let Some((tag, name)) = next(&page, "<script src=\"", "\"></script>") {
        let text = inline(site, name, "</script")?;
        scripts.push(hash(&text));
        page = page.replacen(&tag, &format!("<script>{text}</script>"), 1);
    }
    let worker = "<script type=\"text/worker\" id=\"worker\" src=\"";
    if let Some((tag, name)) = next(&page, worker, "\"></script>") {
        // The page runs it too: for itself, where a browser starts no workers.
        let text = inline(site, name, "</script")?;
        scripts.push(hash(&text));
        page = page.replacen(&tag, &format!("<script id=\"worker\">{text}</script>"), 1);
    }
    for (id, module) in MODULES.iter().zip(&modules.packed) {
        let place = format!("<script type=\"application/wasm\" id=\"{id}\"></script>");
        let filled = format!("<script type=\"application/wasm\" id=\"{id}\">{module}</script>");
        page = replaced(&page, &place, &filled)?;
    }
    let policy = format!(
        "default-src 'none'; script-src {} 'wasm-unsafe-eval' blob:; worker-src blob:; style-src {}; \
         img-src data: blob:; base-uri 'none'; form-action 'none'",
        scripts.join(" "),
        styles.join(" ")
    );
    let head = format!(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n{}{}\">\n{}{digest}\">",
        meta(OF_MODULES),
        modules.digest,
        meta(OF_SITE)
    );
    replaced(&page, POLICY, &head)
}

/// How the element begins that holds a digest.
fn meta(name: &str) -> String {
    format!("<meta name=\"{name}\" content=\"")
}

/// Modules as they were compiled, packed.
pub fn packed(exact: &[u8], relaxed: &[u8], digest: String) -> Modules {
    Modules { packed: [pack(exact), pack(relaxed)], digest }
}

/// The modules of a page that was built before, with the digest of *their* sources, which may be older than the present ones.
///
/// # Errors
/// In words, where it has none.
pub fn modules_of(page: &str) -> Result<Modules, String> {
    let module = |id: &str| {
        let begin = format!("<script type=\"application/wasm\" id=\"{id}\">");
        let (_, rest) = page.split_once(&begin)?;
        let (text, _) = rest.split_once("</script>")?;
        unpack(text)?.starts_with(b"\0asm").then(|| text.to_owned())
    };
    let [exact, relaxed] = MODULES.map(module);
    let digest = next(page, &meta(OF_MODULES), "\">").map(|(_, digest)| digest.to_owned());
    let both = exact.zip(relaxed).zip(digest);
    both.map(|((exact, relaxed), digest)| Modules { packed: [exact, relaxed], digest })
        .ok_or_else(|| "docs/lab.html holds no modules to keep".to_owned())
}

/// The first tag that begins and ends like this, and what stands between.
fn next<'a>(page: &'a str, begin: &str, end: &str) -> Option<(String, &'a str)> {
    let (_, rest) = page.split_once(begin)?;
    let (name, _) = rest.split_once(end)?;
    Some((format!("{begin}{name}{end}"), name))
}

/// The content of a file that can stand inside a tag.
fn inline(site: &Path, name: &str, end: &str) -> Result<String, String> {
    let text = read(&site.join(name))?;
    match text.to_ascii_lowercase().contains(end) {
        true => Err(format!("{name} contains {end}, which would end its element")),
        false => Ok(format!("\n{text}")),
    }
}

fn read(file: &Path) -> Result<String, String> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(text.replace("\r\n", "\n"))
}

/// The text with `place`, which is there once, replaced.
fn replaced(text: &str, place: &str, by: &str) -> Result<String, String> {
    match text.matches(place).count() {
        1 => Ok(text.replacen(place, by, 1)),
        count => Err(format!("index.html holds {count} times {place}, expected once")),
    }
}

/// How a policy names a script or a style.
fn hash(text: &str) -> String {
    format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(index: &str, script: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("index.html"), index).expect("written");
        fs::write(folder.path().join("a.js"), script).expect("written");
        folder
    }

    const INDEX: &str = "<head><meta http-equiv=\"Content-Security-Policy\" content=\"\"></head>\
        <script type=\"application/wasm\" id=\"module-exact\"></script>\
        <script type=\"application/wasm\" id=\"module-relaxed\"></script><script src=\"a.js\"></script>";

    #[test]
    fn a_page_holds_its_files_and_allows_only_them() {
        let modules = packed(b"\0asm1", b"\0asm2", "4567".to_owned());
        let page = assemble(site(INDEX, "1 + 1;").path(), &modules, "0123").expect("a page");
        assert!(page.contains("<script>\n1 + 1;</script>") && page.contains("content=\"0123\""), "{page}");
        assert!(page.contains(&hash("\n1 + 1;")) && page.contains("default-src 'none'"), "{page}");
        // Kept modules keep the digest of what they were compiled from.
        assert_eq!(modules_of(&page).expect("both"), modules);
        assert!(modules_of(INDEX).is_err());
    }

    #[test]
    fn a_file_that_would_end_its_element_is_refused() {
        let modules = packed(b"\0asm", b"\0asm", String::new());
        assert!(
            assemble(site(INDEX, "'</SCRIPT>'").path(), &modules, "0").expect_err("ends").contains("a.js")
        );
        assert!(assemble(site("<head></head>", "").path(), &modules, "0").is_err());
    }
}
