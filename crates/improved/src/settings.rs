//! All switches of the stage, each declared once, and the presets, which are chosen values of them.
//!
//! As declared, every switch is off: the stage is `momentum`. The presets turn them on. Where values were tried against
//! each other, held-out training images decided, never the test images.

use crate::{Distortion, OptimizerKind, ScheduleShape};
use digits_core::Choice;
use digits_core::choice::names;
use digits_core::network::{Activation, Init, Loss};
use digits_core::settings::{
    BATCH_SIZE, EPOCHS, HIDDEN, Kind, LEARNING_RATE, Layers, MAX_LAYERS, MEASURE_EVERY, Range, Setting,
    Settings, Value,
};
use digits_core::stage::Preset;
use digits_core::training::{PATIENCE, VALIDATION};
use momentum::MOMENTUM;

/// The heading of the switches in help.
const IMPROVEMENTS: &str = "Improvements, one switch each";
/// The word that leaves the learning rate to the range test.
pub const AUTO: &str = "auto";
/// The word that leaves the extent of a distortion to its usual one, times the strength of all.
const USUAL: &str = "usual";

/// The names of each choice.
const ACTIVATIONS: [&str; 4] = names::<Activation, 4>();
const LOSSES: [&str; 2] = names::<Loss, 2>();
const INITS: [&str; 3] = names::<Init, 3>();
const OPTIMIZERS: [&str; 4] = names::<OptimizerKind, 4>();
const SHAPES: [&str; 4] = names::<ScheduleShape, 4>();

/// A switch that is usually off.
const SWITCH: Setting = Setting { group: IMPROVEMENTS, ..Setting::UNNAMED };

/// The units of each hidden layer.
pub const LAYERS: Setting = Setting {
    value_name: "H,H,...",
    kind: Kind::Layers { most: MAX_LAYERS },
    help: "How many units each hidden layer has, from the images to the outputs; 0 for no hidden layer",
    ..HIDDEN
};
/// The learning rate, which a range test may find.
pub const RATE: Setting = Setting {
    value_name: "ETA|auto",
    kind: Kind::NumberOr(Range::from(0.0), AUTO),
    usual: Value::Number(0.05),
    help: "eta, how far an update moves against the error; auto finds one by a range test",
    ..LEARNING_RATE
};
/// The function of the hidden units.
pub const ACTIVATION: Setting = Setting {
    name: "activation",
    value_name: "NAME",
    kind: Kind::OneOf(&ACTIVATIONS),
    usual: Value::Word("sigmoid"),
    help: "What hidden units make of their input",
    ..SWITCH
};
/// The outputs and what their error costs.
pub const LOSS: Setting = Setting {
    name: "loss",
    value_name: "NAME",
    kind: Kind::OneOf(&LOSSES),
    usual: Value::Word("squared-error"),
    help: "The outputs and what their error costs; cross-entropy has softmax outputs",
    ..SWITCH
};
/// The starting weights.
pub const INIT: Setting = Setting {
    name: "init",
    value_name: "NAME",
    kind: Kind::OneOf(&INITS),
    usual: Value::Word("scaled-normal"),
    help: "The starting weights",
    ..SWITCH
};
/// What a gradient does to a parameter.
pub const OPTIMIZER: Setting = Setting {
    name: "optimizer",
    value_name: "NAME",
    kind: Kind::OneOf(&OPTIMIZERS),
    usual: Value::Word("momentum"),
    help: "What a gradient does to a parameter",
    ..SWITCH
};
/// How the learning rate changes.
pub const SCHEDULE: Setting = Setting {
    name: "schedule",
    value_name: "NAME",
    kind: Kind::OneOf(&SHAPES),
    usual: Value::Word("constant"),
    help: "How the learning rate changes while training goes on",
    ..SWITCH
};
/// Epochs of growing learning rate before that.
pub const WARMUP: Setting = Setting {
    name: "warmup",
    value_name: "EPOCHS",
    help: "Epochs in which the learning rate grows from 0",
    ..FROM_ZERO
};
/// The strength of all distortions.
pub const AUGMENT: Setting = Setting {
    name: "augment",
    value_name: "STRENGTH",
    help: "Learn from distorted images, fresh in every epoch: 1 is the usual strength of the five distortions below, 0 \
           turns them off",
    ..FROM_ZERO
};
/// The largest rotation.
pub const ROTATION: Setting = Setting {
    name: "rotation",
    value_name: "DEGREES",
    help: "Turn images by up to so many degrees",
    ..DISTORTION
};
/// The largest scaling.
pub const SCALING: Setting = Setting {
    name: "scaling",
    value_name: "SHARE",
    help: "Stretch or shrink width and height by up to this share, each for itself",
    ..DISTORTION
};
/// The largest shear.
pub const SHEAR: Setting = Setting {
    name: "shear",
    value_name: "PIXELS",
    help: "Lean images by up to so many pixels to the side for each pixel down",
    ..DISTORTION
};
/// The largest shift.
pub const SHIFT: Setting = Setting {
    name: "shift",
    value_name: "PIXELS",
    help: "Move images by up to so many pixels",
    ..DISTORTION
};
/// The typical elastic displacement.
pub const ELASTIC: Setting = Setting {
    name: "elastic",
    value_name: "PIXELS",
    help: "Displace every place differently, but smoothly, typically by so many pixels",
    ..DISTORTION
};
/// The probability that a hidden unit is left out.
pub const DROPOUT: Setting =
    Setting { name: "dropout", help: "The share of hidden units left out of an update", ..SHARE };
/// The probability that a lit pixel is left out.
pub const INPUT_DROPOUT: Setting =
    Setting { name: "input-dropout", help: "The share of lit pixels left out of an update", ..SHARE };
/// How much weights are pulled towards zero.
pub const WEIGHT_DECAY: Setting = Setting {
    name: "weight-decay",
    symbol: "lambda",
    value_name: "LAMBDA",
    help: "How much weights are pulled towards zero",
    ..FROM_ZERO
};

/// A number from 0 up that is usually 0.
const FROM_ZERO: Setting =
    Setting { kind: Kind::Number(Range::from(0.0)), usual: Value::Number(0.0), ..SWITCH };
/// A share below 1 that is usually 0.
const SHARE: Setting = Setting { value_name: "P", kind: Kind::Number(Range::share()), ..FROM_ZERO };
/// The extent of a distortion.
const DISTORTION: Setting =
    Setting { kind: Kind::NumberOr(Range::from(0.0), USUAL), usual: Value::Word(USUAL), ..SWITCH };

/// All settings, besides those that every stage has.
pub const SETTINGS: &[Setting] = &[
    BATCH_SIZE,
    RATE,
    MOMENTUM,
    LAYERS,
    ACTIVATION,
    LOSS,
    INIT,
    OPTIMIZER,
    SCHEDULE,
    WARMUP,
    AUGMENT,
    ROTATION,
    SCALING,
    SHEAR,
    SHIFT,
    ELASTIC,
    DROPOUT,
    INPUT_DROPOUT,
    WEIGHT_DECAY,
    Setting { group: IMPROVEMENTS, ..VALIDATION },
    Setting { group: IMPROVEMENTS, ..PATIENCE },
];

/// The presets; the first is what is run unless told otherwise.
pub const PRESETS: &[Preset] = &[
    Preset {
        name: "usual",
        help: "a small network with the improvements that cost little time",
        changes: &[
            (ACTIVATION.name, Value::Word("relu")),
            (LOSS.name, Value::Word("cross-entropy")),
            (INIT.name, Value::Word("he")),
            (SCHEDULE.name, Value::Word("cosine")),
            (AUGMENT.name, Value::Number(1.0)),
            (BATCH_SIZE.name, Value::Whole(32)),
        ],
        train_size: None,
    },
    Preset {
        name: "plain",
        help: "every switch off, which is stage 5, momentum",
        changes: &[],
        train_size: None,
    },
    Preset {
        name: "small",
        help: "the best for 1,000 images, in ten to twenty seconds",
        changes: &[
            (ACTIVATION.name, Value::Word("relu")),
            (LOSS.name, Value::Word("cross-entropy")),
            (INIT.name, Value::Word("he")),
            (SCHEDULE.name, Value::Word("cosine")),
            (AUGMENT.name, Value::Number(1.0)),
            (ELASTIC.name, Value::Number(1.25)),
            (HIDDEN.name, Value::Layers(Layers::of(&[512, 256]))),
            (WEIGHT_DECAY.name, Value::Number(5e-4)),
            (BATCH_SIZE.name, Value::Whole(32)),
            (EPOCHS.name, Value::Whole(400)),
            (MEASURE_EVERY.name, Value::Whole(20)),
        ],
        train_size: Some(1000),
    },
    Preset {
        name: "full",
        help: "the best for 60,000 images, in ten minutes",
        changes: &[
            (ACTIVATION.name, Value::Word("relu")),
            (LOSS.name, Value::Word("cross-entropy")),
            (INIT.name, Value::Word("he")),
            (SCHEDULE.name, Value::Word("cosine")),
            (AUGMENT.name, Value::Number(1.0)),
            (HIDDEN.name, Value::Layers(Layers::of(&[1200, 1200]))),
            (BATCH_SIZE.name, Value::Whole(128)),
            (MEASURE_EVERY.name, Value::Whole(5)),
        ],
        train_size: Some(60_000),
    },
];

/// One of a few named things that the settings chose.
pub(crate) fn chosen<C: Choice>(settings: &Settings, setting: &Setting) -> C {
    // The declarations above list the names of the choices themselves, and settings are checked.
    C::named(settings.word(setting)).unwrap_or_else(|error| unreachable!("{}: {error}", setting.name))
}

impl From<&Settings> for Distortion {
    /// Each kind as far as its setting says, or its usual extent times the strength of all.
    fn from(settings: &Settings) -> Self {
        let usual = Distortion::USUAL.times(settings.number(&AUGMENT));
        let extent = |setting: &Setting, usual: f64| match settings.get(setting) {
            Some(Value::Number(extent)) => extent,
            _ => usual,
        };
        Distortion {
            rotation: extent(&ROTATION, usual.rotation),
            scaling: extent(&SCALING, usual.scaling),
            shear: extent(&SHEAR, usual.shear),
            shift: extent(&SHIFT, usual.shift),
            elastic: extent(&ELASTIC, usual.elastic),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ABOUT;

    #[test]
    fn every_preset_makes_sense() {
        for preset in PRESETS {
            let settings = ABOUT.preset(preset.name).expect(preset.name);
            assert!(settings.check().is_ok(), "{}", preset.name);
            // A name that no setting has would change nothing.
            for (name, value) in preset.changes {
                assert!(
                    settings.iter().any(|(setting, found)| setting.name == *name && found == *value),
                    "{name}"
                );
            }
        }
    }

    #[test]
    fn every_name_that_is_declared_is_a_choice() {
        let all = [(ACTIVATION, Activation::ALL.len()), (LOSS, Loss::ALL.len()), (INIT, Init::ALL.len())];
        let own = [(OPTIMIZER, OptimizerKind::ALL.len()), (SCHEDULE, ScheduleShape::ALL.len())];
        for (setting, choices) in all.into_iter().chain(own) {
            assert!(matches!(setting.kind, Kind::OneOf(names) if names.len() == choices), "{}", setting.name);
        }
    }

    #[test]
    fn a_distortion_goes_as_far_as_its_own_setting_says() {
        let settings = ABOUT.settings();
        assert_eq!(Distortion::from(&settings), Distortion::NONE);
        let settings = settings.with(&ROTATION, Value::Number(7.0));
        assert_eq!(Distortion::from(&settings), Distortion { rotation: 7.0, ..Distortion::NONE });
        let settings = settings.with(&AUGMENT, Value::Number(0.5));
        assert_eq!(Distortion::from(&settings), Distortion { rotation: 7.0, ..Distortion::USUAL.times(0.5) });
    }
}
