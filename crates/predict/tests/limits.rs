//! Files that were made to fill a memory, or never to end: each is refused with a message, by a program that is given less
//! memory than it would take to read them.
#![cfg(target_os = "linux")]

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use digits_core::data::{Split, csv, practice};
use digits_core::network::Network;
use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

/// The most memory that the program may ask for, in KiB.
const MEMORY: u32 = 1_200_000;

/// A folder with a small network, and the program in it with little memory.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        let place = Place(tempfile::tempdir().expect("a folder"));
        let metadata = [("stage".to_owned(), "momentum".to_owned())].into();
        Network::<f32>::new(5, 1).to_checkpoint(metadata).save(&place.path("net")).expect("saves");
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path(name), bytes).expect("writes");
    }

    /// Runs the program with these arguments.
    fn predict(&self, args: &[&str]) -> Output {
        let limited = format!("ulimit -v {MEMORY} && exec \"$0\" \"$@\"");
        let mut command = Command::new("sh");
        command.args(["-c", &limited, env!("CARGO_BIN_EXE_predict")]).args(args);
        command.current_dir(self.0.path()).stdin(Stdio::null()).output().expect("starts")
    }

    /// What it says to one file.
    fn refused(&self, args: &[&str]) -> String {
        let output = self.predict(args);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{args:?}: {said}");
        said
    }
}

/// A file that takes no room on its disk; none where the file system has no such files.
fn sparse(path: &Path, begin: &[u8], len: u64) -> Option<()> {
    let mut file = File::create(path).ok()?;
    file.write_all(begin).ok()?;
    file.set_len(len).ok()
}

#[test]
fn what_would_fill_the_memory_is_refused() {
    let place = Place::new();
    let (mut rows, mut gzip) = (Vec::new(), GzEncoder::new(Vec::new(), Compression::fast()));
    csv::write_to(&mut rows, &practice::examples(1, Split::Test, 3)).expect("memory takes everything");
    let zeros = ("0,".repeat(784) + "0\n").into_bytes();
    (0..20_000).for_each(|_| gzip.write_all(&zeros).expect("memory takes everything"));
    place.put("bomb.csv.gz", &gzip.finish().expect("memory takes everything"));
    place.put("commas.csv", &vec![b','; 60 << 20]);
    place.put("commas-behind-rows.csv", &[&rows[..], &vec![b','; 50 << 20]].concat());
    place.put("line-ends.csv", &vec![b'\n'; 60 << 20]);
    place.put("quote.csv", &[&rows[..], b"\"7", &vec![b'\n'; 50 << 20]].concat());
    // A BMP and a GIF of 65,535 x 65,535 pixels.
    let mut bmp = b"BM\0\0\0\0\0\0\0\x006\0\0\0\x28\0\0\0\xff\xff\0\0\xff\xff\0\0\x01\0\x18\0".to_vec();
    bmp.resize(200, 0);
    place.put("large.bmp", &bmp);
    place.put(
        "large.gif",
        b"GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\xff\xff\xff\xff\0\x02\x02D\x01\0;",
    );
    for (name, words) in [
        ("bomb.csv.gz", "bytes that unpacks to more than"),
        ("commas.csv", "a line of 62914560 bytes"),
        ("commas-behind-rows.csv", "a line of 52428800 bytes"),
        ("line-ends.csv", "none in 62914560 bytes"),
        ("quote.csv", "expected"),
        ("large.bmp", "65535 x 65535"),
        ("large.gif", "65535 x 65535"),
        ("/dev/zero", "a device or a pipe"),
    ] {
        let said = place.refused(&["--model", "net", name]);
        assert!(said.contains(words), "{name}: {said}");
    }
    if sparse(&place.path("sparse.png"), b"\x89PNG\r\n\x1a\n", 20 << 30).is_some() {
        assert!(place.refused(&["--model", "net", "sparse.png"]).contains("more than 64 MiB"));
    }
}

#[test]
fn a_network_without_an_end_is_refused() {
    let place = Place::new();
    place.put("rows.csv", b"");
    assert!(place.refused(&["--model", "/dev/zero", "rows.csv"]).contains("it begins with no header"));
    let begin = std::fs::read(place.path("net")).expect("there");
    if sparse(&place.path("sparse"), &begin, 20 << 30).is_some() {
        assert!(place.refused(&["--model", "sparse", "rows.csv"]).contains("more than 1024 MiB"));
    }
    // A pipe that is written to without an end.
    let script = format!("yes 12345678 | {} --model /dev/stdin rows.csv", env!("CARGO_BIN_EXE_predict"));
    let output =
        Command::new("sh").args(["-c", &script]).current_dir(place.0.path()).output().expect("starts");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("it begins with no header"));
}
