//! What all stages share: data, linear algebra, the network, the training loop, evaluation and checkpoints.
//!
//! A batch flows one way: a file becomes a [`data::Dataset`], the training loop shuffles it into batches, a
//! [`stage::Stage`] changes a [`network::Network`] after seeing each batch, [`evaluation`] measures the result, and
//! a [`training::Record`] of each epoch remembers it. Nothing here writes to the terminal, and nothing here knows a particular
//! stage.

pub mod angles;
pub mod baselines;
pub mod batch;
pub mod checkpoint;
pub mod choice;
pub mod data;
pub mod diagnosis;
pub mod early_stopping;
pub mod error;
pub mod evaluation;
#[cfg(feature = "files")]
pub mod files;
pub mod fingerprint;
pub mod gradient_check;
pub mod linalg;
pub mod mistakes;
pub mod network;
pub mod parallel;
pub mod printable;
pub mod random;
pub mod settings;
pub mod stage;
pub mod training;
pub mod words;

pub use choice::Choice;
pub use error::{Error, Result};
