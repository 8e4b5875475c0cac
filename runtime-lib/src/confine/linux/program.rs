//! A filter of system calls as a program for the kernel: classic BPF over `struct seccomp_data`, as seccomp(2) has it.
//!
//! When a filter is put up, the kernel runs it once for each number there is, to know which calls need no program at all;
//! and it runs it for each of the others that is ever made. So the numbers are a search tree and not a list.

use std::collections::BTreeMap;

use seccompiler::sock_filter;

/// What becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is made.
    Allow,
    /// It fails as if the kernel did not have it.
    Unknown,
    /// It ends the process, through a signal.
    Stop,
}

impl Verdict {
    fn word(self) -> u32 {
        match self {
            Self::Allow => libc::SECCOMP_RET_ALLOW,
            Self::Unknown => libc::SECCOMP_RET_ERRNO | libc::ENOSYS.unsigned_abs(),
            Self::Stop => libc::SECCOMP_RET_TRAP,
        }
    }
}

/// What has to hold of an argument. Half of the register is looked at: the kernel takes an `int`, and what stands above it
/// is whatever was there before.
#[derive(Debug, Clone, Copy)]
pub struct Condition {
    /// Which argument, from 0.
    pub index: u8,
    /// The bits that are compared.
    pub mask: u32,
    pub compared: Compared,
}

#[derive(Debug, Clone, Copy)]
pub enum Compared {
    Equal(u32),
    AtMost(u32),
}

/// What is decided of a call.
#[derive(Debug, Clone)]
pub enum Decision {
    Always(Verdict),
    /// `then` if all conditions of one of the sets hold.
    If {
        any: Vec<Vec<Condition>>,
        then: Verdict,
        otherwise: Verdict,
    },
}

/// What is decided of the calls that no decision is of.
static OTHERS: Decision = Decision::Always(Verdict::Unknown);

/// The program that decides as `decisions` say, by number of the call. It is made from its end on, so that each branch
/// knows how much to skip.
pub fn compile(decisions: &BTreeMap<u32, Decision>) -> Vec<sock_filter> {
    let mut backwards = Vec::with_capacity(4 * decisions.len());
    tree(&spans(decisions), &mut backwards);
    backwards.extend([
        step(LOAD, NUMBER_OFFSET),
        // A call of another architecture has other numbers.
        step(RETURN, libc::SECCOMP_RET_KILL_PROCESS),
        branch(JUMP_EQUAL, ARCHITECTURE, 1, 0),
        step(LOAD, ARCHITECTURE_OFFSET),
    ]);
    backwards.reverse();
    backwards
}

/// From which number on which decision holds, without gaps: neighbours of one verdict are one span.
fn spans<'d>(decisions: &'d BTreeMap<u32, Decision>) -> Vec<(u32, &'d Decision)> {
    let mut spans: Vec<(u32, &'d Decision)> = Vec::new();
    let mut add = |from, decision: &'d Decision| {
        let goes_on = match (spans.last(), decision) {
            (Some((_, Decision::Always(before))), Decision::Always(verdict)) => *before == *verdict,
            _ => false,
        };
        if !goes_on {
            spans.push((from, decision));
        }
    };
    let mut next = 0;
    for (number, decision) in decisions {
        if *number > next {
            add(next, &OTHERS);
        }
        add(*number, decision);
        next = number.saturating_add(1);
    }
    add(next, &OTHERS);
    spans
}

/// Finds the span of the number that is loaded.
fn tree(spans: &[(u32, &Decision)], backwards: &mut Vec<sock_filter>) {
    let (below, above) = spans.split_at(spans.len() / 2);
    let Some((from, decision)) = above.first() else { return };
    if below.is_empty() {
        return leaf(decision, backwards);
    }
    tree(above, backwards);
    let end = backwards.len();
    tree(below, backwards);
    let length = backwards.len() - end;
    // A branch reaches 255 steps, a jump any number.
    match u8::try_from(length) {
        Ok(length) => backwards.push(branch(JUMP_AT_LEAST, *from, length, 0)),
        Err(_) => backwards.extend([
            step(JUMP, u32::try_from(length).unwrap_or(u32::MAX)),
            branch(JUMP_AT_LEAST, *from, 0, 1),
        ]),
    }
}

fn leaf(decision: &Decision, backwards: &mut Vec<sock_filter>) {
    match decision {
        Decision::Always(verdict) => backwards.push(step(RETURN, verdict.word())),
        Decision::If { any, then, otherwise } => {
            backwards.push(step(RETURN, otherwise.word()));
            for all in any.iter().rev() {
                rule(all, *then, backwards);
            }
        }
    }
}

/// Returns `then` if all conditions hold; else what follows decides.
fn rule(all: &[Condition], then: Verdict, backwards: &mut Vec<sock_filter>) {
    let end = backwards.len();
    backwards.push(step(RETURN, then.word()));
    for condition in all.iter().rev() {
        let rest = u8::try_from(backwards.len() - end).unwrap_or(u8::MAX);
        backwards.push(match condition.compared {
            Compared::Equal(value) => branch(JUMP_EQUAL, value & condition.mask, 0, rest),
            Compared::AtMost(most) => branch(JUMP_ABOVE, most, rest, 0),
        });
        if condition.mask != u32::MAX {
            backwards.push(step(AND, condition.mask));
        }
        backwards.push(step(LOAD, ARGUMENTS_OFFSET + 8 * u32::from(condition.index)));
    }
}

// `linux/bpf_common.h`: class, size, mode and source of an instruction.
const LOAD: u16 = 0x20;
const AND: u16 = 0x54;
const JUMP: u16 = 0x05;
const JUMP_EQUAL: u16 = 0x15;
const JUMP_ABOVE: u16 = 0x25;
const JUMP_AT_LEAST: u16 = 0x35;
const RETURN: u16 = 0x06;

// `struct seccomp_data`, on machines whose lower half of a register comes first.
const NUMBER_OFFSET: u32 = 0;
const ARCHITECTURE_OFFSET: u32 = 4;
const ARGUMENTS_OFFSET: u32 = 16;

// `linux/audit.h`.
#[cfg(target_arch = "x86_64")]
const ARCHITECTURE: u32 = 0xc000_003e;
#[cfg(target_arch = "aarch64")]
const ARCHITECTURE: u32 = 0xc000_00b7;
#[cfg(target_arch = "riscv64")]
const ARCHITECTURE: u32 = 0xc000_00f3;

const fn step(code: u16, k: u32) -> sock_filter {
    branch(code, k, 0, 0)
}

const fn branch(code: u16, k: u32, jt: u8, jf: u8) -> sock_filter {
    sock_filter { code, jt, jf, k }
}
