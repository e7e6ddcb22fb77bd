//! What the units of a network in a file compute, and in which form it wants its inputs.
//!
//! A file may say so in its metadata: `activation`, `loss_function`, `input_scale`, `input_mean` and `input_std`. What it does
//! not say may be said beside it; what nobody says is assumed, and the assumption is told. Two that contradict each other are
//! refused: a network of rectifiers that is read as one of sigmoids answers nonsense, and nothing would show it.

use super::Checkpoint;
use crate::choice::Choice;
use crate::error::{Error, Place, Result};
use crate::network::{Activation, Loss};
use std::path::Path;

/// What is known about a network besides its parameters; `None` where it is not known.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Functions {
    /// The function of the hidden units.
    pub activation: Option<Activation>,
    /// The function of the outputs: sigmoids belong to the squared error, softmax to the cross-entropy.
    pub loss: Option<Loss>,
    /// The form of the inputs.
    pub inputs: KnownInputs,
}

/// What is known about the form of a network's inputs, number by number, as [`Inputs`] has them.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct KnownInputs {
    /// What each level is multiplied by.
    pub scale: Option<f64>,
    /// What is subtracted from that.
    pub mean: Option<f64>,
    /// What the difference is divided by.
    pub deviation: Option<f64>,
}

/// The form in which a network wants its inputs: (x scale - mean) / deviation, for grey levels x from 0, paper, to 1, ink.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Inputs {
    /// 1 for levels from 0 to 1, 255 for levels from 0 to 255.
    pub scale: f64,
    /// What is subtracted from each level.
    pub mean: f64,
    /// What each difference is divided by.
    pub deviation: f64,
}

impl Inputs {
    /// Grey levels from 0 to 1, as these programs use them.
    pub const PLAIN: Inputs = Inputs { scale: 1.0, mean: 0.0, deviation: 1.0 };
}

/// The metadata's names.
pub(super) const ACTIVATION: &str = "activation";
pub(super) const LOSS: &str = "loss_function";
const INPUTS: [&str; 3] = ["input_scale", "input_mean", "input_std"];

/// What the units of the file compute, and what was assumed about them.
pub(super) fn find(
    checkpoint: &Checkpoint,
    path: &Path,
    given: &Functions,
    assumed: (Activation, Loss),
) -> Result<(Activation, Loss, Inputs, Vec<String>)> {
    let mut notes = Vec::new();
    let (of_file, from_user) = (named::<Activation>(checkpoint, path, ACTIVATION)?, given.activation);
    let activation = settle(path, ACTIVATION, of_file, from_user, |activation| activation.name().to_owned())?;
    let (of_file, from_user) = (named::<Loss>(checkpoint, path, LOSS)?, given.loss);
    let loss = settle(path, LOSS, of_file, from_user, |loss| loss.name().to_owned())?;
    // Files of earlier versions of these programs name their layers so, say which stage made them, and have sigmoids
    // throughout.
    let is_old =
        checkpoint.tensors.contains_key("hidden.weight") && checkpoint.metadata.contains_key("stage");
    let own = if is_old { (Activation::Sigmoid, Loss::SquaredError) } else { assumed };
    let mut words = Vec::new();
    if !is_old && activation.is_none() {
        words.push(format!("{} hidden units", own.0.name()));
    }
    if !is_old && loss.is_none() {
        words.push(format!("{} outputs", outputs(own.1)));
    }
    let known = inputs(checkpoint, path, &given.inputs)?;
    if !is_old && known == KnownInputs::default() {
        words.push("inputs from 0 to 1".to_owned());
    }
    if !words.is_empty() {
        notes.push(format!("it does not say how it computes; assumed: {}", words.join(", ")));
    }
    let inputs = Inputs {
        scale: known.scale.unwrap_or(Inputs::PLAIN.scale),
        mean: known.mean.unwrap_or(Inputs::PLAIN.mean),
        deviation: known.deviation.unwrap_or(Inputs::PLAIN.deviation),
    };
    if inputs != Inputs::PLAIN {
        let Inputs { scale, mean, deviation } = inputs;
        notes.push(format!(
            "its inputs are (x · {scale} - {mean}) / {deviation}; that was taken into its first layer"
        ));
    }
    Ok((activation.unwrap_or(own.0), loss.unwrap_or(own.1), inputs, notes))
}

/// The function of the outputs that belongs to a loss.
fn outputs(loss: Loss) -> &'static str {
    match loss {
        Loss::SquaredError => "sigmoid",
        Loss::CrossEntropy => "softmax",
    }
}

/// A choice that the metadata names.
fn named<C: Choice>(checkpoint: &Checkpoint, path: &Path, key: &str) -> Result<Option<C>> {
    let Some(name) = checkpoint.metadata.get(key) else {
        return Ok(None);
    };
    C::named(name).map(Some).map_err(|_| {
        let expected = format!("{} as {key} in the metadata", C::names(" or "));
        Error::malformed(path, Place::File, expected, name, "These programs know no others.")
    })
}

/// What the file and the user say about one thing.
fn settle<T: PartialEq>(
    path: &Path,
    key: &str,
    of_file: Option<T>,
    given: Option<T>,
    in_words: impl Fn(&T) -> String,
) -> Result<Option<T>> {
    match (of_file, given) {
        (Some(of_file), Some(given)) if of_file != given => {
            Err(contradiction(path, key, &in_words(&of_file), &in_words(&given)))
        }
        (of_file, given) => Ok(of_file.or(given)),
    }
}

/// The error for a file that says one thing and a user who says another.
fn contradiction(path: &Path, key: &str, of_file: &str, given: &str) -> Error {
    let expected = format!("{given} as {key}, as was asked for");
    Error::malformed(
        path,
        Place::File,
        expected,
        of_file,
        "Leave the question to the file, or correct its metadata.",
    )
}

/// What the metadata and the user say about the form of the inputs.
fn inputs(checkpoint: &Checkpoint, path: &Path, given: &KnownInputs) -> Result<KnownInputs> {
    // A stage's own file has plain inputs, without a word.
    let is_own = checkpoint.metadata.contains_key("stage");
    let number = |key: &str, plain: f64, positive: bool, given: Option<f64>| {
        let of_file = match checkpoint.metadata.get(key) {
            None => is_own.then_some(plain),
            Some(text) => {
                let number = text.parse().ok().filter(|n: &f64| n.is_finite() && (!positive || *n > 0.0));
                let kind = if positive { "a number above 0" } else { "a number" };
                let expected = format!("{kind} as {key} in the metadata");
                Some(number.ok_or_else(|| Error::malformed(path, Place::File, expected, text, ""))?)
            }
        };
        settle(path, key, of_file, given, f64::to_string)
    };
    let [scale, mean, deviation] = INPUTS;
    let plain = Inputs::PLAIN;
    Ok(KnownInputs {
        scale: number(scale, plain.scale, true, given.scale)?,
        mean: number(mean, plain.mean, false, given.mean)?,
        deviation: number(deviation, plain.deviation, true, given.deviation)?,
    })
}
