//! A page, read line by line: what was typed stays as it is, what stands between markers is written anew.

use crate::generated::{Above, console, fence, inline, table};
use crate::recordings::Recorded;
use crate::{Problem, Result, Tool, project};

/// A page as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Its text.
    pub text: String,
    /// What is wrong with its markers, each with its line. What they mark is left as it was.
    pub problems: Vec<Problem>,
    /// The commands whose outputs it quotes from recordings.
    pub recorded: Vec<Recorded>,
}

/// A line, and where it stands.
struct Line<'a> {
    number: usize,
    text: &'a str,
}

/// A page's text as it should be: everything between markers written anew.
pub fn write(page: &str, text: &str, tool: &Tool) -> Written {
    rewrite(page, text, tool, true)
}

/// The commands that a page quotes from recordings; nothing is run.
pub fn recorded(page: &str, text: &str, tool: &Tool) -> Vec<Recorded> {
    rewrite(page, text, tool, false).recorded
}

fn rewrite(page: &str, text: &str, tool: &Tool, run: bool) -> Written {
    let lines: Vec<Line<'_>> =
        text.lines().enumerate().map(|(index, text)| Line { number: index + 1, text }).collect();
    let mut writer = Writer {
        page,
        tool,
        run,
        place: None,
        above: Above::default(),
        out: Vec::new(),
        problems: Vec::new(),
        recorded: Vec::new(),
    };
    writer.lines(&lines);
    let Writer { out, problems, recorded, .. } = writer;
    let mut text = out.join("\n");
    text.push('\n');
    Written { text, problems, recorded }
}

/// Writes a page.
pub(crate) struct Writer<'a> {
    pub(crate) page: &'a str,
    pub(crate) tool: &'a Tool,
    /// Whether programs may run.
    pub(crate) run: bool,
    /// The folder in which its commands run, one after the other.
    pub(crate) place: Option<crate::programs::Place>,
    pub(crate) above: Above,
    pub(crate) recorded: Vec<Recorded>,
    out: Vec<String>,
    problems: Vec<Problem>,
}

impl Writer<'_> {
    fn lines(&mut self, lines: &[Line<'_>]) {
        // The marker before a fence.
        let mut marker: Option<&str> = None;
        let mut index = 0;
        while let Some(line) = lines.get(index) {
            if let Some(fence) = Fence::opened_by(line.text) {
                let body = &lines[index + 1..];
                let end = body.iter().position(|line| fence.is_closed_by(line.text));
                let end = end.map_or(lines.len(), |end| index + 1 + end);
                let body: Vec<&str> = lines[index + 1..end].iter().map(|line| line.text).collect();
                let written = fence::write(self, marker.take(), &fence, &body);
                self.keep_or(line.number, &body, written, line.text);
                self.out.extend(lines.get(end).map(|line| line.text.to_owned()));
                index = end + 1;
                continue;
            }
            if let Some(found) = comment(line.text) {
                if let Some(name) = found.strip_prefix("table:") {
                    let end = lines[index..].iter().position(|line| comment(line.text) == Some("/table"));
                    let Some(end) = end else {
                        self.problem(line.number, Problem::new("this table has no <!-- /table -->"));
                        self.out.push(line.text.to_owned());
                        index += 1;
                        continue;
                    };
                    let body: Vec<&str> =
                        lines[index + 1..index + end].iter().map(|line| line.text).collect();
                    let written = table::write(self, name.trim());
                    self.keep_or(line.number, &body, written, line.text);
                    self.out.push(lines[index + end].text.to_owned());
                    index += end + 1;
                    continue;
                }
                if marks_a_fence(found) {
                    marker = Some(found);
                    let opens = |next: &Line<'_>| Fence::opened_by(next.text).is_some();
                    if !lines.get(index + 1).is_some_and(opens) {
                        self.problem(
                            line.number,
                            Problem::new("a fence should follow this marker on the next line"),
                        );
                        marker = None;
                    }
                    self.out.push(line.text.to_owned());
                    index += 1;
                    continue;
                }
            }
            if let Some(command) = line.text.strip_prefix("    ").filter(|text| text.starts_with("cargo ")) {
                self.above.command = Some(uncommented(command).to_owned());
            }
            match inline::write(line.text, self) {
                Ok(text) => self.out.push(text),
                Err(problem) => {
                    self.problem(line.number, problem);
                    self.out.push(line.text.to_owned());
                }
            }
            index += 1;
        }
    }

    /// Puts what opens a marked part, and what it should hold, or what it held where that cannot be told.
    fn keep_or(&mut self, number: usize, body: &[&str], written: Result<Option<Vec<String>>>, opening: &str) {
        self.out.push(opening.to_owned());
        match written {
            Ok(Some(lines)) => self.out.extend(lines),
            Ok(None) => self.out.extend(body.iter().map(|line| (*line).to_owned())),
            Err(problem) => {
                self.problem(number, problem);
                self.out.extend(body.iter().map(|line| (*line).to_owned()));
            }
        }
    }

    fn problem(&mut self, line: usize, problem: Problem) {
        self.problems.push(problem.at(format!("{}:{line}", self.page)));
    }

    /// What a command prints: a run, or a recording.
    pub(crate) fn output(&mut self, command: &str, options: &console::Options) -> Result<String> {
        let quoted = crate::recordings::quoted(command)?;
        let mnist = options.mnist || quoted.names_mnist();
        if mnist || options.long {
            let recorded = Recorded { command: command.to_owned(), mnist };
            self.recorded.push(recorded.clone());
            if !self.run {
                return Ok(String::new());
            }
            return crate::recordings::output(self.page, &recorded, &self.tool.programs, &self.tool.rules);
        }
        if !self.run {
            return Ok(String::new());
        }
        let place = match self.place.take() {
            Some(place) => place,
            None => crate::programs::Place::empty()?,
        };
        let output = self.tool.programs.output(&quoted, &place);
        self.place = Some(place);
        output
    }
}

/// Writes a page of the project anew; gives what is wrong with it, and whether it changed.
pub fn update(page: &str, tool: &Tool) -> Result<(Vec<Problem>, bool)> {
    let text = project::read(page)?;
    let written = write(page, &text, tool);
    let changed = project::write(page, &written.text)?;
    Ok((written.problems, changed))
}

/// A fence of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence<'a> {
    /// What stands before it on each of its lines.
    pub indent: &'a str,
    /// Its backticks.
    ticks: usize,
    /// What it says that it holds.
    pub info: &'a str,
}

impl<'a> Fence<'a> {
    /// The fence that this line opens.
    pub fn opened_by(line: &'a str) -> Option<Self> {
        let rest = line.trim_start();
        let ticks = rest.len() - rest.trim_start_matches('`').len();
        let info = rest[ticks..].trim();
        let indent = &line[..line.len() - rest.len()];
        (ticks >= 3 && !info.contains('`')).then_some(Fence { indent, ticks, info })
    }

    /// Whether this line closes it.
    pub fn is_closed_by(&self, line: &str) -> bool {
        let rest = line.trim();
        rest.len() >= self.ticks && rest.chars().all(|letter| letter == '`')
    }
}

/// What an HTML comment says that has a line for itself.
pub fn comment(line: &str) -> Option<&str> {
    let inner = line.trim().strip_prefix("<!--")?.strip_suffix("-->")?;
    (!inner.contains("-->")).then_some(inner.trim())
}

/// Whether a comment is a marker of the fence below it.
fn marks_a_fence(comment: &str) -> bool {
    let kinds = ["code:", "diff:", "formula:", "lines:"];
    kinds.iter().any(|kind| comment.starts_with(kind))
        || comment.split(';').any(|option| matches!(option.trim(), "mnist" | "long"))
}

/// A command without the comment behind it.
pub(crate) fn uncommented(command: &str) -> &str {
    command.split(" #").next().unwrap_or(command).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Written {
        write("docs/book/page.md", text, &Tool::default())
    }

    #[test]
    fn what_was_typed_stays() {
        let text = "# Title\n\n```sh\ncargo test # <!-- n: a b 2 -->\n```\n\n````md\n```console\n$ ls\n```\n````\n\n<!-- a remark -->\n";
        assert_eq!(
            written(text),
            Written { text: text.to_owned(), problems: Vec::new(), recorded: Vec::new() }
        );
    }

    #[test]
    fn code_is_written_into_the_fence_that_follows() {
        let text = "1. See\n   <!-- code: gradient::Gradient -->\n   ```rust\n   old\n   ```\n";
        let written = written(text);
        assert_eq!(written.problems, []);
        let expected = "1. See\n   <!-- code: gradient::Gradient -->\n   ```rust\n   pub struct Gradient<R: Real = f32> {\n       eta: R,\n       signals: Signals<R>,\n   }\n   ```\n";
        assert_eq!(written.text, expected);
        assert_eq!(
            super::write("docs/book/page.md", expected, &Tool::default()).text,
            expected,
            "twice is once"
        );
    }

    #[test]
    fn a_changed_line_makes_a_difference() {
        let tool = Tool::default();
        let source = tool.items.find("gradient::update").expect("there").text;
        let page = |code: &str| format!("<!-- code: gradient::update -->\n```rust\n{code}\n```\n");
        assert_eq!(written(&page(&source)).text, page(&source));
        let changed = source.replacen("o - t", "t - o", 1);
        assert_ne!(changed, source);
        assert_eq!(written(&page(&changed)).text, page(&source));
    }

    #[test]
    fn differences_are_written() {
        let text = "<!-- diff: stochastic gradient update -->\n```diff\n```\n";
        let written = written(text);
        assert_eq!(written.problems, []);
        for line in
            ["-    // d2 = e\n", "+    // d2 = e ⊙ o ⊙ (1 - o)\n", "     network.forward(&batch.x, h, o);\n"]
        {
            assert!(written.text.contains(line), "{line}{}", written.text);
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line_and_nothing_is_lost() {
        let text = "<!-- code: gradient::nothing -->\n```rust\nold\n```\n\n<!-- code: gradient::update -->\n\nA <!-- n: nowhere x 2 -->1<!-- /n --> b.\n\n<!-- table: above -->\n| a |\n";
        let written = written(text);
        assert_eq!(written.text, text);
        let places: Vec<String> = written.problems.iter().map(ToString::to_string).collect();
        assert_eq!(places.len(), 4, "{places:?}");
        for (place, line) in places.iter().zip([2, 6, 8, 10]) {
            assert!(place.starts_with(&format!("docs/book/page.md:{line}: ")), "{place}");
        }
    }

    #[test]
    fn recorded_commands_are_known_without_running_them() {
        let text = "<!-- mnist; lines: 1..2 -->\n```console\n$ cargo run -p gradient -- --epochs 10\nold\n```\n\n```console\n$ cargo run -p compare -- --data mnist\n```\n\n<!-- long -->\n```console\n$ cargo run -p compare -- --seeds 10\n```\n\n```console\n$ cargo run\n```\n";
        let found = recorded("docs/book/page.md", text, &Tool::default());
        let found: Vec<_> = found.iter().map(|one| (one.command.as_str(), one.mnist)).collect();
        let expected = [
            ("cargo run -p gradient -- --epochs 10", true),
            ("cargo run -p compare -- --data mnist", true),
            ("cargo run -p compare -- --seeds 10", false),
        ];
        assert_eq!(found, expected);
    }
}
