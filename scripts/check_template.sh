#!/bin/sh
# Checks a template (template.yaml by default) as it is and as CloudFormation gets it. cfn-lint alone
# does not find a broken reference in Globals, in a function's policy or in an event.
set -eu
cd "$(dirname "$0")/.."
template=${1:-template.yaml}
tools=.local/cfn-lint/bin
[ -x "$tools/cfn-lint" ] || {
    echo "cfn-lint is missing: run scripts/setup.sh test" >&2
    exit 1
}
"$tools/cfn-lint" "$template"
# The file stays when there are findings, because they name its lines.
transformed=$(mktemp)
"$tools/python" scripts/transform_template.py "$template" >"$transformed"
# SAM has replaced some parameters by their values, so that the parameters seem unused.
"$tools/cfn-lint" --ignore-checks W2001 -- "$transformed"
rm "$transformed"
