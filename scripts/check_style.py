#!/usr/bin/env python3
"""Holds what rustfmt and clippy leave open in Rust files.

Comments are no wider than code, whose width is `max_width` of rustfmt.toml. This wraps them:
`RUSTC_BOOTSTRAP=1 cargo fmt --all -- --config wrap_comments=true,comment_width=100`. Derives come in
one order: those of the standard library, `Error` and serde as in ORDER, then those of other crates.
Prints each finding with its file and line; exits 1 when there is one.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WIDTH = int(re.search(r"max_width = (\d+)", (ROOT / "rustfmt.toml").read_text())[1])
ORDER = "Clone Copy Debug Default PartialEq Eq PartialOrd Ord Hash".split()
ORDER += "thiserror::Error Serialize Deserialize".split()
DERIVE = re.compile(r"#\[derive\(([^)]*)\)\]")
COMMENT = re.compile(r"\s*//")
TABLE_ROW = re.compile(r"\s*//[/!] \|")
SKIPPED = {"target", ".git", ".local", ".aws-sam", "node_modules"}


def place(derived):
    """Where a derive stands: by ORDER; those of other crates after it, in the order of the author."""
    name = derived.removeprefix("serde::")
    return ORDER.index(name) if name in ORDER else len(ORDER)


def findings(text):
    for number, line in enumerate(text.splitlines(), 1):
        # Neither a link nor a row of a table can be wrapped.
        is_whole = "http" in line or TABLE_ROW.match(line)
        if COMMENT.match(line) and len(line) > WIDTH and not is_whole:
            yield number, f"the comment is wider than {WIDTH} characters"
    for found in DERIVE.finditer(text):
        derived = [name.strip() for name in found[1].split(",") if name.strip()]
        ordered = sorted(derived, key=place)
        if derived != ordered:
            yield text.count("\n", 0, found.start()) + 1, f"derive in the order `{', '.join(ordered)}`"


def main():
    count = 0
    for path in sorted(ROOT.rglob("*.rs")):
        name = path.relative_to(ROOT)
        if SKIPPED & set(name.parts):
            continue
        for number, message in findings(path.read_text(encoding="utf-8")):
            print(f"{name}:{number}: {message}")
            count += 1
    sys.exit(1 if count else 0)


if __name__ == "__main__":
    main()
