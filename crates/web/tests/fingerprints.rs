//! The way of the page, natively: an address is read, data is made, stages are opened and stepped, and the networks that
//! come out are those of the table. Browsers are held against the same table, and so is the terminal: its first two rows are
//! the pinned networks of `crates/compare/tests/golden.rs`.

use serde_json::{Value, json};
use web::Engine;
use web::message::Question;

const TABLE: &str = include_str!("../../page/tests/fingerprints.json");

/// An answer's head, and its bytes.
fn ask(engine: &mut Engine, head: Value, pieces: &[(&str, &[u8])]) -> (Value, Vec<u8>) {
    let answer = engine.ask(&Question::write(&head, pieces));
    let len = u32::from_le_bytes(answer[..4].try_into().expect("four bytes")) as usize;
    let found: Value = serde_json::from_slice(&answer[4..4 + len]).expect("JSON");
    assert_eq!(found["error"], Value::Null, "{head}: {found}");
    (found, answer[4 + len..].to_vec())
}

fn pairs(address: &str) -> Value {
    address
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| json!([key, value]))
        .collect()
}

/// Each stage of an experiment at its start, with its name.
fn opened(address: &str) -> Vec<(String, Engine)> {
    let mut desk = Engine::default();
    let (prepared, _) = ask(&mut desk, json!({"do": "prepare", "pairs": pairs(address)}), &[]);
    assert_eq!(prepared["problems"], json!([]), "{address}");
    let (shared, bytes) = ask(&mut desk, json!({"do": "share"}), &[]);
    let names = ["trainImages", "trainLabels", "testImages", "testLabels"];
    let piece = |name: &'static str| {
        let place = |at: usize| shared["binary"][name][at].as_u64().expect("a place") as usize;
        (name, &bytes[place(1)..][..place(2)])
    };
    let pieces = names.map(piece);
    let stages = prepared["experiment"]["stages"].as_array().expect("stages").iter();
    let open = |stage: &Value| {
        let mut engine = Engine::default();
        let open = json!({"do": "open", "stage": stage["name"], "settings": stage["settings"]});
        ask(&mut engine, open, &pieces);
        (stage["name"].as_str().expect("a name").to_owned(), engine)
    };
    stages.map(open).collect()
}

/// The fingerprint of each stage of an experiment at its end.
fn trained(address: &str) -> Value {
    let mut found = json!({});
    for (index, (name, mut engine)) in opened(address).into_iter().enumerate() {
        // Steps of another size for each stage: they change no bit.
        while ask(&mut engine, json!({"do": "step", "updates": 7 + 100 * index}), &[]).0["made"] != 0 {}
        found[name] = ask(&mut engine, json!({"do": "fingerprint"}), &[]).0["fingerprint"].clone();
    }
    found
}

#[test]
fn what_the_page_does_trains_the_networks_of_the_terminal() {
    let table: Vec<Value> = serde_json::from_str(TABLE).expect("JSON");
    for row in table {
        let address = row["address"].as_str().expect("an address");
        assert_eq!(trained(address), row["fingerprints"], "{address}");
    }
}

/// Protects the page from its visitors: whatever is asked, the answer is an error in words, no panic.
#[test]
fn questions_that_make_no_sense_are_answered_in_words() {
    let mut engine = Engine::default();
    let image = [0; 784];
    let (shared, _) =
        ask(&mut engine, json!({"do": "prepare", "pairs": pairs("train-size=20&test-size=20")}), &[]);
    assert_eq!(shared["data"]["train"], 20);
    let images = [7u8; 20 * 784];
    let labels = [3u8; 20];
    let sets: [(&str, &[u8]); 4] = [
        ("trainImages", &images),
        ("trainLabels", &labels),
        ("testImages", &images),
        ("testLabels", &labels),
    ];
    ask(&mut engine, json!({"do": "open", "stage": "gradient", "settings": {"hidden": "5"}}), &sets);
    for (question, bytes) in [
        (json!({"do": "open", "stage": "gradient"}), &image[..]),
        (json!({"do": "open", "stage": "x"}), &[]),
        (json!({"do": "step", "updates": -1}), &[]),
        (json!({"do": "unit", "index": 5}), &[]),
        (json!({"do": "weights", "units": [0, 5]}), &[]),
        (json!({"do": "cell", "label": 10, "predicted": 0}), &[]),
        (json!({"do": "forward"}), &image[..783]),
        (json!({"do": "images", "set": "train", "indices": [20]}), &[]),
        (json!({"do": "images", "set": "all", "indices": []}), &[]),
        (json!({"do": "normal", "width": 1_000_000, "height": 1_000_000}), &image[..]),
        (json!({"do": "normal", "width": 0, "height": 0}), &[]),
        (json!({"do": "load", "name": "x"}), &image[..]),
        (json!({"do": "import", "name": "<b>"}), &image[..]),
        (json!({"do": "files", "names": ["a.csv"]}), &image[..]),
        (json!({"do": "export"}), &image[..]),
        (json!({"do": "nothing"}), &[]),
        (json!({}), &[]),
    ] {
        let pieces =
            ["image", "images", "ink", "bytes", "file0", "labels", "trainImages"].map(|name| (name, bytes));
        let answer = engine.ask(&Question::write(&question, &pieces));
        assert!(String::from_utf8_lossy(&answer).contains("\"error\":"), "{question}");
    }
}

/// Protects what panels show: the parts of a forward pass add up to its sums, and the largest output is the prediction.
#[test]
fn a_forward_pass_adds_up() {
    let mut engine = Engine::default();
    ask(&mut engine, json!({"do": "prepare", "pairs": pairs("train-size=20&test-size=20")}), &[]);
    let (shared, bytes) = ask(&mut engine, json!({"do": "share"}), &[]);
    let piece = |name: &'static str| {
        let place = |at: usize| shared["binary"][name][at].as_u64().expect("a place") as usize;
        (name, &bytes[place(1)..][..place(2)])
    };
    let pieces = ["trainImages", "trainLabels", "testImages", "testLabels"].map(piece);
    for hidden in ["5", "0"] {
        let open = json!({"do": "open", "stage": "gradient", "settings": {"hidden": hidden}});
        ask(&mut engine, open, &pieces);
        let (head, bytes) = ask(&mut engine, json!({"do": "forward"}), &[("image", &pieces[0].1[..784])]);
        let numbers = |name: &str| -> Vec<f32> {
            let place = |at: usize| head["binary"][name][at].as_u64().expect(name) as usize;
            let piece = &bytes[place(1)..][..place(2)];
            piece.as_chunks::<4>().0.iter().map(|four| f32::from_le_bytes(*four)).collect()
        };
        let (contributions, sums, biases) = (numbers("contributions"), numbers("sums"), numbers("biases"));
        for digit in 0..10 {
            let inputs = contributions.len() / 10;
            let sum: f32 = contributions[digit * inputs..][..inputs].iter().sum::<f32>() + biases[digit];
            assert!((sum - sums[digit]).abs() < 1e-4, "{hidden}: {sum} {}", sums[digit]);
        }
        let outputs = numbers("outputs");
        let largest = (0..10).max_by(|a, b| outputs[*a].total_cmp(&outputs[*b]));
        assert_eq!(head["predicted"].as_u64(), largest.map(|digit| digit as u64));
        for question in [
            json!({"do": "unit", "index": 4}),
            json!({"do": "weights"}),
            json!({"do": "cell", "label": 1, "predicted": 1}),
            json!({"do": "mistakes", "most": 5}),
            json!({"do": "angles", "batches": 1}),
            json!({"do": "network"}),
            json!({"do": "measure"}),
        ] {
            ask(&mut engine, question, &[]);
        }
    }
}

#[test]
fn a_network_that_is_loaded_is_the_one_that_is_measured() {
    let address = "stages=gradient&hidden=17&train-size=203&test-size=200&epochs=3";
    let (_, mut engine) = opened(address).remove(0);
    while ask(&mut engine, json!({"do": "step", "updates": 100}), &[]).0["made"] != 0 {}
    let trained = ask(&mut engine, json!({"do": "measure"}), &[]).0["record"].clone();
    let (file, bytes) = ask(&mut engine, json!({"do": "network"}), &[]);
    let (_, mut fresh) = opened(address).remove(0);
    let (loaded, _) = ask(&mut fresh, json!({"do": "load", "name": file["name"]}), &[("bytes", &bytes)]);
    assert_eq!((&loaded["state"]["loaded"], &loaded["state"]["finished"]), (&json!(true), &json!(true)));
    let shown = ask(&mut fresh, json!({"do": "measure"}), &[]).0["record"].clone();
    for what in ["loss", "trainAccuracy", "testAccuracy", "interval", "confusion"] {
        assert_eq!(shown[what], trained[what], "{what}");
    }
}
