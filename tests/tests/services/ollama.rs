//! packs/ollama.yaml against a real model behind Ollama's API.

use heddle_tests::audit;
use heddle_tests::client::Client;
use heddle_tests::home::Home;
use heddle_tests::services;
use serde_json::json;

const MODEL: &str = "smollm2:135m";

#[test]
fn the_ollama_pack_has_a_model_write() {
    let Some(service) = services::start("ollama.sh", "ollama", &[]) else { return };
    let agent = services::build_pack("ollama", "http://localhost:11434", service.address);
    let home = Home::new();
    let mut client = Client::connect(&agent, home.path());

    assert!(client.call("models", json!({})).ok().contains(MODEL));
    assert!(client.call("running", json!({})).ok().contains(MODEL));
    assert!(client.call("model_info", json!({"name": MODEL})).ok().contains("Apache"));
    let prompt =
        json!({"model": MODEL, "prompt": "Name a colour.", "system": "You are brief.", "max_tokens": 12});
    let text = client.call("generate", prompt).ok().to_owned();
    assert!(!text.trim().is_empty() && text.len() < 400, "{text:?}");
    let gone = client.call("model_info", json!({"name": "nobody:1b"}));
    assert!(gone.refused().contains("not found"), "{}", gone.text);

    assert!(client.close().success());
    let generated = audit::of_tool(home.path(), "generate");
    assert_eq!(generated.len(), 2, "{generated:#?}");
    assert_eq!(generated[0]["method"], "POST");
    assert_eq!(generated[1]["status"], "success");
}
