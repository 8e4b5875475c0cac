//! Puts the runtime's source and the starter packs into the compiler, so that an installed `heddle` builds agents when
//! the checkout is gone.
#![forbid(unsafe_code)]

use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let checkout = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../..").canonicalize()?;
    let runtime = checkout.join("runtime-lib");
    let mut code = String::new();

    let mut sources = vec![runtime.join("Cargo.toml")];
    files_below(&runtime.join("src"), "rs", &mut sources)?;
    table(&mut code, "RUNTIME", "The runtime's package: path and text.", &runtime, &sources)?;

    let mut packs = Vec::new();
    files_below(&checkout.join("packs"), "yaml", &mut packs)?;
    packs.retain(|path| !path.to_string_lossy().ends_with(".test.yaml"));
    table(&mut code, "PACKS", "The starter packs: path and text.", &checkout.join("packs"), &packs)?;

    let lock = runtime.join("agent.lock");
    watch(&lock);
    writeln!(code, "/// The lock file of a workspace that has the runtime alone in it.")?;
    writeln!(
        code,
        "pub const AGENT_LOCK: &str = include_str!({:?});",
        lock.to_str().ok_or("a path is not UTF-8")?
    )?;

    let manifest = checkout.join("Cargo.toml");
    watch(&manifest);
    let tables = inherited(&fs::read_to_string(&manifest)?, &fs::read_to_string(runtime.join("Cargo.toml"))?);
    writeln!(code, "/// What the runtime's manifest inherits from its workspace.")?;
    writeln!(code, "pub const INHERITED: &str = {tables:?};")?;

    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("embedded.rs"), code)?;
    // Agents are compiled for the machine that heddle runs on.
    println!("cargo::rustc-env=HEDDLE_HOST={}", env::var("TARGET")?);
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}

/// A table of files under `base`, sorted by path so that the same checkout gives the same compiler.
fn table(
    code: &mut String,
    name: &str,
    about: &str,
    base: &Path,
    files: &[PathBuf],
) -> Result<(), Box<dyn Error>> {
    let mut files = files.to_vec();
    files.sort();
    writeln!(code, "/// {about}")?;
    writeln!(code, "pub const {name}: &[(&str, &str)] = &[")?;
    for file in files {
        watch(&file);
        let path = file.strip_prefix(base)?.to_str().ok_or("a path is not UTF-8")?.replace('\\', "/");
        writeln!(code, "    ({path:?}, include_str!({:?})),", file.to_str().ok_or("a path is not UTF-8")?)?;
    }
    writeln!(code, "];")?;
    Ok(())
}

fn files_below(folder: &Path, extension: &str, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    watch(folder);
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files_below(&path, extension, files)?;
        } else if path.extension().is_some_and(|e| e == extension) {
            files.push(path);
        }
    }
    Ok(())
}

fn watch(path: &Path) {
    println!("cargo::rerun-if-changed={}", path.display());
}

/// The parts of the workspace's manifest that `runtime` needs, and no more: a change of the compiler's own dependencies
/// must not look like a new runtime.
fn inherited(workspace: &str, runtime: &str) -> String {
    let mut kept = String::new();
    let mut section = "";
    for line in workspace.lines() {
        if line.starts_with('[') {
            section = line;
            if section.starts_with("[workspace.package]")
                || section.starts_with("[workspace.dependencies]")
                || section.starts_with("[workspace.lints.")
            {
                kept.push_str(line);
                kept.push('\n');
            }
            continue;
        }
        let key = line.split(['=', '.']).next().unwrap_or_default().trim();
        let keep = match section {
            "[workspace.dependencies]" => {
                !key.starts_with('#')
                    && (runtime.contains(&format!("\n{key}.workspace"))
                        || runtime.contains(&format!("\n{key} = {{ workspace")))
            }
            other => other.starts_with("[workspace.package]") || other.starts_with("[workspace.lints."),
        };
        if keep && !key.is_empty() {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}
