//! A network that PyTorch saved answers here what it answers there. Only where PyTorch is installed.
#![cfg(feature = "files")]
#![allow(clippy::print_stdout)] // a test that was left out should say so

use digits_core::checkpoint::{Checkpoint, Functions, Loaded};
use digits_core::data::PIXELS;
use digits_core::linalg::SparseImages;
use digits_core::network::{Activation, Loss, Network};
use std::path::Path;
use std::process::Command;

/// Protects the script of docs/weights.md, and the reading of what it writes.
#[test]
fn the_script_for_pytorch_saves_what_is_read_here() {
    let has_torch = Command::new("python3").args(["-c", "import torch, safetensors"]).output();
    if !has_torch.is_ok_and(|output| output.status.success()) {
        println!("left out: python3 has no torch and safetensors");
        return;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/save_weights.py");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("torch.safetensors");
    let output = Command::new("python3").arg(script).arg(&path).output().expect("starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("numbers");
    let expected: Vec<f32> = text.split_whitespace().map(|word| word.parse().expect("a number")).collect();

    let checkpoint = Checkpoint::load(&path).expect("loads");
    let assumed = (Activation::Sigmoid, Loss::SquaredError);
    let Loaded { network, notes } =
        Network::from_checkpoint(&checkpoint, &path, &Functions::default(), assumed).expect("fits");
    assert_eq!(notes.len(), 1, "only the inputs are worth a word: {notes:?}");
    let mut images = SparseImages::new(PIXELS);
    images.push(&[0.25; PIXELS]);
    let outputs = network.outputs(&images.iter().collect::<Vec<_>>());
    for (found, expected) in outputs.iter().zip(&expected) {
        assert!((found - expected).abs() < 1e-5, "{outputs} {expected:?}");
    }
}
