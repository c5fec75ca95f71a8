#!/usr/bin/env python3
"""Turns the built web UI into an assembler file that includes the files' bytes (.incbin) and a C++
file that lists them: std::span<const UiFile> UiFiles() of src/server/ui_files.h.

    embed_ui.py DIST OUT_DIR    writes OUT_DIR/ui_files.S and OUT_DIR/ui_files.cc

Bytes go through the assembler because a compiler takes a minute for what this does at once.
Compressed with a fixed time stamp, so that one DIST always gives one binary."""

import gzip
import pathlib
import sys

CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
}
GZIP_SHARE_MAX = 0.9  # of the plain size; above it unpacking costs more than it saves


def compress(data):
    packed = gzip.compress(data, compresslevel=9, mtime=0)
    return packed if len(packed) <= GZIP_SHARE_MAX * len(data) else b""


def assembler_symbol(name, path):
    return (f'    .global {name}_begin\n    .global {name}_end\n{name}_begin:\n'
            f'    .incbin "{path}"\n{name}_end:\n')


class Embedding:
    """The two files, growing entry by entry."""

    def __init__(self, out):
        self.out = out
        self.assembler = ["    .section .rodata\n"]
        self.declarations = []
        self.entries = []

    def add(self, url_path, source):
        content_type = CONTENT_TYPES.get(source.suffix)
        if content_type is None:
            raise SystemExit(f"embed_ui: {source}: no content type for {source.suffix}")
        name = f"spanhound_ui_{len(self.entries)}"
        data = source.read_bytes()
        plain = self._symbol(name, source) if data else "{}"
        packed = compress(data)
        compressed = "{}"
        if packed:
            packed_file = self.out / f"{name}.gz"
            packed_file.write_bytes(packed)
            compressed = self._symbol(name + "_gzip", packed_file)
        self.entries.append(f'      {{"{url_path}", "{content_type}", {plain}, {compressed}}},\n')
        return len(data), len(packed) or len(data)

    def _symbol(self, name, path):
        self.assembler.append(assembler_symbol(name, path.resolve()))
        self.declarations.append(f"extern const char {name}_begin[];\n"
                                 f"extern const char {name}_end[];\n")
        return f"Between({name}_begin, {name}_end)"

    def write(self):
        (self.out / "ui_files.S").write_text(
            # cet.h says that this object, too, allows control-flow protection.
            "// Written by tools/embed_ui.py.\n#ifdef __CET__\n#include <cet.h>\n#endif\n"
            + "".join(self.assembler)
            + '    .section .note.GNU-stack,"",@progbits\n')
        (self.out / "ui_files.cc").write_text(
            '// Written by tools/embed_ui.py.\n#include "server/ui_files.h"\n\n#include <cstddef>\n\n'
            'extern "C" {\n' + "".join(self.declarations) + "}\n\n"
            "namespace spanhound::server {\nnamespace {\n\n"
            "std::string_view Between(const char* begin, const char* end) {\n"
            "  return {begin, static_cast<size_t>(end - begin)};\n}\n\n}  // namespace\n\n"
            "std::span<const UiFile> UiFiles() {\n  static const UiFile kFiles[] = {\n"
            + "".join(self.entries)
            + "  };\n  return kFiles;\n}\n\n}  // namespace spanhound::server\n")


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    dist, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    files = sorted(path for path in dist.rglob("*") if path.is_file())
    if dist / "index.html" not in files:
        raise SystemExit(f"embed_ui: {dist} has no index.html; is the UI built?")
    out.mkdir(parents=True, exist_ok=True)
    embedding = Embedding(out)
    plain = packed = 0
    for path in files:
        sizes = embedding.add("/" + path.relative_to(dist).as_posix(), path)
        plain, packed = plain + sizes[0], packed + sizes[1]
    embedding.write()
    print(f"embed_ui: {len(files)} files, {plain / 1024:.0f} KiB, {packed / 1024:.0f} KiB compressed")


if __name__ == "__main__":
    main()
