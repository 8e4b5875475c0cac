//! Makes a table of the pages under `docs/errors`, so that `heddle explain` needs no files.

use std::io::Error;
use std::path::Path;

fn main() -> Result<(), Error> {
    let root = std::env::var("CARGO_MANIFEST_DIR").map_err(Error::other)?;
    let out = std::env::var("OUT_DIR").map_err(Error::other)?;
    let folder = Path::new(&root).join("../../docs/errors");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut pages = Vec::new();
    for entry in std::fs::read_dir(&folder)? {
        let path = entry?.path();
        let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        let code = name
            .strip_prefix("HD")
            .filter(|digits| digits.len() == 4)
            .and_then(|digits| digits.parse::<u16>().ok());
        if let (Some(code), Some("md")) = (code, path.extension().and_then(|extension| extension.to_str())) {
            println!("cargo::rerun-if-changed={}", path.display());
            pages.push((code, path));
        }
    }
    pages.sort();
    let rows: String =
        pages.iter().map(|(code, path)| format!("    (Code({code}), include_str!({path:?})),\n")).collect();
    std::fs::write(Path::new(&out).join("pages.rs"), format!("&[\n{rows}]\n"))
}
