//! Settings are read, refused, merged and written back as the flags that ask for them.

use super::*;

const MU: Setting = Setting {
    name: "momentum",
    kind: Kind::Number(Range::share().because("at 1 or more the velocity never fades")),
    usual: Value::Number(0.9),
    ..Setting::UNNAMED
};
const STEP: Setting = Setting { name: "epsilon", kind: Kind::Number(Range::above(0.0)), ..MU };
const RATE: Setting = Setting { kind: Kind::NumberOr(Range::from(0.0), "auto"), ..LEARNING_RATE };
const SHAPE: Setting = Setting {
    name: "schedule",
    kind: Kind::OneOf(&["constant", "cosine"]),
    usual: Value::Word("constant"),
    ..MU
};
const DEEP: Setting = Setting { kind: Kind::Layers { most: 3 }, ..HIDDEN };

#[test]
fn values_that_make_sense_are_read_as_they_are_written() {
    let read = |setting: &Setting, text: &str| setting.read(text).expect(text);
    assert_eq!(read(&EPOCHS, "0"), Value::Whole(0));
    assert_eq!(read(&MU, "0"), Value::Number(0.0));
    assert_eq!(read(&STEP, "1e-9"), Value::Number(1e-9));
    assert_eq!(read(&RATE, "auto"), Value::Word("auto"));
    assert_eq!(read(&RATE, "0.5"), Value::Number(0.5));
    assert_eq!(read(&SHAPE, "cosine"), Value::Word("cosine"));
    assert_eq!(read(&DEEP, "512, 256"), Value::Layers(Layers::of(&[512, 256])));
    assert_eq!(read(&HIDDEN, "0"), Value::Layers(Layers::of(&[])));
    assert_eq!(read(&DEEP, "0").to_string(), "0");
    assert_eq!(read(&UPDATES, "12"), Value::Whole(12));
    assert_eq!(read(&MEASURE_EVERY, "auto"), Value::Word("auto"));
    for setting in COMMON.into_iter().chain([BATCH_SIZE, LEARNING_RATE, MU, RATE, SHAPE, DEEP]) {
        assert_eq!(read(&setting, &setting.usual.to_string()), setting.usual, "{}", setting.name);
    }
}

#[test]
fn values_that_make_no_sense_are_refused_with_what_is_expected() {
    let nonsense: [(&Setting, &[&str]); 11] = [
        (&UPDATES, &["0", "none", "-1"]),
        (&MEASURE_EVERY, &["0", "AUTO", "1.5"]),
        (&EPOCHS, &["-1", "1.5", "", "99999999999999999999", "4294967296"]),
        (&HIDDEN, &["10001", "-1", "many", "10,10", ""]),
        (&BATCH_SIZE, &["0", "1.5"]),
        (&LEARNING_RATE, &["-0.1", "NaN", "inf", "1e300", "fast", "auto"]),
        (&MU, &["1", "0.9999999999", "-0.5", "nan"]),
        (&STEP, &["0", "1e-60", "-1", "inf"]),
        (&RATE, &["AUTO", "-1"]),
        (&SHAPE, &["", "cos"]),
        (&DEEP, &["10,", "10,,10", "1,1,1,1", "0,0", "5,0"]),
    ];
    for (setting, texts) in nonsense {
        for text in texts {
            let error = setting.read(text).expect_err(text);
            assert!(error.starts_with("expected "), "{error}");
        }
    }
    assert!(MU.read("1").expect_err("one").ends_with("less than, 1: at 1 or more the velocity never fades"));
    assert_eq!(STEP.expected(), "a number above 0, and finite");
}

#[test]
fn of_two_declarations_the_last_counts() {
    let settings = Settings::usual([HIDDEN, EPOCHS, DEEP.usually(Value::Layers(Layers::of(&[7, 5])))].iter());
    assert_eq!(settings.hidden(), [7, 5]);
    assert_eq!(settings.iter().count(), 2);
}

#[test]
fn a_value_that_was_set_is_checked_too() {
    let settings = Settings::usual(&[MU, EPOCHS]);
    assert!(settings.check().is_ok());
    let error = settings.with(&MU, Value::Number(1.5)).check().expect_err("too large");
    assert_eq!(error.exit_code(), 2);
    assert!(error.to_string().starts_with("--momentum is 1.5, expected a number from 0"), "{error}");
}

#[test]
fn settings_in_full_are_flags() {
    let patience = Setting { needs: "epochs", ..BATCH_SIZE };
    let settings = Settings::usual(&[EPOCHS, SHUFFLE, patience, MU]);
    assert_eq!(settings.as_flags(), "--epochs 100 --batch-size 10 --momentum 0.9");
    let settings = settings.with(&SHUFFLE, Value::Switch(false)).with(&EPOCHS, Value::Whole(0));
    assert_eq!(settings.as_flags(), "--epochs 0 --no-shuffle --momentum 0.9");
}

/// Protects the line that a run prints: it asks for the same run, and clap refuses both settings of such a pair.
#[test]
fn of_two_settings_that_exclude_each_other_one_is_said() {
    let settings = Settings::usual(&[EPOCHS, UPDATES, MU]);
    assert_eq!(settings.as_flags(), "--epochs 100 --momentum 0.9");
    let settings = settings.with(&UPDATES, Value::Whole(50));
    assert_eq!(settings.as_flags(), "--updates 50 --momentum 0.9");
    assert_eq!((settings.whole_or_word(&UPDATES), settings.whole(&EPOCHS)), (Some(50), 100));
}
