//! Downloads from a server on this machine that works, lies, dawdles or breaks off. No test needs a network.
//!
//! The table of downloads in `docs/inputs.md` is made here: `WRITE_TABLE=1 cargo test -p download --test mirrors`.

#[path = "../../core/tests/documented/mod.rs"]
mod documented;

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use download::{DownloadObserver, Downloader, Mirror, Patience, RemoteFile, mnist_files};
use sha2::{Digest, Sha256};

/// What the server does when asked for a file below a folder of this name.
fn answer(folder: &str, file: &[u8], mut client: TcpStream) -> std::io::Result<()> {
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
            wait_for_end(client)
        }
        "silent" => wait_for_end(client),
        "dripping" => {
            // As slow as the client's patience allows, and for ever.
            client.write_all(ok.as_bytes())?;
            loop {
                client.write_all(&[0])?;
                std::thread::sleep(Duration::from_millis(1));
            }
        }
        "dripping-head" => {
            client.write_all(b"HTTP/1.1 200 OK\r\n")?;
            loop {
                client.write_all(b"A: a\r\n")?;
                std::thread::sleep(Duration::from_millis(1));
            }
        }
        "babbling" => client.write_all(b"220 this is no web server\r\n\r\n"),
        _ => write!(client, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
    }
}

/// Says no more until the client hangs up.
fn wait_for_end(mut client: TcpStream) -> std::io::Result<()> {
    while client.read(&mut [0; 64])? > 0 {}
    Ok(())
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

    /// A client with all the patience that a busy machine may need.
    fn downloader(&self, folders: &[&str]) -> Downloader {
        self.impatient(folders, PATIENT)
    }

    fn impatient(&self, folders: &[&str], patience: Patience) -> Downloader {
        let mirrors: Vec<String> =
            folders.iter().map(|folder| format!("{}/{folder}", self.address)).collect();
        downloader(self.remote_files(), &mirrors, patience)
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no panic").clone()
    }
}

/// Reads a request, remembers its path and answers it.
fn serve(client: TcpStream, files: &HashMap<String, Vec<u8>>, asked: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(&client);
    if reader.fill_buf().is_ok_and(|bytes| !bytes.starts_with(b"GET")) {
        // Whoever speaks TLS to it is told, in plain text, that it does not.
        let _ = (&client).write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        return;
    }
    let mut lines = reader.lines().map_while(Result::ok);
    let request = lines.next().unwrap_or_default();
    lines.find(String::is_empty);
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    asked.lock().expect("no panic").push(path.clone());
    let mut parts = path.trim_start_matches('/').split('/');
    let folder = parts.next().unwrap_or_default().to_owned();
    let file = files.get(parts.next().unwrap_or_default());
    // The client may hang up first; that is its right.
    let _ = match file {
        Some(file) => answer(&folder, file, client),
        None => answer("missing", &[], client),
    };
}

/// Waits as long as it takes.
const PATIENT: Patience = Patience {
    connect: Duration::from_secs(600),
    read: Duration::from_secs(600),
    grace: Duration::from_secs(600),
    least_rate: 1,
};

/// A client without a proxy between this machine and itself.
fn downloader(files: Vec<RemoteFile>, mirrors: &[String], patience: Patience) -> Downloader {
    let mirrors = mirrors.iter().map(|mirror| mirror.parse().expect("an address")).collect();
    Downloader::new(files, mirrors, patience, ureq::Agent::config_builder().proxy(None))
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
    server.downloader(&["good"]).fetch(folder.path(), &mut ()).expect("works");
    assert_eq!(server.asked(), ["/good/b.gz"]);
    assert_eq!(std::fs::read(folder.path().join("b.gz")).expect("there"), server.files["b.gz"]);
    server.downloader(&["good"]).fetch(folder.path(), &mut ()).expect("works");
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn files_of_others_are_not_replaced() {
    let server = Server::start();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("b.gz");
    let other_content = vec![0; server.files["b.gz"].len()];
    for (content, found) in [(&b"shorter"[..], "found 7 bytes"), (&other_content, "found SHA-256 ")] {
        std::fs::write(&path, content).expect("writes");
        let error = server.downloader(&["good"]).fetch(folder.path(), &mut ()).expect_err("not ours");
        let message = error.to_string();
        assert!(message.contains(found) && message.contains("move it away or delete it"), "{message}");
        assert_eq!(std::fs::read(&path).expect("there"), content);
    }
    assert_eq!(server.asked(), [""; 0], "this is found before anything is fetched");
}

#[test]
fn the_second_mirror_helps_out_and_is_then_asked_first() {
    let server = Server::start();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut log = Log::default();
    server.downloader(&["missing", "good"]).fetch(folder.path(), &mut log).expect("works");
    assert_eq!(server.asked(), ["/missing/a.gz", "/good/a.gz", "/good/b.gz"]);
    assert_eq!(log.events[1], "failed: status: 404, there is no such file");
    assert_eq!(names(folder.path()), ["a.gz", "b.gz"]);
}

#[test]
fn a_redirection_is_followed() {
    let server = Server::start();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut files = server.remote_files();
    files.truncate(1);
    let mirrors = vec![format!("{}/moved/", server.address)];
    downloader(files, &mirrors, PATIENT).fetch(folder.path(), &mut ()).expect("works");
    assert_eq!(server.asked(), ["/moved/a.gz", "/good/a.gz"]);
}

#[test]
fn whatever_goes_wrong_is_told_and_leaves_nothing() {
    let server = Server::start();
    let no_reading = Patience { read: Duration::from_millis(200), ..PATIENT };
    let no_grace = Patience { grace: Duration::ZERO, least_rate: u64::MAX / 2, ..PATIENT };
    let short_head = Patience { read: Duration::from_millis(200), ..PATIENT };
    let mut table = "| the server | what is said |\n|---|---|\n".to_owned();
    for (folder, words, patience, reason) in [
        (
            "truncated",
            "hangs up halfway",
            PATIENT,
            "connection: it ended too early (after 100000 of 200000 bytes)",
        ),
        ("stalling", "says no more halfway", no_reading, "connection: no answer in time ("),
        ("silent", "says nothing", no_reading, "connection: no answer in time ("),
        ("dripping-head", "never ends the head of its answer", short_head, "connection: "),
        ("babbling", "is no web server", PATIENT, "connection: protocol: "),
        ("missing", "does not know the file", PATIENT, "status: 404, there is no such file\n"),
        ("short", "has a shorter file", PATIENT, "size: expected 200000 bytes, found 3\n"),
        ("endless", "sends without an end", PATIENT, "size: expected 200000 bytes, found 200001 or more\n"),
        ("corrupt", "has a file of which one bit is wrong", PATIENT, "checksum: expected SHA-256 "),
        ("dripping", "brings fewer than 4,000 bytes a second, after a while", no_grace, "pace: "),
    ] {
        let place = tempfile::tempdir().expect("a temporary folder");
        let error = server.impatient(&[folder], patience).fetch(place.path(), &mut ()).expect_err("an error");
        let message = error.to_string();
        let url = format!("  {}/{folder}/a.gz\n    ", server.address);
        let said = message.split_once(&url).map_or("", |(_, said)| said);
        assert!(said.starts_with(reason), "{folder}: {message}");
        assert_eq!(names(place.path()), [""; 0], "{folder}");
        // What depends on the moment is shown as the program says it with its own patience.
        let shown = match folder {
            "dripping-head" => "connection: no answer in time, or too many headers",
            "dripping" => "pace: 100 bytes so far, fewer than 4000 a second",
            _ => said.lines().next().unwrap_or_default(),
        };
        table += &format!("| {words} | {} |\n", documented::cell(shown));
    }
    documented::check("inputs.md", "downloads", &table, "cargo test -p download --test mirrors");
}

#[test]
fn after_a_mirror_that_drips_the_next_is_asked() {
    let server = Server::start();
    let folder = tempfile::tempdir().expect("a temporary folder");
    // So slow that only the one that drips is slower, on however busy a machine.
    let patience = Patience { grace: Duration::from_millis(300), least_rate: 2000, ..PATIENT };
    let mut log = Log::default();
    server.impatient(&["dripping", "good"], patience).fetch(folder.path(), &mut log).expect("works");
    assert!(log.events[1].starts_with("failed: pace: "), "{:?}", log.events);
    assert_eq!(names(folder.path()), ["a.gz", "b.gz"]);
}

#[test]
fn a_name_that_nobody_knows_is_told_as_such() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mirrors = ["http://user:secret@no-such-host.invalid/mnist".to_owned()];
    let mut log = Log::default();
    let error =
        downloader(mnist_files(), &mirrors, PATIENT).fetch(folder.path(), &mut log).expect_err("no host");
    let message = error.to_string();
    assert!(
        message.contains("http://no-such-host.invalid/mnist/train-images-idx3-ubyte.gz\n    name: "),
        "{message}"
    );
    assert!(!message.contains("secret") && !log.events.concat().contains("secret"), "{message}");
}

#[test]
fn without_any_mirror_the_message_says_what_to_do() {
    // A port that was free a moment ago: nobody listens.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let nobody = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mirrors = vec![format!("{nobody}/one"), format!("{nobody}/two/")];
    let error =
        downloader(mnist_files(), &mirrors, PATIENT).fetch(folder.path(), &mut ()).expect_err("an error");
    assert_eq!(error.exit_code(), 1);
    let message = error.to_string();
    for part in [
        "could not download train-images-idx3-ubyte.gz; tried:\n",
        &format!("  {nobody}/one/train-images-idx3-ubyte.gz\n    connection: refused"),
        &format!("  {nobody}/two/train-images-idx3-ubyte.gz\n    "),
        &format!("Put the files by hand into {}: train-images-idx3-ubyte.gz, ", folder.path().display()),
        "--data practice, which needs no download",
    ] {
        assert!(message.contains(part), "{part:?} is missing from {message}");
    }
    assert_eq!(names(folder.path()), [""; 0]);
}

#[test]
fn a_mirror_is_a_web_address() {
    let error = "example.org".parse::<Mirror>().expect_err("an error");
    assert_eq!(error.exit_code(), 2);
    assert!(error.to_string().contains("not `example.org`"), "{error}");
}

#[test]
fn a_secure_address_needs_a_secure_server() {
    let server = Server::start();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mirrors = vec![format!("{}/good", server.address.replace("http:", "https:"))];
    let error = downloader(server.remote_files(), &mirrors, PATIENT)
        .fetch(folder.path(), &mut ())
        .expect_err("an error");
    assert!(error.to_string().contains("/good/a.gz\n    certificate: "), "{error}");
    assert_eq!(names(folder.path()), [""; 0]);
}
