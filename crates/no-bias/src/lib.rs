//! Stage 3: stop moving the biases.
//!
//! Stage 2 without its bias update. For each batch take the means xm, hm, em of x, h and e = o - t over its examples:
//!
//! ```text
//! d1 = (W2ᵀ em) ⊙ hm ⊙ (1 - hm)
//! W2 -= eta em hmᵀ
//! W1 -= eta d1 xmᵀ
//! ```
//!
//! The biases stay as they started. Stage 2's step of a bias is as many times too long as its layer has units; none at
//! all does less harm. What is left wrong is the product of means. With a batch of one there is nothing to average, and
//! this is stage 1 without biases.

mod one_layer;

use digits_core::batch::Batch;
use digits_core::linalg::{DMatrix, Real, SparseImages, mean_of_columns, zip_apply, zip_into};
use digits_core::network::{Network, Signals};
use digits_core::settings::{BATCH_SIZE, LEARNING_RATE, Settings, Value};
use digits_core::stage::{About, Stage};

/// The rule, with its settings.
pub struct NoBias<R: Real = f32> {
    eta: R,
    signals: Signals<R>,
    xm: SparseImages<R>,
    hm: DMatrix<R>,
    em: DMatrix<R>,
}

impl<R: Real> Stage<R> for NoBias<R> {
    const ABOUT: About = About {
        name: "no-bias",
        idea: "stop moving the biases",
        summary: "Stage 3. The averaged update without its bias step: none does less harm than one that is far too long.",
        settings: &[BATCH_SIZE, LEARNING_RATE.usually(Value::Number(0.5))],
        ..About::UNNAMED
    };
    type Precise = NoBias<f64>;

    fn new(settings: &Settings, network: &Network<R>) -> Self {
        NoBias {
            eta: R::of(settings.number(&LEARNING_RATE)),
            signals: Signals::default(),
            xm: SparseImages::new(network.first.pixels()),
            hm: DMatrix::zeros(0, 0),
            em: DMatrix::zeros(0, 0),
        }
    }

    fn update(&mut self, network: &mut Network<R>, batch: &Batch<'_, R>) {
        if network.layers() == 1 {
            return self.update_one_layer(network, batch);
        }
        let (eta, one) = (self.eta, R::one());
        let Signals { h, o, d2: e, d1 } = &mut self.signals;
        let NoBias { xm, hm, em, .. } = self;
        let network = network.two_layers();
        network.forward(&batch.x, h, o);

        // the means of x, h and e = o - t
        zip_into(e, o, &batch.t, |o, t| o - t);
        batch.x.mean(xm);
        mean_of_columns(h, hm);
        mean_of_columns(e, em);

        // d1 = (W2ᵀ em) ⊙ hm ⊙ (1 - hm)
        network.w2.transposed_times(em, d1);
        zip_apply(d1, hm, |d, h| d * h * (one - h));

        network.w2.subtract_outer(eta, em, hm);
        network.w1.subtract_outer(eta, d1, xm.get(0));
    }
}
