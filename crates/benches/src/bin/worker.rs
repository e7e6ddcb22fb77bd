//! Does the works on request, for `frameworks.py`, whose text describes the protocol: lines in, JSON lines out.
#![allow(clippy::print_stdout)]

use benches::{DenseLayer, Running, WORKS, classify, first};
use digits_core::batch::SparseExamples;
use digits_core::data::source::{LoadOptions, load};
use digits_core::data::{Source, csv};
use digits_core::linalg::Level;
use digits_core::network::Network;
use digits_core::training::TrainingData;
use serde_json::{Value, json};
use std::error::Error;
use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (mut mnist, mut csv_file, mut threads) = (PathBuf::from("data"), PathBuf::new(), 1);
    while let (Some(flag), Some(value)) = (arguments.next(), arguments.next()) {
        match flag.as_str() {
            "--mnist" => mnist = value.into(),
            "--csv" => csv_file = value.into(),
            "--threads" => threads = value.parse()?,
            "--instructions" => value.parse::<Level>()?.set(),
            _ => return Err(format!("unknown flag {flag}").into()),
        }
    }
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global()?;
    let dataset = load(&Source::Folder(mnist), &LoadOptions::default(), &mut ())?;
    let data = TrainingData::from(&dataset);
    println!("{}", json!({"ready": true, "versions": {"digit-stages": env!("CARGO_PKG_VERSION")}}));
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split_whitespace().collect();
        let answer = match words[..] {
            ["accuracy", work, seed] => accuracy(&data, work, seed.parse()?),
            [work, seconds] => burst(&data, &csv_file, threads, work, seconds.parse()?)?,
            _ => return Err(format!("cannot read the request {line:?}").into()),
        };
        println!("{answer}");
    }
    Ok(())
}

/// Trains to the goal of a work, or for one epoch.
fn accuracy(data: &TrainingData, name: &str, seed: u64) -> Value {
    let Some(work) = WORKS.iter().find(|work| work.name == name) else {
        return unsupported(name);
    };
    let examples = first(data, work.images);
    let mut running = Running::new(*work, &examples, seed);
    let (time, accuracy) = running.to_goal(&data.test);
    json!({"work": name, "seconds": time.as_secs_f64(), "accuracy": accuracy, "epochs": running.epochs()})
}

/// Does a work again and again for `seconds`.
fn burst(
    data: &TrainingData,
    csv_file: &Path,
    threads: usize,
    name: &str,
    seconds: f64,
) -> Result<Value, Box<dyn Error>> {
    if let Some(work) = WORKS.iter().find(|work| work.name == name) {
        let examples = first(data, work.images);
        let mut running = Running::new(*work, &examples, 1);
        return Ok(timed(name, seconds, || running.epoch()));
    }
    match name {
        "W3" => {
            let network = Network::new(128, 1);
            Ok(timed(name, seconds, || classify(&network, &data.test, threads > 1).min(1) as usize))
        }
        "W6" => {
            let mut dense = DenseLayer::new(1200, 128);
            Ok(timed(name, seconds, || dense.update()))
        }
        "W4" => {
            csv::read_examples(csv_file)?;
            let mut answer = timed(name, seconds, || {
                csv::read_examples(csv_file)
                    .map(|examples| SparseExamples::<f32>::from(&examples))
                    .map_or(0, |read| read.len().min(1))
            });
            let examples = csv::read_examples(csv_file)?;
            answer["rows"] = examples.len().into();
            answer["labels_sum"] =
                examples.labels().iter().map(|&label| u64::from(label)).sum::<u64>().into();
            answer["pixels_sum"] =
                examples.pixels().iter().map(|&level| u64::from(level)).sum::<u64>().into();
            Ok(answer)
        }
        _ => Ok(unsupported(name)),
    }
}

/// Warms up with one pass, then counts passes for at least `seconds`.
fn timed(name: &str, seconds: f64, mut pass: impl FnMut() -> usize) -> Value {
    pass();
    let (start, least) = (Instant::now(), Duration::from_secs_f64(seconds));
    let mut units = 0;
    loop {
        units += pass();
        let time = start.elapsed();
        if time >= least {
            return json!({"work": name, "seconds_per_unit": time.as_secs_f64() / units as f64, "units": units});
        }
    }
}

fn unsupported(name: &str) -> Value {
    json!({"work": name, "unsupported": "no such work here"})
}
