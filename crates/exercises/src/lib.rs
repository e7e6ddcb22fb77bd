//! The answers to the exercises of the book (`docs/book`) that are code. One module a chapter; an answer that is a few lines
//! stands in the chapter itself.
//!
//! An answer is a public function or a stage, as short as it can be, with a test that says what it protects. Try the
//! exercise first.
//!
//! ```text
//! cargo test -p exercises chapter_05
//! ```

pub mod chapter_00;
pub mod chapter_01;
pub mod chapter_02;
pub mod chapter_03;
pub mod chapter_04;
pub mod chapter_05;
pub mod chapter_06;
pub mod chapter_07;
pub mod chapter_08;
pub mod chapter_09;
pub mod chapter_10;
pub mod chapter_11;
pub mod chapter_13;
