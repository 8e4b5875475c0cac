//! What is let through, asked of the filters themselves. That the kernel does as they say, and that Landlock holds, is
//! tried from inside a process: `tests/tests/attacks/confinement.rs`.

use super::*;
use crate::decl::{Addresses, Agent, Authorization, Origin, Scheme, Transport};
use crate::proof::fixture::AUDIT;

const fn origin(host: &'static str, port: u16) -> Origin {
    Origin { scheme: Scheme::Http, host, port, addresses: Addresses::Public }
}

fn needs(origins: &'static [Origin]) -> Needs {
    let agent = Agent {
        name: "agent",
        version: "1.0.0",
        about: "",
        plan: "",
        origins,
        grants: &[],
        deadline_ms: 1,
        max_response_bytes: 1,
        audit: AUDIT,
        validation: crate::decl::Validation::Strict,
        sandbox: Sandbox::Auto,
        transports: &[Transport::Stdio],
        authorization: Authorization::Tokens,
    };
    Needs::of(&agent, Path::new("/home/heddle"))
}

#[test]
fn needs_follow_from_the_declarations() {
    let by_address = needs(const { &[origin("localhost", 9090), origin("10.0.0.1", 443)] });
    assert_eq!(by_address.ports, [443, 9090].into());
    assert_eq!((by_address.names, by_address.local_names), (false, false));
    assert_eq!(by_address.write, [Path::new("/home/heddle/audit")]);
    assert!(by_address.read.is_empty(), "without grants the store is not read");
    let by_name = needs(const { &[origin("api.example.com", 443)] });
    assert_eq!((by_name.names, by_name.local_names), (true, false));
    assert!(needs(const { &[origin("nas.local", 80)] }).local_names);
}

#[test]
fn a_level_says_what_stands() {
    let up = |landlock, seccomp| Walls::Up { landlock, seccomp, faults: Vec::new() };
    for (walls, level, said) in [
        (Walls::Off, "off", "off, as the config wants it"),
        (up(Some(7), true), "full", "full: files, TCP ports, signals, system calls (Landlock 7)"),
        (
            up(Some(4), true),
            "full",
            "full: files, TCP ports, system calls; not walled in: signals (Landlock 4)",
        ),
        (
            up(Some(3), true),
            "partial",
            "partial: files, system calls; not walled in: TCP ports, signals (Landlock 3)",
        ),
        (
            up(None, true),
            "partial",
            "partial: system calls; not walled in: files, TCP ports, signals (no Landlock)",
        ),
        (
            up(Some(7), false),
            "partial",
            "partial: files, TCP ports, signals; not walled in: system calls (Landlock 7)",
        ),
        (
            up(None, false),
            "none",
            "none; not walled in: files, TCP ports, signals, system calls (no Landlock)",
        ),
    ] {
        assert_eq!((walls.level(), walls.to_string().as_str()), (level, said));
        assert_eq!(walls.are_whole(), level == "full");
    }
}

#[cfg(target_arch = "x86_64")]
mod calls {
    use super::super::linux::calls::{lists, program};
    use super::*;
    use seccompiler::BpfProgram;

    #[derive(Debug, PartialEq, Eq)]
    enum Verdict {
        Allowed,
        Unknown,
        Stopped,
    }

    /// What the kernel would make of a call.
    fn verdict(needs: &Needs, call: i64, arguments: &[u64]) -> Verdict {
        const UNKNOWN: u32 = libc::SECCOMP_RET_ERRNO | libc::ENOSYS as u32;
        match run(&program(needs), call, arguments) {
            libc::SECCOMP_RET_TRAP => Verdict::Stopped,
            libc::SECCOMP_RET_ALLOW => Verdict::Allowed,
            UNKNOWN => Verdict::Unknown,
            word => panic!("{word:x?}"),
        }
    }

    const X86_64: u32 = 0xc000_003e;

    fn run(program: &BpfProgram, call: i64, arguments: &[u64]) -> u32 {
        run_as(X86_64, program, call, arguments)
    }

    fn run_as(architecture: u32, program: &BpfProgram, call: i64, arguments: &[u64]) -> u32 {
        steps(architecture, program, call, arguments).0
    }

    /// Classic BPF, as far as these filters use it: the word, and after how many steps.
    fn steps(architecture: u32, program: &BpfProgram, call: i64, arguments: &[u64]) -> (u32, usize) {
        let mut data = [0_u32; 16];
        (data[0], data[1]) = (call as u32, architecture);
        for (index, argument) in arguments.iter().enumerate() {
            (data[4 + 2 * index], data[5 + 2 * index]) = (*argument as u32, (*argument >> 32) as u32);
        }
        let mut taken = 0;
        let (mut at, mut value) = (0, 0_u32);
        loop {
            let step = &program[at];
            at += 1;
            taken += 1;
            let jump = |holds| usize::from(if holds { step.jt } else { step.jf });
            match step.code {
                0x20 => value = data[step.k as usize / 4],
                0x54 => value &= step.k,
                0x05 => at += step.k as usize,
                0x15 => at += jump(value == step.k),
                0x25 => at += jump(value > step.k),
                0x35 => at += jump(value >= step.k),
                0x06 => return (step.k, taken),
                code => panic!("opcode {code:#x}"),
            }
        }
    }

    const LOCAL: &[Origin] = &[origin("localhost", 9090)];
    const NAMED: &[Origin] = &[origin("api.example.com", 443)];

    #[test]
    fn what_no_agent_does_ends_the_process() {
        for call in [
            libc::SYS_execve,
            libc::SYS_execveat,
            libc::SYS_fork,
            libc::SYS_vfork,
            libc::SYS_ptrace,
            libc::SYS_mount,
            libc::SYS_bpf,
            libc::SYS_io_uring_setup,
            libc::SYS_kexec_load,
            libc::SYS_unshare,
            libc::SYS_memfd_create,
        ] {
            assert_eq!(verdict(&needs(NAMED), call, &[]), Verdict::Stopped, "{call}");
        }
        let fork = libc::SIGCHLD as u64;
        assert_eq!(verdict(&needs(NAMED), libc::SYS_clone, &[fork]), Verdict::Stopped);
        assert_eq!(verdict(&needs(NAMED), libc::SYS_clone, &[libc::CLONE_THREAD as u64]), Verdict::Allowed);
    }

    #[test]
    fn what_is_not_known_fails_as_if_it_did_not_exist() {
        for call in
            [libc::SYS_clone3, libc::SYS_kill, libc::SYS_bind, libc::SYS_listen, libc::SYS_accept4, 9999]
        {
            assert_eq!(verdict(&needs(NAMED), call, &[]), Verdict::Unknown, "{call}");
        }
        assert_eq!(verdict(&needs(LOCAL).accepting(), libc::SYS_accept4, &[]), Verdict::Allowed);
        let own = u64::from(std::process::id());
        assert_eq!(verdict(&needs(LOCAL), libc::SYS_tgkill, &[own]), Verdict::Allowed);
        assert_eq!(verdict(&needs(LOCAL), libc::SYS_tgkill, &[own + 1]), Verdict::Unknown);
        assert_eq!(verdict(&needs(LOCAL), libc::SYS_prlimit64, &[0, 7, 0]), Verdict::Allowed);
        assert_eq!(verdict(&needs(LOCAL), libc::SYS_prlimit64, &[0, 7, 1]), Verdict::Unknown);
        assert_eq!(verdict(&needs(LOCAL), libc::SYS_ioctl, &[0, libc::FIONBIO]), Verdict::Allowed);
        assert_eq!(verdict(&needs(LOCAL), libc::SYS_ioctl, &[0, libc::TIOCSTI]), Verdict::Unknown);
        for plain in [libc::F_DUPFD, libc::F_SETFD, libc::F_SETFL, libc::F_DUPFD_CLOEXEC] {
            assert_eq!(
                verdict(&needs(LOCAL), libc::SYS_fcntl, &[3, plain as u64]),
                Verdict::Allowed,
                "{plain}"
            );
        }
        // A file that becomes ready sends its owner a signal of one's choice.
        let (set_sig, set_own_ex) = (10, 15);
        for other in [libc::F_SETOWN, set_own_ex, set_sig, libc::F_NOTIFY, libc::F_SETLEASE] {
            assert_eq!(
                verdict(&needs(LOCAL), libc::SYS_fcntl, &[3, other as u64]),
                Verdict::Unknown,
                "{other}"
            );
        }
        // What Landlock does not judge: the modes of the user's other files, and who opens them when.
        for call in [libc::SYS_chmod, libc::SYS_fchmod, libc::SYS_fchmodat, libc::SYS_inotify_add_watch] {
            assert_eq!(verdict(&needs(NAMED), call, &[]), Verdict::Unknown, "{call}");
        }
        let dumpable = libc::PR_SET_DUMPABLE as u64;
        assert_eq!(verdict(&needs(LOCAL), libc::SYS_prctl, &[dumpable, 1]), Verdict::Unknown);
    }

    #[test]
    fn each_number_gets_the_word_of_its_list() {
        for needs in [needs(LOCAL), needs(NAMED).accepting()] {
            let (always, never) = lists();
            for call in -1..2000 {
                let said = verdict(&needs, call, &[u64::MAX; 6]);
                if never.contains(&call) {
                    assert_eq!(said, Verdict::Stopped, "{call}");
                } else if always.contains(&call) {
                    assert_eq!(said, Verdict::Allowed, "{call}");
                } else {
                    // By its arguments, or not at all; a thread is what these bits make of `clone`.
                    assert_ne!(said, Verdict::Stopped, "{call}");
                }
            }
            // Those of the 32-bit face of this architecture.
            for call in 0..600 {
                assert_eq!(verdict(&needs, call | 0x4000_0000, &[0; 6]), Verdict::Unknown, "{call}");
            }
        }
    }

    #[test]
    fn a_call_of_another_architecture_ends_the_process() {
        let program = program(&needs(LOCAL));
        assert_eq!(run_as(0x4000_0003, &program, libc::SYS_read, &[]), libc::SECCOMP_RET_KILL_PROCESS);
    }

    #[test]
    fn no_call_runs_more_than_a_few_steps() {
        let program = program(&needs(NAMED));
        assert!(program.len() < 500, "{} steps", program.len());
        let deepest = |call| steps(X86_64, &program, call, &[7; 6]).1;
        assert!((0..600).map(deepest).max() < Some(64), "{:?}", (0..600).map(deepest).max());
    }

    #[test]
    fn sockets_are_those_that_the_origins_need() {
        let socket = |needs: &Needs, family: i32, kind: i32, protocol: i32| {
            verdict(needs, libc::SYS_socket, &[family as u64, kind as u64, protocol as u64])
        };
        let flags = libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK;
        for family in [libc::AF_INET, libc::AF_INET6] {
            assert_eq!(socket(&needs(LOCAL), family, libc::SOCK_STREAM | flags, 0), Verdict::Allowed);
            assert_eq!(socket(&needs(LOCAL), family, libc::SOCK_DGRAM | flags, 0), Verdict::Unknown);
            assert_eq!(socket(&needs(NAMED), family, libc::SOCK_DGRAM | flags, 0), Verdict::Allowed);
            assert_eq!(socket(&needs(NAMED), family, libc::SOCK_RAW, libc::IPPROTO_ICMP), Verdict::Unknown);
            for other in [libc::IPPROTO_MPTCP, libc::IPPROTO_SCTP] {
                assert_eq!(socket(&needs(NAMED), family, libc::SOCK_STREAM, other), Verdict::Unknown);
            }
        }
        for family in [libc::AF_UNIX, libc::AF_NETLINK, libc::AF_PACKET, libc::AF_VSOCK, libc::AF_ALG] {
            assert_eq!(socket(&needs(NAMED), family, libc::SOCK_STREAM, 0), Verdict::Unknown, "{family}");
        }
        let mdns = needs(const { &[origin("nas.local", 80)] });
        assert_eq!(socket(&mdns, libc::AF_UNIX, libc::SOCK_STREAM | flags, 0), Verdict::Allowed);
        let fast_open = libc::MSG_FASTOPEN as u64;
        assert_eq!(verdict(&needs(LOCAL), libc::SYS_sendto, &[3, 0, 0, 0]), Verdict::Allowed);
        assert_eq!(verdict(&needs(LOCAL), libc::SYS_sendto, &[3, 0, 0, fast_open]), Verdict::Unknown);
        let option = |level: i32, name: i32| {
            verdict(&needs(LOCAL), libc::SYS_setsockopt, &[3, level as u64, name as u64])
        };
        assert_eq!(option(libc::IPPROTO_TCP, libc::TCP_NODELAY), Verdict::Allowed);
        assert_eq!(option(libc::SOL_SOCKET, libc::SO_KEEPALIVE), Verdict::Allowed);
        assert_eq!(option(libc::SOL_SOCKET, libc::SO_ATTACH_FILTER), Verdict::Unknown);
        assert_eq!(option(libc::SOL_SOCKET, libc::SO_ATTACH_BPF), Verdict::Unknown);
    }

    #[test]
    fn memory_is_written_or_run() {
        let protect = |needs: &Needs, call, how: i32| verdict(needs, call, &[0, 4096, how as u64]);
        let (write, run) = (libc::PROT_READ | libc::PROT_WRITE, libc::PROT_READ | libc::PROT_EXEC);
        for call in [libc::SYS_mmap, libc::SYS_mprotect] {
            assert_eq!(protect(&needs(LOCAL), call, write), Verdict::Allowed);
            assert_eq!(protect(&needs(LOCAL), call, run), Verdict::Unknown);
        }
        assert_eq!(protect(&needs(NAMED), libc::SYS_mprotect, write | run), Verdict::Unknown);
    }
}
