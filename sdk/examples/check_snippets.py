#!/usr/bin/env python3
"""Fails when a line of C++ in the guide is not a line of the examples, which are compiled and run.

    check_snippets.py GUIDE EXAMPLE..."""

import pathlib
import re
import sys


def main():
    guide, *examples = map(pathlib.Path, sys.argv[1:])
    known = {line.strip() for path in examples for line in path.read_text().splitlines()}
    blocks = re.findall(r"^```cpp\n(.*?)^```", guide.read_text(), re.M | re.S)
    lines = [line.strip() for block in blocks for line in block.splitlines() if line.strip()]
    strangers = [line for line in lines if line not in known]
    for line in strangers:
        print(f"{guide}: in no example: {line}", file=sys.stderr)
    print(f"{len(lines)} lines of C++ in {guide.name}, {len(strangers)} not in the examples")
    return 1 if strangers or not lines else 0


if __name__ == "__main__":
    sys.exit(main())
