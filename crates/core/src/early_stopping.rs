//! Early stopping: when to stop is decided by training images that were held out, never by the test images.
//!
//! A choice made by looking at the test images would make them part of the training, and the accuracy on them would
//! promise more than new images keep. So the last images of the training set are held out: the network does not learn
//! from them, is evaluated on them after each epoch, and the training ends when that has not become better for a while
//! (Prechelt 1998). The network as it was at its best is kept.

use crate::batch::SparseExamples;
use crate::evaluation::evaluate;
use crate::linalg::Real;
use crate::network::Network;

/// Divides examples: all but the last `count` to learn from, and those.
///
/// Glossary (`docs/book/glossary.md`): held-out images.
pub fn hold_out<R: Real>(
    examples: &SparseExamples<R>,
    count: usize,
) -> (SparseExamples<R>, SparseExamples<R>) {
    let first = examples.len().saturating_sub(count);
    (examples.part(0..first), examples.part(first..examples.len()))
}

/// The evaluation on the held-out images after an epoch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Validated {
    /// The epoch, counted from 1.
    pub epoch: usize,
    /// The mean loss of a held-out image.
    pub loss: f64,
    /// The share of them that was classified correctly, 0 to 1.
    pub accuracy: f64,
}

/// Watches the held-out images, and keeps the best network.
///
/// Glossary (`docs/book/glossary.md`): overfitting.
#[derive(Debug)]
pub struct EarlyStopping<R: Real> {
    held_out: SparseExamples<R>,
    patience: usize,
    best: Option<(Validated, Network<R>)>,
    history: Vec<Validated>,
}

impl<R: Real> EarlyStopping<R> {
    /// Stops after `patience` epochs in which the accuracy on `held_out` did not become better.
    pub fn new(held_out: SparseExamples<R>, patience: usize) -> Self {
        EarlyStopping { held_out, patience, best: None, history: Vec::new() }
    }

    /// Evaluates the network after an epoch; whether it is time to stop.
    pub fn look(&mut self, epoch: usize, network: &Network<R>) -> bool {
        let found = evaluate(network, &self.held_out);
        let now = Validated { epoch, loss: found.loss, accuracy: found.accuracy() };
        self.history.push(now);
        // Of equally many correct ones, those with the lower loss.
        let better = |best: &Validated| {
            now.accuracy > best.accuracy || (now.accuracy == best.accuracy && now.loss < best.loss)
        };
        if self.best.as_ref().is_none_or(|(best, _)| better(best)) {
            self.best = Some((now, network.clone()));
        }
        self.is_over()
    }

    /// The same watch, after it has seen some epochs; `best` is the network of the best of them.
    pub(crate) fn after(mut self, history: Vec<Validated>, best: Option<(Validated, Network<R>)>) -> Self {
        (self.history, self.best) = (history, best);
        self
    }

    /// The images that are held out.
    pub(crate) fn held_out(&self) -> &SparseExamples<R> {
        &self.held_out
    }

    /// What was seen of each epoch so far.
    pub(crate) fn history(&self) -> &[Validated] {
        &self.history
    }

    /// The best network so far, with what was seen of it.
    pub(crate) fn best(&self) -> Option<&(Validated, Network<R>)> {
        self.best.as_ref()
    }

    /// Whether it is time to stop: for its patience, no epoch was better.
    pub(crate) fn is_over(&self) -> bool {
        match (self.history.last(), &self.best) {
            (Some(last), Some((best, _))) => last.epoch - best.epoch >= self.patience,
            _ => false,
        }
    }

    /// The evaluation of each epoch, and the best network with its epoch.
    pub fn end(self) -> (Vec<Validated>, Option<(usize, Network<R>)>) {
        (self.history, self.best.map(|(validated, network)| (validated.epoch, network)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Split, practice};

    #[test]
    fn the_last_images_are_held_out() {
        let all = SparseExamples::<f32>::from(&practice::examples(3, Split::Train, 20));
        let (train, held_out) = hold_out(&all, 5);
        assert_eq!((train.len(), held_out.len()), (15, 5));
        assert_eq!(held_out.labels, all.labels[15..]);
        for index in 0..5 {
            assert_eq!(held_out.images.get(index).lit, all.images.get(15 + index).lit);
            assert_eq!(held_out.images.get(index).values, all.images.get(15 + index).values);
        }
    }

    #[test]
    fn it_stops_after_its_patience_and_keeps_the_best() {
        let held_out = SparseExamples::from(&practice::examples(3, Split::Train, 50));
        let network = |seed| Network::<f32>::new(8, seed);
        let mut by_accuracy: Vec<(u64, f64)> =
            (0..20).map(|seed| (seed, evaluate(&network(seed), &held_out).accuracy())).collect();
        by_accuracy.sort_by(|a, b| a.1.total_cmp(&b.1));
        let (worst, best) = (by_accuracy[0].0, by_accuracy[19].0);
        let mut watch = EarlyStopping::new(held_out, 3);
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
