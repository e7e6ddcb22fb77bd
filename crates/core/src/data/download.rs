//! Fetches the four files of MNIST: the only part of the project that touches the network.
//!
//! A file takes its name only after its SHA-256 was found right; until then it is a temporary file beside it. So
//! whatever is cut short, damaged or forged on the way replaces nothing.

use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::path::Path;
use std::time::Duration;

use sha2::{Digest, Sha256};
use ureq::Agent;

use crate::files;
use crate::{Error, Result};

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

/// Hears how a download goes. Every method does nothing unless it is written; `()` hears nothing.
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

/// How to speak to a mirror, and when to give it up.
#[derive(Debug, Clone, Copy)]
pub struct Network {
    /// How long to wait for its address, and again for the connection.
    pub connect: Duration,
    /// How long to wait for the next bytes of an answer.
    pub read: Duration,
    /// Whether to go through the proxy that the environment names (`HTTPS_PROXY` and its like), if it names one.
    pub proxy: bool,
}

impl Default for Network {
    fn default() -> Self {
        Network { connect: Duration::from_secs(10), read: Duration::from_secs(20), proxy: true }
    }
}

/// Brings MNIST into `folder`, from `mirror` (an address such as `https://example.org/mnist/`) or, without one, from
/// the [`MIRRORS`]. Files that are there and right stay as they are.
pub fn fetch(folder: &Path, mirror: Option<&str>, observer: &mut dyn DownloadObserver) -> Result<()> {
    let mirrors = match mirror {
        Some(mirror) => vec![mirror.to_owned()],
        None => MIRRORS.map(str::to_owned).to_vec(),
    };
    Downloader::new(mnist_files(), mirrors, Network::default())?.fetch(folder, observer)
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
    mirrors: Vec<String>,
    agent: Agent,
}

impl Downloader {
    /// Prepares the download of `files`; the mirrors are tried in turn.
    ///
    /// A mirror that is no http or https address is an error of usage.
    pub fn new(files: Vec<RemoteFile>, mut mirrors: Vec<String>, network: Network) -> Result<Self> {
        for mirror in &mut mirrors {
            if !mirror.starts_with("https://") && !mirror.starts_with("http://") {
                return Err(Error::Usage(format!(
                    "a mirror is an address that begins with https:// or http://, not `{mirror}`"
                )));
            }
            if !mirror.ends_with('/') {
                mirror.push('/');
            }
        }
        let mut config = Agent::config_builder();
        if !network.proxy {
            config = config.proxy(None);
        }
        let config = config
            .timeout_resolve(Some(network.connect))
            .timeout_connect(Some(network.connect))
            .timeout_recv_response(Some(network.read))
            .timeout_per_read(Some(network.read))
            .timeout_per_write(Some(network.read))
            .user_agent(concat!("digit-stages/", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(Downloader { files, mirrors, agent: config.new_agent() })
    }

    /// Brings every file that is missing or wrong into `folder`, which is made if need be.
    pub fn fetch(&self, folder: &Path, observer: &mut dyn DownloadObserver) -> Result<()> {
        std::fs::create_dir_all(folder).map_err(|error| Error::io(folder, "create", error))?;
        // A mirror that failed once is not asked again as long as the next one answers.
        let mut first = 0;
        for file in &self.files {
            if is_right(&folder.join(&file.name), file) {
                continue;
            }
            let mut tried = String::new();
            let order = (0..self.mirrors.len()).map(|turn| (first + turn) % self.mirrors.len());
            let mut found = None;
            for mirror in order {
                let url = format!("{}{}", self.mirrors[mirror], file.name);
                observer.started(&file.name, &url, file.len);
                match self.fetch_file(file, &url, folder, observer)? {
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

    /// Fetches one file from one address. The outer error is one of this machine, which no other mirror would mend;
    /// the inner one is the reason why this address was no use.
    fn fetch_file(
        &self,
        file: &RemoteFile,
        url: &str,
        folder: &Path,
        observer: &mut dyn DownloadObserver,
    ) -> Result<std::result::Result<(), String>> {
        let response = match self.agent.get(url).call() {
            Ok(response) => response,
            Err(error) => return Ok(Err(error.to_string())),
        };
        let path = folder.join(&file.name);
        let failed = |error| Error::io(&path, "write", error);
        let mut beside = files::create_beside(&path).map_err(failed)?;
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
                    return Ok(Err(format!("after {received} of {} bytes: {error}", file.len)));
                }
            };
            hash.update(&buffer[..len]);
            beside.write_all(&buffer[..len]).map_err(failed)?;
            received += len as u64;
            observer.received(received);
        }
        if received != file.len {
            let more = if received > file.len { "or more " } else { "" };
            return Ok(Err(format!("expected {} bytes, found {received} {more}", file.len)
                .trim_end()
                .to_owned()));
        }
        let found = hex(&hash.finalize());
        if found != file.sha256 {
            return Ok(Err(format!("expected SHA-256 {}, found {found}", file.sha256)));
        }
        beside.persist(&path).map_err(|error| failed(error.error))?;
        Ok(Ok(()))
    }

    /// What was tried, and what the user can do.
    fn given_up(&self, folder: &Path, file: &RemoteFile, tried: &str) -> Error {
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        let mut message = format!("could not download {}; tried:\n{tried}", file.name);
        let names: Vec<&str> = self.files.iter().map(|file| file.name.as_str()).collect();
        let _ = write!(
            message, // a String takes everything
            "Put the files by hand into {}: {}.\n\
             Or name another mirror with --mirror URL, or use --data practice, which needs no network.",
            folder.display(),
            names.join(", ")
        );
        Error::Unavailable(message)
    }
}

/// Whether the file is there, with the right bytes.
fn is_right(path: &Path, file: &RemoteFile) -> bool {
    let right_len = std::fs::metadata(path).is_ok_and(|metadata| metadata.len() == file.len);
    right_len && std::fs::read(path).is_ok_and(|bytes| hex(&Sha256::digest(bytes)) == file.sha256)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}"); // a String takes everything
        digits
    })
}
