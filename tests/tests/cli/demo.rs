use std::fs;

use super::{ended, err, heddle_in, out};

#[test]
fn the_demo_refuses_builds_serves_blocks_and_audits_and_leaves_nothing() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let output = heddle_in(temp.path(), &["demo"]).env("TMPDIR", temp.path()).output().expect("heddle runs");
    ended(&output, 0);
    let story = out(&output);
    for part in [
        "error[HD0102]: tier 1 may not send `POST`",
        "Accepted: tier 1 (observer), 2 tools",
        "screw, M3 x 10 mm",
        "`warehouse` is not a parameter of `part`",
        "rule `whole-catalogue` holds this call",
        "neither of the two reached it",
        "refused by input_validation",
        "held by escalation",
        "nothing was changed",
    ] {
        assert!(story.contains(part), "no `{part}` in\n{story}\n{}", err(&output));
    }
    assert!(!story.contains('\u{1b}'), "a pipe gets no colours");
    assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 0, "the work folder is gone");
}
