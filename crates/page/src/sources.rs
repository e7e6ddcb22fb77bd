//! Which files go into the page, and the digests by which a built page knows them: one of the crates in its modules, one of
//! its own files. Modules that are kept keep their digest.

use sha2::{Digest, Sha256};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The crates that are compiled into the page, besides the page's own files.
const CRATES: [&str; 10] = [
    "core",
    "web",
    "stages",
    "handwriting",
    "stochastic",
    "batched",
    "no-bias",
    "gradient",
    "momentum",
    "improved",
];
/// What the digest of the crates is called in a page.
pub const OF_MODULES: &str = "sources-of-modules";
/// What the digest of the page's own files is called there.
pub const OF_SITE: &str = "sources-of-site";
/// The hexadecimal digits of each.
const DIGITS: usize = 16;

/// The folder of the workspace, where this crate was built.
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The folder of the page's own files.
pub fn site() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("site")
}

/// The file that is built.
pub fn lab() -> PathBuf {
    workspace().join("docs/lab.html")
}

/// The digest of the crates that are compiled into the modules. Their programs and tests do not go in; nor does the lock
/// file, which changes with every crate.
///
/// # Errors
/// Files that cannot be read.
pub fn of_modules() -> io::Result<String> {
    let mut files = Vec::new();
    for name in CRATES {
        let folder = workspace().join("crates").join(name);
        files.push(folder.join("Cargo.toml"));
        list(&folder.join("src"), &mut files)?;
    }
    digest(files)
}

/// The digest of the page's own files, and of what puts them together.
///
/// # Errors
/// Files that cannot be read.
pub fn of_site() -> io::Result<String> {
    let mut files = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/assemble.rs")];
    list(&site(), &mut files)?;
    digest(files)
}

/// The first digits of the SHA-256 over the names and contents of files, in the order of their names.
fn digest(files: Vec<PathBuf>) -> io::Result<String> {
    let workspace = workspace();
    let mut named: Vec<(String, PathBuf)> = files
        .into_iter()
        .filter(|file| !file.ends_with("main.rs"))
        .map(|file| (name(&file, &workspace), file))
        .filter(|(name, _)| !name.contains("/src/program/"))
        .collect();
    named.sort();
    let mut hasher = Sha256::new();
    for (name, file) in named {
        let text = fs::read_to_string(file)?.replace("\r\n", "\n");
        hasher.update(format!("{name} {}\n", text.len()));
        hasher.update(text);
    }
    let mut text: String = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    text.truncate(DIGITS);
    Ok(text)
}

/// The name of a file within the workspace, the same on every system.
fn name(file: &Path, workspace: &Path) -> String {
    let inside = |file: &Path| fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let (file, workspace) = (inside(file), inside(workspace));
    let parts = file.strip_prefix(&workspace).unwrap_or(&file).components();
    parts.map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// Adds all files below a folder.
fn list(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects the page from being older than the code in it.
    #[test]
    fn the_built_page_holds_the_present_sources() {
        for (name, digest) in [(OF_MODULES, of_modules()), (OF_SITE, of_site())] {
            let expected = format!("<meta name=\"{name}\" content=\"{}\">", digest.expect("reads"));
            assert!(
                crate::LAB.contains(&expected),
                "docs/lab.html is older than the sources of the page ({name}): build it anew with `cargo run -p page`"
            );
        }
    }
}
