//! Downloads from a server on this machine that works, lies, dawdles or breaks off. No test needs a network.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use digits_core::data::download::{DownloadObserver, Downloader, Network, RemoteFile, mnist_files};
use sha2::{Digest, Sha256};

/// What the server does when asked for a file below a folder of this name.
fn predicted_class(folder: &str, file: &[u8], mut client: TcpStream) -> std::io::Result<()> {
    let len = file.len();
    let ok = format!("HTTP/1.1 200 OK\r\nContent-Length: {len}\r\nConnection: close\r\n\r\n");
    match folder {
        "good" => {
            client.write_all(ok.as_bytes())?;
            client.write_all(file)
        }
        "moved" => write!(
            client,
            "HTTP/1.1 302 Found\r\nLocation: /good/a.gz\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        ),
        "truncated" => {
            client.write_all(ok.as_bytes())?;
            client.write_all(&file[..len / 2])
        }
        "short" => {
            write!(client, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\n")?;
            client.write_all(&file[..3])
        }
        "corrupt" => {
            let mut file = file.to_vec();
            file[len / 2] ^= 1;
            client.write_all(ok.as_bytes())?;
            client.write_all(&file)
        }
        "endless" => {
            write!(client, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
            loop {
                client.write_all(&[0; 4096])?;
            }
        }
        "stalling" => {
            client.write_all(ok.as_bytes())?;
            client.write_all(&file[..len / 2])?;
            std::thread::sleep(Duration::from_secs(30));
            Ok(())
        }
        "silent" => {
            std::thread::sleep(Duration::from_secs(30));
            Ok(())
        }
        "babbling" => client.write_all(b"220 this is no web server\r\n\r\n"),
        _ => write!(client, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
    }
}

/// A server of two files, with all its ways to answer; it ends with the test program.
struct Server {
    address: String,
    files: HashMap<String, Vec<u8>>,
    /// The paths that were asked for.
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn start() -> Self {
        let a: Vec<u8> = (0..200_000u32).map(|number| (number % 251) as u8).collect();
        let files = HashMap::from([("a.gz".to_owned(), a), ("b.gz".to_owned(), b"the second file".to_vec())]);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (served, log) = (files.clone(), Arc::clone(&asked));
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (served, log) = (served.clone(), Arc::clone(&log));
                std::thread::spawn(move || serve(client, &served, &log));
            }
        });
        Server { address, files, asked }
    }

    /// What a download of both files should bring.
    fn remote_files(&self) -> Vec<RemoteFile> {
        ["a.gz", "b.gz"]
            .map(|name| RemoteFile {
                name: name.to_owned(),
                len: self.files[name].len() as u64,
                sha256: Sha256::digest(&self.files[name]).iter().map(|byte| format!("{byte:02x}")).collect(),
            })
            .to_vec()
    }

    fn downloader(&self, folders: &[&str]) -> Downloader {
        let mirrors = folders.iter().map(|folder| format!("{}/{folder}", self.address)).collect();
        Downloader::new(self.remote_files(), mirrors, network()).expect("good addresses")
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no panic").clone()
    }
}

/// Reads a request, remembers its path and answers it.
fn serve(client: TcpStream, files: &HashMap<String, Vec<u8>>, asked: &Mutex<Vec<String>>) {
    let mut lines = BufReader::new(&client).lines().map_while(Result::ok);
    let request = lines.next().unwrap_or_default();
    lines.find(String::is_empty);
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    asked.lock().expect("no panic").push(path.clone());
    let mut parts = path.trim_start_matches('/').split('/');
    let folder = parts.next().unwrap_or_default().to_owned();
    let file = files.get(parts.next().unwrap_or_default());
    // The client may hang up first; that is its right.
    let _ = match file {
        Some(file) => predicted_class(&folder, file, client),
        None => predicted_class("missing", &[], client),
    };
}

/// Little patience, and no proxy between this machine and itself.
fn network() -> Network {
    Network { connect: Duration::from_millis(500), read: Duration::from_millis(300), proxy: false }
}

/// Remembers what it hears.
#[derive(Default)]
struct Log {
    events: Vec<String>,
    received: u64,
}

impl DownloadObserver for Log {
    fn started(&mut self, file: &str, _url: &str, len: u64) {
        self.received = 0;
        self.events.push(format!("started {file} of {len}"));
    }

    fn received(&mut self, len: u64) {
        assert!(len > self.received, "the count only grows");
        self.received = len;
    }

    fn failed(&mut self, _url: &str, reason: &str) {
        self.events.push(format!("failed: {reason}"));
    }

    fn finished(&mut self, file: &str) {
        self.events.push(format!("finished {file} after {}", self.received));
    }
}

/// The names in a folder, in alphabetical order.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_good_mirror_brings_all_files() {
    let server = Server::start();
    let base = tempfile::tempdir().expect("a temporary folder");
    let folder = base.path().join("made/on/the/way");
    let mut log = Log::default();
    server.downloader(&["good"]).fetch(&folder, &mut log).expect("works");
    assert_eq!(names(&folder), ["a.gz", "b.gz"]);
    for (name, content) in &server.files {
        assert!(std::fs::read(folder.join(name)).expect("there") == *content);
    }
    assert_eq!(
        log.events,
        [
            "started a.gz of 200000",
            "finished a.gz after 200000",
            "started b.gz of 15",
            "finished b.gz after 15",
        ]
    );
}

#[test]
fn files_that_are_there_and_right_are_kept() {
    let server = Server::start();
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("a.gz"), &server.files["a.gz"]).expect("writes");
    let wrong = vec![0; server.files["b.gz"].len()];
    std::fs::write(folder.path().join("b.gz"), wrong).expect("writes");
    server.downloader(&["good"]).fetch(folder.path(), &mut ()).expect("works");
    assert_eq!(server.asked(), ["/good/b.gz"]);
    assert_eq!(std::fs::read(folder.path().join("b.gz")).expect("there"), server.files["b.gz"]);
    server.downloader(&["good"]).fetch(folder.path(), &mut ()).expect("works");
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn the_second_mirror_helps_out_and_is_then_asked_first() {
    let server = Server::start();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut log = Log::default();
    server.downloader(&["missing", "good"]).fetch(folder.path(), &mut log).expect("works");
    assert_eq!(server.asked(), ["/missing/a.gz", "/good/a.gz", "/good/b.gz"]);
    assert_eq!(log.events[1], "failed: http status: 404");
    assert_eq!(names(folder.path()), ["a.gz", "b.gz"]);
}

#[test]
fn a_redirection_is_followed() {
    let server = Server::start();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut files = server.remote_files();
    files.truncate(1);
    let mirrors = vec![format!("{}/moved/", server.address)];
    let downloader = Downloader::new(files, mirrors, network()).expect("a good address");
    downloader.fetch(folder.path(), &mut ()).expect("works");
    assert_eq!(server.asked(), ["/moved/a.gz", "/good/a.gz"]);
}

#[test]
fn whatever_goes_wrong_replaces_nothing_and_is_told() {
    let server = Server::start();
    for (folder, reason) in [
        ("truncated", "after 100000 of 200000 bytes: "),
        ("short", "expected 200000 bytes, found 3\n"),
        ("corrupt", "expected SHA-256 "),
        ("endless", "expected 200000 bytes, found 200001 or more\n"),
        ("stalling", "after 100000 of 200000 bytes: timeout: "),
        ("silent", "timeout: "),
        ("babbling", "protocol: "),
        ("missing", "http status: 404\n"),
    ] {
        let place = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(place.path().join("a.gz"), "an older file").expect("writes");
        let begin = Instant::now();
        let error = server.downloader(&[folder]).fetch(place.path(), &mut ()).expect_err("an error");
        assert!(begin.elapsed() < Duration::from_secs(2), "{folder} took {:?}", begin.elapsed());
        let message = error.to_string();
        let url = format!("  {}/{folder}/a.gz\n    {reason}", server.address);
        assert!(message.contains(&url), "{folder}: {message}");
        assert_eq!(names(place.path()), ["a.gz"], "{folder}");
        assert_eq!(std::fs::read(place.path().join("a.gz")).expect("there"), b"an older file");
    }
}

#[test]
fn without_any_mirror_the_message_says_what_to_do() {
    // A port that was free a moment ago: nobody listens.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let nobody = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mirrors = vec![format!("{nobody}/one"), format!("{nobody}/two/")];
    let downloader = Downloader::new(mnist_files(), mirrors, network()).expect("good addresses");
    let error = downloader.fetch(folder.path(), &mut ()).expect_err("an error");
    assert_eq!(error.exit_code(), 1);
    let message = error.to_string();
    for part in [
        "could not download train-images-idx3-ubyte.gz; tried:\n",
        &format!("  {nobody}/one/train-images-idx3-ubyte.gz\n    "),
        &format!("  {nobody}/two/train-images-idx3-ubyte.gz\n    "),
        &format!("Put the files by hand into {}: train-images-idx3-ubyte.gz, ", folder.path().display()),
        "--data practice, which needs no network",
    ] {
        assert!(message.contains(part), "{part:?} is missing from {message}");
    }
    assert_eq!(names(folder.path()), [""; 0]);
}

#[test]
fn a_mirror_is_a_web_address() {
    let error =
        Downloader::new(mnist_files(), vec!["example.org".to_owned()], network()).expect_err("an error");
    assert_eq!(error.exit_code(), 2);
    assert!(error.to_string().contains("not `example.org`"), "{error}");
}

#[test]
fn a_secure_address_needs_a_secure_server() {
    let server = Server::start();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mirrors = vec![format!("{}/good", server.address.replace("http:", "https:"))];
    let downloader = Downloader::new(server.remote_files(), mirrors, network()).expect("a good address");
    let error = downloader.fetch(folder.path(), &mut ()).expect_err("an error");
    assert!(error.to_string().contains("/good/a.gz\n    "), "{error}");
    assert_eq!(names(folder.path()), [""; 0]);
}
