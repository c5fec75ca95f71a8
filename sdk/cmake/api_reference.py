#!/usr/bin/env python3
"""The API reference, from the headers alone: one page per header with what its comment says and its
public declarations, and an index.

    api_reference.py HEADER_DIRECTORY OUTPUT_DIRECTORY"""

import html
import pathlib
import re
import sys

STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}
pre{background:#f4f4f6;padding:.8rem;overflow-x:auto;font-size:.85rem}
.comment{color:#2a6f3c}"""
IDENTIFIER = re.compile(r"\b(class|struct|enum class|using)\s+(?:\[\[nodiscard\]\]\s*)?(\w+)")


def split(text):
    """The comment a header starts with, and the declarations after its includes."""
    lines = text.splitlines()
    head = []
    while lines and lines[0].startswith("//"):
        head.append(lines.pop(0)[2:].removeprefix(" "))
    code = "\n".join(lines)
    code = re.sub(r"^#(pragma|include|if|error|endif).*\n(?: +\".*\n)?", "", code, flags=re.M)
    code = re.sub(r"^(}\s*//\s*)?namespace\b.*$", "", code, flags=re.M)
    return head, public_part(code)


def public_part(code):
    """Without what is private or protected in its class."""
    kept, hidden = [], None
    for line in code.splitlines():
        indent = len(line) - len(line.lstrip())
        access = re.match(r"^ *(public|private|protected):$", line)
        if access:
            hidden = None if access.group(1) == "public" else indent
            if hidden is not None:
                continue
        elif hidden is not None and line.strip() == "};" and indent < hidden:
            hidden = None
        if hidden is None:
            kept.append(line)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def prose(lines):
    """Paragraphs, and what is indented as code."""
    out, block, is_code = [], [], False

    def close():
        text = html.escape("\n".join(block).strip("\n"))
        if text:
            out.append(f"<pre>{text}</pre>" if is_code else f"<p>{text}</p>")
        block.clear()

    for line in lines + [""]:
        indented = line.startswith("  ") if line else is_code
        if indented != is_code or (not line and not is_code):
            close()
            is_code = indented
        block.append(line)
    close()
    return "\n".join(out)


def colored(code):
    return re.sub(r"(//.*)", r'<span class="comment">\1</span>', html.escape(code, quote=False))


def page(title, body):
    return (f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
            f"<style>{STYLE}</style><body>{body}</body></html>\n")


def main():
    headers, output = map(pathlib.Path, sys.argv[1:])
    output.mkdir(parents=True, exist_ok=True)
    rows = []
    for header in sorted(headers.glob("*.h")):
        head, code = split(header.read_text())
        if not head:
            sys.exit(f"{header}: no comment that says what it is")
        name = f"{header.stem}.html"
        title = f"spanhound/{header.name}"
        (output / name).write_text(page(title, f'<p><a href="index.html">all headers</a></p>'
                                        f"<h1>{title}</h1>{prose(head)}<h2>Declarations</h2>"
                                        f"<pre>{colored(code)}</pre>"))
        names = ", ".join(dict.fromkeys(match[1] for match in IDENTIFIER.findall(code)))
        first = html.escape(" ".join(head).split(". ")[0].split(":")[0])
        rows.append(f'<dt><a href="{name}">{title}</a></dt><dd>{first}<br><small>{names}</small></dd>')
    (output / "index.html").write_text(page("Spanhound kit", "<h1>Spanhound instrumentation kit</h1>"
                                            f"<dl>{''.join(rows)}</dl>"))
    print(f"{len(rows)} headers in {output}")


if __name__ == "__main__":
    main()
