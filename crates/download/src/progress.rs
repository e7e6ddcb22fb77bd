//! How the download goes, while it goes: a bar on a terminal, lines elsewhere.

use digits_cli::screen::Screen;
use digits_cli::text::counted;
use download::DownloadObserver;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Shows a download.
pub(crate) struct Progress<'a> {
    screen: &'a Screen,
    bar: ProgressBar,
}

impl<'a> Progress<'a> {
    /// Begins to show it.
    pub(crate) fn new(screen: &'a Screen) -> Self {
        Progress { screen, bar: ProgressBar::hidden() }
    }
}

impl DownloadObserver for Progress<'_> {
    fn started(&mut self, file: &str, url: &str, len: u64) {
        if self.screen.is_terminal() {
            let style = ProgressStyle::with_template(
                "{msg} {wide_bar:.green/dim} {bytes}/{total_bytes}  {eta:>3} left",
            );
            self.bar = ProgressBar::with_draw_target(Some(len), ProgressDrawTarget::stderr())
                .with_style(style.unwrap_or_else(|error| unreachable!("the template is right: {error}")))
                .with_message(file.to_owned());
        } else {
            self.screen.line(format!("downloading {url} ({})", counted(len as usize, "byte")));
        }
    }

    fn received(&mut self, len: u64) {
        self.bar.set_position(len);
    }

    fn failed(&mut self, url: &str, reason: &str) {
        self.bar.finish_and_clear();
        self.screen.line(format!("failed: {url}: {reason}"));
    }

    fn finished(&mut self, file: &str) {
        self.bar.finish_and_clear();
        self.screen.line(format!("downloaded {file}, SHA-256 as expected"));
    }
}
