//! An in-toto statement (v1) with SLSA provenance (v1): what became what.

use serde_json::{Value, json};

use super::{Subject, purl};
use crate::label::{Label, Source};

/// The statement of a binary.
pub fn statement(label: &Label, subject: &Subject) -> Value {
    let Source { sha256, signer, replaced } = &label.source;
    let material = |name: &str, sha256: &str| json!({ "name": name, "digest": { "sha256": sha256 } });
    let mut materials = vec![
        material("config", sha256),
        material("plan", &label.plan_sha256),
        material("crate", &label.crate_sha256),
        material("heddle-runtime", &label.runtime_sha256),
    ];
    materials.extend(label.dependencies.iter().filter_map(|package| {
        let checksum = package.checksum.as_ref()?;
        Some(json!({ "uri": purl(package), "digest": { "sha256": checksum } }))
    }));
    json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{ "name": subject.name, "digest": { "sha256": subject.sha256 } }],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": "https://github.com/goweft/heddle/docs/release.md#provenance",
                "externalParameters": {
                    "agent": subject.name,
                    "version": subject.version,
                    "profile": label.profile,
                    "linkage": label.linkage,
                    "origins": replaced.iter().map(|(old, new)| json!({ "old": old, "new": new })).collect::<Vec<_>>(),
                },
                "internalParameters": {
                    "features": label.features,
                    "signer": signer,
                    "toolchain": label.toolchain,
                },
                "resolvedDependencies": materials,
            },
            "runDetails": {
                // Who ran it is for whoever signs the statement to say.
                "builder": { "id": "https://github.com/goweft/heddle", "version": { "heddle": label.heddle } },
            },
        },
    })
}
