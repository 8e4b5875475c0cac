//! Calls that a rule holds: from the ticket to the one execution, and every way in which it does not come to that.

use super::*;
use crate::approvals::{Attendance, Key, Kind, Notice, Wish};
use crate::decl::{Action, Hold, When};
use crate::proof::fixture::required;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use tokio::sync::{mpsc, watch};

const RULE: Hold =
    Hold { rule: "rule", reason: "why", when: When::Always, action: Action::Hold, expires_s: 900, wait_s: 0 };

const HELD: Row = Row {
    holds: &[RULE],
    params: &[required("n", INTEGER)],
    query: &[Field { name: "n", value: &[Part::Arg("n")] }],
    ..ROW
};

impl Running {
    fn folder(&self, name: &str) -> PathBuf {
        self.home.path().join("approvals").join(name)
    }

    /// The only open ticket: its file and what it says.
    fn ticket(&self) -> (PathBuf, Value) {
        let mut files: Vec<_> =
            fs::read_dir(self.folder("open")).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(files.len(), 1, "{files:?}");
        let file = files.remove(0);
        let text = fs::read_to_string(&file).unwrap();
        (file, serde_json::from_str(&text).unwrap())
    }

    fn key(&self) -> Key {
        Key::parse(&fs::read(self.folder("key")).unwrap()).unwrap()
    }

    /// What the command line does.
    fn answer(&self, id: &str, decision: &str) {
        let answer = json!({
            "heddle_answer": 1, "ticket": id, "decision": decision, "reason": "because",
            "by": {"uid": 7, "user": "weaver", "host": "loom", "tty": "/dev/pts/1"}, "at": 1,
        });
        self.put_answer(id, &self.key().seal(Kind::Answer, &answer.to_string()));
    }

    fn put_answer(&self, id: &str, line: &str) {
        let path = self.folder("answers").join(format!("{id}.json"));
        fs::write(&path, line).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }

    fn approve(&self) {
        let (_, ticket) = self.ticket();
        self.answer(ticket["id"].as_str().unwrap(), "approved");
    }

    /// What happened to tickets, as the log has it.
    fn actions(&self) -> Vec<String> {
        let records = self.records();
        let approvals = records.iter().filter(|record| record["event"] == "approval");
        approvals.map(|record| record["action"].as_str().unwrap().to_owned()).collect()
    }
}

/// The same file again, as somebody who edits it would leave it.
fn rewrite(file: &Path, edit: impl FnOnce(&str) -> String) {
    let text = fs::read_to_string(file).unwrap();
    fs::write(file, edit(&text)).unwrap();
}

fn held_agent(backend: &Backend) -> Running {
    Running::new(backend.port, 5000, HELD)
}

#[test]
fn a_held_call_makes_one_ticket_and_runs_once_after_a_yes() {
    let backend = Backend::answering(OK);
    let agent = held_agent(&backend);
    let (text, is_error) = agent.call(json!({"n": 1}));
    assert!(is_error && text.contains("rule `rule` holds this call of `tool` for a human: why."), "{text}");
    let (file, ticket) = agent.ticket();
    let id = ticket["id"].as_str().unwrap();
    assert!(text.contains(&format!("`heddle approvals show {}`", &id[..12])), "{text}");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(ticket["arguments"], json!({"n": 1}));
    assert_eq!(
        ticket["request"],
        json!({
            "method": "GET", "url": format!("http://localhost:{}/?n=1", backend.port), "body": null, "secrets": [],
            "headers": [["accept", "application/json, */*;q=0.5"],
                        ["user-agent", concat!("heddle/", env!("CARGO_PKG_VERSION"))]],
        })
    );
    // However it is spelt, it is the same call, and the same ticket.
    assert!(agent.call(json!({"n": "1"})).1);
    assert!(agent.call(json!({"n": 1.0})).1);
    assert_eq!(agent.ticket().0, file);
    assert_eq!(backend.requests().len(), 0);

    agent.approve();
    let (text, is_error) = agent.call(json!({"n": 1}));
    assert!(!is_error, "{text}");
    assert_eq!(backend.requests().len(), 1);
    assert!(agent.call(json!({"n": 1})).1, "the second use of a yes");
    assert_eq!(backend.requests().len(), 1);
    assert_eq!(agent.actions(), ["requested", "redeemed", "requested"]);
    let redeemed = agent.records().into_iter().find(|record| record["action"] == "redeemed").unwrap();
    assert_eq!(redeemed["by"], "weaver (uid 7) on loom, /dev/pts/1");
    assert_eq!(redeemed["ticket"], id);
}

#[test]
fn the_yes_to_one_call_is_none_to_another() {
    let backend = Backend::answering(OK);
    let agent = held_agent(&backend);
    agent.call(json!({"n": 1}));
    let (file, ticket) = agent.ticket();
    agent.approve();
    assert!(agent.call(json!({"n": 2})).1);
    // Nor is it when its file is given the name of the other call's.
    let other = fs::read_dir(agent.folder("open"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| *path != file)
        .unwrap();
    fs::rename(&file, &other).unwrap();
    let (text, is_error) = agent.call(json!({"n": 2}));
    assert!(is_error && text.contains("it is for other arguments"), "{text}");
    assert_eq!(backend.requests().len(), 0);
    assert_eq!(agent.actions(), ["requested", "requested", "refused"]);
    drop(ticket);
}

#[test]
fn an_edited_ticket_is_refused_and_recorded() {
    let backend = Backend::answering(OK);
    for edit in [
        |text: &str| text.replace("\"n\":1", "\"n\":2"),
        |text: &str| text.replace("\"expires\":1", "\"expires\":9"),
        |text: &str| text.replacen('{', "{ ", 1),
        |text: &str| text[..text.len() / 2].to_owned(),
        |_: &str| String::new(),
    ] {
        let agent = held_agent(&backend);
        agent.call(json!({"n": 1}));
        let (file, _) = agent.ticket();
        agent.approve();
        rewrite(&file, edit);
        let (text, is_error) = agent.call(json!({"n": 1}));
        assert!(is_error && text.contains("it does not have heddle's seal"), "{text}");
        assert_eq!(agent.actions(), ["requested", "refused"]);
        // It is out of the way: the next call asks anew.
        assert!(agent.call(json!({"n": 1})).0.contains("holds this call"));
    }
    assert_eq!(backend.requests().len(), 0);
}

#[test]
fn a_ticket_that_is_a_link_or_open_to_others_is_refused() {
    let backend = Backend::answering(OK);
    for (wrong, words) in
        [("link", "not a file of its own"), ("open", "open to others"), ("twice", "another name")]
    {
        let agent = held_agent(&backend);
        agent.call(json!({"n": 1}));
        let (file, _) = agent.ticket();
        agent.approve();
        let elsewhere = agent.home.path().join("elsewhere");
        match wrong {
            "link" => {
                fs::rename(&file, &elsewhere).unwrap();
                std::os::unix::fs::symlink(&elsewhere, &file).unwrap();
            }
            "open" => fs::set_permissions(&file, fs::Permissions::from_mode(0o604)).unwrap(),
            _ => fs::hard_link(&file, &elsewhere).unwrap(),
        }
        let (text, is_error) = agent.call(json!({"n": 1}));
        assert!(is_error && text.contains(words), "{wrong}: {text}");
        assert_eq!(agent.actions(), ["requested", "refused"], "{wrong}");
    }
    assert_eq!(backend.requests().len(), 0);
}

#[test]
fn a_folder_that_others_can_enter_holds_no_tickets() {
    let backend = Backend::answering(OK);
    let agent = held_agent(&backend);
    agent.call(json!({"n": 1}));
    agent.approve();
    for folder in ["", "open", "answers", "closed"] {
        let folder = agent.folder(folder);
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o770)).unwrap();
        let (text, is_error) = agent.call(json!({"n": 1}));
        assert!(is_error && text.contains("open to others"), "{text}");
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
    }
    assert_eq!(backend.requests().len(), 0);
    assert!(!agent.call(json!({"n": 1})).1);
}

#[test]
fn a_forged_answer_is_refused_and_the_ticket_waits_on() {
    let backend = Backend::answering(OK);
    let agent = held_agent(&backend);
    agent.call(json!({"n": 1}));
    let (_, ticket) = agent.ticket();
    let id = ticket["id"].as_str().unwrap();
    let forged = json!({
        "heddle_answer": 1, "ticket": id, "decision": "approved", "reason": "",
        "by": {"uid": 0, "user": "root", "host": "h", "tty": null}, "at": 1, "mac": "0".repeat(64),
    });
    agent.put_answer(id, &format!("{forged}\n"));
    let (text, is_error) = agent.call(json!({"n": 1}));
    assert!(is_error && text.contains("the answer to the ticket is refused"), "{text}");
    // A ticket of our own making is no answer, and neither is the answer to another ticket.
    agent.put_answer(id, &agent.key().seal(Kind::Ticket, &forged.to_string()));
    assert!(agent.call(json!({"n": 1})).0.contains("seal"));
    let other = forged.to_string().replace(id, &"0".repeat(64));
    agent.put_answer(id, &agent.key().seal(Kind::Answer, &other));
    assert!(agent.call(json!({"n": 1})).1);
    assert_eq!(agent.actions(), ["requested", "refused", "refused", "refused"]);
    assert!(agent.call(json!({"n": 1})).0.contains("holds this call"));
    assert_eq!(agent.ticket().1["id"], id);
    assert_eq!(backend.requests().len(), 0);
}

#[test]
fn a_used_ticket_that_is_put_back_is_refused() {
    let backend = Backend::answering(OK);
    let agent = held_agent(&backend);
    agent.call(json!({"n": 1}));
    let (file, _) = agent.ticket();
    agent.approve();
    let copy = fs::read(&file).unwrap();
    assert!(!agent.call(json!({"n": 1})).1);
    fs::write(&file, copy).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let (text, is_error) = agent.call(json!({"n": 1}));
    assert!(is_error && text.contains("it was used before and put back"), "{text}");
    assert_eq!(agent.actions(), ["requested", "redeemed", "refused"]);
    assert_eq!(backend.requests().len(), 1);
}

#[test]
fn no_answer_in_time_is_a_no_and_so_is_a_yes_that_came_in_time_and_was_not_used() {
    let backend = Backend::answering(OK);
    for is_answered in [false, true] {
        let holds = Box::leak(Box::new([Hold { expires_s: 1, ..RULE }]));
        let agent = Running::new(backend.port, 5000, Row { holds, ..HELD });
        agent.call(json!({"n": 1}));
        let (file, _) = agent.ticket();
        if is_answered {
            agent.approve();
        }
        std::thread::sleep(Duration::from_millis(2100));
        assert!(agent.call(json!({"n": 1})).1);
        assert_ne!(agent.ticket().0, file);
        assert_eq!(agent.actions(), ["requested", "expired", "requested"]);
    }
    assert_eq!(backend.requests().len(), 0);
}

#[test]
fn a_no_holds_until_the_ticket_expires_and_says_who_said_it() {
    let backend = Backend::answering(OK);
    let agent = held_agent(&backend);
    agent.call(json!({"n": 1}));
    let (_, ticket) = agent.ticket();
    agent.answer(ticket["id"].as_str().unwrap(), "denied");
    for _ in 0..2 {
        let (text, is_error) = agent.call(json!({"n": 1}));
        assert!(is_error && text.contains("weaver (uid 7) on loom, /dev/pts/1 denied ticket"), "{text}");
        assert!(text.contains(": because."), "{text}");
    }
    assert_eq!(agent.actions(), ["requested"]);
    assert_eq!(backend.requests().len(), 0);
}

#[test]
fn of_two_calls_at_once_one_uses_the_yes() {
    let backend = Backend::answering(OK);
    let agent = held_agent(&backend);
    for _ in 0..20 {
        agent.call(json!({"n": 1}));
        agent.approve();
        let before = backend.requests().len();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| agent.call(json!({"n": 1})));
            }
        });
        assert_eq!(backend.requests().len(), before + 1);
    }
}

#[test]
fn what_could_not_be_sent_anyway_makes_no_ticket() {
    let backend = Backend::answering(OK);
    let agent = held_agent(&backend);
    assert!(agent.call(json!({"n": "many"})).0.contains("input validation"));
    let agent = Running::new(backend.port, 5000, Row { holds: &[RULE], ..AUTHORIZED });
    assert!(agent.call(json!({})).0.contains("CREDENTIAL_DENIED"));
    assert_eq!(fs::read_dir(agent.folder("open")).unwrap().count(), 0);
}

#[test]
fn tickets_are_bounded() {
    let backend = Backend::answering(OK);
    let agent = held_agent(&backend);
    for n in 0..100 {
        assert!(agent.call(json!({"n": n})).0.contains("holds this call"));
    }
    let (text, is_error) = agent.call(json!({"n": 100}));
    assert!(is_error && text.contains("100 calls of this agent wait for a human already"), "{text}");
    assert!(agent.call(json!({"n": 5})).0.contains("holds this call"), "what waits already goes on");
}

fn caller(patience: Duration, first: Wish) -> (Caller, mpsc::UnboundedReceiver<Notice>, watch::Sender<Wish>) {
    let (notices, heard) = mpsc::unbounded_channel();
    let (wishes, wish) = watch::channel(first);
    let attendance = Some(Attendance { notices, wish, patience });
    (Caller { attendance, ..Caller::default() }, heard, wishes)
}

fn text_of(answer: Answer) -> (String, bool) {
    match answer {
        Answer::Result { text, is_error, .. } => (text, is_error),
        Answer::UnknownTool => panic!("the tool is known"),
    }
}

#[test]
fn a_call_that_may_wait_runs_when_the_yes_comes_and_has_all_its_time() {
    let backend = Backend::answering(OK);
    let holds = Box::leak(Box::new([Hold { wait_s: 20, ..RULE }]));
    // The deadline is shorter than the wait.
    let agent = Running::new(backend.port, 300, Row { holds, ..HELD });
    let (text, is_error) = block_on(async {
        let caller = Caller::default();
        let call = agent.pipeline.call("tool", members(json!({"n": 1})), &caller);
        let yes = async {
            tokio::time::sleep(Duration::from_millis(600)).await;
            agent.approve();
        };
        text_of(tokio::join!(call, yes).0)
    });
    assert!(!is_error, "{text}");
    assert_eq!(backend.requests().len(), 1);
    assert_eq!(agent.actions(), ["requested", "redeemed"]);
}

#[test]
fn a_wait_ends_and_the_hold_goes_on() {
    let holds = Box::leak(Box::new([Hold { wait_s: 1, ..RULE }]));
    let agent = Running::new(1, 5000, Row { holds, ..HELD });
    let began = std::time::Instant::now();
    assert!(agent.call(json!({"n": 1})).0.contains("holds this call"));
    assert!(began.elapsed() >= Duration::from_secs(1));
    agent.ticket();
}

#[test]
fn a_caller_can_give_up_what_it_waits_for() {
    let backend = Backend::answering(OK);
    let agent = held_agent(&backend);
    let (text, is_error) = block_on(async {
        let (caller, mut heard, wishes) = caller(Duration::from_secs(30), Wish::Wait);
        let call = agent.pipeline.call("tool", members(json!({"n": 1})), &caller);
        let user = async {
            let notice = heard.recv().await.unwrap();
            assert!(notice.text.contains("rule `rule` holds this call"), "{}", notice.text);
            wishes.send(Wish::Withdraw).unwrap();
        };
        text_of(tokio::join!(call, user).0)
    });
    assert!(is_error && text.contains("was withdrawn"), "{text}");
    assert_eq!(agent.actions(), ["requested", "withdrawn"]);
    assert_eq!(fs::read_dir(agent.folder("open")).unwrap().count(), 0);
    assert_eq!(backend.requests().len(), 0);
}

#[test]
fn a_call_does_not_wait_for_a_ticket_that_another_gave_up() {
    let holds = Box::leak(Box::new([Hold { wait_s: 20, ..RULE }]));
    let agent = Running::new(1, 5000, Row { holds, ..HELD });
    let began = std::time::Instant::now();
    let (waited, gave_up) = block_on(async {
        let nobody = Caller::default();
        let (caller, mut heard, wishes) = caller(Duration::ZERO, Wish::Wait);
        let waits = agent.pipeline.call("tool", members(json!({"n": 1})), &nobody);
        let gives_up = agent.pipeline.call("tool", members(json!({"n": 1})), &caller);
        let user = async {
            heard.recv().await.unwrap();
            wishes.send(Wish::Withdraw).unwrap();
        };
        let (waited, gave_up, ()) = tokio::join!(waits, gives_up, user);
        (text_of(waited), text_of(gave_up))
    });
    assert!(gave_up.0.contains("was withdrawn by the user"), "{gave_up:?}");
    assert!(waited.1 && waited.0.contains("was used or withdrawn by another call"), "{waited:?}");
    assert!(began.elapsed() < Duration::from_secs(10));
}

#[test]
fn giving_up_comes_before_a_yes() {
    let backend = Backend::answering(OK);
    let agent = held_agent(&backend);
    agent.call(json!({"n": 1}));
    agent.approve();
    let (caller, _heard, _wishes) = caller(Duration::ZERO, Wish::Withdraw);
    let answer = block_on(agent.pipeline.call("tool", members(json!({"n": 1})), &caller));
    assert!(text_of(answer).1);
    assert_eq!(backend.requests().len(), 0);
    assert_eq!(agent.actions(), ["requested", "withdrawn"]);
}

#[test]
fn without_a_record_there_is_neither_a_ticket_nor_a_use_of_one() {
    let backend = Backend::answering(OK);
    let agent = held_agent(&backend);
    agent.pipeline.audit().room(0);
    assert!(agent.call(json!({"n": 1})).0.contains("audit log cannot be written"));
    assert_eq!(fs::read_dir(agent.folder("open")).unwrap().count(), 0);
    let agent = held_agent(&backend);
    agent.call(json!({"n": 1}));
    agent.approve();
    agent.pipeline.audit().room(0);
    assert!(agent.call(json!({"n": 1})).0.contains("audit log cannot be written"));
    assert_eq!(backend.requests().len(), 0);
}
