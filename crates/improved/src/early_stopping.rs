//! Early stopping: when to stop is decided by training images that were held out, never by the test images.
//!
//! A choice made by looking at the test images would make them part of the training, and the accuracy on them would
//! promise more than new images keep. So the last images of the training set are held out: the network does not learn
//! from them, is asked for them now and then, and the training ends when its answers have not become better for a while
//! (Prechelt 1998). The network as it was at its best is kept.

use crate::DeepNetwork;
use digits_core::batch::SparseExamples;
use digits_core::data::PIXELS;
use digits_core::evaluation::{Evaluation, evaluate};
use digits_core::linalg::SparseImages;

/// Divides examples: all but the last `count` to learn from, and those.
pub fn hold_out(examples: &SparseExamples, count: usize) -> (SparseExamples, SparseExamples) {
    let first = examples.len().saturating_sub(count);
    let mut train = examples.clone();
    train.truncate(first);
    let mut held =
        SparseExamples { images: SparseImages::new(PIXELS), labels: examples.labels[first..].to_vec() };
    for index in first..examples.len() {
        let image = examples.images.get(index);
        let mut dense = [0.0; PIXELS];
        for (&pixel, &value) in image.lit.iter().zip(image.values) {
            dense[usize::from(pixel)] = value;
        }
        held.images.push(&dense);
    }
    (train, held)
}

/// What the held-out images said after an epoch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Validated {
    /// The epoch, counted from 1.
    pub epoch: usize,
    /// The mean loss of a held-out image.
    pub loss: f64,
    /// The share of them told right.
    pub accuracy: f64,
}

/// Watches the held-out images, and keeps the best network.
#[derive(Debug)]
pub struct EarlyStopping {
    held: SparseExamples,
    patience: usize,
    best: Option<(Validated, DeepNetwork)>,
    history: Vec<Validated>,
}

impl EarlyStopping {
    /// Stops after `patience` epochs in which the answers for `held` did not become better.
    pub fn new(held: SparseExamples, patience: usize) -> Self {
        EarlyStopping { held, patience, best: None, history: Vec::new() }
    }

    /// Looks at the network after an epoch; whether it is time to stop.
    pub fn look(&mut self, epoch: usize, network: &DeepNetwork) -> bool {
        let found: Evaluation = evaluate(network, &self.held);
        let now = Validated { epoch, loss: found.loss, accuracy: found.accuracy() };
        self.history.push(now);
        // Of equally many right answers, the surer ones.
        let better = |best: &Validated| {
            now.accuracy > best.accuracy || (now.accuracy == best.accuracy && now.loss < best.loss)
        };
        match &self.best {
            Some((best, _)) if !better(best) => epoch - best.epoch >= self.patience,
            _ => {
                self.best = Some((now, network.clone()));
                false
            }
        }
    }

    /// What the held-out images said, and the best network with its epoch.
    pub fn end(self) -> (Vec<Validated>, Option<(usize, DeepNetwork)>) {
        (self.history, self.best.map(|(validated, network)| (validated.epoch, network)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Activation, Init, Loss};
    use digits_core::data::{Split, practice};

    #[test]
    fn the_last_images_are_held_out() {
        let all = SparseExamples::<f32>::from(&practice::examples(3, Split::Train, 20));
        let (train, held) = hold_out(&all, 5);
        assert_eq!((train.len(), held.len()), (15, 5));
        assert_eq!(held.labels, all.labels[15..]);
        for index in 0..5 {
            assert_eq!(held.images.get(index).lit, all.images.get(15 + index).lit);
            assert_eq!(held.images.get(index).values, all.images.get(15 + index).values);
        }
    }

    #[test]
    fn it_stops_after_its_patience_and_keeps_the_best() {
        let held = SparseExamples::from(&practice::examples(3, Split::Train, 50));
        let network = |seed| DeepNetwork::new(&[8], Activation::Relu, Loss::CrossEntropy, Init::He, seed);
        let mut by_loss: Vec<(u64, f64)> =
            (0..20).map(|seed| (seed, evaluate(&network(seed), &held).accuracy())).collect();
        by_loss.sort_by(|a, b| a.1.total_cmp(&b.1));
        let (worst, best) = (by_loss[0].0, by_loss[19].0);
        let mut watch = EarlyStopping::new(held, 3);
        assert!(!watch.look(1, &network(worst)));
        assert!(!watch.look(2, &network(best)));
        assert!(!watch.look(3, &network(worst)));
        assert!(!watch.look(4, &network(worst)));
        assert!(watch.look(5, &network(worst)));
        let (history, kept) = watch.end();
        assert_eq!(history.len(), 5);
        assert_eq!(kept, Some((2, network(best))));
    }
}
