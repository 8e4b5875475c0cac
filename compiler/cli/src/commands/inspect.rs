//! `heddle inspect`

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde::Deserialize;
use serde_json::json;

use crate::console::{Stream, bold, harmless, result, say, styled};
use crate::failure::Failure;
use crate::label::{Kind, Label, loads, parts};

/// Show what is written on binaries: what they may do, where they came from, what they link; nothing is run
///
/// With one of the questions (`--links`, `--can-write`, `--holds`) only the binaries that it is true of are named.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    $ heddle inspect dist/prometheus\n  \
    $ heddle inspect dist/* --can-write\n  \
    $ heddle inspect dist/* --links tokio@1.54.1 --format json")]
pub struct Args {
    /// The binaries
    #[arg(required = true, value_name = "BIN")]
    files: Vec<PathBuf>,
    /// `human`, or `json`: one object a line
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Which link this crate, or this version of it?
    #[arg(long, value_name = "CRATE[@VERSION]")]
    links: Option<String>,
    /// Which have a tool that writes?
    #[arg(long)]
    can_write: bool,
    /// Which can use this secret?
    #[arg(long, value_name = "SECRET")]
    holds: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Human,
    Json,
}

pub fn run(args: Args) -> Result<(), Failure> {
    let mut unreadable = false;
    for file in &args.files {
        let (label, bytes) = match Label::read(file) {
            Ok(read) => read,
            // The others are still worth a look.
            Err(Failure::Refused(why) | Failure::Fault(why)) => {
                say(format_args!("{}: {why}", styled(Stream::Message, "1;31", "error")));
                unreadable = true;
                continue;
            }
            Err(failure) => return Err(failure),
        };
        let surface = Surface::of(&label)?;
        let Some(answers) = args.answers(&label, &surface) else { continue };
        let built = Built { intact: label.fits(&bytes), code: parts(&bytes), loads: loads(&bytes) };
        let shown = harmless(&file.to_string_lossy());
        match args.format {
            Format::Json => {
                let line = json!({
                    "file": file.to_string_lossy(),
                    "intact": built.intact,
                    "code": built.code,
                    "loads": built.loads.ok(),
                    "label": label,
                });
                result(&format!("{line}\n"))?;
            }
            Format::Human if !answers.is_empty() => result(&format!("{shown}: {}\n", answers.join("; ")))?,
            Format::Human => result(&page(file, &label, &surface, &built))?,
        }
    }
    if unreadable { Err(Failure::RefusedAsSaid) } else { Ok(()) }
}

/// What the file itself shows, whatever is written on it.
struct Built {
    /// Whether the code is what the label was put on.
    intact: bool,
    /// The optional parts of the runtime that are in it.
    code: Vec<&'static str>,
    /// What it loads before it runs.
    loads: Result<Vec<String>, String>,
}

impl Built {
    /// Which powers the code has: what is not in it is of no use to whoever takes the process over.
    fn powers(&self) -> String {
        let has = |feature| self.code.contains(&feature);
        let methods = ["post", "put", "patch", "delete"].into_iter().filter(|method| has(method));
        let methods: Vec<String> = methods.map(str::to_uppercase).collect();
        let mut found = vec![match methods.is_empty() {
            true => "no method that writes".to_owned(),
            false => format!("sends {}", methods.join(", ")),
        }];
        for (feature, what) in [("tls", "TLS"), ("http-server", "HTTP server"), ("approvals", "approvals")] {
            found.push(format!("{} {what}", if has(feature) { "has" } else { "no" }));
        }
        found.join(", ")
    }

    fn loads(&self) -> String {
        match &self.loads {
            Ok(loads) if loads.is_empty() => "nothing: it is static".to_owned(),
            Ok(loads) => harmless(&loads.join(", ")),
            Err(why) => format!("cannot be read ({})", harmless(why)),
        }
    }
}

/// As much of a plan as is shown. Read leniently: binaries of other versions of heddle have something to say, too.
#[derive(Deserialize)]
struct Surface {
    name: String,
    version: String,
    tier: String,
    origins: Vec<Origin>,
    grants: Vec<Grant>,
    tools: std::collections::BTreeMap<String, Tool>,
}

#[derive(Deserialize)]
struct Origin {
    scheme: String,
    host: String,
    port: u16,
}

#[derive(Deserialize)]
struct Grant {
    key: String,
    origin: Origin,
}

#[derive(Deserialize)]
struct Tool {
    access: String,
    method: String,
}

impl Surface {
    fn of(label: &Label) -> Result<Self, Failure> {
        Self::deserialize(&label.plan)
            .map_err(|error| Failure::refused(format_args!("the plan on a label cannot be read: {error}")))
    }

    fn tools(&self, access: &str) -> Vec<String> {
        let tools = self.tools.iter().filter(|(_, tool)| tool.access == access);
        tools.map(|(name, tool)| harmless(&format!("{name} ({})", tool.method))).collect()
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}://{}:{}", self.scheme, self.host, self.port)
    }
}

impl Args {
    /// What makes the questions true of a binary; `None`: one of them is not.
    fn answers(&self, label: &Label, surface: &Surface) -> Option<Vec<String>> {
        let mut answers = Vec::new();
        if let Some(wanted) = &self.links {
            let (name, version) =
                wanted.split_once('@').map_or((wanted.as_str(), None), |(n, v)| (n, Some(v)));
            let found: Vec<String> = label
                .dependencies
                .iter()
                .filter(|package| package.kind == Kind::Runtime && package.name == name)
                .filter(|package| version.is_none_or(|version| package.version == version))
                .map(|package| format!("links {} {}", package.name, package.version))
                .collect();
            if found.is_empty() {
                return None;
            }
            answers.extend(found);
        }
        if self.can_write {
            let tools = surface.tools("write");
            if tools.is_empty() {
                return None;
            }
            answers.push(format!("writes with {}", tools.join(", ")));
        }
        if let Some(key) = &self.holds {
            let uses: Vec<String> = surface
                .grants
                .iter()
                .filter(|grant| grant.key == *key)
                .map(|grant| format!("holds {key} for {}", grant.origin))
                .collect();
            if uses.is_empty() {
                return None;
            }
            answers.extend(uses.iter().map(|text| harmless(text)));
        }
        Some(answers)
    }
}

fn page(file: &Path, label: &Label, surface: &Surface, built: &Built) -> String {
    let list = |texts: Vec<String>| if texts.is_empty() { "nothing".to_owned() } else { texts.join(", ") };
    let linked = label.dependencies.iter().filter(|package| package.kind == Kind::Runtime).count();
    let signer = match &label.source.signer {
        Some(signer) => signer.to_string(),
        None => "not asked for".to_owned(),
    };
    let state = if built.intact { "as it was built" } else { "CHANGED since it was built" };
    let grants = surface.grants.iter().map(|grant| harmless(&format!("{} to {}", grant.key, grant.origin)));
    let mut rows = vec![
        ("tier", surface.tier.clone()),
        ("reads", list(surface.tools("read"))),
        ("writes", list(surface.tools("write"))),
        ("reaches", list(surface.origins.iter().map(|origin| harmless(&origin.to_string())).collect())),
        ("secrets", list(grants.collect())),
        ("config", label.source.sha256.clone()),
        ("signed", signer),
    ];
    for (old, new) in &label.source.replaced {
        rows.push(("pointed", format!("from {} to {}", harmless(old), harmless(new))));
    }
    rows.extend([
        ("plan", label.plan_sha256.clone()),
        ("crate", label.crate_sha256.clone()),
        ("image", format!("{}, {state}", label.image.sha256)),
        ("heddle", format!("{}, profile {}, runtime {}", label.heddle, label.profile, label.runtime_sha256)),
        ("features", list(label.features.clone())),
        ("code", built.powers()),
        ("loads", built.loads()),
        ("links", format!("{linked} crates")),
    ]);
    rows.extend(label.toolchain.iter().map(|text| ("made by", harmless(text))));
    let name = format!("{} {}", surface.name, surface.version);
    let mut page = format!("{}: {}\n", harmless(&file.to_string_lossy()), bold(&harmless(&name)));
    for (name, value) in rows {
        let _ = writeln!(page, "  {name:<9} {value}");
    }
    page
}
