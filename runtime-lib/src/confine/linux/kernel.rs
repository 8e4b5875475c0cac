//! The few calls to the kernel that no crate makes for us: limits, the flag that closes memory, pages that are not swapped
//! out, and the handler that has the last word.

use std::ffi::{c_int, c_void};
use std::io::{self, Write};
use std::mem::zeroed;
use std::ptr::null_mut;
use std::sync::OnceLock;

use libc::{rlimit, sigaction, siginfo_t};

use super::calls;

/// Most files and connections that are open at once.
const FILES: u64 = 4096;

/// No core dumps, no message queues, and a bound to open files, for good.
pub fn lower_limits() -> io::Result<()> {
    for (resource, most) in [(libc::RLIMIT_CORE, 0), (libc::RLIMIT_MSGQUEUE, 0), (libc::RLIMIT_NOFILE, FILES)]
    {
        let mut limit = rlimit { rlim_cur: 0, rlim_max: 0 };
        // SAFETY: the kernel writes to a struct of ours that lives through the call.
        check(unsafe { libc::getrlimit(resource, &mut limit) })?;
        let lower = rlimit { rlim_cur: limit.rlim_cur.min(most), rlim_max: limit.rlim_max.min(most) };
        // SAFETY: the kernel reads a struct of ours that lives through the call.
        check(unsafe { libc::setrlimit(resource, &lower) })?;
    }
    Ok(())
}

/// Other processes of the same user may neither trace this one nor read its memory, and it leaves no core dump, not
/// even to a program that collects them.
pub fn close_memory() -> io::Result<()> {
    // SAFETY: changes a flag of this process and touches no memory.
    check(unsafe { libc::prctl(libc::PR_SET_DUMPABLE, 0, 0, 0, 0) })
}

fn check(returned: c_int) -> io::Result<()> {
    if returned == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// The number of the user that this process acts as, and that the files it makes belong to.
#[cfg(feature = "approvals")]
pub fn user() -> u32 {
    // SAFETY: asks for a number, cannot fail and touches no memory.
    unsafe { libc::geteuid() }
}

/// Bytes of a page of memory.
pub fn page_size() -> usize {
    // SAFETY: asks for a constant and touches no memory.
    usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(65_536)
}

/// Keeps these pages in memory, out of swap.
pub fn lock(pages: &[u8]) -> io::Result<()> {
    // SAFETY: changes how the kernel keeps pages of ours, and not what is in them.
    check(unsafe { libc::mlock(pages.as_ptr().cast(), pages.len()) })
}

/// Takes [`lock`] back.
pub fn unlock(pages: &[u8]) -> io::Result<()> {
    // SAFETY: as above.
    check(unsafe { libc::munlock(pages.as_ptr().cast(), pages.len()) })
}

static NAME: OnceLock<&str> = OnceLock::new();

/// From now on a system call that the filter stops is named on standard error, as the last thing that the process does.
pub fn say_what_was_stopped(name: &'static str) -> io::Result<()> {
    let _ = NAME.set(name);
    // SAFETY: `sigaction` is plain data for which zero is a value of every field; the mask is emptied below by being zero.
    let mut action: sigaction = unsafe { zeroed() };
    action.sa_sigaction = stopped as *const () as usize;
    // Its default action again as soon as it runs, so that raising it once more ends the process.
    action.sa_flags = libc::SA_SIGINFO | libc::SA_RESETHAND | libc::SA_NODEFER;
    // SAFETY: the struct is whole and lives through the call; the handler does only what a handler may.
    check(unsafe { libc::sigaction(libc::SIGSYS, &action, null_mut()) })
}

/// What `siginfo_t` is for this signal, on 64-bit systems.
#[repr(C)]
struct Stopped {
    head: [c_int; 4],
    address: *mut c_void,
    number: c_int,
}

extern "C" fn stopped(_signal: c_int, info: *mut siginfo_t, _context: *mut c_void) {
    // SAFETY: the kernel gives a handler with SA_SIGINFO a whole `siginfo_t`, which begins with these fields for SIGSYS.
    let number = unsafe { (*info.cast::<Stopped>()).number };
    let name = NAME.get().copied().unwrap_or("heddle");
    let call = calls::name_of(i64::from(number));
    // Into a buffer of this function: a handler may not allocate.
    let mut message = io::Cursor::new([0_u8; 256]);
    let _ =
        writeln!(message, "{name}: the sandbox stopped the system call {call} ({number}); the process ends");
    let length = usize::try_from(message.position()).unwrap_or(0);
    let bytes = message.get_ref();
    // SAFETY: the buffer is ours and `length` bytes of it are filled; `write`, `raise` and `_exit` may be called here.
    unsafe {
        let _ = libc::write(2, bytes.as_ptr().cast(), length.min(bytes.len()));
        libc::raise(libc::SIGSYS);
        libc::_exit(128 + libc::SIGSYS);
    }
}
