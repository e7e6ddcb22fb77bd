//! All switches of the stage, in one place.

use crate::{Activation, Choice, Distortion, Init, Loss, OptimizerKind, ScheduleShape};
use digits_core::{Error, Result};

/// The full learning rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LearningRate {
    /// This one.
    Fixed(f64),
    /// The one that a range test suggests.
    Auto,
}

/// How to build and train a network.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The units of each hidden layer.
    pub hidden: Vec<usize>,
    /// The function of the hidden units.
    pub activation: Activation,
    /// The outputs and what their error costs.
    pub loss: Loss,
    /// The starting weights.
    pub init: Init,
    /// What a gradient does to a parameter.
    pub optimizer: OptimizerKind,
    /// eta, the full learning rate.
    pub learning_rate: LearningRate,
    /// mu, the share of its memory that the optimizer keeps.
    pub momentum: f64,
    /// How much weights are pulled towards zero.
    pub weight_decay: f64,
    /// How the learning rate changes.
    pub schedule: ScheduleShape,
    /// Epochs of growing learning rate before that.
    pub warmup: f64,
    /// How far the images of each epoch are distorted.
    pub augment: Distortion,
    /// The probability that a hidden unit is left out.
    pub dropout: f64,
    /// The probability that a lit pixel is left out.
    pub input_dropout: f64,
    /// The examples of an update.
    pub batch_size: usize,
    /// How often every training image is seen.
    pub epochs: usize,
    /// The training images that are held out to decide when to stop; 0 for none.
    pub validation: usize,
    /// The epochs without progress after which training stops, if there is a validation.
    pub patience: usize,
    /// Accuracies are measured after every so many epochs, and after the first and the last.
    pub measure_every: usize,
    /// Where all random numbers come from.
    pub seed: u64,
    /// Whether the examples are shuffled anew for each epoch.
    pub shuffle: bool,
}

impl Settings {
    /// The stage with every switch off: `momentum`.
    pub fn plain() -> Self {
        Settings {
            hidden: vec![128],
            activation: Activation::Sigmoid,
            loss: Loss::SquaredError,
            init: Init::ScaledNormal,
            optimizer: OptimizerKind::Momentum,
            learning_rate: LearningRate::Fixed(0.05),
            momentum: 0.9,
            weight_decay: 0.0,
            schedule: ScheduleShape::Constant,
            warmup: 0.0,
            augment: Distortion::NONE,
            dropout: 0.0,
            input_dropout: 0.0,
            batch_size: 10,
            epochs: 100,
            validation: 0,
            patience: 20,
            measure_every: 1,
            seed: 1,
            shuffle: true,
        }
    }

    /// The settings as the flags that ask for them, in full; a flag that is a switch has no value.
    pub fn flags(&self) -> Vec<(&'static str, String)> {
        let hidden: Vec<String> = self.hidden.iter().map(usize::to_string).collect();
        let rate = match self.learning_rate {
            LearningRate::Fixed(eta) => eta.to_string(),
            LearningRate::Auto => "auto".to_owned(),
        };
        let mut flags = vec![
            ("hidden", hidden.join(",")),
            ("activation", self.activation.name().to_owned()),
            ("loss", self.loss.name().to_owned()),
            ("init", self.init.name().to_owned()),
            ("optimizer", self.optimizer.name().to_owned()),
            ("learning-rate", rate),
            ("momentum", self.momentum.to_string()),
            ("weight-decay", self.weight_decay.to_string()),
            ("schedule", self.schedule.name().to_owned()),
            ("warmup", self.warmup.to_string()),
            ("rotation", self.augment.rotation.to_string()),
            ("scaling", self.augment.scaling.to_string()),
            ("shear", self.augment.shear.to_string()),
            ("shift", self.augment.shift.to_string()),
            ("elastic", self.augment.elastic.to_string()),
            ("dropout", self.dropout.to_string()),
            ("input-dropout", self.input_dropout.to_string()),
            ("batch-size", self.batch_size.to_string()),
            ("epochs", self.epochs.to_string()),
            ("validation", self.validation.to_string()),
        ];
        if self.validation > 0 {
            flags.push(("patience", self.patience.to_string()));
        }
        flags.push(("measure-every", self.measure_every.to_string()));
        flags.push(("seed", self.seed.to_string()));
        if !self.shuffle {
            flags.push(("no-shuffle", String::new()));
        }
        flags
    }

    /// Refuses settings that make no sense, for this many training images.
    pub fn check(&self, train_size: usize) -> Result<()> {
        let refuse = |what: String| Err(Error::Usage(what));
        if self.hidden.is_empty() || self.hidden.contains(&0) {
            return refuse("--hidden needs at least one layer, and at least one unit in each".to_owned());
        }
        if self.batch_size == 0 || self.measure_every == 0 {
            return refuse("--batch-size and --measure-every must be at least 1".to_owned());
        }
        if let LearningRate::Fixed(eta) = self.learning_rate
            && !(eta.is_finite() && eta >= 0.0)
        {
            return refuse(format!(
                "--learning-rate {eta}: expected a number from 0 up, and finite, or auto"
            ));
        }
        for (flag, share) in
            [("momentum", self.momentum), ("dropout", self.dropout), ("input-dropout", self.input_dropout)]
        {
            if !(0.0..1.0).contains(&share) {
                return refuse(format!("--{flag} {share}: expected a number from 0 up to, but less than, 1"));
            }
        }
        let Distortion { rotation, scaling, shear, shift, elastic } = self.augment;
        for (flag, number) in [
            ("weight-decay", self.weight_decay),
            ("warmup", self.warmup),
            ("rotation", rotation),
            ("scaling", scaling),
            ("shear", shear),
            ("shift", shift),
            ("elastic", elastic),
        ] {
            if !(number.is_finite() && number >= 0.0) {
                return refuse(format!("--{flag} {number}: expected a number from 0 up, and finite"));
            }
        }
        if self.validation >= train_size {
            return refuse(format!(
                "--validation {} would hold out all of {train_size} training images\n\
                 Hold out fewer: the rest is what the network learns from.",
                self.validation
            ));
        }
        Ok(())
    }
}

impl Default for Settings {
    /// What the stage is run with unless told otherwise.
    fn default() -> Self {
        crate::Preset::Usual.settings()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Preset;

    #[test]
    fn every_preset_makes_sense() {
        for (name, preset) in Preset::ALL {
            assert!(preset.settings().check(1000).is_ok(), "{name}");
        }
    }

    #[test]
    fn nonsense_is_refused_with_its_flag() {
        type Nonsense = (&'static str, fn(&mut Settings));
        let nonsense: [Nonsense; 10] = [
            ("--hidden", |s| s.hidden = vec![]),
            ("--hidden", |s| s.hidden = vec![10, 0]),
            ("--batch-size", |s| s.batch_size = 0),
            ("--learning-rate", |s| s.learning_rate = LearningRate::Fixed(f64::NAN)),
            ("--momentum", |s| s.momentum = 1.0),
            ("--dropout", |s| s.dropout = -0.1),
            ("--input-dropout", |s| s.input_dropout = f64::NAN),
            ("--weight-decay", |s| s.weight_decay = f64::INFINITY),
            ("--shift", |s| s.augment.shift = -1.0),
            ("--validation", |s| s.validation = 1000),
        ];
        for (flag, change) in nonsense {
            let mut settings = Settings::plain();
            change(&mut settings);
            let error = settings.check(1000).expect_err(flag);
            assert_eq!(error.exit_code(), 2);
            assert!(error.to_string().contains(flag), "{error}");
        }
    }
}
