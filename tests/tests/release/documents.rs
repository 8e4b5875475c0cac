use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use heddle_tests::{agent, tools};
use serde_json::Value;

use super::{ends, heddle, text, writer};

fn document(options: &[&str]) -> Value {
    let output = heddle(&[&["sbom", text(&writer().binary)], options].concat());
    ends(&output, 0, &[]);
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn the_bill_of_materials_is_the_real_graph() {
    let bill = document(&[]);
    let binary = fs::read(writer().binary).expect("the binary");
    assert_eq!(bill["metadata"]["component"]["hashes"][0]["content"], agent::hex(&[&binary]));
    let components = bill["components"].as_array().expect("components");
    let lock = fs::read_to_string(writer().generated.join("Cargo.lock")).expect("the crate");
    let mut refs = BTreeSet::new();
    for component in components {
        let (name, version) = (component["name"].as_str().unwrap(), component["version"].as_str().unwrap());
        let block = lock
            .split("\n\n")
            .find(|block| block.contains(&format!("name = \"{name}\"\nversion = \"{version}\"\n")))
            .unwrap_or_else(|| panic!("{name} {version} is not in the lock file"));
        match component["hashes"][0]["content"].as_str() {
            Some(hash) => assert!(block.contains(hash), "{name} has another checksum"),
            None => assert_eq!(name, "heddle-runtime"),
        }
        assert!(
            component["licenses"][0]["expression"].as_str().is_some_and(|text| !text.contains('/')),
            "{name}"
        );
        assert!(refs.insert(component["bom-ref"].as_str().unwrap()), "{name} stands twice");
    }
    let features = |wanted: &str| {
        let component = components.iter().find(|component| component["name"] == wanted).unwrap();
        component["properties"][0]["value"].as_str().unwrap().to_owned()
    };
    assert_eq!(features("heddle-runtime"), "http-server,post,scan,tls");
    for edge in bill["dependencies"].as_array().expect("edges") {
        for on in edge["dependsOn"].as_array().expect("a list") {
            assert!(refs.contains(on.as_str().unwrap()), "{on} is no component");
        }
    }
}

#[test]
fn the_bill_of_materials_fits_the_published_schema() {
    let Some(judge) = tools::installed("python/bin/check-jsonschema") else { return };
    let python = judge.parent().and_then(|bin| bin.parent()).expect("a virtual environment");
    let schema = fs::read_dir(python.join("lib"))
        .expect("the environment's folder")
        .map(|entry| entry.expect("a readable folder").path())
        .map(|lib| lib.join("site-packages/cyclonedx/schema/_res/bom-1.6.SNAPSHOT.schema.json"))
        .find(|file| file.is_file())
        .expect("the schema comes with cyclonedx-python-lib");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("bom.json");
    fs::write(&file, document(&[]).to_string()).expect("our folder");
    tools::content(Command::new(&judge).arg("--schemafile").arg(&schema).arg(&file));
    // The judge can say no.
    let mut wrong = document(&[]);
    wrong["components"][0]["scope"] = "somehow".into();
    fs::write(&file, wrong.to_string()).expect("our folder");
    let status = Command::new(&judge).arg("--schemafile").arg(&schema).arg(&file).output().expect("it runs");
    assert!(!status.status.success());
}

#[test]
fn the_provenance_links_config_plan_crate_and_binary() {
    let statement = document(&["--provenance"]);
    assert_eq!(statement["_type"], "https://in-toto.io/Statement/v1");
    assert_eq!(statement["predicateType"], "https://slsa.dev/provenance/v1");
    let agent = writer();
    let binary = fs::read(&agent.binary).expect("the binary");
    assert_eq!(statement["subject"][0]["digest"]["sha256"], agent::hex(&[&binary]));
    let materials =
        statement["predicate"]["buildDefinition"]["resolvedDependencies"].as_array().expect("a list");
    let of = |name: &str| {
        let material = materials.iter().find(|material| material["name"] == name).expect(name);
        material["digest"]["sha256"].as_str().unwrap().to_owned()
    };
    assert_eq!(of("config"), agent::hex(&[&fs::read(super::config(&agent)).unwrap()]));
    let lock = fs::read_to_string(agent.generated.join("heddle.lock")).unwrap();
    assert_eq!(of("crate"), agent::hex(&[lock.as_bytes()]));
    assert!(lock.contains(&format!("\"plan\": \"{}\"", of("plan"))));
    assert!(materials.iter().any(|material| {
        material["uri"].as_str().is_some_and(|uri| uri.starts_with("pkg:cargo/rustls@"))
    }));
}
