//! Bytes that nobody can guess, from the kernel. Not out of `/dev/urandom`: where there is nothing but the binary there is
//! no such file, and a process that has walled itself in does not open one.

use std::io;

/// Fills `bytes`.
pub(crate) fn fill(bytes: &mut [u8]) -> io::Result<()> {
    getrandom::fill(bytes)
        .map_err(|error| io::Error::other(format!("the kernel gives no random bytes: {error}")))
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_two_are_the_same() {
        let draw = || {
            let mut bytes = [0; 32];
            super::fill(&mut bytes).unwrap();
            bytes
        };
        assert_ne!(draw(), draw());
    }
}
