//! The images of an epoch: the originals, or a fresh distortion of each, made on all cores.

use crate::distort::{Distorter, Distortion};
use crate::settings::INPUT_DROPOUT;
use digits_core::batch::SparseExamples;
use digits_core::data::PIXELS;
use digits_core::linalg::{Real, SparseImages};
use digits_core::parallel;
use digits_core::random::{Purpose, generator, uniform};
use digits_core::settings::Settings;

/// The images that a core makes at a time.
const AT_A_TIME: usize = 64;

/// Makes the images of each epoch.
#[derive(Debug)]
pub struct Augmenter {
    distorter: Option<Distorter>,
    input_dropout: f64,
    seed: u64,
}

impl Augmenter {
    /// As the settings say.
    pub fn new(settings: &Settings) -> Self {
        let distortion = Distortion::from(settings);
        let seed = settings.seed();
        Augmenter {
            distorter: (distortion != Distortion::NONE).then(|| Distorter::new(distortion, seed)),
            input_dropout: settings.number(&INPUT_DROPOUT),
            seed,
        }
    }

    /// The images of an epoch, in the order of the originals, into `to`; false where these are the originals.
    pub fn renew<R: Real>(
        &self,
        originals: &SparseExamples<R>,
        epoch: usize,
        to: &mut SparseExamples<R>,
    ) -> bool {
        if self.distorter.is_none() && self.input_dropout == 0.0 {
            return false;
        }
        to.truncate(0);
        to.labels.extend(&originals.labels);
        let parts = originals.len().div_ceil(AT_A_TIME);
        let made = parallel::map(parts, |part| self.part(originals, epoch, part * AT_A_TIME));
        for images in &made {
            to.images.append(images);
        }
        true
    }

    /// Makes some images, from the one of index `first` on.
    fn part<R: Real>(&self, originals: &SparseExamples<R>, epoch: usize, first: usize) -> SparseImages<R> {
        let mut images = SparseImages::new(PIXELS);
        let mut image = [R::zero(); PIXELS];
        for index in first..originals.len().min(first + AT_A_TIME) {
            self.make(originals, epoch, index, &mut image);
            images.push(&image);
        }
        images
    }

    /// Makes one image.
    fn make<R: Real>(&self, originals: &SparseExamples<R>, epoch: usize, index: usize, to: &mut [R]) {
        let image = originals.images.get(index);
        match &self.distorter {
            Some(distorter) => {
                let mut distorted = [0.0; PIXELS];
                distorter.distort(image, epoch, index, &mut distorted);
                for (to, value) in to.iter_mut().zip(distorted) {
                    *to = R::of(f64::from(value));
                }
            }
            None => image.write_to(to),
        }
        if self.input_dropout > 0.0 {
            // Dropout of the inputs: lit pixels are left out with probability p, and the others scaled by 1 / (1 - p).
            let keep = R::of(1.0 / (1.0 - self.input_dropout));
            let mut rng = generator(self.seed, Purpose::Distortion, (epoch as u64) << 32 | index as u64);
            rng.set_stream(1); // the distortion draws from stream 0
            for value in to.iter_mut().filter(|value| **value != R::zero()) {
                *value *= if uniform(&mut rng) < self.input_dropout { R::zero() } else { keep };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ABOUT;
    use crate::settings::AUGMENT;
    use digits_core::data::{Split, practice};
    use digits_core::settings::Value;

    fn originals(count: usize) -> SparseExamples {
        SparseExamples::from(&practice::examples(3, Split::Train, count))
    }

    fn renewed(augmenter: &Augmenter, originals: &SparseExamples, epoch: usize) -> Option<SparseExamples> {
        let mut to = originals.clone(); // what was there before does not matter
        augmenter.renew(originals, epoch, &mut to).then_some(to)
    }

    #[test]
    fn without_a_switch_the_originals_are_used() {
        assert!(renewed(&Augmenter::new(&ABOUT.settings()), &originals(10), 1).is_none());
    }

    #[test]
    fn every_epoch_is_new_and_any_number_of_threads_makes_the_same() {
        let originals = originals(2 * AT_A_TIME + 3);
        let settings = ABOUT.settings().with(&AUGMENT, Value::Number(1.0));
        let augmenter = Augmenter::new(&settings.with(&INPUT_DROPOUT, Value::Number(0.2)));
        let with = |threads: usize, epoch: usize| {
            parallel::with_threads(threads, || renewed(&augmenter, &originals, epoch)).expect("new images")
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
        let augmenter = Augmenter::new(&ABOUT.settings().with(&INPUT_DROPOUT, Value::Number(0.25)));
        let lit =
            |examples: &SparseExamples| examples.images.iter().map(|image| image.lit.len()).sum::<usize>();
        let kept =
            lit(&renewed(&augmenter, &originals, 1).expect("new images")) as f64 / lit(&originals) as f64;
        assert!((kept - 0.75).abs() < 0.02, "{kept}");
    }
}
