//! `heddle demo`

mod api;
mod client;

use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime};

use serde_json::{Value, json};

use self::api::Api;
use self::client::Client;
use super::build::surface;
use crate::audit::keys::{VERIFY_KEY, VerifyKey};
use crate::audit::record::line;
use crate::audit::segments;
use crate::audit::tail::Tail;
use crate::audit::verify::{self, Verdict};
use crate::build::recipe::Recipe;
use crate::build::stage::Stage;
use crate::build::{Order, build, folder};
use crate::console::{Stream, bold, result, styled};
use crate::failure::Failure;
use crate::front::{self, Front};
use crate::home::Home;

const GREEDY: &str = include_str!("greedy.yaml");
const WAREHOUSE: &str = include_str!("warehouse.yaml");

/// Tell the whole story on this machine: refuse, build, serve, call, block, audit
///
/// Needs nothing but Rust. The first time compiles the runtime, which takes a minute or two.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  $ heddle demo")]
pub struct Args {}

pub fn run(_: Args) -> Result<(), Failure> {
    let began = Instant::now();
    let work = Work::make()?;
    let api =
        Api::start().map_err(|error| Failure::fault(format_args!("cannot start the demo's API: {error}")))?;

    step(1, "An API to protect")?;
    tell(&format!("A warehouse answers on {}, on this machine only.\n", api.origin()))?;

    step(2, "A config that wants too much")?;
    refuse(&work, &api)?;

    step(3, "The same agent, reading only")?;
    let binary = accept(&work, &api)?;

    step(4, "Its binary, as an MCP client sees it")?;
    let mut client = Client::start(&binary, &work.home())?;
    let server = client.initialize()?;
    tell(&format!("Started over stdio; it says that it is {}. Its tools:\n", bold(&server)))?;
    for (name, about) in client.tools()? {
        tell(&format!("  {name:<12} {about}\n"))?;
    }

    step(5, "A call that is allowed")?;
    call(&mut client, "part", &json!({ "number": "M3-10" }))?;

    step(6, "Calls that are not")?;
    let before = api.asked();
    call(&mut client, "part", &json!({ "number": "M3-10", "warehouse": "other" }))?;
    call(&mut client, "list_parts", &json!({ "limit": 400 }))?;
    tell(&match api.asked() - before {
        0 => format!("The API was asked {} in all: neither of the two reached it.\n", times(api.asked())),
        reached => return Err(Failure::fault(format_args!("{reached} refused calls reached the API"))),
    })?;
    client.stop()?;

    step(7, "What is on record")?;
    audit(&work)?;

    result(&format!(
        "\n{} in {:.1} s. All of it ran on this machine; nothing is left but the compiled runtime.\n\n\
         Next:\n  \
           heddle init prometheus                 a config to start from\n  \
           heddle check prometheus.yaml           what it may do, and what is wrong with it\n  \
           heddle build prometheus.yaml           generated/prometheus to read, dist/prometheus to run\n  \
           heddle explain HD0102                  why step 2 was refused\n",
        bold("Done"),
        began.elapsed().as_secs_f64()
    ))
}

/// Shows the refusal of a config that sends POST at tier 1.
fn refuse(work: &Work, api: &Api) -> Result<(), Failure> {
    let file = work.config("greedy.yaml", GREEDY, api)?;
    let judged = Front::new(None, &[])?.judge(&file)?;
    if judged.errors() == 0 {
        return Err(Failure::fault("a POST at tier 1 was not refused"));
    }
    tell("It is tier 1, an observer, and has a tool that sends POST. `heddle check` says:\n\n")?;
    tell(&judged.human(Stream::Result))
}

/// Checks and builds the good config; gives the binary.
fn accept(work: &Work, api: &Api) -> Result<PathBuf, Failure> {
    let file = work.config("warehouse.yaml", WAREHOUSE, api)?;
    let judged = Front::new(None, &[])?.judge(&file)?;
    front::show(&judged);
    let source = judged.source().clone();
    let Some(front::Accepted { agent, plan }) = judged.into_accepted() else {
        return Err(Failure::fault("the demo's own config was refused"));
    };
    let files = front::emit(&plan, &agent.digest)?;
    folder::write(&work.0.join("generated"), &files)?;
    let lines: usize =
        files.iter().filter(|(path, _)| path.ends_with(".rs")).map(|(_, text)| text.lines().count()).sum();
    tell(&format!(
        "Accepted: {}. The crate is {} files, {lines} lines of Rust that only declare.\n",
        surface(&plan),
        files.len()
    ))?;
    let binary = work.0.join("dist").join(&plan.name);
    let digest = plan.digest_hex();
    let order = Order { plan: &plan, digest: &digest, source: &source, files: &files, recipe: Recipe::TRY };
    let cache = Home::find()?.cache();
    let delivery = build(&cache, order, &binary)?;
    // Its port is never the same again, so neither is this binary.
    Stage::enter(&cache)?.forget(&delivery.package);
    tell(&format!(
        "Compiled in {:.1} s: one binary of {:.1} MB, from {} crates.\n",
        delivery.took.as_secs_f64(),
        delivery.size as f64 / 1e6,
        delivery.crates
    ))?;
    Ok(binary)
}

/// Calls a tool and shows both sides.
fn call(client: &mut Client, tool: &str, arguments: &Value) -> Result<(), Failure> {
    let answer = client.call(tool, arguments)?;
    let arrow =
        if answer.refused { styled(Stream::Result, "31", "x") } else { styled(Stream::Result, "32", "=") };
    tell(&format!("{} {arguments}\n", bold(tool)))?;
    for text in answer.text.lines().take(12) {
        tell(&format!("  {arrow} {}\n", crate::console::harmless(text)))?;
    }
    Ok(())
}

/// Shows the log that the agent wrote, and checks it.
fn audit(work: &Work) -> Result<(), Failure> {
    let folder = work.home().join("audit");
    let found = segments(&folder)?;
    let unreadable = |error| Failure::io("read the audit log in", &folder, &error);
    let mut tail = Tail::open(found.iter().map(|segment| segment.path.clone())).map_err(unreadable)?;
    let mut lines = Vec::new();
    while let Some((_, bytes)) = tail.next_line().map_err(unreadable)? {
        lines.extend(serde_json::from_slice::<Value>(&bytes).map(|record| line(&record)));
    }
    for line in lines.iter().rev() {
        tell(&format!("{line}\n"))?;
    }
    let key = VerifyKey::read(&folder.join(VERIFY_KEY))?
        .ok_or_else(|| Failure::fault(format_args!("the agent made no key in `{}`", folder.display())))?;
    let Verdict { faults, records, .. } = verify::log(&folder, &key, None)?;
    if let Some(fault) = faults.first() {
        return Err(Failure::fault(fault));
    }
    tell(&format!(
        "Each record holds the hash of the one before and a seal of its own: {records} records, nothing was changed.\n"
    ))
}

fn step(number: u32, title: &str) -> Result<(), Failure> {
    result(&format!("\n{}\n\n", bold(&format!("{number}. {title}"))))
}

fn tell(text: &str) -> Result<(), Failure> {
    result(text)
}

fn times(number: usize) -> String {
    if number == 1 { String::from("once") } else { format!("{number} times") }
}

/// A folder for everything that the demo writes, gone when it ends.
struct Work(PathBuf);

impl Work {
    fn make() -> Result<Self, Failure> {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_nanos();
        let path = std::env::temp_dir().join(format!("heddle-demo-{}-{now}", std::process::id()));
        // Not recursive: a folder of that name that is there already is somebody else's.
        DirBuilder::new()
            .mode(0o700)
            .create(&path)
            .map_err(|error| Failure::io("make the folder", &path, &error))?;
        Ok(Self(path))
    }

    /// The heddle home of the agent.
    fn home(&self) -> PathBuf {
        self.0.join("home")
    }

    fn config(&self, name: &str, text: &str, api: &Api) -> Result<PathBuf, Failure> {
        let path: &Path = &self.0.join(name);
        fs::write(path, text.replace("{origin}", &api.origin()))
            .map_err(|error| Failure::io("write", path, &error))?;
        Ok(path.to_path_buf())
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
