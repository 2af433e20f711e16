#!/bin/sh
# The SAM CLI of .local/sam, which finds cargo-lambda and Zig beside it, and reports nothing to anybody.
set -eu
cd "$(dirname "$0")/.."
export PATH="$PWD/.local/sam/bin:$PATH"
export SAM_CLI_TELEMETRY=0
# It asks for a region even where it calls nobody.
[ -n "${AWS_DEFAULT_REGION:-${AWS_REGION:-}}" ] || case "${1:-}" in
validate | build) export AWS_DEFAULT_REGION=eu-central-1 ;;
esac
exec sam "$@"
