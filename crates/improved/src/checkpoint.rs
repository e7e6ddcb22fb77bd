//! Networks of any depth in files: safetensors, in the layout that PyTorch loads as it is.
//!
//! Layer l is `layers.N.weight` (units x inputs) and `layers.N.bias`, with N = l - 1: the state of a module whose
//! `layers` are a `torch.nn.ModuleList` of `torch.nn.Linear`. The activation and the loss stand in the metadata. A file of
//! one of the five other stages (`hidden.weight`, `output.weight`) is read as what it is: one hidden layer of sigmoids,
//! and sigmoid outputs.

use crate::{Activation, Choice, DeepNetwork, Loss};
use digits_core::checkpoint::{Checkpoint, Tensor};
use digits_core::data::{CLASSES, PIXELS};
use digits_core::error::Place;
use digits_core::linalg::{Bias, DMatrix, PixelWeights, Weights};
use digits_core::{Error, Result};
use std::collections::BTreeMap;
use std::path::Path;

/// The metadata's names of the activation and of the loss.
const ACTIVATION: &str = "activation";
const LOSS: &str = "loss_function";

impl DeepNetwork {
    /// The network as a file holds it; `settings` are added to the metadata.
    pub fn to_checkpoint(&self, settings: BTreeMap<String, String>) -> Checkpoint {
        let tensor =
            |shape: &[usize], values: &[f32]| Tensor { shape: shape.to_vec(), values: values.to_vec() };
        // Row by row is what nalgebra holds of a transposed matrix; the dense layers are kept so.
        let first_rows = self.first.matrix().transpose();
        let first = (self.first.outputs(), self.first.pixels(), first_rows.as_slice());
        let rest = self.rest.iter().map(|w| (w.outputs(), w.inputs(), w.as_slice()));
        let mut tensors = BTreeMap::new();
        for (l, ((outputs, inputs, rows), b)) in
            std::iter::once(first).chain(rest).zip(&self.biases).enumerate()
        {
            tensors.insert(format!("layers.{l}.weight"), tensor(&[outputs, inputs], rows));
            tensors.insert(format!("layers.{l}.bias"), tensor(&[outputs], b.0.as_slice()));
        }
        let mut metadata = settings;
        metadata.insert(ACTIVATION.to_owned(), self.activation.name().to_owned());
        metadata.insert(LOSS.to_owned(), self.loss.name().to_owned());
        Checkpoint { tensors, metadata }
    }

    /// The network in a file of any stage, read from `path`.
    ///
    /// # Errors
    /// Tensors that are missing, do not fit each other, or hold what is no finite number.
    pub fn from_checkpoint(checkpoint: &Checkpoint, path: &Path) -> Result<Self> {
        let names = if checkpoint.tensors.contains_key("hidden.weight") {
            vec!["hidden".to_owned(), "output".to_owned()]
        } else {
            let name = |l: usize| format!("layers.{l}");
            let layers =
                (0..).take_while(|l| checkpoint.tensors.contains_key(&format!("{}.weight", name(*l))));
            layers.map(name).collect()
        };
        if names.len() < 2 {
            let found = checkpoint.tensors.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            return Err(Error::malformed(
                path,
                Place::File,
                "the tensors hidden.weight and output.weight, or layers.0.weight, layers.1.weight, ...",
                if found.is_empty() { "no tensor".to_owned() } else { found },
                "Give a file that --save of any stage wrote, or name the tensors like this.",
            ));
        }
        let (activation, loss) = functions(checkpoint, path)?;
        let mut network = DeepNetwork {
            first: PixelWeights::new(&DMatrix::zeros(0, 0)),
            rest: Vec::new(),
            biases: Vec::new(),
            activation,
            loss,
        };
        let mut inputs = PIXELS;
        for (l, name) in names.iter().enumerate() {
            let weight = format!("{name}.weight");
            // A layer's own shape says how many units it has; the last has one for each digit.
            let shape = checkpoint.tensors.get(&weight).map(|tensor| tensor.shape.as_slice());
            let outputs = match shape {
                Some([outputs, _]) if l + 1 < names.len() && *outputs > 0 => *outputs,
                _ => CLASSES,
            };
            let tensor = |name: &str, shape: &[usize]| checkpoint.tensor(path, name, shape);
            let values = &tensor(&weight, &[outputs, inputs])?.values;
            let bias = &tensor(&format!("{name}.bias"), &[outputs])?.values;
            if l == 0 {
                network.first = PixelWeights::new(&DMatrix::from_row_slice(outputs, inputs, values));
            } else {
                let mut weights = Weights::zeros(outputs, inputs);
                weights.as_mut_slice().copy_from_slice(values);
                network.rest.push(weights);
            }
            let mut biases = Bias::zeros(outputs);
            biases.0.copy_from_slice(bias);
            network.biases.push(biases);
            inputs = outputs;
        }
        Ok(network)
    }

    /// Takes over the parameters of a file, whose network must have the shape and the functions of this one.
    pub fn set_from(&mut self, checkpoint: &Checkpoint, path: &Path) -> Result<()> {
        let found = DeepNetwork::from_checkpoint(checkpoint, path)?;
        let expected = self.as_flags();
        if found.as_flags() != expected {
            let advice = format!("Give {} to start from this file.", found.as_flags());
            return Err(Error::malformed(
                path,
                Place::File,
                format!("a network of {expected}"),
                format!("one of {}", found.as_flags()),
                advice,
            ));
        }
        *self = found;
        Ok(())
    }

    /// The shape and the functions, as the flags that ask for them.
    fn as_flags(&self) -> String {
        let hidden: Vec<String> = self.hidden().iter().map(usize::to_string).collect();
        format!(
            "--hidden {} --activation {} --loss {}",
            hidden.join(","),
            self.activation.name(),
            self.loss.name()
        )
    }
}

/// The functions of the units: as the metadata says, or those of the other stages where it says nothing.
fn functions(checkpoint: &Checkpoint, path: &Path) -> Result<(Activation, Loss)> {
    fn named<C: Choice>(checkpoint: &Checkpoint, path: &Path, key: &str, usual: C) -> Result<C> {
        let Some(name) = checkpoint.metadata.get(key) else {
            return Ok(usual);
        };
        C::named(name).map_err(|_| {
            let expected = format!("{} as {key} in the metadata", C::names(" or "));
            Error::malformed(path, Place::File, expected, name, "")
        })
    }
    let deep = checkpoint.tensors.contains_key("layers.0.weight");
    let (activation, loss) = match deep {
        true => (Activation::Relu, Loss::CrossEntropy),
        false => (Activation::Sigmoid, Loss::SquaredError),
    };
    Ok((named(checkpoint, path, ACTIVATION, activation)?, named(checkpoint, path, LOSS, loss)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Init;
    use digits_core::network::Network;

    fn network() -> DeepNetwork {
        DeepNetwork::new(&[7, 5], Activation::Tanh, Loss::CrossEntropy, Init::He, 1)
    }

    fn path() -> &'static Path {
        Path::new("some.safetensors")
    }

    #[test]
    fn a_file_gives_back_what_was_saved() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("network.safetensors");
        let settings = BTreeMap::from([("stage".to_owned(), "improved".to_owned())]);
        network().to_checkpoint(settings).save(&path).expect("saves");
        let checkpoint = Checkpoint::load(&path).expect("loads");
        assert_eq!(checkpoint.metadata["stage"], "improved");
        assert_eq!(checkpoint.tensors["layers.1.weight"].shape, [5, 7]);
        // Row by row: the second number is the weight from the second pixel to the first unit.
        assert_eq!(checkpoint.tensors["layers.0.weight"].values[1], network().first.matrix()[(0, 1)]);
        assert_eq!(checkpoint.tensors["layers.1.weight"].values[1], network().rest[0].as_slice()[1]);
        assert_eq!(DeepNetwork::from_checkpoint(&checkpoint, &path).expect("fits"), network());
    }

    #[test]
    fn a_file_of_another_stage_is_read_too() {
        let other = Network::<f32>::new(6, 3);
        let checkpoint = Checkpoint { tensors: other.to_tensors(), ..Checkpoint::default() };
        let network = DeepNetwork::from_checkpoint(&checkpoint, path()).expect("fits");
        assert_eq!(network.parameters(), other.parameters());
        assert_eq!((network.activation, network.loss), (Activation::Sigmoid, Loss::SquaredError));
    }

    #[test]
    fn what_does_not_fit_is_refused_with_what_was_found() {
        let refused = |change: fn(&mut Checkpoint)| {
            let mut checkpoint = network().to_checkpoint(BTreeMap::new());
            change(&mut checkpoint);
            DeepNetwork::from_checkpoint(&checkpoint, path()).expect_err("does not fit").to_string()
        };
        assert!(refused(|c| c.tensors.clear()).contains("no tensor"));
        assert!(refused(|c| _ = c.tensors.remove("layers.1.bias")).contains("layers.1.bias"));
        assert!(refused(|c| _ = c.tensors.remove("layers.2.weight")).contains("10 x 7"));
        let bad = |c: &mut Checkpoint| {
            c.tensors.insert("layers.1.weight".into(), Tensor { shape: vec![], values: vec![1.0] })
        };
        assert!(refused(|c| _ = c.tensors.remove("layers.0.weight")).contains("layers.0.weight"));
        let mut checkpoint = network().to_checkpoint(BTreeMap::new());
        bad(&mut checkpoint);
        assert!(DeepNetwork::from_checkpoint(&checkpoint, path()).is_err());
        assert!(
            refused(|c| _ = c.metadata.insert("activation".into(), "step".into())).contains("found step")
        );
        assert!(refused(|c| c.tensors.values_mut().for_each(|t| t.values[0] = f32::NAN)).contains("finite"));
    }

    #[test]
    fn starting_from_a_file_needs_the_same_shape_and_functions() {
        let mut relu = DeepNetwork::new(&[7, 5], Activation::Relu, Loss::CrossEntropy, Init::He, 2);
        let error =
            relu.set_from(&network().to_checkpoint(BTreeMap::new()), path()).expect_err("tanh").to_string();
        assert!(error.contains("--activation tanh"), "{error}");
        let mut other = DeepNetwork::new(&[7, 5], Activation::Tanh, Loss::CrossEntropy, Init::He, 2);
        other.set_from(&network().to_checkpoint(BTreeMap::new()), path()).expect("fits");
        assert_eq!(other, network());
    }
}
