# Runs a command as long as this shell's standard input stays open, then kills
# the command and removes its directory. The process at the other end of the pipe
# cannot forget to clean up, because even a SIGKILL closes its pipes.
#
# sh guard.sh DIRECTORY COMMAND [ARGUMENT…]

# Only the pipe ends this script. A signal to the whole group, or a closed standard
# error, must not skip the cleaning up.
trap '' HUP INT TERM PIPE

directory=$1
shift
mkdir "$directory" || exit 1

# The input of a background command is /dev/null, so the pipe needs another number.
exec 3<&0
"$@" >"$directory/log" 2>&1 3<&- &
command=$!
{
    cat <&3 >/dev/null
    kill -9 "$command"
} &
watch=$!

wait "$command"
# When the command ended by itself, the watch must not kill the next process that
# gets the same id.
kill -9 "$watch"
tail -n 20 "$directory/log" >&2
rm -rf "$directory"
