//! Networks in files: safetensors, in the layout that PyTorch loads as it is, written whole or not at all.
//!
//! Layer l is `layers.N.weight` (units x inputs) and `layers.N.bias`, with N = l - 1: the state of a module whose
//! `layers` are a `torch.nn.ModuleList` of `torch.nn.Linear`. The functions of the units stand in the metadata. Files of
//! earlier versions name two layers `hidden` and `output`; they are read too.

use crate::choice::Choice;
use crate::data::{CLASSES, PIXELS};
use crate::error::{Error, Place, Result};
use crate::linalg::{Bias, DMatrix, PixelWeights, Weights};
use crate::network::{Activation, Loss, Network};
use safetensors::{Dtype, SafeTensors};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// The metadata's names of the activation and of the loss.
const ACTIVATION: &str = "activation";
const LOSS: &str = "loss_function";

/// Named tensors of `f32`, and what is known about them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Checkpoint {
    /// The tensors by name.
    pub tensors: BTreeMap<String, Tensor>,
    /// The stage and its settings, as text.
    pub metadata: BTreeMap<String, String>,
}

/// Numbers with a shape, row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    /// The size of each dimension.
    pub shape: Vec<usize>,
    /// The numbers, the last dimension running fastest.
    pub values: Vec<f32>,
}

impl Checkpoint {
    /// The file's bytes. The crate `safetensors` writes metadata in an order that changes from run to run; here all names
    /// are sorted, so that the same network makes the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut header: BTreeMap<&str, Value> = BTreeMap::new();
        if !self.metadata.is_empty() {
            header.insert("__metadata__", json!(self.metadata));
        }
        let mut end = 0;
        for (name, tensor) in &self.tensors {
            let start = end;
            end += 4 * tensor.values.len();
            let entry = BTreeMap::from([
                ("dtype", json!("F32")),
                ("shape", json!(tensor.shape)),
                ("data_offsets", json!([start, end])),
            ]);
            header.insert(name, json!(entry));
        }
        let mut header = json!(header).to_string().into_bytes();
        header.resize(header.len().next_multiple_of(8), b' ');
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header);
        bytes.extend(self.tensors.values().flat_map(|tensor| &tensor.values).flat_map(|v| v.to_le_bytes()));
        bytes
    }

    /// Writes the file beside its place and moves it there, so that what stood there is whole until then.
    #[cfg(feature = "files")]
    pub fn save(&self, path: &Path) -> Result<()> {
        use std::io::Write;
        crate::files::write_whole(path, |to| to.write_all(&self.to_bytes()))
    }

    /// Reads a file.
    #[cfg(feature = "files")]
    pub fn load(path: &Path) -> Result<Self> {
        use std::io::Read;
        /// The most bytes that are read: more than the largest network of these programs needs.
        const MOST: u64 = 4 << 30;
        let failed = |error| Error::io(path, "read", error);
        let file = std::fs::File::open(path).map_err(failed)?;
        let mut bytes = Vec::new();
        // Only a regular file has an end for certain.
        let most = if file.metadata().map_err(failed)?.is_file() { MOST } else { 64 << 20 };
        file.take(most + 1).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() as u64 > most {
            let found = format!("more than {} MB", most >> 20);
            return Err(Error::malformed(path, Place::File, "a safetensors file", found, ADVICE));
        }
        Checkpoint::from_bytes(&bytes, path)
    }

    /// The checkpoint in the bytes of the file `path`, which is named in errors.
    pub fn from_bytes(bytes: &[u8], path: &Path) -> Result<Self> {
        let malformed =
            |found: String| Error::malformed(path, Place::File, "a safetensors file", found, ADVICE);
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(|error| malformed(error.to_string()))?;
        let parsed = SafeTensors::deserialize(bytes).map_err(|error| malformed(error.to_string()))?;
        let mut checkpoint = Checkpoint {
            metadata: header.metadata().clone().unwrap_or_default().into_iter().collect(),
            ..Checkpoint::default()
        };
        for (name, view) in parsed.iter() {
            if view.dtype() != Dtype::F32 {
                return Err(malformed(format!("tensor {name} of type {:?}, not F32", view.dtype())));
            }
            let (numbers, _) = view.data().as_chunks::<4>();
            let values = numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
            let tensor = Tensor { shape: view.shape().to_vec(), values };
            checkpoint.tensors.insert(name.to_owned(), tensor);
        }
        Ok(checkpoint)
    }

    /// The tensor `name`, which must have `shape`; `path` is named in the error.
    fn tensor(&self, path: &Path, name: &str, shape: &[usize]) -> Result<&Tensor> {
        let refuse = |expected: String, found: String| {
            Err(Error::malformed(path, Place::File, expected, found, ADVICE))
        };
        match self.tensors.get(name) {
            Some(tensor) if tensor.shape == shape => match tensor.values.iter().all(|v| v.is_finite()) {
                true => Ok(tensor),
                false => refuse(format!("finite numbers in {name}"), "NaN or infinite numbers".to_owned()),
            },
            Some(tensor) => refuse(
                format!("{name} of shape {}", by(shape)),
                format!("{name} of shape {}", by(&tensor.shape)),
            ),
            None => refuse(format!("{name} of shape {}", by(shape)), self.names()),
        }
    }

    /// The names of all tensors, for an error.
    fn names(&self) -> String {
        let names: Vec<&str> = self.tensors.keys().map(String::as_str).collect();
        if names.is_empty() { "no tensor".to_owned() } else { format!("only {}", names.join(", ")) }
    }
}

/// What to do about a file that does not fit.
const ADVICE: &str =
    "Give a file that --save of any stage wrote, or one with tensors of the same names and shapes.";

/// A shape as people write it: 128 x 784.
fn by(shape: &[usize]) -> String {
    shape.iter().map(usize::to_string).collect::<Vec<_>>().join(" x ")
}

impl Network {
    /// The network as a file holds it; `settings` are added to the metadata.
    pub fn to_checkpoint(&self, settings: BTreeMap<String, String>) -> Checkpoint {
        let tensor =
            |shape: &[usize], values: &[f32]| Tensor { shape: shape.to_vec(), values: values.to_vec() };
        // Row by row is what nalgebra holds of a transposed matrix; the dense layers are kept so.
        let first_rows = self.first.matrix().transpose();
        let first = (self.first.outputs(), self.first.pixels(), first_rows.as_slice());
        let rest = self.rest.iter().map(|w| (w.outputs(), w.inputs(), w.as_slice()));
        let mut tensors = BTreeMap::new();
        let layers = std::iter::once(first).chain(rest).zip(&self.biases);
        for (l, ((outputs, inputs, rows), b)) in layers.enumerate() {
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
        if names.is_empty() {
            return Err(Error::malformed(
                path,
                Place::File,
                "the tensors layers.0.weight, layers.0.bias, layers.1.weight, ...",
                checkpoint.names(),
                ADVICE,
            ));
        }
        let (activation, loss) = functions(checkpoint, path)?;
        let first = PixelWeights::new(&DMatrix::zeros(0, 0));
        let mut network = Network { first, rest: Vec::new(), biases: Vec::new(), activation, loss };
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
        let found = Network::from_checkpoint(checkpoint, path)?;
        if found.kind() != self.kind() {
            let advice = "Train with settings that ask for such a network, or start from another file.";
            let (expected, found) = (self.kind(), found.kind());
            return Err(Error::malformed(path, Place::File, expected, found, advice));
        }
        *self = found;
        Ok(())
    }

    /// The shape and the functions of its units, in words.
    pub fn kind(&self) -> String {
        let units: Vec<String> =
            [&[PIXELS], &self.hidden()[..], &[CLASSES]].concat().iter().map(usize::to_string).collect();
        format!(
            "a network {} of {} units, with {}",
            units.join("-"),
            self.activation.name(),
            self.loss.name()
        )
    }
}

/// The functions of the units: as the metadata says, or those of the five rules where it says nothing.
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
    let activation = named(checkpoint, path, ACTIVATION, Activation::Sigmoid)?;
    Ok((activation, named(checkpoint, path, LOSS, Loss::SquaredError)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Init;

    fn network() -> Network {
        Network::deep(&[7, 5], Activation::Tanh, Loss::CrossEntropy, Init::He, 1)
    }

    fn path() -> &'static Path {
        Path::new("some.safetensors")
    }

    #[test]
    fn a_file_gives_back_what_was_saved_and_saves_as_the_same_bytes() {
        let settings: BTreeMap<String, String> =
            (0..20).map(|index| (format!("setting {index}"), "value".to_owned())).collect();
        let bytes = network().to_checkpoint(settings.clone()).to_bytes();
        let checkpoint = Checkpoint::from_bytes(&bytes, path()).expect("reads");
        assert_eq!(checkpoint.metadata["setting 3"], "value");
        assert_eq!(checkpoint.tensors["layers.1.weight"].shape, [5, 7]);
        // Row by row: the second number is the weight from the second pixel to the first unit.
        assert_eq!(checkpoint.tensors["layers.0.weight"].values[1], network().first.matrix()[(0, 1)]);
        assert_eq!(checkpoint.tensors["layers.1.weight"].values[1], network().rest[0].as_slice()[1]);
        let again = Network::from_checkpoint(&checkpoint, path()).expect("fits");
        assert_eq!(again, network());
        assert_eq!(again.to_checkpoint(settings).to_bytes(), bytes);
    }

    #[test]
    fn a_file_of_an_earlier_version_is_read_too() {
        let network = Network::<f32>::new(6, 3);
        let mut checkpoint = network.to_checkpoint(BTreeMap::new());
        checkpoint.metadata.clear();
        for (old, new) in [("hidden", "layers.0"), ("output", "layers.1")] {
            for part in ["weight", "bias"] {
                let tensor = checkpoint.tensors.remove(&format!("{new}.{part}")).expect("there");
                checkpoint.tensors.insert(format!("{old}.{part}"), tensor);
            }
        }
        assert_eq!(Network::from_checkpoint(&checkpoint, path()).expect("fits"), network);
    }

    #[test]
    fn what_does_not_fit_is_refused_with_what_was_found() {
        let refused = |change: fn(&mut Checkpoint)| {
            let mut checkpoint = network().to_checkpoint(BTreeMap::new());
            change(&mut checkpoint);
            Network::from_checkpoint(&checkpoint, path()).expect_err("does not fit").to_string()
        };
        assert!(refused(|c| c.tensors.clear()).contains("no tensor"));
        assert!(refused(|c| _ = c.tensors.remove("layers.1.bias")).contains("layers.1.bias"));
        assert!(refused(|c| _ = c.tensors.remove("layers.2.weight")).contains("10 x 7"));
        assert!(refused(|c| _ = c.tensors.remove("layers.0.weight")).contains("layers.0.weight"));
        let scalar = |c: &mut Checkpoint| {
            _ = c.tensors.insert("layers.1.weight".into(), Tensor { shape: vec![], values: vec![1.0] });
        };
        assert!(refused(scalar).contains("layers.1.weight of shape"));
        assert!(
            refused(|c| _ = c.metadata.insert("activation".into(), "step".into())).contains("found step")
        );
        let nan = |c: &mut Checkpoint| c.tensors.values_mut().for_each(|t| t.values[0] = f32::NAN);
        assert!(refused(nan).contains("found NaN or infinite numbers"));
    }

    #[test]
    fn starting_from_a_file_needs_the_same_shape_and_functions() {
        let file = network().to_checkpoint(BTreeMap::new());
        let mut relu = Network::deep(&[7, 5], Activation::Relu, Loss::CrossEntropy, Init::He, 2);
        let error = relu.set_from(&file, path()).expect_err("tanh").to_string();
        assert!(error.contains("found a network 784-7-5-10 of tanh units"), "{error}");
        let mut other = Network::deep(&[7, 5], Activation::Tanh, Loss::CrossEntropy, Init::He, 2);
        other.set_from(&file, path()).expect("fits");
        assert_eq!(other, network());
    }
}
