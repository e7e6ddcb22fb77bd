//! File formats that are not read, told by their first bytes, with what turns them into one that is.

use std::path::Path;

/// The first bytes of gzip.
pub(crate) const GZIP: &[u8] = &[0x1f, 0x8b];

/// The most that is unpacked from a gzip file of so many bytes: 16 MiB from any, and more only up to a hundred times its
/// size. Images of digits are packed to a tenth or more; what is packed closer is made to fill memories.
pub(crate) fn most_unpacked(packed: u64) -> u64 {
    packed.saturating_mul(100).max(16 << 20)
}

/// A format that is not read here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format {
    /// What it is, as in "found a web page (HTML)".
    pub what: &'static str,
    begins: &'static [u8],
    advice: Advice,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Advice {
    /// A sentence.
    Say(&'static str),
    /// Lines of Python that write `mnist_train.csv` and `mnist_test.csv`; `FILE` stands for the file.
    Python(&'static str),
}

const PAGE: Advice =
    Advice::Say("The download went wrong: open the address in a browser, and see what it says.");
const IMAGE: Advice =
    Advice::Say("A data set of images is a folder with a folder for each digit, 0 to 9; --data names it.");
const TABLE: Advice = Advice::Say("Export it as CSV, separated by commas.");

const FORMATS: [Format; 13] = [
    Format {
        what: "a NumPy archive (.npz) or another zip file",
        begins: b"PK\x03\x04",
        advice: Advice::Python(
            "import numpy as np; d = np.load('FILE')\n\
             for s in 'train', 'test': np.savetxt(f'mnist_{s}.csv', np.c_[d['y_'+s], d['x_'+s].reshape(-1, 784)], \
             '%d', ',')",
        ),
    },
    Format {
        what: "a Parquet file",
        begins: b"PAR1",
        advice: Advice::Python(
            "import io, numpy as np, pandas as pd; from PIL import Image; d = pd.read_parquet('FILE')\n\
             np.savetxt('digits.csv', [[l, *np.array(Image.open(io.BytesIO(i['bytes']))).ravel()] \
             for i, l in zip(d.image, d.label)], '%d', ',')",
        ),
    },
    Format {
        what: "a NumPy array (.npy), images and labels apart",
        begins: b"\x93NUMPY",
        advice: Advice::Python(
            "import numpy as np; x, y = np.load('FILE'), np.load('LABELS')\n\
             np.savetxt('digits.csv', np.c_[y, x.reshape(-1, 784)], '%d', ',')",
        ),
    },
    Format {
        what: "a MATLAB file",
        begins: b"MATLAB 5.0",
        advice: Advice::Python(
            "import numpy as np, scipy.io; d = scipy.io.loadmat('FILE')\n\
             np.savetxt('digits.csv', np.c_[d['label'].ravel(), d['data'].T], '%d', ',')",
        ),
    },
    Format { what: "an IDX file of images", begins: &[0, 0, 8, 3], advice: IDX },
    Format { what: "an IDX file of labels", begins: &[0, 0, 8, 1], advice: IDX },
    Format { what: "a web page (HTML)", begins: b"<!DOCTYPE", advice: PAGE },
    Format { what: "a web page (HTML)", begins: b"<!doctype", advice: PAGE },
    Format { what: "a web page (HTML)", begins: b"<html", advice: PAGE },
    Format { what: "an HDF5 file", begins: b"\x89HDF\r\n", advice: TABLE },
    Format { what: "a PNG image", begins: b"\x89PNG", advice: IMAGE },
    Format { what: "a JPEG image", begins: b"\xff\xd8\xff", advice: IMAGE },
    Format { what: "a pointer to a file in Git LFS", begins: b"version https://git-lfs", advice: LFS },
];

const IDX: Advice = Advice::Say(
    "Put the four files of IDX into a folder under their usual names (train-images-idx3-ubyte, ...); --data names it.",
);
const LFS: Advice = Advice::Say("Fetch the file itself: git lfs pull.");

impl Format {
    /// What to do with a file of this format.
    pub fn advice(&self, file: &Path) -> String {
        match self.advice {
            Advice::Say(sentence) => sentence.to_owned(),
            Advice::Python(lines) => {
                let lines = lines.replace("FILE", &file.display().to_string());
                format!("These lines of Python write it as CSV, which is read:\n{lines}")
            }
        }
    }
}

/// The format that a file begins like, if it is one of these.
pub fn recognise(bytes: &[u8]) -> Option<&'static Format> {
    let bytes = bytes.trim_ascii_start();
    FORMATS.iter().find(|format| bytes.starts_with(format.begins))
}
