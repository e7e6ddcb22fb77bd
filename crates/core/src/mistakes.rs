//! What a network misreads: the images that it got wrong and was surest of.

use crate::batch::SparseExamples;
use crate::data::CLASSES;
use crate::evaluation::predicted_class;
use crate::network::Network;

/// The images whose outputs are computed at a time.
const AT_A_TIME: usize = 250;

/// An image that was misclassified.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mistake {
    /// Which of the test images, counted from 0.
    pub index: usize,
    /// The digit that it is.
    pub label: usize,
    /// The digit that it was predicted as.
    pub predicted: usize,
    /// The output of that digit.
    pub output: f64,
    /// The output of the digit that it is.
    pub output_of_label: f64,
}

/// The `most` mistakes that the network was surest of, the surest first.
pub fn surest(network: &Network, examples: &SparseExamples, most: usize) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for first in (0..examples.len()).step_by(AT_A_TIME) {
        let indices = first..examples.len().min(first + AT_A_TIME);
        let images: Vec<_> = indices.clone().map(|index| examples.images.get(index)).collect();
        let outputs = network.outputs(&images);
        for (index, column) in indices.zip(outputs.as_slice().chunks_exact(CLASSES)) {
            let (label, predicted) = (usize::from(examples.labels[index]), predicted_class(column));
            if label != predicted {
                let [output, output_of_label] = [predicted, label].map(|digit| f64::from(column[digit]));
                mistakes.push(Mistake { index, label, predicted, output, output_of_label });
            }
        }
    }
    // Of equally sure ones, the one that is less sure of the right digit.
    let doubt = |mistake: &Mistake| mistake.output_of_label;
    mistakes.sort_by(|a, b| b.output.total_cmp(&a.output).then(doubt(a).total_cmp(&doubt(b))));
    mistakes.truncate(most);
    mistakes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Split, practice};
    use crate::evaluation::evaluate;

    #[test]
    fn the_surest_mistakes_come_first_and_are_mistakes() {
        let examples = SparseExamples::from(&practice::examples(1, Split::Test, 300));
        let network = Network::new(8, 1);
        let wrong = 300 - evaluate(&network, &examples).correct() as usize;
        let all = surest(&network, &examples, 1000);
        assert_eq!(all.len(), wrong);
        assert!(all.windows(2).all(|pair| pair[0].output >= pair[1].output));
        assert!(
            all.iter().all(
                |mistake| mistake.label != mistake.predicted && mistake.output >= mistake.output_of_label
            )
        );
        assert_eq!(surest(&network, &examples, 3), all[..3]);
    }
}
