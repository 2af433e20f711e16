#!/bin/sh
# Checks the licences of all dependencies against deny.toml, where cargo-deny is.
set -eu
if command -v cargo-deny >/dev/null 2>&1; then
    cargo deny --locked check licenses
else
    echo "cargo-deny is not installed: the licences of dependencies were not checked"
fi
