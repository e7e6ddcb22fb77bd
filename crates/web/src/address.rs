//! An experiment, read from the page's address: its keys are the command line's flags, its values are read and checked as
//! there. A key that begins with a stage's name and a dot is for that stage alone.

use crate::message::Question;
use digits_core::data::practice::{TEST_LEN, TRAIN_LEN};
use digits_core::data::sets::USUAL_TEST_SHARE;
use digits_core::settings::{Kind, Range, Setting, Settings, Value};
use digits_core::stage::About;
use digits_core::{Error, Result};
use serde_json::{Map, Value as Json, json};
use stages::IMPROVED;

/// The memory that the parameters, signals and batches of a stage may take here.
const MEMORY: usize = 256 << 20;
/// The word for all images that there are.
const ALL: &str = "all";
/// What follows a stage's name where it begins a key.
const DOT: char = '.';
/// The keys that are the page's own.
const VIEW: &str = "view.";
/// The heading of the data's settings.
const GROUP: &str = "Data";

/// How many images are learned from.
const TRAIN_SIZE: Setting = Setting {
    name: "train-size",
    group: GROUP,
    value_name: "N|all",
    kind: Kind::WholeOr { least: 1, most: u32::MAX as u64, word: ALL },
    usual: Value::Whole(1000),
    help: "How many training images to learn from",
    ..Setting::UNNAMED
};
/// How many images all are judged by.
const TEST_SIZE: Setting = Setting {
    name: "test-size",
    usual: Value::Word(ALL),
    help: "How many test images to be judged by",
    ..TRAIN_SIZE
};
/// How a single set is parted.
const TEST_SHARE: Setting = Setting {
    name: "test-share",
    group: GROUP,
    value_name: "SHARE",
    kind: Kind::Number(Range::above(0.0).below(1.0)),
    usual: Value::Number(USUAL_TEST_SHARE),
    help: "How much of a single file is for testing",
    ..Setting::UNNAMED
};
/// What an experiment can say about its data.
pub(crate) const DATA: [Setting; 3] = [TRAIN_SIZE, TEST_SIZE, TEST_SHARE];

/// What is to be trained on what.
pub(crate) struct Experiment {
    /// The stages, in the order in which they are taught, with their settings and those that they usually have.
    stages: Vec<(About, Settings, Settings)>,
    data: Settings,
    /// The values that all stages share, as they were given.
    shared: Map<String, Json>,
    /// What was wrong, in whose place the usual value stands.
    problems: Vec<String>,
}

/// How many images there are, and how many may be used.
#[derive(Clone, Copy)]
pub(crate) struct Available {
    /// For training.
    pub(crate) train: usize,
    /// For testing.
    pub(crate) test: usize,
    /// The most that a training may use here.
    pub(crate) most: usize,
}

impl Available {
    /// The practice digits.
    pub(crate) const PRACTICE: Available = Available { train: TRAIN_LEN, test: TEST_LEN, most: usize::MAX };
}

impl Experiment {
    /// Reads the pairs of an address, which are in the field `pairs` of a question.
    ///
    /// # Errors
    /// A question without such pairs. What is wrong with a pair is a problem of the experiment, no error.
    pub(crate) fn read(question: &Question<'_>, available: Available) -> Result<Self> {
        let pair =
            |value: &Json| Some((value.get(0)?.as_str()?.to_owned(), value.get(1)?.as_str()?.to_owned()));
        let pairs: Option<Vec<(String, String)>> =
            question.get("pairs").as_array().and_then(|pairs| pairs.iter().map(pair).collect());
        let pairs = pairs.ok_or_else(|| Error::Usage("expected pairs of keys and values".to_owned()))?;
        Ok(Experiment::of(&pairs, available))
    }

    fn of(pairs: &[(String, String)], available: Available) -> Self {
        let mut problems = Vec::new();
        let all = stages::all();
        let names = pairs.iter().rev().find(|(key, _)| key == "stages").map(|(_, names)| names.as_str());
        let chosen = choose(&all, names, &mut problems);
        let preset = |about: &About| {
            let key = format!("{}{DOT}preset", about.name);
            pairs.iter().rev().find(|(known, _)| *known == key).and_then(|(_, name)| about.preset(name))
        };
        let mut experiment = Experiment {
            stages: chosen
                .into_iter()
                .map(|about| {
                    let usual = preset(&about).unwrap_or_else(|| about.usual());
                    (about, usual.clone(), usual)
                })
                .collect(),
            data: Settings::usual(&DATA),
            shared: Map::new(),
            problems,
        };
        // What is for one stage counts more than what is for all.
        let (own, shared): (Vec<_>, Vec<_>) = pairs.iter().partition(|(key, _)| key.contains(DOT));
        for (key, value) in shared.into_iter().chain(own) {
            if key != "stages" && !key.starts_with(VIEW) {
                experiment.set(&all, key, value);
            }
        }
        experiment.check(available);
        experiment
    }

    /// Takes over one pair.
    fn set(&mut self, all: &[About], key: &str, text: &str) {
        let (stage, flag) = match key.split_once(DOT) {
            Some((stage, flag)) => (Some(stage), flag),
            None => (None, key),
        };
        if stage.is_some_and(|stage| all.iter().all(|about| about.name != stage)) {
            return self.problems.push(format!("{key} names no stage"));
        }
        if flag == "preset" {
            let known = all.iter().any(|about| {
                stage == Some(about.name) && about.presets.iter().any(|preset| preset.name == text)
            });
            if !known {
                self.problems.push(format!("{key} is {text}, which is no preset"));
            }
            return;
        }
        let declares = |settings: &Settings| -> Option<Setting> {
            settings.iter().find(|(setting, _)| setting.flag() == flag).map(|(setting, _)| *setting)
        };
        if stage.is_none()
            && let Some(setting) = declares(&self.data)
        {
            match read(&setting, text) {
                Ok(value) => self.data.set(setting.name, value),
                Err(expected) => self.problems.push(format!("--{flag} is {text}, {expected}")),
            }
            return;
        }
        let concerned = |about: &&About| stage.is_none_or(|stage| stage == about.name);
        if !all.iter().filter(concerned).any(|about| declares(&about.settings()).is_some()) {
            return self.problems.push(format!("there is no setting {key}"));
        }
        for (about, settings, _) in &mut self.stages {
            if stage.is_some_and(|stage| stage != about.name) {
                continue;
            }
            let Some(setting) = declares(settings) else { continue };
            match read(&setting, text) {
                Ok(value) => {
                    settings.set(setting.name, value);
                    if stage.is_none() {
                        self.shared.insert(flag.to_owned(), text.into());
                    }
                }
                Err(expected) => {
                    let problem = format!("--{key} is {text}, {expected}");
                    if !self.problems.contains(&problem) {
                        self.problems.push(problem);
                    }
                }
            }
        }
    }

    /// Puts usual values in the place of those that do not fit the images or the memory.
    fn check(&mut self, available: Available) {
        let Available { train, test, most } = available;
        for (setting, there, what) in [(TRAIN_SIZE, train, "training"), (TEST_SIZE, test, "test")] {
            let Some(wanted) = self.data.whole_or_word(&setting) else { continue };
            if wanted > there {
                if Value::Whole(wanted as u64) != setting.usual {
                    let flag = setting.name;
                    self.problems.push(format!(
                        "--{flag} asks for {wanted} {what} images, but there are {there}: all of them are taken"
                    ));
                }
                self.data.set(setting.name, Value::Word(ALL));
            }
        }
        if self.size(&TRAIN_SIZE, train) > most {
            self.problems.push(format!("at most {most} training images fit into the memory of this tab"));
            self.data.set(TRAIN_SIZE.name, Value::Whole(most as u64));
        }
        let size = self.train_size(available);
        for (about, settings, usual) in &mut self.stages {
            if let Err(error) = settings.check_for(size, MEMORY) {
                self.problems.push(format!("{}: {error}", about.name));
                *settings = usual.clone();
            }
        }
    }

    fn size(&self, setting: &Setting, there: usize) -> usize {
        self.data.whole_or_word(setting).unwrap_or(there)
    }

    /// How many images are learned from.
    pub(crate) fn train_size(&self, available: Available) -> usize {
        self.size(&TRAIN_SIZE, available.train)
    }

    /// How many images all are judged by.
    pub(crate) fn test_size(&self, available: Available) -> usize {
        self.size(&TEST_SIZE, available.test)
    }

    /// How much of a single set is for testing.
    pub(crate) fn test_share(&self) -> f64 {
        self.data.number(&TEST_SHARE)
    }

    /// The seed of the first stage: which images of a single set are for testing.
    pub(crate) fn seed(&self) -> u64 {
        self.stages.first().map_or(1, |(_, settings, _)| settings.seed())
    }

    /// The experiment for the page; `data` is what the command line's `--data` says.
    pub(crate) fn describe(&self, data: &str, available: Available) -> Json {
        let of_stage = |(about, settings, usual): &(About, Settings, Settings)| {
            let values: Map<String, Json> = settings
                .iter()
                .map(|(setting, value)| (setting.name.to_owned(), json!(value.to_string())))
                .collect();
            let changed: Vec<&str> = settings
                .iter()
                .filter(|(setting, value)| usual.get(setting) != Some(*value))
                .map(|(setting, _)| setting.name)
                .collect();
            json!({
                "name": about.name,
                "settings": values,
                "changed": changed,
                "command": self.command(about, settings, data),
            })
        };
        json!({
            "stages": self.stages.iter().map(of_stage).collect::<Json>(),
            "trainSize": self.train_size(available),
            "testSize": self.test_size(available),
            "shared": self.shared,
        })
    }

    /// What is wrong with the address.
    pub(crate) fn problems(&self) -> &[String] {
        &self.problems
    }

    /// The command that trains the same network in the terminal.
    fn command(&self, about: &About, settings: &Settings, data: &str) -> String {
        let usual = about.usual();
        let changed = |(setting, value): &(&Setting, Value)| usual.get(setting) != Some(*value);
        let flag = |(setting, value): (&Setting, Value)| match value {
            Value::Switch(_) => format!(" --{}", setting.flag()),
            value => format!(" --{} {value}", setting.name),
        };
        let rule: String = settings.iter().filter(changed).map(flag).collect();
        let sizes = self.data.iter().filter(|(setting, value)| *value != setting.usual);
        let sizes: String = sizes.map(flag).collect();
        format!("cargo run -p {} -- --data {data}{sizes}{rule}", about.name)
    }
}

/// Reads a value as the flag does; a switch has none.
fn read(setting: &Setting, text: &str) -> std::result::Result<Value, String> {
    match setting.usual {
        Value::Switch(usual) if text.is_empty() => Ok(Value::Switch(!usual)),
        Value::Switch(_) => Err("expected nothing behind a switch".to_owned()),
        _ => setting.read(text),
    }
}

/// The stages with these names, or the rules where there are none.
fn choose(all: &[About], names: Option<&str>, problems: &mut Vec<String>) -> Vec<About> {
    let wanted: Vec<&str> =
        names.unwrap_or("").split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    for unknown in wanted.iter().filter(|name| all.iter().all(|about| about.name != **name)) {
        problems.push(format!("--stages names {unknown}, which is no stage"));
    }
    let chosen: Vec<About> = all.iter().filter(|about| wanted.contains(&about.name)).copied().collect();
    match chosen.is_empty() {
        true => all.iter().filter(|about| about.name != IMPROVED).copied().collect(),
        false => chosen,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(address: &str) -> Experiment {
        let pair = |pair: &str| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (key.to_owned(), value.to_owned())
        };
        let pairs: Vec<_> = address.split('&').filter(|pair| !pair.is_empty()).map(pair).collect();
        Experiment::of(&pairs, Available::PRACTICE)
    }

    fn value(experiment: &Experiment, stage: &str, name: &str) -> String {
        let described = experiment.describe("practice", Available::PRACTICE);
        let stages = described["stages"].as_array().expect("stages");
        let found = stages.iter().find(|found| found["name"] == stage).expect(stage);
        found["settings"][name].as_str().expect(name).to_owned()
    }

    #[test]
    fn an_empty_address_is_the_usual_experiment() {
        let experiment = read("");
        assert!(experiment.problems.is_empty());
        assert_eq!(experiment.stages.len(), 5);
        assert_eq!(
            (experiment.train_size(Available::PRACTICE), experiment.test_size(Available::PRACTICE)),
            (1000, 2000)
        );
    }

    #[test]
    fn keys_are_flags_and_a_stages_own_count_more() {
        let experiment = read(
            "gradient.learning-rate=2&learning-rate=0.25&stages=gradient,momentum,improved&seed=7&momentum.momentum=0.5\
             &gradient.no-shuffle&train-size=all&view.axis=time&improved.preset=small&hidden=32&improved.hidden=20,10",
        );
        assert!(experiment.problems.is_empty(), "{:?}", experiment.problems);
        assert_eq!(value(&experiment, "gradient", "learning-rate"), "2");
        assert_eq!(value(&experiment, "gradient", "shuffle"), "off");
        assert_eq!(value(&experiment, "momentum", "learning-rate"), "0.25");
        assert_eq!(value(&experiment, "momentum", "momentum"), "0.5");
        assert_eq!(value(&experiment, "momentum", "shuffle"), "on");
        assert_eq!(value(&experiment, "improved", "hidden"), "20,10");
        assert_eq!(value(&experiment, "improved", "epochs"), "400");
        assert_eq!(experiment.train_size(Available::PRACTICE), TRAIN_LEN);
        let described = experiment.describe("practice", Available::PRACTICE);
        assert_eq!(
            described["stages"][1]["command"],
            "cargo run -p momentum -- --data practice --train-size all --hidden 32 --seed 7 --learning-rate 0.25 --momentum 0.5"
        );
    }

    #[test]
    fn what_makes_no_sense_is_a_problem_in_whose_place_the_usual_stands() {
        for (address, told) in [
            ("learning-rate=-1", "--learning-rate is -1, expected a number from 0"),
            ("hidden=1e9", "--hidden is 1e9, expected"),
            ("momentum.momentum=1", "never fades"),
            ("stages=gradient,x", "--stages names x"),
            ("x.seed=1", "x.seed names no stage"),
            ("gradient.momentum=0.5", "there is no setting gradient.momentum"),
            ("<script>=1", "there is no setting <script>"),
            ("no-shuffle=1", "expected nothing"),
            ("train-size=10001", "there are 10000"),
            ("train-size=0", "expected"),
            ("batch-size=10000000&hidden=10000&train-size=10000", "too much memory"),
            ("improved.preset=huge", "no preset"),
            ("test-share=1", "--test-share is 1"),
        ] {
            let experiment = read(address);
            assert!(
                experiment.problems.iter().any(|problem| problem.contains(told)),
                "{address}: {:?}",
                experiment.problems
            );
            assert_eq!(value(&experiment, "gradient", "learning-rate"), "1", "{address}");
        }
    }
}
