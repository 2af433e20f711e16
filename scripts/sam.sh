#!/bin/sh
# Runs the SAM CLI of .local/sam, with cargo-lambda and Zig from the same folder and without telemetry.
set -eu
cd "$(dirname "$0")/.."
export PATH="$PWD/.local/sam/bin:$PATH"
export SAM_CLI_TELEMETRY=0
# SAM requires a region even for commands that do not call AWS.
[ -n "${AWS_DEFAULT_REGION:-${AWS_REGION:-}}" ] || case "${1:-}" in
validate | build) export AWS_DEFAULT_REGION=eu-central-1 ;;
esac
exec sam "$@"
