//! The tickets of held calls, from the side of the one who answers: read and checked a second time, and by other code
//! than the agents'.

pub mod notify;
pub mod person;
pub mod ticket;

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::json;

use crate::audit::keys::{Tag, hex, mac, unhex, unhex_bytes};
use crate::audit::write::append;
use crate::console::harmless;
use crate::failure::{Failure, plain};
use crate::home::{
    Home, lock, make_private_folder, read_private, refuse_foreign_folder, refuse_shared_folder, write_private,
};
use person::Person;
use ticket::{Answer, Decision, State, Ticket};

/// Longest file that is read: an agent makes no longer ones.
const LONGEST: u64 = 512 * 1024;
/// Fewest digits of an id that stand for it.
const FEWEST: usize = 6;
/// Length of `,"mac":"` and 64 digits and `"}` and a newline.
const SEAL: usize = 75;

/// The folder of the tickets.
#[derive(Debug)]
pub struct Desk {
    home: Home,
    root: PathBuf,
}

/// A file that lies among the open tickets.
#[derive(Debug)]
pub struct Entry {
    /// Its name.
    pub file: String,
    /// The id in its name.
    pub id: String,
    /// What it says, if it is a ticket with heddle's seal; why not, otherwise.
    pub ticket: Result<Ticket, String>,
    /// What has become of it.
    pub state: State,
}

impl Desk {
    pub fn find(home: Home) -> Self {
        Self { root: home.root().join("approvals"), home }
    }

    /// The tickets that can still be answered or used, oldest first.
    pub fn open(&self) -> Result<Vec<Entry>, Failure> {
        let mut entries = Vec::new();
        for file in names(&self.root.join("open"))? {
            if let Some(entry) = self.entry(file)? {
                entries.push(entry);
            }
        }
        entries.sort_by_key(|entry| entry.ticket.as_ref().map_or(u64::MAX, |ticket| ticket.made));
        Ok(entries)
    }

    /// The tickets that came to their end, and how, oldest first.
    pub fn closed(&self) -> Result<Vec<Entry>, Failure> {
        let mut entries = Vec::new();
        for file in names(&self.root.join("closed"))? {
            let mut parts = file.split('.');
            let (Some(id), Some(end), Some("json"), None) =
                (parts.next(), parts.next(), parts.next(), parts.next())
            else {
                continue;
            };
            let (id, state) = (id.to_owned(), State::Closed(end.to_owned()));
            let path = self.root.join("closed").join(&file);
            let ticket = if fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.len() == 0) {
                Err("nothing of it was kept, since some of it was sensitive".to_owned())
            } else {
                self.read(&path, b"ticket\n").and_then(Self::there)
            };
            entries.push(Entry { file, id, ticket, state });
        }
        entries.sort_by_key(|entry| entry.ticket.as_ref().map_or(u64::MAX, |ticket| ticket.made));
        Ok(entries)
    }

    /// The ticket whose id begins so, open ones before closed ones.
    pub fn named(&self, prefix: &str) -> Result<Entry, Failure> {
        let prefix = prefix.to_ascii_lowercase();
        if prefix.len() < FEWEST || !prefix.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            let text = format!(
                "a ticket is named by at least {FEWEST} digits of its id; `heddle approvals list` shows them"
            );
            return Err(Failure::Usage(text));
        }
        for entries in [self.open()?, self.closed()?] {
            let mut found: Vec<Entry> =
                entries.into_iter().filter(|entry| entry.id.starts_with(&prefix)).collect();
            match found.len() {
                0 => {}
                1 => return found.pop().ok_or_else(|| Failure::fault("a ticket went away")),
                many => {
                    return Err(Failure::refused(format_args!(
                        "{many} tickets begin with `{prefix}`: write more of the id"
                    )));
                }
            }
        }
        Err(Failure::refused(format_args!(
            "there is no ticket `{prefix}`: `heddle approvals list --all` shows what there is"
        )))
    }

    /// Puts an answer to a ticket there and on record. One ticket has one answer.
    pub fn answer(&self, prefix: &str, decision: Decision, reason: &str) -> Result<Ticket, Failure> {
        // Nothing is made for a ticket that is not there.
        self.named(prefix)?;
        self.check_folders()?;
        let _lock = self.lock()?;
        let entry = self.named(prefix)?;
        let short = &harmless(entry.id.get(..12).unwrap_or(&entry.id));
        let by = Person::of_this_process();
        let ticket = match &entry.ticket {
            Ok(ticket) => ticket.clone(),
            Err(why) => {
                self.record_forgery(&entry.id, &by, why)?;
                return Err(Failure::refused(format_args!(
                    "ticket {short} is not to be trusted: {why}. Nothing was approved; the agent puts it away when the \
                     call is made again"
                )));
            }
        };
        match &entry.state {
            State::Pending => {}
            State::Expired => {
                self.expire(&entry, &ticket)?;
                return Err(Failure::refused(format_args!(
                    "ticket {short} expired at {}: the call has to be made again",
                    ticket.expires_at()
                )));
            }
            State::Answered(answer) => {
                return Err(Failure::refused(format_args!(
                    "ticket {short} was {} by {} already",
                    answer.decision.word(),
                    answer.by
                )));
            }
            State::Closed(end) => {
                return Err(Failure::refused(format_args!("ticket {short} is over: {}", State::ended(end))));
            }
            State::Unclear(why) => {
                self.record_forgery(&entry.id, &by, why)?;
                return Err(Failure::refused(format_args!(
                    "the answer to ticket {short} is not to be trusted: {why}"
                )));
            }
        }
        self.record(decision.word(), &ticket, Some(&by), reason)?;
        let answer = json!({
            "heddle_answer": 1, "ticket": ticket.id, "decision": decision.word(), "reason": reason, "by": by, "at": now(),
        });
        let line = self.seal(b"answer\n", &answer.to_string())?;
        write_private(&self.answer_path(&ticket.id), &line)?;
        Ok(ticket)
    }

    /// Puts tickets away that nobody answered in time; each is on record once.
    pub fn sweep(&self) -> Result<(), Failure> {
        refuse_foreign_folder(&self.root)?;
        for entry in self.open()? {
            if let (Ok(ticket), State::Expired) = (&entry.ticket, &entry.state) {
                let _lock = self.lock()?;
                self.expire(&entry, ticket)?;
            }
        }
        Ok(())
    }

    fn expire(&self, entry: &Entry, ticket: &Ticket) -> Result<(), Failure> {
        let (from, to) = (self.root.join("open"), self.root.join("closed"));
        let to = to.join(format!("{}.expired.json", entry.id));
        match fs::rename(from.join(&entry.file), &to) {
            Ok(()) => {
                if ticket.discreet {
                    let opened = fs::OpenOptions::new().write(true).open(&to);
                    opened
                        .and_then(|file| file.set_len(0))
                        .map_err(|error| Failure::io("empty", &to, &error))?;
                }
                self.record("expired", ticket, None, "nobody answered in time")
            }
            // An agent was faster.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(Failure::io("put away", &from.join(&entry.file), &error)),
        }
    }

    /// Whoever answers is on record before the answer counts.
    fn record(
        &self,
        action: &str,
        ticket: &Ticket,
        by: Option<&Person>,
        detail: &str,
    ) -> Result<(), Failure> {
        let by = by.map(ToString::to_string).unwrap_or_default();
        let mut members = vec![
            ("action", action),
            ("ticket", &ticket.id),
            ("of", &ticket.agent),
            ("tool", &ticket.tool),
            ("rule", &ticket.rule),
        ];
        members.extend(
            [("by", by.as_str()), ("detail", detail)].into_iter().filter(|(_, text)| !text.is_empty()),
        );
        append(&self.home.audit(), &ticket.build, "approval", &members)
    }

    /// Somebody answered a ticket that is none of heddle's, or has an answer that is none: of what it says, nothing is
    /// believed.
    fn record_forgery(&self, id: &str, by: &Person, why: &str) -> Result<(), Failure> {
        let by = by.to_string();
        let members = [("action", "refused"), ("ticket", id), ("by", &by), ("detail", why)];
        append(&self.home.audit(), "", "approval", &members)
    }

    fn lock(&self) -> Result<File, Failure> {
        lock(&self.root.join("lock"), "waiting for another process that works on the approvals")
    }

    /// Whoever can write to one of the folders can put a used ticket back.
    fn check_folders(&self) -> Result<(), Failure> {
        for folder in ["", "open", "answers", "closed"].map(|name| self.root.join(name)) {
            make_private_folder(&folder)?;
            refuse_foreign_folder(&folder)?;
            refuse_shared_folder(&folder)?;
        }
        Ok(())
    }

    fn entry(&self, file: String) -> Result<Option<Entry>, Failure> {
        let id = file.rsplit('.').nth(1).unwrap_or_default().to_owned();
        let ticket = match self.read::<Ticket>(&self.root.join("open").join(&file), b"ticket\n") {
            Ok(None) => return Ok(None),
            Ok(Some(ticket)) if ticket.id == id => Ok(ticket),
            Ok(Some(_)) => Err("its file has another name".to_owned()),
            Err(why) => Err(why),
        };
        let state = match &ticket {
            Err(why) => State::Unclear(why.clone()),
            Ok(ticket) => match self.read::<Answer>(&self.answer_path(&id), b"answer\n") {
                _ if ticket.is_over(now()) => State::Expired,
                Ok(None) => State::Pending,
                Ok(Some(answer)) if answer.ticket == id => State::Answered(answer),
                Ok(Some(_)) => State::Unclear("it is the answer to another ticket".to_owned()),
                Err(why) => State::Unclear(why),
            },
        };
        Ok(Some(Entry { file, id, ticket, state }))
    }

    fn answer_path(&self, id: &str) -> PathBuf {
        self.root.join("answers").join(format!("{id}.json"))
    }

    fn there<T>(found: Option<T>) -> Result<T, String> {
        found.ok_or_else(|| "it went away".to_owned())
    }

    /// What a sealed file says; `None`: there is none.
    fn read<T: serde::de::DeserializeOwned>(&self, path: &Path, kind: &[u8]) -> Result<Option<T>, String> {
        let said = |failure: Failure| match failure {
            Failure::Refused(why) | Failure::Usage(why) | Failure::Fault(why) => why,
            Failure::RefusedAsSaid | Failure::ReaderGone => String::new(),
        };
        if fs::symlink_metadata(path).is_ok_and(|metadata| metadata.len() > LONGEST) {
            return Err(format!("`{}` is longer than a ticket gets", path.display()));
        }
        let Some(text) = read_private(path).map_err(said)? else { return Ok(None) };
        let key = self.key().map_err(said)?;
        let sealed = text.len().checked_sub(SEAL).and_then(|at| text.as_bytes().split_at_checked(at));
        let is_ours = sealed.is_some_and(|(body, seal)| {
            let digits = seal.strip_prefix(b",\"mac\":\"").and_then(|rest| rest.strip_suffix(b"\"}\n"));
            digits.and_then(unhex_bytes).is_some_and(|tag| same(&tag, &mac(&key, &[kind, body])))
        });
        if !is_ours {
            return Err(
                "it does not have heddle's seal: it was changed, or written by something else".to_owned()
            );
        }
        serde_json::from_str(&text).map(Some).map_err(|error| format!("it cannot be read: {error}"))
    }

    fn seal(&self, kind: &[u8], json: &str) -> Result<String, Failure> {
        let body = json.strip_suffix('}').unwrap_or(json);
        let tag = mac(&self.key()?, &[kind, body.as_bytes()]);
        Ok(format!("{body},\"mac\":\"{}\"}}\n", hex(&tag)))
    }

    fn key(&self) -> Result<Tag, Failure> {
        let path = self.root.join("key");
        let text = read_private(&path)?;
        let key = text
            .as_deref()
            .and_then(|text| unhex(text.strip_prefix("heddle-approvals-key-1\n")?.strip_suffix('\n')?));
        key.ok_or_else(|| {
            Failure::refused(format_args!("`{}` is not the key that heddle wrote there", path.display()))
        })
    }
}

/// Whether two seals are the same, in a time that does not tell where they differ.
fn same(a: &Tag, b: &Tag) -> bool {
    a.iter().zip(b).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}

fn names(folder: &Path) -> Result<Vec<String>, Failure> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => {
            return Err(Failure::fault(format_args!(
                "cannot read `{}`: {}",
                folder.display(),
                plain(&error)
            )));
        }
    };
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".json"))
        .collect();
    names.sort_unstable();
    Ok(names)
}

/// Seconds since 1970.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
