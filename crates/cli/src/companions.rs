//! What other programs of this workspace do for this one: they download, and they decode images. So no program has to be
//! built with what it takes to go online or to read photographs.

use crate::screen::Screen;
use digits_core::data::PIXELS;
use digits_core::data::folder::ImageDecoder;
use digits_core::data::source::Host;
use digits_core::{Error, Result};
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};

/// The programs that are called when they are needed.
pub(crate) struct Companions<'a> {
    mirror: Option<&'a str>,
    screen: &'a Screen,
    decoder: Decoder,
}

impl<'a> Companions<'a> {
    /// Programs that speak to the same screen; `mirror` is where to download from, if the user named a place.
    pub(crate) fn new(mirror: Option<&'a str>, screen: &'a Screen) -> Self {
        Companions { mirror, screen, decoder: Decoder { child: Mutex::new(None) } }
    }
}

impl Host for Companions<'_> {
    fn fetch(&mut self, folder: &Path) -> Result<()> {
        let by_hand = format!("cargo run -p download -- {}", folder.display());
        let Some(mut program) = companion("download") else {
            return Err(Error::Unavailable(format!(
                "MNIST is not in {}\n\
                 Bring it there with: {by_hand}\n\
                 Or use --data practice, which needs no files.",
                folder.display()
            )));
        };
        program.arg(folder);
        if let Some(mirror) = self.mirror {
            program.args(["--mirror", mirror]);
        }
        if self.screen.is_quiet() {
            program.arg("--quiet");
        }
        self.screen.sentence(format!("MNIST is not in {}: downloading it, 11.6 MB", folder.display()));
        let status = program.status().map_err(|error| {
            Error::Unavailable(format!("cannot start the download: {error}\nStart it yourself: {by_hand}"))
        })?;
        let message = "MNIST could not be downloaded; the lines above say why";
        match status.code() {
            Some(0) => Ok(()),
            Some(2) => Err(Error::Usage(message.to_owned())),
            _ => Err(Error::Unavailable(format!(
                "{message}\nTo try again: {by_hand}\nOr use --data practice, which needs no files."
            ))),
        }
    }

    fn decoder(&self) -> Option<&dyn ImageDecoder> {
        Some(&self.decoder)
    }
}

/// Reads images by asking the program `handwriting`, which is started for the first of them.
struct Decoder {
    child: Mutex<Option<Child>>,
}

impl ImageDecoder for Decoder {
    fn decode(&self, path: &Path) -> Result<Option<[u8; PIXELS]>> {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        let child = match &mut *child {
            Some(child) => child,
            none => none.insert(start_decoder()?),
        };
        ask(child, path).unwrap_or_else(|error| Err(no_decoder(&format!("it ended: {error}"))))
    }
}

impl Drop for Decoder {
    fn drop(&mut self) {
        let child = self.child.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(child) = child {
            drop(child.stdin.take()); // the end of the requests ends it
            let _ = child.wait();
        }
    }
}

/// Starts the program that decodes.
fn start_decoder() -> Result<Child> {
    let mut program = companion("handwriting").ok_or_else(|| no_decoder("it is not beside this program"))?;
    program.stdin(Stdio::piped()).stdout(Stdio::piped());
    program.spawn().map_err(|error| no_decoder(&error.to_string()))
}

/// The error where there is no such program, or it does not work.
fn no_decoder(why: &str) -> Error {
    Error::Unavailable(format!(
        "the program that reads images cannot be started: {why}\n\
         Build it with: cargo build -p handwriting"
    ))
}

/// Asks for one image; the protocol is that of `handwriting`'s `main.rs`.
fn ask(child: &mut Child, path: &Path) -> std::io::Result<Result<Option<[u8; PIXELS]>>> {
    let (Some(to), Some(from)) = (&mut child.stdin, &mut child.stdout) else {
        return Err(std::io::ErrorKind::BrokenPipe.into());
    };
    // The companion works in the same folder, so the path means the same to it.
    let path = path.as_os_str().as_encoded_bytes();
    to.write_all(&(path.len() as u32).to_le_bytes())?;
    to.write_all(path)?;
    to.flush()?;
    let mut kind = [0];
    from.read_exact(&mut kind)?;
    match kind[0] {
        0 => Ok(Ok(None)),
        1 => {
            let mut image = [0; PIXELS];
            from.read_exact(&mut image)?;
            Ok(Ok(Some(image)))
        }
        _ => {
            let mut length = [0; 4];
            from.read_exact(&mut length)?;
            let mut words = Vec::new();
            from.take(u64::from(u32::from_le_bytes(length))).read_to_end(&mut words)?;
            Ok(Err(Error::Unavailable(String::from_utf8_lossy(&words).into_owned())))
        }
    }
}

/// A program of this workspace: the one beside this program, else what cargo builds, if cargo runs this program.
fn companion(name: &str) -> Option<Command> {
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let beside = std::env::current_exe().ok().and_then(|here| Some(here.parent()?.join(file)));
    if let Some(beside) = beside.filter(|beside| beside.is_file()) {
        return Some(Command::new(beside));
    }
    // Cargo tells the programs that it runs where it and their manifest are.
    let mut cargo = Command::new(std::env::var_os("CARGO")?);
    cargo.args(["run", "-q", "-p", name]);
    if let Some(manifest) = std::env::var_os("CARGO_MANIFEST_PATH") {
        cargo.arg("--manifest-path").arg(manifest);
    }
    cargo.arg("--");
    Some(cargo)
}
