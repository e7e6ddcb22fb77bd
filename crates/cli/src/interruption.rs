//! Ctrl-C and its kin: what asks a program to end.
//!
//! | signal | from | exit code |
//! |---|---|---|
//! | SIGINT | Ctrl-C | 130 |
//! | SIGTERM | `kill`, a system that shuts down | 143 |
//! | SIGHUP | a terminal that is closed | 129 |
//!
//! The first of them is a request to a training that [`Listening`] announced: it finishes its batch and keeps what was
//! learned. The second one, and the first where nobody listens, ends the program at once; unfinished temporary files go, and
//! the shell's next line begins on a line of its own. A signal that was ignored when the program began stays so: that is how
//! `nohup` works.

use console::Term;
use digits_core::files::remove_unfinished;
use std::process::ExitCode;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};

/// The last signal that came; 0 before the first.
static RECEIVED: AtomicI32 = AtomicI32::new(0);
/// How many listen.
static LISTENERS: AtomicUsize = AtomicUsize::new(0);

/// As long as it lives, the first signal is a request: whoever holds it asks [`is_requested`] now and then.
#[derive(Debug)]
pub struct Listening(());

impl Listening {
    /// Begins to listen.
    pub fn begin() -> Self {
        LISTENERS.fetch_add(1, Ordering::SeqCst);
        Listening(())
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        LISTENERS.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Whether a signal asked the program to end.
pub fn is_requested() -> bool {
    RECEIVED.load(Ordering::Relaxed) != 0
}

/// The exit code of a program that a signal asked to end, as shells have it: 128 and the signal's number.
pub fn exit_code() -> Option<ExitCode> {
    let signal = RECEIVED.load(Ordering::SeqCst);
    (signal != 0).then(|| ExitCode::from(code(signal)))
}

fn code(signal: i32) -> u8 {
    u8::try_from(128 + signal).unwrap_or(u8::MAX)
}

/// What happens when a signal comes.
fn handle(signal: i32) {
    let is_first = RECEIVED.swap(signal, Ordering::SeqCst) == 0;
    if is_first && LISTENERS.load(Ordering::SeqCst) > 0 {
        return;
    }
    remove_unfinished();
    crate::echo::restore();
    for term in [Term::stdout(), Term::stderr()] {
        if term.is_term() {
            let _ = term.write_line(""); // below a bar that is drawn there
            break;
        }
    }
    std::process::exit(code(signal).into());
}

/// Watches for signals, on a thread of its own. Where there is no thread to be had, signals end the program as they always do.
#[cfg(unix)]
pub(crate) fn watch() {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    let ignored = ignored_signals();
    let wanted = [SIGINT, SIGTERM, SIGHUP].into_iter().filter(move |signal| ignored & 1 << (signal - 1) == 0);
    let (ready, wait) = std::sync::mpsc::channel();
    let watch = move || {
        let mut signals = Signals::new(wanted);
        let _ = ready.send(()); // the program waits
        signals.iter_mut().for_each(|signals| signals.forever().for_each(handle));
    };
    if std::thread::Builder::new().name("signals".to_owned()).spawn(watch).is_ok() {
        let _ = wait.recv();
    }
}

/// The signals that are ignored, a bit each, as Linux tells them; none elsewhere.
#[cfg(unix)]
fn ignored_signals() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

/// Watches for Ctrl-C.
#[cfg(windows)]
pub(crate) fn watch() {
    // Without it, Ctrl-C ends the program as it always does.
    let _ = ctrlc::set_handler(|| handle(2));
}

/// Other systems have no signals.
#[cfg(not(any(unix, windows)))]
pub(crate) fn watch() {}
