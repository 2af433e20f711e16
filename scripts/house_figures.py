#!/usr/bin/env python3
"""Prints figures of the code: sizes, circles of imports, and names that stand for several things.

    scripts/house_figures.py [PATH]

PATH is a checkout; without it, the repository of this script. Production code is everything but inline
test modules and the files `tests.rs`, `*_tests.rs` and `samples.rs`. Lines are physical: documentation
and blanks count. A function runs from the line with `fn` to its closing brace.
"""

import math
import re
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent).resolve()
MAX_FUNCTION_LINES = 70
# What may hold braces and quotes that are not code.
NOT_CODE = re.compile(
    r"//[^\n]*|/\*.*?\*/"
    r'|b?r(?P<hashes>#*)".*?"(?P=hashes)'
    r'|b?"(?:\\.|[^"\\])*"'
    r"|b?'(?:\\u\{\w+\}|\\x..|\\.|[^\\'\n])'",
    re.DOTALL,
)
TEST_MODULE = re.compile(r"#\[cfg\(test\)\]\s*(?:pub(?:\([^)]*\))?\s+)?mod\s+\w+\s*(?=\{)")
FUNCTION = re.compile(r"\bfn\s+\w+")
TYPE = re.compile(r"^\s*pub(?:\([^)]*\))?\s+(?:struct|enum|trait|type|union)\s+(\w+)", re.MULTILINE)
USE = re.compile(r"^\s*(?P<public>pub(?:\([^)]*\))?\s+)?use\s+(?P<tree>[^;]+);", re.MULTILINE)
INLINE_PATH = re.compile(r"\b(?:crate|super|self)(?:::\w+)+")


def masked(text):
    """The code with comments and literals blanked out; all offsets and lines stay."""
    return NOT_CODE.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)


def closing(code, start):
    """The offset after the bracket that closes the first one at or after `start`."""
    depth = 0
    for at in range(start, len(code)):
        depth += (code[at] in "{([") - (code[at] in "})]")
        if depth == 0 and code[at] in "})]":
            return at + 1
    return len(code)


def without_tests(text):
    """The text and its masked code, without inline test modules."""
    code = masked(text)
    while found := TEST_MODULE.search(code):
        end = closing(code, found.end())
        text, code = text[: found.start()] + text[end:], code[: found.start()] + code[end:]
    return text, code


def function_lengths(code):
    for found in FUNCTION.finditer(code):
        at = found.end()
        # The body begins with the first brace outside of brackets; a `;` there means that there is none.
        while at < len(code) and code[at] not in "{;":
            at = closing(code, at) if code[at] in "([" else at + 1
        if at < len(code) and code[at] == "{":
            yield code.count("\n", found.start(), closing(code, at)) + 1


def sources(*folders):
    """The Rust files in `folders`, each with its code (without inline tests)."""
    found = sorted({path for folder in folders for path in ROOT.glob(f"{folder}/**/*.rs")})
    return {path: without_tests(path.read_text(encoding="utf-8")) for path in found}


def is_production(path):
    return not (path.name in ("tests.rs", "samples.rs") or path.name.endswith("_tests.rs"))


def module(path):
    """The names that lead to a file's module from the root of its crate, in `…/src`."""
    parts = path.with_suffix("").parts
    inside = parts[len(parts) - parts[::-1].index("src") :]
    return () if inside in (("lib",), ("main",)) else tuple(inside)


def leaves(tree):
    """The paths of a tree of imports: `a::{b, c::{d, e}}` are three."""
    tree = re.sub(r"\s+as\s+\w+", "", tree.strip())
    head, brace, rest = tree.partition("{")
    if not brace:
        return [tuple(part.strip() for part in tree.split("::") if part.strip())]
    prefix = tuple(part.strip() for part in head.split("::") if part.strip())
    depth, item, items = 0, "", []
    for char in rest[: rest.rindex("}")]:
        depth += (char == "{") - (char == "}")
        item, items = ("", [*items, item]) if char == "," and depth == 0 else (item + char, items)
    return [prefix + leaf for part in [*items, item] if part.strip() for leaf in leaves(part)]


def absolute(own, path, modules):
    """What `path` in module `own` means from the crate's root; None when it leads to another crate."""
    base, rest = own, list(path)
    if own + path[:1] not in modules and path[0] not in ("crate", "self", "super"):
        return None
    while rest and rest[0] in ("crate", "self", "super"):
        base = {"crate": (), "self": base, "super": base[:-1]}[rest.pop(0)]
    return base + tuple(part for part in rest if part not in ("self", "*"))


def imports(files):
    """For each module of a crate, those that it takes something from; re-exports are looked through."""
    code = {module(path): text for path, (_, text) in files.items()}
    uses = {own: [] for own in code}
    exported = {}
    for own, text in code.items():
        for found in USE.finditer(text):
            for leaf in leaves(found["tree"]):
                if path := absolute(own, leaf, code):
                    if found["public"]:
                        exported[own + (path[-1],)] = path
                    else:
                        uses[own].append(path)
        inline = (path.split("::") for path in INLINE_PATH.findall(USE.sub("", text)))
        uses[own].extend(filter(None, (absolute(own, tuple(path), code) for path in inline)))
    graph = {own: {home(path, code, exported) for path in paths} for own, paths in uses.items()}
    return {own: others - {own, ()} for own, others in graph.items()}


def home(path, modules, exported):
    """The module in which the thing at `path` is written."""
    for length in range(len(path), 0, -1):
        target = exported.get(path[:length])
        # A module may export a thing of its own name.
        if target and target[:length] != path[:length]:
            return home(target + path[length:], modules, exported)
        if path[:length] in modules:
            return path[:length]
    return ()


def circles(graph):
    """Tarjan's strongly connected components of more than one module."""
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in graph[node]:
            if other not in index:
                visit(other)
            if other in stack:
                low[node] = min(low[node], low[other])
        if low[node] == index[node]:
            circle = [stack.pop() for _ in stack[stack.index(node) :]]
            found.extend([sorted(circle)] if len(circle) > 1 else [])

    for node in graph:
        if node not in index:
            visit(node)
    return sorted(found)


def row(part, files):
    lines = sorted(text.count("\n") for text, _ in files.values())
    lengths = sorted(length for _, code in files.values() for length in function_lengths(code))
    share = lambda values, part: values[max(math.ceil(part * len(values)) - 1, 0)] if values else 0
    longer = sum(length > MAX_FUNCTION_LINES for length in lengths)
    figures = [len(lines), sum(lines), share(lines, 0.5), share(lines, 1)]
    figures += [len(lengths), share(lengths, 0.5), share(lengths, 0.9), share(lengths, 1), longer]
    print(f"{part:24}" + "".join(f"{figure:8,}" for figure in figures))


def rooms(files):
    """The files of `shared` by room: a module with a folder is one, the other modules are together."""
    found = defaultdict(dict)
    for path, content in files.items():
        room = module(path)[:1]
        name = room[0] if room and (ROOT / "shared/src" / room[0]).is_dir() else "(no room)"
        found[name][path] = content
    return sorted(found.items())


def print_sizes(crates, tests):
    columns = ["files", "lines", "median", "max", "fns", "median", "p90", "max", f"> {MAX_FUNCTION_LINES}"]
    print(f"{'':24}" + "".join(f"{column:>8}" for column in columns))
    shared, cli = crates["shared"], crates["cli"]
    functions = {}
    for name in crates.keys() - {"shared", "cli"}:
        functions |= crates[name]
    row("production", shared | functions | cli)
    row("shared", shared)
    for room, files in rooms(shared):
        row(f"  {room}", files)
    row("functions", functions)
    row("cli", cli)
    row("tests", tests)


def print_places(kind, places):
    """The names that stand for more than one thing, each with where."""
    several = {name: sorted(where) for name, where in places.items() if len(where) > 1}
    print(f"\n{kind} in more than one place: {len(several)}")
    for name, where in sorted(several.items(), key=lambda entry: (-len(entry[1]), entry[0])):
        print(f"  {name} ({len(where)}): {', '.join(where)}")


def main():
    roots = sorted([*ROOT.glob("*/src"), *ROOT.glob("functions/*/src")])
    roots = {root.parent.name: root.relative_to(ROOT) for root in roots if root.parent.name != "tests"}
    crates = {
        name: {path: content for path, content in sources(root).items() if is_production(path)}
        for name, root in roots.items()
    }
    print_sizes(crates, sources("tests", "cli/tests"))
    found = [(name, circle) for name, files in crates.items() for circle in circles(imports(files))]
    print(f"\ncircles of imports: {len(found)}")
    for name, circle in found:
        print(f"  {name}: {', '.join('::'.join(own) for own in circle)}")
    top = {module(path)[0] for path in crates["shared"] if module(path)}
    print(f"\ntop-level modules of shared: {len(top)}\n  {', '.join(sorted(top))}")
    modules, types = defaultdict(set), defaultdict(set)
    for name, files in crates.items():
        for path, (_, code) in files.items():
            place = "::".join([name, *module(path)])
            if own := module(path):
                modules[own[-1]].add(place)
            for found_type in TYPE.findall(code):
                types[found_type].add(place)
    print_places("modules", modules)
    print_places("types", types)


if __name__ == "__main__":
    main()
