//! Every word of the reports, in a line each. docs/book/glossary.md says more.

/// The words of a network and of its training.
pub const WORDS: &[(&str, &str)] = &[
    ("image, sample", "a handwritten digit of 28 x 28 grey levels; x is its 784 numbers from 0 to 1"),
    ("label, target t", "the digit that it is; t has a 1 at its place and nine zeros"),
    ("hidden units h", "h = sigmoid(W1 x + b1), H numbers between 0 and 1 (--hidden; 128)"),
    ("outputs o", "o = sigmoid(W2 h + b2), ten numbers; the place of the largest is the predicted digit"),
    ("error e", "e = o - t: too high is positive; every rule moves against it"),
    ("d2, d1", "the errors of the outputs and of the hidden units, which a rule multiplies with its inputs"),
    ("parameters", "the weights W1, W2 and the biases b1, b2: what a training changes"),
    (
        "loss",
        "one number for how wrong the outputs are: of the five rules 1/2 |e|^2, of improved the cross-entropy",
    ),
    ("gradient", "how much the loss rises with each parameter; a step against it lowers the loss"),
    ("update", "one change of all parameters, after seeing a batch"),
    ("epoch", "every training image seen once"),
    ("B", "batch size: the images of an update"),
    ("eta", "learning rate: how far an update moves"),
    ("mu", "the share of the last step that momentum keeps"),
    (
        "r",
        "eta / (B (1 - mu)): how far one example moves a parameter in all; at equal r, gradient and momentum, small \
           and large batches learn nearly alike",
    ),
    ("seed", "where the starting weights and the order of the images come from: the luck of a training"),
];

/// What a report of one training says.
pub const REPORT: &[(&str, &str)] = &[
    (
        "test accuracy",
        "the share of the test images, which it never learned from, that were predicted correctly",
    ),
    (
        "95 % interval",
        "where the accuracy would lie with other test images; it says nothing about other seeds",
    ),
    (
        "training accuracy",
        "the same of the images that it learned from; far above the test accuracy, it learns by heart",
    ),
    ("precision", "of the images predicted as a digit, the share that are it"),
    ("recall", "of the images of a digit, the share that were predicted as it"),
    ("fingerprint", "16 digits that stand for all parameters: equal only if every bit is"),
];
