//! The pictures of an epoch: the originals, or a fresh distortion of each, made on all cores.

use crate::Settings;
use crate::distort::{Distorter, Distortion};
use digits_core::batch::Labelled;
use digits_core::data::PIXELS;
use digits_core::linalg::Pictures;
use digits_core::random::{Purpose, generator, uniform};
use rayon::prelude::*;

/// The pictures that are in work at a time; a few for each core, and together no more than the caches hold.
const AT_A_TIME: usize = 512;

/// Makes the pictures of each epoch.
#[derive(Debug)]
pub struct Fresh {
    distorter: Option<Distorter>,
    input_dropout: f64,
    seed: u64,
    /// Some pictures, a value a pixel.
    dense: Vec<f32>,
    made: Labelled,
}

impl Fresh {
    /// As the settings say.
    pub fn new(settings: &Settings) -> Self {
        Fresh {
            distorter: (settings.augment != Distortion::NONE)
                .then(|| Distorter::new(settings.augment, settings.seed)),
            input_dropout: settings.input_dropout,
            seed: settings.seed,
            dense: vec![0.0; AT_A_TIME * PIXELS],
            made: Labelled { pictures: Pictures::new(PIXELS), labels: Vec::new() },
        }
    }

    /// The pictures of an epoch, in the order of the originals.
    pub fn epoch<'a>(&'a mut self, originals: &'a Labelled, epoch: usize) -> &'a Labelled {
        if self.distorter.is_none() && self.input_dropout == 0.0 {
            return originals;
        }
        self.made.truncate(0);
        self.made.labels.extend(&originals.labels);
        for first in (0..originals.len()).step_by(AT_A_TIME) {
            let here = AT_A_TIME.min(originals.len() - first);
            let mut dense = std::mem::take(&mut self.dense);
            let pictures = dense[..here * PIXELS].par_chunks_exact_mut(PIXELS).enumerate().with_min_len(16);
            pictures.for_each(|(offset, to)| self.make(originals, epoch, first + offset, to));
            dense[..here * PIXELS].chunks_exact(PIXELS).for_each(|picture| self.made.pictures.push(picture));
            self.dense = dense;
        }
        &self.made
    }

    /// Makes one picture.
    fn make(&self, originals: &Labelled, epoch: usize, index: usize, to: &mut [f32]) {
        let picture = originals.pictures.get(index);
        match &self.distorter {
            Some(distorter) => distorter.distort(picture, epoch, index, to),
            None => {
                to.fill(0.0);
                for (&pixel, &value) in picture.lit.iter().zip(picture.values) {
                    to[usize::from(pixel)] = value;
                }
            }
        }
        if self.input_dropout > 0.0 {
            // Dropout of the inputs: lit pixels are left out with probability p, and the others scaled by 1 / (1 - p).
            let keep = (1.0 / (1.0 - self.input_dropout)) as f32;
            let mut rng = generator(self.seed, Purpose::Distortion, (epoch as u64) << 32 | index as u64);
            rng.set_stream(1); // the distortion draws from stream 0
            for value in to.iter_mut().filter(|value| **value != 0.0) {
                *value *= if uniform(&mut rng) < self.input_dropout { 0.0 } else { keep };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use digits_core::data::{Split, practice};

    fn originals(count: usize) -> Labelled {
        Labelled::from(&practice::examples(3, Split::Train, count))
    }

    #[test]
    fn without_a_switch_the_originals_are_used() {
        let originals = originals(10);
        let mut fresh = Fresh::new(&Settings::plain());
        assert!(std::ptr::eq(fresh.epoch(&originals, 1), &originals));
    }

    #[test]
    fn every_epoch_is_new_and_any_number_of_threads_makes_the_same() {
        let originals = originals(2 * AT_A_TIME + 3);
        let settings = Settings { augment: Distortion::USUAL, input_dropout: 0.2, ..Settings::plain() };
        let with = |threads: usize, epoch: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            pool.install(|| {
                let mut fresh = Fresh::new(&settings);
                fresh.epoch(&originals, epoch + 1); // what was made before does not matter
                fresh.epoch(&originals, epoch).clone()
            })
        };
        let one = with(1, 4);
        assert_eq!(one.labels, originals.labels);
        assert_eq!(one.pictures.len(), originals.len());
        assert_eq!(one.pictures, with(3, 4).pictures);
        assert_ne!(one.pictures, with(1, 5).pictures);
    }

    #[test]
    fn dropout_of_inputs_leaves_out_its_share() {
        let originals = originals(200);
        let settings = Settings { input_dropout: 0.25, ..Settings::plain() };
        let mut fresh = Fresh::new(&settings);
        let lit =
            |examples: &Labelled| examples.pictures.iter().map(|picture| picture.lit.len()).sum::<usize>();
        let kept = lit(fresh.epoch(&originals, 1)) as f64 / lit(&originals) as f64;
        assert!((kept - 0.75).abs() < 0.02, "{kept}");
    }
}
