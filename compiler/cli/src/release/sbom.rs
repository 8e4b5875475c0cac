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
    let c_library = label.toolchain.iter().find_map(|line| c_library(line));
    let on: Vec<&str> = runtime.iter().map(String::as_str).chain(reference(&c_library)).collect();
    let mut edges = vec![json!({ "ref": agent, "dependsOn": on })];
    edges.extend(label.dependencies.iter().map(|package| {
        let on: Vec<String> =
            package.depends_on.iter().filter_map(|place| label.dependencies.get(*place)).map(purl).collect();
        json!({ "ref": purl(package), "dependsOn": on })
    }));
    edges.extend(reference(&c_library).map(|library| json!({ "ref": library, "dependsOn": [] })));
    let components: Vec<Value> = label.dependencies.iter().map(component).chain(c_library.clone()).collect();
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
        "components": components,
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

/// The C library of a static binary, of which the toolchain says `GNU C Library (Debian GLIBC 2.36-9+deb12u13) stable
/// release version 2.36`. Who packaged it changed it, so the package's version is the one to look advisories up by.
fn c_library(line: &str) -> Option<Value> {
    let (package, release) = line.strip_prefix("GNU C Library (")?.split_once(") stable release version ")?;
    let purl = format!("pkg:generic/glibc@{release}");
    Some(json!({
        "type": "library",
        "bom-ref": purl,
        "name": "glibc",
        "version": release,
        "purl": purl,
        "description": package,
        "scope": "required",
        "licenses": [{ "expression": "LGPL-2.1-or-later" }],
    }))
}

fn reference(component: &Option<Value>) -> impl Iterator<Item = &str> {
    component.iter().filter_map(|component| component.get("bom-ref")?.as_str())
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
    fn a_static_binary_has_a_c_library_in_it() {
        let line = "GNU C Library (Debian GLIBC 2.36-9+deb12u13) stable release version 2.36";
        let found = super::c_library(line).unwrap();
        assert_eq!(found["purl"], "pkg:generic/glibc@2.36");
        assert_eq!(found["description"], "Debian GLIBC 2.36-9+deb12u13");
        assert_eq!(super::reference(&Some(found)).collect::<Vec<_>>(), ["pkg:generic/glibc@2.36"]);
        assert_eq!(super::c_library("rustc version 1.95.0"), None);
    }

    #[test]
    fn a_serial_number_is_a_uuid_of_its_own_making() {
        let uuid = super::uuid("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
        assert_eq!(uuid, "01234567-89ab-8cde-8f01-23456789abcd");
    }
}
