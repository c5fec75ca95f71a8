#!/usr/bin/env python3
"""Fails when an #include crosses the layers of ARCHITECTURE.md, or a third-party header is used
outside the one module it belongs to. The two tables below are the law; the page repeats them."""

import pathlib
import re
import subprocess
import sys

# Module -> what it may include besides itself. A value with "/" is a single allowed header.
LAYERS = {
    "base": set(),
    "config": {"base"},
    "model": {"base"},
    "net": {"base"},
    "wire": {"base", "model"},
    "store": {"base", "model"},
    "query": {"base", "model", "store/scan.h"},
    "ingest": {"base", "model", "net", "wire", "store/store.h"},
    "api": {"base", "model", "net", "wire", "query/query.h"},
    "cli": {"base", "model", "net", "store/check_directory.h",
            "store/directory_statistics.h"},
    "load": {"base", "model", "net", "wire"},
    "server": {"base", "config", "model", "net", "wire", "store/store.h", "query/query.h", "ingest",
               "api"},
    "main.cc": {"cli", "load", "server"},
}
# What a test may include in addition: the real thing instead of a double.
TEST_EXTRA = {
    "query": {"store"},
    "ingest": {"store"},
    "api": {"store", "query"},
    "cli": {"store"},
}
# Third-party header prefix -> the modules that may include it. More than one: CLI11 (everything with
# flags) and zstd (net undoes bodies as they stream in, store compresses whole buffers with settings
# of its own; the two share no line).
OWNERS = {
    "boost/unordered": {"base"},
    "boost/": {"net"},
    "grpc": {"net"},
    "libdeflate.h": {"net"},
    "openssl/": {"net"},
    "crypt.h": {"net"},
    "xxhash.h": {"base"},
    "spdlog/": {"base"},
    "simdjson": {"wire"},
    "zstd.h": {"net", "store"},
    "re2/": {"store"},
    "yaml-cpp/": {"config"},
    "nlohmann/": {"cli"},
    "CLI/": {"cli", "load", "server", "main.cc"},
    "opentelemetry/": set(),
    "gtest/": None,
    "gmock/": None,
    "benchmark/": None,
}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def allowed(module, target, is_test):
    permitted = LAYERS[module] | (TEST_EXTRA.get(module, set()) if is_test else set())
    head = target.split("/")[0]
    return head == module or head in permitted or target in permitted


def check_own(path, module, target, is_test):
    head = target.split("/")[0]
    if head not in LAYERS:
        return f"{path}: includes \"{target}\", which is no module of src/"
    if not allowed(module, target, is_test):
        return f"{path}: {module} may not include \"{target}\""
    return None


def check_foreign(path, module, target):
    for prefix, owners in OWNERS.items():
        if target.startswith(prefix):
            if owners is not None and module not in owners:
                return f"{path}: <{target}> belongs to {', '.join(sorted(owners)) or 'sdk and apps'}"
            return None
    return None


def check_source(path):
    module = path.parts[1]
    is_test = path.name.endswith(("_test.cc", "_bench.cc")) or "testing" in path.parts
    errors = []
    for line in path.read_text().splitlines():
        match = INCLUDE.match(line)
        if not match:
            continue
        kind, target = match.groups()
        is_own = kind == '"' and "/" in target
        error = (check_own(path, module, target, is_test) if is_own
                 else check_foreign(path, module, target))
        if error:
            errors.append(error)
    return errors


def check_outside(path):
    """sdk and apps never reach into src/."""
    errors = []
    for line in path.read_text().splitlines():
        match = INCLUDE.match(line)
        if match and match.group(1) == '"' and match.group(2).split("/")[0] in LAYERS:
            errors.append(f"{path}: includes \"{match.group(2)}\" of src/")
    return errors


def main():
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "--", "*.cc", "*.h"],
                            check=True, capture_output=True, text=True).stdout.split()
    errors = []
    for path in map(pathlib.Path, listed):
        if not path.exists():
            continue
        if path.parts[0] == "src":
            errors += check_source(path)
        elif path.parts[0] in ("sdk", "apps"):
            errors += check_outside(path)
    for error in errors:
        print(f"layers: {error}", file=sys.stderr)
    print(f"layers: {len(listed)} files, {len(errors)} errors")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
