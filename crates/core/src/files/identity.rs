//! Whether two paths lead to one file, however they are spelt.

use super::{end_of_links, folder_of, is_character_device};
use crate::{Error, Result};
use std::path::{Path, PathBuf};

/// Makes sure that no two of the files that are written are one, and that none of them is read as well, however they are
/// spelt. Each comes with the words for it in a message: the flag (`--save`) or the argument (`<IMAGE>`) that names it. `-`
/// is standard output. Devices may be named as often as one likes.
///
/// # Errors
/// Of usage, for the first two that are one; the message names the file.
pub fn distinct(written: &[(&str, &Path)], read: &[(&str, &Path)]) -> Result<()> {
    fn known<'a>((words, path): &(&'a str, &'a Path)) -> Option<(&'a str, &'a Path, Identity)> {
        Some((words, path, Identity::of(path)?))
    }
    let written: Vec<(&str, &Path, Identity)> = written.iter().filter_map(known).collect();
    for (index, (words, path, identity)) in written.iter().enumerate() {
        if let Some((other, ..)) = written[..index].iter().find(|other| other.2 == *identity) {
            return Err(Error::Usage(format!(
                "{other} and {words} name the same file, {}; give two names",
                path.display()
            )));
        }
    }
    if written.is_empty() {
        return Ok(()); // there may be many files to read
    }
    for (words, path, identity) in read.iter().filter_map(known) {
        if let Some((flag, ..)) = written.iter().find(|written| written.2 == identity) {
            return Err(Error::Usage(format!(
                "{flag} would write over {}, which is read ({words}); name another file",
                path.display()
            )));
        }
    }
    Ok(())
}

/// What two paths have in common if they lead to one file.
#[derive(Debug, PartialEq, Eq)]
enum Identity {
    /// The file's numbers in its file system: hard links share them.
    #[cfg(unix)]
    Node(u64, u64),
    /// The real path of a file that is not there yet, or of any file where there are no such numbers.
    Path(PathBuf),
}

impl Identity {
    /// None for devices, which are nobody's own, and for what cannot be found.
    fn of(path: &Path) -> Option<Self> {
        let path = if path.as_os_str() == "-" { Path::new("/dev/stdout") } else { path };
        match std::fs::metadata(path) {
            Ok(there) if is_character_device(&there) => None,
            #[cfg(unix)]
            Ok(there) => {
                use std::os::unix::fs::MetadataExt;
                Some(Identity::Node(there.dev(), there.ino()))
            }
            #[cfg(not(unix))]
            Ok(_) => std::fs::canonicalize(path).ok().map(Identity::Path),
            Err(_) => {
                let end = end_of_links(path).ok()?;
                let folder = std::fs::canonicalize(folder_of(&end)).ok()?;
                Some(Identity::Path(folder.join(end.file_name()?)))
            }
        }
    }
}
