//! The lines of Python that messages give for files that are not read: they do what they promise. Only where Python has what
//! they import.
#![cfg(feature = "files")]
#![allow(clippy::print_stdout)] // a test that was left out should say so

use std::path::Path;
use std::process::Command;

use digits_core::data::csv::{self, Labels};
use digits_core::data::{Examples, Split, practice};

/// Runs lines of Python in a folder; false where something that they import is not installed.
fn python(lines: &str, folder: &Path) -> bool {
    let output = Command::new("python3").args(["-c", lines]).current_dir(folder).output();
    let Ok(output) = output else { return false };
    let said = String::from_utf8_lossy(&output.stderr);
    if said.contains("ModuleNotFoundError") {
        println!("left out: {}", said.lines().last().unwrap_or_default());
        return false;
    }
    assert!(output.status.success(), "{lines}\n{said}");
    true
}

/// The lines that the message for a file gives.
fn advised(folder: &Path, file: &str) -> String {
    let message = csv::read(&folder.join(file), Labels::Required).expect_err("is not read").to_string();
    let (_, lines) = message.split_once("which is read:\n").expect("lines of Python");
    lines.to_owned()
}

/// Protects the advice of every format: a file of it, made by `make`, is turned into `csv` by what the message says.
#[test]
fn the_lines_of_python_write_what_is_read() {
    let digits = practice::examples(1, Split::Train, 30);
    let begin =
        "import numpy as np; x = np.fromfile('x', 'u1').reshape(-1, 28, 28); y = np.fromfile('y', 'u1')";
    for (file, make, csv) in [
        ("mnist.npz", "np.savez(FILE, x_train=x, y_train=y, x_test=x, y_test=y)", "mnist_train.csv"),
        (
            "mnist.npz",
            "np.savez_compressed(FILE, x_train=x, y_train=y, x_test=x, y_test=y)",
            "mnist_test.csv",
        ),
        ("x.npy", "np.save(FILE, x); np.save('LABELS', y)", "digits.csv"),
        (
            "mnist-original.mat",
            "import scipy.io; scipy.io.savemat(FILE, {'data': x.reshape(-1, 784).T, 'label': y[None].astype(float)})",
            "digits.csv",
        ),
        (
            "train.libsvm",
            "from sklearn.datasets import dump_svmlight_file; dump_svmlight_file(x.reshape(-1, 784).astype(float), y.astype(int), FILE, zero_based=False)",
            "digits.csv",
        ),
        (
            "train.parquet",
            "import io, pandas as pd; from PIL import Image\n\
             def png(a): b = io.BytesIO(); Image.fromarray(a).save(b, 'PNG'); return {'bytes': b.getvalue(), 'path': ''}\n\
             pd.DataFrame({'image': [png(a) for a in x], 'label': y.astype('i8')}).to_parquet(FILE)",
            "digits.csv",
        ),
    ] {
        let place = tempfile::tempdir().expect("a folder");
        let folder = place.path();
        std::fs::write(folder.join("x"), digits.pixels()).expect("writes");
        std::fs::write(folder.join("y"), digits.labels()).expect("writes");
        if !python(&format!("{begin}\n{}", make.replace("FILE", &format!("'{file}'"))), folder) {
            continue;
        }
        let lines = advised(folder, file).replace("'LABELS'", "'LABELS.npy'");
        assert!(lines.lines().count() == 2, "{lines}");
        if python(&lines, folder) {
            let read: Examples = csv::read_examples(&folder.join(csv)).expect("is read");
            assert!(read == digits, "{file}");
            println!("{file}: read as {csv}");
        }
    }
}
