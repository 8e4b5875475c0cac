//! Records that go to the file together.

use super::*;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use tokio::task::JoinSet;

static OS: Agent = AGENT;
static ALWAYS: Agent = SYNCED;

/// Polls a future once, as far as it comes by itself.
macro_rules! begin {
    ($future:ident) => {
        let mut $future = pin!($future);
        assert!($future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    };
}

async fn record(audit: &Audit, call: u64) -> Result<Intent, AuditError> {
    let parameters = Map::new();
    let record = IntentRecord {
        call: anyones(call),
        tool: "query",
        method: "GET",
        url: "http://x/",
        parameters: &parameters,
    };
    audit.intent(record).await
}

/// The numbers of the calls on record, in their order.
fn calls(home: &Path) -> Vec<u64> {
    let records = verified(home).concat();
    records.iter().filter_map(|record| record["call"].as_u64()).collect()
}

#[test]
fn calls_in_flight_are_written_together_in_the_order_in_which_they_came() {
    for agent in [&OS, &ALWAYS] {
        let home = tempfile::tempdir().unwrap();
        let audit = Arc::new(Audit::open(agent, home.path()).unwrap());
        let _others = (audit.begin_call(), audit.begin_call());
        let path = home.path().to_owned();
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
            let mut tasks = JoinSet::new();
            for call in 1..=32 {
                let (audit, path) = (Arc::clone(&audit), path.clone());
                tasks.spawn(async move {
                    assert_eq!(fs::metadata(segment_of(&path)).unwrap().len(), 0, "nobody wrote before");
                    let _on_record = record(&audit, call).await.unwrap();
                    assert_eq!(calls(&path), (1..=32).collect::<Vec<_>>(), "one write for all of them");
                });
            }
            tasks.join_all().await;
        });
    }
}

#[test]
fn a_call_alone_waits_for_nobody() {
    let home = tempfile::tempdir().unwrap();
    let audit = Audit::open(&OS, home.path()).unwrap();
    let mut context = Context::from_waker(Waker::noop());
    let call = audit.begin_call();
    assert!(matches!(pin!(record(&audit, call.number)).poll(&mut context), Poll::Ready(Ok(_))));
    let other = audit.begin_call();
    assert!(pin!(record(&audit, call.number)).poll(&mut context).is_pending());
    drop(other);
    assert!(matches!(pin!(record(&audit, call.number)).poll(&mut context), Poll::Ready(Ok(_))));
    assert_eq!(calls(home.path()), [1, 1, 1]);
}

#[test]
fn a_batch_that_does_not_fit_is_taken_back_and_refuses_each_of_its_calls() {
    let home = tempfile::tempdir().unwrap();
    let audit = Audit::open(&OS, home.path()).unwrap();
    let _others = (audit.begin_call(), audit.begin_call());
    audit.start(&[]).unwrap();
    let before = lines(home.path());
    let (first, second) = (record(&audit, 1), record(&audit, 2));
    begin!(first);
    begin!(second);
    // The first line fits, the second does not.
    audit.room(before[0].len() + 200);
    for refused in [block_on(first), block_on(second)] {
        let error = refused.unwrap_err().to_string();
        assert!(error.contains("cannot write"), "{error}");
    }
    assert_eq!(lines(home.path()), before, "not even the line that fitted");

    audit.room(usize::MAX);
    let _on_record = block_on(record(&audit, 3)).unwrap();
    audit.stop().unwrap();
    assert_eq!(calls(home.path()), [3]);
}

#[test]
fn a_call_that_is_given_up_leaves_its_record_and_those_of_the_others() {
    let home = tempfile::tempdir().unwrap();
    let audit = Audit::open(&OS, home.path()).unwrap();
    let _others = (audit.begin_call(), audit.begin_call());
    let parameters = Map::new();
    let first = record(&audit, 1);
    begin!(first);
    {
        let second = record(&audit, 2);
        begin!(second);
        assert_eq!(calls(home.path()), [0; 0]);
    }
    assert_eq!(calls(home.path()), [1, 2], "dropped, it is written");
    assert!(block_on(first).is_ok());
    drop(audit.outcome(None, OutcomeRecord { status: Status::Cancelled, ..outcome(3, &parameters) }));
    assert_eq!(calls(home.path()), [1, 2, 3]);
}

#[test]
fn the_stop_record_comes_after_all_others() {
    for agent in [&OS, &ALWAYS] {
        let home = tempfile::tempdir().unwrap();
        let audit = Audit::open(agent, home.path()).unwrap();
        let _others = (audit.begin_call(), audit.begin_call());
        let first = record(&audit, 1);
        begin!(first);
        audit.stop().unwrap();
        let records = verified(home.path()).concat();
        assert_eq!((&records[0]["call"], &records[1]["action"]), (&json!(1), &json!("stop")));
        assert!(block_on(first).is_ok());
    }
}

#[test]
fn a_segment_gives_way_with_records_that_wait() {
    let home = tempfile::tempdir().unwrap();
    let audit = small(home.path(), &OS);
    let _others = (audit.begin_call(), audit.begin_call());
    audit.start(&[]).unwrap();
    let waiting: Vec<_> = (1..=50)
        .map(|call| {
            let mut future = Box::pin(record(&audit, call));
            assert!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
            future
        })
        .collect();
    for future in waiting {
        let _on_record = block_on(future).unwrap();
    }
    audit.stop().unwrap();
    assert_eq!(calls(home.path()), (1..=50).collect::<Vec<_>>());
    assert!(verified(home.path()).len() > 3);
}

#[test]
fn what_is_too_much_to_wait_is_written_at_once() {
    let home = tempfile::tempdir().unwrap();
    let audit = Audit::open(&OS, home.path()).unwrap();
    let long = "x".repeat(1000);
    let many: Map<String, Value> = (0..30).map(|n| (format!("key{n}"), json!(long))).collect();
    let pending: Vec<_> = (1..=10).map(|call| audit.outcome(None, outcome(call, &many)).unwrap()).collect();
    let written = calls(home.path()).len();
    assert!((1..10).contains(&written), "{written}");
    for pending in pending {
        block_on(pending.counts()).unwrap();
    }
    assert_eq!(calls(home.path()), (1..=10).collect::<Vec<_>>());
}

#[test]
fn a_segment_whose_first_record_did_not_fit_begins_with_it_later() {
    let fill = |home: &Path| {
        let audit = small(home, &OS);
        audit.start(&[]).unwrap();
        while fs::metadata(segment_of(home)).unwrap().len() < 4000 {
            block_on(audit.credential_access(None, "key", true)).unwrap();
        }
        audit
    };
    // How long the last record of a segment is, and the first of the next.
    let home = tempfile::tempdir().unwrap();
    let audit = fill(home.path());
    block_on(audit.credential_access(None, "key", true)).unwrap();
    let records = verified(home.path());
    let length = |record: &Value| record.to_string().len() + 1;
    let (last, first) = (length(records[0].last().unwrap()), length(&records[1][0]));
    assert!(last < first);

    let home = tempfile::tempdir().unwrap();
    let audit = fill(home.path());
    audit.room(last);
    assert!(block_on(audit.credential_access(None, "key", true)).is_err());
    audit.room(usize::MAX);
    block_on(audit.credential_access(None, "key", true)).unwrap();
    let records = verified(home.path());
    assert_eq!((records.len(), records[1].len()), (2, 2));
    assert_eq!(records[1][0]["action"], "continue");
}
