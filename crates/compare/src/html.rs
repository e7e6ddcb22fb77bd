//! `--report`: the page with the results, the trained networks and the images of this comparison inside.

use crate::experiment::{Experiment, Measured};
use crate::results::Results;
use digits_cli::screen::Screen;
use digits_core::Result;
use digits_core::files::write_whole;
use digits_core::settings::{SEED, Settings, Value};
use digits_core::stage::About;
use page::report::{Report, Written};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

/// Writes the report; of each stage, the network of its first training goes in.
///
/// # Errors
/// A file that cannot be written.
pub(crate) fn write(
    path: &Path,
    results: &Results,
    measured: &[Vec<Measured>],
    experiment: &Experiment,
    screen: &Screen,
) -> Result<()> {
    let stages = experiment.stages.iter().zip(measured);
    let networks: Vec<(&str, Vec<u8>)> = stages
        .filter_map(|((entry, _), runs)| {
            let run = runs.first().filter(|run| run.trained.outcome.is_ok())?;
            let metadata = BTreeMap::from([("stage".to_owned(), entry.about.name.to_owned())]);
            Some((entry.about.name, run.trained.network.to_checkpoint(metadata).to_bytes()))
        })
        .collect();
    let report = Report {
        results: &serde_json::Value::Object(results.object()).to_string(),
        address: &address(experiment),
        train: &experiment.images[0],
        test: &experiment.test,
        networks: &networks,
    };
    let Written { html, left_out } = report.write(page::LAB);
    write_whole(path, |file| file.write_all(html.as_bytes()))?;
    for sentence in left_out {
        screen.sentence(format!("Note: {sentence}"));
    }
    Ok(())
}

/// The address at which the page trains the same: the flags that are not each stage's usual ones.
fn address(experiment: &Experiment) -> String {
    let names: Vec<&str> = experiment.stages.iter().map(|(entry, _)| entry.about.name).collect();
    let seed = experiment.repetitions.first().map_or(1, |repetition| repetition.seed);
    let mut address = format!("stages={}&seed={seed}&train-size=all", names.join(","));
    for (entry, settings) in &experiment.stages {
        address.extend(changed(&entry.about, settings));
    }
    address
}

/// The keys of one stage, each with its value.
fn changed(about: &About, settings: &Settings) -> Vec<String> {
    let usual = about.usual();
    let differs = |(setting, value): &(&_, Value)| usual.get(setting) != Some(*value);
    let key = |(setting, value): (&digits_core::settings::Setting, Value)| match value {
        Value::Switch(_) => format!("&{}.{}", about.name, setting.flag()),
        value => format!("&{}.{}={value}", about.name, setting.name),
    };
    settings.iter().filter(differs).filter(|(setting, _)| setting.name != SEED.name).map(key).collect()
}
