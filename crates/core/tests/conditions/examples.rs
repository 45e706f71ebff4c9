//! The worked examples of the specification give exactly the expected result.

use sanad_core::conditions::Catalogue;
use sanad_core::conditions::file::{FactsFile, Report};
use serde_json::Value;

fn all() -> Vec<(String, Value)> {
    let folder = format!("{}/../../reference/examples", env!("CARGO_MANIFEST_DIR"));
    let mut examples: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (
                name,
                serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap(),
            )
        })
        .collect();
    examples.sort_by(|a: &(String, Value), b| a.0.cmp(&b.0));
    examples
}

#[test]
fn every_example_gives_exactly_the_expected_result() {
    let examples = all();
    assert_eq!(examples.len(), 20);
    for (name, example) in examples {
        let file = FactsFile::parse(example.to_string().as_bytes()).unwrap();
        let report = Report::of_file(&file, Catalogue::shipped()).unwrap();
        let result = serde_json::to_value(&report).unwrap();
        let expected = example["expected"].as_object().unwrap();
        if expected.contains_key("error") {
            assert_eq!(result, example["expected"], "{name}: an error stands alone");
        } else {
            assert_eq!(expected.len(), 3, "{name}");
            for (key, value) in expected {
                assert_eq!(&result[key], value, "{name}: {key}");
            }
        }
    }
}

#[test]
fn an_example_comes_back_as_it_was_read() {
    for (name, example) in all() {
        let file = FactsFile::parse(example.to_string().as_bytes()).unwrap();
        assert_eq!(serde_json::to_value(&file).unwrap(), example, "{name}");
    }
}
