//! What the parts of the tool share: sources, programs, results, each read or built once.

use crate::items::Items;
use crate::programs::Programs;
use crate::results::Results;
use crate::rules::Rules;

/// Everything that generated parts are made from.
#[derive(Default)]
pub struct Tool {
    /// The sources.
    pub items: Items,
    /// The programs.
    pub programs: Programs,
    /// The files of results.
    pub results: Results,
    /// The versions of the rules.
    pub rules: Rules,
}
