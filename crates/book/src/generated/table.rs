//! Tables: of a name, of a comparison's results, or what the command above prints.

use super::console::Options;
use crate::page::Writer;
use crate::programs::{Place, Quoted};
use crate::{Problem, Result, project, tables};

/// The lines of a table: `above` is what the command above prints, `show NAME` the comparison of a file of results, and any other
/// name a table of [`tables`].
pub(crate) fn write(writer: &mut Writer<'_>, name: &str) -> Result<Option<Vec<String>>> {
    let text = if name == "above" {
        let command = writer.above.command.clone();
        let command = command.ok_or_else(|| Problem::new("there is no command above this table"))?;
        let output = writer.output(&command, &Options::default())?;
        writer.above.output = Some(output.clone());
        output
    } else if !writer.run {
        return Ok(None);
    } else if let Some(results) = name.strip_prefix("show ") {
        let file = project::root().join(project::RESULTS[0]).join(format!("{results}.json"));
        let args = vec!["--show".to_owned(), file.display().to_string(), "--markdown".to_owned()];
        writer.tool.programs.output(&Quoted { program: "compare".to_owned(), args }, &Place::empty()?)?
    } else {
        tables::named(name)?(&writer.tool.results)?
    };
    if !writer.run {
        return Ok(None);
    }
    // Tables need an empty line on both sides, or the comments would be a part of them.
    let lines = text.trim_end().lines().map(str::to_owned);
    Ok(Some([String::new()].into_iter().chain(lines).chain([String::new()]).collect()))
}
