//! Starting weights: how large they are, so that signals neither fade nor grow from layer to layer.
//!
//! | name | distribution | keeps |
//! |---|---|---|
//! | `scaled-normal` | normal, deviation 1/sqrt(inputs) | the size of a linear unit's input (LeCun et al. 1998) |
//! | `xavier` | uniform within ±sqrt(6 / (inputs + outputs)) | signals forward and errors back (Glorot and Bengio 2010) |
//! | `he` | normal, deviation sqrt(2 / inputs) | signals through rectifiers, which silence half (He et al. 2015) |

use crate::choice::Choice;
use crate::linalg::{DMatrix, Real};
use crate::random::{Purpose, generator, normal, uniform};

/// The distribution of starting weights; biases start at 0.
///
/// Glossary (`docs/book/glossary.md`): symmetry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Init {
    /// Normal, deviation 1/sqrt(inputs): what the five stages use.
    ScaledNormal,
    /// Uniform within ±sqrt(6 / (inputs + outputs)).
    Xavier,
    /// Normal, deviation sqrt(2 / inputs).
    He,
}

impl Choice for Init {
    const WHAT: &'static str = "starting weights";
    const ALL: &'static [(&'static str, Self)] =
        &[("scaled-normal", Init::ScaledNormal), ("xavier", Init::Xavier), ("he", Init::He)];
}

impl Init {
    /// Starting weights of a layer, outputs x inputs; `layer` counts from 0.
    pub fn weights<R: Real>(self, outputs: usize, inputs: usize, seed: u64, layer: u64) -> DMatrix<R> {
        let mut rng = generator(seed, Purpose::Weights, layer);
        match self {
            Init::ScaledNormal => {
                let deviation = 1.0 / (inputs as f64).sqrt();
                DMatrix::from_fn(outputs, inputs, |_, _| R::of(deviation * normal(&mut rng)))
            }
            Init::Xavier => {
                let bound = (6.0 / (inputs + outputs) as f64).sqrt();
                DMatrix::from_fn(outputs, inputs, |_, _| R::of(bound * (2.0 * uniform(&mut rng) - 1.0)))
            }
            Init::He => {
                let deviation = (2.0 / inputs as f64).sqrt();
                DMatrix::from_fn(outputs, inputs, |_, _| R::of(deviation * normal(&mut rng)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_have_mean_0_and_the_stated_deviation() {
        let (outputs, inputs) = (200, 300);
        let stated = [
            (Init::ScaledNormal, 1.0 / 300f64.sqrt()),
            (Init::Xavier, (2.0 / 500f64).sqrt()), // a uniform number within ±b has the deviation b/sqrt(3)
            (Init::He, (2.0 / 300f64).sqrt()),
        ];
        for (init, deviation) in stated {
            let w: DMatrix<f64> = init.weights(outputs, inputs, 1, 0);
            let found = (w.norm_squared() / w.len() as f64).sqrt();
            assert!((found / deviation - 1.0).abs() < 0.02, "{}: {found} {deviation}", init.name());
            assert!(w.mean().abs() < 0.02 * deviation, "{}", init.name());
        }
    }

    #[test]
    fn rectified_signals_keep_their_size_through_he_weights() {
        let mut signal = Init::He.weights(300, 1, 5, 0).map(|x: f64| x.max(0.0));
        let start = signal.norm_squared();
        for layer in 1..10 {
            let w: DMatrix<f64> = Init::He.weights(300, 300, 5, layer);
            signal = (w * signal).map(|z| z.max(0.0));
        }
        let ratio = signal.norm_squared() / start;
        assert!((0.2..5.0).contains(&ratio), "{ratio}");
    }
}
