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
    /// Any of them tells it.
    signs: &'static [Sign],
    advice: Advice,
}

/// How a format is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// By its first bytes.
    Begins(&'static [u8]),
    /// By its first bytes, and others among the first [`LOOKED_AT`].
    BeginsAndHas(&'static [u8], &'static [u8]),
    /// By lines of a label and then pairs `pixel:value`.
    Pairs,
    /// By a word that statements of SQL begin with, and a sign that they hold.
    Statement,
    /// By keys before colons, with lists behind them or dashes before.
    Keys,
}

/// How many bytes tell a format.
pub(crate) const LOOKED_AT: usize = 512;

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
const PACKED: Advice = Advice::Say("Unpack it first. Of packed files, gzip alone is read as it is.");
const JSON: Advice = Advice::Say(
    "Write it as CSV: a row an image, its label first, then its 784 grey levels. pandas.read_json and DataFrame.to_csv may help.",
);
const PICKLE: Advice = Advice::Say(
    "Load it in Python, if you trust it, and save it by numpy.savetxt: a row an image, its label first, then its 784 grey levels.",
);
const WEKA: Advice = Advice::Say("Save it as CSV: in Weka, or by scipy.io.arff.loadarff and numpy.savetxt.");

const SQL: Advice = Advice::Say(
    "Load it into its database, and export the table: sqlite3 -header -csv FILE 'select * from TABLE', or in PostgreSQL \\copy TABLE to 'digits.csv' csv header.",
);
const YAML: Advice = Advice::Say(
    "Write it as CSV: a row an image, its label first, then its 784 grey levels. yaml.safe_load and numpy.savetxt may help.",
);
const PYTHON: Advice = Advice::Say(
    "Write it as CSV: a row an image, its label first, then its 784 grey levels. ast.literal_eval and numpy.savetxt may help.",
);

const FORMATS: [Format; 37] = [
    Format {
        what: "a NumPy archive (.npz)",
        signs: &[Sign::BeginsAndHas(ZIP, b".npy")],
        advice: Advice::Python(
            "import numpy as np; d = np.load('FILE')\n\
             for s in 'train', 'test': np.savetxt(f'mnist_{s}.csv', np.c_[d['y_'+s], d['x_'+s].reshape(-1, 784)], \
             '%d', ',')",
        ),
    },
    Format {
        what: "a workbook of Excel (.xlsx)",
        signs: &[Sign::BeginsAndHas(ZIP, b"[Content_Types].xml"), Sign::BeginsAndHas(ZIP, b"_rels/")],
        advice: TABLE,
    },
    Format {
        what: "a spreadsheet of OpenDocument (.ods)",
        signs: &[Sign::BeginsAndHas(ZIP, b"opendocument.spreadsheet")],
        advice: TABLE,
    },
    Format { what: "a zip file", signs: &[Sign::Begins(ZIP)], advice: PACKED },
    Format {
        what: "a workbook of Excel (.xls)",
        signs: &[Sign::Begins(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")],
        advice: TABLE,
    },
    Format { what: "a tar archive", signs: &[Sign::BeginsAndHas(b"", b"\0ustar")], advice: PACKED },
    Format { what: "a file packed by bzip2", signs: &[Sign::Begins(b"BZh")], advice: PACKED },
    Format { what: "a file packed by xz", signs: &[Sign::Begins(b"\xfd7zXZ\0")], advice: PACKED },
    Format {
        what: "a file packed by Zstandard",
        signs: &[Sign::Begins(b"\x28\xb5\x2f\xfd")],
        advice: PACKED,
    },
    Format { what: "a 7-Zip archive", signs: &[Sign::Begins(b"7z\xbc\xaf\x27\x1c")], advice: PACKED },
    Format { what: "a RAR archive", signs: &[Sign::Begins(b"Rar!")], advice: PACKED },
    Format {
        what: "a pickle of Python",
        signs: &[
            Sign::Begins(b"\x80\x02"),
            Sign::Begins(b"\x80\x03"),
            Sign::Begins(b"\x80\x04"),
            Sign::Begins(b"\x80\x05"),
        ],
        advice: PICKLE,
    },
    Format {
        what: "a dictionary of Python as text",
        signs: &[Sign::Begins(b"{'"), Sign::Begins(b"[{'")],
        advice: PYTHON,
    },
    Format {
        what: "JSON",
        signs: &[
            Sign::Begins(b"{\""),
            Sign::Begins(b"{ "),
            Sign::Begins(b"{\n"),
            Sign::Begins(b"{\r"),
            Sign::Begins(b"{}"),
            Sign::Begins(b"[{"),
            Sign::Begins(b"[["),
            Sign::Begins(b"[\n"),
        ],
        advice: JSON,
    },
    Format {
        what: "an ARFF file",
        signs: &[Sign::BeginsAndHas(b"", b"@RELATION"), Sign::BeginsAndHas(b"", b"@relation")],
        advice: WEKA,
    },
    Format { what: "MATLAB 7.3, which is HDF5", signs: &[Sign::Begins(b"MATLAB 7.3")], advice: TABLE },
    Format {
        what: "a LIBSVM file",
        signs: &[Sign::Pairs],
        advice: Advice::Python(
            "import numpy as np; from sklearn.datasets import load_svmlight_file; x, y = load_svmlight_file('FILE', n_features=784, zero_based=False)\n\
             np.savetxt('digits.csv', np.c_[y, x.toarray()], '%g', ',')",
        ),
    },
    Format {
        what: "a Parquet file",
        signs: &[Sign::Begins(b"PAR1")],
        advice: Advice::Python(
            "import io, numpy as np, pandas as pd; from PIL import Image; d = pd.read_parquet('FILE')\n\
             np.savetxt('digits.csv', [[l, *np.array(Image.open(io.BytesIO(i['bytes']))).ravel()] \
             for i, l in zip(d.image, d.label)], '%d', ',')",
        ),
    },
    Format {
        what: "a NumPy array (.npy), images and labels apart",
        signs: &[Sign::Begins(b"\x93NUMPY")],
        advice: Advice::Python(
            "import numpy as np; x, y = np.load('FILE'), np.load('LABELS')\n\
             np.savetxt('digits.csv', np.c_[y, x.reshape(-1, 784)], '%d', ',')",
        ),
    },
    Format {
        what: "a MATLAB file",
        signs: &[Sign::Begins(b"MATLAB 5.0")],
        advice: Advice::Python(
            "import numpy as np, scipy.io; d = scipy.io.loadmat('FILE')\n\
             np.savetxt('digits.csv', np.c_[d['label'].ravel(), d['data'].T], '%d', ',')",
        ),
    },
    Format { what: "an IDX file of images", signs: &[Sign::Begins(&[0, 0, 8, 3])], advice: IDX },
    Format { what: "an IDX file of labels", signs: &[Sign::Begins(&[0, 0, 8, 1])], advice: IDX },
    Format {
        what: "a web page (HTML)",
        signs: &[Sign::Begins(b"<!DOCTYPE"), Sign::Begins(b"<!doctype"), Sign::Begins(b"<html")],
        advice: PAGE,
    },
    Format { what: "a table in HTML", signs: &[Sign::Begins(b"<table")], advice: TABLE },
    Format { what: "XML", signs: &[Sign::Begins(b"<?xml")], advice: TABLE },
    Format { what: "a PDF", signs: &[Sign::Begins(b"%PDF")], advice: TABLE },
    Format {
        what: "a file of Feather (Arrow)",
        signs: &[Sign::Begins(b"ARROW1")],
        advice: Advice::Say("Write it as CSV: pandas.read_feather and DataFrame.to_csv."),
    },
    Format {
        what: "data of R",
        signs: &[Sign::Begins(b"RDX2\n"), Sign::Begins(b"RDX3\n"), Sign::Begins(b"X\n\0\0")],
        advice: Advice::Say("Write it as CSV in R: write.csv(digits, 'digits.csv', row.names = FALSE)."),
    },
    Format {
        what: "a database of SQLite",
        signs: &[Sign::Begins(b"SQLite format 3\0")],
        advice: Advice::Say("Export the table as CSV: sqlite3 -header -csv FILE 'select * from TABLE'."),
    },
    Format {
        what: "a network in safetensors",
        signs: &[Sign::BeginsAndHas(b"", b"\0\0\0\0\0{\"")],
        advice: Advice::Say("A network is for --load, or for predict's --model; here goes a data set."),
    },
    Format { what: "SQL", signs: &[Sign::Statement, Sign::Begins(b"/*!")], advice: SQL },
    Format {
        what: "YAML",
        signs: &[
            Sign::Begins(b"---\n"),
            Sign::Begins(b"---\r"),
            Sign::Begins(b"%YAML"),
            Sign::Begins(b"- ["),
            Sign::Begins(b"- - "),
            Sign::Keys,
        ],
        advice: YAML,
    },
    Format { what: "an HDF5 file", signs: &[Sign::Begins(b"\x89HDF\r\n")], advice: TABLE },
    Format {
        what: "an image (PGM)",
        signs: &[Sign::Begins(b"P2\n"), Sign::Begins(b"P5\n"), Sign::Begins(b"P2 "), Sign::Begins(b"P5 ")],
        advice: IMAGE,
    },
    Format { what: "a PNG image", signs: &[Sign::Begins(b"\x89PNG")], advice: IMAGE },
    Format { what: "a JPEG image", signs: &[Sign::Begins(b"\xff\xd8\xff")], advice: IMAGE },
    Format {
        what: "a pointer to a file in Git LFS",
        signs: &[Sign::Begins(b"version https://git-lfs")],
        advice: LFS,
    },
];

/// The first bytes of a zip file; the name of its first file follows.
const ZIP: &[u8] = b"PK\x03\x04";
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
    let bytes = &bytes[..bytes.len().min(LOOKED_AT)];
    let text = bytes.trim_ascii_start();
    let is_here = |sign: &Sign| match *sign {
        Sign::Begins(sign) => text.starts_with(sign),
        Sign::BeginsAndHas(sign, other) => {
            bytes.starts_with(sign) && bytes.windows(other.len()).any(|here| here == other)
        }
        Sign::Pairs => is_pairs(text),
        Sign::Statement => is_statement(text),
        Sign::Keys => is_keys(text),
    };
    FORMATS.iter().find(|format| format.signs.iter().any(is_here))
}

/// Whether a text begins with a whole number and then `number:number`.
fn is_pairs(text: &[u8]) -> bool {
    let mut words = text.split(u8::is_ascii_whitespace);
    let is_number = |word: &[u8]| word.first().is_some_and(u8::is_ascii_digit);
    let (Some(label), Some(pair)) = (words.next(), words.next()) else { return false };
    let mut parts = pair.splitn(2, |byte| *byte == b':');
    let is_value = |word: &[u8]| is_number(word.strip_prefix(b"-").unwrap_or(word));
    is_number(label) && parts.next().is_some_and(is_number) && parts.next().is_some_and(is_value)
}

/// Whether a text begins like a statement of SQL.
fn is_statement(text: &[u8]) -> bool {
    const VERBS: [&str; 10] =
        ["insert", "replace", "create", "drop", "use", "set", "copy", "begin", "pragma", "lock"];
    let word = text.split(u8::is_ascii_whitespace).next().unwrap_or_default();
    let is_verb = VERBS.iter().any(|verb| word.eq_ignore_ascii_case(verb.as_bytes()));
    is_verb && text.iter().any(|byte| b";(`".contains(byte))
}

/// Whether a text begins with a key before a colon, and a list or a mapping follows it, or a dash stands before it.
fn is_keys(text: &[u8]) -> bool {
    let mut lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    let key = |line: &[u8]| -> Option<(bool, Vec<u8>)> {
        let (dash, line) = line.strip_prefix(b"- ").map_or((false, line), |line| (true, line));
        let at = line.iter().position(|byte| !(byte.is_ascii_alphanumeric() || b"_ \"'".contains(byte)))?;
        let value = line[at..].strip_prefix(b":")?;
        let is_key = line[0].is_ascii_alphanumeric() && (value.is_empty() || value.starts_with(b" "));
        is_key.then(|| (dash, value.trim_ascii().to_vec()))
    };
    let Some((dash, value)) = lines.next().and_then(key) else { return false };
    dash || value.starts_with(b"[")
        || (value.is_empty()
            && lines.next().is_some_and(|line| line.starts_with(b"- ") || key(line).is_some()))
        || lines.next().and_then(key).is_some_and(|(_, value)| value.starts_with(b"["))
}
