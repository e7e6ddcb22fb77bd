//! What the tests of several crates share: a small data set, a program under test, one that is killed, a terminal, any
//! settings and images, and a network as plain rows of numbers.
#![allow(clippy::unwrap_used)] // a test that cannot begin should end at once

pub mod bars;
#[cfg(unix)]
pub mod kills;
pub mod plain_network;
pub mod program;
pub mod stop_after;
pub mod strategies;
#[cfg(unix)]
pub mod terminal;
