//! System calls, through seccomp.
//!
//! What nothing in an agent ever does ends the process: whoever tries is somebody else. A call that is not known fails as
//! if the kernel did not have it, which the C library and Rust's take as a kernel that is older. So a library of tomorrow
//! that tries a new call first still works.

use std::collections::BTreeMap;

use libc::c_long;
use seccompiler::BpfProgram;

use super::super::Needs;
use super::program::{self, Compared, Condition, Decision, Verdict};

macro_rules! calls {
    ($($name:ident)*) => { &[$((libc::$name, stringify!($name))),*] };
}

type Calls = &'static [(c_long, &'static str)];

/// Programs, processes, other people's memory, the kernel's configuration.
const NEVER: Calls = calls![
    SYS_execve SYS_execveat SYS_ptrace SYS_process_vm_readv SYS_process_vm_writev SYS_process_madvise SYS_pidfd_getfd
    SYS_kcmp SYS_bpf SYS_perf_event_open SYS_userfaultfd SYS_io_uring_setup SYS_io_uring_enter SYS_io_uring_register
    SYS_mount SYS_umount2 SYS_mount_setattr SYS_move_mount SYS_open_tree SYS_fsopen SYS_fsconfig SYS_fsmount SYS_fspick
    SYS_pivot_root SYS_chroot SYS_setns SYS_unshare SYS_open_by_handle_at SYS_name_to_handle_at SYS_kexec_load
    SYS_init_module SYS_finit_module SYS_delete_module SYS_reboot SYS_swapon SYS_swapoff SYS_acct SYS_quotactl SYS_add_key
    SYS_request_key SYS_keyctl SYS_personality SYS_setuid SYS_setgid SYS_setreuid SYS_setregid SYS_setresuid
    SYS_setresgid SYS_setfsuid SYS_setfsgid SYS_setgroups SYS_capset SYS_sethostname SYS_setdomainname SYS_settimeofday
    SYS_clock_settime SYS_clock_adjtime SYS_adjtimex SYS_syslog SYS_vhangup SYS_fanotify_init SYS_memfd_create SYS_mknodat
];

/// As [`NEVER`], where the architecture has them.
#[cfg(target_arch = "x86_64")]
const NEVER_HERE: Calls = calls![SYS_fork SYS_vfork SYS_mknod SYS_iopl SYS_ioperm SYS_modify_ldt SYS_uselib];
#[cfg(not(target_arch = "x86_64"))]
const NEVER_HERE: Calls = &[];

/// What every agent does, whatever its arguments.
const ALWAYS: Calls = calls![
    SYS_read SYS_write SYS_readv SYS_writev SYS_pread64 SYS_pwrite64 SYS_lseek SYS_close SYS_fstat SYS_newfstatat SYS_statx
    SYS_openat SYS_faccessat SYS_faccessat2 SYS_readlinkat SYS_getdents64 SYS_getcwd SYS_renameat SYS_renameat2 SYS_unlinkat
    SYS_mkdirat SYS_flock SYS_fsync SYS_fdatasync SYS_ftruncate SYS_fallocate
    SYS_dup SYS_dup3 SYS_pipe2 SYS_eventfd2 SYS_epoll_create1 SYS_epoll_ctl SYS_epoll_pwait SYS_epoll_pwait2 SYS_ppoll
    SYS_pselect6
    SYS_connect SYS_getsockopt SYS_getsockname SYS_getpeername SYS_shutdown SYS_recvfrom SYS_recvmsg SYS_recvmmsg
    SYS_munmap SYS_mremap SYS_madvise SYS_brk SYS_mlock SYS_mlock2 SYS_munlock SYS_membarrier
    SYS_futex SYS_set_robust_list SYS_get_robust_list SYS_rseq SYS_set_tid_address SYS_sched_yield SYS_sched_getaffinity
    SYS_nanosleep SYS_clock_nanosleep SYS_clock_gettime SYS_clock_getres SYS_gettimeofday SYS_getrandom SYS_getpid
    SYS_getppid SYS_gettid SYS_getuid SYS_geteuid SYS_getgid SYS_getegid SYS_uname SYS_sysinfo SYS_getrusage SYS_getcpu
    SYS_rt_sigaction SYS_rt_sigprocmask SYS_rt_sigreturn SYS_sigaltstack SYS_restart_syscall SYS_exit SYS_exit_group
];

/// As [`ALWAYS`], where the architecture has them.
#[cfg(target_arch = "x86_64")]
const ALWAYS_HERE: Calls = calls![
    SYS_open SYS_stat SYS_lstat SYS_access SYS_readlink SYS_rename SYS_unlink SYS_mkdir SYS_dup2 SYS_poll
    SYS_epoll_wait SYS_select SYS_time SYS_getrlimit
];
#[cfg(not(target_arch = "x86_64"))]
const ALWAYS_HERE: Calls = &[];

/// The name of a call that [`NEVER`] has.
pub fn name_of(number: i64) -> &'static str {
    let known = NEVER.iter().chain(NEVER_HERE).chain(calls![SYS_clone]);
    known
        .into_iter()
        .find(|(known, _)| *known == number)
        .map_or("of an unknown name", |(_, name)| name.strip_prefix("SYS_").unwrap_or(name))
}

/// Puts the filter up, for this thread and all that come after it. It lets nothing put up another.
pub fn filter(needs: &Needs) -> Result<(), String> {
    seccompiler::apply_filter_all_threads(&program(needs)).map_err(|error| error.to_string())
}

/// The filter.
pub fn program(needs: &Needs) -> BpfProgram {
    let mut decisions = BTreeMap::new();
    let mut decide = |call: c_long, decision| {
        // Numbers of calls are small; one that were not would stay unknown.
        if let Ok(number) = u32::try_from(call) {
            decisions.insert(number, decision);
        }
    };
    for (call, _) in ALWAYS.iter().chain(ALWAYS_HERE) {
        decide(*call, Decision::Always(Verdict::Allow));
    }
    for (call, any) in some(needs) {
        decide(call, Decision::If { any, then: Verdict::Allow, otherwise: Verdict::Unknown });
    }
    // A thread shares everything with the process; whatever else this call makes is another process. `clone3` hides its
    // arguments from filters: it fails as unknown, and the C library takes `clone` instead.
    let thread = vec![vec![with(0, libc::CLONE_THREAD)]];
    decide(libc::SYS_clone, Decision::If { any: thread, then: Verdict::Allow, otherwise: Verdict::Stop });
    // Last, and whatever else says otherwise.
    for (call, _) in NEVER.iter().chain(NEVER_HERE) {
        decide(*call, Decision::Always(Verdict::Stop));
    }
    program::compile(&decisions)
}

/// Numbers of the calls that are always made, and of those that are never.
#[cfg(test)]
pub fn lists() -> (Vec<i64>, Vec<i64>) {
    let numbers = |one: Calls, other: Calls| one.iter().chain(other).map(|(number, _)| *number).collect();
    (numbers(ALWAYS, ALWAYS_HERE), numbers(NEVER, NEVER_HERE))
}

/// What has to hold of the arguments of a call: all conditions of one of the sets.
type Rules = Vec<Vec<Condition>>;

/// Calls that are made with some arguments only.
fn some(needs: &Needs) -> Vec<(c_long, Rules)> {
    let Needs { names, local_names, accepts, .. } = needs;
    let mut rules = Vec::new();
    let mut only = |call: c_long, when: Rules| rules.push((call, when));

    // To itself, for `abort` and `raise`.
    only(libc::SYS_tgkill, vec![vec![equals(0, std::process::id())]]);
    // Looking at a limit, not setting one.
    only(libc::SYS_prlimit64, vec![vec![equals(0, 0), equals(2, 0)]]);

    // Flags and copies. Above them are those that send signals to others, and those that watch folders.
    let plain = Condition { index: 1, mask: u32::MAX, compared: Compared::AtMost(bits(libc::F_SETFL)) };
    only(libc::SYS_fcntl, vec![vec![plain], vec![equals(1, bits(libc::F_DUPFD_CLOEXEC))]]);

    // Memory is written or run, never both. A binary that is not static may load a module to look a name up.
    let not_run = vec![without(2, libc::PROT_EXEC)];
    let loads = *names && !cfg!(target_feature = "crt-static");
    let (map, protect) = if loads {
        (vec![Vec::new()], vec![not_run, vec![without(2, libc::PROT_WRITE)]])
    } else {
        (vec![not_run.clone()], vec![not_run])
    };
    only(libc::SYS_mmap, map);
    only(libc::SYS_mprotect, protect);

    let mut sockets = Vec::new();
    for family in [libc::AF_INET, libc::AF_INET6] {
        // By name: Landlock judges TCP, and neither its multipath cousin nor any other stream.
        for protocol in [0, libc::IPPROTO_TCP] {
            sockets.push(socket(family, libc::SOCK_STREAM, Some(protocol)));
        }
        if *names {
            for protocol in [0, libc::IPPROTO_UDP] {
                sockets.push(socket(family, libc::SOCK_DGRAM, Some(protocol)));
            }
        }
    }
    if *local_names {
        sockets.push(socket(libc::AF_UNIX, libc::SOCK_STREAM, None));
    }
    only(libc::SYS_socket, sockets);
    // With this flag sending connects as well, past the hook of Landlock.
    only(libc::SYS_sendto, vec![vec![without(3, libc::MSG_FASTOPEN)]]);
    only(libc::SYS_sendmsg, vec![vec![without(2, libc::MSG_FASTOPEN)]]);
    only(libc::SYS_sendmmsg, vec![vec![without(3, libc::MSG_FASTOPEN)]]);
    // Of the socket level only the old options: above them are those that attach programs.
    let mut options: Rules = [libc::IPPROTO_TCP, libc::IPPROTO_IP, libc::IPPROTO_IPV6]
        .map(|level| vec![equals(1, bits(level))])
        .into();
    let below = Compared::AtMost(bits(libc::SO_ATTACH_FILTER) - 1);
    options.push(vec![
        equals(1, bits(libc::SOL_SOCKET)),
        Condition { index: 2, mask: u32::MAX, compared: below },
    ]);
    only(libc::SYS_setsockopt, options);
    if *accepts {
        only(libc::SYS_accept4, vec![Vec::new()]);
    }

    let asked = [libc::FIONBIO, libc::FIONREAD, libc::FIOCLEX, libc::TCGETS, libc::TIOCGWINSZ];
    // The kernel takes the lower half of the register here too.
    let asked = asked.map(|request| vec![equals(1, u32::try_from(request).unwrap_or(u32::MAX))]);
    only(libc::SYS_ioctl, asked.into());
    // Names of threads and of mappings.
    let named = [libc::PR_SET_NAME, libc::PR_GET_NAME, libc::PR_SET_VMA];
    only(libc::SYS_prctl, named.map(|option| vec![equals(0, bits(option))]).into());
    rules
}

fn socket(family: i32, kind: i32, protocol: Option<i32>) -> Vec<Condition> {
    // Flags stand in the same argument as the kind.
    const KIND: u32 = 0xf;
    let kind = Condition { index: 1, mask: KIND, compared: Compared::Equal(bits(kind)) };
    let protocol = protocol.map(|protocol| equals(2, bits(protocol)));
    [equals(0, bits(family)), kind].into_iter().chain(protocol).collect()
}

/// The argument is this value.
const fn equals(index: u8, value: u32) -> Condition {
    Condition { index, mask: u32::MAX, compared: Compared::Equal(value) }
}

/// The argument has all of these bits.
const fn with(index: u8, flags: i32) -> Condition {
    Condition { index, mask: bits(flags), compared: Compared::Equal(bits(flags)) }
}

/// The argument has none of these bits.
const fn without(index: u8, flags: i32) -> Condition {
    Condition { index, mask: bits(flags), compared: Compared::Equal(0) }
}

const fn bits(value: i32) -> u32 {
    value.unsigned_abs()
}
