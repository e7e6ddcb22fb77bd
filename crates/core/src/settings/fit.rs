//! Whether settings fit the training images and the memory that there are.

use super::{BATCH_SIZE, Settings, Value};
use crate::data::{CLASSES, PIXELS};
use crate::error::{Error, Result};
use crate::training::VALIDATION;

impl Settings {
    /// Refuses values that make no sense, for so many training images, or in so many bytes of memory.
    ///
    /// # Errors
    /// [`Error::Usage`] with the flags that would help.
    pub fn check_for(&self, train_size: usize, memory: usize) -> Result<()> {
        self.check()?;
        let batch_size = self.get(&BATCH_SIZE).map_or(1, |_| self.whole(&BATCH_SIZE)).min(train_size);
        let layers = [&[PIXELS], &self.hidden()[..], &[CLASSES]].concat();
        let weights: usize = layers.windows(2).map(|pair| pair[0].saturating_mul(pair[1])).sum();
        // Weights, their gradients and two memories of an optimizer; outputs, errors and masks of the units.
        let numbers = weights
            .saturating_mul(4)
            .saturating_add(batch_size.saturating_mul(4 * layers.iter().sum::<usize>()));
        let needed = numbers.saturating_mul(size_of::<f32>());
        if needed > memory {
            let units: Vec<String> = self.hidden().iter().map(usize::to_string).collect();
            return Err(Error::Usage(format!(
                "a batch of {batch_size} images through {} hidden units needs too much memory: {}, where {} are \
                 allowed\nGive a smaller --hidden or --batch-size.",
                units.join(", "),
                size(needed),
                size(memory)
            )));
        }
        match self.get(&VALIDATION) {
            Some(Value::Whole(held_out @ 1..)) if held_out as usize >= train_size => {
                Err(Error::Usage(format!(
                    "--validation {held_out} would hold out all of {train_size} training images\n\
                     Hold out fewer: the rest is what the network learns from."
                )))
            }
            _ => Ok(()),
        }
    }
}

/// A number of bytes, rounded up: in gigabytes from one on, else in megabytes.
fn size(bytes: usize) -> String {
    match bytes >> 30 {
        0 => format!("{} MB", bytes.div_ceil(1 << 20)),
        _ => format!("{} GB", bytes.div_ceil(1 << 30)),
    }
}
