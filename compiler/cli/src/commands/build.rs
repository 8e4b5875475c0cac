//! `heddle build`

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use heddle_compiler::emit::Target;
use heddle_compiler::plan::{Access, Plan};

use crate::build::folder;
use crate::build::recipe::{Linkage, Profile, Recipe};
use crate::build::stamp::Stamp;
use crate::build::{Delivery, Order};
use crate::console::{bold, harmless, result, say};
use crate::failure::Failure;
use crate::front::{self, Front, Replacement};
use crate::home::{Home, make_private_folder, write_atomically};
use crate::label::{Label, Source};
use crate::release::Document;
use crate::signing::Trust;

/// Check configs, emit their crates and compile them
///
/// The crate of an agent goes to `generated/AGENT`, its binary to `dist/AGENT`. The first build on a machine compiles the
/// runtime, which takes a minute or two; after that a build takes a second.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    $ heddle build packs/prometheus.yaml\n  \
    $ heddle build packs/prometheus.yaml --origin http://localhost:9090=https://metrics.example.org\n  \
    $ heddle build --check agents/*.yaml")]
pub struct Args {
    /// The configs
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    options: Options,
    /// Also write deployment files from the same plan, into the folder `deploy/AGENT`
    #[arg(long, value_enum, value_delimiter = ',', value_name = "KIND", conflicts_with = "check")]
    emit: Vec<Deployment>,
    /// Folder of the deployment files
    #[arg(long, value_name = "FOLDER", default_value = "deploy")]
    deploy: PathBuf,
    /// Write the crates and do not compile them
    #[arg(long, conflicts_with = "check")]
    emit_only: bool,
    /// Write nothing; fail if a crate on disk is not what its config emits
    #[arg(long)]
    check: bool,
}

/// Where an agent is to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Deployment {
    /// A hardened unit
    Systemd,
    /// An image with the binary and nothing else
    Containerfile,
    /// A deployment with a network policy
    Kubernetes,
}

/// What `heddle run` takes as well.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Compile for shipping: slower to build, smaller and faster
    #[arg(long)]
    release: bool,
    /// Link the C library in, so that the binary needs no other file: for an image with nothing else in it
    #[arg(long = "static")]
    is_static: bool,
    /// Folder of the emitted crates
    #[arg(long, value_name = "FOLDER", default_value = "generated")]
    out: PathBuf,
    /// Folder of the binaries
    #[arg(long, value_name = "FOLDER", default_value = "dist")]
    dist: PathBuf,
    /// Who may use which secret; left out: `heddle.grants.yaml` in the config's folder or a parent, else the policy of
    /// the heddle home
    #[arg(long, value_name = "FILE")]
    grants: Option<PathBuf>,
    /// Point the tools that reach OLD at NEW, origins or what begins with one; may be given more than once
    #[arg(long, value_name = "OLD=NEW")]
    origin: Vec<Replacement>,
    /// Refuse a config that nobody signed, or that is not what was signed
    #[arg(long)]
    require_signed: bool,
    /// Count the signatures of this public key and no others; a key, or a file with one; may be given more than once
    #[arg(long, value_name = "KEY")]
    signer: Vec<String>,
}

/// A config that may be built: its plan and its crate.
pub struct Accepted {
    pub plan: Plan,
    pub files: BTreeMap<String, String>,
    pub source: Source,
}

pub fn run(args: Args) -> Result<(), Failure> {
    let accepted = accept(&args.files, &args.options)?;
    if args.check {
        return compare(&accepted, &args.options);
    }
    for agent in &accepted {
        let folder = args.options.folder(&agent.plan.name);
        emit(agent, &folder)?;
        deploy(agent, &args)?;
        if args.emit_only {
            result(&format!(
                "{}: {}\n  crate   {}\n",
                bold(&agent.plan.name),
                surface(&agent.plan),
                folder.display()
            ))?;
            continue;
        }
        let delivery = compile(agent, &args.options)?;
        result(&summary(agent, &args.options, &delivery))?;
        if args.options.release {
            document(&args.options.binary(&agent.plan.name))?;
        }
    }
    Ok(())
}

/// Writes the deployment files that were asked for. The folder of the home holds what an agent refuses when others could
/// read it.
fn deploy(agent: &Accepted, args: &Args) -> Result<(), Failure> {
    if args.emit.is_empty() {
        return Ok(());
    }
    let targets: BTreeSet<Target> = args
        .emit
        .iter()
        .map(|kind| match kind {
            Deployment::Systemd => Target::Systemd,
            Deployment::Containerfile => Target::Containerfile,
            Deployment::Kubernetes => Target::Kubernetes,
        })
        .collect();
    let files = front::deploy(&agent.plan, &targets)?;
    let folder = args.deploy.join(&agent.plan.name);
    for (path, text) in files {
        let target = folder.join(&path);
        let private = path.starts_with("home/");
        if let Some(parent) = target.parent() {
            let made = if private { make_private_folder(parent) } else { make_folder(parent) };
            made?;
        }
        write_atomically(&target, text.as_bytes(), if private { 0o600 } else { 0o644 })?;
        say(format_args!("wrote `{}`", target.display()));
    }
    Ok(())
}

fn make_folder(path: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(path).map_err(|error| Failure::io("make the folder", path, &error))
}

/// Writes the documents that go out with a binary.
fn document(binary: &Path) -> Result<(), Failure> {
    let (label, bytes) = Label::read(binary)?;
    for document in Document::ALL {
        let beside = document.beside(binary);
        write_atomically(&beside, document.of(&label, &bytes)?.as_bytes(), 0o644)?;
        result(&format!("  {:<7} {}\n", document.name(), beside.display()))?;
    }
    Ok(())
}

/// Checks all files before anything is written: one refusal stops them all.
pub fn accept(files: &[PathBuf], options: &Options) -> Result<Vec<Accepted>, Failure> {
    let mut front = Front::new(options.grants.as_deref(), &options.origin)?;
    if let Some(trust) = options.trust()? {
        front.require_signed(trust);
    }
    let mut accepted: Vec<Accepted> = Vec::new();
    let mut refused = false;
    for file in front::configs(files) {
        let judged = front.judge(file)?;
        front::show(&judged);
        let source = judged.source().clone();
        let Some(front::Accepted { agent, plan }) = judged.into_accepted() else {
            refused = true;
            continue;
        };
        if accepted.iter().any(|other| other.plan.name == plan.name) {
            return Err(Failure::refused(format_args!(
                "`{}` and a file before it are both named `{}`, and would get the same folder: build them one by one, \
                 with `--out` and `--dist`",
                file.display(),
                plan.name
            )));
        }
        let files = front::emit(&plan, &agent.digest)?;
        accepted.push(Accepted { plan, files, source });
    }
    if refused {
        say("nothing was built");
        return Err(Failure::RefusedAsSaid);
    }
    front.all_replaced()?;
    Ok(accepted)
}

fn compare(accepted: &[Accepted], options: &Options) -> Result<(), Failure> {
    let mut differ = false;
    for agent in accepted {
        let folder = options.folder(&agent.plan.name);
        for difference in folder::differences(&folder, &agent.files, "from the config")? {
            result(&format!("{}\n", harmless(&difference.to_string())))?;
            differ = true;
        }
    }
    if differ {
        say("build again to bring the crates up to date");
        return Err(Failure::RefusedAsSaid);
    }
    Ok(())
}

/// Writes the crate of an agent.
pub fn emit(agent: &Accepted, folder: &Path) -> Result<(), Failure> {
    let changes = folder::write(folder, &agent.files)?;
    for kept in changes.kept {
        say(format_args!(
            "warning: `{}` is no longer emitted, and was changed by hand: left as it is",
            kept.display()
        ));
    }
    Ok(())
}

/// Compiles an agent and puts its binary into the folder of binaries.
pub fn compile(agent: &Accepted, options: &Options) -> Result<Delivery, Failure> {
    let (digest, binary) = (agent.plan.digest_hex(), options.binary(&agent.plan.name));
    crate::build::build(&Home::find()?.cache(), options.order(agent, &digest), &binary)
}

/// Whether the binary in the folder of binaries is what compiling again would give.
pub fn is_built(agent: &Accepted, options: &Options) -> Result<bool, Failure> {
    let (digest, binary) = (agent.plan.digest_hex(), options.binary(&agent.plan.name));
    let stamp = Stamp::of(&Home::find()?.cache(), options.order(agent, &digest), &binary)?;
    Ok(stamp.is_fresh(&binary))
}

impl Options {
    fn recipe(&self) -> Recipe {
        Recipe {
            profile: if self.release { Profile::Ship } else { Profile::Fast },
            linkage: if self.is_static { Linkage::Static } else { Linkage::Dynamic },
        }
    }

    fn order<'a>(&self, agent: &'a Accepted, digest: &'a str) -> Order<'a> {
        Order { plan: &agent.plan, digest, source: &agent.source, files: &agent.files, recipe: self.recipe() }
    }

    /// Whose signatures count, if signatures are asked for.
    fn trust(&self) -> Result<Option<Trust>, Failure> {
        if !self.signer.is_empty() {
            return Trust::named(&self.signer).map(Some);
        }
        self.require_signed.then(|| Trust::home(&Home::find()?)).transpose()
    }

    /// Where an agent's binary goes.
    pub fn binary(&self, agent: &str) -> PathBuf {
        self.dist.join(agent)
    }

    /// Where an agent's crate goes.
    pub fn folder(&self, agent: &str) -> PathBuf {
        self.out.join(agent)
    }
}

/// Tier, tools and origins on one line.
pub fn surface(plan: &Plan) -> String {
    let writes = plan.tools.values().filter(|tool| tool.access == Access::Write).count();
    let tools = plan.tools.len();
    let tier = format!("{:?}", plan.tier).to_lowercase();
    format!(
        "tier {} ({tier}), {} ({} read, {writes} write)",
        plan.tier as u8,
        if tools == 1 { "1 tool".to_owned() } else { format!("{tools} tools") },
        tools - writes
    )
}

fn summary(agent: &Accepted, options: &Options, delivery: &Delivery) -> String {
    let name = &agent.plan.name;
    format!(
        "{}: {}\n  crate   {}\n  binary  {}, {:.1} MB from {} crates, {:.1} s\n",
        bold(name),
        surface(&agent.plan),
        options.folder(name).display(),
        options.binary(name).display(),
        delivery.size as f64 / 1e6,
        delivery.crates,
        delivery.took.as_secs_f64(),
    )
}
