//! Whether two paths lead to one file, however they are spelt.

use super::{end_of_links, folder_of, is_character_device};
use crate::{Error, Result};
use std::path::{Path, PathBuf};

/// Makes sure that no two of these paths, each with the flag that names it, lead to one file, however they are spelt.
/// Devices may be named as often as one likes.
///
/// # Errors
/// Of usage, for the first two that are one.
pub fn distinct(named: &[(&str, &Path)]) -> Result<()> {
    let files: Vec<_> = named.iter().map(|(flag, path)| (flag, path, Identity::of(path))).collect();
    for (index, (flag, path, identity)) in files.iter().enumerate() {
        let same = |other: &&(_, _, Option<Identity>)| identity.is_some() && other.2 == *identity;
        if let Some((other, _, _)) = files[..index].iter().find(same) {
            let message =
                format!("--{other} and --{flag} name the same file, {}; give two names", path.display());
            return Err(Error::Usage(message));
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
