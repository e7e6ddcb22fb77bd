//! Chosen settings, by the number of training images. Where settings were tried against each other, held-out training
//! images decided, never the test images.

use crate::{
    Activation, Choice, Distortion, Init, LearningRate, Loss, OptimizerKind, ScheduleShape, Settings,
};

/// A name for chosen settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// Every switch off: stage 5.
    Plain,
    /// A small network with the improvements that cost little time: what is run unless told otherwise.
    Usual,
    /// The best for 1,000 images in half a minute.
    Small,
    /// The best for 60,000 images in ten minutes.
    Full,
}

impl Choice for Preset {
    const WHAT: &'static str = "preset";
    const ALL: &'static [(&'static str, Self)] = &[
        ("plain", Preset::Plain),
        ("usual", Preset::Usual),
        ("small", Preset::Small),
        ("full", Preset::Full),
    ];
}

impl Preset {
    /// The settings.
    pub fn settings(self) -> Settings {
        let modern = Settings {
            activation: Activation::Relu,
            loss: Loss::CrossEntropy,
            init: Init::He,
            optimizer: OptimizerKind::Momentum,
            schedule: ScheduleShape::Cosine,
            augment: Distortion::USUAL,
            ..Settings::plain()
        };
        match self {
            Preset::Plain => Settings::plain(),
            Preset::Usual => {
                Settings { learning_rate: LearningRate::Fixed(0.05), batch_size: 32, epochs: 100, ..modern }
            }
            Preset::Small => Settings {
                hidden: vec![512, 256],
                learning_rate: LearningRate::Fixed(0.05),
                weight_decay: 5e-4,
                augment: Distortion { elastic: 1.25, ..Distortion::USUAL },
                batch_size: 32,
                epochs: 400,
                measure_every: 20,
                ..modern
            },
            Preset::Full => Settings {
                hidden: vec![1200, 1200],
                learning_rate: LearningRate::Fixed(0.05),
                batch_size: 128,
                epochs: 100,
                measure_every: 5,
                ..modern
            },
        }
    }

    /// How many training images the settings were chosen for; none where any number will do.
    pub fn train_size(self) -> Option<usize> {
        match self {
            Preset::Plain | Preset::Usual => None,
            Preset::Small => Some(1000),
            Preset::Full => Some(60_000),
        }
    }
}
