//! The functions that JavaScript calls, and the two buffers through which messages pass.
//!
//! JavaScript writes a question where [`web_question`] says, calls [`web_ask`], and reads the answer where [`web_answer`]
//! says. No pointer is ever read here: JavaScript has the whole memory in its hands.
#![allow(unsafe_code)] // an exported name is `unsafe`: another of the same name would be called in its place

use crate::Engine;
use std::cell::RefCell;

#[derive(Default)]
struct State {
    engine: Engine,
    question: Vec<u8>,
    answer: Vec<u8>,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
    /// Apart, for a panic comes while the state is in use.
    static LAST_WORDS: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Makes room for a question of `len` bytes, and says where; 0 where there is no memory for it.
#[unsafe(no_mangle)]
extern "C" fn web_question(len: usize) -> *mut u8 {
    STATE.with_borrow_mut(|state| {
        state.question.clear();
        if state.question.try_reserve_exact(len).is_err() {
            return std::ptr::null_mut();
        }
        state.question.resize(len, 0);
        state.question.as_mut_ptr()
    })
}

/// Answers the question.
#[unsafe(no_mangle)]
extern "C" fn web_ask() {
    std::panic::set_hook(Box::new(|panic| {
        LAST_WORDS.with_borrow_mut(|words| *words = panic.to_string().into_bytes());
    }));
    STATE.with_borrow_mut(|state| {
        // Taken, so that the memory of a large question is free again afterwards.
        let question = std::mem::take(&mut state.question);
        state.answer = state.engine.ask(&question);
    })
}

/// Where the answer stands: its head says how long it is.
#[unsafe(no_mangle)]
extern "C" fn web_answer() -> *const u8 {
    STATE.with_borrow(|state| state.answer.as_ptr())
}

/// After a panic: how long its message is. The instance is to be given up then.
#[unsafe(no_mangle)]
extern "C" fn web_last_words() -> usize {
    LAST_WORDS.with_borrow(|words| words.len())
}

/// Where that message stands.
#[unsafe(no_mangle)]
extern "C" fn web_last_words_at() -> *const u8 {
    LAST_WORDS.with_borrow(|words| words.as_ptr())
}
