//! Which stages there are, with everything that the page shows of them before they train.

use crate::address::DATA;
use crate::message::Answer;
use digits_core::linalg::Level;
use digits_core::settings::{COMMON, Kind, Setting, Value};
use digits_core::stage::{About, Stage};
use digits_core::words::WORDS;
use serde_json::{Value as Json, json};
use stages::Visitor;

/// The stages, the settings that all have, the words, and how products are computed here.
pub(crate) fn catalogue() -> Answer {
    let mut found = Found(Vec::new());
    stages::visit(&mut found);
    let common = COMMON.iter().chain(&DATA).map(|setting| describe(setting, setting.usual));
    Answer::of(json!({
        "version": env!("CARGO_PKG_VERSION"),
        "level": Level::in_use().to_string(),
        "stages": found.0,
        "common": common.collect::<Json>(),
        "words": WORDS,
    }))
}

struct Found(Vec<Json>);

impl Visitor for Found {
    fn stage<S: Stage + 'static>(&mut self, source: &'static str) {
        let About { name, idea, summary, loss, presets, .. } = S::ABOUT;
        let usual = S::ABOUT.usual();
        let settings: Json = usual.iter().map(|(setting, value)| describe(setting, value)).collect();
        let presets: Json =
            presets.iter().map(|preset| json!({"name": preset.name, "help": preset.help})).collect();
        self.0.push(json!({
            "name": name,
            "idea": idea,
            "summary": summary,
            "loss": loss,
            "formula": formula(source),
            "source": update(source),
            "settings": settings,
            "presets": presets,
        }));
    }
}

/// The formulas at the head of a stage's source: its blocks of text, one after the other.
fn formula(source: &str) -> String {
    let mut lines = Vec::new();
    let mut inside = false;
    for line in source.lines().map_while(|line| line.strip_prefix("//!")) {
        match line.trim() {
            "```text" => inside = true,
            "```" => inside = false,
            _ if inside => lines.push(line.strip_prefix(' ').unwrap_or(line)),
            _ => {}
        }
    }
    lines.join("\n")
}

/// The rule in a stage's source: the function that makes an update, to its closing brace.
fn update(source: &str) -> String {
    const BEGIN: &str = "    fn update(";
    let lines = source.lines().skip_while(|line| !line.starts_with(BEGIN));
    let mut rule: Vec<&str> = lines.clone().take_while(|line| *line != "    }").collect();
    rule.extend(lines.clone().find(|line| *line == "    }"));
    rule.iter().map(|line| line.strip_prefix("    ").unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

/// A setting with everything that is declared of it.
fn describe(setting: &Setting, usual: Value) -> Json {
    let (kind, least, most, word, names) = match setting.kind {
        Kind::Whole { least, most } => ("whole", json!(least), json!(most), None, None),
        Kind::WholeOr { least, most, word } => ("whole", json!(least), json!(most), Some(word), None),
        Kind::Number(range) => ("number", json!(range.bounds().0), json!(range.bounds().1), None, None),
        Kind::NumberOr(range, word) => {
            ("number", json!(range.bounds().0), json!(range.bounds().1), Some(word), None)
        }
        Kind::OneOf(names) => ("names", Json::Null, Json::Null, None, Some(names)),
        Kind::Layers { most } => ("layers", json!(0), json!(most), None, None),
        Kind::Switch => ("switch", Json::Null, Json::Null, None, None),
    };
    json!({
        "name": setting.name,
        "symbol": setting.symbol,
        "group": setting.group,
        "valueName": setting.value_name,
        "kind": kind,
        "least": least,
        "most": most,
        "word": word,
        "names": names,
        "usual": usual.to_string(),
        "help": setting.help,
        "expected": setting.expected(),
        "needs": setting.needs,
        "conflicts": setting.conflicts,
        "flag": setting.flag(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects what the page shows of a rule: it is the source's own, and complete.
    #[test]
    fn every_stage_has_a_formula_and_a_rule() {
        let mut found = Found(Vec::new());
        stages::visit(&mut found);
        assert_eq!(found.0.len(), stages::all().len());
        for stage in &found.0 {
            let (formula, source) = (stage["formula"].as_str(), stage["source"].as_str());
            let moves = |text: &str| text.contains("W") || text.contains("parameter -= eta v");
            let is_rule = |text: &str| moves(text) && text.contains("-= eta") && !text.contains("```");
            assert!(formula.is_some_and(is_rule), "{stage}");
            let rule = source.expect("a rule");
            assert!(rule.starts_with("fn update(") && rule.ends_with("\n}"), "{rule}");
        }
        assert_eq!(found.0[0]["name"], "stochastic");
    }
}
