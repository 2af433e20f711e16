#!/usr/bin/env python3
"""Finds broken links and names of missing files in the documents.

Checks relative links, their #anchors and names of source files in every Markdown file, and `docs/….md#…`
in the comments of every Rust file. Prints each finding with file and line, and exits 1 if there is one.
"""

import re
import sys
from pathlib import Path

ROOT = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent).resolve()
SKIPPED = {"target", ".git", ".local", ".aws-sam", "node_modules"}
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CITED = re.compile(r"docs/[\w./-]+\.md(?:#[\w-]+)?")
HEADING = re.compile(r"#{1,6}\s+(.*?)\s*#*$")
SOURCE = re.compile(r"`([\w./-]+\.(?:rs|py|sh))`")


def files(suffix):
    found = sorted(ROOT.rglob(f"*{suffix}"))
    return [path for path in found if not SKIPPED & set(path.relative_to(ROOT).parts)]


SOURCES = [path for suffix in (".rs", ".py", ".sh") for path in files(suffix)]


def lines(path):
    """Yields the numbered lines of a file, and whether each is in a fenced block."""
    is_fenced = False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        is_fence = line.lstrip().startswith("```")
        is_fenced ^= is_fence
        yield number, line, is_fenced or is_fence


def slug(heading):
    """Returns the anchor that GitHub makes from a heading."""
    text = LINK.sub(lambda link: link.group(0)[1:].split("](")[0], heading)
    text = re.sub(r"[^\w\- ]", "", text.strip().lower())
    return text.replace(" ", "-")


def anchors(path):
    seen = {}
    found = set()
    for _, line, is_code in lines(path):
        heading = None if is_code else HEADING.match(line)
        if heading:
            name = slug(heading.group(1))
            count = seen.get(name, 0)
            seen[name] = count + 1
            found.add(f"{name}-{count}" if count else name)
    return found


def fault(target, base, own):
    """Returns the fault of a link in the file `own`, relative to `base`, or None."""
    name, _, anchor = target.partition("#")
    path = (base / name).resolve() if name else own
    if not path.exists():
        return f"`{target}`: the file does not exist"
    if anchor and (path.suffix != ".md" or anchor not in anchors(path)):
        return f"`{target}`: the heading does not exist"
    return None


def has_source(name):
    """Tells whether a file exists under this path, or under one that ends with it."""
    return any(f"/{path.relative_to(ROOT)}".endswith(f"/{name}") for path in SOURCES)


def markdown(path):
    for number, line, is_code in lines(path):
        if is_code:
            continue
        for name in SOURCE.findall(line):
            yield number, None if has_source(name) else f"`{name}`: the file does not exist"
        for target in LINK.findall(re.sub(r"`[^`]*`", "", line)):
            if not re.match(r"[a-z]+:", target):
                yield number, fault(target, path.parent, path)


def rust(path):
    for number, line, _ in lines(path):
        comment = line.partition("//")[2]
        yield from ((number, fault(cited, ROOT, path)) for cited in CITED.findall(comment))


def main():
    checks = [(markdown, path) for path in files(".md")] + [(rust, path) for path in files(".rs")]
    count = 0
    for check, path in checks:
        for number, message in check(path):
            if message:
                print(f"{path.relative_to(ROOT)}:{number}: {message}")
                count += 1
    sys.exit(1 if count else 0)


if __name__ == "__main__":
    main()
