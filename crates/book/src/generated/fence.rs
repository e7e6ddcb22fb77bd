//! Fences: code, differences and consoles.

use super::{code, console};
use crate::page::{Fence, Writer, uncommented};
use crate::{Problem, Result};

/// The lines that a fence should hold; `None` where they are the author's own.
pub(crate) fn write(
    writer: &mut Writer<'_>,
    marker: Option<&str>,
    fence: &Fence<'_>,
    body: &[&str],
) -> Result<Option<Vec<String>>> {
    let lines = if fence.info == "console" {
        consoles(writer, marker, body)?
    } else if let Some(marker) = marker {
        match code::text(marker, &writer.tool.items)? {
            Some(text) => text.lines().map(str::to_owned).collect(),
            None => return Problem::err(format!("{marker} is for a console fence")),
        }
    } else {
        let command = body.iter().rev().map(|line| uncommented(line)).find(|line| line.starts_with("cargo "));
        if command.is_some() {
            writer.above.command = command.map(str::to_owned);
        }
        return Ok(None);
    };
    let indented = |line: String| if line.is_empty() { line } else { format!("{}{line}", fence.indent) };
    Ok(Some(lines.into_iter().map(indented).collect()))
}

/// The commands of a console, each with what it prints.
fn consoles(writer: &mut Writer<'_>, marker: Option<&str>, body: &[&str]) -> Result<Vec<String>> {
    let options = console::Options::read(marker)?;
    let commands: Vec<&str> = body.iter().filter_map(|line| line.trim().strip_prefix("$ ")).collect();
    if commands.is_empty() {
        return Problem::err("a console fence begins with a command: $ cargo run -p PROGRAM -- FLAGS");
    }
    let mut lines = Vec::new();
    for (index, command) in commands.into_iter().enumerate() {
        if index > 0 {
            lines.push(String::new());
        }
        lines.push(format!("$ {command}"));
        let output = writer.output(uncommented(command), &options)?;
        if writer.run {
            lines.extend(options.shown(&output).map_err(|problem| problem.at(command))?);
        }
        writer.above.output = Some(output);
    }
    Ok(lines)
}
