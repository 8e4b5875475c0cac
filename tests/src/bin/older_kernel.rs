//! `older-kernel WITHOUT[,WITHOUT] COMMAND [ARGUMENT..]`: runs a command to which the kernel seems to have no `landlock`, or no
//! `seccomp`: the calls fail as unknown ones do.

use std::collections::BTreeMap;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch};

/// `ENOSYS`
const UNKNOWN: u32 = 38;
/// The same numbers on all architectures: `landlock_create_ruleset` and the two after it.
const LANDLOCK: [i64; 3] = [444, 445, 446];
#[cfg(target_arch = "x86_64")]
const SECCOMP: i64 = 317;
#[cfg(not(target_arch = "x86_64"))]
const SECCOMP: i64 = 277;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [without, command, rest @ ..] = arguments.as_slice() else {
        panic!("older-kernel WITHOUT[,WITHOUT] COMMAND [ARGUMENT..]")
    };
    let mut calls = Vec::new();
    for part in without.split(',') {
        match part {
            "landlock" => calls.extend(LANDLOCK),
            "seccomp" => calls.push(SECCOMP),
            _ => panic!("`{part}` is neither `landlock` nor `seccomp`"),
        }
    }
    let architecture = TargetArch::try_from(std::env::consts::ARCH).expect("an architecture with seccomp");
    let rules: BTreeMap<i64, Vec<_>> = calls.into_iter().map(|call| (call, Vec::new())).collect();
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, SeccompAction::Errno(UNKNOWN), architecture);
    let program: BpfProgram = filter.and_then(TryInto::try_into).expect("a filter");
    seccompiler::apply_filter(&program).expect("this kernel has seccomp");
    panic!("{command}: {}", Command::new(command).args(rest).exec());
}
