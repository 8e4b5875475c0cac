//! Files and TCP ports, through Landlock.

use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, LandlockStatus, NetPort,
    PathBeneath, PathFd, Ruleset, RulesetAttr, RulesetCreated, RulesetCreatedAttr, RulesetError,
    RulesetStatus, Scope, make_bitflags,
};

use super::super::Needs;

/// What the C library reads to look a name up.
const RESOLVER: &[&str] = &["/etc/gai.conf", "/etc/host.conf", "/etc/hosts", "/etc/nsswitch.conf"];
/// Where it is told the servers. Often a link to a file that another program replaces, so that its folder counts.
const SERVERS: &str = "/etc/resolv.conf";
/// Folders of such programs.
const SERVERS_OF: &[&str] =
    &["/run/NetworkManager", "/run/connman", "/run/resolvconf", "/run/systemd/resolve"];
/// Where a binary that is not static finds the modules that the C library loads for looking names up.
const LIBRARIES: &[&str] = &["/etc/ld.so.cache", "/lib", "/lib64", "/usr/lib", "/usr/lib64"];
/// Where the servers of names listen for TCP.
const DNS: u16 = 53;

/// Shuts everything but what is needed, as far as the kernel knows how. Gives the version of Landlock; `None`: there is
/// none.
pub fn wall_in(needs: &Needs) -> Result<Option<u8>, String> {
    let status = rules(needs).and_then(RulesetCreated::restrict_self).map_err(|error| error.to_string())?;
    Ok(match status.landlock {
        LandlockStatus::Available { effective_abi, .. } if status.ruleset != RulesetStatus::NotEnforced => {
            Some(version(effective_abi))
        }
        LandlockStatus::Available { .. } | LandlockStatus::NotEnabled | LandlockStatus::NotImplemented => {
            None
        }
    })
}

fn version(abi: ABI) -> u8 {
    // The crate numbers them as the kernel does.
    u8::try_from(abi as i32).unwrap_or(0)
}

fn rules(needs: &Needs) -> Result<RulesetCreated, RulesetError> {
    let Needs { name: _, read, write, ports, names, local_names: _, accepts: _ } = needs;
    let look = make_bitflags!(AccessFs::{ReadFile | ReadDir});
    let change = look | make_bitflags!(AccessFs::{WriteFile | Truncate | MakeReg | RemoveFile | Refer});
    let mut rules = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(ABI::V5))?
        .handle_access(AccessNet::from_all(ABI::V4))?
        .scope(Scope::from_all(ABI::V6))?
        .create()?;
    for folder in write {
        rules = open(rules, folder, change)?;
    }
    for path in read {
        rules = open(rules, path, look)?;
    }
    for port in ports {
        rules = rules.add_rule(NetPort::new(*port, AccessNet::ConnectTcp))?;
    }
    if *names {
        rules = rules.add_rule(NetPort::new(DNS, AccessNet::ConnectTcp))?;
        for path in resolver() {
            rules = open(rules, &path, AccessFs::ReadFile.into())?;
        }
    }
    Ok(rules)
}

/// Nothing is opened for a path that is not there.
fn open(
    rules: RulesetCreated,
    path: &Path,
    access: BitFlags<AccessFs>,
) -> Result<RulesetCreated, RulesetError> {
    let Ok(file) = PathFd::new(path) else { return Ok(rules) };
    // A file takes none of the rights that are about folders.
    let access = if path.is_dir() { access } else { access & AccessFs::from_file(ABI::V5) };
    rules.add_rule(PathBeneath::new(file, access))
}

fn resolver() -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = RESOLVER.iter().map(PathBuf::from).collect();
    let servers = Path::new(SERVERS).canonicalize().unwrap_or_default();
    let folder = servers.parent().filter(|folder| SERVERS_OF.iter().any(|known| *folder == Path::new(known)));
    paths.push(folder.unwrap_or(Path::new(SERVERS)).to_owned());
    if !cfg!(target_feature = "crt-static") {
        paths.extend(LIBRARIES.iter().map(PathBuf::from));
    }
    paths
}
