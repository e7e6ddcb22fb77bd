//! The stages in a browser: one instance of this module answers the questions of one worker of the page.
//!
//! A question is a [`message`]: JSON with bytes behind it, and so is the answer. There are two kinds of workers. The *desk*
//! knows what is not of one stage: the catalogue, the address, data sets, drawings. Each other worker trains one stage, which it
//! was told by `open`. The same module serves both.
//!
//! | file | holds |
//! |---|---|
//! | `message` | how questions and answers are written |
//! | `catalogue` | which stages there are, with their settings, formulas and sources |
//! | `address` | an experiment, read from the page's address |
//! | `desk` | data sets, dropped files, drawings, a test set of one's own |
//! | `session` | a stage that trains, step by step, by core's own loop |
//! | `panels` | what a network makes of images, and what its units look for |
//! | `exports` | the functions that JavaScript calls; only in WebAssembly |
//!
//! Nothing is computed here that a crate of the workspace computes: this one asks them, and words the answer.

mod address;
mod catalogue;
mod desk;
#[cfg(target_arch = "wasm32")]
mod exports;
pub mod message;
mod panels;
mod session;

use desk::Desk;
use digits_core::{Error, Result};
use message::{Answer, Question};
use session::Session;

/// What an instance knows.
#[derive(Default)]
pub struct Engine {
    desk: Desk,
    session: Option<Box<dyn Session>>,
}

impl Engine {
    /// Answers a question; an error is an answer too.
    pub fn ask(&mut self, question: &[u8]) -> Vec<u8> {
        let answer = Question::read(question).and_then(|question| self.answer(&question));
        answer.unwrap_or_else(|error| Answer::error(&error)).into_bytes()
    }

    fn answer(&mut self, question: &Question<'_>) -> Result<Answer> {
        let asked = question.text("do")?;
        match asked {
            "catalogue" => return Ok(catalogue::catalogue()),
            "open" => {
                let session = self.session.insert(session::open(question)?);
                return session::first(session.as_mut());
            }
            _ => {}
        }
        if let Some(answer) = self.desk.answer(asked, question) {
            return answer;
        }
        match &mut self.session {
            Some(session) => session::answer(session.as_mut(), asked, question),
            None => Err(Error::Usage(format!("no stage is open, and the desk does not know how to {asked}"))),
        }
    }
}
