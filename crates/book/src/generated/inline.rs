//! Markers inside a sentence: numbers, and links to code.

use crate::page::Writer;
use crate::programs::pattern;
use crate::{Problem, Result, project, query};
use regex::{Captures, Regex};
use std::sync::LazyLock;

static NUMBER: LazyLock<Regex> = LazyLock::new(|| pattern(r"<!-- n: ([^<]*?) -->([^<]*)<!-- /n -->"));
static LINK: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"<!-- link: (.*?) -->\[((?:[^\]`]|`[^`]*`)*)\]\([^)]*\)<!-- /link -->"));
static OPEN: LazyLock<Regex> = LazyLock::new(|| pattern(r"<!-- /?(?:n|link)\b"));
static CODE: LazyLock<Regex> = LazyLock::new(|| pattern(r"`[^`]+`"));

/// A line of text with its numbers and links written anew.
pub(crate) fn write(line: &str, writer: &Writer<'_>) -> Result<String> {
    if !OPEN.is_match(line) {
        return Ok(line.to_owned());
    }
    let found = NUMBER.find_iter(line).count() + LINK.find_iter(line).count();
    let quoted: usize = CODE.find_iter(line).map(|code| OPEN.find_iter(code.as_str()).count()).sum();
    if OPEN.find_iter(line).count() != 2 * found + quoted {
        return Problem::err("a marker is not closed on its line, or has an unknown form");
    }
    if found > 0 && line.trim_start().starts_with("<!--") {
        return Problem::err(
            "a line that begins with a marker is no text for Markdown: begin it with a word",
        );
    }
    let line = replaced(line, &NUMBER, |found| {
        let query = &found[1];
        if !writer.run {
            return Ok(found[0].to_owned());
        }
        let number = query::text(query, writer.above.output.as_deref(), writer.tool)?;
        Ok(format!("<!-- n: {query} -->{number}<!-- /n -->"))
    })?;
    replaced(&line, &LINK, |found| {
        let (name, text) = (&found[1], &found[2]);
        let item = writer.tool.items.find(name)?;
        let way = project::relative(writer.page, &item.file);
        Ok(format!("<!-- link: {name} -->[{text}]({way}#L{})<!-- /link -->", item.line))
    })
}

/// The line with every match replaced; what fails ends it.
fn replaced(line: &str, regex: &Regex, with: impl Fn(&Captures<'_>) -> Result<String>) -> Result<String> {
    let (mut out, mut end) = (String::new(), 0);
    for found in regex.captures_iter(line) {
        let whole = found.get_match();
        out.push_str(&line[end..whole.start()]);
        out.push_str(&with(&found)?);
        end = whole.end();
    }
    out.push_str(&line[end..]);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use crate::{Tool, page};

    fn written(text: &str) -> page::Written {
        page::write("docs/book/page.md", text, &Tool::default())
    }

    #[test]
    fn numbers_are_written_into_sentences() {
        let text = "On MNIST <!-- n: count(mnist stages.gradient.runs.*.seed) 0 --><!-- /n --> seeds, \
                    `<!-- n: as it is`, <!-- n: mnist test_size , -->9<!-- /n -->.\n";
        let written = written(text);
        assert_eq!(written.problems, []);
        assert!(written.text.contains("-->10<!-- /n --> seeds"), "{}", written.text);
        assert!(written.text.contains("-->10,000<!-- /n -->."), "{}", written.text);
    }

    #[test]
    fn links_get_the_line_of_the_item() {
        let written = written("See <!-- link: gradient::Gradient -->[`Gradient`]()<!-- /link -->.\n");
        assert_eq!(written.problems, []);
        assert!(written.text.contains("[`Gradient`](../../crates/gradient/src/lib.rs#L"), "{}", written.text);
    }

    #[test]
    fn markers_that_markdown_would_misread_are_told() {
        for text in
            ["<!-- n: mnist test_size , -->1<!-- /n --> images.\n", "A <!-- n: mnist test_size , -->1.\n"]
        {
            assert_eq!(written(text).problems.len(), 1, "{text}");
        }
    }
}
