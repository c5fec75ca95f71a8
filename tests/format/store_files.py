"""Reads manifest, log segments and blocks as docs/format/ describes them, and checks every checksum
there is. A row is a dictionary of its cells by the names used in wal.md's table."""

import store_bytes as b
from store_bytes import Reader, require, xxh3

SPANS, LOGS = 0, 1
NUMBERS = {6: "flags", 7: "dropped_attributes", 19: "kind", 20: "status_code",
           25: "dropped_events", 26: "dropped_links", 40: "observed_time", 41: "severity_number"}
TEXTS = {18: "name", 21: "status_message", 22: "trace_state", 42: "severity_text",
         43: "event_name"}
VALUE_FIELDS = ("attributes", "body", "name", "status_message", "trace_state", "severity_text",
                "event_name")
REST = 4294967295


def default_columns(table, count):
    """Of columns that are not stored."""
    names = {SPANS: ("flags", "dropped_attributes", "kind", "status_code", "dropped_events",
                     "dropped_links"),
             LOGS: ("flags", "dropped_attributes", "observed_time", "severity_number")}[table]
    columns = {name: [0] * count for name in names}
    texts = {SPANS: ("name", "status_message", "trace_state"),
             LOGS: ("severity_text", "event_name")}[table]
    columns.update({name: [b""] * count for name in texts})
    columns["trace_id"] = [bytes(16)] * count
    columns["span_id"] = [bytes(8)] * count
    columns["time"] = [0] * count
    columns["attributes"] = [[] for _ in range(count)]
    if table == SPANS:
        columns["parent_span_id"] = [bytes(8)] * count
        columns["events"] = columns["links"] = [[] for _ in range(count)]
    else:
        columns["body"] = [(b.EMPTY, None)] * count
    return columns


def rows_of(columns, count):
    return [{name: cells[i] for name, cells in columns.items()} for i in range(count)]


# The manifest.

def read_manifest(data):
    require(data[:8] == b"SPHMAN02" and xxh3(data[:-8]) == int.from_bytes(data[-8:], "little"),
            "manifest")
    reader = Reader(data[8:-8])
    manifest = {"first_segment": reader.varint(), "next_block": reader.varint(), "blocks": []}
    for _ in range(reader.varint()):
        manifest["blocks"].append({
            "id": reader.varint(), "table": reader.u8(), "tenant": reader.lp(),
            "rows": reader.varint(), "bytes": reader.varint(),
            "bounds": [reader.varint() for _ in range(4)], "written": reader.varint()})
    require(reader.end(), "manifest")
    return manifest


# The log.

def read_segment(data, number):
    """(size of the segment before, [(tenant, table, rows)]); the segment has no torn tail."""
    header = Reader(data[:40])
    require(header.take(8) == b"SPHWAL02" and header.u64() == number, "segment header")
    salt, previous, checksum = data[16:24], Reader(data[24:32]).u64(), Reader(data[32:40]).u64()
    require(checksum == xxh3(data[:32]), "segment header")
    batches, at, synced = [], 40, 0
    while at < len(data):
        group = Reader(data[at:at + 32])
        require(group.take(4) == b"SGRP", "group")
        size, synced_offset, offset, checksum = group.u32(), group.u64(), group.u64(), group.u64()
        require(offset == at and synced <= synced_offset <= at, "group")
        require(checksum == xxh3(salt + data[at:at + 24]), "group")
        records = Reader(data[at + 32:at + 32 + size])
        require(len(records.data) == size, "group")
        while not records.end():
            batches.append(read_record(records))
        at, synced = at + 32 + size, synced_offset
    return previous, batches


def read_record(reader):
    start = reader.at
    checksum, body, raw = reader.u64(), reader.u32(), reader.u32()
    kind, table, tenant_bytes = reader.u8(), reader.u8(), reader.u16()
    content = reader.take(body)
    require(kind == 1 and checksum == xxh3(reader.data[start + 8:reader.at]), "record")
    chunk = b.unzstd(content[tenant_bytes:], raw)
    return content[:tenant_bytes], table, read_chunk(Reader(chunk), table)


def read_chunk(reader, table):
    count = reader.varint()
    resources, scopes = b.resources(reader), b.scopes(reader)
    columns = default_columns(table, count)
    columns["end_time"] = columns["time"]
    for _ in range(reader.varint()):
        number, column = reader.u8(), Reader(reader.lp())
        if number == 1:
            columns["trace_id"] = b.trace_ids(column, count)
        elif number == 2:
            columns["span_id"] = [column.take(8) for _ in range(count)]
        elif number == 3:
            columns["time"] = columns["end_time"] = b.integers(column, count)
        elif number == 4:
            columns["resource"] = [resources[code] for code in b.integers(column, count)]
        elif number == 5:
            columns["scope"] = [scopes[code] for code in b.integers(column, count)]
        elif number == 8:
            columns["attributes"] = b.attribute_rows(column, count)
        elif number == 16:
            columns["parent_span_id"] = b.parents(column, columns["span_id"])
        elif number == 17:
            columns["end_time"] = [(start + b.unzigzag(code)) & b.U64 for start, code in
                                   zip(columns["time"], b.integers(column, count))]
        elif number == 23:
            columns["events"] = b.events(column, count)
        elif number == 24:
            columns["links"] = b.links(column, count)
        elif number == 44:
            columns["body"] = [row[0][1] for row in b.attribute_rows(column, count)]
        elif number in NUMBERS:
            columns[NUMBERS[number]] = b.integers(column, count)
        elif number in TEXTS:
            columns[TEXTS[number]] = b.strings(column, count)
    require(reader.end(), "chunk")
    return rows_of(columns, count)


# Blocks.

class Block:
    def __init__(self, data):
        self.data = data
        self.seen = 8  # bytes that stand in the magic or in a section
        self.read_footer()

    def section(self, offset, size, checksum):
        part = self.data[offset:offset + size]
        require(len(part) == size and xxh3(part) & 0xffffffff == checksum, "section")
        self.seen += size
        return part

    def reference(self, reader):
        return reader.varint(), reader.varint(), reader.u32()

    def read_footer(self):
        data = self.data
        require(data[:8] == b"SPHBLK02" and data[-8:] == b"SPHBLKE2", "magic")
        trailer = Reader(data[-32:])
        offset, size, checksum = trailer.u64(), trailer.u64(), trailer.u64()
        footer = data[offset:offset + size]
        require(offset + size + 32 == len(data) and xxh3(footer) == checksum, "footer")
        self.seen += size + 32
        packed = Reader(footer)
        reader = Reader(b.blob(packed))
        self.version = reader.varint()
        require(packed.end() and self.version in (2, 3), "version")
        self.table, self.tenant, self.rows = reader.u8(), reader.lp(), reader.varint()
        self.bounds = [reader.varint() for _ in range(4)]
        self.services = [reader.lp() for _ in range(reader.varint())]
        self.groups = [self.read_group_entry(reader) for _ in range(reader.varint())]
        self.pages = [(reader.u32(), reader.u32(), self.reference(reader))
                      for _ in range(reader.varint())]
        self.columns = [self.read_column_entry(reader) for _ in range(reader.varint())]
        self.list_keys = (reader.u8(), [reader.lp() for _ in range(reader.varint())])
        entries, catalog = self.reference(reader), self.reference(reader)
        require(reader.end(), "footer")
        self.read_entries(Reader(b.blob(Reader(self.section(*entries)))))
        self.read_catalog(Reader(b.blob(Reader(self.section(*catalog)))))
        for column in self.columns:
            self.read_dictionary(column)

    def read_group_entry(self, reader):
        return {"rows": reader.varint(), "bounds": [reader.varint() for _ in range(4)],
                "services": [reader.varint() for _ in range(reader.varint())],
                "directory": self.reference(reader)}

    def read_column_entry(self, reader):
        return {"field": VALUE_FIELDS[reader.u8()], "key": reader.lp(), "type": reader.u8(),
                "ordinal": reader.varint(), "values": reader.varint(), "entries": reader.varint(),
                "dictionary": self.reference(reader), "filters": self.reference(reader)}

    def read_entries(self, reader):
        self.resources, self.scopes = b.resources(reader), b.scopes(reader)
        require(reader.end(), "entries")

    def read_catalog(self, reader):
        services = [reader.lp() for _ in range(reader.varint())]
        self.operations = {}
        for _ in range(reader.varint()):
            service, name, kind = services[reader.varint()], reader.lp(), reader.varint()
            self.operations[service, name, kind] = reader.varint()
        require(reader.end() and services == sorted(services), "catalog")

    def texts(self, reader, kind, lengths):
        table = []
        while len(table) < len(lengths):
            count = len(lengths) if self.version == 2 else reader.varint()
            b.seen.add(("piece of a dictionary", count < len(lengths)))
            texts = Reader(b.blob(reader))
            for length in lengths[len(table):len(table) + count]:
                table.append(text_value(kind, texts.take(length)))
            require(texts.end() and count > 0, "piece of a dictionary")
        return table

    def read_dictionary(self, column):
        kind, count = column["type"], column["entries"]
        column["table"], column["found"] = [], 0
        if count:
            reader = Reader(self.section(*column["dictionary"]))
            numbers = b.planes(reader, count)
            if kind in b.TEXT_TYPES:
                column["table"] = self.texts(reader, kind, numbers)
            else:
                column["table"] = [b.number(kind, bits) for bits in numbers]
            require(reader.end(), "dictionary")
        column["filter_of"] = {}
        if column["filters"][1]:
            reader = Reader(self.section(*column["filters"]))
            while not reader.end():
                group = reader.varint()
                column["filter_of"][group] = reader.lp()

    def trace_index(self):
        """[(fingerprint, row group)]"""
        entries = []
        for first, count, reference in self.pages:
            reader = Reader(self.section(*reference))
            fingerprint = first
            for distance, group in zip(b.planes(reader, count), b.planes(reader, count)):
                fingerprint += distance
                entries.append((fingerprint, group))
            require(reader.end(), "index page")
        return entries

    def read_rows(self):
        """Of every row group, its rows."""
        return [self.read_group(i) for i in range(len(self.groups))]

    def read_group(self, number):
        count = self.groups[number]["rows"]
        reader = Reader(self.section(*self.groups[number]["directory"]))
        offset = reader.varint()

        def place(size, checksum):
            nonlocal offset
            offset += size
            return self.section(offset - size, size, checksum)

        stored = {reader.u8(): (reader.varint(), reader.u32()) for _ in range(reader.varint())}
        stored = {number: place(*where) for number, where in stored.items()}
        values = [(reader.varint(), reader.varint(), reader.varint(), reader.u32())
                  for _ in range(reader.varint())]
        values = [(self.columns[column], size, place(*where)) for column, size, *where in values]
        size, checksum = reader.varint(), reader.u32()
        shapes = read_shapes(place(size, checksum), count) if size else None
        require(reader.end(), "directory")
        columns = default_columns(self.table, count)
        self.read_stored(stored, columns, count)
        self.read_values(number, values, shapes, columns, count)
        return rows_of(columns, count)

    def read_stored(self, stored, columns, count):
        sections = {number: Reader(section) for number, section in stored.items()}
        if 1 in sections:
            columns["trace_id"] = b.trace_ids(Reader(b.blob(sections[1])), count)
        if 2 in sections:
            ids = Reader(b.blob(sections[2]))
            columns["span_id"] = [ids.take(8) for _ in range(count)]
        traces = columns["trace_id"] if self.table == SPANS else [b""] * count
        columns["time"] = read_times(sections[3], traces)
        columns["resource"] = [self.resources[code] for code in b.planes(sections[4], count)]
        columns["scope"] = [self.scopes[code] for code in b.planes(sections[5], count)]
        if 16 in sections:
            columns["parent_span_id"] = b.parents(Reader(b.blob(sections[16])), columns["span_id"])
        if 17 in sections:
            columns["end_time"] = read_ends(sections[17], columns["time"])
        if 23 in sections:
            columns["events"] = b.events(Reader(b.blob(sections[23])), count)
        if 24 in sections:
            columns["links"] = b.links(Reader(b.blob(sections[24])), count)
        for number in sections.keys() & NUMBERS.keys():
            columns[NUMBERS[number]] = b.planes(sections[number], count)
        for number, reader in sections.items():
            require(reader.end(), f"stored column {number}")

    def read_values(self, group, values, shapes, columns, count):
        lists = []  # (presence or None, cells) of the attributes, by place
        for column, size, section in values:
            column["found"] += size
            reader = Reader(section)
            presence = reader.lp()
            cells = read_cells(reader, column, size)
            check_filter(column, group, cells)
            if column["field"] == "attributes":
                lists.append((presence, column, cells))
                continue
            lists.append(None)
            for row, cell in zip(read_presence(presence, count, size), cells):
                columns[column["field"]][row] = cell if column["field"] == "body" else cell[1]
        b.seen.add(("shapes", shapes is not None))
        if shapes is None:
            for presence, column, cells in filter(None, lists):
                rows = read_presence(presence, count, len(cells))
                for row, cell in zip(rows, cells):
                    columns["attributes"][row] += attributes_of(column, cell)
            return
        sources = [entry and (entry[1], iter(entry[2])) for entry in lists]
        for row, shape in enumerate(shapes):
            for place in shape:
                column, cells = sources[place]
                columns["attributes"][row] += attributes_of(column, next(cells))


def attributes_of(column, cell):
    b.seen.add(("column", (column["type"], min(column["ordinal"], 2))))
    return cell[1] if column["ordinal"] == REST else [(column["key"], cell)]


def text_value(kind, text):
    """Strings and bytes stand as they are, arrays and lists as an encoded value."""
    if kind in (b.STRING, b.BYTES):
        return kind, text
    found = b.value(Reader(text))
    require(found[0] == kind, "value")
    return found


def read_cells(reader, column, count):
    kind = column["type"]
    if kind == b.EMPTY:
        return [(b.EMPTY, None)] * count
    if count == 0:
        return []
    mode = reader.u8()
    b.seen.add(("values", mode))
    if mode == 0:
        cells = [column["table"][reader.varint()]] * count
    elif mode == 1:
        cells = [column["table"][code] for code in b.planes(reader, count)]
    elif mode == 2:
        width = reader.u8()
        codes = b.unpack_bits(reader.take((count * width + 7) // 8), count, width)
        cells = [column["table"][code] for code in codes]
    elif mode == 3:
        texts = Reader(b.blob(reader))
        cells = [text_value(kind, text) for text in b.strings(texts, count)]
    else:
        require(mode == 4, "mode of values")
        cells = [b.number(kind, bits) for bits in b.planes(reader, count)]
    require(reader.end(), "values")
    return cells


def read_presence(data, row_count, value_count):
    """The rows that have a value, ascending."""
    b.seen.add(("presence", min(data[0], 2)))
    kind, bits = data[0], int.from_bytes(data[1:], "little")
    if kind == 0:
        return range(row_count)
    if kind == 1:
        return [row for row in range(row_count) if bits >> row & 1]
    width, at, row, rows = kind - 2, 0, 0, []
    for _ in range(value_count):
        zeros = 0
        while not bits >> at & 1:
            zeros, at = zeros + 1, at + 1
        low = bits >> (at + 1) & ((1 << width) - 1)
        at += 1 + width
        row += zeros << width | low
        rows.append(row)
        row += 1
    return rows


def read_shapes(data, row_count):
    """Of every row the places its attributes come from."""
    reader = Reader(data)
    shapes = [[reader.varint() for _ in range(reader.varint())] for _ in range(reader.varint())]
    rows = b.blob(reader)
    require(reader.end() and len(rows) == row_count, "shapes")
    return [shapes[number] for number in rows]


def read_times(reader, traces):
    mode = reader.u8()
    b.seen.add(("times", mode))
    if mode == 0:
        return b.planes(reader, len(traces))
    start = reader.varint()
    times = []
    for row, distance in enumerate(b.planes(reader, len(traces))):
        is_first = row == 0 or traces[row] != traces[row - 1]
        times.append(distance + (start if is_first else times[-1]))
        if is_first:
            start = times[-1]
    return times


def read_ends(reader, times):
    is_signed = reader.u8() == 1
    b.seen.add(("ends", int(is_signed)))
    return [(time + (b.unzigzag(code) if is_signed else code)) & b.U64
            for time, code in zip(times, b.planes(reader, len(times)))]


def check_filter(column, group, cells):
    """No value that is there may be denied."""
    if column["field"] == "attributes" and column["type"] == b.EMPTY:
        return
    found = column["filter_of"].get(group)
    if found is None:
        return
    for kind, content in cells:
        if column["ordinal"] == REST:
            hashes = [xxh3(key) for key, _ in content]
        elif kind in (b.STRING, b.BYTES):
            hashes = [xxh3(content)]
        elif kind == b.DOUBLE:
            hashes = [xxh3(content.to_bytes(8, "little"))]
        elif kind == b.INT:
            hashes = [xxh3(((content & b.U64) ^ (1 << 63)).to_bytes(8, "little"))]
        else:
            continue
        require(all(may_hold(found, value) for value in hashes), "filter denies a value")


def may_hold(data, value_hash):
    """block.md, "Filters"."""
    reader = Reader(data)
    seed, length = reader.u32(), reader.u32()
    if length == 0:
        return True
    prints = reader.take(3 * length)
    h = (value_hash + seed * 0x9e3779b97f4a7c15) & b.U64
    h = ((h ^ h >> 33) * 0xff51afd7ed558ccd) & b.U64
    h = ((h ^ h >> 33) * 0xc4ceb9fe1a85ec53) & b.U64
    h ^= h >> 33

    def rotated(count):
        return (h << count | h >> (64 - count)) & b.U64 if count else h

    places = [i * length + ((rotated(21 * i) & 0xffffffff) * length >> 32) for i in range(3)]
    return (prints[places[0]] ^ prints[places[1]] ^ prints[places[2]]) == (h ^ h >> 32) & 0xff
