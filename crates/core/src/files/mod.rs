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
//! [`check_writable`] finds all that is refused before any work is done. What is written is on the disk, not only in the
//! system's memory, before a file takes its name; then the folder with the new name is brought there too. Temporary files
//! leave nothing behind: see `part.rs`.

mod identity;
mod part;

pub use identity::distinct;
pub use part::remove_unfinished;

use std::fs::{File, Metadata, OpenOptions};
use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::{Error, Result};
use part::Part;

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
            Way::Rename { part, to, exists } => {
                flushed(part.file().sync_all()).and_then(|()| match part.persist(&to) {
                    Ok(()) => flush_folder(folder_of(&to)),
                    // A sticky folder or a mount: the file may be written, but not replaced.
                    Err((_, part)) if exists => {
                        part.reopen().and_then(|mut content| overwrite(&to, &mut content))
                    }
                    Err((error, _)) => Err(error),
                })
            }
        };
        finished.map_err(|error| Error::io(&self.path, "write", error))
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match &mut self.way {
            Way::Through { file, .. } => file.as_mut().map_or(Ok(0), |file| file.write(bytes)),
            Way::InPlace { content, .. } => content.write(bytes),
            Way::Rename { part, .. } => part.file_mut().write(bytes),
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
    Rename { part: Part, to: PathBuf, exists: bool },
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
        let part = Part::beside(&real).and_then(|part| {
            part.file().set_permissions(there.permissions())?;
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
        match Part::beside(&to) {
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
    std::io::copy(content, &mut file)?;
    flushed(file.sync_all())
}

/// Brings the names in a folder to the disk. Who may write into it, but not read it, has to do without.
fn flush_folder(folder: &Path) -> std::io::Result<()> {
    File::open(folder).map_or(Ok(()), |folder| flushed(folder.sync_all()))
}

/// What came of bringing something to the disk; that some file systems do not know how is no error.
fn flushed(result: std::io::Result<()>) -> std::io::Result<()> {
    result.or_else(|error| match error.kind() {
        ErrorKind::InvalidInput | ErrorKind::Unsupported => Ok(()),
        _ => Err(error),
    })
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
fn may_be_replaced(there: &Metadata, part: &Part) -> bool {
    use std::os::unix::fs::MetadataExt;
    let owner = |file: &Metadata| (file.uid(), file.gid());
    there.nlink() == 1 && part.file().metadata().is_ok_and(|part| owner(&part) == owner(there))
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
fn may_be_replaced(_: &Metadata, _: &Part) -> bool {
    true
}
