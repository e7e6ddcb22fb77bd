//! The network that reads the digits: one from a file of any stage, or a small one that is trained on the spot.

use digits_cli::dataset::open;
use digits_cli::flags::{DataFlags, Size};
use digits_cli::screen::{Screen, Style};
use digits_cli::text::{count, percent, printable, time};
use digits_core::Result;
use digits_core::checkpoint::Checkpoint;
use digits_core::data::{CLASSES, PIXELS, Source};
use digits_core::evaluation::Classifier;
use digits_core::linalg::SparseImages;
use improved::training::train;
use improved::{DeepNetwork, Loss, Settings};
use std::path::Path;

/// How many samples the small network sees, copies included: some seconds of work.
const SAMPLES_SEEN: usize = 400_000;

/// A network that reads digits.
pub(crate) struct Model {
    network: DeepNetwork,
}

impl Model {
    /// The network in a file.
    pub(crate) fn load(path: &Path, screen: &Screen) -> Result<Self> {
        let checkpoint = Checkpoint::load(path)?;
        let network = DeepNetwork::from_checkpoint(&checkpoint, path)?;
        let stage =
            checkpoint.metadata.get("stage").map(|stage| format!(", trained by {}", printable(stage)));
        let name = printable(&path.to_string_lossy());
        screen.line(format!("{} {name}{}", screen.paint(Style::Bold, "Network:"), stage.unwrap_or_default()));
        Ok(Model { network })
    }

    /// The best network that some seconds give, on all the data there is.
    pub(crate) fn train(screen: &Screen) -> Result<Self> {
        let all =
            DataFlags { source: Source::Default, mirror: None, train_size: Size::All, test_size: Size::All };
        let opened = open(&all, screen)?;
        let epochs = (SAMPLES_SEEN / opened.data.train.len().max(1)).clamp(1, 100);
        let settings = Settings {
            hidden: vec![256],
            batch_size: 64,
            epochs,
            measure_every: epochs,
            ..Settings::default()
        };
        let mut network = settings.network();
        let trained = train(&settings, &mut network, &opened.data, &mut ())?;
        screen.sentence(format!(
            "{} none was named (--model FILE), so a small one was trained in {}: {} of its {} test images are correct",
            screen.paint(Style::Bold, "Network:"),
            time(trained.outcome.training_time),
            percent(trained.outcome.test.accuracy()),
            count(opened.data.test.len())
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
