//! Networks in files as people have them, kind by kind: each is read as what it is, or refused with the reason. The table in
//! `docs/weights.md` is made from these cases.
#![cfg(feature = "files")]

mod documented;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use digits_core::Result;
use digits_core::checkpoint::{Checkpoint, Functions, KnownInputs, Loaded, Tensor};
use digits_core::network::{Activation, Init, Loss, Network};

/// The network of all cases that are read: its units are those that are assumed, its biases are zero.
fn network() -> Network {
    Network::deep(&[5], Activation::Relu, Loss::CrossEntropy, Init::He, 1)
}

/// Its file as others write it: tensors under these names, and no metadata.
fn named(name: impl Fn(usize) -> &'static str) -> Checkpoint {
    let own = network().to_checkpoint(BTreeMap::new()).tensors;
    let renamed = own.into_iter().map(|(old, tensor)| {
        let layer = usize::from(old.starts_with("layers.1"));
        (format!("{}.{}", name(layer), if old.ends_with("weight") { "weight" } else { "bias" }), tensor)
    });
    Checkpoint { tensors: renamed.collect(), ..Checkpoint::default() }
}

fn usual() -> Checkpoint {
    named(|layer| ["fc1", "fc2"][layer])
}

fn renamed(file: &Checkpoint, name: impl Fn(&str) -> String) -> BTreeMap<String, Tensor> {
    file.tensors.iter().map(|(old, tensor)| (name(old), tensor.clone())).collect()
}

/// A change of the usual file.
fn changed(change: impl Fn(&mut Checkpoint)) -> Checkpoint {
    let mut checkpoint = usual();
    change(&mut checkpoint);
    checkpoint
}

fn with_metadata(entries: &[(&str, &str)]) -> Checkpoint {
    changed(|checkpoint| {
        checkpoint.metadata.extend(entries.iter().map(|(key, value)| (key.to_string(), value.to_string())));
    })
}

fn tensor(shape: &[usize]) -> Tensor {
    Tensor { shape: shape.to_vec(), values: vec![0.5; shape.iter().product()] }
}

fn turn(tensor: &mut Tensor) {
    let [rows, columns] = tensor.shape[..] else { return };
    let at = |at: usize| tensor.values[at % rows * columns + at / rows];
    tensor.values = (0..rows * columns).map(at).collect();
    tensor.shape = vec![columns, rows];
}

/// The bytes of the usual file with its numbers in another form, under the name that the format gives it.
fn in_numbers(dtype: &str, each: fn(f32) -> Vec<u8>) -> Vec<u8> {
    let (mut entries, mut data) = (Vec::new(), Vec::new());
    for (name, tensor) in usual().tensors {
        let start = data.len();
        data.extend(tensor.values.iter().flat_map(|value| each(*value)));
        let (shape, end) = (tensor.shape, data.len());
        entries.push(format!(
            "\"{name}\":{{\"dtype\":\"{dtype}\",\"shape\":{shape:?},\"data_offsets\":[{start},{end}]}}"
        ));
    }
    with_header(&format!("{{{}}}", entries.join(",")), &data)
}

fn with_header(header: &str, data: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), data].concat()
}

/// What the cases that are read hold: the bytes, and what is said beside the file.
type Case = (&'static str, Vec<u8>, Functions);

fn read() -> Vec<Case> {
    let case = |words, checkpoint: Checkpoint| (words, checkpoint.to_bytes(), Functions::default());
    let own = network().to_checkpoint([("stage".to_owned(), "improved".to_owned())].into());
    let said =
        with_metadata(&[("activation", "relu"), ("loss_function", "cross-entropy"), ("input_scale", "1")]);
    let functions = Functions {
        activation: Some(Activation::Relu),
        loss: Some(Loss::CrossEntropy),
        inputs: KnownInputs { scale: Some(1.0), ..KnownInputs::default() },
    };
    vec![
        case("what a stage of these programs saved", own),
        case("`fc1.weight`, `fc1.bias`, ..., and no metadata", usual()),
        case("the same, with metadata that says everything", said),
        ("the same without metadata, everything said by flags", usual().to_bytes(), functions),
        case(
            "`0.weight`, `2.weight`, as `torch.nn.Sequential` writes them",
            named(|layer| ["0", "2"][layer]),
        ),
        case(
            "`module.layers.0.weight`, as `DataParallel` writes them",
            named(|layer| ["module.layers.0", "module.layers.1"][layer]),
        ),
        case(
            "`_orig_mod.8.weight` and `_orig_mod.11.weight`, as `torch.compile` writes them",
            named(|layer| ["_orig_mod.8", "_orig_mod.11"][layer]),
        ),
        (
            "numbers of 64 bits",
            in_numbers("F64", |v| f64::from(v).to_le_bytes().to_vec()),
            Functions::default(),
        ),
        case(
            "`W1`, `b1`, `W2`, `b2`",
            Checkpoint {
                tensors: renamed(&usual(), |name| {
                    let layer = if name.starts_with("fc1") { 1 } else { 2 };
                    format!("{}{layer}", if name.ends_with("weight") { "W" } else { "b" })
                }),
                ..Checkpoint::default()
            },
        ),
        // Earlier versions of these programs called layers so, and their metadata says that they did.
        case("`hidden.weight`, `output.weight`", named(|layer| ["hidden", "output"][layer])),
        case("no bias", changed(|file| file.tensors.retain(|name, _| name.ends_with("weight")))),
        case(
            "a tensor that is no part of the network",
            changed(|file| {
                file.tensors.insert("steps".to_owned(), tensor(&[1]));
            }),
        ),
        case(
            "all matrices inputs x units, as Keras writes them",
            changed(|file| {
                file.tensors.values_mut().for_each(turn);
            }),
        ),
    ]
}

fn refused() -> Vec<Case> {
    let case = |words, checkpoint: Checkpoint| (words, checkpoint.to_bytes(), Functions::default());
    let bytes = |words, bytes: &[u8]| (words, bytes.to_vec(), Functions::default());
    let given = |words, functions| {
        (words, with_metadata(&[("activation", "relu"), ("input_scale", "1")]).to_bytes(), functions)
    };
    let insert = |name: &'static str, shape: &'static [usize]| {
        changed(|file| _ = file.tensors.insert(name.to_owned(), tensor(shape)))
    };
    vec![
        case(
            "one matrix turned round",
            changed(|file| {
                file.tensors.values_mut().filter(|tensor| tensor.shape == [10, 5]).for_each(turn);
            }),
        ),
        case("a convolution", insert("conv1.weight", &[8, 1, 3, 3])),
        case("a normalisation between the layers", insert("bn1.running_mean", &[5])),
        case("images of another size", insert("fc1.weight", &[5, 1024])),
        case("letters as outputs", insert("fc2.weight", &[26, 5])),
        case("a bias of another length", insert("fc1.bias", &[7])),
        case(
            "a bias under another name",
            changed(|file| {
                let bias = file.tensors.remove("fc1.bias").expect("there");
                file.tensors.insert("first.offset".to_owned(), bias);
            }),
        ),
        case("no matrix at all", changed(|file| file.tensors.retain(|name, _| name.ends_with("bias")))),
        case(
            "numbers that are not finite",
            changed(|file| {
                file.tensors.values_mut().for_each(|tensor| tensor.values[0] = f32::NAN);
            }),
        ),
        bytes("weights of whole numbers", &in_numbers("I8", |_| vec![1])),
        case("units that are not known here", with_metadata(&[("activation", "gelu")])),
        case("a mean that is no number", with_metadata(&[("input_mean", "grey")])),
        case("a deviation that makes weights infinite", with_metadata(&[("input_std", "1e-300")])),
        given(
            "a flag that contradicts the metadata about units",
            Functions { activation: Some(Activation::Sigmoid), ..Functions::default() },
        ),
        given(
            "a flag that contradicts the metadata about inputs",
            Functions {
                inputs: KnownInputs { scale: Some(255.0), ..KnownInputs::default() },
                ..Functions::default()
            },
        ),
        bytes("a file of `torch.save`", b"PK\x03\x04 and so on"),
        bytes("a file of Keras (.h5)", b"\x89HDF\r\n\x1a\n and so on"),
        bytes("a pickle", b"\x80\x02}q\x00 and so on"),
        bytes("rows of CSV", b"label,1x1,1x2\n7,0,0\n"),
        bytes("nothing", b""),
        bytes("half of a file", &usual().to_bytes()[..9000]),
        bytes(
            "a header that promises a terabyte",
            &with_header(
                r#"{"fc1.weight":{"dtype":"F32","shape":[350000000,784],"data_offsets":[0,1097600000000]}}"#,
                b"",
            ),
        ),
    ]
}

#[test]
fn every_file_is_read_for_what_it_is_or_refused_with_the_reason() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let path = place.path().join("network.safetensors");
    let assumed = (Activation::Relu, Loss::CrossEntropy);
    let load = |bytes: &[u8], given: &Functions| -> Result<Loaded> {
        std::fs::write(&path, bytes).expect("writes");
        let checkpoint = Checkpoint::load(&path)?;
        Network::from_checkpoint(&checkpoint, &path, given, assumed)
    };
    let folder = place.path().join("").display().to_string();
    let cell = |message: &str| documented::cell(&message.replace(&folder, ""));
    let mut table = "| in the file | it is | what is said |\n|---|---|---|\n".to_owned();
    let mut line = |words: &str, what: &str, said: &str| {
        let _ = writeln!(table, "| {words} | {what} | {} |", cell(said)); // a String takes everything
    };
    for (words, bytes, given) in read() {
        let loaded = load(&bytes, &given).unwrap_or_else(|error| panic!("{words}: {error}"));
        assert!(loaded.network == network(), "{words}: the same network");
        line(words, "read", &loaded.notes.join("\n"));
    }
    for (words, bytes, given) in refused() {
        let error = load(&bytes, &given).err().unwrap_or_else(|| panic!("{words} is read"));
        line(words, "refused", &error.to_string());
    }
    documented::check("weights.md", "files", &table, "cargo test -p core --test weights");
}

/// Protects memory and time: what cannot be a network is refused after a few bytes, what is too large before.
#[cfg(unix)]
#[test]
fn files_without_an_end_are_refused_at_once() {
    let refused = |path: &Path| Checkpoint::load(path).expect_err("no network").to_string();
    assert!(refused(Path::new("/dev/zero")).contains("it begins with no header"));
    assert!(refused(Path::new("/dev/null")).contains("an empty file"));
    let place = tempfile::tempdir().expect("a temporary folder");
    let sparse = place.path().join("large.safetensors");
    std::fs::write(&sparse, usual().to_bytes()).expect("writes");
    let file = std::fs::File::options().write(true).open(&sparse).expect("opens");
    if file.set_len(20 << 30).is_ok() {
        assert!(refused(&sparse).contains("more than 1024 MiB"), "{}", refused(&sparse));
    }
}
