//! The tool that keeps the book and the code one thing.
//!
//! Nothing in the book is typed twice. Code, differences, outputs, numbers, tables and figures stand in the Markdown between
//! markers, which are HTML comments, so that nobody who reads the pages sees them. The tool writes what stands there from the
//! sources, from runs of the programs, and from files of results; a test fails where anything else stands there.
//!
//! ```text
//! cargo run -p book                   writes everything that is quick to make, in all pages, and draws all figures
//! cargo run -p book -- chapter 06     the same for one page
//! cargo run -p book -- figure NAME    draws one figure
//! cargo run -p book -- measure NAME   runs what takes longer, or needs MNIST, and records it under docs/book/results
//! cargo test -p book                  fails on any difference, and names the command
//! ```
//!
//! # Markers
//!
//! | marker | what the tool writes |
//! |---|---|
//! | `<!-- code: gradient::update -->`, then a fence | the item as the source has it ([`generated::code`]) |
//! | `<!-- formula: gradient -->`, then a fence | the formula in the head comment of a crate |
//! | `<!-- diff: stochastic gradient update -->`, then a fence | the difference of two items |
//! | a `console` fence with `$ cargo run -p ...` | what the command prints ([`generated::console`]) |
//! | `<!-- n: mnist stages.gradient.summary.test_accuracy_mean %2 -->...<!-- /n -->` | a number ([`query`]) |
//! | `<!-- table: NAME -->` ... `<!-- /table -->` | a table ([`tables`]) |
//! | `<!-- link: core::stage::Stage -->[text]()<!-- /link -->` | the address of an item's line |
//!
//! # Modules
//!
//! [`project`] knows where everything lies. [`page`] reads a page and hands its marked parts to [`generated`], which asks [`items`]
//! for code, [`programs`] for outputs, [`recordings`] for outputs that were recorded, [`results`] and [`query`] for numbers.
//! [`experiments`] make results, [`figures`] draw them by [`svg`], [`tables`] put them in rows. [`rules`] says which version of the
//! learning rules made a result. [`check`] holds links and quoted commands; [`site`] and [`mathematics`] make the site of the pages.

pub mod check;
pub mod experiments;
pub mod figures;
pub mod generated;
pub mod items;
pub mod mathematics;
pub mod page;
mod problem;
pub mod programs;
pub mod project;
pub mod query;
pub mod recordings;
pub mod results;
pub mod rules;
pub mod site;
pub mod svg;
pub mod tables;
mod tool;

pub use problem::{Problem, Result};
pub use tool::Tool;
