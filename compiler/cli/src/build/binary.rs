//! A built binary on its way out of the shared build folder.

use std::fs;
use std::path::Path;

use crate::failure::Failure;
use crate::home::write_atomically;

/// Reads a binary, if it is the one that was asked for: it must hold the digest of the plan. A shared build folder can
/// hand out the binary of another agent, and this is the last place to notice.
pub fn take(built: &Path, plan: &str) -> Result<Vec<u8>, Failure> {
    let bytes = fs::read(built).map_err(|error| Failure::io("read", built, &error))?;
    if plan.len() != 64 || !holds(&bytes, plan.as_bytes()) {
        return Err(Failure::fault(format_args!(
            "`{}` was not built from this config: it does not hold the digest {plan}; nothing was copied",
            built.display()
        )));
    }
    Ok(bytes)
}

/// Puts a binary where it belongs, unless it is there.
pub fn install(bytes: &[u8], target: &Path) -> Result<(), Failure> {
    if fs::read(target).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder).map_err(|error| Failure::io("make the folder", folder, &error))?;
    }
    write_atomically(target, bytes, 0o755)
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    let Some(first) = wanted.first() else { return false };
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| byte == first) {
        let Some(from) = rest.get(at..) else { return false };
        if from.starts_with(wanted) {
            return true;
        }
        rest = from.get(1..).unwrap_or_default();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_binary_of_another_plan_stays_where_it_is() {
        let temp = tempfile::tempdir().unwrap();
        let (built, target) = (temp.path().join("built"), temp.path().join("dist/agent"));
        let (mine, other) = ("a".repeat(64), "b".repeat(64));
        fs::write(&built, format!("\u{7f}ELF{other}")).unwrap();
        assert!(matches!(take(&built, &mine), Err(Failure::Fault(_))));
        fs::write(&built, format!("\u{7f}ELFa{mine}.")).unwrap();
        install(&take(&built, &mine).unwrap(), &target).unwrap();
        assert_eq!(fs::read(&target).unwrap().len(), 70);
        assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o755);
    }
}
