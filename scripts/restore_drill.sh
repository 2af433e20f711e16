#!/bin/sh
# Rehearses a restore: brings the table of a stack back as it was, under a name of its own, and looks at
# it. Nothing is called without --run: it prints the commands. The stack and its table are only read.
#
#     scripts/restore_drill.sh STACK               prints what it would do
#     scripts/restore_drill.sh STACK --run         does it, and deletes the restored table
#     scripts/restore_drill.sh STACK --run --keep  keeps it: for a restore in earnest
#     … --at 2026-11-27T10:00:00Z                  another moment than the latest possible
set -eu

stack='' does_run='' keeps='' moment=--use-latest-restorable-time
while [ $# -gt 0 ]; do
    case "$1" in
    --run) does_run=yes ;;
    --keep) keeps=yes ;;
    --at)
        moment="--restore-date-time ${2:?--at needs a moment}"
        shift
        ;;
    -*) stack='' && break ;;
    *) stack=$1 ;;
    esac
    shift
done
[ -n "$stack" ] || {
    sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2
    exit 2
}

# Prints a command, and runs it if it may.
step() {
    echo "+ $*"
    [ -z "$does_run" ] || "$@"
}

output="Stacks[0].Outputs[?OutputKey=='TableName'].OutputValue"
if [ -n "$does_run" ]; then
    table=$(aws cloudformation describe-stacks --stack-name "$stack" --query "$output" --output text)
    [ -n "$table" ] || {
        echo "$stack has no output TableName" >&2
        exit 1
    }
else
    echo "+ aws cloudformation describe-stacks --stack-name $stack --query \"$output\" --output text"
    table=TABLE
fi
restored="$table-restored-$(date -u +%Y%m%d%H%M%S)"

# shellcheck disable=SC2086 # two words
step aws dynamodb restore-table-to-point-in-time --source-table-name "$table" \
    --target-table-name "$restored" $moment
step aws dynamodb wait table-exists --table-name "$restored"
# A restored table has the items and the indexes, and none of these.
step aws dynamodb update-time-to-live --table-name "$restored" \
    --time-to-live-specification "Enabled=true,AttributeName=ttl"
step aws dynamodb update-continuous-backups --table-name "$restored" \
    --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true
# The registry of tenants, of both: the same number, unless one was registered or removed since.
for each in "$table" "$restored"; do
    step aws dynamodb query --table-name "$each" --select COUNT --query Count --output text \
        --key-condition-expression "pk = :pk" \
        --expression-attribute-values '{":pk": {"S": "#tenants"}}'
done
if [ -n "$keeps" ]; then
    step aws dynamodb update-table --table-name "$restored" --deletion-protection-enabled
    echo "To use it: \"TableName=$restored\" in samconfig.toml's parameter_overrides, then make deploy"
else
    step aws dynamodb delete-table --table-name "$restored"
fi
[ -n "$does_run" ] || echo "Nothing was called: --run does it"
