use heddle_tests::agent;

use super::{CONFIG, ends, heddle, reader, text, writer};

#[test]
fn two_binaries_are_compared_by_what_they_may_do() {
    // The same agent, and one tool of it turned into one that writes.
    let wider = CONFIG
        .replacen("method: GET", "method: POST", 1)
        .replacen("access: read", "access: write", 1)
        .replace("trust_tier: 1", "trust_tier: 2");
    let (before, after) = (reader(), agent::build_config(&wider, agent::address("release::wider")));
    let output = heddle(&["diff", text(&before.binary), text(&after.binary)]);
    ends(
        &output,
        1,
        &[
            "trusted with more: tier 1 (observer) -> 2 (worker)",
            "may now change things: access read -> write",
            "now sends POST, before: GET",
        ],
    );
    // By their labels: no config is asked, and nothing is run.
    let back = heddle(&["diff", text(&after.binary), text(&before.binary)]);
    // It may do less, and what it asks for instead was not reviewed.
    ends(&back, 1, &["no longer changes things", "now sends GET, before: POST"]);
    ends(&heddle(&["diff", text(&before.binary), text(&before.binary)]), 0, &[]);
    ends(
        &heddle(&["diff", text(&before.binary), text(&writer().binary)]),
        1,
        &["the agent is another: `notes`"],
    );
    ends(&heddle(&["diff", text(&before.binary), "/bin/true"]), 1, &["carries no label"]);
}
