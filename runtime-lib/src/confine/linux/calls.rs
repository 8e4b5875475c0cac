//! System calls, through seccomp.
//!
//! There are two filters, and the kernel takes the sterner word of the two. The first knows what nothing in an agent ever
//! does: whoever tries is somebody else, and the process ends. The second knows what an agent does; a call that it does
//! not know fails as if the kernel did not have it, which the C library and Rust's take as a kernel that is older. So a
//! library of tomorrow that tries a new call first still works.

use std::collections::BTreeMap;

use libc::c_long;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
};

use super::super::Needs;

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
    SYS_mkdirat SYS_fchmod SYS_fchmodat SYS_umask SYS_flock SYS_fsync SYS_fdatasync SYS_ftruncate SYS_fallocate SYS_fcntl
    SYS_dup SYS_dup3 SYS_pipe2 SYS_eventfd2 SYS_epoll_create1 SYS_epoll_ctl SYS_epoll_pwait SYS_epoll_pwait2 SYS_ppoll
    SYS_pselect6 SYS_inotify_init1 SYS_inotify_add_watch SYS_inotify_rm_watch
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
    SYS_open SYS_stat SYS_lstat SYS_access SYS_readlink SYS_rename SYS_unlink SYS_mkdir SYS_chmod SYS_dup2 SYS_poll
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

/// Puts both filters up, for this thread and all that come after it.
pub fn filter(needs: &Needs) -> Result<(), String> {
    for program in programs(needs)? {
        seccompiler::apply_filter_all_threads(&program).map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// The two filters. The first lets the second be put up; after that nothing puts up more.
pub fn programs(needs: &Needs) -> Result<[BpfProgram; 2], String> {
    let known = allowed(needs).and_then(|rules| {
        let unknown = SeccompAction::Errno(libc::ENOSYS.unsigned_abs());
        compile(rules, unknown, SeccompAction::Allow)
    });
    let never = never().and_then(|rules| compile(rules, SeccompAction::Allow, SeccompAction::Trap));
    Ok([never.map_err(|error| error.to_string())?, known.map_err(|error| error.to_string())?])
}

type Rules = BTreeMap<i64, Vec<SeccompRule>>;
type Backend<T> = Result<T, seccompiler::BackendError>;

fn compile(rules: Rules, other: SeccompAction, listed: SeccompAction) -> Backend<BpfProgram> {
    SeccompFilter::new(rules, other, listed, std::env::consts::ARCH.try_into()?)?.try_into()
}

fn never() -> Backend<Rules> {
    let mut rules = plain(NEVER.iter().chain(NEVER_HERE));
    // A thread shares everything with the process; whatever else this call makes is another process. `clone3` hides its
    // arguments from filters: it fails as unknown, and the C library takes `clone` instead.
    let thread = bits(libc::CLONE_THREAD);
    rules.insert(libc::SYS_clone, any([[argument(0, SeccompCmpOp::MaskedEq(thread), 0)?]])?);
    Ok(rules)
}

fn plain<'c>(calls: impl Iterator<Item = &'c (c_long, &'static str)>) -> Rules {
    calls.map(|(number, _)| (*number, Vec::new())).collect()
}

fn allowed(needs: &Needs) -> Backend<Rules> {
    use SeccompCmpOp::{Eq, Le, MaskedEq};

    let Needs { names, local_names, accepts, .. } = needs;
    let mut rules = plain(ALWAYS.iter().chain(ALWAYS_HERE));
    let mut only = |call: c_long, when: Vec<SeccompRule>| rules.insert(call, when);

    let thread = bits(libc::CLONE_THREAD);
    only(libc::SYS_clone, any([[argument(0, MaskedEq(thread), thread)?]])?);
    // To itself, for `abort` and `raise`.
    let own = u64::from(std::process::id());
    only(libc::SYS_tgkill, any([[argument(0, Eq, own)?]])?);
    // Looking at a limit, not setting one.
    only(libc::SYS_prlimit64, any([[argument(0, Eq, 0)?, argument(2, Eq, 0)?]])?);

    // Memory is written or run, never both. A binary that is not static may load a module to look a name up.
    let run = bits(libc::PROT_EXEC);
    let loads = *names && !cfg!(target_feature = "crt-static");
    let (map, protect) = if loads {
        (
            Vec::new(),
            any([[argument(2, MaskedEq(run), 0)?], [argument(2, MaskedEq(bits(libc::PROT_WRITE)), 0)?]])?,
        )
    } else {
        let not_run = any([[argument(2, MaskedEq(run), 0)?]])?;
        (not_run.clone(), not_run)
    };
    only(libc::SYS_mmap, map);
    only(libc::SYS_mprotect, protect);

    let mut sockets = Vec::new();
    for family in [libc::AF_INET, libc::AF_INET6] {
        // By name: Landlock judges TCP, and neither its multipath cousin nor any other stream.
        for protocol in [0, libc::IPPROTO_TCP] {
            sockets.push(socket(family, libc::SOCK_STREAM, Some(protocol))?);
        }
        if *names {
            for protocol in [0, libc::IPPROTO_UDP] {
                sockets.push(socket(family, libc::SOCK_DGRAM, Some(protocol))?);
            }
        }
    }
    if *local_names {
        sockets.push(socket(libc::AF_UNIX, libc::SOCK_STREAM, None)?);
    }
    only(libc::SYS_socket, sockets);
    // With this flag sending connects as well, past the hook of Landlock.
    let fast_open = bits(libc::MSG_FASTOPEN);
    only(libc::SYS_sendto, any([[argument(3, MaskedEq(fast_open), 0)?]])?);
    only(libc::SYS_sendmsg, any([[argument(2, MaskedEq(fast_open), 0)?]])?);
    only(libc::SYS_sendmmsg, any([[argument(3, MaskedEq(fast_open), 0)?]])?);
    // Of the socket level only the old options: above them are those that attach programs.
    let levels = [libc::IPPROTO_TCP, libc::IPPROTO_IP, libc::IPPROTO_IPV6];
    let mut options = any(levels.map(|level| argument(1, Eq, bits(level)).map(|level| [level])))?;
    let below = bits(libc::SO_ATTACH_FILTER) - 1;
    options.push(rule([argument(1, Eq, bits(libc::SOL_SOCKET))?, argument(2, Le, below)?])?);
    only(libc::SYS_setsockopt, options);
    if *accepts {
        only(libc::SYS_accept4, Vec::new());
    }

    let asked = [libc::FIONBIO, libc::FIONREAD, libc::FIOCLEX, libc::TCGETS, libc::TIOCGWINSZ];
    only(libc::SYS_ioctl, any(asked.map(|request| argument(1, Eq, request).map(|request| [request])))?);
    // Names of threads and of mappings.
    let named = [libc::PR_SET_NAME, libc::PR_GET_NAME, libc::PR_SET_VMA];
    only(libc::SYS_prctl, any(named.map(|option| argument(0, Eq, bits(option)).map(|option| [option])))?);
    Ok(rules)
}

fn socket(family: i32, kind: i32, protocol: Option<i32>) -> Backend<SeccompRule> {
    // Flags stand in the same argument as the kind.
    const KIND: u64 = 0xf;
    let mut conditions = vec![
        argument(0, SeccompCmpOp::Eq, bits(family))?,
        argument(1, SeccompCmpOp::MaskedEq(KIND), bits(kind))?,
    ];
    if let Some(protocol) = protocol {
        conditions.push(argument(2, SeccompCmpOp::Eq, bits(protocol))?);
    }
    rule(conditions)
}

fn rule(conditions: impl Into<Vec<SeccompCondition>>) -> Backend<SeccompRule> {
    SeccompRule::new(conditions.into())
}

/// One rule for each set of conditions: one of them has to hold.
fn any<C: Conditions, const N: usize>(rules: [C; N]) -> Backend<Vec<SeccompRule>> {
    rules.into_iter().map(|conditions| rule(conditions.all()?)).collect()
}

/// Conditions that were made, or why one could not be.
trait Conditions {
    fn all(self) -> Backend<Vec<SeccompCondition>>;
}

impl<const N: usize> Conditions for [SeccompCondition; N] {
    fn all(self) -> Backend<Vec<SeccompCondition>> {
        Ok(self.into())
    }
}

impl<const N: usize> Conditions for Backend<[SeccompCondition; N]> {
    fn all(self) -> Backend<Vec<SeccompCondition>> {
        self.map(Into::into)
    }
}

fn argument(index: u8, op: SeccompCmpOp, value: u64) -> Backend<SeccompCondition> {
    // Half of the register: the kernel takes an `int`, and what stands above it is whatever was there before.
    SeccompCondition::new(index, SeccompCmpArgLen::Dword, op, value)
}

fn bits(value: i32) -> u64 {
    u64::from(value.unsigned_abs())
}
