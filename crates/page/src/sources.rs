//! Which files go into the page, and the digest by which a built page knows them.

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
/// What the digest is called in a page.
pub const META: &str = "sources";
/// The hexadecimal digits of it.
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

/// The first digits of the SHA-256 over the names and contents of all files that go into the page, in the order of their
/// names. The programs of the crates and their tests do not go in; nor does the lock file, which changes with every crate.
///
/// # Errors
/// Files that cannot be read.
pub fn digest() -> io::Result<String> {
    let workspace = workspace();
    let mut files = Vec::new();
    for name in CRATES {
        let folder = workspace.join("crates").join(name);
        files.push(folder.join("Cargo.toml"));
        list(&folder.join("src"), &mut files)?;
    }
    list(&site(), &mut files)?;
    files.push(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/assemble.rs"));
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
        let expected = format!("<meta name=\"{META}\" content=\"{}\">", digest().expect("reads"));
        assert!(
            crate::LAB.contains(&expected),
            "docs/lab.html is older than the sources of the page: build it anew with `cargo run -p page`"
        );
    }
}
