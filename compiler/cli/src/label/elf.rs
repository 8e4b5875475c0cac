//! Sections of a linked ELF file: read with `object`, added by hand. Adding one needs no linker, since nothing that is
//! loaded moves: the new sections, a longer table of names and a longer table of sections go to the end of the file, and
//! the file's header is pointed at the latter.

use object::elf::{DT_NEEDED, FileHeader64, SHT_PROGBITS};
use object::read::elf::{Dyn as _, ElfFile64, FileHeader as _, ProgramHeader as _, SectionHeader as _};
use object::{Endianness, Object as _, ObjectSection as _};

// Offsets in the header of a 64-bit ELF file, and in a section header.
const SECTION_TABLE: usize = 0x28;
const SECTION_COUNT: usize = 0x3c;
const NAMES_INDEX: usize = 0x3e;
const ENTRY: usize = 64;
const ENTRY_OFFSET: usize = 24;
const ENTRY_SIZE: usize = 32;

/// The contents of a section; `None`: there is none of this name.
pub fn section<'a>(bytes: &'a [u8], name: &str) -> Result<Option<&'a [u8]>, String> {
    let file = ElfFile64::<Endianness>::parse(bytes).map_err(|error| error.to_string())?;
    match file.section_by_name(name) {
        Some(section) => section.data().map(Some).map_err(|error| error.to_string()),
        None => Ok(None),
    }
}

/// The section that a byte of the file is in, and how far.
pub fn section_at(bytes: &[u8], at: u64) -> Option<(String, u64)> {
    let file = ElfFile64::<Endianness>::parse(bytes).ok()?;
    file.sections().find_map(|section| {
        let (start, length) = section.file_range()?;
        let inside = at.checked_sub(start).filter(|inside| *inside < length)?;
        Some((section.name().ok()?.to_owned(), inside))
    })
}

/// What a binary has the kernel and its loader read before it runs: the loader itself, and libraries. Empty: it is static.
pub fn loads(bytes: &[u8]) -> Result<Vec<String>, String> {
    let file = ElfFile64::<Endianness>::parse(bytes).map_err(|error| error.to_string())?;
    let endian = file.endian();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end_matches('\0').to_owned();
    let mut found = Vec::new();
    for header in file.elf_program_headers() {
        if let Some(path) = header.interpreter(endian, bytes).map_err(|error| error.to_string())? {
            found.push(text(path));
        }
        for entry in header.dynamic(endian, bytes).map_err(|error| error.to_string())?.unwrap_or_default() {
            if entry.tag(endian) == DT_NEEDED {
                found.push(library(&file, entry.val(endian)).unwrap_or_else(|| "a library".to_owned()));
            }
        }
    }
    Ok(found)
}

/// The name of a library, out of the table of strings that the loader reads.
fn library(file: &ElfFile64<'_, Endianness>, at: u64) -> Option<String> {
    let table = file.section_by_name(".dynstr")?.data().ok()?;
    let name = table.get(usize::try_from(at).ok()?..)?.split(|byte| *byte == 0).next()?;
    Some(String::from_utf8_lossy(name).into_owned())
}

/// The file with sections added to it; `None`: it is no 64-bit, little-endian ELF file.
pub fn attach(image: &[u8], sections: &[(&str, &[u8])]) -> Option<Vec<u8>> {
    let header = FileHeader64::<Endianness>::parse(image).ok()?;
    let endian = header.endian().ok()?;
    if endian != Endianness::Little {
        return None;
    }
    let table = header.section_headers(endian, image).ok()?;
    let names_index = usize::from(u16::from_le_bytes(array(image, NAMES_INDEX)?));
    let mut names = table.get(names_index)?.data(endian, image).ok()?.to_vec();
    let start = usize::try_from(u64::from_le_bytes(array(image, SECTION_TABLE)?)).ok()?;
    let mut entries = image.get(start..start.checked_add(table.len().checked_mul(ENTRY)?)?)?.to_vec();
    let count = u16::try_from(table.len().checked_add(sections.len())?).ok()?;

    let mut out = image.to_vec();
    for (name, contents) in sections {
        let name_at = u32::try_from(names.len()).ok()?;
        names.extend_from_slice(name.as_bytes());
        names.push(0);
        let entry: [&[u8]; 10] = [
            &name_at.to_le_bytes(),
            &SHT_PROGBITS.0.to_le_bytes(),
            // No flags and no address: not loaded.
            &0u64.to_le_bytes(),
            &0u64.to_le_bytes(),
            &(out.len() as u64).to_le_bytes(),
            &(contents.len() as u64).to_le_bytes(),
            &0u32.to_le_bytes(),
            &0u32.to_le_bytes(),
            &1u64.to_le_bytes(),
            &0u64.to_le_bytes(),
        ];
        entries.extend(entry.concat());
        out.extend_from_slice(contents);
    }
    let entry = names_index.checked_mul(ENTRY)?;
    put(&mut entries, entry.checked_add(ENTRY_OFFSET)?, &(out.len() as u64).to_le_bytes())?;
    put(&mut entries, entry.checked_add(ENTRY_SIZE)?, &(names.len() as u64).to_le_bytes())?;
    out.extend_from_slice(&names);
    while !out.len().is_multiple_of(8) {
        out.push(0);
    }
    let table_at = (out.len() as u64).to_le_bytes();
    out.extend_from_slice(&entries);
    put(&mut out, SECTION_TABLE, &table_at)?;
    put(&mut out, SECTION_COUNT, &count.to_le_bytes())?;
    Some(out)
}

/// The file as it was before anything was attached, but for the place and the number of its section headers, which are
/// zero.
pub fn without_section_table(image: &[u8]) -> Option<Vec<u8>> {
    let mut plain = image.to_vec();
    put(&mut plain, SECTION_TABLE, &[0; 8])?;
    put(&mut plain, SECTION_COUNT, &[0; 2])?;
    Some(plain)
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

fn put(bytes: &mut [u8], at: usize, value: &[u8]) -> Option<()> {
    bytes.get_mut(at..at.checked_add(value.len())?)?.copy_from_slice(value);
    Some(())
}
