//! What is not of one stage: the data set, files that were dropped, drawings, and a test set of one's own.

use crate::address::{Available, Experiment};
use crate::message::{Answer, Question};
use digits_core::data::csv::{self, Labels};
use digits_core::data::practice;
use digits_core::data::sets::{Held, Parting, USUAL_TEST_SHARE, from_files};
use digits_core::data::{Dataset, Examples, PIXELS, SIDE, Source};
use digits_core::printable::printable;
use digits_core::{Error, Result};
use handwriting::Ink;
use handwriting::normal_form::{Normalised, normalise};
use serde_json::{Value, json};
use std::path::Path;

/// The most pixels along a side of a drawing.
const DRAWING: usize = 1200;
/// The most images that are answered at a time.
const MOST_IMAGES: usize = 10_000;

/// The data set, and where it came from.
#[derive(Default)]
pub(crate) struct Desk {
    /// The files that were dropped, with their names; none where practice digits are used.
    files: Vec<(String, Vec<u8>)>,
    /// How the data set was parted, where it came from files.
    parting: Option<Parting>,
    /// All that there is of files; of practice digits, those that were needed.
    dataset: Dataset,
    /// How many of its images are used, for training and for testing.
    used: (usize, usize),
}

impl Desk {
    /// The answer, if the desk knows it.
    pub(crate) fn answer(&mut self, asked: &str, question: &Question<'_>) -> Option<Result<Answer>> {
        Some(match asked {
            "read" => self.read(question),
            "prepare" => self.prepare(question),
            "share" => self.share(),
            "files" => self.take_files(question),
            "images" => self.images(question),
            "find" => self.find(question),
            "normal" => normal(question),
            "export" => export(question),
            "import" => import(question),
            _ => return None,
        })
    }

    /// What there is to train on, with the limit that the question names.
    fn available(&self, question: &Question<'_>) -> Result<Available> {
        let most = question.whole_or("most", usize::MAX)?;
        if self.files.is_empty() {
            return Ok(Available { most, ..Available::PRACTICE });
        }
        Ok(Available { train: self.dataset.train.len(), test: self.dataset.test.len(), most })
    }

    /// What `--data` says in the terminal.
    fn data(&self) -> &str {
        match (self.files.is_empty(), &self.dataset.source) {
            (true, _) => "practice",
            (false, Source::Mnist) => "mnist",
            (false, _) => self.files[0].0.as_str(),
        }
    }

    /// Reads an address, and opens nothing.
    fn read(&self, question: &Question<'_>) -> Result<Answer> {
        let available = self.available(question)?;
        let experiment = Experiment::read(question, available)?;
        Ok(Answer::of(json!({
            "experiment": experiment.describe(self.data(), available),
            "problems": experiment.problems(),
        })))
    }

    /// Reads an address, and makes the data set that it asks for.
    fn prepare(&mut self, question: &Question<'_>) -> Result<Answer> {
        let asked = Experiment::read(question, self.available(question)?)?;
        if !self.files.is_empty() {
            self.parse(Parting { test_share: asked.test_share(), seed: asked.seed() })?;
        }
        let available = self.available(question)?;
        let experiment = Experiment::read(question, available)?;
        self.used = (experiment.train_size(available), experiment.test_size(available));
        if self.files.is_empty() {
            self.draw();
        }
        let Dataset { name, origin, notes, .. } = &self.dataset;
        Ok(Answer::of(json!({
            "experiment": experiment.describe(self.data(), available),
            "problems": experiment.problems(),
            "data": {
                "name": name,
                "origin": origin,
                "notes": notes,
                "train": self.used.0,
                "test": self.used.1,
                "available": {"train": available.train, "test": available.test},
            },
        })))
    }

    /// Draws as many practice digits as are used; the first are always the same.
    fn draw(&mut self) {
        let (train, test) = self.used;
        let Dataset { train: drawn, test: drawn_test, .. } = &self.dataset;
        if drawn.len() < train || drawn_test.len() < test || self.dataset.source != Source::Practice {
            self.dataset = practice::dataset_of(train, test);
        }
    }

    /// Takes dropped files, or goes back to the practice digits where there are none.
    fn take_files(&mut self, question: &Question<'_>) -> Result<Answer> {
        let names = question.get("names").as_array().cloned().unwrap_or_default();
        let file = |(index, name): (usize, &Value)| {
            let bytes = question.bytes(&format!("file{index}"))?;
            Ok((printable(name.as_str().unwrap_or("a file"), 200), bytes.to_vec()))
        };
        let files = names.iter().enumerate().map(file).collect::<Result<Vec<_>>>()?;
        let before = std::mem::replace(&mut self.files, files);
        if self.files.is_empty() {
            *self = Desk::default();
            return Ok(Answer::of(json!({"notes": []})));
        }
        // What cannot be read leaves everything as it was.
        let parting = Parting { test_share: USUAL_TEST_SHARE, seed: 1 };
        let parted_before = self.parting.take();
        if let Err(error) = self.parse(parting) {
            (self.files, self.parting) = (before, parted_before);
            return Err(error);
        }
        Ok(Answer::of(json!({"notes": self.dataset.notes, "name": self.dataset.name})))
    }

    /// Reads the files, unless that was done.
    fn parse(&mut self, parting: Parting) -> Result<()> {
        if self.parting != Some(parting) {
            let files: Vec<Held<'_>> =
                self.files.iter().map(|(name, bytes)| Held { name: Path::new(name), bytes }).collect();
            self.dataset = from_files(&files, parting)?;
            self.parting = Some(parting);
        }
        Ok(())
    }

    /// The images that are used, for those who train.
    fn share(&self) -> Result<Answer> {
        let (train, test) = self.used;
        let Dataset { train: learned, test: judged, .. } = &self.dataset;
        Ok(Answer::default()
            .with_bytes("trainImages", &learned.pixels()[..train * PIXELS])
            .with_bytes("trainLabels", &learned.labels()[..train])
            .with_bytes("testImages", &judged.pixels()[..test * PIXELS])
            .with_bytes("testLabels", &judged.labels()[..test]))
    }

    /// A set of the data, and how many of its images are used.
    fn set(&self, question: &Question<'_>) -> Result<(&Examples, usize)> {
        match question.text("set")? {
            "train" => Ok((&self.dataset.train, self.used.0)),
            "test" => Ok((&self.dataset.test, self.used.1)),
            other => Err(Error::Usage(format!("expected train or test as set, found {other}"))),
        }
    }

    fn images(&self, question: &Question<'_>) -> Result<Answer> {
        let (examples, used) = self.set(question)?;
        let mut indices = question.indices("indices", used)?;
        indices.truncate(MOST_IMAGES);
        let images: Vec<u8> = indices.iter().flat_map(|index| examples.image(*index)).copied().collect();
        let labels: Vec<u8> = indices.iter().map(|index| examples.labels()[*index]).collect();
        Ok(Answer::default().with_bytes("images", &images).with_bytes("labels", &labels))
    }

    fn find(&self, question: &Question<'_>) -> Result<Answer> {
        let (examples, used) = self.set(question)?;
        let label = if question.get("label").is_null() { None } else { Some(question.digit("label")? as u8) };
        let first = question.whole_or("from", 0)?;
        let most = question.whole_or("most", 1)?.min(MOST_IMAGES);
        let fits = |index: &usize| label.is_none_or(|label| examples.labels()[*index] == label);
        let indices: Vec<usize> = (first..used).filter(fits).take(most).collect();
        Ok(Answer::of(json!({"indices": indices})))
    }
}

/// A drawing in the normal form, with the steps that lead there.
fn normal(question: &Question<'_>) -> Result<Answer> {
    let (width, height) = (question.whole("width")?, question.whole("height")?);
    let levels = question.bytes("ink")?;
    if !(1..=DRAWING).contains(&width) || !(1..=DRAWING).contains(&height) || levels.len() != width * height {
        return Err(Error::Usage(format!(
            "expected a drawing of at most {DRAWING} x {DRAWING} pixels, found {width} x {height} in {} bytes",
            levels.len()
        )));
    }
    let levels = levels.iter().map(|&level| f32::from(level) / 255.0).collect();
    let Some(found) = normalise(&Ink { width, height, levels }) else {
        return Ok(Answer::of(json!({"image": null, "steps": null})));
    };
    let Normalised { image, broadened, bounds, width, height, centre_x, centre_y, left, top } = found;
    // The same ink with the middle of its box in the middle of the image.
    let (box_left, box_top) = ((SIDE - width) / 2, (SIDE - height) / 2);
    let mut boxed = [0; PIXELS];
    for y in 0..height {
        let row = &image[(top + y) * SIDE + left..][..width];
        boxed[(box_top + y) * SIDE + box_left..][..width].copy_from_slice(row);
    }
    let shift = |to: usize, from: usize| to as i64 - from as i64;
    Ok(Answer::of(json!({"steps": {
        "bounds": {"left": bounds.left, "top": bounds.top, "width": bounds.width, "height": bounds.height},
        "broadened": broadened,
        "scaled": {"width": width, "height": height},
        "centre": {"x": box_left as f64 + centre_x, "y": box_top as f64 + centre_y},
        "shift": {"x": shift(left, box_left), "y": shift(top, box_top)},
    }}))
    .with_bytes("image", &image)
    .with_bytes("boxed", &boxed))
}

/// A test set of one's own as a file that the terminal reads too.
fn export(question: &Question<'_>) -> Result<Answer> {
    let images = question.images("images")?;
    let labels = question.labels("labels", images.len())?;
    let mut file = Vec::new();
    csv::write_to(&mut file, &Examples::new(images.as_flattened().to_vec(), labels.to_vec()))
        .map_err(|error| Error::io(Path::new("memory"), "write", error))?;
    Ok(Answer::default().with_bytes("file", &file))
}

/// A test set of one's own from a file.
fn import(question: &Question<'_>) -> Result<Answer> {
    let name = printable(question.text("name")?, 200);
    let rows = csv::parse(question.bytes("bytes")?, Path::new(&name), Labels::Required)?;
    let labels = rows.labels.unwrap_or_default();
    Ok(Answer::of(json!({"notes": rows.notes}))
        .with_bytes("images", &rows.pixels)
        .with_bytes("labels", &labels))
}
