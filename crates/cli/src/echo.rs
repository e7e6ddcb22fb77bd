//! Keeps a terminal from showing Ctrl-C as `^C` while something is drawn on it.
//!
//! Behind a bar the two signs open a line that the bar knows nothing of. It would be cleared a line too low, and a piece of it
//! would stay.

pub(crate) use modes::restore;

/// As long as it lives, keys that are signals leave nothing on the screen.
#[derive(Debug)]
pub(crate) struct Hidden(());

impl Hidden {
    /// Begins, where the keyboard is a terminal.
    pub(crate) fn begin() -> Self {
        modes::hide();
        Hidden(())
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        restore();
    }
}

#[cfg(unix)]
mod modes {
    use rustix::process::getpgrp;
    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcgetpgrp, tcsetattr};
    use std::io::stdin;
    use std::sync::{Mutex, MutexGuard, PoisonError};

    /// How the terminal was; nothing where it was left alone.
    static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);

    pub(super) fn hide() {
        let mut before = before();
        if before.is_none()
            && is_ours()
            && let Ok(modes) = tcgetattr(stdin())
            && modes.local_modes.contains(LocalModes::ECHOCTL)
        {
            let mut changed = modes.clone();
            changed.local_modes.remove(LocalModes::ECHOCTL);
            *before = tcsetattr(stdin(), OptionalActions::Now, &changed).is_ok().then_some(modes);
        }
    }

    /// Leaves the terminal as it was.
    pub(crate) fn restore() {
        if let Some(modes) = before().take()
            && is_ours()
        {
            // A terminal that is gone needs nothing more.
            let _ = tcsetattr(stdin(), OptionalActions::Now, &modes);
        }
    }

    fn before() -> MutexGuard<'static, Option<Termios>> {
        BEFORE.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the keyboard is this program's. One in the background would be stopped for changing how its terminal behaves.
    fn is_ours() -> bool {
        tcgetpgrp(stdin()).is_ok_and(|group| group == getpgrp())
    }
}

/// Other systems show nothing of the kind.
#[cfg(not(unix))]
mod modes {
    pub(super) fn hide() {}

    pub(crate) fn restore() {}
}
