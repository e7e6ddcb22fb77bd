//! Mathematics as MathML: what stands in `` $`...`$ `` and in blocks called `math`, the two forms that code hosts render.

use crate::programs::pattern;
use crate::{Problem, Result};
use pulldown_latex::config::{DisplayMode, RenderConfig};
use pulldown_latex::{Parser, Storage, push_mathml};
use regex::Regex;
use std::sync::LazyLock;

static INLINE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\$`([^`]+)`\$"));

/// A formula as MathML, in a line or in a block of its own.
///
/// # Errors
/// Where it is no LaTeX that is understood.
pub fn mathml(latex: &str, block: bool) -> Result<String> {
    let storage = Storage::new();
    let parser = Parser::new(latex, &storage);
    if let Some(error) = Parser::new(latex, &Storage::new()).find_map(|event| event.err()) {
        return Problem::err(format!("the formula {latex} is not understood: {error}"));
    }
    let display_mode = if block { DisplayMode::Block } else { DisplayMode::Inline };
    let config = RenderConfig { display_mode, ..RenderConfig::default() };
    let mut text = String::new();
    push_mathml(&mut text, parser, config)
        .map_err(|error| Problem::new(format!("the formula {latex}: {error}")))?;
    // The library leaves out a space between two attributes of brackets that grow.
    let text = text.replace('\n', " ").replace("\"minsize=", "\" minsize=");
    Ok(shielded(&barred(text.trim())))
}

/// The same with every bar over a letter or a product as a class: as a sign it grows in few fonts.
fn barred(mathml: &str) -> String {
    const OPEN: &str = "<mover>";
    const CLOSE: &str = "</mover>";
    const BAR: &str = "<mi>‾</mi>";
    let (mut out, mut opened, mut rest) = (String::new(), Vec::new(), mathml);
    while let Some(next) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix(OPEN) {
            opened.push(out.len());
            out.push_str(OPEN);
            rest = after;
        } else if let Some(after) = rest.strip_prefix(CLOSE) {
            match (opened.pop(), out.strip_suffix(BAR)) {
                (Some(start), Some(inside)) => {
                    let inside = inside[start + OPEN.len()..].to_owned();
                    out.truncate(start);
                    out.push_str(&format!("<mrow class=\"bar\">{inside}</mrow>"));
                }
                _ => out.push_str(CLOSE),
            }
            rest = after;
        } else {
            out.push(next);
            rest = &rest[next.len_utf8()..];
        }
    }
    out
}

/// The same for HTML, in a form that Markdown leaves alone: signs that mean something to either are written by their numbers.
fn shielded(mathml: &str) -> String {
    let (mut out, mut in_tag) = (String::new(), false);
    let mut letters = mathml.chars().peekable();
    while let Some(letter) = letters.next() {
        // A sign for "less" is written as it is, but no tag begins with what follows it.
        let opens = |next: &char| next.is_ascii_alphabetic() || *next == '/';
        match letter {
            '<' if !in_tag && letters.peek().is_some_and(opens) => in_tag = true,
            '>' if in_tag => in_tag = false,
            '<' | '>' | '*' | '_' | '|' | '[' | ']' | '\\' | '`' | '~' | '$' if !in_tag => {
                out.push_str(&format!("&#{};", u32::from(letter)));
                continue;
            }
            _ => {}
        }
        out.push(letter);
    }
    out
}

/// A line of text with its formulas as MathML.
pub fn inline(line: &str) -> Result<String> {
    let (mut out, mut end) = (String::new(), 0);
    for found in INLINE.captures_iter(line) {
        let whole = found.get_match();
        out.push_str(&line[end..whole.start()]);
        out.push_str(&mathml(&found[1], false)?);
        end = whole.end();
    }
    out.push_str(&line[end..]);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_of_the_rules_are_understood() {
        let formulas = [
            r"W_2 \leftarrow W_2 - \eta\, \frac{1}{B} \sum_n d_2^{(n)} {h^{(n)}}^\top",
            r"d_1 = (W_2^\top d_2) \odot h \odot (1 - h)",
            r"L = -\sum_k t_k \ln o_k + (1 - t_k) \ln(1 - o_k)",
            r"r = \frac{\eta}{B (1 - \mu)}",
            r"\begin{aligned} v &\leftarrow \mu v + g \\ W &\leftarrow W - \eta v \end{aligned}",
        ];
        for formula in formulas {
            let text = mathml(formula, true).expect(formula);
            assert!(text.starts_with("<math display=\"block\"") && text.ends_with("</math>"), "{text}");
        }
        assert!(mathml(r"\frac{1", true).is_err());
    }

    #[test]
    fn markdown_and_html_leave_formulas_alone() {
        let text = mathml(r"|x| < a * b_1", false).expect("a formula");
        assert!(text.contains("<mo>&#60;</mo>") && text.contains("&#124;") && !text.contains('|'), "{text}");
        assert!(!text.contains('*') && !text.contains('_'), "{text}");
        let text = mathml(r"\big[ x \big]", false).expect("a formula");
        assert!(text.contains("\" minsize="), "{text}");
    }

    #[test]
    fn bars_are_over_all_that_they_mean() {
        let text = mathml(r"\overline{\bar e \, h} \hat x", false).expect("a formula");
        assert_eq!(text.matches("<mrow class=\"bar\">").count(), 2, "{text}");
        assert!(!text.contains('‾') && text.contains("<mover>"), "a hat stays: {text}");
        assert_eq!(text.matches("<mrow").count(), text.matches("</mrow>").count());
    }

    #[test]
    fn formulas_in_a_line_are_replaced_and_nothing_else() {
        let text = inline("costs $5, the slope $`o(1-o)`$ is `$x`").expect("a formula");
        assert!(text.starts_with("costs $5, the slope <math") && text.ends_with("</math> is `$x`"), "{text}");
    }
}
