//! A real process that is killed at random moments, and what must hold after each kill.
//!
//! `cargo test` kills a few times. The environment variable `KILLS` says how often instead:
//!
//! ```text
//! KILLS=200 cargo test -p momentum -p download -p practice-digits --test kills -- --nocapture
//! ```

use digits_core::random::{Purpose, generator, uniform};
pub use rustix::process::Signal;
use rustix::process::{Pid, kill_process};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

/// How often a test kills: `KILLS`, or a few times.
pub fn times() -> usize {
    std::env::var("KILLS").map_or(6, |times| times.parse().expect("a number of kills"))
}

/// Sends a signal to a process.
pub fn send(child: &Child, signal: Signal) {
    let pid = Pid::from_raw(child.id().try_into().unwrap()).unwrap();
    // It may have ended already; then nobody else has its number, for nobody has waited for it.
    let _ = kill_process(pid, signal);
}

/// Whether this process ignores a signal, as under `nohup`, or for SIGINT behind a shell's `&`: so do the programs that it starts,
/// and a test with that signal would wait for ever. Known on Linux; elsewhere, no.
pub fn is_ignored(signal: Signal) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    let ignored = mask >> (signal.as_raw() - 1) & 1 == 1;
    if ignored {
        say(&format!("{signal:?} is ignored where this test was started; left out"));
    }
    ignored
}

/// Sends a signal to a process and waits for its end, a minute at most.
pub fn end(child: Child, signal: Signal) -> Output {
    send(&child, signal);
    let (ended, wait) = std::sync::mpsc::channel::<()>();
    let pid = Pid::from_raw(child.id().try_into().unwrap()).unwrap();
    std::thread::spawn(move || {
        if wait.recv_timeout(Duration::from_secs(60)) == Err(RecvTimeoutError::Timeout) {
            let _ = kill_process(pid, Signal::KILL); // the test fails by its exit code
        }
    });
    let output = child.wait_with_output().unwrap();
    drop(ended);
    output
}

/// Starts the program again and again, ends it at a random moment within `longest` by a signal that it cannot catch, every
/// fourth time by one that it can, and calls `check` after each.
pub fn at_random_moments(
    name: &str,
    longest: Duration,
    mut program: impl FnMut() -> Command,
    mut check: impl FnMut(),
) {
    let (start, times) = (Instant::now(), times());
    let mut ended_before = 0;
    for index in 0..times {
        let moment = longest.mul_f64(uniform(&mut generator(13, Purpose::Test, index as u64)));
        let mut child = program().stdout(Stdio::null()).spawn().unwrap();
        std::thread::sleep(moment);
        ended_before += usize::from(child.try_wait().unwrap().is_some());
        let signals = [Signal::KILL, Signal::KILL, Signal::KILL, Signal::TERM];
        send(&child, signals[index % signals.len()]);
        child.wait().unwrap();
        check();
    }
    let seconds = start.elapsed().as_secs();
    say(&format!(
        "{name}: {times} kills in {seconds} s, {ended_before} of them too late; after each, all was whole"
    ));
}

/// Tells a figure, or why there is none, to who asks for it with `--nocapture`.
#[allow(clippy::print_stdout)]
pub fn say(figure: &str) {
    println!("{figure}");
}

/// The unfinished files in a folder.
pub fn unfinished(folder: &Path) -> usize {
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    names.filter(|name| name.to_string_lossy().ends_with(".part")).count()
}
