#!/bin/sh
# Rehearses a restore: restores the table of a stack under another name, and compares the number of
# tenants. Without --run the script only prints the commands. The stack and its table are only read.
#
#     scripts/restore_drill.sh STACK               prints the commands
#     scripts/restore_drill.sh STACK --run         runs them, and deletes the restored table
#     scripts/restore_drill.sh STACK --run --keep  keeps the restored table, for a real restore
#     … --at 2026-11-27T10:00:00Z                  restores another moment than the latest possible
set -eu
# A pager would wait for a key.
export AWS_PAGER=''

# The waits for the restored table. Each wait of the AWS CLI ends after 8 minutes.
max_waits=45

usage() {
    sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2
    exit 2
}

stack='' does_run='' keeps='' moment=''
while [ $# -gt 0 ]; do
    case "$1" in
    --run) does_run=yes ;;
    --keep) keeps=yes ;;
    --at)
        [ $# -gt 1 ] || usage
        moment=$2
        shift
        ;;
    -*) usage ;;
    *)
        [ -z "$stack" ] || usage
        stack=$1
        ;;
    esac
    shift
done
[ -n "$stack" ] || usage

# Prints a command in the form in which a shell can read it again.
show() {
    printf +
    for word in "$@"; do
        case "$word" in
        *[!A-Za-z0-9_./:=,-]*) printf " '%s'" "$word" ;;
        *) printf ' %s' "$word" ;;
        esac
    done
    echo
}

# Prints a command, and runs it with --run.
step() {
    show "$@"
    [ -z "$does_run" ] || "$@" >/dev/null
}

# Waits for a restore, which may take hours.
wait_for() {
    show aws dynamodb wait table-exists --table-name "$1"
    [ -n "$does_run" ] || return 0
    waits=0
    until aws dynamodb wait table-exists --table-name "$1"; do
        waits=$((waits + 1))
        [ "$waits" -lt "$max_waits" ] || return 1
        echo "$1 is not restored yet: waiting on"
    done
}

# Calls `show`, or `command` to run it, with the query for the tenants of a table.
with_query() {
    "$1" aws dynamodb query --table-name "$2" --consistent-read --select COUNT --query Count --output text \
        --key-condition-expression 'pk = :pk' --expression-attribute-values '{":pk": {"S": "#tenants"}}'
}

# Prints the number of tenants in a table. The AWS CLI prints the count of each page.
count_tenants() {
    with_query command "$1" | awk '{ sum += $1 } END { print sum }'
}

set -- aws cloudformation describe-stacks --stack-name "$stack" --output text \
    --query "Stacks[0].Outputs[?OutputKey==\`TableName\`].OutputValue"
show "$@"
table=TABLE
if [ -n "$does_run" ]; then
    table=$("$@")
    [ -n "$table" ] || {
        echo "$stack has no output TableName" >&2
        exit 1
    }
fi
restored="$table-restored-$(date -u +%Y%m%d%H%M%S)"

set -- aws dynamodb restore-table-to-point-in-time --source-table-name "$table" --target-table-name "$restored"
if [ -n "$moment" ]; then
    step "$@" --restore-date-time "$moment"
else
    step "$@" --use-latest-restorable-time
fi
# If a later command fails, the restored table stays, and costs money.
left_behind() {
    echo "the drill did not end: delete $restored if it exists" >&2
}
[ -z "$does_run" ] || trap left_behind EXIT
wait_for "$restored"
# A restored table has items and indexes, but not these settings.
step aws dynamodb update-time-to-live --table-name "$restored" \
    --time-to-live-specification Enabled=true,AttributeName=ttl
step aws dynamodb update-continuous-backups --table-name "$restored" \
    --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true
with_query show "$table"
with_query show "$restored"
if [ -n "$does_run" ]; then
    before=$(count_tenants "$table") after=$(count_tenants "$restored")
    echo "tenants: $before in $table, $after in $restored"
    [ "$before" = "$after" ] || echo "These differ: were tenants registered or removed since that moment?"
fi
if [ -n "$keeps" ]; then
    step aws dynamodb update-table --table-name "$restored" --deletion-protection-enabled
    echo "To use it: \"TableName=$restored\" in samconfig.toml's parameter_overrides, then make deploy"
else
    step aws dynamodb delete-table --table-name "$restored"
fi
trap - EXIT
[ -n "$does_run" ] || echo "No command was run: --run runs them"
