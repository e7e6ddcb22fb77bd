//! Stage 6: what the five stages leave on the table.
//!
//! The gradient and the memory are those of stage 5. What changes is everything around them, one switch each:
//!
//! | the question that the five stages leave open | answer | file |
//! |---|---|---|
//! | one hidden layer? | any number of them | [`network`] |
//! | sigmoids, whose slope fades? | tanh, ReLU, leaky ReLU | [`activation`] |
//! | outputs that are sure, wrong, and stuck? | softmax with cross-entropy | [`loss`] |
//! | how large are starting weights? | Xavier, He | [`init`] |
//! | which learning rate? | a range test | [`range_test`] |
//! | the same rate for ever? | schedules, warm-up | [`schedule`] |
//! | more data? | distorted copies, fresh in every epoch | [`distort`] |
//! | it learns by heart? | dropout, weight decay, early stopping | [`dropout`], [`optimizer`], [`early_stopping`] |
//! | a better step? | Nesterov, Adam | [`optimizer`] |
//! | which of these matters? | a table | [`ablation`] |
//!
//! With [`Settings::plain`], every switch is off, and it is stage 5 to the last bit; a test says so.
//!
//! The rule, for layers l = 1 to L with h_0 = x:
//!
//! ```text
//! delta_L = o - t                                      (cross-entropy)
//! delta_l = (W_{l+1}ᵀ delta_{l+1}) ⊙ f'(h_l)           for l = L - 1 down to 1
//! g_l     = mean(delta_l h_{l-1}ᵀ)                     over the examples of the batch
//! v_l     = mu v_l + g_l     W_l -= eta v_l            and the same for b_l, with mean(delta_l)
//! ```

pub mod ablation;
pub mod activation;
pub mod augment;
pub mod checkpoint;
pub mod choice;
pub mod distort;
pub mod dropout;
pub mod early_stopping;
pub mod init;
pub mod loss;
pub mod network;
pub mod optimizer;
pub mod preset;
pub mod range_test;
pub mod schedule;
pub mod settings;
pub mod training;

pub use activation::Activation;
pub use choice::Choice;
pub use distort::Distortion;
pub use dropout::Dropout;
pub use init::Init;
pub use loss::Loss;
pub use network::{DeepNetwork, Signals};
pub use optimizer::OptimizerKind;
pub use preset::Preset;
pub use schedule::{RateSchedule, ScheduleShape};
pub use settings::{LearningRate, Settings};

use digits_core::batch::Batch;
use digits_core::linalg::{Bias, PixelWeights, Real, Weights};
use digits_core::stage::{self, About};
use optimizer::{Memory, Step};

/// What the stage is called and what it shows. Its settings are more than those of the other stages: [`Settings`].
pub const ABOUT: About = About {
    name: "improved",
    idea: "what the five stages leave on the table",
    summary: "The gradient and the memory are those of momentum. Everything around them is better, one switch each: \
              layers, activation, loss, starting weights, learning rate, distorted copies of the images, and more.",
    defaults: stage::Settings {
        batch_size: Some(32),
        learning_rate: 0.05,
        momentum: Some(0.9),
        epsilon: None,
    },
};

/// The rule, with its settings and its memory.
pub struct Improved<R: Real = f32> {
    step: Step,
    dropout: Dropout,
    first: Memory<R, PixelWeights<R>>,
    rest: Vec<Memory<R, Weights<R>>>,
    biases: Vec<Memory<R, Bias<R>>>,
    signals: Signals<R>,
}

impl<R: Real> Improved<R> {
    /// The rule with these settings, for a network of this shape.
    pub fn new(settings: &Settings, network: &DeepNetwork<R>) -> Self {
        let kind = settings.optimizer;
        Improved {
            step: Step { kind, eta: 0.0, mu: settings.momentum, decay: settings.weight_decay, t: 0 },
            dropout: Dropout::new(settings.dropout, settings.seed),
            first: Memory::new(kind, &network.first),
            rest: network.rest.iter().map(|weights| Memory::new(kind, weights)).collect(),
            biases: network.biases.iter().map(|bias| Memory::new(kind, bias)).collect(),
            signals: Signals::new(network.layers()),
        }
    }

    /// Makes one update with learning rate `eta`: changes `network` after seeing `batch`.
    pub fn update(&mut self, network: &mut DeepNetwork<R>, batch: &Batch<'_, R>, eta: f64) {
        self.step = Step { eta, t: self.step.t + 1, ..self.step };
        self.dropout.next_update();
        let Improved { step, dropout, first, rest, biases, signals: Signals { h, delta, masks } } = self;
        network.forward(&batch.x, h, Some((dropout, masks)));

        // delta_L, from o and t
        let last = network.layers() - 1;
        network.loss.delta(&h[last], &batch.t, &mut delta[last]);
        for l in (1..=last).rev() {
            let (below, above) = delta.split_at_mut(l);
            let (delta_below, delta_l) = (&mut below[l - 1], &above[0]);
            // delta_{l-1} = (W_lᵀ delta_l) ⊙ f'(h_{l-1}), with W_l as it was
            network.rest[l - 1].transposed_times(delta_l, delta_below);
            // W_l -= eta v_l, b_l -= eta v_l
            step.take(&mut network.rest[l - 1], &mut rest[l - 1], delta_l, &h[l - 1]);
            step.without_decay().take(&mut network.biases[l], &mut biases[l], delta_l, &());
            if dropout.is_on() {
                dropout.go_back(delta_below, &mut h[l - 1], &masks[l - 1]);
            }
            network.activation.times_slope(delta_below, &h[l - 1]);
        }
        // W_1 and b_1, whose input is the images
        step.take(&mut network.first, first, &delta[0], &batch.x);
        step.without_decay().take(&mut network.biases[0], &mut biases[0], &delta[0], &());
    }

    /// What the last update saw: the outputs and errors of all layers.
    pub fn signals(&self) -> &Signals<R> {
        &self.signals
    }
}
