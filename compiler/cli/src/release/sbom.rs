//! CycloneDX 1.6.

use serde_json::{Value, json};

use super::{Subject, purl};
use crate::label::{Dependency, Kind, Label};

/// The bill of materials of a binary.
pub fn document(label: &Label, subject: &Subject) -> Value {
    let agent = format!("heddle:{}@{}", subject.name, subject.version);
    let property = |name: &str, value: &str| json!({ "name": format!("heddle:{name}"), "value": value });
    let runtime: Vec<String> =
        label.dependencies.iter().filter(|package| package.checksum.is_none()).map(purl).collect();
    let mut edges = vec![json!({ "ref": agent, "dependsOn": runtime })];
    edges.extend(label.dependencies.iter().map(|package| {
        let on: Vec<String> =
            package.depends_on.iter().filter_map(|place| label.dependencies.get(*place)).map(purl).collect();
        json!({ "ref": purl(package), "dependsOn": on })
    }));
    json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": format!("urn:uuid:{}", uuid(&subject.sha256)),
        "version": 1,
        "metadata": {
            "lifecycles": [{ "phase": "build" }],
            "tools": { "components": [{ "type": "application", "name": "heddle", "version": label.heddle }] },
            "component": {
                "type": "application",
                "bom-ref": agent,
                "name": subject.name,
                "version": subject.version,
                "hashes": [{ "alg": "SHA-256", "content": subject.sha256 }],
                "properties": [
                    property("config-sha256", &label.source.sha256),
                    property("plan-sha256", &label.plan_sha256),
                    property("crate-sha256", &label.crate_sha256),
                    property("features", &label.features.join(",")),
                    property("toolchain", &label.toolchain.join("; ")),
                ],
            },
        },
        "components": label.dependencies.iter().map(component).collect::<Vec<_>>(),
        "dependencies": edges,
    })
}

fn component(package: &Dependency) -> Value {
    let mut component = json!({
        "type": "library",
        "bom-ref": purl(package),
        "name": package.name,
        "version": package.version,
        "purl": purl(package),
        // What only ran at build time is no part of what runs.
        "scope": match package.kind { Kind::Runtime => "required", Kind::Build => "excluded" },
        "properties": [{ "name": "cargo:features", "value": package.features.join(",") }],
    });
    if let Some(members) = component.as_object_mut() {
        if let Some(checksum) = &package.checksum {
            members.insert("hashes".into(), json!([{ "alg": "SHA-256", "content": checksum }]));
        }
        if !package.license.is_empty() {
            // The way to write `OR` before SPDX expressions.
            let expression = package.license.replace('/', " OR ");
            members.insert("licenses".into(), json!([{ "expression": expression }]));
        }
    }
    component
}

/// A UUID of version 8 out of a digest: the same binary has the same bill.
fn uuid(sha256: &str) -> String {
    let digits: Vec<char> = sha256.chars().collect();
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default().iter().collect::<String>();
    format!("{}-{}-8{}-8{}-{}", part(0, 8), part(8, 12), part(12, 15), part(15, 18), part(18, 30))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_serial_number_is_a_uuid_of_its_own_making() {
        let uuid = super::uuid("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
        assert_eq!(uuid, "01234567-89ab-8cde-8f01-23456789abcd");
    }
}
