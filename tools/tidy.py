#!/usr/bin/env python3
"""The house rules a script can check: sizes, words, dead paths in the docs, forbidden names."""

import pathlib
import re
import subprocess
import sys

FILE_LINES_MAX = 800
FUNCTION_LINES_MAX = 70
LINE_COLUMNS_MAX = 100
FORBIDDEN_ROOMS = {"util", "utils", "common", "helpers", "misc"}
CODE = (".cc", ".h", ".py", ".sh", ".ts", ".tsx", ".mjs", ".cmake")
CALLERS = (".cc", ".h", ".ts", ".tsx", ".mjs")
FORBIDDEN_WORDS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
# Call -> what to use instead.
FORBIDDEN_CALLS = {
    r"\bstrcpy\(": "std::string",
    r"\bsprintf\(": "std::to_chars or std::string",
    r"\brand\(\)": "base/random.h",
    r"\bstd::regex\b": "RE2 (linear time)",
    r"\.innerHTML\b": "text nodes",
}
DOC_PATH = re.compile(r"`((?:src|sdk|apps|ui|tests|bench|docs|tools|deploy|cmake)/[\w./-]+)`")


def tracked():
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], check=True,
                            capture_output=True, text=True).stdout.split("\n")
    return [path for path in map(pathlib.Path, filter(None, listed)) if path.is_file()]


def check_functions(path, lines):
    """A function body is what opens at the end of an unindented or namespace-level line and closes
    with a brace in the same column: exact for clang-formatted code."""
    errors = []
    start = None
    for number, line in enumerate(lines, 1):
        opens = (re.match(r"^( {0,2})(?! )(?!namespace|struct|class|enum|union|extern|\}|const |constexpr |static |inline constexpr).*\{$", line)
                 and "(" in "".join(lines[max(0, number - 6):number]) and " = {" not in line)
        if start is None and opens:
            start = (number, re.match(r"^ *", line).group(0))
        elif start is not None and line.startswith(start[1] + "}"):
            if number - start[0] > FUNCTION_LINES_MAX:
                errors.append(f"{path}:{start[0]}: function of {number - start[0]} lines")
            start = None
    return errors


def check_code(path, text):
    lines = text.splitlines()
    errors = []
    if len(lines) > FILE_LINES_MAX:
        errors.append(f"{path}: {len(lines)} lines, limit {FILE_LINES_MAX}")
    for number, line in enumerate(lines, 1):
        if len(line) > LINE_COLUMNS_MAX and path.suffix in (".cc", ".h"):
            errors.append(f"{path}:{number}: {len(line)} columns")
        if FORBIDDEN_WORDS.search(line) and path.name != "tidy.py":
            errors.append(f"{path}:{number}: {FORBIDDEN_WORDS.search(line).group(0)}")
        for call, instead in FORBIDDEN_CALLS.items():
            if path.suffix in CALLERS and re.search(call, line):
                errors.append(f"{path}:{number}: {call} is forbidden, use {instead}")
    if path.suffix in (".cc", ".h"):
        errors += check_functions(path, lines)
    if path.suffix == ".h" and "#pragma once" not in text:
        errors.append(f"{path}: no #pragma once")
    return errors


def check_docs(path, text):
    return [f"{path}: names {name}, which does not exist"
            for name in DOC_PATH.findall(text)
            if not pathlib.Path(name.rstrip("/")).exists()]


def check_versions():
    header = pathlib.Path("src/server/version.h").read_text()
    version = re.search(r'kVersion = "([^"]+)"', header).group(1)
    errors = []
    if f"VERSION {version} " not in pathlib.Path("CMakeLists.txt").read_text():
        errors.append(f"CMakeLists.txt: does not say VERSION {version} (src/server/version.h)")
    if f"## {version}" not in pathlib.Path("CHANGELOG.md").read_text():
        errors.append(f"CHANGELOG.md: no section for {version}")
    return errors


def main():
    errors = check_versions()
    files = tracked()
    for path in files:
        if FORBIDDEN_ROOMS & {part.split(".")[0] for part in path.parts}:
            errors.append(f"{path}: a room that is named after no concept")
        if path.suffix in CODE or path.name == "dev":
            errors += check_code(path, path.read_text())
        elif path.suffix == ".md":
            errors += check_docs(path, path.read_text())
    for error in errors:
        print(f"tidy: {error}", file=sys.stderr)
    print(f"tidy: {len(files)} files, {len(errors)} errors")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
