//! A stage that trains, step by step, by core's own course: the same updates and the same measuring as in the terminal.

use crate::message::{Answer, Question};
use crate::panels;
use digits_core::angles::{self, Angle, Angles, Sample};
use digits_core::batch::SparseExamples;
use digits_core::checkpoint::{Checkpoint, Functions};
use digits_core::data::{Examples, PIXELS};
use digits_core::evaluation::evaluate;
use digits_core::mistakes::surest;
use digits_core::network::Network;
use digits_core::settings::{BATCH_SIZE, Settings};
use digits_core::stage::{About, Stage};
use digits_core::training::{Course, Measured, Record};
use digits_core::{Choice, Error, Result};
use serde_json::{Value, json};
use stages::Visitor;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

/// Within the first epoch, where most is learned, the network is measured after so many samples, too.
const EARLY: [usize; 10] = [10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];
/// The most examples that angles are measured on: in `f64` they need much memory.
const ANGLES: usize = 5_000;
/// The batches that angles are measured on unless more are asked for; in the terminal there are ten times as many.
const BATCHES: usize = 10;

/// A training of any stage.
pub(crate) trait Session {
    /// Makes at most `most` updates, none beyond the next moment that is measured; how many, and what was measured.
    fn step(&mut self, most: usize) -> (usize, Option<Measured>);
    /// Measures now.
    fn measure(&self) -> Measured;
    /// Where the training stands.
    fn state(&self) -> Value;
    /// The samples processed.
    fn samples(&self) -> usize;
    /// The examples of an epoch.
    fn examples(&self) -> usize;
    /// The network as it is.
    fn network(&self) -> &Network;
    /// The images that it is judged by.
    fn test(&self) -> &SparseExamples;
    /// How far the stage's direction is turned away from exact gradients.
    fn angles(&self, sample: Sample) -> Vec<Angles>;
    /// The name of the stage, and its settings as text.
    fn about(&self) -> (&'static str, BTreeMap<String, String>);
    /// Shows a network that was trained elsewhere; the training is over then.
    fn load(&mut self, network: Network);
}

/// Opens the stage that a question names, at its starting weights.
///
/// # Errors
/// A stage that there is not, settings that make no sense, and images that do not fit together.
pub(crate) fn open(question: &Question<'_>) -> Result<Box<dyn Session>> {
    let examples = |images: &str, labels: &str| -> Result<SparseExamples> {
        let images = question.images(images)?;
        let labels = question.labels(labels, images.len())?;
        // Every image of the two sets is kept once, by its lit pixels.
        Ok(SparseExamples::from(&Examples::new(images.as_flattened().to_vec(), labels.to_vec())))
    };
    let (train, test) = (examples("trainImages", "trainLabels")?, examples("testImages", "testLabels")?);
    if train.is_empty() || test.is_empty() {
        return Err(Error::Usage("expected images to learn from, and images to be judged by".to_owned()));
    }
    let mut opening =
        Opening { name: question.text("stage")?, question, images: Some((train, test)), opened: None };
    stages::visit(&mut opening);
    opening.opened.unwrap_or_else(|| Err(Error::Usage(format!("there is no stage {}", opening.name))))
}

struct Opening<'a> {
    name: &'a str,
    question: &'a Question<'a>,
    images: Option<(SparseExamples, SparseExamples)>,
    opened: Option<Result<Box<dyn Session>>>,
}

impl Visitor for Opening<'_> {
    fn stage<S: Stage + 'static>(&mut self, _: &'static str) {
        if S::ABOUT.name == self.name
            && let Some(images) = self.images.take()
        {
            let opened = settings(&S::ABOUT, self.question.get("settings"))
                .and_then(|settings| Trained::<S>::new(&settings, images));
            self.opened = Some(opened.map(|session| Box::new(session) as Box<dyn Session>));
        }
    }
}

/// The settings of a stage, from the text of each value.
fn settings(about: &About, values: &Value) -> Result<Settings> {
    let mut settings = about.usual();
    let declared: Vec<_> = settings.iter().map(|(setting, _)| *setting).collect();
    for setting in declared {
        let Some(text) = values.get(setting.name).and_then(Value::as_str) else { continue };
        let value = setting
            .read(text)
            .map_err(|expected| Error::Usage(format!("--{} is {text}, {expected}", setting.name)))?;
        settings.set(setting.name, value);
    }
    settings.check()?;
    Ok(settings)
}

/// A training of stage `S`.
struct Trained<S: Stage> {
    course: Course<'static, f32, S>,
    /// A network that was trained elsewhere, in the place of the course's own.
    loaded: Option<Network>,
}

impl<S: Stage> Trained<S> {
    fn new(settings: &Settings, (train, test): (SparseExamples, SparseExamples)) -> Result<Self> {
        let images = (Cow::Owned(train), Cow::Owned(test));
        let course = Course::new(settings, S::network(settings), images, &())?;
        Ok(Trained { course, loaded: None })
    }
}

impl<S: Stage> Session for Trained<S> {
    fn step(&mut self, most: usize) -> (usize, Option<Measured>) {
        if self.loaded.is_some() {
            return (0, None);
        }
        let (samples, batch_size) = (self.samples(), self.course.plan().batch_size);
        let next = EARLY.iter().filter(|_| samples < self.examples()).find(|early| **early > samples);
        let to_next = next.map_or(usize::MAX, |next| (next - samples).div_ceil(batch_size));
        let before = self.course.measured().map(|measured| measured.record.updates);
        let made = self.course.step(most.min(to_next), &mut ());
        let measured = self.course.measured().filter(|measured| Some(measured.record.updates) != before);
        let early = next.is_some_and(|next| self.samples() >= *next) && self.course.error().is_none();
        (made, measured.copied().or_else(|| (made > 0 && early).then(|| self.measure())))
    }

    fn measure(&self) -> Measured {
        let Some(network) = &self.loaded else { return self.course.measure() };
        let train = evaluate(network, self.course.examples());
        let test = evaluate(network, self.course.test());
        let training = self.course.training();
        let record = Record {
            epoch: training.epoch(),
            updates: training.updates(),
            loss: train.loss,
            train_accuracy: train.accuracy(),
            test_accuracy: test.accuracy(),
            time: Duration::ZERO,
        };
        Measured { record, train, test }
    }

    fn state(&self) -> Value {
        let (training, plan) = (self.course.training(), self.course.plan());
        json!({
            "epoch": training.epoch(),
            "updates": training.updates(),
            "samples": training.samples(),
            "finished": self.loaded.is_some() || self.course.is_over(),
            "loaded": self.loaded.is_some(),
            "error": self.course.error().map(|error| error.to_string()),
            "updatesPerEpoch": plan.updates_per_epoch(),
            "epochs": plan.epochs,
            "plannedUpdates": plan.updates(),
            "examples": plan.examples,
            "batchSize": self.course.settings().get(&BATCH_SIZE).map_or(1, |_| plan.batch_size),
        })
    }

    fn samples(&self) -> usize {
        self.course.training().samples()
    }

    fn examples(&self) -> usize {
        self.course.examples().len()
    }

    fn network(&self) -> &Network {
        self.loaded.as_ref().unwrap_or(&self.course.training().network)
    }

    fn test(&self) -> &SparseExamples {
        self.course.test()
    }

    fn angles(&self, sample: Sample) -> Vec<Angles> {
        let examples = self.course.examples();
        let mut bytes = Vec::new();
        let mut values = [0.0; PIXELS];
        for image in examples.images.iter().take(ANGLES) {
            image.write_to(&mut values);
            bytes.extend(values.iter().map(|value| (255.0 * value).round() as u8));
        }
        let labels = examples.labels.iter().take(ANGLES).copied().collect();
        let precise = SparseExamples::<f64>::from(&Examples::new(bytes, labels));
        angles::measure::<S>(self.course.settings(), self.network(), &precise, sample)
    }

    fn about(&self) -> (&'static str, BTreeMap<String, String>) {
        let values = self
            .course
            .settings()
            .iter()
            .map(|(setting, value)| (setting.name.to_owned(), value.to_string()));
        (S::ABOUT.name, values.collect())
    }

    fn load(&mut self, network: Network) {
        self.loaded = Some(network);
    }
}

/// What is told when a stage has been opened: where it stands, and how its starting weights do.
pub(crate) fn first(session: &mut dyn Session) -> Result<Answer> {
    let measured = session.measure();
    Ok(Answer::of(json!({"state": session.state(), "record": record(session, &measured)})))
}

/// Answers a question about the stage.
pub(crate) fn answer(session: &mut dyn Session, asked: &str, question: &Question<'_>) -> Result<Answer> {
    let network = session.network();
    match asked {
        "step" => {
            let (made, measured) = session.step(question.whole("updates")?);
            let record = measured.map(|measured| record(session, &measured));
            Ok(Answer::of(json!({"made": made, "state": session.state(), "record": record})))
        }
        "state" => Ok(Answer::of(json!({"state": session.state()}))),
        "measure" => Ok(Answer::of(json!({"record": record(session, &session.measure())}))),
        "forward" => Ok(panels::forward(network, question.image("image")?)),
        "outputs" => Ok(panels::outputs(network, question.images("images")?)),
        "weights" => panels::weights(network, question),
        "unit" => panels::unit(network, session.test(), question),
        "cell" => panels::cell(network, session.test(), question),
        "mistakes" => {
            let mistakes = surest(network, session.test(), question.whole("most")?);
            let mistake = |mistake: &digits_core::mistakes::Mistake| {
                json!({
                    "index": mistake.index,
                    "label": mistake.label,
                    "predicted": mistake.predicted,
                    "output": mistake.output,
                    "outputOfLabel": mistake.output_of_label,
                })
            };
            Ok(Answer::of(json!({"mistakes": mistakes.iter().map(mistake).collect::<Value>()})))
        }
        "angles" => {
            let batches = question.whole_or("batches", BATCHES)?.clamp(1, Sample::USUAL.epoch);
            if !network.is_finite() {
                return Err(Error::Usage(
                    "a network that has left the finite numbers has no angles".to_owned(),
                ));
            }
            let found = session.angles(Sample { batches, epoch: batches, ..Sample::USUAL });
            Ok(Answer::of(
                json!({"state": session.state(), "angles": found.iter().map(angles_to).collect::<Value>()}),
            ))
        }
        "fingerprint" => Ok(Answer::of(json!({
            "fingerprint": network.fingerprint(),
            "parameters": network.parameter_count(),
            "state": session.state(),
        }))),
        "network" => {
            let (name, mut metadata) = session.about();
            metadata.insert("stage".to_owned(), name.to_owned());
            let file = network.to_checkpoint(metadata).to_bytes();
            Ok(Answer::of(json!({"name": format!("{name}.safetensors")})).with_bytes("file", &file))
        }
        "load" => {
            let name = Path::new(question.text("name")?);
            let checkpoint = Checkpoint::from_bytes(question.bytes("bytes")?, name)?;
            let assumed = (network.activation, network.loss);
            let loaded = Network::from_checkpoint(&checkpoint, name, &Functions::default(), assumed)?;
            session.load(loaded.network);
            Ok(Answer::of(json!({"state": session.state(), "notes": loaded.notes})))
        }
        other => Err(Error::Usage(format!("no stage knows how to {other}"))),
    }
}

/// A measurement for the page; within an epoch, its number is a fraction.
fn record(session: &dyn Session, measured: &Measured) -> Value {
    let Measured { record, train, test } = measured;
    let (low, high) = test.interval();
    let epoch = match session.examples() {
        0 => 0.0,
        examples => session.samples() as f64 / examples as f64,
    };
    json!({
        "epoch": epoch,
        "samples": session.samples(),
        "updates": record.updates,
        "loss": train.loss,
        "trainAccuracy": train.accuracy(),
        "testAccuracy": test.accuracy(),
        "interval": [low, high],
        "confusion": test.confusion,
    })
}

fn angles_to(angles: &Angles) -> Value {
    let block =
        |angle: &Angle| json!({"block": angle.block, "batch": angle.batch, "systematic": angle.systematic});
    json!({"to": angles.to.name(), "blocks": angles.blocks.iter().map(block).collect::<Value>()})
}
