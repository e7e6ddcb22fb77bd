//! What stands between markers: one file for each kind.

pub mod code;
pub mod console;
pub(crate) mod fence;
pub(crate) mod inline;
pub(crate) mod table;

/// What stands above on the page, for markers that speak of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Above {
    /// The last command that was quoted without its output.
    pub command: Option<String>,
    /// The whole output of the last command that was quoted with it.
    pub output: Option<String>,
}
