//! Fetches the four files of MNIST: the only part of the project that goes online.
//!
//! A file takes its name only after its SHA-256 was found right; until then it is a temporary file beside it. So
//! whatever is cut short, damaged or forged on the way replaces nothing, and neither does what is right: a file of that
//! name with another content is somebody's own.

mod failure;
mod mirror;

use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use digits_core::files::Output;
use digits_core::{Error, Result};
use sha2::{Digest, Sha256};
use ureq::Agent;

use failure::{in_words, too_slow};
pub use mirror::Mirror;

/// A file to fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteFile {
    /// Its name, at the mirror and in the folder.
    pub name: String,
    /// Its size in bytes.
    pub len: u64,
    /// Its SHA-256 in lower-case hexadecimal digits.
    pub sha256: String,
}

/// The mirrors, in the order in which they are tried.
pub const MIRRORS: [&str; 2] =
    ["https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"];

/// The four files of MNIST: name, size and SHA-256.
const FILES: [(&str, u64, &str); 4] = [
    (
        "train-images-idx3-ubyte.gz",
        9_912_422,
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    ),
    (
        "train-labels-idx1-ubyte.gz",
        28_881,
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    ),
    (
        "t10k-images-idx3-ubyte.gz",
        1_648_877,
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    ),
    ("t10k-labels-idx1-ubyte.gz", 4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
];

/// Hears how a download goes. Every method does nothing unless it is written; `()` hears nothing. No address that is
/// told holds a password.
pub trait DownloadObserver {
    /// A request for `file` goes to `url`; the file has `len` bytes.
    fn started(&mut self, file: &str, url: &str, len: u64) {
        let _ = (file, url, len);
    }

    /// `len` bytes of the current file have arrived so far.
    fn received(&mut self, len: u64) {
        let _ = len;
    }

    /// This request came to nothing, for this reason; the next mirror is tried, if there is one.
    fn failed(&mut self, url: &str, reason: &str) {
        let _ = (url, reason);
    }

    /// The file is complete, right and in its place.
    fn finished(&mut self, file: &str) {
        let _ = file;
    }
}

impl DownloadObserver for () {}

/// When to give a mirror up.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// How long to wait for its address, and again for the connection.
    pub connect: Duration,
    /// How long to wait for the head of an answer, and for the next bytes of it.
    pub read: Duration,
    /// After this time, an answer must have brought [`Patience::least_rate`].
    pub grace: Duration,
    /// The bytes a second, on average, below which it is too slow.
    pub least_rate: u64,
}

impl Default for Patience {
    fn default() -> Self {
        Patience {
            connect: Duration::from_secs(10),
            read: Duration::from_secs(20),
            grace: Duration::from_secs(30),
            least_rate: 4000,
        }
    }
}

/// Brings MNIST into `folder`, from `mirror` or, without one, from the [`MIRRORS`]. Files that are there and right
/// stay as they are. Proxies are those of the environment (`HTTPS_PROXY` and its like), certificates those of the system
/// or of `SSL_CERT_FILE`.
///
/// # Errors
/// Those of [`Downloader::fetch`], and certificates that cannot be read.
pub fn fetch(folder: &Path, mirror: Option<Mirror>, observer: &mut dyn DownloadObserver) -> Result<()> {
    let mirrors = match mirror {
        Some(mirror) => vec![mirror],
        None => MIRRORS.iter().map(|mirror| mirror.parse()).collect::<Result<_>>()?,
    };
    let agent = ureq::Agent::config_builder().tls_config(mirror::certificates()?);
    Downloader::new(mnist_files(), mirrors, Patience::default(), agent).fetch(folder, observer)
}

/// The four files of MNIST as the mirrors hold them.
pub fn mnist_files() -> Vec<RemoteFile> {
    FILES
        .iter()
        .map(|&(name, len, sha256)| RemoteFile { name: name.to_owned(), len, sha256: sha256.to_owned() })
        .collect()
}

/// What to fetch, from where, and with how much patience.
#[derive(Debug)]
pub struct Downloader {
    files: Vec<RemoteFile>,
    mirrors: Vec<Mirror>,
    patience: Patience,
    agent: Agent,
}

/// What came of one request: the error is the reason why this address was no use.
type Attempt = std::result::Result<(), String>;

impl Downloader {
    /// Prepares the download of `files`; the mirrors are tried in turn. `agent` says which proxy and which certificates
    /// to use.
    pub fn new(
        files: Vec<RemoteFile>,
        mirrors: Vec<Mirror>,
        patience: Patience,
        agent: ureq::config::ConfigBuilder<ureq::typestate::AgentScope>,
    ) -> Self {
        let config = agent
            .timeout_resolve(Some(patience.connect))
            .timeout_connect(Some(patience.connect))
            .timeout_recv_response(Some(patience.read))
            .timeout_per_read(Some(patience.read))
            .timeout_per_write(Some(patience.read))
            .user_agent(concat!("digit-stages/", env!("CARGO_PKG_VERSION")))
            .build();
        Downloader { files, mirrors, patience, agent: config.new_agent() }
    }

    /// Brings every file that is missing into `folder`, which is made if need be.
    ///
    /// # Errors
    /// A folder that cannot be made or written, a file there that has the name of one of these but another content, and a
    /// file that no mirror could give.
    pub fn fetch(&self, folder: &Path, observer: &mut dyn DownloadObserver) -> Result<()> {
        std::fs::create_dir_all(folder).map_err(|error| Error::io(folder, "create", error))?;
        let mut missing = Vec::new();
        for file in &self.files {
            if !is_there(&folder.join(&file.name), file)? {
                missing.push(file);
            }
        }
        // A mirror that failed once is not asked again as long as the next one answers.
        let mut first = 0;
        for file in missing {
            let mut tried = String::new();
            let order = (0..self.mirrors.len()).map(|turn| (first + turn) % self.mirrors.len());
            let mut found = None;
            for mirror in order {
                let url = self.mirrors[mirror].shown(&file.name);
                observer.started(&file.name, &url, file.len);
                match self.fetch_file(file, &self.mirrors[mirror], folder, observer)? {
                    Ok(()) => {
                        found = Some(mirror);
                        break;
                    }
                    Err(reason) => {
                        observer.failed(&url, &reason);
                        let _ = writeln!(tried, "  {url}\n    {reason}"); // a String takes everything
                    }
                }
            }
            first = found.ok_or_else(|| self.given_up(folder, file, &tried))?;
            observer.finished(&file.name);
        }
        Ok(())
    }

    /// Fetches one file from one mirror. The outer error is one of this machine, which no other mirror would mend.
    fn fetch_file(
        &self,
        file: &RemoteFile,
        mirror: &Mirror,
        folder: &Path,
        observer: &mut dyn DownloadObserver,
    ) -> Result<Attempt> {
        let path = folder.join(&file.name);
        let failed = |error| Error::io(&path, "write", error);
        let mut output = Output::begin(&path)?;
        let begin = Instant::now();
        let response = match self.agent.get(mirror.address(&file.name)).call() {
            Ok(response) => response,
            Err(error) => return Ok(Err(in_words(&error))),
        };
        // One byte more than the file has shows that an answer is too long, however long it is.
        let mut body = response.into_body().into_reader().take(file.len + 1);
        let mut hash = Sha256::new();
        let mut received = 0;
        let mut buffer = vec![0; 1 << 16];
        loop {
            let len = match body.read(&mut buffer) {
                Ok(0) => break,
                Ok(len) => len,
                Err(error) => {
                    let reason = in_words(&error.into());
                    return Ok(Err(format!("{reason} (after {received} of {} bytes)", file.len)));
                }
            };
            hash.update(&buffer[..len]);
            output.write_all(&buffer[..len]).map_err(failed)?;
            received += len as u64;
            observer.received(received);
            if received < file.len
                && let Some(reason) = too_slow(received, begin.elapsed(), &self.patience)
            {
                return Ok(Err(reason));
            }
        }
        if received != file.len {
            let more = if received > file.len { " or more" } else { "" };
            return Ok(Err(format!("size: expected {} bytes, found {received}{more}", file.len)));
        }
        let found = hex(&hash.finalize());
        if found != file.sha256 {
            return Ok(Err(format!("checksum: expected SHA-256 {}, found {found}", file.sha256)));
        }
        output.finish().map(Ok)
    }

    /// What was tried, and what the user can do.
    fn given_up(&self, folder: &Path, file: &RemoteFile, tried: &str) -> Error {
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        let names: Vec<&str> = self.files.iter().map(|file| file.name.as_str()).collect();
        Error::Unavailable(format!(
            "could not download {}; tried:\n{tried}\
             Put the files by hand into {}: {}.\n\
             Or name another mirror with --mirror URL, or use --data practice, which needs no download.",
            file.name,
            folder.display(),
            names.join(", ")
        ))
    }
}

/// Whether the file is there, with the right bytes; one with others is an error, for it is not ours to replace.
fn is_there(path: &Path, file: &RemoteFile) -> Result<bool> {
    let foreign = |found: String| {
        let advice = "It is not replaced: move it away or delete it, then download again.";
        let expected = format!("the {} bytes of MNIST with SHA-256 {}", file.len, file.sha256);
        Err(Error::malformed(path, digits_core::error::Place::File, expected, found, advice))
    };
    match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(Error::io(path, "read", error)),
        Ok(metadata) if !metadata.is_file() => foreign("something that is no file".to_owned()),
        Ok(metadata) if metadata.len() != file.len => foreign(format!("{} bytes", metadata.len())),
        Ok(_) => {
            let bytes = std::fs::read(path).map_err(|error| Error::io(path, "read", error))?;
            let found = hex(&Sha256::digest(bytes));
            if found == file.sha256 { Ok(true) } else { foreign(format!("SHA-256 {found}")) }
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}"); // a String takes everything
        digits
    })
}
