//! Where text for people goes: to a terminal, into a pipe, or to nobody.

use crate::text::wrap;
use console::{Term, measure_text_width};
use indicatif::ProgressDrawTarget;
use std::io::{ErrorKind, Write};

/// The columns of a terminal that does not tell, and of anything that is no terminal.
const USUAL_WIDTH: usize = 120;

/// Who the text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum To {
    Stdout,
    Stderr,
    Nobody,
}

/// Where text for people goes, and what can be drawn there.
#[derive(Debug)]
pub struct Screen {
    to: To,
    terminal: bool,
    colours: bool,
    width: usize,
    stop_unread: bool,
}

/// How a piece of text stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// As the rest.
    Plain,
    /// Less than the rest.
    Dim,
    /// More than the rest.
    Bold,
    /// The best of its kind.
    Best,
    /// A colour of its own; neighbouring numbers differ well, on dark and on light.
    Colour(usize),
}

impl Style {
    /// The escape code that begins this style.
    pub(crate) fn code(self) -> String {
        /// Of the sixteen colours that every terminal has, those that neither a dark nor a light ground swallows.
        const COLOURS: [u8; 6] = [36, 33, 35, 32, 31, 34];
        match self {
            Style::Plain => String::new(),
            Style::Dim => "\x1b[2m".to_owned(),
            Style::Bold => "\x1b[1m".to_owned(),
            Style::Best => "\x1b[1;32m".to_owned(),
            Style::Colour(index) => format!("\x1b[{}m", COLOURS[index % COLOURS.len()]),
        }
    }
}

/// The escape code that ends a style.
pub(crate) const END: &str = "\x1b[0m";

impl Screen {
    /// Writes to standard output; or to standard error, where standard output is wanted for something else (`aside`);
    /// or nowhere (`quiet`).
    pub fn new(aside: bool, quiet: bool) -> Self {
        let (to, term) = match (quiet, aside) {
            (true, _) => (To::Nobody, Term::stdout()),
            (_, true) => (To::Stderr, Term::stderr()),
            (_, false) => (To::Stdout, Term::stdout()),
        };
        let terminal = to != To::Nobody && term.is_term() && !console::is_dumb();
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let enabled = if aside { console::colors_enabled_stderr() } else { console::colors_enabled() };
        let colours = terminal && !no_colour && enabled;
        // The progress bars ask these.
        console::set_colors_enabled(colours);
        console::set_colors_enabled_stderr(colours);
        let size = term.size_checked().filter(|(_, columns)| *columns > 0);
        let width = size.map_or(USUAL_WIDTH, |(_, columns)| usize::from(columns));
        Screen {
            to,
            terminal,
            colours,
            width: if terminal { width } else { USUAL_WIDTH },
            stop_unread: false,
        }
    }

    /// Ends the program as soon as nobody reads its text any more: right where text is all that it makes.
    pub fn stop_when_unread(mut self) -> Self {
        self.stop_unread = true;
        self
    }

    /// Whether nothing is written at all.
    pub fn is_quiet(&self) -> bool {
        self.to == To::Nobody
    }

    /// Whether lines can be drawn over, as a progress bar needs.
    pub fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Whether colours can be seen.
    pub fn has_colours(&self) -> bool {
        self.colours
    }

    /// How many characters fit on a line.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Writes a text and ends its line. Text that cannot be written is lost: it must never end a training.
    pub fn line(&self, text: impl AsRef<str>) {
        let text = format!("{}\n", text.as_ref());
        let written = match self.to {
            To::Stdout => write_all(&mut std::io::stdout().lock(), &text),
            To::Stderr => write_all(&mut std::io::stderr().lock(), &text),
            To::Nobody => Ok(()),
        };
        if self.stop_unread && written.is_err_and(|error| error.kind() == ErrorKind::BrokenPipe) {
            std::process::exit(0); // as if the reader had asked for no more
        }
    }

    /// Writes a sentence, or words with room between them; a terminal that is too narrow for it gets several lines.
    pub fn sentence(&self, text: impl AsRef<str>) {
        if self.terminal && measure_text_width(text.as_ref()) > self.width {
            wrap(text.as_ref(), self.width).iter().for_each(|line| self.line(line));
        } else {
            self.line(text);
        }
    }

    /// Writes a drawing, whose lines cannot be broken; on a terminal that is too narrow, how much room it takes.
    pub fn drawing(&self, lines: &[String]) {
        let widest = lines.iter().map(|line| measure_text_width(line)).max().unwrap_or(0);
        if self.terminal && widest > self.width {
            self.sentence(self.paint(Style::Dim, &format!("(no room here: this takes {widest} columns)")));
        } else {
            lines.iter().for_each(|line| self.line(line));
        }
    }

    /// A text in a style, where there are colours.
    pub fn paint(&self, style: Style, text: &str) -> String {
        if self.colours && style != Style::Plain {
            format!("{}{text}{END}", style.code())
        } else {
            text.to_owned()
        }
    }

    /// Where indicatif may draw.
    pub(crate) fn draw_target(&self) -> ProgressDrawTarget {
        match self.to {
            _ if !self.terminal => ProgressDrawTarget::hidden(),
            To::Stdout => ProgressDrawTarget::stdout(),
            To::Stderr => ProgressDrawTarget::stderr(),
            To::Nobody => ProgressDrawTarget::hidden(),
        }
    }
}

/// Writes a message to standard error, if it can be written. On a terminal, lines that are too long are broken between words.
pub fn complain(message: &str) {
    let term = Term::stderr();
    let columns =
        term.is_term().then(|| term.size_checked()).flatten().map(|(_, columns)| usize::from(columns));
    let width = columns.filter(|columns| *columns > 0).unwrap_or(usize::MAX);
    for line in message.lines() {
        let lines = if measure_text_width(line) > width { wrap(line, width) } else { vec![line.to_owned()] };
        // Nobody can be told that nobody can be told.
        let _ = write_all(&mut std::io::stderr().lock(), &format!("{}\n", lines.join("\n")));
    }
}

/// Writes a text in one piece.
pub(crate) fn write_all(to: &mut impl Write, text: &str) -> std::io::Result<()> {
    to.write_all(text.as_bytes())?;
    to.flush()
}
