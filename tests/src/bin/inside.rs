//! What a process that was taken over would try, from inside the sandbox of an agent: `inside PORT HOME HOST ATTEMPT
//! [ARGUMENT]`. It puts up the same walls as an agent with the one origin `http://HOST:PORT`, makes one attempt, and says
//! what came of it: `done`, or `refused` with the error. No agent has this program in it.

use std::fs::{self, File};
use std::io;
use std::net::{TcpListener, TcpStream, ToSocketAddrs, UdpSocket};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use heddle_runtime::confine::{self, Needs};
use heddle_runtime::decl::{
    Addresses, Agent, Anomalies, Audit, Authorization, Origin, Sandbox, Scheme, Sync, Threshold, Transport,
};
use nix::sys::socket::{AddressFamily, MsgFlags, SockFlag, SockType, SockaddrIn, sendto, socket};
use socket2::{Domain, Protocol, Socket, Type};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, port, home, host, attempt, rest @ ..] = arguments.as_slice() else {
        panic!("inside PORT HOME HOST ATTEMPT [ARGUMENT]")
    };
    let home = Path::new(home);
    fs::create_dir_all(home.join("audit")).expect("the home can be made");
    let agent = agent(host.clone().leak(), port.parse().expect("a port"));
    let walls =
        confine::enter(Sandbox::Require, &Needs::of(&agent, home)).expect("the kernel has what it takes");
    assert!(walls.are_whole(), "{walls}");
    match attack(attempt, rest.first().map_or("", String::as_str), home) {
        Ok(()) => println!("done"),
        Err(error) => println!("refused: {error}"),
    }
}

fn agent(host: &'static str, port: u16) -> Agent {
    let origin = Origin { scheme: Scheme::Http, host, port, addresses: Addresses::Public };
    let threshold = Threshold { count: 1, within_s: 1 };
    Agent {
        name: "inside",
        version: "1.0.0",
        about: "",
        plan: "",
        origins: Box::leak(Box::new([origin])),
        grants: &[],
        deadline_ms: 1,
        max_response_bytes: 1,
        audit: Audit {
            sync: Sync::Os,
            max_bytes: 1,
            max_age_s: 1,
            anomalies: Anomalies {
                warm_up: 0,
                rate_limit_breaches: threshold,
                credential_denials: threshold,
                refusals: threshold,
            },
        },
        validation: heddle_runtime::decl::Validation::Strict,
        sandbox: Sandbox::Require,
        transports: &[Transport::Stdio],
        authorization: Authorization::Tokens,
    }
}

fn attack(attempt: &str, argument: &str, home: &Path) -> io::Result<()> {
    match attempt {
        "nothing" => Ok(()),
        // What an agent does.
        "write-audit" => {
            let (open, sealed) = (home.join("audit/open"), home.join("audit/sealed"));
            fs::write(&open, "x")?;
            fs::rename(open, &sealed)?;
            fs::read(&sealed)?;
            fs::remove_file(sealed)
        }
        "connect" => TcpStream::connect(argument).map(drop),
        "look-up" => (argument, 0).to_socket_addrs().map(drop),
        "thread" => std::thread::spawn(|| ()).join().map_err(|_| io::Error::other("panicked")),
        "allocate" => {
            let bytes = vec![1_u8; 64 << 20];
            (bytes.iter().map(|byte| u64::from(*byte)).sum::<u64>() == 64 << 20)
                .then_some(())
                .ok_or_else(|| io::Error::other("lost"))
        }
        "panic" => panic!("on purpose"),
        "abort" => std::process::abort(),
        // What it does not.
        "exec" => Err(Command::new("/bin/true").exec()),
        "spawn" => Command::new("/bin/true").status().map(drop),
        "read" => fs::read(argument).map(drop),
        "read-in-thread" => {
            let path = argument.to_owned();
            let thread = std::thread::spawn(move || fs::read(path).map(drop));
            thread.join().map_err(|_| io::Error::other("panicked"))?
        }
        "list" => fs::read_dir(argument).map(drop),
        "write" => File::create(argument).map(drop),
        "make-folder" => fs::create_dir(argument),
        "remove" => fs::remove_file(argument),
        "open-to-all" => fs::set_permissions(argument, fs::Permissions::from_mode(0o777)),
        "listen" => TcpListener::bind("127.0.0.1:0").map(drop),
        "datagram" => UdpSocket::bind("127.0.0.1:0").map(drop),
        "unix" => UnixStream::connect(argument).map(drop),
        "multipath" => Socket::new(Domain::IPV4, Type::STREAM, Some(Protocol::MPTCP)).map(drop),
        "fast-open" => fast_open(argument),
        "trace" => Ok(nix::sys::ptrace::traceme()?),
        "mount" => {
            let flags = nix::mount::MsFlags::empty();
            Ok(nix::mount::mount(Some("none"), "/tmp", Some("tmpfs"), flags, None::<&str>)?)
        }
        "unshare" => Ok(nix::sched::unshare(nix::sched::CloneFlags::CLONE_NEWUSER)?),
        "signal" => {
            let parent = nix::unistd::getppid();
            Ok(nix::sys::signal::kill(parent, nix::sys::signal::Signal::SIGTERM)?)
        }
        "setuid" => Ok(nix::unistd::setuid(nix::unistd::getuid())?),
        "chroot" => Ok(nix::unistd::chroot("/")?),
        _ => panic!("no attempt `{attempt}`"),
    }
}

/// A connection without `connect`: data goes out with the first packet.
fn fast_open(address: &str) -> io::Result<()> {
    use std::os::fd::AsRawFd;

    let address: std::net::SocketAddrV4 = address.parse().expect("an address");
    let made = socket(AddressFamily::Inet, SockType::Stream, SockFlag::empty(), None)?;
    let flags = MsgFlags::from_bits_retain(0x2000_0000);
    sendto(made.as_raw_fd(), b"GET / HTTP/1.0\r\n\r\n", &SockaddrIn::from(address), flags)?;
    Ok(())
}
