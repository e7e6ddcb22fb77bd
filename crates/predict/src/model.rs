//! The network that reads the digits: one from a file of any stage, or a small one that is trained on the spot.

use digits_cli::dataset::open;
use digits_cli::flags::DataFlags;
use digits_cli::progress::Progress;
use digits_cli::screen::{Screen, Style};
use digits_cli::text::{count, percent, printable, time};
use digits_core::Result;
use digits_core::checkpoint::{Checkpoint, Functions, Loaded};
use digits_core::data::{CLASSES, PIXELS};
use digits_core::linalg::SparseImages;
use digits_core::network::{Activation, Loss, Network};
use digits_core::settings::{BATCH_SIZE, EPOCHS, HIDDEN, Layers, MEASURE_EVERY, Value};
use digits_core::stage::Stage;
use digits_core::training::train;
use improved::Improved;
use std::path::Path;

/// How many samples the small network sees, copies included: some seconds of work.
const SAMPLES_SEEN: usize = 400_000;

/// A network that reads digits.
pub(crate) struct Model {
    network: Network,
}

impl Model {
    /// The network in a file; `given` is what the command line says about it.
    pub(crate) fn load(path: &Path, given: &Functions, screen: &Screen) -> Result<Self> {
        let checkpoint = Checkpoint::load(path)?;
        let assumed = (Activation::Relu, Loss::CrossEntropy);
        let Loaded { network, notes } = Network::from_checkpoint(&checkpoint, path, given, assumed)?;
        let stage =
            checkpoint.metadata.get("stage").map(|stage| format!(", trained by {}", printable(stage)));
        let name = printable(&path.to_string_lossy());
        screen.line(format!("{} {name}{}", screen.paint(Style::Bold, "Network:"), stage.unwrap_or_default()));
        notes
            .iter()
            .for_each(|note| screen.sentence(screen.paint(Style::Dim, &format!("({})", printable(note)))));
        Ok(Model { network })
    }

    /// One that has learned nothing, for when there is nothing to ask it.
    pub(crate) fn untrained() -> Self {
        Model { network: <Improved as Stage>::network(&improved::ABOUT.usual()) }
    }

    /// The best network that some seconds give, on all the data there is.
    pub(crate) fn train(screen: &Screen) -> Result<Self> {
        let loaded = open(&DataFlags::everything(), screen)?;
        let epochs = (SAMPLES_SEEN / loaded.data.train.len().max(1)).clamp(1, 100) as u64;
        let settings = improved::ABOUT
            .usual()
            .with(&HIDDEN, Value::Layers(Layers::of(&[256])))
            .with(&BATCH_SIZE, Value::Whole(64))
            .with(&EPOCHS, Value::Whole(epochs))
            .with(&MEASURE_EVERY, Value::Whole(epochs));
        let mut network = <Improved as Stage>::network(&settings);
        let mut progress = Progress::new(screen, epochs as usize);
        let outcome = train::<f32, Improved>(&settings, &mut network, &loaded.data, &mut progress);
        drop(progress);
        let outcome = outcome?;
        screen.sentence(format!(
            "{} none was named (--model FILE), so a small one was trained in {}: {} of its {} test images are correct",
            screen.paint(Style::Bold, "Network:"),
            time(outcome.training_time),
            percent(outcome.test.accuracy()),
            count(loaded.data.test.len())
        ));
        Ok(Model { network })
    }

    /// The ten outputs for each image: 28 x 28 levels from 0, paper, to 255, ink.
    pub(crate) fn outputs(&self, images: &[[u8; PIXELS]]) -> Vec<Vec<f32>> {
        let mut sparse = SparseImages::new(PIXELS);
        for image in images {
            sparse.push(&image.map(|level| f32::from(level) / 255.0));
        }
        let outputs = self.network.outputs(&sparse.iter().collect::<Vec<_>>());
        outputs.as_slice().chunks_exact(CLASSES).map(<[f32]>::to_vec).collect()
    }

    /// Whether the outputs are probabilities, which add up to 1.
    pub(crate) fn gives_probabilities(&self) -> bool {
        self.network.loss == Loss::CrossEntropy
    }
}
