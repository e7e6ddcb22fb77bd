//! Stage 6: what the five stages leave on the table.
//!
//! The gradient and the memory are those of stage 5. What changes is everything around them, one switch each:
//!
//! | the question that the five stages leave open | answer | file |
//! |---|---|---|
//! | one hidden layer? | any number of them | [`digits_core::network`] |
//! | sigmoids, whose slope fades? | tanh, ReLU, leaky ReLU | [`Activation`](digits_core::network::Activation) |
//! | outputs that are sure, wrong, and stuck? | softmax with cross-entropy | [`Loss`](digits_core::network::Loss) |
//! | how large are starting weights? | Xavier, He | [`Init`](digits_core::network::Init) |
//! | which learning rate? | a range test | [`range_test`] |
//! | the same rate for ever? | schedules, warm-up | [`schedule`] |
//! | more data? | distorted copies, fresh in every epoch | [`distort`] |
//! | it learns by heart? | dropout, weight decay, early stopping | [`dropout`], [`optimizer`], [`digits_core::early_stopping`] |
//! | a better step? | Nesterov, Adam | [`optimizer`] |
//! | which of these matters? | a table | [`ablation`] |
//!
//! As declared, every switch is off, and it is stage 5 to the last bit; a test says so.
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
pub mod augment;
pub mod distort;
pub mod dropout;
pub mod optimizer;
pub mod range_test;
pub mod schedule;
pub mod settings;

pub use augment::Augmenter;
pub use distort::Distortion;
pub use dropout::Dropout;
pub use optimizer::OptimizerKind;
pub use schedule::{RateSchedule, ScheduleShape};

use digits_core::Result;
use digits_core::batch::{Batch, SparseExamples};
use digits_core::linalg::{Bias, DMatrix, PixelWeights, Real, Weights};
use digits_core::network::Network;
use digits_core::settings::{LEARNING_RATE, Settings, Value};
use digits_core::stage::{About, Stage, Visit};
use digits_core::training::Plan;
use momentum::MOMENTUM;
use optimizer::{Memory, Step};
use settings::{
    ACTIVATION, AUTO, DROPOUT, INIT, LOSS, OPTIMIZER, PRESETS, SCHEDULE, SETTINGS, WARMUP, WEIGHT_DECAY,
    chosen,
};

/// What the stage is called, what it shows, and its settings.
pub const ABOUT: About = About {
    name: "improved",
    idea: "what the five stages leave on the table",
    summary: "Stage 6. The gradient and the memory are those of momentum. Everything around them is better, one switch \
              each: layers, activation, loss, starting weights, learning rate, distorted copies of the images, and more.",
    loss: "cross-entropy",
    cost: 5.0, // it distorts every image anew
    settings: SETTINGS,
    presets: PRESETS,
};

/// The rule, with its settings and its memory.
pub struct Improved<R: Real = f32> {
    step: Step,
    rates: RateSchedule,
    warmup: f64,
    dropout: Dropout,
    augmenter: Augmenter,
    first: Memory<R, PixelWeights<R>>,
    rest: Vec<Memory<R, Weights<R>>>,
    biases: Vec<Memory<R, Bias<R>>>,
    signals: Signals<R>,
}

/// What flows through a network for a batch; a column per example. Layer l stands at index l - 1.
#[derive(Debug, Clone)]
pub struct Signals<R: Real = f32> {
    /// Outputs of the units of each layer; the last are those of the network.
    pub h: Vec<DMatrix<R>>,
    /// delta of each layer: the derivative of the loss by the inputs of its units.
    pub delta: Vec<DMatrix<R>>,
    /// The masks of dropout of each hidden layer.
    pub masks: Vec<DMatrix<R>>,
}

impl<R: Real> Stage<R> for Improved<R> {
    const ABOUT: About = ABOUT;
    type Precise = Improved<f64>;

    fn new(settings: &Settings, network: &Network<R>) -> Self {
        let kind = chosen(settings, &OPTIMIZER);
        let eta = match settings.get(&LEARNING_RATE) {
            Some(Value::Number(eta)) => eta,
            _ => 0.0, // left to `settle`, or to who calls `update_at`
        };
        let none = vec![DMatrix::zeros(0, 0); network.layers()];
        Improved {
            step: Step {
                kind,
                eta,
                mu: settings.number(&MOMENTUM),
                decay: settings.number(&WEIGHT_DECAY),
                t: 0,
            },
            rates: RateSchedule { eta, shape: chosen(settings, &SCHEDULE), warmup: 0, updates: 0 },
            warmup: settings.number(&WARMUP),
            dropout: Dropout::new(settings.number(&DROPOUT), settings.seed()),
            augmenter: Augmenter::new(settings),
            first: Memory::new(kind, &network.first),
            rest: network.rest.iter().map(|weights| Memory::new(kind, weights)).collect(),
            biases: network.biases.iter().map(|bias| Memory::new(kind, bias)).collect(),
            signals: Signals { h: none.clone(), delta: none.clone(), masks: none },
        }
    }

    fn update(&mut self, network: &mut Network<R>, batch: &Batch<'_, R>) {
        self.update_at(network, batch, self.rates.rate(self.step.t));
    }

    fn network(settings: &Settings) -> Network<R> {
        let (activation, loss, init) =
            (chosen(settings, &ACTIVATION), chosen(settings, &LOSS), chosen(settings, &INIT));
        Network::deep(&settings.hidden(), activation, loss, init, settings.seed())
    }

    fn settle(settings: &Settings, network: &Network<R>, examples: &SparseExamples<R>) -> Result<Settings> {
        if settings.get(&LEARNING_RATE) != Some(Value::Word(AUTO)) {
            return Ok(settings.clone());
        }
        let found = range_test::range_test(settings, network, examples)?;
        Ok(settings.clone().with(&LEARNING_RATE, Value::Number(found.suggestion)))
    }

    fn begin(&mut self, plan: &Plan, made: usize) {
        self.step.t = made;
        self.dropout.go_on_after(made);
        self.rates.warmup = (self.warmup * plan.updates_per_epoch() as f64).round() as usize;
        self.rates.updates = plan.updates();
    }

    fn memory(&mut self, visit: Visit<'_, R>) {
        self.first.each("W1", visit);
        for (l, weights) in self.rest.iter_mut().enumerate() {
            weights.each(&format!("W{}", l + 2), visit);
        }
        for (l, bias) in self.biases.iter_mut().enumerate() {
            bias.each(&format!("b{}", l + 1), visit);
        }
    }

    fn renew(&mut self, originals: &SparseExamples<R>, epoch: usize, to: &mut SparseExamples<R>) -> bool {
        self.augmenter.renew(originals, epoch, to)
    }
}

impl<R: Real> Improved<R> {
    /// Makes one update with learning rate `eta`: changes `network` after seeing `batch`.
    pub fn update_at(&mut self, network: &mut Network<R>, batch: &Batch<'_, R>, eta: f64) {
        self.step = Step { eta, t: self.step.t + 1, ..self.step };
        self.dropout.next_update();
        let Improved { step, dropout, first, rest, biases, signals, .. } = self;
        let Signals { h, delta, masks } = signals;
        network.forward(&batch.x, h, |l, h| dropout.leave_out(l, h, &mut masks[l]));

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
            dropout.go_back(delta_below, &mut h[l - 1], &masks[l - 1]);
            network.activation.times_slope(delta_below, &h[l - 1]);
        }
        // W_1 and b_1, whose input is the images
        step.take(&mut network.first, first, &delta[0], &batch.x);
        step.without_decay().take(&mut network.biases[0], &mut biases[0], &delta[0], &());
    }

    /// The outputs of the last update's batch, classes x examples.
    pub fn outputs(&self) -> Option<&DMatrix<R>> {
        self.signals.h.last()
    }
}
