//! Sections of the documentation that are made from tests: the page must hold, between the marks of a section, what the
//! test found. With WRITE_TABLE=1 in the environment, it is written there.

use std::path::Path;
use std::sync::Mutex;

/// Tests that write into one page take turns.
static PAGES: Mutex<()> = Mutex::new(());

/// Compares a section of a page in `docs/` with what it should be.
///
/// # Panics
/// If it is stale, or the page has no such section; the message says what to run.
pub(crate) fn check(page: &str, section: &str, expected: &str, command: &str) {
    assert!(!expected.contains('\u{1b}') && expected.len() < 30_000, "nothing harmful, nothing endless");
    // A test that failed here left the pages as they were.
    let _turn = PAGES.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(page);
    let text = std::fs::read_to_string(&path).expect("the page is there").replace("\r\n", "\n");
    let (begin, end) =
        (format!("<!-- {section}, made by `{command}` -->\n"), format!("<!-- end of {section} -->\n"));
    let (before, rest) = text.split_once(&begin).unwrap_or_else(|| panic!("{page} has no line {begin}"));
    let (found, after) = rest.split_once(&end).unwrap_or_else(|| panic!("{page} has no line {end}"));
    if std::env::var_os("WRITE_TABLE").is_some() {
        std::fs::write(&path, format!("{before}{begin}{expected}{end}{after}")).expect("writes");
        return;
    }
    assert!(found == expected, "{page} is stale: WRITE_TABLE=1 {command}");
}

/// A message as a table shows it: on one line.
pub(crate) fn cell(message: &str) -> String {
    message.trim().replace('|', "\\|").replace('\n', "<br>").replace('`', "'")
}
