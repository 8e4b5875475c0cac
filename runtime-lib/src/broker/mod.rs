//! The credential broker: which secrets a call gets.
//!
//! A secret is in a binary by name only. Its value is in `$HEDDLE_HOME/secrets.json` (`{"key": "value"}`), and
//! `$HEDDLE_HOME/credential_policy.json` (`{"agent": ["key"]}`) says who may have it. Both are asked for each call that
//! needs a secret and read again when they change, so that setting, granting and revoking work at once. A grant can be to
//! one build of the agent (`key@<digest of its plan>`). A folder with one file per secret may be given beside; what is in it
//! comes before `secrets.json`, and is granted in the same way.

mod folder;
mod pages;
mod secret;
mod store;
#[cfg(feature = "http-server")]
mod tokens;

pub(crate) use secret::{Secret, Secrets};
#[cfg(feature = "http-server")]
pub(crate) use tokens::Tokens;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::de::{Deserializer as _, MapAccess, Visitor};
use zeroize::Zeroizing;

use crate::decl::Agent;
use folder::Folder;
use pages::Pages;
use store::Watched;

/// Hands out the secrets that the agent was granted.
pub struct Broker {
    agent: &'static str,
    /// Digest of the plan that this binary was built from.
    build: &'static str,
    folder: Option<Folder>,
    secrets: Watched<BTreeMap<String, Arc<Secret>>>,
    policy: Watched<BTreeMap<String, Vec<String>>>,
}

impl std::fmt::Debug for Broker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Broker").field("agent", &self.agent).finish_non_exhaustive()
    }
}

/// A secret that a call did not get.
#[derive(Debug, PartialEq, Eq)]
pub struct Denied {
    /// Its key.
    pub key: &'static str,
    /// Why, and what to do.
    pub reason: String,
}

impl Broker {
    /// A broker over the stores in the heddle home, which are first read when a secret is first asked for.
    pub fn new(agent: &'static Agent, home: &Path) -> Self {
        Self {
            agent: agent.name,
            build: agent.plan,
            folder: None,
            secrets: Watched::new(home.join("secrets.json"), move |bytes| {
                let is_ours = |key: &str| agent.grants.iter().any(|grant| grant.key == key);
                read(bytes, |json| secrets_of(json, is_ours))
            }),
            policy: Watched::new(home.join("credential_policy.json"), parse),
        }
    }

    /// The same, with a folder of secrets that comes first. One that cannot be trusted is a reason not to start.
    pub fn with_folder(self, folder: Option<PathBuf>) -> Result<Self, String> {
        let folder = folder.map(Folder::new);
        if let Some(folder) = &folder {
            folder.check()?;
        }
        Ok(Self { folder, ..self })
    }

    /// The secret of this key, if the agent is granted it now.
    pub(crate) fn secret(&self, key: &'static str) -> Result<Arc<Secret>, Denied> {
        self.find(key).map(|(secret, _)| secret).map_err(|reason| Denied { key, reason })
    }

    /// Where that secret comes from, for a person to read.
    pub(crate) fn place(&self, key: &'static str) -> Result<String, Denied> {
        self.find(key).map(|(_, place)| place.to_string()).map_err(|reason| Denied { key, reason })
    }

    /// The secrets of these keys, in one piece for a call.
    pub(crate) fn bundle(found: Vec<(&'static str, Arc<Secret>)>) -> Secrets {
        Secrets::of(found)
    }

    /// Whether secrets are kept out of swap; the error says why not.
    pub(crate) fn keeps_out_of_swap() -> std::io::Result<()> {
        Pages::can_be_locked()
    }

    fn find(&self, key: &str) -> Result<(Arc<Secret>, Place), String> {
        let Self { agent, build, .. } = self;
        let policy = self.policy.read()?;
        let granted = policy.as_ref().and_then(|policy| policy.get(*agent)).map_or(&[][..], Vec::as_slice);
        match grant(granted, key, build) {
            Grant::Here => {}
            Grant::None => {
                return Err(format!(
                    "agent `{agent}` is not granted it; `heddle secrets grant {agent} {key}` grants it"
                ));
            }
            Grant::Elsewhere => {
                return Err(format!(
                    "another build of agent `{agent}` is granted it, and this is not that build; \
                     `heddle secrets grant {agent} {key} --build {build}` grants it to this one"
                ));
            }
        }
        if let Some(folder) = &self.folder
            && let Some(found) = folder.find(key)?
        {
            return Ok((found.secret, Place { path: found.path, is_open: found.is_open }));
        }
        let Some(secrets) = self.secrets.read()? else {
            return Err(format!(
                "there is no secret store at `{}`; `heddle secrets set {key}` makes one",
                self.secrets.path().display()
            ));
        };
        match secrets.get(key) {
            None => Err(format!("it is not in the secret store; `heddle secrets set {key}` puts it there")),
            Some(secret) if secret.expose().is_empty() => {
                Err(format!("it is empty in the secret store; `heddle secrets set {key}` sets it"))
            }
            Some(secret) => {
                let path = self.secrets.path().to_owned();
                Ok((Arc::clone(secret), Place { path, is_open: false }))
            }
        }
    }
}

/// What an agent's entries in the policy say of a key.
enum Grant {
    /// This build may have it.
    Here,
    /// Other builds may.
    Elsewhere,
    None,
}

/// An entry is a key, or a key and the one build that may have it: `key@<digest>`. Keys hold no `@`.
fn grant(entries: &[String], key: &str, build: &str) -> Grant {
    let mut found = Grant::None;
    for entry in entries {
        match entry.split_once('@') {
            None if entry == key => return Grant::Here,
            Some((pinned, to)) if pinned == key => {
                if to == build {
                    return Grant::Here;
                }
                found = Grant::Elsewhere;
            }
            None | Some(_) => {}
        }
    }
    found
}

/// The file that a secret was found in.
struct Place {
    path: PathBuf,
    is_open: bool,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let open = if self.is_open { ", which other users can read if they can get to it" } else { "" };
        write!(f, "`{}`{open}", self.path.display())
    }
}

fn parse<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    read(bytes, |json| T::deserialize(json))
}

type Json<'a> = serde_json::Deserializer<serde_json::de::SliceRead<'a>>;

/// What is wrong is said without the text around it, which may be a secret.
fn read<T>(bytes: &[u8], parse: impl FnOnce(&mut Json<'_>) -> serde_json::Result<T>) -> Result<T, String> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    parse(&mut json).and_then(|value| json.end().map(|()| value)).map_err(|error| {
        let what = if error.is_data() { "not of the expected shape" } else { "not JSON" };
        format!("line {}, column {}: {what}", error.line(), error.column())
    })
}

/// The secrets of the store that are `wanted`. The others, which are for other agents, do not stay in this process.
fn secrets_of(
    json: &mut Json<'_>,
    wanted: impl Fn(&str) -> bool,
) -> serde_json::Result<BTreeMap<String, Arc<Secret>>> {
    struct Store<F>(F);

    impl<'de, F: Fn(&str) -> bool> Visitor<'de> for Store<F> {
        type Value = BTreeMap<String, Arc<Secret>>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object of texts")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut store: A) -> Result<Self::Value, A::Error> {
            let mut secrets = BTreeMap::new();
            while let Some(key) = store.next_key::<String>()? {
                // Also of those that are not kept: the store is whole or refused.
                let text = Zeroizing::new(store.next_value::<String>()?);
                if (self.0)(&key) {
                    secrets.insert(key, Arc::new(Secret::new(text)));
                }
            }
            Ok(secrets)
        }
    }

    json.deserialize_map(Store(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decl::{self, Sandbox};
    use crate::proof::fixture::AUDIT;
    use std::fs;
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use tempfile::TempDir;

    const fn grant_of(key: &'static str) -> decl::Grant {
        let (scheme, addresses) = (decl::Scheme::Http, decl::Addresses::Loopback);
        decl::Grant {
            key,
            origin: decl::Origin { scheme, host: "localhost", port: 9090, addresses },
            slots: &[],
        }
    }

    const AGENT: Agent = Agent {
        name: "agent",
        version: "1.0.0",
        about: "",
        plan: "ab12",
        origins: &[],
        grants: &[grant_of("key"), grant_of("other")],
        deadline_ms: 1000,
        max_response_bytes: 1000,
        audit: AUDIT,
        validation: crate::decl::Validation::Strict,
        sandbox: Sandbox::Auto,
        transports: &[crate::decl::Transport::Stdio],
        authorization: crate::decl::Authorization::Tokens,
    };

    struct Home {
        folder: TempDir,
        broker: Broker,
    }

    impl Home {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let broker = Broker::new(&AGENT, folder.path());
            Self { folder, broker }
        }

        fn with(secrets: &str, policy: &str) -> Self {
            let home = Self::new();
            home.write("secrets.json", secrets);
            home.write("credential_policy.json", policy);
            home
        }

        /// As the command line does: a new file, renamed.
        fn write(&self, name: &str, text: &str) {
            let path = self.folder.path().join(name);
            let new = self.folder.path().join("new");
            fs::write(&new, text).unwrap();
            fs::set_permissions(&new, fs::Permissions::from_mode(0o600)).unwrap();
            fs::rename(new, path).unwrap();
        }

        fn get(&self) -> Result<String, String> {
            self.broker.secret("key").map(|secret| secret.expose().to_owned()).map_err(|denied| denied.reason)
        }
    }

    #[test]
    fn gives_what_is_granted() {
        let home = Home::with(r#"{"key":"one","other":"two"}"#, r#"{"agent":["key"]}"#);
        assert_eq!(home.get(), Ok("one".to_owned()));
        let denied = home.broker.secret("other").err().unwrap();
        assert_eq!(denied.key, "other");
        assert!(denied.reason.contains("heddle secrets grant agent other"), "{}", denied.reason);
    }

    #[test]
    fn secrets_of_other_agents_do_not_stay() {
        let home =
            Home::with(r#"{"key":"one","theirs":"two","other":"three"}"#, r#"{"agent":["key","theirs"]}"#);
        assert_eq!(home.get(), Ok("one".to_owned()));
        let kept = home.broker.secrets.read().unwrap().unwrap();
        assert_eq!(kept.keys().collect::<Vec<_>>(), ["key", "other"]);
    }

    #[test]
    fn a_store_is_whole_or_refused() {
        for store in [r#"{"key":"one","theirs":2}"#, r#"{"key":"one"} {}"#, r#"["key"]"#] {
            let home = Home::with(store, r#"{"agent":["key"]}"#);
            let refused = home.get().unwrap_err();
            assert!(refused.contains("does not parse") && !refused.contains("one"), "{refused}");
        }
    }

    #[test]
    fn a_grant_to_another_agent_is_none() {
        let home = Home::with(r#"{"key":"one"}"#, r#"{"agent2":["key"]}"#);
        assert!(home.get().unwrap_err().contains("not granted"));
    }

    #[test]
    fn a_grant_to_another_build_is_none() {
        let home = Home::with(r#"{"key":"one"}"#, r#"{"agent":["key@ab12"]}"#);
        assert_eq!(home.get(), Ok("one".to_owned()));
        for other in ["key@ab13", "key@", "key@ab12@ab12", "key@ab12 ", "other@ab12"] {
            home.write("credential_policy.json", &format!("{{\"agent\":[\"{other}\"]}}"));
            assert!(home.get().is_err(), "{other}");
        }
        home.write("credential_policy.json", r#"{"agent":["key@00","key@01"]}"#);
        assert!(home.get().unwrap_err().contains("--build ab12"), "{:?}", home.get());
        home.write("credential_policy.json", r#"{"agent":["key@00","key"]}"#);
        assert_eq!(home.get(), Ok("one".to_owned()), "a grant to the name is one to each build");
    }

    #[test]
    fn sees_changes_at_once() {
        let home = Home::with(r#"{"key":"one"}"#, r#"{"agent":["key"]}"#);
        assert_eq!(home.get(), Ok("one".to_owned()));
        home.write("secrets.json", r#"{"key":"two"}"#);
        assert_eq!(home.get(), Ok("two".to_owned()));
        home.write("credential_policy.json", r#"{"agent":[]}"#);
        assert!(home.get().unwrap_err().contains("not granted"));
        home.write("credential_policy.json", r#"{"agent":["key"]}"#);
        assert_eq!(home.get(), Ok("two".to_owned()));
    }

    #[test]
    fn says_what_is_missing() {
        let home = Home::new();
        assert!(home.get().unwrap_err().contains("not granted"));
        home.write("credential_policy.json", r#"{"agent":["key"]}"#);
        assert!(home.get().unwrap_err().contains("no secret store"));
        home.write("secrets.json", "{}");
        assert!(home.get().unwrap_err().contains("heddle secrets set key"));
        home.write("secrets.json", r#"{"key":""}"#);
        assert!(home.get().unwrap_err().contains("empty"));
    }

    #[test]
    fn refuses_a_store_that_is_not_right() {
        let home = Home::with(r#"{"key":"one"}"#, r#"{"agent":["key"]}"#);
        let path = home.folder.path().join("secrets.json");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let reason = home.get().unwrap_err();
        assert!(reason.contains("mode 0644") && reason.contains("chmod 600"), "{reason}");

        for (broken, words) in
            [("{\"key\":\"topsecret\"", "not JSON"), ("{\"key\":{\"a\":\"topsecret\"}}", "shape")]
        {
            home.write("secrets.json", broken);
            let reason = home.get().unwrap_err();
            assert!(reason.contains("does not parse") && reason.contains(words), "{reason}");
            assert!(!reason.contains("topsecret"), "{reason}");
        }

        home.write("elsewhere.json", r#"{"key":"one"}"#);
        fs::remove_file(&path).unwrap();
        symlink(home.folder.path().join("elsewhere.json"), &path).unwrap();
        assert!(home.get().unwrap_err().contains("is a link"));
    }

    #[test]
    fn the_folder_comes_first_and_is_granted_alike() {
        let mut home = Home::with(r#"{"key":"store","other":"store"}"#, r#"{"agent":["key","other"]}"#);
        let mount = home.folder.path().join("mount");
        fs::create_dir(&mount).unwrap();
        fs::write(mount.join("key"), "mounted\n").unwrap();
        home.broker = Broker::new(&AGENT, home.folder.path()).with_folder(Some(mount.clone())).unwrap();
        assert_eq!(home.get(), Ok("mounted".to_owned()));
        assert!(home.broker.place("key").unwrap().contains("mount/key"));
        assert!(home.broker.place("other").unwrap().contains("secrets.json"));

        // A file that went wrong is not made up for by the store.
        fs::set_permissions(mount.join("key"), fs::Permissions::from_mode(0o666)).unwrap();
        assert!(home.get().unwrap_err().contains("others can change"));
        fs::remove_file(mount.join("key")).unwrap();
        assert_eq!(home.get(), Ok("store".to_owned()));

        // Being mounted is no grant, and no policy grants nothing.
        fs::write(mount.join("key"), "mounted").unwrap();
        home.write("credential_policy.json", "{}");
        assert!(home.get().unwrap_err().contains("not granted"));
        fs::remove_file(home.folder.path().join("credential_policy.json")).unwrap();
        assert!(home.get().unwrap_err().contains("not granted"));
    }

    #[test]
    fn a_folder_that_is_not_there_is_refused_at_once() {
        let home = Home::new();
        let nowhere = home.folder.path().join("nowhere");
        assert!(Broker::new(&AGENT, home.folder.path()).with_folder(Some(nowhere)).is_err());
    }

    #[test]
    fn a_damaged_policy_grants_nothing() {
        let home = Home::with(r#"{"key":"one"}"#, r#"{"agent":["key"]}"#);
        assert!(home.get().is_ok());
        home.write("credential_policy.json", r#"{"agent":["key"]"#);
        assert!(home.get().unwrap_err().contains("does not parse"));
    }
}
