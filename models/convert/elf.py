"""Reads named float arrays out of an ELF shared library, without loading or running it."""

import struct

import numpy as np

DYNSYM, PROGBITS, DATA_OBJECT = 11, 1, 1


def float_arrays(library: bytes) -> dict[str, np.ndarray]:
    """Every exported data symbol as an array of float32. 64-bit little-endian ELF only."""
    if library[:6] != b"\x7fELF\x02\x01":
        raise SystemExit("not a 64-bit little-endian ELF file")
    (sections_at,) = struct.unpack_from("<Q", library, 40)
    entry_size, count = struct.unpack_from("<HH", library, 58)
    # Section header: name, type, flags, address, offset, size, link, info, alignment, entry size.
    sections = [struct.unpack_from("<IIQQQQIIQQ", library, sections_at + i * entry_size) for i in range(count)]
    symbols = next(section for section in sections if section[1] == DYNSYM)
    names_at = sections[symbols[6]][4]
    arrays = {}
    for i in range(symbols[5] // 24):
        name, info, _, section_index, address, size = struct.unpack_from("<IBBHQQ", library, symbols[4] + 24 * i)
        if info & 15 != DATA_OBJECT or size == 0 or size % 4 or section_index >= count:
            continue
        section = sections[section_index]
        if section[1] != PROGBITS:
            continue
        start = names_at + name
        text = library[start : library.index(b"\0", start)].decode()
        arrays[text] = np.frombuffer(library, "<f4", size // 4, section[4] + address - section[3])
    return arrays
