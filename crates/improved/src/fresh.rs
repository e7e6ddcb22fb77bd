//! The pictures of an epoch: the originals, or a fresh distortion of each, made on all cores.

use crate::Settings;
use crate::distort::{Distorter, Distortion};
use digits_core::batch::Labelled;
use digits_core::data::PIXELS;
use digits_core::linalg::Pictures;
use digits_core::random::{Purpose, generator, uniform};
use rayon::prelude::*;

/// The pictures that a core makes at a time.
const AT_A_TIME: usize = 64;

/// Makes the pictures of each epoch.
#[derive(Debug)]
pub struct Fresh {
    distorter: Option<Distorter>,
    input_dropout: f64,
    seed: u64,
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
        let parts = originals.len().div_ceil(AT_A_TIME);
        let made: Vec<_> =
            (0..parts).into_par_iter().map(|part| self.part(originals, epoch, part * AT_A_TIME)).collect();
        for pictures in &made {
            self.made.pictures.append(pictures);
        }
        &self.made
    }

    /// Makes some pictures, from the one of index `first` on.
    fn part(&self, originals: &Labelled, epoch: usize, first: usize) -> Pictures<f32> {
        let mut pictures = Pictures::new(PIXELS);
        let mut picture = [0.0; PIXELS];
        for index in first..originals.len().min(first + AT_A_TIME) {
            self.make(originals, epoch, index, &mut picture);
            pictures.push(&picture);
        }
        pictures
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
