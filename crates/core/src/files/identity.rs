//! Whether two paths lead to one file, however they are spelt.

use super::{end_of_links, folder_of, is_character_device};
use crate::{Error, Result};
use std::path::{Path, PathBuf};

/// Makes sure that no two of the files that are written, each with the flag (`save`) or the argument (`<IMAGE>`) that
/// names it, are one, and that none of them is read as well, however they are spelt. `-` is standard output. Devices may
/// be named as often as one likes.
///
/// # Errors
/// Of usage, for the first two that are one.
pub fn distinct(written: &[(&str, &Path)], read: &[(&str, &Path)]) -> Result<()> {
    let files: Vec<_> =
        written.iter().chain(read).map(|(flag, path)| (*flag, path, Identity::of(path))).collect();
    let (written, read) = files.split_at(written.len());
    for (index, (flag, path, identity)) in written.iter().enumerate() {
        let same = |other: &&(_, _, Option<Identity>)| identity.is_some() && other.2 == *identity;
        if let Some((other, ..)) = written[..index].iter().chain(read).find(same) {
            let dashed =
                |flag: &str| if flag.starts_with('<') { flag.to_owned() } else { format!("--{flag}") };
            return Err(Error::Usage(format!(
                "{} and {} name the same file, {}; give two names",
                dashed(other),
                dashed(flag),
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
