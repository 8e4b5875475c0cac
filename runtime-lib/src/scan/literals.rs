//! Literal pieces that give an attack away, all found in one pass over the text.

/// What a piece belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    /// Variables, devices and redirections of shells, code of servers.
    Shell,
    /// A file or folder that no argument has a reason to name.
    Target,
    /// An address of a file.
    Scheme,
    /// A name through which template code gets at its runtime.
    Reach,
    /// Code for a browser.
    Code,
    /// A mark of the formats that models are trained on.
    Mark,
}

const GROUPS: usize = 6;

/// The pieces, in normalised spelling and with `/` for `\`; each has at least three bytes.
const LISTS: &[(Group, &[&str])] = &[
    (
        Group::Shell,
        &[
            "${ifs",
            "$ifs",
            "/dev/tcp/",
            "/dev/udp/",
            "() {",
            "(){",
            "2>&1",
            ">&2",
            "<<<",
            "%comspec%",
            "%systemroot%",
            "%systemdrive%",
            "cmd.exe",
            "powershell.exe",
            "c:/windows/",
            "--upload-pack=",
            "--receive-pack=",
            "--checkpoint-action=",
            "--use-askpass=",
            "--to-command=",
            "--use-compress-program=",
            "--unzip-command=",
            "--rsh-command=",
            "proxycommand=",
            "<!--#",
            "<?php",
            "<?=",
        ],
    ),
    (
        Group::Target,
        &[
            "etc/passwd",
            "etc/shadow",
            "etc/group",
            "etc/hosts",
            "etc/issue",
            "etc/sudoers",
            "etc/crontab",
            "etc/fstab",
            "etc/motd",
            "etc/mysql",
            "etc/ssh",
            "etc/apache",
            "etc/httpd",
            "etc/nginx",
            "etc/php",
            "proc/self",
            "proc/version",
            "proc/cmdline",
            "proc/mounts",
            "proc/net",
            "proc/sched",
            "proc/cpuinfo",
            "var/log/",
            "var/www/",
            "var/mail",
            "boot.ini",
            "win.ini",
            "system32",
            "windows/repair",
            "winnt/",
            "windows/win",
            "windows/php",
            "windows/system",
            "inetpub",
            "web-inf",
            "meta-inf",
            ".htaccess",
            ".htpasswd",
            ".ssh/",
            "id_rsa",
            ".bash_history",
            ".git/",
            ".svn/",
            ".aws/credentials",
            "web.config",
            "config.inc.php",
            "wp-config",
            "httpd.conf",
            "php.ini",
            "my.cnf",
            "access.log",
            "access_log",
            "error.log",
            "error_log",
            "usr/local/apache",
            "usr/local/etc",
            "usr/local/php",
            "usr/lib/security",
            "apache/logs",
            "xampp/",
            "etc/security",
            "/root/.",
        ],
    ),
    (
        Group::Scheme,
        &[
            "php://",
            "file://",
            "zip://",
            "phar://",
            "expect://",
            "glob://",
            "ogg://",
            "compress.zlib://",
            "compress.bzip2://",
        ],
    ),
    (
        Group::Reach,
        &[
            "__class__",
            "__mro__",
            "__subclasses__",
            "__globals__",
            "__builtins__",
            "__import__",
            "getclass(",
            "forname(",
            "getruntime(",
            "java.lang",
            "javax.script",
            "freemarker",
            "processbuilder",
            "constructor.constructor",
            "constructor(",
            "child_process",
            "global.process",
            "jndi:",
            "t(java",
            "_tplobj",
            "smarty",
            "{php}",
            "{/php}",
            "registerundefinedfiltercallback",
            "@java",
            "ognl",
            "#_memberaccess",
            "#context",
            "file.open(",
            "system.shell",
            "lipsum",
            "cycler",
            "{{self",
            "class.inspect",
            "popen3",
        ],
    ),
    (
        Group::Code,
        &[
            "javascript:",
            "vbscript:",
            "livescript:",
            "data:text/html",
            "document.cookie",
            "document.write",
            "document.location",
            "window.location",
            "string.fromcharcode",
            "expression(",
            "-moz-binding",
            "@import",
            "srcdoc=",
            "<![cdata[",
            "<!--[if",
            "<?xml",
            "<!entity",
            "<!doctype",
            "fscommand",
            "onerror=",
            "onload=",
            "alert(",
            "prompt(1",
            "confirm(1",
            "alert`",
            "xlink:href",
            "eval(",
            "xmlhttprequest",
            "seeksegmenttime",
            "innerhtml",
            "top[",
            "self[",
            "throw onerror",
            "url(javascript",
        ],
    ),
    (
        Group::Mark,
        &[
            "<|im_start|>",
            "<|im_end|>",
            "<|system|>",
            "<|user|>",
            "<|assistant|>",
            "<|endoftext|>",
            "<|begin_of_text|>",
            "<|start_header_id|>",
            "[inst]",
            "[/inst]",
            "<<sys>>",
            "[system]",
            "<system>",
            "</system>",
            "<system_prompt>",
            "### system",
            "###system:",
            "### instruction",
            "###instruction",
            "\"role\": \"system\"",
            "\"role\":\"system\"",
            "'role': 'system'",
            "<start_of_turn>",
            "end of system prompt",
            "begin system prompt",
        ],
    ),
];

const fn count() -> usize {
    let mut total = 0;
    let mut lists = LISTS;
    while let [(_, pieces), rest @ ..] = lists {
        total += pieces.len();
        lists = rest;
    }
    total
}

const COUNT: usize = count();
const HASHES: usize = 4096;

const _: () = assert!(COUNT < 256);

struct Table {
    /// 1 + the first piece whose first three bytes have this hash; 0: there is none.
    first: [u8; HASHES],
    /// Sorted by hash.
    pieces: [Piece; COUNT],
}

/// Hash of the first three bytes, group, piece.
type Piece = (u16, Group, &'static str);

static TABLE: Table = build();

static SPREAD: [u16; 256] = {
    let mut spread = [0; 256];
    let mut byte = 0_u8;
    let mut rest: &mut [u16] = &mut spread;
    while let [first, more @ ..] = rest {
        let plain = slash(byte) as u16;
        *first = plain.wrapping_mul(0x9e5) ^ (plain >> 3);
        byte = byte.wrapping_add(1);
        rest = more;
    }
    spread
};

/// The hash of the last three bytes, out of that of the three before the last one: what is older is shifted out.
#[expect(clippy::indexing_slicing, reason = "there is one for each byte")]
const fn roll(hash: u16, byte: u8) -> u16 {
    (hash << 4 ^ SPREAD[byte as usize]) % HASHES as u16
}

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, where a wrong index is an error")]
const fn build() -> Table {
    let mut table = Table { first: [0; HASHES], pieces: [(0, Group::Shell, ""); COUNT] };
    let mut length = 0;
    let mut lists = LISTS;
    while let [(group, pieces), rest @ ..] = lists {
        let mut pieces = *pieces;
        while let [piece, more @ ..] = pieces {
            let bytes = piece.as_bytes();
            let hash = roll(roll(roll(0, bytes[0]), bytes[1]), bytes[2]);
            // Insertion sort.
            let mut at = length;
            while at > 0 && table.pieces[at - 1].0 > hash {
                table.pieces[at] = table.pieces[at - 1];
                at -= 1;
            }
            table.pieces[at] = (hash, *group, piece);
            length += 1;
            pieces = more;
        }
        lists = rest;
    }
    while let Some(at) = length.checked_sub(1) {
        table.first[table.pieces[at].0 as usize] = length as u8;
        length = at;
    }
    table
}

/// The bits that all bytes of characters beyond ASCII have.
const WIDE: u64 = u64::from_ne_bytes([0x80; 8]);

/// The first piece of each group that stands in a text.
#[derive(Debug, Default)]
pub(super) struct Found([Option<&'static str>; GROUPS]);

impl Found {
    /// Looks for all pieces at once.
    pub(super) fn of(text: &str) -> Self {
        let mut found = Self::default();
        let bytes = text.as_bytes();
        let mut hash = 0;
        let (chunks, rest) = bytes.as_chunks::<8>();
        let mut at = 0;
        for chunk in chunks {
            // No piece has a character beyond ASCII.
            if u64::from_ne_bytes(*chunk) & WIDE == WIDE {
                (hash, at) = (0, at + chunk.len());
                continue;
            }
            for byte in chunk {
                hash = found.step(hash, bytes, at, *byte);
                at += 1;
            }
        }
        for byte in rest {
            hash = found.step(hash, bytes, at, *byte);
            at += 1;
        }
        found
    }

    /// Takes the byte at a position into the hash, and looks for pieces whose third byte it may be.
    #[inline]
    fn step(&mut self, hash: u16, bytes: &[u8], at: usize, byte: u8) -> u16 {
        let hash = roll(hash, byte);
        let first = TABLE.first.get(usize::from(hash)).copied().unwrap_or(0);
        if first != 0 {
            self.look(bytes, at, first);
        }
        hash
    }

    /// Looks for the first of some pieces where their third byte is, and for those behind it with the same hash. Inlined, it
    /// would slow down the loop that seldom calls it.
    #[inline(never)]
    fn look(&mut self, bytes: &[u8], last: usize, first: u8) {
        let Some(at) = last.checked_sub(2) else { return };
        let here = bytes.get(at..).unwrap_or_default();
        let pieces = TABLE.pieces.get(usize::from(first) - 1..).unwrap_or_default();
        let Some((hash, _, _)) = pieces.first() else { return };
        for (_, group, piece) in pieces.iter().take_while(|(other, _, _)| other == hash) {
            let Some(known) = self.0.get_mut(*group as usize).filter(|known| known.is_none()) else {
                continue;
            };
            let is_here = here.len() >= piece.len()
                && here.iter().zip(piece.bytes()).all(|(byte, wanted)| slash(*byte) == wanted);
            if is_here && is_begun(*group, piece, bytes.get(..at).unwrap_or_default()) {
                *known = Some(piece);
            }
        }
    }

    /// A piece of this group that stands in the text.
    pub(super) fn any(&self, group: Group) -> Option<&'static str> {
        self.0.get(group as usize).copied().flatten()
    }
}

const fn slash(byte: u8) -> u8 {
    if byte == b'\\' { b'/' } else { byte }
}

/// Whether a name begins here, rather than being the end of a longer one.
fn is_begun(group: Group, piece: &str, before: &[u8]) -> bool {
    let joins = match group {
        Group::Target => piece.starts_with(|c: char| c.is_ascii_alphanumeric()),
        Group::Reach => !piece.starts_with(['_', '{', '@', '#']),
        Group::Code => matches!(piece, "alert(" | "eval(" | "prompt(1" | "confirm(1" | "top[" | "self["),
        Group::Shell | Group::Scheme | Group::Mark => false,
    };
    !joins
        || !before.last().is_some_and(u8::is_ascii_alphanumeric)
        || group == Group::Target && (before.ends_with(b"2f") || before.ends_with(b"5c"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece_is_found() {
        for (group, pieces) in LISTS {
            for piece in *pieces {
                assert!(piece.len() >= 3 && piece.is_ascii());
                assert!(Found::of(&format!("x {piece} y")).any(*group).is_some(), "{piece}");
            }
        }
        assert_eq!(Found::of("..\\etc\\passwd").any(Group::Target), Some("etc/passwd"));
        assert_eq!(Found::of("netc/passwd").any(Group::Target), None);
    }

    #[test]
    fn pieces_are_as_texts_are_normalised() {
        for piece in LISTS.iter().flat_map(|(_, pieces)| *pieces) {
            assert_eq!(super::super::normal::normalise(piece).text, *piece);
            assert!(!piece.contains('\\'));
        }
    }
}
