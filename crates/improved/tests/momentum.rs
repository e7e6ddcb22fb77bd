//! With every switch off, the stage is `momentum`, to the last bit.

use digits_core::batch::SparseExamples;
use digits_core::data::{Split, practice};
use digits_core::network::Network;
use digits_core::settings::{BATCH_SIZE, EPOCHS, HIDDEN, Layers, SEED, SHUFFLE, Settings, Value};
use digits_core::stage::Stage;
use digits_core::training::{Outcome, TrainingData, train};
use improved::settings::OPTIMIZER;
use improved::{ABOUT, Improved};
use momentum::{MOMENTUM, Momentum};

fn data() -> TrainingData {
    TrainingData {
        train: SparseExamples::from(&practice::examples(5, Split::Train, 103)), // the last batch is short
        test: SparseExamples::from(&practice::examples(5, Split::Test, 60)),
    }
}

fn trained<S: Stage>(settings: &Settings) -> (Network, Outcome) {
    let mut network = S::network(settings);
    let outcome = train::<f32, S>(settings, &mut network, &data(), &mut ()).expect("trains");
    (network, outcome)
}

#[test]
fn with_every_switch_off_it_is_momentum_to_the_last_bit() {
    let cases: [(&[usize], u64, bool); 6] = [
        (&[33], 1, true),
        (&[33], 7, true),
        (&[33], 10, true),
        (&[128], 10, false),
        (&[], 1, true),
        (&[], 7, true),
    ];
    for (hidden, batch_size, shuffle) in cases {
        let changed = |settings: Settings| {
            settings
                .with(&HIDDEN, Value::Layers(Layers::of(hidden)))
                .with(&BATCH_SIZE, Value::Whole(batch_size))
                .with(&SHUFFLE, Value::Switch(shuffle))
                .with(&EPOCHS, Value::Whole(3))
                .with(&SEED, Value::Whole(4))
        };
        let (deep, found) = trained::<Improved>(&changed(ABOUT.settings()));
        let (network, expected) = trained::<Momentum>(&changed(<Momentum as Stage>::ABOUT.settings()));
        assert_eq!(deep.fingerprint(), network.fingerprint(), "{hidden:?}, {batch_size}");
        assert_eq!(found.history, expected.history);
        assert_eq!((found.train, found.test), (expected.train, expected.test));
        assert_eq!((found.updates, found.examples), (expected.updates, expected.examples));
    }
}

#[test]
fn every_setting_of_momentum_has_its_value_when_every_switch_is_off() {
    let plain = ABOUT.preset("plain").expect("a preset");
    for (setting, value) in <Momentum as Stage>::ABOUT.settings().iter() {
        assert_eq!(plain.get(setting), Some(value), "{}", setting.name);
    }
}

/// Nesterov with mu 0, momentum with mu 0 and sgd are one rule.
#[test]
fn without_a_memory_all_rules_are_one() {
    let with = |optimizer| {
        let settings = ABOUT
            .settings()
            .with(&HIDDEN, Value::Layers(Layers::of(&[20])))
            .with(&OPTIMIZER, Value::Word(optimizer))
            .with(&MOMENTUM, Value::Number(0.0))
            .with(&EPOCHS, Value::Whole(2));
        trained::<Improved>(&settings).0.fingerprint()
    };
    let sgd = with("sgd");
    assert_eq!(sgd, with("momentum"));
    assert_eq!(sgd, with("nesterov"));
    assert_ne!(sgd, with("adam"));
}
