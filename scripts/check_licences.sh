#!/bin/sh
# Checks the licences of all dependencies against deny.toml.
set -eu
cd "$(dirname "$0")/.."
tool=.local/cargo-deny/bin/cargo-deny
[ -x "$tool" ] || {
    echo "cargo-deny is missing: run scripts/setup.sh test" >&2
    exit 1
}
"$tool" --locked check licenses
