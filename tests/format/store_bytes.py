"""The encodings of docs/format/ that log and blocks are made of, written from those pages alone: what
they say is enough for a stranger to read our files. zstd and XXH3 come from the system's libraries."""

import ctypes
import struct

_zstd = ctypes.CDLL("libzstd.so.1")
_zstd.ZSTD_decompress.restype = ctypes.c_size_t
_zstd.ZSTD_getFrameContentSize.restype = ctypes.c_ulonglong
_xxhash = ctypes.CDLL("libxxhash.so.0")
_xxhash.XXH3_64bits.restype = ctypes.c_uint64

EMPTY, STRING, BOOL, INT, DOUBLE, BYTES, ARRAY, LIST = range(8)
TEXT_TYPES = (STRING, BYTES, ARRAY, LIST)
U64 = (1 << 64) - 1


# What of the pages was met, so that a test can say that nothing was left out.
seen = set()


class Damaged(Exception):
    pass


def require(condition, what):
    if not condition:
        raise Damaged(what)


def xxh3(data):
    return _xxhash.XXH3_64bits(data, ctypes.c_size_t(len(data)))


def unzstd(frame, size):
    out = ctypes.create_string_buffer(max(size, 1))
    got = _zstd.ZSTD_decompress(out, ctypes.c_size_t(size), frame, ctypes.c_size_t(len(frame)))
    require(got == size, "zstd frame")
    return out.raw[:size]


def unzigzag(value):
    return (value >> 1) ^ -(value & 1)


class Reader:
    """Bytes from front to back."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        require(0 <= count <= len(self.data) - self.at, "short")
        self.at += count
        return self.data[self.at - count:self.at]

    def rest(self):
        return self.take(len(self.data) - self.at)

    def end(self):
        return self.at == len(self.data)

    def u8(self):
        return self.take(1)[0]

    def u16(self):
        return struct.unpack("<H", self.take(2))[0]

    def u32(self):
        return struct.unpack("<I", self.take(4))[0]

    def u64(self):
        return struct.unpack("<Q", self.take(8))[0]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.u8()
            value |= (byte & 0x7f) << shift
            shift += 7
            if byte < 0x80:
                return value & U64

    def lp(self):
        return self.take(self.varint())


def unpack_bits(data, count, width):
    """`count` numbers of `width` bits, lowest bit first."""
    bits = int.from_bytes(data, "little")
    mask = (1 << width) - 1
    return [bits >> (i * width) & mask for i in range(count)]


def blob(reader):
    header = reader.varint()
    seen.add(("blob", header & 1))
    if header & 1:
        return unzstd(reader.lp(), header >> 1)
    return reader.take(header >> 1)


def add_plane(values, plane, byte):
    for i, part in enumerate(plane):
        values[i] |= part << (8 * byte)


def planes(reader, count):
    if count == 0:
        return []
    header = reader.u8()
    minimum = reader.varint()
    values = [0] * count
    for byte in range(header & 0x0f):
        kind = reader.u8()
        seen.add(("plane", min(kind, 2)))
        if kind == 0:
            plane = unzstd(reader.lp(), count)
        else:
            width = kind - 1
            plane = unpack_bits(reader.take((count * width + 7) // 8), count, width)
        add_plane(values, plane, byte)
    unit = 1000 if header & 0x10 else 1
    seen.add(("planes of thousandths", unit == 1000))
    return [(minimum + value * unit) & U64 for value in values]


def integers(reader, count):
    if count == 0:
        return []
    header = reader.u8()
    base = reader.varint()
    is_delta = bool(header & 0x10)
    seen.add(("integers as differences", is_delta))
    stored = count - 1 if is_delta else count
    values = [0] * stored
    for byte in range(header & 0x0f):
        add_plane(values, reader.take(stored), byte)
    if not is_delta:
        return [(base + value) & U64 for value in values]
    out = [base]
    for value in values:
        out.append((out[-1] + unzigzag(value)) & U64)
    return out


def lengths_and_bytes(reader, count):
    return [reader.take(length) for length in integers(reader, count)]


def strings(reader, count):
    if count == 0:
        return []
    mode = reader.u8()
    seen.add(("strings", mode))
    if mode == 0:
        return lengths_and_bytes(reader, count)
    require(mode == 1, "strings")
    distinct = lengths_and_bytes(reader, reader.varint())
    known = 1  # the first value is always new
    values = [distinct[0]]
    for code in integers(reader, count - 1):
        if code == 0:
            values.append(distinct[known])
            known += 1
        else:
            values.append(distinct[known - code])
    return values


def number(kind, bits):
    """A bool, int or double of its 64 bits."""
    if kind == INT:
        value = bits ^ (1 << 63)
        return INT, value - (1 << 64) if value >= 1 << 63 else value
    return (BOOL, bits != 0) if kind == BOOL else (DOUBLE, bits)


def value(reader):
    """(type, content); doubles stay their bits."""
    kind = reader.u8()
    seen.add(("value", kind))
    if kind == EMPTY:
        return EMPTY, None
    if kind in (STRING, BYTES):
        return kind, reader.lp()
    if kind == BOOL:
        return BOOL, reader.u8() != 0
    if kind == INT:
        return INT, unzigzag(reader.varint())
    if kind == DOUBLE:
        return DOUBLE, reader.u64()
    if kind == ARRAY:
        return ARRAY, [value(reader) for _ in range(reader.varint())]
    require(kind == LIST, "value")
    return LIST, attribute_list(reader)


def attribute_list(reader):
    return [(reader.lp(), value(reader)) for _ in range(reader.varint())]


def resources(reader):
    return [(attribute_list(reader), reader.varint(), reader.lp()) for _ in range(reader.varint())]


def scopes(reader):
    return [(reader.lp(), reader.lp(), attribute_list(reader), reader.varint(), reader.lp())
            for _ in range(reader.varint())]


def trace_ids(reader, count):
    lengths = integers(reader, reader.varint())
    ids = []
    for length in lengths:
        ids += [reader.take(16)] * length
    require(len(ids) == count, "trace ids")
    return ids


def parents(reader, span_ids):
    codes = integers(reader, len(span_ids))
    out = []
    for row, code in enumerate(codes):
        seen.add(("parent", min(code, 2)))
        if code == 0:
            out.append(bytes(8))
        elif code == 1:
            out.append(reader.take(8))
        else:
            out.append(span_ids[row - unzigzag(code - 2)])
    return out


def stream(data, kind, count):
    reader = Reader(data)
    if kind == EMPTY:
        return [(EMPTY, None)] * count
    if kind in (STRING, BYTES):
        return [(kind, text) for text in strings(reader, count)]
    if kind in (ARRAY, LIST):
        return [value(reader) for _ in range(count)]
    return [number(kind, bits) for bits in integers(reader, count)]


def attribute_rows(reader, count):
    """wal.md, "shapes", then every stream behind its length."""
    keys = [(reader.lp(), reader.u8()) for _ in range(reader.varint())]
    shapes = [[reader.varint() for _ in range(reader.varint())] for _ in range(reader.varint())]
    row_shapes = integers(reader, count)
    counts = [0] * len(keys)
    for shape in row_shapes:
        for place in shapes[shape]:
            counts[place] += 1
    streams = [iter(stream(reader.lp(), kind, counts[i])) for i, (_, kind) in enumerate(keys)]
    return [[(keys[place][0], next(streams[place])) for place in shapes[shape]]
            for shape in row_shapes]


def split(items, counts):
    items = iter(items)
    return [[next(items) for _ in range(count)] for count in counts]


def events(reader, count):
    """Rows of (time, name, attributes, dropped attributes)."""
    counts = integers(reader, count)
    total = sum(counts)
    if total == 0:
        return [[] for _ in counts]
    times, names = integers(reader, total), strings(reader, total)
    dropped, attributes = integers(reader, total), attribute_rows(reader, total)
    return split(zip(times, names, attributes, dropped), counts)


def links(reader, count):
    """Rows of (trace id, span id, trace state, attributes, dropped attributes, flags)."""
    counts = integers(reader, count)
    total = sum(counts)
    if total == 0:
        return [[] for _ in counts]
    ids = [(reader.take(16), reader.take(8)) for _ in range(total)]
    states, flags = strings(reader, total), integers(reader, total)
    dropped, attributes = integers(reader, total), attribute_rows(reader, total)
    return split(((trace, span, state, own, lost, flag) for (trace, span), state, flag, lost, own
                  in zip(ids, states, flags, dropped, attributes)), counts)
