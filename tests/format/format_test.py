"""Reads stores with the reader beside this file, which knows docs/format/ and none of our code: the
golden store of every format version, and one that today's server code has just written. Both must
have the rows that their tables say. Needs build/release/src/store/store_test (SPANHOUND_BUILD)."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/format"))

import store_bytes as b  # noqa: E402
import store_files  # noqa: E402
from store_files import SPANS, Block  # noqa: E402

BUILD = os.environ.get("SPANHOUND_BUILD", str(ROOT / "build/release"))


def parse_dump(text):
    """src/store/testing/golden_store.h: "file PATH", then lines of offset and bytes."""
    files = {}
    for line in text.splitlines():
        if line.startswith("file "):
            data = files[line[5:]] = bytearray()
        elif line and not line.startswith("#"):
            offset, digits = line.split()
            assert int(offset, 16) == len(data), line
            data += bytes.fromhex(digits)
    return {path: bytes(data) for path, data in files.items()}


class RowText:
    """A row as src/store/testing/exact_rows.h writes it."""

    def __init__(self):
        self.parts = []

    def number(self, value):
        self.parts.append(b"%d " % value)

    def text(self, value):
        self.parts.append(b"%d'%s' " % (len(value), value))

    def hex(self, value):
        self.parts.append(value.hex().encode() + b" ")

    def value(self, value):
        kind, content = value
        self.number(kind)
        if kind in (b.STRING, b.BYTES):
            self.text(content)
        elif kind == b.ARRAY:
            self.number(len(content))
            for element in content:
                self.value(element)
        elif kind == b.LIST:
            self.attributes(content)
        elif kind != b.EMPTY:
            self.number(int(content) & b.U64)

    def attributes(self, attributes):
        self.number(len(attributes))
        for key, value in attributes:
            self.text(key)
            self.value(value)

    def events(self, events):
        self.number(len(events))
        for time, name, attributes, dropped in events:
            self.number(time)
            self.text(name)
            self.attributes(attributes)
            self.number(dropped)

    def links(self, links):
        self.number(len(links))
        for trace_id, span_id, state, attributes, dropped, flags in links:
            self.hex(trace_id)
            self.hex(span_id)
            self.text(state)
            self.attributes(attributes)
            self.number(dropped)
            self.number(flags)

    def escaped(self):
        return "".join(chr(c) if 0x20 <= c <= 0x7e and c != 0x5c else f"\\x{c:02x}"
                       for c in b"".join(self.parts))


def service_name(resource):
    kind, content = next((value for key, value in resource[0] if key == b"service.name"),
                         (b.EMPTY, None))
    return content if kind == b.STRING and content else b"unknown_service"


def row_text(table, row):
    out = RowText()
    out.hex(row["trace_id"])
    out.hex(row["span_id"])
    out.number(row["time"])
    out.text(service_name(row["resource"]))
    attributes, dropped, schema_url = row["resource"]
    out.attributes(attributes)
    out.number(dropped)
    out.text(schema_url)
    name, version, attributes, dropped, schema_url = row["scope"]
    out.text(name)
    out.text(version)
    out.attributes(attributes)
    out.number(dropped)
    out.text(schema_url)
    out.attributes(row["attributes"])
    out.number(row["flags"])
    out.text(name)
    out.number(row["dropped_attributes"])
    add_own_columns(out, table, row)
    return out.escaped()


def add_own_columns(out, table, row):
    if table != SPANS:
        out.number(row["observed_time"])
        out.number(row["severity_number"])
        out.text(row["severity_text"])
        out.text(row["event_name"])
        out.value(row["body"])
        return
    out.hex(row["parent_span_id"])
    out.text(row["name"])
    out.number(row["kind"])
    out.number(row["end_time"])
    out.number(max(0, row["end_time"] - row["time"]))
    out.number(row["status_code"])
    out.text(row["status_message"])
    out.text(row["trace_state"])
    out.events(row["events"])
    out.links(row["links"])
    out.number(row["dropped_events"])
    out.number(row["dropped_links"])


def fingerprint(trace_id):
    return b.xxh3(trace_id) & 0xffffffff


# Of what a page describes, what a store has to have.
EVERYTHING = {
    *(("blob", packed) for packed in (0, 1)), *(("plane", kind) for kind in (0, 1, 2)),
    *(("planes of thousandths", is_so) for is_so in (False, True)),
    *(("integers as differences", is_so) for is_so in (False, True)),
    *(("strings", mode) for mode in (0, 1)), *(("parent", code) for code in (0, 1, 2)),
    *(("value", kind) for kind in range(8)), *(("values", mode) for mode in range(5)),
    *(("presence", kind) for kind in (0, 1, 2)), *(("ends", mode) for mode in (0, 1)),
    *(("shapes", is_so) for is_so in (False, True)), ("times", 1),
    *(("column", (kind, 0)) for kind in range(8)), ("column", (b.STRING, 1)),
}


class FormatTest(unittest.TestCase):
    def check_store(self, directory, more=()):
        b.seen.clear()
        files = parse_dump((directory / "store.txt").read_text())
        rows = self.read_log(files) + self.read_blocks(files)
        lines = sorted(f"{tenant.decode()} {'spans' if table == SPANS else 'logs'} "
                       f"{row_text(table, row)}" for tenant, table, row in rows)
        wanted = (directory / "rows.txt").read_text().splitlines()
        self.assertEqual(len(lines), len(wanted))
        for line, wanted_line in zip(lines, wanted):
            self.assertEqual(line, wanted_line)
        self.assertEqual(EVERYTHING.union(more) - b.seen, set(), "not to be found in the store")
        return len(lines)

    def read_log(self, files):
        first = store_files.read_manifest(files["MANIFEST"])["first_segment"]
        names = sorted(path for path in files if path.startswith("wal/"))
        self.assertEqual([path for path in names],
                         [f"wal/{first + i:016x}.wal" for i in range(len(names))])
        rows, last_bytes = [], 0
        for i, path in enumerate(names):
            previous, batches = store_files.read_segment(files[path], first + i)
            self.assertTrue(i == 0 or previous in (0, last_bytes))
            last_bytes = len(files[path])
            for tenant, table, batch in batches:
                rows += [(tenant, table, row) for row in batch]
        return rows

    def read_blocks(self, files):
        manifest = store_files.read_manifest(files["MANIFEST"])
        names = {f"blocks/{entry['id']:016x}.blk" for entry in manifest["blocks"]}
        self.assertEqual(names, {path for path in files if path.startswith("blocks/")})
        rows = []
        for entry in manifest["blocks"]:
            block = Block(files[f"blocks/{entry['id']:016x}.blk"])
            self.assertEqual((block.table, block.tenant, block.rows, block.bounds,
                              len(block.data)),
                             (entry["table"], entry["tenant"], entry["rows"], entry["bounds"],
                              entry["bytes"]))
            rows += [(block.tenant, block.table, row) for row in self.check_block(block)]
        return rows

    def check_block(self, block):
        groups = block.read_rows()
        rows = [row for group in groups for row in group]
        index = {(fingerprint(row["trace_id"]), number) for number, group in enumerate(groups)
                 for row in group if any(row["trace_id"])}
        self.assertEqual(block.trace_index(), sorted(index))
        self.assertEqual(block.seen, len(block.data), "bytes that belong to nothing")
        self.assertEqual(len(rows), block.rows)
        self.assertEqual([column["values"] for column in block.columns],
                         [column["found"] for column in block.columns])
        self.check_order(block.table, rows)
        for number, group in enumerate(groups):
            self.check_group(block, number, group)
        if block.table == SPANS:
            operations = {}
            for row in rows:
                key = service_name(row["resource"]), row["name"], row["kind"]
                operations[key] = operations.get(key, 0) + 1
            self.assertEqual(block.operations, operations)
        return rows

    def check_order(self, table, rows):
        starts = {}
        for row in rows:
            if table == SPANS:
                start = starts.get(row["trace_id"], row["time"])
                starts[row["trace_id"]] = min(start, row["time"])
        if table == SPANS:
            keys = [(starts[row["trace_id"]], row["trace_id"], row["time"], row["span_id"])
                    for row in rows]
        else:
            keys = [(row["time"], row["trace_id"], row["span_id"]) for row in rows]
        self.assertEqual(keys, sorted(keys))

    def check_group(self, block, number, group):
        entry = block.groups[number]
        times = [row["time"] for row in group]
        durations = [max(0, row["end_time"] - row["time"]) if block.table == SPANS else 0
                     for row in group]
        self.assertEqual(entry["bounds"],
                         [min(times), max(times), min(durations), max(durations)])
        services = sorted({service_name(row["resource"]) for row in group})
        self.assertEqual([block.services[i] for i in entry["services"]], services)

    def test_golden_stores(self):
        directories = sorted((ROOT / "tests/format").glob("v*"))
        self.assertTrue(directories)
        for directory in directories:
            with self.subTest(directory.name):
                print(f"{directory.name}: {self.check_store(directory)} rows", flush=True)

    def test_what_is_written_today(self):
        with tempfile.TemporaryDirectory() as directory:
            subprocess.run([str(ROOT / "tools/make_golden.sh"), directory], check=True, cwd=ROOT,
                           env={**os.environ, "SPANHOUND_GOLDEN_LARGE": "1",
                                "SPANHOUND_BUILD": BUILD}, stdout=subprocess.DEVNULL)
            large = ("column", (b.LIST, 2)), ("piece of a dictionary", True)
            print(f"today: {self.check_store(pathlib.Path(directory), large)} rows", flush=True)

    def test_examples_of_the_pages(self):
        self.assertEqual(b.planes(b.Reader(bytes.fromhex("02ac020900bc010308")), 3),
                         [300, 1000, 301])
        self.assertEqual(store_files.read_presence(bytes.fromhex("0367"), 8, 3), [1, 2, 6])
        self.assertEqual(b.integers(b.Reader(bytes.fromhex("0207002501000100")), 3), [7, 300, 8])
        times = b.Reader(bytes.fromhex("0164010005301094"))
        self.assertEqual(store_files.read_times(times, [b"a", b"a", b"a", b"b", b"b", b"c"]),
                         [100, 103, 103, 101, 105, 110])

    def test_a_flipped_byte_is_seen(self):
        files = parse_dump((ROOT / "tests/format/v2/store.txt").read_text())
        path = max((path for path in files if path.endswith(".blk")),
                   key=lambda path: len(files[path]))
        data = files[path]
        for at in range(0, len(data), max(1, len(data) // 200)):
            damaged = data[:at] + bytes([data[at] ^ 4]) + data[at + 1:]
            with self.assertRaises(b.Damaged, msg=f"byte {at}"):
                block = Block(damaged)
                block.read_rows()
                block.trace_index()


if __name__ == "__main__":
    unittest.main()
