//! Memory for one secret: pages that hold nothing else, kept out of swap where the kernel allows.

use std::io;
use std::ops::Range;

use zeroize::Zeroize as _;

use crate::confine::pages;

/// Bytes on pages of their own, wiped when dropped. Pages of their own, because locks do not nest: the end of one secret
/// must not unlock another.
pub(super) struct Pages {
    buffer: Vec<u8>,
    /// The whole pages within the buffer.
    whole: Range<usize>,
    /// How much of those is used.
    used: usize,
    /// Why they are not locked.
    fault: Option<io::Error>,
}

impl Pages {
    /// Room for this many bytes, locked before anything is in it.
    pub(super) fn with_room_for(bytes: usize) -> Self {
        let page = pages::size();
        let length = bytes.max(1).next_multiple_of(page);
        let buffer = vec![0; length.saturating_add(page)];
        let start = buffer.as_ptr().align_offset(page);
        let whole = start..start.saturating_add(length);
        let fault = pages::lock(buffer.get(whole.clone()).unwrap_or_default()).err();
        Self { buffer, whole, used: 0, fault }
    }

    /// Whether this process may lock memory; the error says why not.
    pub(super) fn can_be_locked() -> io::Result<()> {
        Self::with_room_for(1).fault.take().map_or(Ok(()), Err)
    }

    /// Adds a text and tells where it is, for [`Pages::text`]. One that there is no room for is not added, and its place is
    /// empty.
    pub(super) fn add(&mut self, text: &str) -> Range<usize> {
        let place = self.used..self.used.saturating_add(text.len());
        let own = self.buffer.get_mut(self.whole.clone()).unwrap_or_default();
        match own.get_mut(place.clone()) {
            Some(room) => {
                room.copy_from_slice(text.as_bytes());
                self.used = place.end;
                place
            }
            None => 0..0,
        }
    }

    /// The text at a place.
    pub(super) fn text(&self, place: &Range<usize>) -> &str {
        let own = self.buffer.get(self.whole.clone()).unwrap_or_default();
        own.get(place.clone()).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        // As a slice: a vector would be empty afterwards.
        self.buffer.as_mut_slice().zeroize();
        if self.fault.is_none()
            && let Some(own) = self.buffer.get(self.whole.clone())
        {
            // They go back to the allocator either way.
            let _ = pages::unlock(own);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_stay_where_they_were_put() {
        let mut pages = Pages::with_room_for(7);
        let (first, second) = (pages.add("one"), pages.add("über"));
        assert_eq!((pages.text(&first), pages.text(&second)), ("one", "über"));
        let long = "x".repeat(crate::confine::pages::size());
        let place = pages.add(&long);
        assert_eq!(pages.text(&place), "", "no room, and nothing else is overwritten");
        assert_eq!((pages.text(&first), pages.text(&second)), ("one", "über"));
    }

    /// What the kernel says of the mapping that an address is in: `(kB locked, its flags)`.
    #[cfg(target_os = "linux")]
    fn mapping(address: usize) -> Option<(u64, String)> {
        let maps = std::fs::read_to_string("/proc/self/smaps").unwrap();
        let mut is_it = false;
        let mut locked = 0;
        for line in maps.lines() {
            let range = line.split(' ').next().and_then(|range| range.split_once('-'));
            if let Some((from, to)) = range
                && let (Ok(from), Ok(to)) = (usize::from_str_radix(from, 16), usize::from_str_radix(to, 16))
            {
                is_it = (from..to).contains(&address);
            } else if is_it && let Some(size) = line.strip_prefix("Locked:") {
                locked = size.trim().trim_end_matches(" kB").parse().unwrap();
            } else if is_it && let Some(flags) = line.strip_prefix("VmFlags:") {
                return Some((locked, flags.to_owned()));
            }
        }
        None
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_kernel_keeps_them_in_memory() {
        let mut pages = Pages::with_room_for(3 * crate::confine::pages::size());
        if pages.fault.is_some() {
            println!("skipped: this process may lock no memory (`ulimit -l`)");
            return;
        }
        let place = pages.add("hunter2");
        let (locked, flags) =
            mapping(pages.text(&place).as_ptr() as usize).expect("a mapping of this process");
        assert!(locked >= 12 && flags.split(' ').any(|flag| flag == "lo"), "{locked} kB, {flags}");
    }
}
