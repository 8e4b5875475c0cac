//! packs/sonarr.yaml, packs/radarr.yaml and packs/grafana.yaml against a server that refuses what the APIs'
//! descriptions do not allow.

use heddle_tests::client::Client;
use heddle_tests::home::Home;
use heddle_tests::services::{self, Service};
use serde_json::{Value, json};

use crate::{SECRET, json_of, specification};

/// Starts Prism over the description of `pack` and connects the pack's agent to it.
fn connect(pack: &str, origin: &str, key: &str, home: &Home) -> Option<(Service, Client)> {
    let service = services::start("prism.sh", pack, &[("SPEC", &specification(pack))])?;
    let agent = services::build_pack(pack, origin, service.address);
    home.grant(pack, &[(key, SECRET)]);
    let client = Client::connect(&agent, home.path());
    Some((service, client))
}

/// Calls each tool and checks that the answer keeps what the description promises.
fn check(client: &mut Client, calls: &[(&str, Value, &str)]) {
    let listed = client.request("tools/list", json!({}))["result"]["tools"].clone();
    let mut names: Vec<_> =
        listed.as_array().expect("tools").iter().map(|tool| tool["name"].clone()).collect();
    for (tool, arguments, pointer) in calls {
        let answer = json_of(&client.call(tool, arguments.clone()));
        assert!(answer.pointer(pointer).is_some(), "{tool}: no {pointer} in {answer}");
        names.retain(|name| name != tool);
    }
    assert!(names.is_empty(), "not called: {names:?}");
}

#[test]
fn the_sonarr_pack_keeps_to_the_api() {
    let home = Home::new();
    let Some((_service, mut client)) = connect("sonarr", "http://localhost:8989", "sonarr-api-key", &home)
    else {
        return;
    };
    check(
        &mut client,
        &[
            ("get_series", json!({}), "/0/title"),
            ("get_series_detail", json!({"id": 7}), "/tvdbId"),
            ("get_queue", json!({"page_size": 5}), "/records"),
            ("search_series", json!({"term": "The Weavers & co"}), "/0/title"),
            (
                "get_calendar",
                json!({"start": "2026-01-31T00:00:00Z", "end": "2026-02-07T00:00:00Z"}),
                "/0/airDateUtc",
            ),
            ("get_history", json!({}), "/totalRecords"),
        ],
    );
    // The description wants a date; the refusal comes back with its reason.
    let result = client.call("get_calendar", json!({"start": "yesterday"}));
    assert!(result.refused().contains("422"), "{}", result.text);
    home.write("credential_policy.json", "{}");
    assert!(client.call("get_series", json!({})).refused().contains("***CREDENTIAL_DENIED***"));
}

#[test]
fn the_radarr_pack_keeps_to_the_api() {
    let home = Home::new();
    let Some((_service, mut client)) = connect("radarr", "http://localhost:7878", "radarr-api-key", &home)
    else {
        return;
    };
    check(
        &mut client,
        &[
            ("get_movies", json!({}), "/0/title"),
            ("get_movie_detail", json!({"id": 7}), "/tmdbId"),
            ("get_queue", json!({"page_size": 5}), "/records"),
            ("search_movies", json!({"term": "The Loom"}), "/0/title"),
            ("get_calendar", json!({"start": "2026-01-31T00:00:00Z"}), "/0/title"),
            ("get_history", json!({}), "/totalRecords"),
        ],
    );
}

#[test]
fn the_grafana_pack_keeps_to_the_api() {
    let home = Home::new();
    let Some((_service, mut client)) = connect("grafana", "http://localhost:3000", "grafana-token", &home)
    else {
        return;
    };
    check(
        &mut client,
        &[
            ("dashboards", json!({"query": "Weav", "limit": 10}), "/0/uid"),
            ("dashboard", json!({"uid": "weaving"}), "/dashboard/uid"),
            ("datasources", json!({}), "/0/type"),
            ("alert_rules", json!({}), "/0/name"),
            ("health", json!({}), "/database"),
        ],
    );
}
