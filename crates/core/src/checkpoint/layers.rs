//! Which tensors of a file are the layers of a network, whatever they are called.
//!
//! A layer is a matrix with or without a bias beside it: `fc1.weight` and `fc1.bias`, `0.weight`, `layers.0.weight`, with any
//! prefix. Layers follow each other by their shapes: the first takes 784 inputs, each next one the outputs of the one
//! before, the last has ten. Of several that fit, the first by name is taken, numbers in names read as numbers.

use super::{Checkpoint, OF_TRAINING, Tensor, by};
use crate::data::{CLASSES, PIXELS};
use crate::error::{Error, Place, Result};
use std::cmp::Ordering;
use std::path::Path;

/// One layer as a file has it.
pub(super) struct Layer {
    /// Units, the layer's outputs.
    pub(super) outputs: usize,
    /// What each unit takes.
    pub(super) inputs: usize,
    /// The weights, row by row, a row a unit.
    pub(super) weights: Vec<f32>,
    /// A bias a unit; zero where the file has none.
    pub(super) bias: Vec<f32>,
}

/// A matrix of the file, with the name that it shares with its bias.
struct Candidate<'a> {
    stem: &'a str,
    name: &'a str,
    rows: usize,
    columns: usize,
    tensor: &'a Tensor,
}

/// The layers from the images to the outputs, and what there is to say about them.
///
/// # Errors
/// Tensors that make no such chain, with the reason, and numbers that are not finite.
pub(super) fn find(checkpoint: &Checkpoint, path: &Path) -> Result<(Vec<Layer>, Vec<String>)> {
    all_are_dense(checkpoint, path)?;
    let mut candidates: Vec<Candidate<'_>> = checkpoint.tensors.iter().filter_map(candidate).collect();
    candidates.sort_by(|a, b| natural(a.stem, b.stem));
    let (chain, transposed) = match (chain(&candidates, false), chain(&candidates, true)) {
        (Ok(chain), _) => (chain, false),
        (Err(_), Ok(chain)) => (chain, true),
        (Err(broken), Err(_)) => {
            let advice =
                "The weights of each layer must be a matrix of units x inputs, from 784 inputs to 10 units.";
            return Err(wrong(path, broken.expected(&candidates), broken.found(&candidates), advice));
        }
    };
    let mut used = Vec::new();
    let mut without_bias = Vec::new();
    let mut layers = Vec::new();
    for candidate in chain.iter().map(|&index| &candidates[index]) {
        let bias = bias(checkpoint, candidate.stem, candidate.name);
        let layer = layer(candidate, bias, transposed, path)?;
        used.push(candidate.name);
        match bias {
            Some((name, _)) => used.push(name),
            None => without_bias.push((candidate.stem.trim_end_matches('.'), layer.outputs)),
        }
        layers.push(layer);
    }
    let names = checkpoint.tensors.keys().map(String::as_str);
    let unused: Vec<&str> =
        names.filter(|name| !name.starts_with(OF_TRAINING) && !used.contains(name)).collect();
    no_bias_is_left(checkpoint, &without_bias, &unused, path)?;
    let mut notes = Vec::new();
    if transposed {
        notes.push("its matrices are inputs x units, as Keras writes them; they were transposed".to_owned());
    }
    if !without_bias.is_empty() {
        let layers: Vec<&str> = without_bias.iter().map(|(layer, _)| *layer).collect();
        notes.push(format!("no bias for {}; zero is taken", layers.join(", ")));
    }
    if !unused.is_empty() {
        notes.push(format!("not used: {}", unused.join(", ")));
    }
    Ok((layers, notes))
}

/// The error of a file whose tensors are not those of a network.
fn wrong(path: &Path, expected: String, found: String, advice: &str) -> Error {
    Error::malformed(path, Place::File, expected, found, advice)
}

/// Refuses tensors of layers that are not fully connected ones.
fn all_are_dense(checkpoint: &Checkpoint, path: &Path) -> Result<()> {
    if let Some((name, tensor)) = checkpoint.tensors.iter().find(|(_, tensor)| tensor.shape.len() > 2) {
        return Err(wrong(
            path,
            "fully connected layers, whose weights are matrices".to_owned(),
            format!("{name} of shape {}, a convolution", by(&tensor.shape)),
            "These programs have no convolutions; give a network of fully connected layers.",
        ));
    }
    if let Some((name, tensor)) =
        checkpoint.tensors.iter().find(|(name, tensor)| is_of_other_layer(name, tensor))
    {
        return Err(wrong(
            path,
            "fully connected layers and nothing else that computes".to_owned(),
            format!("{name} of shape {}, as of a normalisation", by(&tensor.shape)),
            "Train a network without it, or fold it into the layer before it, and save that.",
        ));
    }
    Ok(())
}

/// The layer of a matrix and its bias; `transposed` reads the matrix as inputs x units.
fn layer(
    matrix: &Candidate<'_>,
    bias: Option<(&str, &Tensor)>,
    transposed: bool,
    path: &Path,
) -> Result<Layer> {
    let Candidate { name, rows, columns, tensor, .. } = *matrix;
    let (outputs, inputs) = if transposed { (columns, rows) } else { (rows, columns) };
    let weights: Vec<f32> = match transposed {
        false => tensor.values.clone(),
        true => {
            let entry = |at: usize| tensor.values[at % inputs * outputs + at / inputs];
            (0..tensor.values.len()).map(entry).collect()
        }
    };
    let bias = match bias {
        None => vec![0.0; outputs],
        Some((_, tensor)) if tensor.values.len() == outputs => tensor.values.clone(),
        Some((name, tensor)) => {
            let expected = format!("{name} of shape {outputs}, a bias for each unit");
            return Err(wrong(path, expected, by(&tensor.shape), ""));
        }
    };
    if !weights.iter().chain(&bias).all(|value| value.is_finite()) {
        return Err(wrong(
            path,
            format!("finite numbers in {name}"),
            "NaN or infinite numbers".to_owned(),
            "",
        ));
    }
    Ok(Layer { outputs, inputs, weights, bias })
}

/// Refuses a file where the bias of a layer may lie under another name: whoever took zero would read another network.
fn no_bias_is_left(
    checkpoint: &Checkpoint,
    without_bias: &[(&str, usize)],
    unused: &[&str],
    path: &Path,
) -> Result<()> {
    for (layer, units) in without_bias {
        let is_bias = |name: &&&str| {
            let shape = &checkpoint.tensors[**name].shape;
            *units > 1 && (shape[..] == [*units] || shape[..] == [1, *units])
        };
        if let Some(name) = unused.iter().find(is_bias) {
            let expected = format!("a bias of {layer} under the name of its layer");
            let found = format!("none, but {name} of shape {units}, which may be it");
            let advice = format!("Call it {layer}.bias, or leave it out.");
            return Err(wrong(path, expected, found, &advice));
        }
    }
    Ok(())
}

/// Whether a tensor is a factor for each unit, or a mean of what units gave: whoever left it out would read another network.
fn is_of_other_layer(name: &str, tensor: &Tensor) -> bool {
    let ends = ["weight", "gamma", "running_mean", "moving_mean"];
    tensor.shape.len() == 1 && tensor.values.len() > 1 && ends.iter().any(|end| name.ends_with(end))
}

/// A tensor that may be the weights of a layer.
fn candidate<'a>((name, tensor): (&'a String, &'a Tensor)) -> Option<Candidate<'a>> {
    let &[rows, columns] = &tensor.shape[..] else {
        return None;
    };
    let stem = ["weight", "kernel", "W"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
    // A bias of shape 1 x units is no layer.
    (!name.ends_with("bias")).then_some(Candidate { stem, name, rows, columns, tensor })
}

/// The bias beside the weights of this stem and name: `fc1.bias`, or `b1` beside `W1`.
fn bias<'a>(checkpoint: &'a Checkpoint, stem: &str, name: &str) -> Option<(&'a str, &'a Tensor)> {
    const PAIRS: [(&str, &str); 5] =
        [("weights", "biases"), ("weight", "bias"), ("kernel", "bias"), ("W", "b"), ("w", "b")];
    let beside = ["bias", "b"].iter().map(|end| format!("{stem}{end}"));
    let instead = PAIRS.iter().filter_map(|(of_weights, of_bias)| {
        let at = name.rfind(of_weights)?;
        Some(format!("{}{of_bias}{}", &name[..at], &name[at + of_weights.len()..]))
    });
    beside.chain(instead).find_map(|name| {
        let (name, tensor) = checkpoint.tensors.get_key_value(&name)?;
        Some((name.as_str(), tensor))
    })
}

/// Where a chain of layers ends that does not reach the ten outputs.
struct Broken {
    /// The layers that fitted.
    fitted: Vec<usize>,
    /// The inputs that the next layer should take.
    wanted: usize,
}

/// The indices of the layers in their order. `transposed` reads matrices as inputs x units.
fn chain(candidates: &[Candidate<'_>], transposed: bool) -> std::result::Result<Vec<usize>, Broken> {
    let shape = |index: usize| {
        let Candidate { rows, columns, .. } = candidates[index];
        if transposed { (columns, rows) } else { (rows, columns) }
    };
    let (mut chain, mut wanted) = (Vec::new(), PIXELS);
    loop {
        let next = (0..candidates.len()).find(|index| !chain.contains(index) && shape(*index).1 == wanted);
        match next {
            Some(index) => {
                chain.push(index);
                wanted = shape(index).0;
            }
            None if wanted == CLASSES && !chain.is_empty() => return Ok(chain),
            None => return Err(Broken { fitted: chain, wanted }),
        }
    }
}

impl Broken {
    /// Whether the chain has all matrices of the file, so that only its end is not what it should be.
    fn is_whole(&self, candidates: &[Candidate<'_>]) -> bool {
        !candidates.is_empty() && self.fitted.len() == candidates.len()
    }

    fn expected(&self, candidates: &[Candidate<'_>]) -> String {
        match self.fitted.len() {
            0 => format!("a matrix of units x {PIXELS} for the first layer"),
            fitted => {
                let next = format!("a matrix of {CLASSES} x {} for layer {}", self.wanted, fitted + 1);
                if self.is_whole(candidates) { format!("{CLASSES} outputs, or {next}") } else { next }
            }
        }
    }

    /// What stands there instead: the matrix that would fit if it were turned round, if there is one.
    fn found(&self, candidates: &[Candidate<'_>]) -> String {
        let sized = |c: &Candidate<'_>| format!("{} of {} x {}", c.name, c.rows, c.columns);
        if let (true, Some(&last)) = (self.is_whole(candidates), self.fitted.last()) {
            return format!("{} outputs: the last matrix is {}", self.wanted, sized(&candidates[last]));
        }
        let mut unused = (0..candidates.len()).filter(|index| !self.fitted.contains(index));
        let turned =
            unused.find(|&index| candidates[index].rows == self.wanted).map(|index| &candidates[index]);
        if let Some(turned) = turned {
            return format!("{}: it is transposed, other than the layers before it", sized(turned));
        }
        let shapes: Vec<String> = candidates.iter().map(sized).collect();
        if shapes.is_empty() { "no matrix".to_owned() } else { shapes.join(", ") }
    }
}

/// Compares two names, with the numbers in them as numbers: `fc2` before `fc10`.
fn natural(a: &str, b: &str) -> Ordering {
    let parts = |text: &str| {
        let mut parts: Vec<(u64, String)> = Vec::new();
        for character in text.chars() {
            match (character.to_digit(10), parts.last_mut()) {
                (Some(digit), Some((number, word))) if word.is_empty() => {
                    *number = number.saturating_mul(10).saturating_add(u64::from(digit));
                }
                (Some(digit), _) => parts.push((u64::from(digit), String::new())),
                (None, Some((_, word))) if !word.is_empty() => word.push(character),
                (None, _) => parts.push((0, character.to_string())),
            }
        }
        parts
    };
    parts(a).cmp(&parts(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_names_are_numbers() {
        let sorted = |mut names: Vec<&'static str>| {
            names.sort_by(|a, b| natural(a, b));
            names
        };
        assert_eq!(sorted(vec!["out", "fc10", "fc2", "fc1"]), ["fc1", "fc2", "fc10", "out"]);
        assert_eq!(sorted(vec!["10.", "2.", "0."]), ["0.", "2.", "10."]);
    }
}
