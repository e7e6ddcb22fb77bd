//! The settings that every stage has, and those of most rules.

use super::{Kind, Layers, RULE, Range, Setting, Value};

/// The heading of how long, on what and in which order.
const TRAINING: &str = "Training";
/// The word that leaves the number of updates to the epochs.
const ALL: &str = "all";
/// The word that leaves it to the program when to measure.
const AUTO: &str = "auto";

/// What every stage can be told.
pub const COMMON: [Setting; 6] = [EPOCHS, UPDATES, HIDDEN, SEED, SHUFFLE, MEASURE_EVERY];

/// How often every training image is seen.
///
/// Glossary (`docs/book/glossary.md`): epoch.
pub const EPOCHS: Setting = Setting {
    name: "epochs",
    group: TRAINING,
    value_name: "N",
    kind: Kind::Whole { least: 0, most: u32::MAX as u64 },
    usual: Value::Whole(100),
    help: "How often every training image is seen",
    ..Setting::UNNAMED
};
/// How many updates are made, where that is not left to the epochs.
pub const UPDATES: Setting = Setting {
    name: "updates",
    group: TRAINING,
    value_name: "N",
    kind: Kind::WholeOr { least: 1, most: u32::MAX as u64, word: ALL },
    usual: Value::Word(ALL),
    help: "End after so many updates, also within an epoch; all makes those of --epochs",
    conflicts: "epochs",
    ..Setting::UNNAMED
};
/// The units of the hidden layer.
///
/// Glossary (`docs/book/glossary.md`): hidden layer.
pub const HIDDEN: Setting = Setting {
    name: "hidden",
    symbol: "H",
    group: TRAINING,
    value_name: "H",
    kind: Kind::Layers { most: 1 },
    usual: Value::Layers(Layers::of(&[128])),
    help: "How many units the hidden layer has; 0 connects the pixels to the outputs, without a hidden layer",
    ..Setting::UNNAMED
};
/// Where the starting weights and the order of the images come from.
///
/// Glossary (`docs/book/glossary.md`): seed.
pub const SEED: Setting = Setting {
    name: "seed",
    group: TRAINING,
    value_name: "N",
    kind: Kind::Whole { least: 0, most: u64::MAX },
    usual: Value::Whole(1),
    help: "Where the starting weights and the order of the images come from",
    ..Setting::UNNAMED
};
/// Whether the images are shuffled anew for each epoch.
///
/// Glossary (`docs/book/glossary.md`): shuffle.
pub const SHUFFLE: Setting = Setting {
    name: "shuffle",
    group: TRAINING,
    kind: Kind::Switch,
    usual: Value::Switch(true),
    help: "Keep the images in their file's order, instead of shuffling them anew for each epoch",
    ..Setting::UNNAMED
};
/// How often accuracies are measured on the way.
pub const MEASURE_EVERY: Setting = Setting {
    name: "measure-every",
    group: TRAINING,
    value_name: "EPOCHS",
    kind: Kind::WholeOr { least: 1, most: u64::MAX, word: AUTO },
    usual: Value::Word(AUTO),
    help: "How often accuracies are measured; auto does so after epochs 1 to 10, then at ever wider steps, and after the \
           last",
    ..Setting::UNNAMED
};
/// B, the examples of an update.
///
/// Glossary (`docs/book/glossary.md`): batch size.
pub const BATCH_SIZE: Setting = Setting {
    name: "batch-size",
    symbol: "B",
    group: RULE,
    value_name: "N",
    kind: Kind::Whole { least: 1, most: u64::MAX },
    usual: Value::Whole(10),
    help: "How many images an update sees",
    ..Setting::UNNAMED
};
/// eta, how far an update moves against the error.
///
/// Glossary (`docs/book/glossary.md`): learning rate.
pub const LEARNING_RATE: Setting = Setting {
    name: "learning-rate",
    symbol: "eta",
    group: RULE,
    value_name: "ETA",
    kind: Kind::Number(Range::from(0.0)),
    usual: Value::Number(1.0),
    help: "eta, how far an update moves against the error",
    ..Setting::UNNAMED
};
