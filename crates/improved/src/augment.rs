//! The images of an epoch: the originals, or a fresh distortion of each, made on all cores.

use crate::Settings;
use crate::distort::{Distorter, Distortion};
use digits_core::batch::SparseExamples;
use digits_core::data::PIXELS;
use digits_core::linalg::SparseImages;
use digits_core::parallel;
use digits_core::random::{Purpose, generator, uniform};

/// The images that a core makes at a time.
const AT_A_TIME: usize = 64;

/// Makes the images of each epoch.
#[derive(Debug)]
pub struct Augmenter {
    distorter: Option<Distorter>,
    input_dropout: f64,
    seed: u64,
    made: SparseExamples,
}

impl Augmenter {
    /// As the settings say.
    pub fn new(settings: &Settings) -> Self {
        Augmenter {
            distorter: (settings.augment != Distortion::NONE)
                .then(|| Distorter::new(settings.augment, settings.seed)),
            input_dropout: settings.input_dropout,
            seed: settings.seed,
            made: SparseExamples { images: SparseImages::new(PIXELS), labels: Vec::new() },
        }
    }

    /// The images of an epoch, in the order of the originals.
    pub fn epoch<'a>(&'a mut self, originals: &'a SparseExamples, epoch: usize) -> &'a SparseExamples {
        if self.distorter.is_none() && self.input_dropout == 0.0 {
            return originals;
        }
        self.made.truncate(0);
        self.made.labels.extend(&originals.labels);
        let parts = originals.len().div_ceil(AT_A_TIME);
        let made = parallel::map(parts, |part| self.part(originals, epoch, part * AT_A_TIME));
        for images in &made {
            self.made.images.append(images);
        }
        &self.made
    }

    /// Makes some images, from the one of index `first` on.
    fn part(&self, originals: &SparseExamples, epoch: usize, first: usize) -> SparseImages<f32> {
        let mut images = SparseImages::new(PIXELS);
        let mut image = [0.0; PIXELS];
        for index in first..originals.len().min(first + AT_A_TIME) {
            self.make(originals, epoch, index, &mut image);
            images.push(&image);
        }
        images
    }

    /// Makes one image.
    fn make(&self, originals: &SparseExamples, epoch: usize, index: usize, to: &mut [f32]) {
        let image = originals.images.get(index);
        match &self.distorter {
            Some(distorter) => distorter.distort(image, epoch, index, to),
            None => {
                to.fill(0.0);
                for (&pixel, &value) in image.lit.iter().zip(image.values) {
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

    fn originals(count: usize) -> SparseExamples {
        SparseExamples::from(&practice::examples(3, Split::Train, count))
    }

    #[test]
    fn without_a_switch_the_originals_are_used() {
        let originals = originals(10);
        let mut fresh = Augmenter::new(&Settings::plain());
        assert!(std::ptr::eq(fresh.epoch(&originals, 1), &originals));
    }

    #[test]
    fn every_epoch_is_new_and_any_number_of_threads_makes_the_same() {
        let originals = originals(2 * AT_A_TIME + 3);
        let settings = Settings { augment: Distortion::USUAL, input_dropout: 0.2, ..Settings::plain() };
        let with = |threads: usize, epoch: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            pool.install(|| {
                let mut fresh = Augmenter::new(&settings);
                fresh.epoch(&originals, epoch + 1); // what was made before does not matter
                fresh.epoch(&originals, epoch).clone()
            })
        };
        let one = with(1, 4);
        assert_eq!(one.labels, originals.labels);
        assert_eq!(one.images.len(), originals.len());
        assert_eq!(one.images, with(3, 4).images);
        assert_ne!(one.images, with(1, 5).images);
    }

    #[test]
    fn dropout_of_inputs_leaves_out_its_share() {
        let originals = originals(200);
        let settings = Settings { input_dropout: 0.25, ..Settings::plain() };
        let mut fresh = Augmenter::new(&settings);
        let lit =
            |examples: &SparseExamples| examples.images.iter().map(|image| image.lit.len()).sum::<usize>();
        let kept = lit(fresh.epoch(&originals, 1)) as f64 / lit(&originals) as f64;
        assert!((kept - 0.75).abs() < 0.02, "{kept}");
    }
}
