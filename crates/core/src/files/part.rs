//! Temporary files: what a file is until it is complete.
//!
//! None stays behind. One that is given up is deleted at once; [`remove_unfinished`] deletes all of them when a signal ends the
//! program; and those of a process that was killed are deleted by the next one that writes into their folder. It knows them by
//! their locks: a process locks its temporary files, and the system takes its locks away when it ends, however it ends.

use super::folder_of;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};
use tempfile::{Builder, NamedTempFile};

/// How the names of temporary files begin and end: short, whatever the name of the file that they become.
const PREFIX: &str = ".digit-stages.";
const SUFFIX: &str = ".part";
/// Where files cannot be locked, a temporary file this old belongs to nobody.
const ABANDONED: Duration = Duration::from_secs(3600);

/// The temporary files of this process.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Deletes the temporary files of this process. What is being written then can no more be finished: this is for the moment
/// before the program ends.
pub fn remove_unfinished() {
    for path in unfinished().iter() {
        let _ = std::fs::remove_file(path); // it may have become the file itself
    }
}

fn unfinished() -> MutexGuard<'static, Vec<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A locked temporary file; dropped, it is deleted.
#[derive(Debug)]
pub(super) struct Part {
    file: NamedTempFile,
    listed: Listed,
}

/// An entry among the temporary files of this process, until it is dropped.
#[derive(Debug)]
struct Listed(PathBuf);

impl Listed {
    fn new(path: &Path) -> Self {
        unfinished().push(path.to_owned());
        Listed(path.to_owned())
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        unfinished().retain(|path| *path != self.0);
    }
}

impl Part {
    /// A new one in the folder of `path`, so that renaming it to `path` is one step.
    pub(super) fn beside(path: &Path) -> std::io::Result<Self> {
        let folder = folder_of(path);
        remove_abandoned(folder);
        let mut builder = Builder::new();
        builder.prefix(PREFIX).suffix(SUFFIX);
        loop {
            // tempfile's own error shows the temporary name; the system's says as much without it.
            let mut refused = None;
            let create = |part: &Path| {
                // As for any other file, the user's umask decides who may read it.
                let created = OpenOptions::new().read(true).write(true).create_new(true).open(part);
                created.inspect_err(|error| refused = error.raw_os_error())
            };
            let file = builder.make_in(folder, create);
            let file = file.map_err(|error| refused.map_or(error, std::io::Error::from_raw_os_error))?;
            let listed = Listed::new(file.path());
            // Where files cannot be locked, their age decides (`remove_abandoned`).
            let _ = file.as_file().lock();
            // Between its creation and its lock, another run may have taken it for abandoned.
            if file.path().try_exists()? {
                return Ok(Part { file, listed });
            }
        }
    }

    /// The file.
    pub(super) fn file(&self) -> &File {
        self.file.as_file()
    }

    /// The same, to write to.
    pub(super) fn file_mut(&mut self) -> &mut File {
        self.file.as_file_mut()
    }

    /// The same from its beginning, to read.
    pub(super) fn reopen(&self) -> std::io::Result<File> {
        self.file.reopen()
    }

    /// Gives it the name `to`, in place of whatever has this name. Where that cannot be, it is handed back.
    pub(super) fn persist(self, to: &Path) -> std::result::Result<(), (std::io::Error, Part)> {
        let Part { file, listed } = self;
        let persisted = file.persist(to).map(drop);
        persisted.map_err(|refused| (refused.error, Part { file: refused.file, listed }))
    }
}

/// Removes the temporary files in a folder whose processes are gone; whatever cannot be removed stays.
fn remove_abandoned(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.as_encoded_bytes();
        let is_part = name.starts_with(PREFIX.as_bytes()) && name.ends_with(SUFFIX.as_bytes());
        if is_part && entry.file_type().is_ok_and(|kind| kind.is_file()) && is_abandoned(&entry.path()) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// Whether no process holds this temporary file any more.
fn is_abandoned(part: &Path) -> bool {
    let Ok(file) = OpenOptions::new().write(true).open(part) else { return false };
    match file.try_lock() {
        Ok(()) => true,
        Err(TryLockError::WouldBlock) => false,
        Err(TryLockError::Error(_)) => {
            let written = file.metadata().and_then(|metadata| metadata.modified()).ok();
            let age = written.and_then(|written| SystemTime::now().duration_since(written).ok());
            age.is_some_and(|age| age > ABANDONED)
        }
    }
}
