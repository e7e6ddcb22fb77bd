//! A download that is killed: under the names of MNIST's files stands nothing but these. See `test_support::kills` for the long
//! form; where `MNIST` names a folder that has the four files, they are what is downloaded.
#![cfg(unix)]

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use download::mnist_files;
use test_support::kills;

/// The content of a file of MNIST: the file itself, or bytes of the same number that are not its own.
fn content(name: &str) -> Option<Vec<u8>> {
    let file = mnist_files().into_iter().find(|file| file.name == name)?;
    let real =
        std::env::var_os("MNIST").and_then(|folder| std::fs::read(PathBuf::from(folder).join(name)).ok());
    Some(real.unwrap_or_else(|| vec![7; file.len as usize]))
}

/// Answers one request, in small pieces.
fn serve(mut client: TcpStream) -> std::io::Result<()> {
    let mut lines = BufReader::new(client.try_clone()?).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    let name = request.split(' ').nth(1).and_then(|path| path.rsplit('/').next()).unwrap_or_default();
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    let file = content(name).unwrap_or_default();
    write!(client, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", file.len())?;
    for piece in file.chunks(1 << 18) {
        client.write_all(piece)?;
        std::thread::sleep(Duration::from_millis(4));
    }
    Ok(())
}

#[test]
fn kills_while_files_are_downloaded() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let mirror = format!("http://{}/", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            std::thread::spawn(move || _ = serve(client)); // a client that is killed is no error
        }
    });
    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_download"));
        command.arg(folder.path()).args(["--quiet", "--mirror", &mirror]).stderr(std::process::Stdio::null());
        command
    };
    let is_real = content("t10k-labels-idx1-ubyte.gz").is_some_and(|file| !file.starts_with(&[7; 8]));
    let (mut left, mut whole) = (0, 0);
    kills::at_random_moments("download", Duration::from_millis(350), program, || {
        for file in mnist_files() {
            let path = folder.path().join(&file.name);
            if let Ok(found) = std::fs::read(&path) {
                assert!(is_real && Some(&found) == content(&file.name).as_ref(), "{} is whole", file.name);
                whole += 1;
                std::fs::remove_file(path).expect("the next run downloads it again");
            }
        }
        left = left.max(kills::unfinished(folder.path()));
    });
    kills::say(&format!("download: {whole} files were complete, and right, when the program was killed"));
    assert!(left <= 1, "each run removes what the one before left");
    // A run that comes to its end, well or not, leaves nothing unfinished.
    let ended = program().status().expect("starts");
    assert_eq!(ended.success(), is_real);
    assert_eq!(kills::unfinished(folder.path()), 0);
}
