//! A terminal that a program under test writes to, and what can be seen on it.

use rustix::fs::{Mode, OFlags, open};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};
use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZero;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Mutex};
use std::thread::{JoinHandle, sleep};
use std::time::{Duration, Instant};

/// The lines of every terminal: more than any report has, so that nothing scrolls away.
const ROWS: u16 = 200;

/// A program on a terminal of its own.
pub struct Terminal {
    child: Child,
    keyboard: File,
    seen: Arc<Mutex<vt100::Parser>>,
    reader: JoinHandle<Vec<u8>>,
}

/// What a program left on its terminal.
pub struct Seen {
    /// How it ended.
    pub status: ExitStatus,
    /// The text on the screen, a string a line.
    pub lines: Vec<String>,
    /// Whether the cursor can be seen.
    pub has_cursor: bool,
    /// The lines that did not fit, and went on on the next one.
    pub wrapped: Vec<String>,
    /// Whether the terminal shows keys that are signals, as `^C`, again.
    pub shows_signals: bool,
    /// Everything that it wrote.
    pub written: Vec<u8>,
}

impl Seen {
    /// All lines.
    pub fn text(&self) -> String {
        self.lines.join("\n")
    }

    /// What must hold on every terminal when a program has ended: every line had room, nothing stays of a progress bar, and the
    /// cursor is there.
    pub fn check_tidy(&self, what: &str) {
        let text = self.text();
        assert!(self.has_cursor, "{what}: the cursor is there");
        assert_eq!(self.wrapped, [""; 0], "{what}: every line has room");
        assert!(
            !self.lines.iter().any(|line| line.ends_with(" left")),
            "{what}: nothing stays of the bar\n{text}"
        );
    }

    /// Whether it wrote in colours, or in bold or faint letters.
    pub fn has_styles(&self) -> bool {
        let written = String::from_utf8_lossy(&self.written);
        ["\x1b[1m", "\x1b[2m", "\x1b[32m", "\x1b[36m", "\x1b[1;32m"].iter().any(|code| written.contains(code))
    }
}

impl Terminal {
    /// Starts a program on a terminal of so many columns. It is one with colours unless the command says otherwise.
    pub fn start(mut command: Command, columns: u16) -> Self {
        let keyboard = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&keyboard).unwrap();
        unlockpt(&keyboard).unwrap();
        let name = ptsname(&keyboard, Vec::new()).unwrap();
        let screen = File::from(open(&*name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap());
        let keyboard = File::from(keyboard);
        set_size(&keyboard, columns);
        if !command.get_envs().any(|(name, _)| name == "TERM") {
            command.env("TERM", "xterm-256color");
        }
        command.stdin(screen.try_clone().unwrap()).stdout(screen.try_clone().unwrap()).stderr(screen);
        let child = command.spawn().unwrap();
        drop(command); // with it, the last handle but the program's own
        let seen = Arc::new(Mutex::new(vt100::Parser::new(some(ROWS), some(columns), 0)));
        let reader = std::thread::spawn({
            let (mut from, seen) = (keyboard.try_clone().unwrap(), Arc::clone(&seen));
            move || read(&mut from, &seen)
        });
        Terminal { child, keyboard, seen, reader }
    }

    /// The process.
    pub fn child(&self) -> &Child {
        &self.child
    }

    /// Presses keys.
    pub fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
    }

    /// Waits until a text can be seen; half a minute at most.
    pub fn until(&self, text: &str) {
        let start = Instant::now();
        while !self.seen.lock().unwrap().screen().contents().contains(text) {
            assert!(start.elapsed() < Duration::from_secs(30), "{text} is not to be seen");
            sleep(Duration::from_millis(20));
        }
    }

    /// Gives the terminal another number of columns.
    pub fn resize(&self, columns: u16) {
        set_size(&self.keyboard, columns);
        self.seen.lock().unwrap().screen_mut().set_size(some(ROWS), some(columns));
    }

    /// Waits for the end of the program.
    pub fn wait(mut self) -> Seen {
        let status = self.child.wait().unwrap();
        let written = self.reader.join().unwrap();
        let seen = self.seen.lock().unwrap();
        let screen = seen.screen();
        let (_, columns) = screen.size();
        let lines: Vec<String> =
            screen.rows(0, columns.get()).map(|line| line.trim_end().to_owned()).collect();
        let wrapped = (0..ROWS).filter(|row| screen.row_wrapped(*row));
        Seen {
            status,
            wrapped: wrapped.map(|row| lines[usize::from(row)].clone()).collect(),
            lines,
            has_cursor: !screen.hide_cursor(),
            shows_signals: tcgetattr(&self.keyboard).unwrap().local_modes.contains(LocalModes::ECHOCTL),
            written,
        }
    }
}

fn some(number: u16) -> NonZero<u16> {
    NonZero::new(number).unwrap()
}

fn set_size(terminal: &File, columns: u16) {
    tcsetwinsize(terminal, Winsize { ws_row: ROWS, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
}

/// Shows what comes on the screen, until the program has ended.
fn read(from: &mut File, seen: &Mutex<vt100::Parser>) -> Vec<u8> {
    let (mut all, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        match from.read(&mut buffer) {
            // Linux says so in its own way when nobody holds the other side any more.
            Ok(0) | Err(_) => return all,
            Ok(len) => {
                seen.lock().unwrap().process(&buffer[..len]);
                all.extend_from_slice(&buffer[..len]);
            }
        }
    }
}
