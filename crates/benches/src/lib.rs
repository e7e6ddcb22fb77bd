//! The works W1 to W6 by which the speed of digit-stages is measured, against itself and against frameworks.
//!
//! | work | what it is | counted in |
//! |---|---|---|
//! | W1 | train on 1,000 images, batch 1, H 128 | updates |
//! | W1b | the same, H 784 | updates |
//! | W2 | train on 60,000 images, batch 32, H 128, shuffled | epochs |
//! | W3 | classify 10,000 images, H 128 | passes |
//! | W4 | read `mnist_train.csv` into the form that stages learn from | files |
//! | W5 | train on 1,000 images, batch 10, momentum 0.9, H 128 | updates |
//! | W6 | the three products of a dense layer, 1,200 x 1,200, for 128 images | updates |

use digits_core::batch::SparseExamples;
use digits_core::data::CLASSES;
use digits_core::evaluation::{IN_THE_CACHE, evaluate, predicted_class};
use digits_core::linalg::{Bias, DMatrix, Weights};
use digits_core::network::{Init, Network};
use digits_core::settings::{LEARNING_RATE, Value};
use digits_core::stage::Stage;
use digits_core::training::{Plan, Training, TrainingData};
use gradient::Gradient;
use momentum::{MOMENTUM, Momentum};
use std::time::{Duration, Instant};

/// A training that is timed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Work {
    /// Its name: W1, W1b, W2, W5, or T85 and T97 for the time to an accuracy.
    pub name: &'static str,
    /// How many training images there are.
    pub images: usize,
    /// The number of hidden units.
    pub hidden: usize,
    /// The examples of an update.
    pub batch_size: usize,
    /// The learning rate.
    pub learning_rate: f64,
    /// mu, where there is momentum.
    pub momentum: Option<f64>,
    /// Whether the images are shuffled anew for each epoch.
    pub shuffle: bool,
    /// The test accuracy to reach, where the work is to reach one.
    pub goal: Option<f64>,
    /// Whether an epoch is the unit that is counted, and not an update.
    pub per_epoch: bool,
}

const fn work(name: &'static str, images: usize, batch: usize, hidden: usize, eta: f64) -> Work {
    Work {
        name,
        images,
        hidden,
        batch_size: batch,
        learning_rate: eta,
        momentum: None,
        shuffle: false,
        goal: None,
        per_epoch: false,
    }
}

/// All trainings that are timed.
pub const WORKS: [Work; 6] = [
    work("W1", 1_000, 1, 128, 0.1),
    work("W1b", 1_000, 1, 784, 0.1),
    Work { shuffle: true, per_epoch: true, ..work("W2", 60_000, 32, 128, 1.0) },
    Work { momentum: Some(0.9), ..work("W5", 1_000, 10, 128, 0.05) },
    Work { shuffle: true, goal: Some(0.85), ..work("T85", 1_000, 10, 128, 1.0) },
    Work { shuffle: true, goal: Some(0.97), ..work("T97", 60_000, 32, 128, 2.0) },
];

/// A training under way.
pub struct Running<'a> {
    work: Work,
    examples: &'a SparseExamples,
    training: Either,
}

enum Either {
    Gradient(Training<f32, Gradient>),
    Momentum(Training<f32, Momentum>),
}

impl<'a> Running<'a> {
    /// A training of fresh weights; `examples` are at least as many as the work wants.
    pub fn new(work: Work, examples: &'a SparseExamples, seed: u64) -> Self {
        let network = Network::new(work.hidden, seed);
        let plan = Plan {
            epochs: usize::MAX,
            most_updates: None,
            batch_size: work.batch_size,
            seed,
            shuffle: work.shuffle,
            examples: examples.len(),
            measure_every: None,
        };
        let eta = Value::Number(work.learning_rate);
        let training = match work.momentum {
            None => {
                let settings = <Gradient as Stage>::ABOUT.settings().with(&LEARNING_RATE, eta);
                Either::Gradient(Training::new(Gradient::new(&settings, &network), network, plan))
            }
            Some(mu) => {
                let settings = <Momentum as Stage>::ABOUT.settings().with(&LEARNING_RATE, eta);
                let settings = settings.with(&MOMENTUM, Value::Number(mu));
                Either::Momentum(Training::new(Momentum::new(&settings, &network), network, plan))
            }
        };
        Running { work, examples, training }
    }

    /// Trains for one epoch; returns how many units of the work that was.
    pub fn epoch(&mut self) -> usize {
        let updates = match &mut self.training {
            Either::Gradient(training) => training.step(self.examples, usize::MAX),
            Either::Momentum(training) => training.step(self.examples, usize::MAX),
        };
        if self.work.per_epoch { 1 } else { updates }
    }

    fn network(&self) -> &Network {
        match &self.training {
            Either::Gradient(training) => &training.network,
            Either::Momentum(training) => &training.network,
        }
    }

    /// Trains until the goal is reached, or for one epoch where there is none, at most 500 epochs. Returns the time that
    /// the updates took and the test accuracy.
    pub fn to_goal(&mut self, test: &SparseExamples) -> (Duration, f64) {
        let mut time = Duration::ZERO;
        loop {
            let start = Instant::now();
            self.epoch();
            time += start.elapsed();
            let accuracy = evaluate(self.network(), test).accuracy();
            if self.work.goal.is_none_or(|goal| accuracy >= goal) || self.epochs() == 500 {
                return (time, accuracy);
            }
        }
    }

    /// How many epochs there have been.
    pub fn epochs(&self) -> usize {
        match &self.training {
            Either::Gradient(training) => training.epoch(),
            Either::Momentum(training) => training.epoch(),
        }
    }
}

/// W3: the class of each image, all of them at once where `parallel`, else on this thread.
pub fn classify(network: &Network, examples: &SparseExamples, parallel: bool) -> u32 {
    if parallel {
        return evaluate(network, examples).correct();
    }
    let images: Vec<_> = examples.images.iter().collect();
    let mut h = vec![DMatrix::zeros(0, 0); network.layers()];
    let mut correct = 0;
    for (images, labels) in images.chunks(IN_THE_CACHE).zip(examples.labels.chunks(IN_THE_CACHE)) {
        network.forward(images, &mut h, |_, _| {});
        let answers = h[1].as_slice().chunks_exact(CLASSES).map(predicted_class);
        correct +=
            answers.zip(labels).filter(|(answer, label)| *answer == usize::from(**label)).count() as u32;
    }
    correct
}

/// W6: a layer of `units` units on as many inputs, with what flows through it for a batch.
pub struct DenseLayer {
    weights: Weights<f32>,
    bias: Bias<f32>,
    /// Inputs and errors, units x images.
    x: DMatrix<f32>,
    d: DMatrix<f32>,
    z: DMatrix<f32>,
    back: DMatrix<f32>,
}

impl DenseLayer {
    /// Weights, inputs and errors drawn from a normal distribution.
    pub fn new(units: usize, images: usize) -> Self {
        let normal = |columns, layer| Init::ScaledNormal.weights::<f32>(units, columns, 1, layer);
        let (z, back) = (DMatrix::zeros(0, 0), DMatrix::zeros(0, 0));
        let (weights, bias) = (Weights::new(&normal(units, 1)), Bias::zeros(units));
        DenseLayer { weights, bias, x: normal(images, 2), d: normal(images, 3), z, back }
    }

    /// W x + b, Wᵀ d and W -= eta mean(d xᵀ).
    pub fn update(&mut self) -> usize {
        self.weights.affine(&self.bias, &self.x, &mut self.z);
        self.weights.transposed_times(&self.d, &mut self.back);
        self.weights.descend(1e-9, &self.d, &self.x);
        1
    }
}

/// The first `images` training examples of the data.
pub fn first(data: &TrainingData, images: usize) -> SparseExamples {
    let mut first = data.train.clone();
    first.truncate(images);
    first
}
