//! Files that appear whole or not at all: written under another name in the same folder, then renamed.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::{Error, Result};

/// Writes the file at `path` with `fill`; whatever fails, an older file of that name stays as it was.
pub fn write_whole(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<&File>) -> std::io::Result<()>,
) -> Result<()> {
    let failed = |source| Error::io(path, "write", source);
    let beside = create_beside(path).map_err(failed)?;
    let mut writer = BufWriter::new(beside.as_file());
    fill(&mut writer).map_err(failed)?;
    writer.flush().map_err(failed)?;
    drop(writer);
    beside.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// Makes sure that a file can be written at `path`, without touching what is there.
pub fn check_writable(path: &Path) -> Result<()> {
    let failed = |error, advice: &str| {
        Err(Error::Io { path: path.to_owned(), doing: "write", source: error, advice: advice.to_owned() })
    };
    if path.is_dir() {
        let error = std::io::Error::from(std::io::ErrorKind::IsADirectory);
        return failed(error, "Give the name of a file in it.");
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    match tempfile::tempfile_in(folder) {
        Ok(_) => Ok(()),
        Err(error) if !folder.is_dir() => {
            failed(error, "Make its folder first, or name a file in another one.")
        }
        Err(error) => failed(error, ""),
    }
}

/// A temporary file in the folder of `path`, so that renaming it to `path` is one step; dropped, it is deleted.
pub(crate) fn create_beside(path: &Path) -> std::io::Result<NamedTempFile> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let prefix = format!(".{name}.");
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(".part");
    #[cfg(unix)]
    {
        // As for any other file: the user's umask decides who may read it.
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("numbers.txt");
        write_whole(&path, |file| file.write_all(b"old")).expect("writes");
        let error = write_whole(&path, |file| {
            file.write_all(b"half of the n")?;
            Err(std::io::Error::other("the disk is full"))
        });
        assert!(error.expect_err("fails").to_string().contains("the disk is full"));
        assert_eq!(std::fs::read(&path).expect("still there"), b"old");
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }
}
