#!/bin/sh
# Checks template.yaml, or the one named, as it is and as CloudFormation gets it. cfn-lint alone does
# not see a reference to nothing in Globals, in a function's policy or in an event.
set -eu
cd "$(dirname "$0")/.."
template=${1:-template.yaml}
tools=.local/cfn-lint/bin
[ -x "$tools/cfn-lint" ] || {
    echo "cfn-lint is missing: run scripts/setup.sh test" >&2
    exit 1
}
"$tools/cfn-lint" "$template"
# Left behind when there are findings, which tell its lines.
transformed=$(mktemp)
"$tools/python" scripts/transform_template.py "$template" >"$transformed"
# SAM has put the values of some parameters in their place, so that these seem unused.
"$tools/cfn-lint" --ignore-checks W2001 -- "$transformed"
rm "$transformed"
