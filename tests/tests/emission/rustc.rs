//! Type-checks an emitted crate against the runtime without cargo: the runtime is checked once, then a crate takes a
//! fraction of a second.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use heddle_compiler::emit::Crate;
use heddle_tests::home::checkout;
use serde_json::Value;

/// What rustc says about `written`: nothing, or its errors as a person sees them, without what differs from machine to
/// machine or shows the inside of the runtime.
pub fn check(written: &Crate) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in written.files.iter().filter(|(path, _)| path.starts_with("src/")) {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a file stands in a folder"))
            .expect("a temporary folder");
        std::fs::write(path, text).expect("a temporary file");
    }
    let runtime = runtime();
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc)
        // The checkout says which toolchain.
        .current_dir(checkout())
        .args(["--edition=2024", "--crate-type=bin", "--crate-name=agent", "--emit=metadata"])
        // As in the crate's manifest.
        .args(["--deny=dead_code", "--deny=unused_imports", "--forbid=unsafe_code"])
        .args(["--error-format=json", "--json=diagnostic-short"])
        .arg("--out-dir")
        .arg(folder.path())
        .arg("--extern")
        .arg(format!("heddle_runtime={}", runtime.display()))
        .arg("-L")
        .arg(format!("dependency={}", runtime.parent().expect("a library stands in a folder").display()))
        .arg(folder.path().join("src/main.rs"))
        .output()
        .expect("rustc runs");
    if output.status.success() {
        return Ok(());
    }
    let messages = String::from_utf8(output.stderr).expect("rustc writes UTF-8");
    let told: Vec<String> = messages.lines().filter_map(|line| told(line, folder.path())).collect();
    Err(told.join("\n"))
}

/// One message of rustc, if it is an error: its text, its places in the crate, its notes.
fn told(line: &str, folder: &Path) -> Option<String> {
    let message: Value = serde_json::from_str(line).ok()?;
    let code = message["code"]["code"].as_str()?;
    let mut told = format!("error[{code}]: {}\n", message["message"].as_str()?);
    places(&message, folder, &mut told);
    for child in message["children"].as_array()? {
        let text = child["message"].as_str()?;
        // These speak of the runtime's files, or of how to make rustc say more.
        if !text.contains("the following other types")
            && !text.starts_with("inside ")
            && !text.contains("required by")
        {
            told.push_str(&format!("{}: {text}\n", child["level"].as_str()?));
        }
        places(child, folder, &mut told);
    }
    Some(told)
}

fn places(message: &Value, folder: &Path, told: &mut String) {
    for span in message["spans"].as_array().into_iter().flatten() {
        let Some(file) =
            span["file_name"].as_str().and_then(|file| Path::new(file).strip_prefix(folder).ok())
        else {
            continue;
        };
        let text = span["text"][0]["text"].as_str().unwrap_or_default();
        let label = span["label"].as_str().unwrap_or_default();
        told.push_str(&format!("  --> {}: {}\n", file.display(), text.trim()));
        if !label.is_empty() {
            told.push_str(&format!("      {label}\n"));
        }
    }
}

/// The runtime with all its features, as metadata.
fn runtime() -> &'static Path {
    static RUNTIME: OnceLock<PathBuf> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        let output = Command::new(env!("CARGO"))
            .args([
                "check",
                "--locked",
                "--package=heddle-runtime",
                "--all-features",
                "--message-format=json",
            ])
            .current_dir(checkout())
            .output()
            .expect("cargo runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let messages = String::from_utf8(output.stdout).expect("cargo writes UTF-8");
        let mut artifacts = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let library = artifacts.rfind(|message| message["target"]["name"] == "heddle_runtime");
        let library = library.expect("cargo names the library");
        let files = library["filenames"].as_array().expect("a library has files");
        let mut files = files.iter().filter_map(Value::as_str);
        PathBuf::from(files.find(|file| file.ends_with(".rmeta")).expect("a checked library is an .rmeta"))
    })
}
