//! How good a network is: accuracy with its interval, loss, and the confusion matrix.

use crate::batch::SparseExamples;
use crate::data::CLASSES;
use crate::linalg::{DMatrix, Real};
use crate::network::Network;
use crate::parallel;

/// The result of classifying every example of a set.
///
/// Glossary (`docs/book/glossary.md`): accuracy, confusion matrix, interval, precision.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evaluation {
    /// The mean loss of an example.
    pub loss: f64,
    /// The confusion matrix: how many images of digit `row` were predicted as digit `column`.
    pub confusion: [[u32; CLASSES]; CLASSES],
}

impl Evaluation {
    /// How many examples there were.
    pub fn examples(&self) -> u32 {
        self.confusion.iter().flatten().sum()
    }

    /// How many were classified correctly.
    pub fn correct(&self) -> u32 {
        (0..CLASSES).map(|digit| self.confusion[digit][digit]).sum()
    }

    /// The accuracy: the share that was classified correctly, 0 to 1.
    pub fn accuracy(&self) -> f64 {
        f64::from(self.correct()) / f64::from(self.examples())
    }

    /// The 95 % interval of the accuracy, were the test images drawn anew (Wilson 1927; z = 1.96).
    pub fn interval(&self) -> (f64, f64) {
        let (n, p, z2) = (f64::from(self.examples()), self.accuracy(), 1.96f64 * 1.96);
        let middle = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
        let half = 1.96 * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt() / (1.0 + z2 / n);
        ((middle - half).max(0.0), (middle + half).min(1.0))
    }
}

/// The index of the largest output; the first of equals.
pub fn predicted_class<R: Real>(outputs: &[R]) -> usize {
    let mut best = 0;
    for (class, output) in outputs.iter().enumerate() {
        if *output > outputs[best] {
            best = class;
        }
    }
    best
}

/// How many examples a thread takes at a time. Fixed, so that the loss is summed in one order everywhere.
const AT_A_TIME: usize = 250;
/// How many of them go through the layers together, so that their signals stay in the caches.
pub const IN_THE_CACHE: usize = 64;

/// Classifies every example, on all cores.
pub fn evaluate<R: Real>(network: &Network<R>, examples: &SparseExamples<R>) -> Evaluation {
    let parts = parallel::map(examples.len().div_ceil(AT_A_TIME), |part| {
        let indices = part * AT_A_TIME..examples.len().min((part + 1) * AT_A_TIME);
        let images: Vec<_> = indices.clone().map(|index| examples.images.get(index)).collect();
        let mut h = vec![DMatrix::zeros(0, 0); network.layers()];
        let mut loss = 0.0;
        let mut confusion = [[0; CLASSES]; CLASSES];
        let labels = examples.labels[indices].chunks(IN_THE_CACHE);
        for (images, labels) in images.chunks(IN_THE_CACHE).zip(labels) {
            network.forward(images, &mut h, |_, _| {});
            let outputs = h[network.layers() - 1].as_slice();
            for (label, column) in labels.iter().zip(outputs.chunks_exact(CLASSES)) {
                let label = usize::from(*label);
                loss += network.loss.of(column, label);
                confusion[label][predicted_class(column)] += 1;
            }
        }
        (loss, confusion)
    });
    let mut total = Evaluation { loss: 0.0, confusion: [[0; CLASSES]; CLASSES] };
    for (loss, confusion) in parts {
        total.loss += loss;
        for (sum, count) in total.confusion.iter_mut().flatten().zip(confusion.iter().flatten()) {
            *sum += count;
        }
    }
    total.loss /= examples.len() as f64;
    total
}
