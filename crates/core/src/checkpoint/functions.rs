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
    pub inputs: Option<Inputs>,
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
    let activation = settle(path, ACTIVATION, named(checkpoint, path, ACTIVATION)?, given.activation)?;
    let loss = settle(path, LOSS, named(checkpoint, path, LOSS)?, given.loss)?;
    // Files of earlier versions of these programs name their layers so, and have sigmoids throughout.
    let is_old = checkpoint.tensors.contains_key("hidden.weight");
    let own = if is_old { (Activation::Sigmoid, Loss::SquaredError) } else { assumed };
    if !is_old && (activation.is_none() || loss.is_none()) {
        let mut words = Vec::new();
        if activation.is_none() {
            words.push(format!("{} hidden units", own.0.name()));
        }
        if loss.is_none() {
            words.push(format!("{} outputs", outputs(own.1)));
        }
        notes.push(format!("it does not say what its units compute; assumed: {}", words.join(", ")));
    }
    let of_file = inputs(checkpoint, path)?;
    let inputs = match (of_file, given.inputs) {
        (Some(of_file), Some(given)) if of_file != given => {
            return Err(contradiction(path, "inputs", &format!("{of_file:?}"), &format!("{given:?}")));
        }
        (of_file, given) => of_file.or(given).unwrap_or(Inputs::PLAIN),
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

/// What the file and the user say about one function.
fn settle<C: Choice>(path: &Path, key: &str, of_file: Option<C>, given: Option<C>) -> Result<Option<C>> {
    match (of_file, given) {
        (Some(of_file), Some(given)) if of_file != given => {
            Err(contradiction(path, key, of_file.name(), given.name()))
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

/// The form of the inputs that the metadata names.
fn inputs(checkpoint: &Checkpoint, path: &Path) -> Result<Option<Inputs>> {
    if !INPUTS.iter().any(|key| checkpoint.metadata.contains_key(*key)) {
        return Ok(None);
    }
    let number = |key: &str, usual: f64, positive: bool| match checkpoint.metadata.get(key) {
        None => Ok(usual),
        Some(text) => {
            let number = text.parse().ok().filter(|n: &f64| n.is_finite() && (!positive || *n > 0.0));
            let kind = if positive { "a number above 0" } else { "a number" };
            number.ok_or_else(|| {
                Error::malformed(path, Place::File, format!("{kind} as {key} in the metadata"), text, "")
            })
        }
    };
    let [scale, mean, deviation] = INPUTS;
    Ok(Some(Inputs {
        scale: number(scale, 1.0, true)?,
        mean: number(mean, 0.0, false)?,
        deviation: number(deviation, 1.0, true)?,
    }))
}
