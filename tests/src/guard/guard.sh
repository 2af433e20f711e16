# Runs a command for as long as this shell's standard input stays open, then
# kills it and removes its directory. Whoever holds the other end of that pipe
# need not tidy up, and cannot forget to: a SIGKILL closes pipes too.
#
# sh guard.sh DIRECTORY COMMAND [ARGUMENT…]

# Only the pipe ends this: neither a signal to the whole group nor a reader of
# our standard error that is gone must skip the tidying.
trap '' HUP INT TERM PIPE

directory=$1
shift
mkdir "$directory" || exit 1

# A background command's input is /dev/null, so the pipe needs a number of its own.
exec 3<&0
"$@" >"$directory/log" 2>&1 3<&- &
command=$!
{
    cat <&3 >/dev/null
    kill -9 "$command"
} &
watch=$!

wait "$command"
# When the command ended by itself, the watch must not kill the next process
# that gets its number.
kill -9 "$watch"
tail -n 20 "$directory/log" >&2
rm -rf "$directory"
