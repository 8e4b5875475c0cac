//! The list of what agents are excused from in the official conformance suite: each has a reason, and there are no more
//! of them than there were.

use std::fs;

use heddle_tests::home::checkout;

/// Lower these when an excuse is gone; never raise them.
const MOST: [(&str, usize); 2] = [("2025-11-25", 22), ("2026-07-28", 69)];

#[test]
fn excuses_have_a_reason_and_only_get_fewer() {
    for (revision, most) in MOST {
        let path = checkout().join(format!("tests/conformance/excused-{revision}.yml"));
        let text = fs::read_to_string(&path).expect("the list is in the checkout");
        let (_, list) = text.split_once("server:\n").expect("a list");
        let mut reason = "";
        let mut excuses = Vec::new();
        for line in list.lines() {
            match line.trim().strip_prefix("- ") {
                None => reason = line.trim().strip_prefix("# ").unwrap_or_else(|| panic!("{line}")),
                Some(check) => {
                    assert!(reason.len() > 20, "{check} of {revision} has no reason");
                    assert!(check.contains(':'), "{check}: one check, never a whole scenario");
                    excuses.push(check);
                }
            }
        }
        assert_eq!(excuses.len(), most, "excuses for {revision}: they may only get fewer");
        let count = excuses.len();
        excuses.sort_unstable();
        excuses.dedup();
        assert_eq!(excuses.len(), count, "an excuse stands twice");
    }
}
