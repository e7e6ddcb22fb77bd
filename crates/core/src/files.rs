//! The one policy of writing files: whole or not at all, and nothing that stands at the path is destroyed.
//!
//! | at the path stands | what happens |
//! |---|---|
//! | nothing | a temporary file is written beside it and renamed when it is complete |
//! | a regular file | the same; the new file keeps its mode |
//! | one with several names (hard links), of another owner, or in a folder that takes no new file | the complete content is written into it, so that names, owner and place stay |
//! | a link | its target is written, and the link stays |
//! | a character device, a FIFO, standard output by its path | written to plainly |
//! | a folder, a disk, a socket, a read-only file | refused |
//!
//! [`check_writable`] finds all that is refused before any work is done. Temporary files are locked as long as their
//! process lives, so the next run that writes into the folder knows which were left by runs that were killed, and
//! removes them.

use std::fs::{File, Metadata, OpenOptions, TryLockError};
use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::{Builder, NamedTempFile};

use crate::{Error, Result};

/// How the names of temporary files begin and end: short, whatever the name of the file that they become.
const PREFIX: &str = ".digit-stages.";
const SUFFIX: &str = ".part";
/// Where files cannot be locked, a temporary file this old belongs to nobody.
const ABANDONED: Duration = Duration::from_secs(3600);
/// As many links as the system itself follows.
const MOST_LINKS: usize = 40;

/// Writes the file at `path` with `fill`; if that fails, an older file stays as it was.
///
/// # Errors
/// Those of [`check_writable`], and whatever `fill` or the disk refuses.
pub fn write_whole(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<Output>) -> std::io::Result<()>,
) -> Result<()> {
    let failed = |error| Error::io(path, "write", error);
    let mut writer = BufWriter::new(Output::begin(path)?);
    fill(&mut writer).map_err(failed)?;
    writer.into_inner().map_err(|error| failed(error.into_error()))?.finish()
}

/// Makes sure that [`write_whole`] can write at `path`, without touching what is there.
///
/// # Errors
/// A folder, a name that ends like one, a disk, a socket, a file or a folder that cannot be written, and a name that
/// the file system does not take; all with exit code 1.
pub fn check_writable(path: &Path) -> Result<()> {
    Way::to(path).map(drop)
}

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

/// A file that is being written; dropped before it is finished, it leaves what stood there before.
#[derive(Debug)]
pub struct Output {
    path: PathBuf,
    way: Way,
}

impl Output {
    /// Begins to write at `path`.
    ///
    /// # Errors
    /// Those of [`check_writable`].
    pub fn begin(path: &Path) -> Result<Self> {
        let mut way = Way::to(path)?;
        if let Way::Through { append, file } = &mut way {
            let opened = OpenOptions::new().write(true).append(*append).open(path);
            *file = Some(opened.map_err(|error| Error::io(path, "write", error))?);
        }
        Ok(Output { path: path.to_owned(), way })
    }

    /// Ends the file: only now does it stand at its path.
    ///
    /// # Errors
    /// What the disk refuses.
    pub fn finish(self) -> Result<()> {
        let finished = match self.way {
            Way::Through { .. } => Ok(()),
            Way::InPlace { content, to } => overwrite(&to, &mut content.as_slice()),
            Way::Rename { part, to, exists } => match part.persist(&to) {
                Ok(_) => Ok(()),
                // A sticky folder or a mount: the file may be written, but not replaced.
                Err(refused) if exists => {
                    refused.file.reopen().and_then(|mut content| overwrite(&to, &mut content))
                }
                Err(refused) => Err(refused.error),
            },
        };
        finished.map_err(|error| Error::io(&self.path, "write", error))
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match &mut self.way {
            Way::Through { file, .. } => file.as_mut().map_or(Ok(0), |file| file.write(bytes)),
            Way::InPlace { content, .. } => content.write(bytes),
            Way::Rename { part, .. } => part.as_file_mut().write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(()) // nothing is held back
    }
}

/// How a file is written.
#[derive(Debug)]
enum Way {
    /// Under another name in the same folder, then renamed.
    Rename { part: NamedTempFile, to: PathBuf, exists: bool },
    /// Collected, then written into the file that is there.
    InPlace { content: Vec<u8>, to: PathBuf },
    /// Straight into what is no regular file; or behind what standard output holds, if it is this file.
    Through { append: bool, file: Option<File> },
}

impl Way {
    /// The right way for what stands at `path`.
    fn to(path: &Path) -> Result<Self> {
        let refused = |error, advice: &str| {
            Err(Error::Io { path: path.to_owned(), doing: "write", source: error, advice: advice.to_owned() })
        };
        let last = path.as_os_str().as_encoded_bytes().last();
        if path.file_name().is_none() || last.is_some_and(|&last| std::path::is_separator(last.into())) {
            return refused(ErrorKind::IsADirectory.into(), "Give the name of a file in it.");
        }
        let there = match std::fs::metadata(path) {
            Ok(there) => there,
            Err(error) if error.kind() == ErrorKind::NotFound => return Way::to_nothing(path),
            Err(error) => return refused(error, ""),
        };
        if there.is_dir() {
            return refused(ErrorKind::IsADirectory.into(), "Give the name of a file in it.");
        }
        if let Some(what) = never_written(&there) {
            return refused(std::io::Error::other(what), "Give the name of a file.");
        }
        if !there.is_file() || is_own_output(&there) {
            return match may_write(path) {
                Ok(()) => Ok(Way::Through { append: there.is_file(), file: None }),
                Err(error) => refused(error, ""),
            };
        }
        if there.permissions().readonly() {
            let error = std::io::Error::new(ErrorKind::PermissionDenied, "it is read-only");
            return refused(error, "Make it writable, or name another file.");
        }
        let way = std::fs::canonicalize(path).and_then(|real| {
            OpenOptions::new().write(true).open(&real)?;
            Ok(Way::to_regular(real, &there))
        });
        way.or_else(|error| refused(error, ""))
    }

    /// The way to a regular file that may be written.
    fn to_regular(real: PathBuf, there: &Metadata) -> Self {
        let part = create_part(&real).and_then(|part| {
            part.as_file().set_permissions(there.permissions())?;
            Ok(part)
        });
        match part {
            Ok(part) if may_be_replaced(there, &part) => Way::Rename { part, to: real, exists: true },
            _ => Way::InPlace { content: Vec::new(), to: real },
        }
    }

    /// The way to a new file: at `path`, or where a link there leads.
    fn to_nothing(path: &Path) -> Result<Self> {
        let failed = |source, advice: &str| Error::Io {
            path: path.to_owned(),
            doing: "write",
            source,
            advice: advice.to_owned(),
        };
        let to = end_of_links(path).map_err(|error| failed(error, ""))?;
        match create_part(&to) {
            Ok(part) => Ok(Way::Rename { part, to, exists: false }),
            Err(error) if !folder_of(&to).is_dir() => {
                Err(failed(error, "Make its folder first, or name a file in another one."))
            }
            Err(error) => Err(failed(error, "")),
        }
    }
}

/// Writes the content over that of a file.
fn overwrite(to: &Path, content: &mut dyn std::io::Read) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).truncate(true).open(to)?;
    std::io::copy(content, &mut file).map(drop)
}

/// A locked temporary file in the folder of `path`, so that renaming it to `path` is one step; dropped, it is deleted.
fn create_part(path: &Path) -> std::io::Result<NamedTempFile> {
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
        let part = builder.make_in(folder, create);
        let part = part.map_err(|error| refused.map_or(error, std::io::Error::from_raw_os_error))?;
        // Where files cannot be locked, their age decides (`remove_abandoned`).
        let _ = part.as_file().lock();
        // Between its creation and its lock, another run may have taken it for abandoned.
        if part.path().try_exists()? {
            return Ok(part);
        }
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

/// The folder that a file lies in.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Where the links that begin at `path` end; what is no link is its own end.
fn end_of_links(path: &Path) -> std::io::Result<PathBuf> {
    let mut end = path.to_owned();
    for _ in 0..MOST_LINKS {
        match std::fs::read_link(&end) {
            Ok(next) => end = folder_of(&end).join(next),
            Err(_) => return Ok(end),
        }
    }
    Err(std::io::Error::other("too many links, each to the next"))
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

#[cfg(unix)]
fn is_character_device(there: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    there.file_type().is_char_device()
}

/// What must not be written even where the system would allow it.
#[cfg(unix)]
fn never_written(there: &Metadata) -> Option<&'static str> {
    use std::os::unix::fs::FileTypeExt;
    let kind = there.file_type();
    let disk = kind.is_block_device().then_some("it is a disk, not a file");
    disk.or(kind.is_socket().then_some("it is a socket, not a file"))
}

/// Whether this is the file that standard output or standard error goes to.
#[cfg(unix)]
fn is_own_output(there: &Metadata) -> bool {
    use std::os::fd::{AsFd, BorrowedFd};
    use std::os::unix::fs::MetadataExt;
    let is = |stream: BorrowedFd<'_>| {
        let stream = stream.try_clone_to_owned().and_then(|stream| File::from(stream).metadata());
        stream.is_ok_and(|stream| (stream.dev(), stream.ino()) == (there.dev(), there.ino()))
    };
    is(std::io::stdout().as_fd()) || is(std::io::stderr().as_fd())
}

/// Whether a device or a FIFO may be written, asked without opening it: that would have effects already.
#[cfg(unix)]
fn may_write(path: &Path) -> std::io::Result<()> {
    Ok(rustix::fs::access(path, rustix::fs::Access::WRITE_OK)?)
}

/// Whether a new file in place of the old one would differ by its content alone.
#[cfg(unix)]
fn may_be_replaced(there: &Metadata, part: &NamedTempFile) -> bool {
    use std::os::unix::fs::MetadataExt;
    let owner = |file: &Metadata| (file.uid(), file.gid());
    there.nlink() == 1 && part.as_file().metadata().is_ok_and(|part| owner(&part) == owner(there))
}

#[cfg(not(unix))]
fn is_character_device(_: &Metadata) -> bool {
    false
}

#[cfg(not(unix))]
fn never_written(_: &Metadata) -> Option<&'static str> {
    None
}

#[cfg(not(unix))]
fn is_own_output(_: &Metadata) -> bool {
    false
}

#[cfg(not(unix))]
fn may_write(_: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
fn may_be_replaced(_: &Metadata, _: &NamedTempFile) -> bool {
    true
}
