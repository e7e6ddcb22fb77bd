//! The page in which all stages learn: one file without a server, a network, or any other file.
//!
//! | file | holds |
//! |---|---|
//! | `site/` (beside `src`) | the page's own HTML, CSS and JavaScript, as plain files |
//! | `assemble` | puts them together into one file, with the compiled stages inside |
//! | `module` | compiles the crate `web` for browsers |
//! | `sources` | which files go in, and the digest by which the built page knows them |
//! | `report` | the same page with the results, networks and images of a run |
//!
//! The built page is `docs/lab.html`, and `cargo run -p page` builds it anew. docs/page.md says more.

pub mod assemble;
pub mod module;
pub mod packed;
pub mod report;
pub mod sources;

/// The page as it was built last.
pub const LAB: &str = include_str!("../../../docs/lab.html");
